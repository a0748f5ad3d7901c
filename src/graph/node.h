/* node.h - a node is a table.
 *
 * Purpose   One `const mk_node_def` says everything about a node once; /object_info,
 *           validation, docs, the command line, cache keys and the UI are printed from it.
 * Threads   Tables are constant. `run` may be called from several threads at once.
 * Use       A file per node under src/nodes/FAMILY/, holding `const mk_node_def mk_node_NAME = {...}`;
 *           the build collects every such table by its name, so that none can be forgotten.
 * Types     Names are ComfyUI's: "INT" "FLOAT" "STRING" "BOOLEAN" "COMBO" "IMAGE" "MASK" "LATENT"
 *           "MODEL" ... and ours: "SCENE" "VIDEO". "*" takes anything; "A,B" takes either.
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "graph/value.h"

typedef struct mk_node_def mk_node_def;
typedef struct mk_run mk_run;

/* Where an input stands in /object_info. */
typedef enum { MK_REQUIRED, MK_OPTIONAL, MK_HIDDEN } mk_port_need;

typedef struct mk_port {
  const char *name;      /* NULL ends the list */
  const char *type;
  const char *tip;       /* one sentence for people */
  mk_port_need need;
  /* Numbers: shown in /object_info where the flag says so. */
  bool has_default, has_range;
  double def, min, max, step;
  uint64_t max_uint;     /* when above 2^63: seeds */
  double round;          /* 0 = not given */
  const char *text;      /* default of STRING and COMBO */
  /* COMBO: a NULL-terminated list, or a function that lists what is on disk now (g_strfreev). */
  const char *const *options;
  char **(*list_options) (const mk_run *run);
  const char *match;     /* ports of a node with the same word here have one type, whichever of `type` that is */
  bool options_by_name;  /* a node of the older form prints them as the newer does: "COMBO", {"options": …} */
  bool multiline, lazy, raw_link, control_after_generate, dynamic_prompts, force_input, advanced, socketless;
  bool editor_made;      /* the editor has the widget by itself: its files and prompts hold the value, /object_info does not tell of it */
  const char *label_on, *label_off, *display, *placeholder;
  /* Anything else that ComfyUI prints for this input: JSON text of an object, merged last; "{}" where it prints none in so many
   * words. */
  const char *extra_json;
  /* Outputs only. */
  bool is_list;          /* OUTPUT_IS_LIST */
  const char *label;     /* output_name; NULL = name */
} mk_port;

/* Shorthands: { "radius", "INT", MK_INT_RANGE (1, 31, 1, 1), .tip = "..." } */
#define MK_INT_RANGE(low, high, start, by)   .has_default = true, .has_range = true, .min = (low), .max = (high), .def = (start), .step = (by)
#define MK_FLOAT_RANGE(low, high, start, by) MK_INT_RANGE (low, high, start, by)
#define MK_DEFAULT(value)                    .has_default = true, .def = (value)
#define MK_TEXT(value)                       .has_default = true, .text = (value)
#define MK_SEED                              .has_default = true, .has_range = true, .def = 0, .min = 0, .max_uint = UINT64_MAX, .control_after_generate = true

typedef enum {
  MK_NODE_OUTPUT = 1 << 0,        /* its run is the purpose of a workflow */
  MK_NODE_LIGHT = 1 << 1,         /* may run beside others; only reads the JSON that it is given */
  MK_NODE_NOT_IDEMPOTENT = 1 << 2,
  MK_NODE_INPUT_IS_LIST = 1 << 3, /* one call with whole lists */
  MK_NODE_DEPRECATED = 1 << 4,
  MK_NODE_EXPERIMENTAL = 1 << 5,
  MK_NODE_NO_DISK_CACHE = 1 << 6, /* cheaper to run again than to read back */
  MK_NODE_SCHEMA_V3 = 1 << 7,     /* printed in /object_info in ComfyUI's newer form; a label of NULL prints as null */
  MK_NODE_NO_METADATA = 1 << 8,   /* an output that embeds nothing: no hidden prompt in /object_info */
  MK_NODE_ANY_INPUT = 1 << 9,     /* links to inputs that the table lacks reach it too: run.h */
  MK_NODE_ANY_CONSTANT = 1 << 10, /* and so do constants */
} mk_node_flags;

