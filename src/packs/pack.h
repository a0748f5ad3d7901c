/* pack.h - what one pack of custom nodes is: a C plugin or a Python package, and the nodes it says it has.
 *
 * Purpose   The record that the server (which asks) and its worker (which runs) share.
 * Threads   Filled on the server's loop before the worker is forked; constant from there on, but for `idle`, which its
 *           lock guards, and `state`, which is atomic and shared by both processes.
 * Not here  Processes: host.h. Calls: call.h. C plugins: plugin.h. All packs together: packs.h.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "graph/node_table.h"
#include "graph/registry.h"

/* Shared memory. A pack's process is known by its number; `generation` grows each time it starts. */
typedef struct mk_pack_state {
  atomic_int pid, generation;
} mk_pack_state;

typedef struct mk_pack {
  char *name, *path;       /* "my-nodes", "/…/custom_nodes/my-nodes" */
  bool is_plugin;          /* a shared library */
  char *socket_path;       /* of a Python pack's process */
  mk_pack_state *state;
  struct mk_lent *lent;    /* what its process holds of the worker's: lent.h */
  const mk_registry *registry; /* nodes that it may ask for */
  const mk_value_type *const *value_types; /* those that may cross, ends with NULL */
  GHashTable *verdicts;    /* while a prompt is validated: node id -> what its pack has against it */
  pthread_mutex_t lock;    /* guards the rest */
  GArray *idle;            /* int: connections of this process that nobody uses */
  void *library;           /* of a plugin, once it is loaded */
} mk_pack;

/* What a pack's process answers; `reply` is NULL when it died or was late; borrowed. */
typedef void (*mk_pack_answer) (void *user, const mk_json *reply);

/* A node as the pack described it. Its def comes first, so that run->def leads here. */
typedef struct mk_pack_node {
  mk_node_table table;
  mk_pack *pack;           /* borrowed */
  bool has_objects;        /* outputs of types that only the pack's process can hold */
} mk_pack_node;

/* The table of a description: {"info": record of /object_info, "check": "a,b"|"*"|null, "lazy", "fingerprint", "async",
 * "any_input", "input_is_list", "not_idempotent", "v3": bool, "version": int}. NULL with FORMAT when it is none.
 * `hooks` gives run, check, need and fingerprint. */
mk_pack_node *mk_pack_node_new (mk_pack *pack, const mk_json *description, const mk_node_def *hooks, GError **error);
/* The same node described anew: what it lists has changed. */
bool          mk_pack_node_update (mk_pack_node *node, const mk_json *description, const mk_node_def *hooks, GError **error);
void          mk_pack_node_free (mk_pack_node *node);
static inline const mk_pack_node *
mk_pack_node_of (const mk_node_def *def)
{
  return (const mk_pack_node *)def;
}
