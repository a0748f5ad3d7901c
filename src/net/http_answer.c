#include <arpa/inet.h>
#include <string.h>

#include "net/gzip.h"
#include "net/http_private.h"
#include "net/origin.h"
#include "net/websocket_private.h"

#define STREAM_BLOCK ((size_t)64 << 10)

/* --- what came in --- */

const char *
mk_http_request_method (const mk_http_request *request)
{
  return request->method;
}

const char *
mk_http_request_path (const mk_http_request *request)
{
  return request->target.path;
}

const char *
mk_http_pairs_find (const GPtrArray *pairs, const char *name)
{
  for (guint i = 0; pairs != NULL && i + 1 < pairs->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (pairs, i), name) == 0)
      return g_ptr_array_index (pairs, i + 1);
  return NULL;
}

const char *
mk_http_request_param (const mk_http_request *request, const char *name)
{
  return mk_http_pairs_find (request->match.params, name);
}

const char *
mk_http_request_query (const mk_http_request *request, const char *name)
{
  return mk_url_target_find (&request->target, name);
}

const char *
mk_http_request_query_name (const mk_http_request *request, unsigned index)
{
  const GPtrArray *query = request->target.query;
  return query != NULL && (guint)index * 2 < query->len ? g_ptr_array_index (query, index * 2) : NULL;
}

const char *
mk_http_request_header (const mk_http_request *request, const char *name)
{
  return request->mhd != NULL ? MHD_lookup_connection_value (request->mhd, MHD_HEADER_KIND, name) : NULL;
}

bool
mk_http_request_takes_gzip (const mk_http_request *request)
{
  return mk_gzip_is_accepted (mk_http_request_header (request, "Accept-Encoding"));
}

unsigned
mk_http_request_flags (const mk_http_request *request)
{
  return request->match.route != NULL ? request->match.route->flags : 0;
}

const char *
mk_http_request_route (const mk_http_request *request)
{
  return request->match.route != NULL ? request->match.route->path : NULL;
}

const char *
mk_http_request_peer (const mk_http_request *request)
{
  mk_http_request *r = (mk_http_request *)(uintptr_t)request; /* the text is made when first asked for */
  if (r->peer != NULL || r->mhd == NULL)
    return r->peer;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info (r->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  char text[INET6_ADDRSTRLEN] = "";
  const struct sockaddr *any = info != NULL ? info->client_addr : NULL;
  if (any != NULL && any->sa_family == AF_INET)
    inet_ntop (AF_INET, &((const struct sockaddr_in *)(const void *)any)->sin_addr, text, sizeof text);
  else if (any != NULL && any->sa_family == AF_INET6)
    inet_ntop (AF_INET6, &((const struct sockaddr_in6 *)(const void *)any)->sin6_addr, text, sizeof text);
  r->peer = g_strdup (text);
  return r->peer;
}

bool
mk_http_request_is_far (const mk_http_request *request)
{
  const char *peer = mk_http_request_peer (request);
  return peer != NULL && (!mk_host_is_loopback (peer) || mk_http_request_header (request, "X-Forwarded-For") != NULL || mk_http_request_header (request, "Forwarded") != NULL);
}

bool
mk_http_request_is_gone (const mk_http_request *request)
{
  return request->mhd == NULL;
}

void
mk_http_request_set_data (mk_http_request *request, void *data, GDestroyNotify free_data)
{
  if (request->free_data != NULL)
    request->free_data (request->data);
  request->data = data;
  request->free_data = free_data;
}

void *
mk_http_request_data (const mk_http_request *request)
{
  return request->data;
}

void
mk_http_request_release (mk_http_request *request)
{
  if (--request->n_refs > 0)
    return;
  if (request->ws != NULL)
    mk_ws_lose (request->ws, 1006, "the client left during the handshake");
  mk_http_request_set_data (request, NULL, NULL);
  mk_http_sink_clear (&request->sink);
  mk_router_match_clear (&request->match);
  mk_url_target_clear (&request->target);
  if (request->response != NULL)
    MHD_destroy_response (request->response);
  g_clear_pointer (&request->headers, g_ptr_array_unref);
  g_free (request->peer);
  g_free (request->method);
  g_free (request->text);
  g_free (request);
}

/* --- the answer --- */

void
mk_http_request_set_header (mk_http_request *request, const char *name, const char *value)
{
  if (request->headers == NULL)
    request->headers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < request->headers->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (request->headers, i), name) == 0) {
      g_free (g_ptr_array_index (request->headers, i + 1));
      g_ptr_array_index (request->headers, i + 1) = g_strdup (value);
      return;
    }
  g_ptr_array_add (request->headers, g_strdup (name));
  g_ptr_array_add (request->headers, g_strdup (value));
}

