/* executor.h - runs a workflow, skipping what is known.
 *
 * Purpose   Contract §5: lists, lazy inputs, expansion, blockers, partial targets, interrupt, dynamic
 *           cycles. Nodes run one after the other, outputs and what leads to them first; nodes that are ready
 *           and say that they are light run side by side.
 * Threads   One execution per engine at a time; the cancel token may be fired from any thread.
 * Events    With ComfyUI's names and data, in its order; `prompt_id` is left to the listener.
 * Tests     tests/engine/test_executor.c
 */
#pragma once
#include "engine/cache.h"
#include "engine/disk_cache.h"
#include "graph/registry.h"

typedef struct mk_listener {
  void *user;
  /* execution_start, execution_cached, executing, executed, execution_success, execution_error, execution_interrupted.
   * `data` is borrowed. */
  void (*event) (void *user, const char *type, const mk_json *data);
  /* `what` is "running" (each attempt), "finished" or "cached"; `parent_id` is NULL outside expansions. May be NULL. */
  void (*state) (void *user, const char *node_id, const char *display_id, const char *parent_id, const char *what);
  /* Of a node that runs; 0 <= done <= total. This and `preview` may come from other threads, never two at once. */
  void (*progress) (void *user, const char *node_id, double done, double total);
  void (*preview) (void *user, const char *node_id, const uint8_t *rgb8, int width, int height);
  /* A picture that is the node's purpose to show (mk_run_show); threads as above. */
  void (*show) (void *user, const char *node_id, const uint8_t *rgb8, int width, int height, bool as_png, int side);
  /* A line of text under a node; threads as above. */
  void (*tell) (void *user, const char *node_id, const char *text);
  /* What a node of a pack says to clients: {"event": type, "data", "sid"}; threads as above. */
  void (*send) (void *user, const mk_json *message);
} mk_listener;

typedef struct mk_engine {
  const mk_registry *registry;
  mk_cache *cache;       /* NULL = nothing is kept */
  struct mk_pool *pool;  /* NULL = one thread */
  const mk_folders *folders;
  bool omits_metadata;         /* files carry nothing of how they were made */
  mk_disk_cache *disk;   /* NULL = nothing outlives the process */
} mk_engine;

typedef struct mk_execution {
  const mk_json *prompt;        /* validated, API format */
  const mk_json *outputs;       /* ids to run, as the validation gave them */
  const mk_json *extra_pnginfo; /* or NULL */
  const char *prompt_id, *client_id; /* for packs that ask; NULL or "" = none */
  const mk_json *secrets;       /* {"auth_token_comfy_org", "api_key_comfy_org"} for nodes that ask for them, or NULL */
  mk_cancel *cancel;            /* or NULL */
  const mk_listener *listener;  /* or NULL */
} mk_execution;

typedef struct mk_execution_result {
  mk_json *ui;      /* {node id: what it shows} for every output that ran or was known */
  mk_json *meta;    /* {node id: {node_id, display_node, parent_node, real_node_id}} */
  mk_json *failure; /* data of execution_error or execution_interrupted; NULL when all went well */
} mk_execution_result;

void mk_execution_result_clear (mk_execution_result *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (mk_execution_result, mk_execution_result_clear)

/* False with the node's own error (prefixed by node and type) or CANCELLED; `result` is filled in both ways. */
bool mk_engine_run (mk_engine *engine, const mk_execution *execution, mk_execution_result *result, GError **error);
