#include "bridge/api_private.h"

#include "base/log.h"
#include "bridge/crash_point.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_ANSWERS_MS ((int64_t)24 * 3600 * 1000) /* how long an Idempotency-Key is known */

/* --- the envelope --- */

/* Printed by hand: data that is text already is not taken apart and put together again. */
static GBytes *
print_envelope (mk_http_request *request, const char *status, const char *data, const char *message)
{
  const mk_request_note *note = mk_request_get_note (request);
  char now[MK_TIME_LENGTH];
  g_autoptr (mk_json) words = message[0] != '\0' ? mk_json_new_string (message) : NULL;
  g_autofree char *printed = words != NULL ? mk_json_print_compact (words) : NULL;
  mk_time_print (mk_bridge_now_ms (), now);
  char *text = g_strconcat ("{\"status\":\"", status, "\",\"data\":", data, ",\"message\":", printed != NULL ? printed : "\"\"", ",\"timestamp\":\"", now, "\",\"request_id\":\"", note->id, "\"}", NULL);
  mk_http_request_set_header (request, "X-Request-Id", note->id);
  return g_bytes_new_take (text, strlen (text));
}

static void
answer_text (mk_http_request *request, unsigned status, const char *data, const char *message)
{
  mk_http_answer_json_text (request, status, print_envelope (request, "success", data, message != NULL ? message : ""));
}

void
mk_api_answer (mk_http_request *request, unsigned status, mk_json *taken_data, const char *message)
{
  g_autofree char *data = mk_json_print_compact (taken_data);
  answer_text (request, status, data, message);
  mk_json_unref (taken_data);
}

static void
answer_failure (mk_http_request *request, unsigned status, const char *type, const char *message)
{
  g_autofree char *data = g_strdup_printf ("{\"type\":\"%s\"}", type);
  mk_http_answer_json_text (request, status, print_envelope (request, "error", data, message));
}

void
mk_api_answer_error (mk_http_request *request, GError *taken)
{
  answer_failure (request, (unsigned)mk_error_http_status (taken), mk_error_comfy_type (taken), taken->message);
  g_error_free (taken);
}

void
mk_api_refuse (mk_http_request *request, unsigned status, const char *why)
{
  const char *type = status == 403 ? "forbidden" : status == 404 ? "not_found" : status == 405 ? "method_not_allowed" : status == 413 ? "too_large" : status == 503 ? "unavailable" : status >= 500 ? "execution_error" : "bad_request";
  answer_failure (request, status, type, why);
}

/* As FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/), but eight bytes a step. A product carries upwards
 * only, so its upper half is folded into the lower one. A tag need not withstand anybody. */
static uint64_t
tag_of (const char *text)
{
  uint64_t sum = 0xcbf29ce484222325u;
  size_t length = strlen (text);
  for (size_t i = 0; i < length; i += 8) {
    uint64_t word = 0;
    memcpy (&word, text + i, MIN (length - i, sizeof word));
    sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
    sum ^= sum >> 32;
  }
  return sum;
}

#define TAG_LENGTH 24

static void
print_tag (const char *data, char tag[TAG_LENGTH])
{
  g_snprintf (tag, TAG_LENGTH, "\"%016" G_GINT64_MODIFIER "x\"", tag_of (data));
}

/* Lists and documents that did not change are not sent again. */
static bool
answer_not_modified (mk_http_request *request, const char *data)
{
  char tag[TAG_LENGTH];
  print_tag (data, tag);
  const char *known = mk_http_request_header (request, "If-None-Match");
  mk_http_request_set_header (request, "ETag", tag);
  mk_http_request_set_header (request, "Cache-Control", "no-cache");
  if (known == NULL || (strstr (known, tag) == NULL && !g_str_equal (known, "*")))
    return false;
  mk_http_answer_empty (request, 304);
  return true;
}

void
mk_api_answer_document (mk_http_request *request, mk_json *taken_data)
{
  g_autofree char *data = mk_json_print_compact (taken_data);
  if (!answer_not_modified (request, data))
    answer_text (request, 200, data, NULL);
  mk_json_unref (taken_data);
}

/* --- what was asked before under the same key --- */

static char *
idempotency_key (const mk_api_row *row, const mk_call *call)
{
  const char *key = row->is_once ? mk_http_request_header (call->request, "Idempotency-Key") : NULL;
  if (key == NULL)
    return NULL;
  return g_strdup_printf ("%s %s %s", mk_json_get_string (mk_json_get (call->operation, "operationId")), mk_request_get_note (call->request)->holder.id, key);
}

