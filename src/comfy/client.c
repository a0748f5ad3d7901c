#include "comfy/client.h"

#include <string.h>

#include "comfy/client_private.h"
#include "net/url.h"

#define RECONNECT_FIRST_MS 100
#define RECONNECT_MAX_MS 5000
/* How often prompts are looked after, and how long the socket may be silent about one before it is asked for. */
#define CHECK_MS 500
#define SILENCE_MS 10000
/* A prompt that is neither queued nor recorded so many times in a row is lost. */
#define MAX_ABSENCES 3

static void connect_socket (void *user);

static void
followed_free (void *p)
{
  mk_comfy_followed *f = p;
  g_free (f->id);
  g_free (f);
}

char *
mk_comfy_make_url (const mk_comfy *comfy, const char *path)
{
  return g_strconcat (comfy->url, path, NULL);
}

/* --- asking --- */

typedef struct {
  mk_comfy_done done;
  void *user;
} question;

/* The engine's own sentence of a refusal, or its status. */
static void
set_refusal (GError **error, const mk_http_reply *reply, const mk_json *body)
{
  const mk_json *said = mk_json_get (body, "error");
  const char *message = mk_json_get_string (mk_json_get (said, "message"));
  const char *details = mk_json_get_string (mk_json_get (said, "details"));
  mk_error_code code = reply->status == 404 ? MK_ERROR_NOT_FOUND : reply->status == 401 ? MK_ERROR_UNAUTHORIZED
                       : reply->status == 413 ? MK_ERROR_LIMIT : reply->status < 500 ? MK_ERROR_WORKFLOW : MK_ERROR_UNAVAILABLE;
  if (message[0] != '\0')
    mk_error (error, code, "%s%s%s", message, details[0] != '\0' ? ": " : "", details);
  else
    mk_error (error, code, "the engine answered with status %u", reply->status);
}

static void
on_reply (void *user, const mk_http_reply *reply, const GError *error)
{
  question *q = user;
  g_autoptr (mk_json) body = NULL;
  g_autoptr (GError) refusal = NULL;
  if (reply != NULL && reply->length > 0 && strstr (reply->type, "json") != NULL)
    mk_http_reply_json (reply, &body, &refusal);
  if (reply != NULL && reply->status / 100 != 2) {
    g_clear_error (&refusal);
    set_refusal (&refusal, reply, body);
  }
  if (q->done != NULL)
    q->done (q->user, body, error != NULL ? error : refusal);
  g_free (q);
}

void
mk_comfy_ask (mk_comfy *comfy, const char *path, mk_http_order *order, mk_comfy_done done, void *user)
{
  g_autofree char *url = mk_comfy_make_url (comfy, path);
  g_autofree char *key = comfy->api_key != NULL ? g_strconcat ("X-API-Key: ", comfy->api_key, NULL) : NULL;
  const char *headers[] = { key, NULL };
  question *q = g_new (question, 1);
  *q = (question){ done, user };
  order->url = url;
  order->headers = headers;
  order->done = on_reply;
  order->user = q;
  mk_http_client_start (comfy->http, order);
}

void
mk_comfy_get (mk_comfy *comfy, const char *path, mk_comfy_done done, void *user)
{
  mk_comfy_ask (comfy, path, &(mk_http_order){ 0 }, done, user);
}

void
mk_comfy_post (mk_comfy *comfy, const char *path, const mk_json *body, mk_comfy_done done, void *user)
{
  g_autofree char *text = body != NULL ? mk_json_print_compact (body) : g_strdup ("{}");
  mk_comfy_ask (comfy, path, &(mk_http_order){ .body = text, .length = strlen (text) }, done, user);
}

/* --- following: what ends a prompt --- */