struct mk_node_def {
  const char *id, *label, *category, *help;
  int version;                    /* raised when equal inputs give new results; 0 counts as 1 */
  const char *python_module;      /* as ComfyUI prints it; NULL = "miktos" */
  const char *object_info;        /* its whole record as JSON text, where somebody else printed it; NULL = from the table */
  const mk_port *inputs, *outputs;
  unsigned flags;
  /* Makes the outputs: mk_run_set_output for each. False with an error ends the prompt. */
  bool (*run) (mk_run *run, GError **error);
  /* Optional hooks. */
  bool (*check) (mk_run *run, GError **error);             /* VALIDATE_INPUTS: constants only; links read as absent */
  const char *check_names;        /* "a,b": inputs whose range and list tests `check` replaces; "*" = all */
  void (*need) (mk_run *run);     /* check_lazy_status: mk_run_need for each missing input that is wanted */
  bool (*fingerprint) (mk_run *run, mk_hasher *hasher, GError **error); /* IS_CHANGED; false = never cached */
};

/* Where the program may read and write; every path absolute and borrowed. */
struct mk_model_paths;

typedef struct mk_folders {
  const char *input, *output, *temp, *models, *assets;
  const char *unfinished; /* what a crash or a stop would cost too much of is kept here until it is made; may be NULL */
  const struct mk_model_paths *more_models; /* folders of models beside `models`; may be NULL: graph/model_paths.h */
} mk_folders;

struct mk_pool;

/* Reading inputs inside `run` and its hooks. Absent inputs give the default of the port, or NULL/0.
 * Values are borrowed. An unknown name is our own bug and asserts. What comes over a link is not held to the port's range, as in
 * ComfyUI; only where that range lies within ±2^28, `get_int` is held within ±2^28, so that it and sums of a few fit an int. */
mk_value   *mk_run_get (const mk_run *run, const char *input);
int64_t     mk_run_get_int (const mk_run *run, const char *input);
uint64_t    mk_run_get_uint (const mk_run *run, const char *input);
double      mk_run_get_real (const mk_run *run, const char *input);
bool        mk_run_get_bool (const mk_run *run, const char *input);
const char *mk_run_get_string (const mk_run *run, const char *input);
void       *mk_run_get_data (const mk_run *run, const char *input, const mk_value_type *type);
bool        mk_run_has (const mk_run *run, const char *input);
/* Of MK_NODE_ANY_INPUT: what came under a name that the table lacks; NULL when nothing did. */
mk_value   *mk_run_get_extra (const mk_run *run, const char *name);
/* The same for INPUT_IS_LIST: all of it. Borrowed. */
const GPtrArray *mk_run_get_extra_list (const mk_run *run, const char *name);
/* INPUT_IS_LIST. */
size_t      mk_run_n_items (const mk_run *run, const char *input);
mk_value   *mk_run_get_item (const mk_run *run, const char *input, size_t index);

/* Writing outputs; both take the reference. `add` is for list outputs. */
void mk_run_set_output (mk_run *run, unsigned index, mk_value *taken);
void mk_run_add_output (mk_run *run, unsigned index, mk_value *taken);
/* What the client is shown: {"images":[...]}; arrays under a key are concatenated over calls. */
void mk_run_set_ui (mk_run *run, mk_json *taken);
/* The node is replaced by this API-format graph; `result` has one link or constant per output. */
void mk_run_expand (mk_run *run, mk_json *taken_graph, mk_json *taken_result);
/* In `need`: ask for a lazy input. */
void mk_run_need (mk_run *run, const char *input);

/* Surroundings. */
const mk_job     *mk_run_job (const mk_run *run);       /* cancel token and progress of this call */
struct mk_pool   *mk_run_pool (const mk_run *run);
const mk_folders *mk_run_folders (const mk_run *run);
/* A name of what this call makes, by its content: equal ones make the same, today and tomorrow. g_free; NULL = it has none. */
char             *mk_run_content_name (const mk_run *run);
const char       *mk_run_node_id (const mk_run *run);
const mk_json    *mk_run_prompt (const mk_run *run);    /* whole prompt, API format; may be NULL */
bool              mk_run_omits_metadata (const mk_run *run); /* files are to carry nothing of how they were made */
const mk_json    *mk_run_extra_pnginfo (const mk_run *run); /* {"workflow":..., "commands":...}; may be NULL */
/* Path of a file without number and suffix -> its number as a pointer, for all files of this execution so far; NULL
 * outside of one. Light nodes keep off. */
GHashTable       *mk_run_file_numbers (const mk_run *run);
/* A line of text under the node in the editor: "width: 64, height: 48". */
void              mk_run_tell (mk_run *run, const char *text);
/* Whether anybody looks; what costs much is made for them only. */
bool              mk_run_is_watched (const mk_run *run);
/* Shows a picture of work in progress: `rgb8` is width*height*3 bytes, copied. Coalesced by the listener. */
void              mk_run_preview (mk_run *run, const uint8_t *rgb8, int width, int height);
/* Shows a picture because that is what the node is for, whether previews are wanted or not: as PNG or JPEG, fitted into
 * `side` squared; 0 = as large as it is. The bytes are copied. */
void              mk_run_show (mk_run *run, const uint8_t *rgb8, int width, int height, bool as_png, int side);
