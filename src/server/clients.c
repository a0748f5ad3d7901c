#include "server/clients.h"

#include <string.h>

typedef struct {
  mk_clients *clients;
  mk_ws *ws;
  char *sid;
  bool has_spoken;   /* a parseable first message has come */
  bool takes_metadata;
  void (*greet) (void *user, const char *sid);
  void *greet_user;
} client;

struct mk_clients {
  GHashTable *by_sid; /* sid -> client, the newest */
  mk_json *features;
};

mk_clients *
mk_clients_new (mk_json *taken_features)
{
  mk_clients *clients = g_new0 (mk_clients, 1);
  clients->by_sid = g_hash_table_new (g_str_hash, g_str_equal);
  clients->features = taken_features;
  return clients;
}

void
mk_clients_free (mk_clients *clients)
{
  if (clients == NULL)
    return;
  g_hash_table_destroy (clients->by_sid);
  mk_json_unref (clients->features);
  g_free (clients);
}

/* --- out --- */

/* `second` may be NULL. */
static void
send_one (const client *c, mk_ws_message *first, mk_ws_message *second)
{
  if (second != NULL)
    mk_ws_send_both (c->ws, first, second);
  else
    mk_ws_send (c->ws, first);
}

static void
send_to (mk_clients *clients, const char *sid, mk_ws_message *first, mk_ws_message *second)
{
  if (sid != NULL) {
    client *c = g_hash_table_lookup (clients->by_sid, sid);
    if (c != NULL)
      send_one (c, first, second);
    return;
  }
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, clients->by_sid);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    send_one (value, first, second);
}

void
mk_clients_send_both (mk_clients *clients, const char *sid, const char *first, uint64_t key, const char *second)
{
  g_autoptr (mk_ws_message) a = mk_ws_message_new (first, strlen (first), MK_WS_TEXT, key);
  g_autoptr (mk_ws_message) b = mk_ws_message_new (second, strlen (second), MK_WS_TEXT, 0);
  send_to (clients, sid, a, b);
}

void
mk_clients_send_text (mk_clients *clients, const char *sid, const char *text, uint64_t key)
{
  g_autoptr (mk_ws_message) message = mk_ws_message_new (text, strlen (text), MK_WS_TEXT, key);
  send_to (clients, sid, message, NULL);
}

char *
mk_clients_print (const char *type, mk_json *taken_data)
{
  mk_json *whole = mk_json_new_object ();
  mk_json_set (whole, "type", mk_json_new_string (type));
  mk_json_set (whole, "data", taken_data);
  char *text = mk_json_print (whole);
  mk_json_unref (whole);
  return text;
}

void
mk_clients_send (mk_clients *clients, const char *sid, const char *type, mk_json *taken_data)
{
  g_autofree char *text = mk_clients_print (type, taken_data);
  mk_clients_send_text (clients, sid, text, 0);
}

void
mk_clients_send_message (mk_clients *clients, const mk_json *message)
{
  const mk_json *sid = mk_json_get (message, "sid");
  mk_clients_send (clients, mk_json_get_kind (sid) == MK_JSON_STRING ? mk_json_get_string (sid) : NULL,
                   mk_json_get_string (mk_json_get (message, "event")), mk_json_ref (mk_json_get (message, "data")));
}

static void
append_u32 (GByteArray *out, uint32_t value)
{
  uint8_t bytes[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value };
  g_byte_array_append (out, bytes, 4);
}

/* Contract §2.4. */
static mk_ws_message *
frame_preview (bool has_metadata, const char *metadata, const mk_shown *picture)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  append_u32 (out, has_metadata ? 4 : 1);
  if (has_metadata) {
    append_u32 (out, (uint32_t)strlen (metadata));
    g_byte_array_append (out, (const guint8 *)metadata, (guint)strlen (metadata));
  } else
    append_u32 (out, strcmp (picture->type, "image/jpeg") == 0 ? 1 : 2);
  g_byte_array_append (out, picture->bytes, (guint)picture->length);
  return mk_ws_message_new (out->data, out->len, picture->is_result ? MK_WS_BINARY : MK_WS_BINARY | MK_WS_DROPPABLE, 0);
}

void
mk_clients_send_preview (mk_clients *clients, const char *sid, const char *metadata, const mk_shown *picture)
{
  g_autoptr (mk_ws_message) with = frame_preview (true, metadata, picture);
  g_autoptr (mk_ws_message) without = frame_preview (false, metadata, picture);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, clients->by_sid);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    client *c = value;
    if (sid == NULL || strcmp (sid, c->sid) == 0)
      mk_ws_send (c->ws, c->takes_metadata ? with : without);
  }
}

void
mk_clients_send_node_text (mk_clients *clients, const char *sid, const char *node, const char *text)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  append_u32 (out, 3);
  append_u32 (out, (uint32_t)strlen (node));
  g_byte_array_append (out, (const guint8 *)node, (guint)strlen (node));
  g_byte_array_append (out, (const guint8 *)text, (guint)strlen (text));
  g_autoptr (mk_ws_message) message = mk_ws_message_new (out->data, out->len, MK_WS_BINARY, 0);
  send_to (clients, sid, message, NULL);
}

bool
mk_clients_is_heard (const mk_clients *clients, const char *sid)
{
  return sid != NULL ? mk_clients_has (clients, sid) : g_hash_table_size (clients->by_sid) > 0;
}

bool
mk_clients_has (const mk_clients *clients, const char *sid)
{
  return g_hash_table_contains (clients->by_sid, sid);
}

/* --- in --- */

static void
on_opened (mk_ws *ws, void *user)
{
  client *c = user;
  c->ws = ws;
  g_hash_table_replace (c->clients->by_sid, c->sid, c);
  c->greet (c->greet_user, c->sid);
}

static void
on_received (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  client *c = user;
  g_autoptr (mk_json) message = NULL;
  if (!is_text || c->has_spoken || !mk_json_parse (bytes, (gssize)length, NULL, &message, NULL))
    return;
  c->has_spoken = true;
  const mk_json *data = mk_json_get (message, "data");
  if (strcmp (mk_json_get_string (mk_json_get (message, "type")), "feature_flags") != 0)
    return;
  const mk_json *flag = mk_json_get (data, "supports_preview_metadata");
  c->takes_metadata = mk_json_get_kind (flag) == MK_JSON_BOOL && mk_json_get_bool (flag);
  g_autofree char *text = mk_clients_print ("feature_flags", mk_json_ref (c->clients->features));
  mk_ws_send_text (ws, text);
}

/* The place is given up only by who holds it, so that a successor is not made deaf. */
static void
on_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)code, (void)reason;
  client *c = user;
  if (g_hash_table_lookup (c->clients->by_sid, c->sid) == c)
    g_hash_table_remove (c->clients->by_sid, c->sid);
  g_free (c->sid);
  g_free (c);
}

static const mk_ws_events events = { on_opened, on_received, on_closed };

void
mk_clients_accept (mk_clients *clients, mk_http_request *request, void (*greet) (void *user, const char *sid), void *user)
{
  const char *sid = mk_http_request_query (request, "clientId");
  client *c = g_new0 (client, 1);
  *c = (client){ .clients = clients, .greet = greet, .greet_user = user };
  if (sid != NULL && sid[0] != '\0')
    c->sid = g_strdup (sid);
  else {
    g_autofree char *uuid = g_uuid_string_random ();
    g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);
    c->sid = g_strjoinv ("", parts);
  }
  if (mk_http_answer_websocket (request, &events, NULL, c) == NULL) {
    g_free (c->sid);
    g_free (c);
  }
}