static void
end_prompt (mk_comfy *comfy, mk_comfy_followed *f, const mk_comfy_result *result)
{
  if (f->is_ended)
    return;
  f->is_ended = true;
  mk_comfy_result whole = *result;
  whole.message = whole.message != NULL ? whole.message : "";
  whole.exception = whole.exception != NULL ? whole.exception : "";
  whole.node = whole.node != NULL ? whole.node : "";
  whole.node_type = whole.node_type != NULL ? whole.node_type : "";
  g_autofree char *id = g_strdup (f->id);
  g_hash_table_remove (comfy->followed, id);
  if (comfy->events.ended != NULL)
    comfy->events.ended (comfy->user, id, &whole);
}

static void
end_by_record (mk_comfy *comfy, mk_comfy_followed *f, const mk_json *record)
{
  const mk_json *status = mk_json_get (record, "status"), *messages = mk_json_get (status, "messages");
  bool is_good = strcmp (mk_json_get_string (mk_json_get (status, "status_str")), "success") == 0;
  mk_comfy_result result = { .end = is_good ? MK_COMFY_SUCCEEDED : MK_COMFY_FAILED, .outputs = mk_json_get (record, "outputs") };
  for (size_t i = 0; !is_good && i < mk_json_length (messages); i++) {
    const char *type = mk_json_get_string (mk_json_at (mk_json_at (messages, i), 0));
    const mk_json *data = mk_json_at (mk_json_at (messages, i), 1);
    if (strcmp (type, "execution_interrupted") == 0)
      result.end = MK_COMFY_CANCELLED;
    if (strcmp (type, "execution_error") != 0 && strcmp (type, "execution_interrupted") != 0)
      continue;
    result.message = mk_json_get_string (mk_json_get (data, "exception_message"));
    result.exception = mk_json_get_string (mk_json_get (data, "exception_type"));
    result.node = mk_json_get_string (mk_json_get (data, "node_id"));
    result.node_type = mk_json_get_string (mk_json_get (data, "node_type"));
  }
  end_prompt (comfy, f, &result);
}

/* What a question about a followed prompt brings along; the client may be gone when the answer comes. */
typedef struct {
  mk_comfy_alive *alive;
  char *id;
} inquiry;

static inquiry *
inquiry_new (mk_comfy *comfy, const char *id)
{
  inquiry *i = g_new (inquiry, 1);
  *i = (inquiry){ comfy->alive, g_strdup (id) };
  comfy->alive->n_refs++;
  return i;
}

void
mk_comfy_alive_unref (mk_comfy_alive *alive)
{
  if (--alive->n_refs == 0)
    g_free (alive);
}

static mk_comfy_followed *
inquiry_end (inquiry *i, mk_comfy **comfy)
{
  *comfy = i->alive->comfy;
  mk_comfy_followed *f = *comfy != NULL ? g_hash_table_lookup ((*comfy)->followed, i->id) : NULL;
  mk_comfy_alive_unref (i->alive);
  g_free (i->id);
  g_free (i);
  return f;
}

static bool
is_listed (const mk_json *items, const char *id)
{
  for (size_t i = 0; i < mk_json_length (items); i++)
    if (strcmp (mk_json_get_string (mk_json_at (mk_json_at (items, i), 1)), id) == 0)
      return true;
  return false;
}

static void
on_queue (void *user, const mk_json *reply, const GError *error)
{
  mk_comfy *comfy;
  mk_comfy_followed *f = inquiry_end (user, &comfy);
  if (f == NULL)
    return;
  f->is_asked = false;
  if (error != NULL)
    return; /* the engine is away: that says nothing about the prompt */
  bool is_there = is_listed (mk_json_get (reply, "queue_running"), f->id) || is_listed (mk_json_get (reply, "queue_pending"), f->id);
  f->n_absences = is_there ? 0 : f->n_absences + 1;
  if (f->is_cancelled && !is_there) /* taken out before it began: no record tells of it */
    end_prompt (comfy, f, &(mk_comfy_result){ .end = MK_COMFY_CANCELLED });
  else if (f->n_absences >= MAX_ABSENCES)
    end_prompt (comfy, f, &(mk_comfy_result){ .end = MK_COMFY_LOST, .message = "the engine no longer knows of it" });
}