static char *
describe_request (const mk_call *call)
{
  g_autofree char *body = mk_json_print_compact (call->body);
  return g_strdup_printf ("%s %s", mk_http_request_path (call->request), body);
}

/* True when it was answered: with the earlier answer, or because the key was used for something else. */
static bool
answer_again (mk_bridge *bridge, const mk_call *call, const char *key)
{
  mk_statement *row = mk_database_query (bridge->store, NULL, "SELECT request, status, body FROM answers WHERE key = ? AND time > ?", "si", key, mk_bridge_now_ms () - KEPT_ANSWERS_MS);
  if (row == NULL || !mk_statement_next (row, NULL))
    return false;
  g_autofree char *request = describe_request (call), *data = g_strdup (mk_statement_text (row, 2));
  bool is_same = g_str_equal (mk_statement_text (row, 0), request);
  unsigned status = (unsigned)mk_statement_int (row, 1);
  mk_statement_end (row);
  if (is_same) {
    answer_text (call->request, status, data, "answered before");
    return true;
  }
  GError *error = NULL;
  mk_error (&error, MK_ERROR_EXISTS, "this Idempotency-Key was used for another request");
  mk_api_answer_error (call->request, error);
  return true;
}

static bool
remember_answer (mk_bridge *bridge, const mk_call *call, const char *key, const char *data, GError **error)
{
  g_autofree char *request = describe_request (call);
  return mk_database_run (bridge->store, error, "INSERT OR REPLACE INTO answers (key, request, status, body, time) VALUES (?, ?, ?, ?, ?)", "ssisi", key, request, (int64_t)call->status, data, mk_bridge_now_ms ());
}

/* --- one wait for the disk per round of the loop --- */

typedef struct {
  mk_http_request *request;
  unsigned status;
  char *data, *message;
} waiting_answer;

static void
waiting_free (void *given)
{
  waiting_answer *w = given;
  g_free (w->data);
  g_free (w->message);
  g_free (w);
}

/* Called before the loop sleeps. */
static int64_t
commit (void *user)
{
  mk_api *api = user;
  g_autoptr (GError) error = NULL;
  if (!api->is_open)
    return -1;
  api->is_open = false;
  mk_crash_point ("api.before_commit");
  bool is_kept = mk_database_end (api->bridge->store, true, &error);
  mk_crash_point ("api.after_commit");
  for (guint i = 0; i < api->waiting->len; i++) {
    waiting_answer *w = api->waiting->pdata[i];
    if (is_kept)
      answer_text (w->request, w->status, w->data, w->message);
    else
      mk_api_answer_error (w->request, g_error_copy (error));
  }
  bool has_answered = mk_sockets_let_go (api->bridge->sockets, is_kept) || api->waiting->len > 0;
  g_ptr_array_set_size (api->waiting, 0);
  if (!is_kept)
    mk_log (MK_LOG_ERROR, "bridge", "changes could not be kept: %s", error->message);
  return has_answered ? 0 : -1; /* the server's own hook came before this one: without another round the answers lie still */
}

static bool
open_round (mk_api *api, GError **error)
{
  if (!api->is_open) {
    api->is_open = mk_database_begin (api->bridge->store, error);
    if (api->is_open)
      mk_sockets_hold (api->bridge->sockets);
  }
  return api->is_open;
}

/* What a handler answered, as text; taken out of the call. */
static char *
take_data (mk_call *call)
{
  return call->text != NULL ? g_steal_pointer (&call->text) : mk_json_print_compact (call->data);
}

static void
call_clear (mk_call *call)
{
  mk_json_unref (call->body);
  mk_json_unref (call->data);
  mk_reading_free (call->reading);
  g_free (call->text);
}

/* If-Match: nobody writes over what somebody else changed meanwhile (RFC 9110, 13.1.1). */
static bool
is_as_expected (mk_api *api, const mk_api_row *row, const mk_call *call, GError **error)
{
  const char *expected = call->request != NULL ? mk_http_request_header (call->request, "If-Match") : NULL;
  if (expected == NULL || row->document == NULL)
    return true;
  mk_call reading = { .request = call->request, .operation = row->document->described };
  g_autofree char *data = row->document->operation->handle (api->bridge, &reading, error) ? take_data (&reading) : NULL;
  char tag[TAG_LENGTH];
  call_clear (&reading);
  if (data == NULL)
    return false;
  print_tag (data, tag);
  return g_str_equal (expected, "*") || strstr (expected, tag) != NULL
         || mk_error (error, MK_ERROR_CHANGED, "somebody changed it since you read it: its ETag is %s, not %.80s; read it again and decide anew", tag, expected);
}

