#include "graph/registry.h"

#include <string.h>

struct mk_registry {
  GHashTable *by_id;
  GPtrArray *in_order;
};

mk_registry *
mk_registry_new (void)
{
  mk_registry *registry = g_new (mk_registry, 1);
  registry->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  registry->in_order = g_ptr_array_new ();
  return registry;
}

void
mk_registry_free (mk_registry *registry)
{
  if (registry == NULL)
    return;
  g_hash_table_unref (registry->by_id);
  g_ptr_array_unref (registry->in_order);
  g_free (registry);
}

bool
mk_registry_add (mk_registry *registry, const mk_node_def *def, GError **error)
{
  if (def->id == NULL || def->run == NULL || def->inputs == NULL || def->outputs == NULL)
    return mk_error (error, MK_ERROR_RANGE, "the table of node %s lacks an id, inputs, outputs or what it does", def->id != NULL ? def->id : "?");
  if (!g_hash_table_insert (registry->by_id, (char *)def->id, (void *)def))
    return mk_error (error, MK_ERROR_EXISTS, "two nodes are called %s", def->id);
  g_ptr_array_add (registry->in_order, (void *)def);
  return true;
}

bool
mk_registry_add_all (mk_registry *registry, const mk_node_def *const *defs, GError **error)
{
  for (; *defs != NULL; defs++)
    if (!mk_registry_add (registry, *defs, error))
      return false;
  return true;
}

const mk_node_def *
mk_registry_find (const mk_registry *registry, const char *id)
{
  return g_hash_table_lookup (registry->by_id, id);
}

const mk_node_def *const *
mk_registry_list (const mk_registry *registry, size_t *n)
{
  *n = registry->in_order->len;
  return (const mk_node_def *const *)registry->in_order->pdata;
}

/* Pairs of letters that two names share, of all that they have: Dice, "Measures of the Amount of Ecologic Association", 1945. */
static double
likeness (const char *a, const char *b)
{
  size_t n_a = strlen (a), n_b = strlen (b), n_shared = 0;
  if (n_a < 2 || n_b < 2)
    return 0;
  for (size_t i = 0; i + 1 < n_a; i++)
    for (size_t j = 0; j + 1 < n_b; j++)
      if (g_ascii_tolower (a[i]) == g_ascii_tolower (b[j]) && g_ascii_tolower (a[i + 1]) == g_ascii_tolower (b[j + 1])) {
        n_shared++;
        break;
      }
  return 2.0 * (double)n_shared / (double)(n_a + n_b - 2);
}

char **
mk_registry_suggest (const mk_registry *registry, const char *id)
{
  enum { MOST = 3 };
  const char *best[MOST] = { NULL };
  double points[MOST] = { 0.35, 0.35, 0.35 }; /* below it names have little in common */
  for (guint i = 0; i < registry->in_order->len && strlen (id) < 200; i++) {
    const char *other = ((const mk_node_def *)registry->in_order->pdata[i])->id;
    double like = likeness (id, other);
    for (int place = 0; place < MOST; place++)
      if (like > points[place]) {
        memmove (&best[place + 1], &best[place], (size_t)(MOST - 1 - place) * sizeof best[0]);
        memmove (&points[place + 1], &points[place], (size_t)(MOST - 1 - place) * sizeof points[0]);
        best[place] = other;
        points[place] = like;
        break;
      }
  }
  GStrvBuilder *builder = g_strv_builder_new ();
  for (int place = 0; place < MOST && best[place] != NULL; place++)
    g_strv_builder_add (builder, best[place]);
  char **names = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return names;
}

const mk_port *
mk_node_find_input (const mk_node_def *def, const char *name)
{
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    if (g_str_equal (port->name, name))
      return port;
  return NULL;
}

size_t
mk_node_n_outputs (const mk_node_def *def)
{
  size_t n = 0;
  while (def->outputs[n].name != NULL)
    n++;
  return n;
}
