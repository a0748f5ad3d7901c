/* run.h - one call of a node: what mk_run_* of node.h reads and writes.
 *
 * Purpose   The executor fills in inputs and takes out outputs; the validator does so for `check`.
 * Threads   A run belongs to one thread.
 */
#pragma once
#include "base/hash.h"
#include "graph/node.h"

/* Where runs happen; borrowed, outlives them. */
typedef struct mk_run_context {
  const mk_folders *folders;
  const mk_key *key;                     /* of what the node makes; NULL = it is never known again */
  struct mk_pool *pool;
  const mk_json *prompt, *extra_pnginfo; /* may be NULL */
  const char *prompt_id, *client_id;     /* for packs that ask; NULL or "" = none */
  const mk_json *secrets;                /* keys of other people's services, for packs that ask; may be NULL */
  bool omits_metadata;
  GHashTable *file_numbers; /* or NULL */
  const mk_job *job;
  void (*tell) (void *user, const char *node_id, const char *text); /* or NULL */
  void (*preview) (void *user, const char *node_id, const uint8_t *rgb8, int width, int height); /* or NULL */
  void (*show) (void *user, const char *node_id, const uint8_t *rgb8, int width, int height, bool as_png, int side); /* or NULL */
  void (*send) (void *user, const mk_json *message); /* {"event", "data", "sid"} for clients, from a pack; or NULL */
  void *user;
} mk_run_context;

struct mk_run {
  const mk_run_context *context;
  const mk_node_def *def;
  const char *node_id;
  size_t call;          /* which item of longer lists this call is about */
  GPtrArray **inputs;   /* per port of the table: a list of values, or NULL when absent */
  GPtrArray **outputs;  /* per output: a list of values */
  mk_json *ui, *expand_graph, *expand_result;
  GPtrArray *needed;    /* names asked for in `need`, borrowed from the table */
  mk_json *exception;   /* {"type", "traceback"} of a failure in another language, or NULL */
  GPtrArray *extra_names, *extra_lists; /* of MK_NODE_ANY_INPUT: links beyond the table; names borrowed from the prompt */
};

mk_run *mk_run_new (const mk_run_context *context, const mk_node_def *def, const char *node_id);
void    mk_run_free (mk_run *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_run, mk_run_free)

/* Input number `index` is this list; referenced. */
void mk_run_set_input (mk_run *run, size_t index, GPtrArray *list);
/* A link beyond the table, for nodes with MK_NODE_ANY_INPUT; `name` must outlive the run, `list` is referenced. */
void mk_run_add_extra (mk_run *run, const char *name, GPtrArray *list);
/* Tells clients what a pack tells them: {"event": type, "data", "sid"}. */
void mk_run_send (mk_run *run, const mk_json *message);
/* Length of the longest list. */
size_t mk_run_n_calls (const mk_run *run);

/* A list of values that owns them. */
GPtrArray *mk_value_list_new (void);
/* The constant as the port's type wants it: numbers, text, lists as JSON. */
mk_value *mk_value_of_json (const mk_json *json, const char *type);