/* The handler and the memory of its answer succeed or fail as one. */
static bool
change (mk_api *api, const mk_api_row *row, mk_call *call, const char *key, char **data, GError **error)
{
  mk_database *store = api->bridge->store;
  if (!open_round (api, error) || !mk_database_begin (store, error))
    return false;
  bool is_good = is_as_expected (api, row, call, error) && row->operation->handle (api->bridge, call, error);
  if (is_good) {
    *data = mk_json_print_compact (call->data);
    is_good = key == NULL || remember_answer (api->bridge, call, key, *data, error);
  }
  return mk_database_end (store, is_good, is_good ? error : NULL) && is_good;
}

/* --- a call --- */

static void
answer_change (mk_api *api, const mk_api_row *row, mk_call *call)
{
  GError *error = NULL;
  g_autofree char *key = idempotency_key (row, call), *data = NULL;
  if (key != NULL && answer_again (api->bridge, call, key))
    return;
  if (!change (api, row, call, key, &data, &error)) {
    mk_api_answer_error (call->request, error);
    return;
  }
  waiting_answer *w = g_new (waiting_answer, 1);
  *w = (waiting_answer){ call->request, call->status, g_steal_pointer (&data), g_strdup (call->message) };
  g_ptr_array_add (api->waiting, w);
}

static void
answer_question (mk_api *api, const mk_api_row *row, mk_call *call)
{
  GError *error = NULL;
  if (!row->operation->handle (api->bridge, call, &error)) {
    mk_api_answer_error (call->request, error);
    return;
  }
  g_autofree char *data = take_data (call);
  if (!row->has_tag || !answer_not_modified (call->request, data))
    answer_text (call->request, call->status, data, call->message);
}

static unsigned
own_status (const mk_json *described)
{
  mk_json_iter first = mk_json_iterate (mk_json_get (described, "responses"));
  return mk_json_next (&first) ? (unsigned)g_ascii_strtoull (first.key, NULL, 10) : 200;
}

static bool
is_allowed (const mk_api_row *row, const mk_key_holder *holder, GError **error)
{
  return holder->scope >= row->scope || mk_error (error, MK_ERROR_FORBIDDEN, "the key “%s” has the scope %s; this needs %s", holder->name, mk_scope_name (holder->scope), mk_scope_name (row->scope));
}

/* The holder may, what was asked for is valid, and what the handler needs is there. `given`: the body of a call from within. */
static bool
is_ready (const mk_api *api, const mk_api_row *row, const mk_key_holder *holder, mk_call *call, const mk_json *given, GError **error)
{
  return is_allowed (row, holder, error) && mk_api_check_parameters (api, call, error) && mk_api_read_body (api, call, given, error)
         && (!row->operation->needs_words || mk_bridge_read_words (api->bridge, error));
}

/* A call that waits for the second reader. */
typedef struct {
  mk_bridge *bridge;
  const mk_api_row *row;
  mk_call call;
} asking;

static void
on_reading (void *user, mk_reading *taken)
{
  asking *a = user;
  a->call.reading = taken;
  if (a->bridge->api != NULL)
    answer_change (a->bridge->api, a->row, &a->call);
  else
    mk_api_refuse (a->call.request, 503, "the program is ending");
  call_clear (&a->call);
  g_free (a);
}

/* True when the call was taken over and is answered later. */
static bool
ask_first (mk_api *api, const mk_api_row *row, const mk_call *call)
{
  if (row->operation->ask == NULL)
    return false;
  asking *a = g_new (asking, 1);
  *a = (asking){ api->bridge, row, *call };
  if (row->operation->ask (api->bridge, call, on_reading, a))
    return true;
  g_free (a);
  return false;
}