static void
on_record (void *user, const mk_json *reply, const GError *error)
{
  mk_comfy *comfy;
  mk_comfy_followed *f = inquiry_end (user, &comfy);
  if (f == NULL)
    return;
  const mk_json *record = mk_json_get (reply, f->id);
  f->is_asked = false;
  if (error == NULL && record != NULL)
    end_by_record (comfy, f, record);
  else if (error == NULL) {
    f->is_asked = true;
    mk_comfy_get (comfy, "/queue", on_queue, inquiry_new (comfy, f->id));
  }
}

static void
ask_record (mk_comfy *comfy, mk_comfy_followed *f)
{
  if (f->is_asked)
    return;
  f->is_asked = true;
  f->heard_ms = mk_loop_now_ms (comfy->loop);
  g_autofree char *quoted = mk_url_encode (f->id, NULL), *path = g_strconcat ("/history/", quoted, NULL);
  mk_comfy_get (comfy, path, on_record, inquiry_new (comfy, f->id));
}

static void
on_check_time (void *user)
{
  mk_comfy *comfy = user;
  int64_t now = mk_loop_now_ms (comfy->loop);
  g_autoptr (GList) all = g_hash_table_get_values (comfy->followed);
  for (GList *l = all; l != NULL; l = l->next) {
    mk_comfy_followed *f = l->data;
    if (!comfy->is_up || f->n_absences > 0 || f->is_cancelled || now - f->heard_ms > SILENCE_MS)
      ask_record (comfy, f);
  }
  if (all != NULL)
    mk_timer_start (comfy->check, CHECK_MS);
}

void
mk_comfy_follow (mk_comfy *comfy, const char *prompt_id)
{
  if (g_hash_table_contains (comfy->followed, prompt_id))
    return;
  mk_comfy_followed *f = g_new0 (mk_comfy_followed, 1);
  f->id = g_strdup (prompt_id);
  g_hash_table_insert (comfy->followed, f->id, f);
  f->heard_ms = mk_loop_now_ms (comfy->loop);
  mk_timer_start (comfy->check, CHECK_MS);
}

void
mk_comfy_unfollow (mk_comfy *comfy, const char *prompt_id)
{
  g_hash_table_remove (comfy->followed, prompt_id);
}

/* --- the socket --- */

void
mk_comfy_note (mk_comfy *comfy, const char *prompt)
{
  mk_comfy_followed *f = g_hash_table_lookup (comfy->followed, prompt);
  if (f != NULL)
    f->heard_ms = mk_loop_now_ms (comfy->loop);
}

void
mk_comfy_note_end (mk_comfy *comfy, const char *prompt)
{
  mk_comfy_followed *f = g_hash_table_lookup (comfy->followed, prompt);
  if (f != NULL)
    ask_record (comfy, f);
}

static void
on_opened (mk_ws *ws, void *user)
{
  mk_comfy *comfy = user;
  comfy->is_up = true;
  comfy->reconnect_ms = RECONNECT_FIRST_MS;
  mk_ws_send_text (ws, "{\"type\": \"feature_flags\", \"data\": {\"supports_preview_metadata\": true}}");
  if (comfy->events.up != NULL)
    comfy->events.up (comfy->user, true);
  /* What ended while we were away is in the history. */
  g_autoptr (GList) all = g_hash_table_get_values (comfy->followed);
  for (GList *l = all; l != NULL; l = l->next)
    ask_record (comfy, l->data);
}

static void
on_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)code, (void)reason;
  mk_comfy *comfy = user;
  bool was_up = comfy->is_up;
  comfy->ws = NULL;
  comfy->is_up = false;
  if (comfy->alive->comfy == NULL) { /* freed: this was what was waited for */
    mk_comfy_alive_unref (comfy->alive);
    g_free (comfy);
    return;
  }
  mk_timer_start (comfy->reconnect, comfy->reconnect_ms);
  comfy->reconnect_ms = MIN (comfy->reconnect_ms * 2, RECONNECT_MAX_MS);
  if (was_up && comfy->events.up != NULL)
    comfy->events.up (comfy->user, false);
}

