/* bridge_private.h - what the files of this room share. */
#pragma once
#include "bridge/access.h"
#include "bridge/api.h"
#include "bridge/bridge.h"
#include "bridge/config.h"
#include "bridge/engines.h"
#include "bridge/journal.h"
#include "bridge/pictures.h"
#include "bridge/store.h"
#include "net/backstage.h"
#include "comfy/client.h"
#include "language/command.h"
#include "language/parse.h"
#include "language/schema.h"
#include "net/http_server.h"

typedef struct mk_dispatcher mk_dispatcher;
typedef struct mk_engine_process mk_engine_process;
typedef struct mk_model_jobs mk_model_jobs;
typedef struct mk_scene_files mk_scene_files;
typedef struct mk_sockets mk_sockets;
typedef struct mk_task_texts mk_task_texts;

struct mk_bridge {
  const mk_bridge_config *config;
  mk_loop *loop;
  mk_backstage *backstage;
  mk_http_client *client;
  mk_http_server *server;
  mk_database *store;
  mk_task_texts *task_texts;
  mk_journal *journal;
  mk_access *access;
  mk_library *library;       /* this and the next two: NULL before mk_bridge_read_words */
  mk_language *language;
  mk_command_schema *commands;
  mk_api *api;
  mk_dispatcher *dispatcher; /* NULL when it is gone: answers that come later find nobody */
  mk_model_jobs *model_jobs;
  mk_pictures *pictures;
  mk_scene_files *scene_files;
  mk_json *templates;        /* workflows that came with the program */
  mk_sockets *sockets;
  char *outputs_folder, *inputs_folder, *models_folder, *pictures_folder;
  int64_t started_ms;        /* the loop's clock */
  char *status_text;         /* the newest answer to GET /status, and when it was made */
  int64_t status_ms;
};

int64_t mk_bridge_now_ms (void); /* since 1970 */

extern const mk_operation *const mk_all_operations[]; /* tables, NULL-terminated */

/* --- words.c --- */
/* Objects, words and the schema of commands are there afterwards; read once. On the loop. Operations that say `needs_words` find them read. */
bool    mk_bridge_read_words (mk_bridge *bridge, GError **error);

/* --- pages.c --- */
void    mk_bridge_add_pages (mk_bridge *bridge);
/* --- handlers_status.c --- */
int64_t mk_status_memory_bytes (void); /* resident, of this process */

/* --- make.c --- */
/* `sentence` read against the earlier commands, by the built-in parser unless `reading` (may be NULL) is of more use; {"intent", "commands", …} and the whole list after it (taken by the caller). */
bool mk_bridge_understand (mk_bridge *bridge, const char *sentence, const mk_reading *reading, const mk_json *earlier, mk_json **understanding, mk_json **commands, GError **error);
/* The graph of a list with the `options` of a request (RenderOptions, may be NULL). */
mk_json *mk_bridge_plan (const mk_bridge *bridge, const mk_json *commands, const mk_json *options, const char *title);
/* A task: what is asked for in `request` ({"workflow": …} or a job of models), taken. The answer's data. */
typedef struct mk_bridge_job {
  const char *kind, *title, *project;
  const mk_json *options, *understanding; /* may be NULL */
  mk_json *taken_request;
} mk_bridge_job;
mk_json *mk_bridge_queue (mk_bridge *bridge, const mk_call *call, const mk_bridge_job *job, GError **error);
/* `drawn`, may be NULL: the same as the editor draws it, for the files' metadata. */
mk_json *mk_bridge_workflow_request (mk_json *taken_workflow, const mk_json *drawn);

/* --- drawn.c --- */
/* A graph of either format as engines run it, a new one. UNAVAILABLE while no engine has told its nodes. */
bool mk_bridge_to_prompt (mk_bridge *bridge, const mk_json *graph, mk_json **prompt, GError **error);

