#include "server/logs.h"

#include <pthread.h>

#include "base/log.h"

/* As many as ComfyUI keeps. */
#define MAX_LINES 300
/* Sockets that may subscribe; those that are gone give their place to the next. */
#define MAX_SUBSCRIBERS 256

typedef struct {
  char *time, *message;
} line;

struct mk_logs {
  mk_loop *loop;
  mk_clients *clients;     /* NULL once the server is gone */
  int n_refs;              /* atomic: ours and one for each post on its way */
  GHashTable *subscribers; /* sid; the loop's */
  pthread_mutex_t lock;    /* guards what follows */
  GQueue lines;
  GQueue unsent;           /* copies of lines that subscribers have not had */
};

static void
line_free (void *p)
{
  line *l = p;
  g_free (l->time);
  g_free (l->message);
  g_free (l);
}

static line *
line_copy (const line *l)
{
  line *copy = g_new (line, 1);
  *copy = (line){ g_strdup (l->time), g_strdup (l->message) };
  return copy;
}

static mk_json *
describe (const line *l)
{
  mk_json *entry = mk_json_new_object ();
  mk_json_set (entry, "t", mk_json_new_string (l->time));
  mk_json_set (entry, "m", mk_json_new_string (l->message));
  return entry;
}

static void
logs_unref (mk_logs *logs)
{
  if (__atomic_fetch_sub (&logs->n_refs, 1, __ATOMIC_ACQ_REL) > 1)
    return;
  g_queue_clear_full (&logs->lines, line_free);
  g_queue_clear_full (&logs->unsent, line_free);
  pthread_mutex_destroy (&logs->lock);
  g_hash_table_destroy (logs->subscribers);
  g_free (logs);
}

/* On the loop: everything that came since the last time, in one message. */
static void
send_unsent (void *user)
{
  mk_logs *logs = user;
  g_autoptr (mk_json) data = mk_json_new_object ();
  mk_json *entries = mk_json_new_array ();
  mk_json_set (data, "entries", entries);
  pthread_mutex_lock (&logs->lock);
  for (line *l; (l = g_queue_pop_head (&logs->unsent)) != NULL; line_free (l))
    mk_json_append (entries, describe (l));
  pthread_mutex_unlock (&logs->lock);
  GHashTableIter iter;
  gpointer sid;
  for (g_hash_table_iter_init (&iter, logs->subscribers); logs->clients != NULL && mk_json_length (entries) > 0 && g_hash_table_iter_next (&iter, &sid, NULL);)
    mk_clients_send (logs->clients, sid, "logs", mk_json_ref (data));
  logs_unref (logs);
}

static void
on_line (void *user, mk_log_level level, const char *json)
{
  (void)level;
  mk_logs *logs = user;
  g_autoptr (mk_json) event = NULL;
  if (!mk_json_parse (json, -1, NULL, &event, NULL))
    return;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  line *l = g_new (line, 1);
  *l = (line){ g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%f"), g_strconcat (mk_json_get_string (mk_json_get (event, "message")), "\n", NULL) };
  pthread_mutex_lock (&logs->lock);
  bool is_first = g_queue_is_empty (&logs->unsent);
  g_queue_push_tail (&logs->unsent, line_copy (l));
  g_queue_push_tail (&logs->lines, l);
  if (g_queue_get_length (&logs->lines) > MAX_LINES)
    line_free (g_queue_pop_head (&logs->lines));
  if (g_queue_get_length (&logs->unsent) > MAX_LINES)
    line_free (g_queue_pop_head (&logs->unsent));
  pthread_mutex_unlock (&logs->lock);
  if (!is_first)
    return;
  __atomic_fetch_add (&logs->n_refs, 1, __ATOMIC_RELAXED);
  mk_loop_post (logs->loop, send_unsent, logs);
}

mk_logs *
mk_logs_new (mk_loop *loop, mk_clients *clients)
{
  mk_logs *logs = g_new0 (mk_logs, 1);
  logs->n_refs = 1;
  logs->loop = loop;
  logs->clients = clients;
  logs->subscribers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pthread_mutex_init (&logs->lock, NULL);
  mk_log_set_listener (on_line, logs);
  return logs;
}

void
mk_logs_free (mk_logs *logs)
{
  if (logs == NULL)
    return;
  mk_log_set_listener (NULL, NULL);
  logs->clients = NULL;
  logs_unref (logs);
}

char *
mk_logs_print (mk_logs *logs)
{
  GString *text = g_string_new (NULL);
  pthread_mutex_lock (&logs->lock);
  for (const GList *i = logs->lines.head; i != NULL; i = i->next)
    g_string_append_printf (text, "%s - %s", ((const line *)i->data)->time, ((const line *)i->data)->message);
  pthread_mutex_unlock (&logs->lock);
  return g_string_free (text, FALSE);
}

mk_json *
mk_logs_list (mk_logs *logs)
{
  mk_json *body = mk_json_new_object (), *entries = mk_json_new_array (), *size = mk_json_new_object ();
  pthread_mutex_lock (&logs->lock);
  for (const GList *i = logs->lines.head; i != NULL; i = i->next)
    mk_json_append (entries, describe (i->data));
  pthread_mutex_unlock (&logs->lock);
  mk_json_set (size, "cols", mk_json_new_int (80)); /* there is no terminal; this is what terminals start with */
  mk_json_set (size, "rows", mk_json_new_int (24));
  mk_json_set (body, "entries", entries);
  mk_json_set (body, "size", size);
  return body;
}

static gboolean
is_gone (gpointer sid, gpointer value, gpointer clients)
{
  (void)value;
  return !mk_clients_has (clients, sid);
}

void
mk_logs_subscribe (mk_logs *logs, const char *sid, bool is_enabled)
{
  g_hash_table_foreach_remove (logs->subscribers, is_gone, logs->clients);
  if (!is_enabled)
    g_hash_table_remove (logs->subscribers, sid);
  else if (g_hash_table_size (logs->subscribers) < MAX_SUBSCRIBERS && mk_clients_has (logs->clients, sid))
    g_hash_table_add (logs->subscribers, g_strdup (sid));
}