/* One more header of the request on which the answer depends. */
static void
add_vary (mk_http_request *request, const char *header)
{
  const char *varies = mk_http_pairs_find (request->headers, "Vary");
  g_autofree char *all = varies != NULL ? g_strconcat (varies, ", ", header, NULL) : g_strdup (header);
  mk_http_request_set_header (request, "Vary", all);
}

static void
allow_origin (mk_http_request *request, const char *list)
{
  const char *origin = mk_http_request_header (request, "Origin");
  bool is_single = strchr (list, ',') == NULL;
  if (!is_single && !mk_origin_is_listed (list, origin))
    return;
  if (!is_single)
    add_vary (request, "Origin");
  mk_http_request_set_header (request, "Access-Control-Allow-Origin", is_single ? list : origin);
  mk_http_request_set_header (request, "Access-Control-Allow-Methods", "POST, GET, DELETE, PUT, OPTIONS, PATCH");
  mk_http_request_set_header (request, "Access-Control-Allow-Headers", "Content-Type, Authorization, Idempotency-Key, If-Match, If-None-Match, X-Request-Id");
  mk_http_request_set_header (request, "Access-Control-Allow-Credentials", "true");
}

void
mk_http_answer (mk_http_request *request, unsigned status, struct MHD_Response *response)
{
  g_assert (!request->is_answered);
  request->is_answered = true;
  if (request->mhd == NULL || request->response != NULL) { /* nobody waits, or the server has said that it stops */
    MHD_destroy_response (response);
    mk_http_request_release (request);
    return;
  }
  const mk_http_config *config = &request->server->config;
  if (config->cors_origin != NULL)
    allow_origin (request, config->cors_origin);
  if (config->decorate != NULL)
    config->decorate (request, status, config->user);
  for (guint i = 0; request->headers != NULL && i < request->headers->len; i += 2)
    MHD_add_response_header (response, g_ptr_array_index (request->headers, i), g_ptr_array_index (request->headers, i + 1));
  request->status = status;
  request->response = response;
  mk_http_request_resume (request);
  mk_http_request_release (request);
}

static void
free_bytes (void *bytes)
{
  g_bytes_unref (bytes);
}

/* As ComfyUI's `--enable-compress-response-body`: JSON and plain text, for clients that ask for it. */
static bool
is_compressible (const mk_http_request *request, const char *type, gsize length)
{
  return request->server != NULL && request->server->config.compresses_answers && length > 0 && type != NULL
         && (g_str_has_prefix (type, "application/json") || g_str_has_prefix (type, "text/plain"));
}

static struct MHD_Response *
response_of_bytes (mk_http_request *request, const char *type, GBytes *taken)
{
  const char *own = mk_http_pairs_find (request->headers, "Content-Type"), *shown = own != NULL ? own : type;
  bool is_either = is_compressible (request, shown, g_bytes_get_size (taken));
  if (is_either)
    add_vary (request, "Accept-Encoding");
  GBytes *small = is_either && mk_http_request_takes_gzip (request) ? mk_gzip (taken) : NULL;
  if (small != NULL) {
    g_bytes_unref (taken);
    taken = small;
  }
  gsize length;
  const void *data = g_bytes_get_data (taken, &length);
  struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls (
    length, (void *)(uintptr_t)(data != NULL ? data : ""), free_bytes, taken);
  if (own == NULL && type != NULL)
    MHD_add_response_header (response, "Content-Type", type);
  if (small != NULL)
    MHD_add_response_header (response, "Content-Encoding", "gzip");
  return response;
}