/* --- dispatcher.c --- */
mk_dispatcher *mk_dispatcher_new (mk_bridge *bridge, GError **error);
void       mk_dispatcher_free (mk_dispatcher *dispatcher);
/* Looks for work, once the loop comes round. */
void       mk_dispatcher_wake (mk_dispatcher *dispatcher);
bool       mk_dispatcher_cancel (mk_dispatcher *dispatcher, const char *task, GError **error);
/* The database did not take the end of a task: nobody has it any more, and it is looked for as after a start. */
void       mk_dispatcher_has_orphans (mk_dispatcher *dispatcher);
/* No files of finished tasks are on their way. */
bool       mk_dispatcher_is_landed (const mk_dispatcher *dispatcher);
/* Fraction, step, frames of a task that runs; a new reference or NULL. */
mk_json   *mk_dispatcher_progress (mk_dispatcher *dispatcher, const char *task);
/* The newest picture of a task that runs and its type; borrowed, NULL when there is none. */
GBytes    *mk_dispatcher_preview (mk_dispatcher *dispatcher, const char *task, const char **type);
bool       mk_dispatcher_has_engine (mk_dispatcher *dispatcher, const char *id);
mk_json   *mk_dispatcher_describe_engines (mk_dispatcher *dispatcher);
mk_json   *mk_dispatcher_describe_engine (mk_dispatcher *dispatcher, const char *id); /* NULL when it is not there */
bool       mk_dispatcher_add_engine (mk_dispatcher *dispatcher, const mk_engine_row *row, GError **error);
/* NULL leaves as it is. */
bool       mk_dispatcher_change_engine (mk_dispatcher *dispatcher, const char *id, const char *url, const char *key, const bool *is_enabled, GError **error);
bool       mk_dispatcher_remove_engine (mk_dispatcher *dispatcher, const char *id, GError **error);
/* Any engine that is up, our own first, to be asked; NULL when none is. */
mk_comfy  *mk_dispatcher_any_engine (mk_dispatcher *dispatcher);

/* --- node_tables.c --- */
/* /object_info of all engines together as they told it last; a new reference, NULL until one is up. */
mk_json   *mk_dispatcher_node_tables (mk_dispatcher *dispatcher);
/* The same once each engine whose lists may be others by now has been asked again; `done` follows exactly once, perhaps at once. */
void       mk_dispatcher_ask_tables (mk_dispatcher *dispatcher, void (*done) (void *user, mk_json *taken_tables), void *user);
/* Files or models have come or gone: a status_update tells of each engine that lists others now. */
void       mk_dispatcher_refresh_tables (mk_dispatcher *dispatcher);

/* The engine that tells of a node, and its table, which is the engine's; NULL when none that is up has it. */
mk_comfy  *mk_dispatcher_node_engine (mk_dispatcher *dispatcher, const char *node, const mk_json **table);

/* --- node_options.c --- */
/* Serves listNodeOptions. */
void       mk_bridge_serve_node_options (mk_bridge *bridge, mk_call *call);

/* --- engine_process.c --- */
typedef void (*mk_engine_process_up) (void *user, const char *url);
mk_engine_process *mk_engine_process_new (mk_bridge *bridge, mk_engine_process_up up, void *user, GError **error);
void               mk_engine_process_free (mk_engine_process *process);
unsigned           mk_engine_process_n_restarts (const mk_engine_process *process);
const char        *mk_engine_process_last_words (const mk_engine_process *process); /* how it ended and why, as far as it said; "" = it has not */
bool               mk_engine_process_is_down (const mk_engine_process *process);    /* it ended again and again before it was up */
pid_t              mk_engine_process_pid (const mk_engine_process *process);         /* 0 = none at the moment */
void               mk_engine_process_kill (mk_engine_process *process);             /* it hangs; it is started again */

/* --- model_jobs.c: tasks that the bridge does itself --- */
mk_model_jobs *mk_model_jobs_new (mk_bridge *bridge);
void           mk_model_jobs_free (mk_model_jobs *jobs);
/* Begins queued ones, as long as not enough of them run. */
void           mk_model_jobs_wake (mk_model_jobs *jobs);
bool           mk_model_jobs_cancel (mk_model_jobs *jobs, const char *task); /* false when it is none of theirs */
mk_json       *mk_model_jobs_progress (mk_model_jobs *jobs, const char *task);

/* --- handlers_scenes.c --- */
mk_scene_files *mk_scene_files_new (void);
void            mk_scene_files_free (mk_scene_files *files);

/* --- sockets.c --- */
mk_sockets *mk_sockets_new (mk_bridge *bridge);
void        mk_sockets_free (mk_sockets *sockets);
void        mk_sockets_accept (mk_sockets *sockets, mk_http_request *request);
guint       mk_sockets_count (const mk_sockets *sockets);
/* Numbered and told to all whom it concerns. `newest_of` a task's id: a newer one takes the place of one that still
 * waits; NULL = each counts. */
void        mk_sockets_tell (mk_sockets *sockets, const char *type, mk_json *taken_data, const char *newest_of);
/* What is told from here on waits until the changes that it tells of are on disk, or is forgotten with them; true when
 * something was told. `type` outlives the wait. */
void        mk_sockets_hold (mk_sockets *sockets);
bool        mk_sockets_let_go (mk_sockets *sockets, bool is_kept);
/* Windows that show the project follow; no `version` when it is gone. */
void        mk_bridge_tell_project (mk_bridge *bridge, const char *id, const mk_json *version);
