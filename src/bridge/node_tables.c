/* node_tables.c - the nodes of all engines in one table, with the files and models that are there now.
 *
 * Flow      Engines tell their tables when they come up, and again when they may be others: after an upload, an install, a
 *           deletion, when our own folders have changed, when they are ten seconds old (engine_link.c). Who reads
 *           waits for the answers that are under way, but not for long.
 */
#include "bridge/dispatcher_private.h"

#define WAIT_MS 3000 /* for an engine that does not answer; then what it told last stands */

typedef struct {
  void (*done) (void *user, mk_json *taken_tables);
  void *user;
} reader;

struct mk_table_readers {
  mk_dispatcher *dispatcher;
  GArray *waiting; /* reader */
  mk_timer *end;
};

static mk_engine_link *
get_link (const mk_dispatcher *dispatcher, guint index)
{
  return dispatcher->links->pdata[index];
}

/* The first that knows a node describes it. */
mk_json *
mk_dispatcher_node_tables (mk_dispatcher *dispatcher)
{
  mk_json *all = NULL;
  for (guint i = 0; i < dispatcher->links->len; i++) {
    mk_json *tables = get_link (dispatcher, i)->tables;
    if (all == NULL && tables != NULL)
      all = mk_json_new_object ();
    for (mk_json_iter node = mk_json_iterate (tables); mk_json_next (&node);)
      if (!mk_json_has (all, node.key))
        mk_json_set (all, node.key, mk_json_ref (node.value));
  }
  return all;
}

mk_comfy *
mk_dispatcher_node_engine (mk_dispatcher *dispatcher, const char *node, const mk_json **table)
{
  for (guint i = 0; i < dispatcher->links->len; i++) {
    const mk_engine_link *link = get_link (dispatcher, i);
    if (mk_engine_link_is_up (link) && mk_json_has (link->tables, node)) {
      *table = mk_json_get (link->tables, node);
      return link->comfy;
    }
  }
  return NULL;
}

void
mk_dispatcher_refresh_tables (mk_dispatcher *dispatcher)
{
  for (guint i = 0; i < dispatcher->links->len; i++)
    mk_engine_link_refresh (get_link (dispatcher, i));
}

static bool
is_any_asked (const mk_dispatcher *dispatcher)
{
  for (guint i = 0; i < dispatcher->links->len; i++)
    if (get_link (dispatcher, i)->is_asked && mk_engine_link_is_up (get_link (dispatcher, i)))
      return true;
  return false;
}

static void
answer_all (void *user)
{
  mk_table_readers *readers = user;
  GArray *waiting = readers->waiting;
  mk_timer_stop (readers->end);
  readers->waiting = g_array_new (FALSE, FALSE, sizeof (reader));
  for (guint i = 0; i < waiting->len; i++) {
    const reader *r = &g_array_index (waiting, reader, i);
    r->done (r->user, mk_dispatcher_node_tables (readers->dispatcher));
  }
  g_array_unref (waiting);
}

void
mk_table_readers_wake (mk_table_readers *readers)
{
  if (readers->waiting->len > 0 && !is_any_asked (readers->dispatcher))
    answer_all (readers);
}

void
mk_dispatcher_ask_tables (mk_dispatcher *dispatcher, void (*done) (void *user, mk_json *taken_tables), void *user)
{
  mk_table_readers *readers = dispatcher->readers;
  reader r = { done, user };
  mk_dispatcher_refresh_tables (dispatcher);
  g_array_append_val (readers->waiting, r);
  if (readers->waiting->len == 1)
    mk_timer_start (readers->end, WAIT_MS);
  mk_table_readers_wake (readers);
}

mk_table_readers *
mk_table_readers_new (mk_dispatcher *dispatcher)
{
  mk_table_readers *readers = g_new (mk_table_readers, 1);
  *readers = (mk_table_readers){ dispatcher, g_array_new (FALSE, FALSE, sizeof (reader)), NULL };
  readers->end = mk_timer_new (dispatcher->bridge->loop, answer_all, readers);
  return readers;
}

void
mk_table_readers_free (mk_table_readers *readers)
{
  if (readers == NULL)
    return;
  answer_all (readers);
  mk_timer_free (readers->end);
  g_array_unref (readers->waiting);
  g_free (readers);
}