void
mk_http_answer_bytes (mk_http_request *request, unsigned status, const char *type, GBytes *taken)
{
  mk_http_answer (request, status, response_of_bytes (request, type, taken));
}

static void
answer_copy (mk_http_request *request, unsigned status, const char *type, const char *bytes, size_t length)
{
  mk_http_answer_bytes (request, status, type, g_bytes_new (bytes, length));
}

void
mk_http_answer_empty (mk_http_request *request, unsigned status)
{
  answer_copy (request, status, status == 204 || status == 304 ? NULL : "application/octet-stream", "", 0);
}

void
mk_http_answer_text (mk_http_request *request, unsigned status, const char *text)
{
  answer_copy (request, status, "text/plain; charset=utf-8", text, strlen (text));
}

void
mk_http_answer_json (mk_http_request *request, unsigned status, mk_json *taken)
{
  char *text = mk_json_print (taken);
  mk_json_unref (taken);
  mk_http_answer_json_text (request, status, g_bytes_new_take (text, strlen (text)));
}

void
mk_http_answer_json_text (mk_http_request *request, unsigned status, GBytes *taken)
{
  mk_http_answer_bytes (request, status, "application/json; charset=utf-8", taken);
}

void
mk_http_answer_error (mk_http_request *request, GError *taken)
{
  mk_json *error = mk_json_new_object (), *body = mk_json_new_object ();
  mk_json_set (error, "type", mk_json_new_string (mk_error_comfy_type (taken)));
  mk_json_set (error, "message", mk_json_new_string (taken->message));
  mk_json_set (body, "error", error);
  unsigned status = (unsigned)mk_error_http_status (taken);
  g_error_free (taken);
  mk_http_answer_json (request, status, body);
}

/* --- answers that are made while they are sent --- */

struct mk_http_stream {
  mk_http_request *request; /* one reference */
  gssize (*read) (void *user, char *bytes, size_t max);
  GDestroyNotify free;
  void *user;
};

static ssize_t
stream_read (void *user, uint64_t position, char *bytes, size_t max)
{
  (void)position;
  mk_http_stream *stream = user;
  gssize n = stream->read (stream->user, bytes, max);
  if (n > 0)
    return n;
  if (n == -1)
    return MHD_CONTENT_READER_END_OF_STREAM;
  if (n < -1)
    return MHD_CONTENT_READER_END_WITH_ERROR;
  mk_http_request *request = stream->request;
  request->is_suspended = true;
  g_hash_table_add (request->server->waiting, request);
  MHD_suspend_connection (request->mhd);
  return 0;
}

static void
stream_free (void *user)
{
  mk_http_stream *stream = user;
  stream->free (stream->user);
  mk_http_request_release (stream->request);
  g_free (stream);
}

mk_http_stream *
mk_http_answer_stream (mk_http_request *request, unsigned status, const char *type, int64_t size,
                       gssize (*read) (void *user, char *bytes, size_t max), GDestroyNotify free_user, void *user)
{
  mk_http_stream *stream = g_new0 (mk_http_stream, 1);
  *stream = (mk_http_stream){ request, read, free_user, user };
  request->n_refs++;
  struct MHD_Response *response = MHD_create_response_from_callback (
    size >= 0 ? (uint64_t)size : MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, stream, stream_free);
  MHD_add_response_header (response, "Content-Type", type);
  bool is_wanted = request->mhd != NULL;
  mk_http_answer (request, status, response);
  return is_wanted ? stream : NULL;
}

void
mk_http_stream_wake (mk_http_stream *stream)
{
  if (stream->request->mhd != NULL)
    mk_http_request_resume (stream->request);
}
