/* cli.h - the miktos command: one table of subcommands, one file each.
 *
 * Use       A row in cli_commands.c; the help, the completion and the dispatch are printed from it.
 * Output    Results on standard output, words on standard error; the exit status is one of mk_exit.
 */
#pragma once
#include "base/base.h"
#include "graph/node.h"

typedef enum { MK_EXIT_OK = 0, MK_EXIT_FAILED = 1, MK_EXIT_USAGE = 2 } mk_exit; /* and 128 + the signal that stopped it: 130 for Ctrl-C */

typedef struct mk_cli_command {
  const char *name, *arguments, *summary, *details;
  const GOptionEntry *(*list_options) (void); /* NULL-name terminated; the values are the file's own statics */
  /* `arguments` are what is left after the options, NULL-terminated. */
  mk_exit (*run) (char **arguments);
} mk_cli_command;

extern const mk_cli_command mk_cli_commands[]; /* ends with name NULL */

/* Says what was wrong as "miktos: …", frees the error and gives the exit status that fits. */
mk_exit mk_cli_fail (GError *error);
mk_exit mk_cli_fail_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* For commands that end soon: memory comes in large pages and is kept until the end. The first touch of each small page
 * takes a fifth of the time of a command that makes no pictures. */
void mk_cli_expect_short_life (void);

/* For --json: the error as the one object on standard output, besides what mk_cli_fail says. */
mk_exit mk_cli_fail_json (GError *error);

/* Fired by Ctrl-C, SIGTERM or SIGHUP from the first call on. */
mk_cancel *mk_cli_cancel (void);

/* Where this program's assets are: beside the program when installed, in the source tree when built there,
 * or what MIKTOS_ASSETS says. Static; NULL with an error. */
const char *mk_cli_assets (GError **error);

/* `output` is made; `input` NULL = here. Temp and models are the person's own; mk_cli_folders_free. */
mk_folders *mk_cli_folders_new (const char *input, const char *output, GError **error);
void        mk_cli_folders_free (mk_folders *folders);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_folders, mk_cli_folders_free)

/* Ends with `parent`, the process that started us and may be killed without a word: what was under way goes on when the next one
 * starts. False when it is gone already; 0 = nobody is followed. */
bool mk_cli_follow_parent (int parent);

/* A folder of the engine's: `given`, or `name` below `base`, or below the data folder's own `engine`; absolute; g_free. */
char *mk_cli_engine_folder (const char *base, const char *given, const char *name);
/* Where models are kept, the same for every program of ours; g_free. */
char *mk_cli_models_folder (void);
/* What runs packs written in Python: python-host/main.py; g_free. */
char *mk_cli_pack_host (const char *assets);

/* "1920x1080", "640×360", "720p", "4k". */
bool mk_cli_parse_size (const char *text, int *width, int *height, GError **error);