static void
on_received (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  (void)ws;
  mk_comfy *comfy = user;
  if (comfy->alive->comfy == NULL)
    return;
  if (is_text)
    mk_comfy_read_message (comfy, bytes, length);
  else
    mk_comfy_read_preview (comfy, (const uint8_t *)bytes, length);
}

static const mk_ws_events socket_events = { on_opened, on_received, on_closed };

static void
connect_socket (void *user)
{
  mk_comfy *comfy = user;
  g_autofree char *id = mk_url_encode (comfy->client_id, NULL);
  g_autofree char *url = g_strdup_printf ("ws%s/ws?clientId=%s", comfy->url + 4, id); /* http -> ws, https -> wss */
  g_autofree char *key = comfy->api_key != NULL ? g_strconcat ("X-API-Key: ", comfy->api_key, NULL) : NULL;
  const char *headers[] = { key, NULL };
  mk_ws_limits limits = { .max_message = (size_t)256 << 20 };
  comfy->ws = mk_ws_connect (comfy->http, url, headers, &socket_events, &limits, comfy);
}

/* --- life --- */

mk_comfy *
mk_comfy_new (mk_loop *loop, mk_http_client *http, const char *url, const char *client_id, const char *api_key,
              const mk_comfy_events *events, void *user)
{
  mk_comfy *comfy = g_new0 (mk_comfy, 1);
  comfy->loop = loop;
  comfy->http = http;
  comfy->events = *events;
  comfy->user = user;
  comfy->url = g_strdup (url);
  if (g_str_has_suffix (comfy->url, "/"))
    comfy->url[strlen (comfy->url) - 1] = '\0';
  comfy->client_id = client_id != NULL ? g_strdup (client_id) : g_uuid_string_random ();
  comfy->api_key = g_strdup (api_key);
  comfy->followed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, followed_free);
  comfy->reconnect = mk_timer_new (loop, connect_socket, comfy);
  comfy->check = mk_timer_new (loop, on_check_time, comfy);
  comfy->reconnect_ms = RECONNECT_FIRST_MS;
  comfy->alive = g_new (mk_comfy_alive, 1);
  *comfy->alive = (mk_comfy_alive){ 1, comfy };
  mk_timer_start (comfy->reconnect, 0);
  return comfy;
}

void
mk_comfy_free (mk_comfy *comfy)
{
  if (comfy == NULL)
    return;
  comfy->alive->comfy = NULL;
  g_clear_pointer (&comfy->reconnect, mk_timer_free);
  g_clear_pointer (&comfy->check, mk_timer_free);
  g_clear_pointer (&comfy->followed, g_hash_table_destroy);
  g_clear_pointer (&comfy->url, g_free);
  g_clear_pointer (&comfy->client_id, g_free);
  g_clear_pointer (&comfy->api_key, g_free);
  if (comfy->ws != NULL) {
    mk_ws_close (comfy->ws, 1000, "bye"); /* on_closed frees the rest */
    return;
  }
  mk_comfy_alive_unref (comfy->alive);
  g_free (comfy);
}

bool
mk_comfy_is_up (const mk_comfy *comfy)
{
  return comfy->is_up;
}

const char *
mk_comfy_url (const mk_comfy *comfy)
{
  return comfy->url;
}

/* --- prompts --- */

typedef struct {
  mk_comfy_alive *alive;
  char *id;
  mk_comfy_done done;
  void *user;
} submission;

