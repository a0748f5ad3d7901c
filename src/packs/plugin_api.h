/* plugin_api.h - what a plugin in C exports: one record of node tables.
 *
 * Purpose   A shared library in custom_nodes/ adds nodes that are written like Miktos' own: a `const mk_node_def` each
 *           (graph/node.h), reading inputs and writing outputs through mk_run_…; pictures are mk_image (media/image.h).
 * Use       const mk_plugin mk_plugin_record = MK_PLUGIN ("my-nodes", "1.0", nodes);
 *           with `nodes` a NULL-ended list of tables. plugins/example-c is a whole one to start from.
 * Where     The library is opened in processes that may crash without harm: once in a child that only describes its
 *           tables, then in the worker that runs prompts. It never enters the server.
 * Hooks     `run`, `need` and `fingerprint` as for built-in nodes. `check` is called just before `run`, since the server
 *           validates without the library; it fails the node, not the prompt's acceptance.
 * Version   The record repeats the sizes of the tables it was compiled with. One that differs is refused, so rebuild
 *           plugins after an update that says so.
 */
#pragma once
#include "graph/node.h"

#define MK_PLUGIN_ABI 2
#define MK_PLUGIN_SYMBOL "mk_plugin_record"

typedef struct mk_plugin {
  unsigned abi;                     /* MK_PLUGIN_ABI; first in every version */
  unsigned size_of_node, size_of_port;
  const char *name, *version;
  const mk_node_def *const *nodes;  /* ends with NULL */
} mk_plugin;

#define MK_PLUGIN(plugin_name, plugin_version, plugin_nodes) \
  { MK_PLUGIN_ABI, sizeof (mk_node_def), sizeof (mk_port), plugin_name, plugin_version, plugin_nodes }

extern __attribute__ ((visibility ("default"))) const mk_plugin mk_plugin_record;
