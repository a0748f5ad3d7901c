/* bridge_private.h - what the files of this room share. */
#pragma once
#include "bridge/bridge.h"
#include "bridge/store.h"
#include "comfy/client.h"
#include "language/command.h"
#include "language/parse.h"
#include "language/schema.h"
#include "net/http_server.h"

typedef struct mk_api mk_api;
typedef struct mk_dispatcher mk_dispatcher;
typedef struct mk_engine_process mk_engine_process;
typedef struct mk_sockets mk_sockets;

typedef struct mk_bridge {
  const mk_bridge_config *config;
  mk_loop *loop;
  mk_http_client *client;
  mk_http_server *server;
  mk_database *store;
  mk_library *library;
  mk_language *language;
  mk_command_schema *commands;
  mk_api *api;
  mk_dispatcher *dispatcher;
  mk_sockets *sockets;
  char *outputs_folder;
  int64_t started_ms;
} mk_bridge;

int64_t mk_bridge_now_ms (void); /* since 1970 */

/* One call of the API: validated parameters and body in; status and data out. */
typedef struct mk_call {
  mk_http_request *request;
  const mk_json *operation; /* of openapi.json */
  mk_json *body;            /* valid, or NULL */
  unsigned status;          /* the operation's own; a handler may change it */
  mk_json *data;            /* what is answered; taken by the envelope */
  const char *message;
} mk_call;

/* False with an error that becomes the answer. */
typedef bool (*mk_handler) (mk_bridge *bridge, mk_call *call, GError **error);
typedef struct mk_operation {
  const char *id;
  mk_handler handle;     /* NULL with `serve` */
  void (*serve) (mk_bridge *bridge, mk_http_request *request); /* answers by itself: files */
} mk_operation;

extern const mk_operation mk_task_operations[], mk_workflow_operations[], mk_project_operations[], mk_status_operations[]; /* end with id NULL */

/* --- api.c --- */
mk_api *mk_api_new (mk_bridge *bridge, GError **error);
void    mk_api_free (mk_api *api);
void    mk_api_answer_error (mk_http_request *request, GError *taken);
void    mk_api_refuse (mk_http_request *request, unsigned status, const char *why);
const char *mk_call_param (const mk_call *call, const char *name); /* of the path */
const char *mk_call_query (const mk_call *call, const char *name); /* NULL when absent or empty */
bool        mk_call_page (const mk_call *call, mk_page *page, GError **error);
/* `sentence` read against the earlier commands; {"intent", "commands", …} and the whole list after it (taken by the caller). */
bool mk_bridge_understand (mk_bridge *bridge, const char *sentence, const mk_json *earlier, mk_json **understanding, mk_json **commands, GError **error);
/* The graph of a list with the `options` of a request (RenderOptions, may be NULL). */
mk_json *mk_bridge_plan (const mk_json *commands, const mk_json *options, const char *title);
/* A task that runs the workflow; the answer's data. */
mk_json *mk_bridge_queue (mk_bridge *bridge, const char *kind, const char *title, const char *project, mk_json *taken_workflow, const mk_json *understanding, GError **error);

/* --- dispatcher.c --- */
mk_dispatcher *mk_dispatcher_new (mk_bridge *bridge, GError **error);
void       mk_dispatcher_free (mk_dispatcher *dispatcher);
void       mk_dispatcher_wake (mk_dispatcher *dispatcher);
bool       mk_dispatcher_cancel (mk_dispatcher *dispatcher, const char *task, GError **error);
/* Fraction, step, frames of a task that runs; a new reference or NULL. */
mk_json   *mk_dispatcher_progress (mk_dispatcher *dispatcher, const char *task);
mk_json   *mk_dispatcher_describe_engine (mk_dispatcher *dispatcher);
mk_json   *mk_dispatcher_node_tables (mk_dispatcher *dispatcher); /* /object_info; borrowed, NULL until the engine is up */

/* --- engine_process.c --- */
typedef void (*mk_engine_process_up) (void *user, const char *url);
mk_engine_process *mk_engine_process_new (mk_bridge *bridge, mk_engine_process_up up, void *user, GError **error);
void               mk_engine_process_free (mk_engine_process *process);
unsigned           mk_engine_process_n_restarts (const mk_engine_process *process);

/* --- sockets.c --- */
mk_sockets *mk_sockets_new (mk_bridge *bridge);
void        mk_sockets_free (mk_sockets *sockets);
void        mk_sockets_accept (mk_sockets *sockets, mk_http_request *request);
/* Numbered and told to all; `key` non-zero: a newer one takes the place of one that still waits. */
void        mk_sockets_tell (mk_sockets *sockets, const char *type, mk_json *taken_data, uint64_t key);