static void
on_submitted (void *user, const mk_json *reply, const GError *error)
{
  submission *s = user;
  mk_comfy *comfy = s->alive->comfy;
  const char *given = mk_json_get_string (mk_json_get (reply, "prompt_id"));
  if (comfy != NULL && error == NULL && strcmp (given, s->id) != 0) {
    mk_comfy_unfollow (comfy, s->id);
    mk_comfy_follow (comfy, given);
    ask_record (comfy, g_hash_table_lookup (comfy->followed, given)); /* what was told under that name before we knew it */
  }
  /* Followed before it was sent, since its end may be heard before the answer; not when it was refused. What broke off
   * may have arrived, and is still followed: the engine knows. */
  if (comfy != NULL && error != NULL && reply != NULL)
    mk_comfy_unfollow (comfy, s->id);
  if (s->done != NULL)
    s->done (s->user, reply, error);
  mk_comfy_alive_unref (s->alive);
  g_free (s->id);
  g_free (s);
}

void
mk_comfy_submit (mk_comfy *comfy, const mk_json *workflow, const mk_json *extra_data, const char *prompt_id, mk_comfy_done done, void *user)
{
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "prompt", mk_json_copy (workflow));
  mk_json_set (body, "client_id", mk_json_new_string (comfy->client_id));
  mk_json_set (body, "prompt_id", mk_json_new_string (prompt_id));
  if (extra_data != NULL)
    mk_json_set (body, "extra_data", mk_json_copy (extra_data));
  submission *s = g_new (submission, 1);
  *s = (submission){ comfy->alive, g_strdup (prompt_id), done, user };
  comfy->alive->n_refs++;
  mk_comfy_follow (comfy, prompt_id);
  mk_comfy_post (comfy, "/prompt", body, on_submitted, s);
  mk_json_unref (body);
}

void
mk_comfy_cancel (mk_comfy *comfy, const char *prompt_id)
{
  mk_comfy_followed *f = g_hash_table_lookup (comfy->followed, prompt_id);
  if (f != NULL)
    f->is_cancelled = true;
  mk_json *ids = mk_json_new_array (), *remove = mk_json_new_object (), *interrupt = mk_json_new_object ();
  mk_json_append (ids, mk_json_new_string (prompt_id));
  mk_json_set (remove, "delete", ids);
  mk_json_set (interrupt, "prompt_id", mk_json_new_string (prompt_id));
  mk_comfy_post (comfy, "/queue", remove, NULL, NULL);
  mk_comfy_post (comfy, "/interrupt", interrupt, NULL, NULL);
  mk_json_unref (remove);
  mk_json_unref (interrupt);
}

/* --- files --- */

void
mk_comfy_upload (mk_comfy *comfy, const char *path, const char *name, const char *subfolder, const char *type, mk_comfy_done done, void *user)
{
  mk_http_field fields[] = { { .name = "image", .path = path, .filename = name },
                             { .name = "subfolder", .value = subfolder != NULL ? subfolder : "" },
                             { .name = "type", .value = type != NULL ? type : "input" }, { 0 } };
  mk_comfy_ask (comfy, "/upload/image", &(mk_http_order){ .fields = fields, .total_seconds = 3600 }, done, user);
}

static char *
make_view_path (const mk_json *file)
{
  g_autofree char *name = mk_url_encode (mk_json_get_string (mk_json_get (file, "filename")), NULL);
  g_autofree char *subfolder = mk_url_encode (mk_json_get_string (mk_json_get (file, "subfolder")), NULL);
  const char *type = mk_json_get_string (mk_json_get (file, "type"));
  g_autofree char *kind = mk_url_encode (type[0] != '\0' ? type : "output", NULL);
  return g_strdup_printf ("/view?filename=%s&subfolder=%s&type=%s", name, subfolder, kind);
}

char *
mk_comfy_view_url (const mk_comfy *comfy, const mk_json *file)
{
  g_autofree char *path = make_view_path (file);
  return mk_comfy_make_url (comfy, path);
}

void
mk_comfy_download (mk_comfy *comfy, const mk_json *file, const char *path, mk_comfy_done done, void *user)
{
  g_autofree char *view = make_view_path (file);
  mk_comfy_ask (comfy, view, &(mk_http_order){ .download_path = path, .is_resumed = true }, done, user);
}