static void
handle (mk_http_request *request, void *user)
{
  mk_api *api = user;
  GError *error = NULL;
  const mk_api_row *row = g_ptr_array_index (api->rows, mk_http_request_flags (request));
  mk_call call = { .request = request, .operation = row->described, .status = own_status (row->described) };
  if (!is_ready (api, row, &mk_request_get_note (request)->holder, &call, NULL, &error))
    mk_api_answer_error (request, error);
  else if (row->operation->serve != NULL)
    row->operation->serve (api->bridge, &call);
  else if (g_str_equal (mk_http_request_method (request), "GET") || g_str_equal (mk_http_request_method (request), "HEAD"))
    answer_question (api, row, &call);
  else if (ask_first (api, row, &call))
    return;
  else
    answer_change (api, row, &call);
  call_clear (&call);
}

mk_json *
mk_api_call (mk_api *api, const char *operation_id, const mk_json *path, const mk_json *query, const mk_json *body, const mk_key_holder *who, GError **error)
{
  for (guint i = 0; i < api->rows->len; i++) {
    const mk_api_row *row = api->rows->pdata[i];
    if (!g_str_equal (row->operation->id, operation_id))
      continue;
    mk_call call = { .operation = row->described, .status = own_status (row->described), .path = path, .query = query, .who = who };
    g_autofree char *data = NULL;
    bool is_good = is_ready (api, row, who, &call, body, error);
    if (is_good)
      is_good = row->has_tag ? row->operation->handle (api->bridge, &call, error) : change (api, row, &call, NULL, &data, error);
    mk_json_unref (call.body);
    if (is_good && call.text != NULL)
      mk_json_parse (call.text, -1, NULL, &call.data, NULL);
    g_free (call.text);
    commit (api); /* who asks from within answers by itself */
    if (is_good)
      return call.data;
    mk_json_unref (call.data);
    return NULL;
  }
  mk_error (error, MK_ERROR_NOT_FOUND, "there is no operation %s", operation_id);
  return NULL;
}

const char *
mk_call_param (const mk_call *call, const char *name)
{
  return call->request != NULL ? mk_http_request_param (call->request, name) : mk_json_get_string (mk_json_get (call->path, name));
}

const char *
mk_call_query (const mk_call *call, const char *name)
{
  const char *text = call->request != NULL ? mk_http_request_query (call->request, name) : mk_json_get_string (mk_json_get (call->query, name));
  return text != NULL && text[0] != '\0' ? text : NULL;
}

bool
mk_call_page (const mk_call *call, mk_page *page, GError **error)
{
  const char *limit = mk_call_query (call, "limit");
  return mk_page_parse (mk_call_query (call, "cursor"), limit != NULL ? atoi (limit) : 0, page, error);
}

const mk_key_holder *
mk_call_holder (const mk_call *call)
{
  return call->request != NULL ? &mk_request_get_note (call->request)->holder : call->who;
}

const char *
mk_call_who (const mk_call *call)
{
  const mk_key_holder *holder = mk_call_holder (call);
  return holder->name[0] != '\0' ? holder->name : "person";
}

const char *
mk_call_text (const mk_call *call, const char *field)
{
  return mk_json_has (call->body, field) ? mk_json_get_string (mk_json_get (call->body, field)) : NULL;
}

/* --- life --- */

mk_api *
mk_api_new (mk_bridge *bridge, GError **error)
{
  mk_api *api = g_new0 (mk_api, 1);
  api->bridge = bridge;
  api->routes = g_array_new (FALSE, FALSE, sizeof (mk_http_route));
  api->rows = g_ptr_array_new_with_free_func (g_free);
  api->texts = g_ptr_array_new_with_free_func (g_free);
  api->waiting = g_ptr_array_new_with_free_func (waiting_free);
  mk_loop_add_hook (bridge->loop, commit, api);
  if (!mk_api_read_document (api, handle, error)) {
    mk_api_free (api);
    return NULL;
  }
  mk_database_run (bridge->store, NULL, "DELETE FROM answers WHERE time < ?", "i", mk_bridge_now_ms () - KEPT_ANSWERS_MS);
  mk_http_server_add_routes (bridge->server, "/api/v1", (const mk_http_route *)(void *)api->routes->data, api);
  return api;
}

void
mk_api_free (mk_api *api)
{
  if (api == NULL)
    return;
  commit (api);
  mk_loop_remove_hook (api->bridge->loop, commit, api);
  mk_json_unref (api->document);
  mk_schema_free (api->schema);
  g_array_unref (api->routes);
  g_ptr_array_unref (api->rows);
  g_ptr_array_unref (api->texts);
  g_ptr_array_unref (api->waiting);
  g_free (api);
}

const mk_json *
mk_api_document (const mk_api *api)
{
  return api->document;
}
