/* sockets.c - what happens, told to whoever listens at /ws: numbered, so that a lost connection misses nothing. */
#include "bridge/bridge_private.h"

#include <string.h>

#define N_REMEMBERED 1000 /* messages that a client may have missed */

struct mk_sockets {
  mk_bridge *bridge;
  GPtrArray *open;      /* mk_ws, borrowed */
  GQueue *recent;       /* remembered, oldest first */
  int64_t last_number;
};

typedef struct {
  int64_t number;
  char *text;
} remembered;

static void
remembered_free (void *given)
{
  remembered *r = given;
  g_free (r->text);
  g_free (r);
}

mk_sockets *
mk_sockets_new (mk_bridge *bridge)
{
  mk_sockets *sockets = g_new0 (mk_sockets, 1);
  sockets->bridge = bridge;
  sockets->open = g_ptr_array_new ();
  sockets->recent = g_queue_new ();
  return sockets;
}

void
mk_sockets_free (mk_sockets *sockets)
{
  if (sockets == NULL)
    return;
  g_ptr_array_unref (sockets->open);
  g_queue_free_full (sockets->recent, remembered_free);
  g_free (sockets);
}

static void
on_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)code;
  (void)reason;
  g_ptr_array_remove_fast (((mk_sockets *)user)->open, ws);
}

static char *
print_message (int64_t number, const char *type, mk_json *taken_data)
{
  g_autoptr (mk_json) message = mk_json_new_object ();
  mk_json_set (message, "number", mk_json_new_int (number));
  mk_json_set (message, "type", mk_json_new_string (type));
  mk_json_set (message, "data", taken_data);
  return mk_json_print_compact (message);
}

/* ?after=N asks for what came after message N; what is not remembered any more is said in `missed`. */
static void
catch_up (mk_sockets *sockets, mk_ws *ws, const char *after)
{
  int64_t seen = after != NULL ? g_ascii_strtoll (after, NULL, 10) : sockets->last_number;
  const remembered *oldest = g_queue_peek_head (sockets->recent);
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "missed", mk_json_new_bool (seen > sockets->last_number || (oldest != NULL && seen + 1 < oldest->number)));
  g_autofree char *hello = print_message (sockets->last_number, "subscribed", data);
  for (GList *i = sockets->recent->head; i != NULL; i = i->next)
    if (((remembered *)i->data)->number > seen)
      mk_ws_send_text (ws, ((remembered *)i->data)->text);
  mk_ws_send_text (ws, hello);
}

void
mk_sockets_accept (mk_sockets *sockets, mk_http_request *request)
{
  static const mk_ws_events events = { .closed = on_closed };
  mk_ws_limits limits = { .max_message = 65536, .max_queue = 4 << 20 };
  g_autofree char *after = g_strdup (mk_http_request_query (request, "after"));
  mk_ws *ws = mk_http_answer_websocket (request, &events, &limits, sockets);
  if (ws == NULL)
    return;
  g_ptr_array_add (sockets->open, ws);
  catch_up (sockets, ws, after);
}

void
mk_sockets_tell (mk_sockets *sockets, const char *type, mk_json *taken_data, uint64_t key)
{
  remembered *r = g_new (remembered, 1);
  *r = (remembered){ ++sockets->last_number, NULL };
  r->text = print_message (r->number, type, taken_data);
  g_autoptr (mk_ws_message) message = mk_ws_message_new (r->text, strlen (r->text), MK_WS_TEXT, key);
  for (guint i = 0; i < sockets->open->len; i++)
    mk_ws_send (sockets->open->pdata[i], message);
  if (key != 0) { /* only the newest state counts: it is not worth remembering */
    remembered_free (r);
    return;
  }
  g_queue_push_tail (sockets->recent, r);
  if (g_queue_get_length (sockets->recent) > N_REMEMBERED)
    remembered_free (g_queue_pop_head (sockets->recent));
}
