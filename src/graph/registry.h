/* registry.h - every node there is, found by its id.
 *
 * Threads   Filled at start by one thread; then any thread may read.
 * Memory    Tables are borrowed and live as long as the program or the plugin.
 */
#pragma once
#include "graph/node.h"

typedef struct mk_registry mk_registry;

mk_registry *mk_registry_new (void);
void         mk_registry_free (mk_registry *registry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_registry, mk_registry_free)

/* EXISTS when the id is taken; RANGE when the table is malformed. */
bool mk_registry_add (mk_registry *registry, const mk_node_def *def, GError **error);
/* Ends with NULL. */
bool mk_registry_add_all (mk_registry *registry, const mk_node_def *const *defs, GError **error);
const mk_node_def *mk_registry_find (const mk_registry *registry, const char *id);
/* In the order they came; *n of them. Borrowed. */
const mk_node_def *const *mk_registry_list (const mk_registry *registry, size_t *n);
/* The ids nearest to a misspelt one, best first, at most three; g_strfreev. */
char **mk_registry_suggest (const mk_registry *registry, const char *id);

/* NULL when the table has no such input. */
const mk_port *mk_node_find_input (const mk_node_def *def, const char *name);
size_t         mk_node_n_outputs (const mk_node_def *def);
