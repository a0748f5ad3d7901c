#include "net/http_client.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "net/client_private.h"

#define DEFAULT_MAX_BYTES ((size_t)64 << 20)
#define MAX_HEADERS 200

/* --- curl's multi handle on our loop --- */

struct mk_http_client {
  mk_loop *loop;
  CURLM *multi;
  mk_timer *timer;
  GHashTable *transfers;
};

typedef struct {
  mk_http_client *client;
  mk_watch *watch;
  curl_socket_t fd;
} socket_watch;

static void
collect_ended (mk_http_client *client)
{
  int n_left;
  for (CURLMsg *m; (m = mk_curl.curl_multi_info_read (client->multi, &n_left)) != NULL;) {
    char *transfer = NULL;
    mk_curl.curl_easy_getinfo (m->easy_handle, CURLINFO_PRIVATE, &transfer);
    mk_transfer *t = (mk_transfer *)(void *)transfer;
    if (m->msg == CURLMSG_DONE && t != NULL)
      t->ended (t, m->data.result);
  }
}

static void
on_timer (void *user)
{
  mk_http_client *client = user;
  int n_running;
  mk_curl.curl_multi_socket_action (client->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
  collect_ended (client);
}

static void
on_socket (void *user, unsigned events)
{
  socket_watch *w = user;
  mk_http_client *client = w->client;
  int bits = ((events & MK_WATCH_READ) != 0 ? CURL_CSELECT_IN : 0) | ((events & MK_WATCH_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
  int n_running;
  mk_curl.curl_multi_socket_action (client->multi, w->fd, bits, &n_running);
  collect_ended (client);
}

static int
on_curl_socket (CURL *easy, curl_socket_t fd, int what, void *user, void *slot)
{
  (void)easy;
  mk_http_client *client = user;
  socket_watch *w = slot;
  if (what == CURL_POLL_REMOVE) {
    if (w != NULL) {
      mk_watch_free (w->watch);
      g_free (w);
    }
    return 0;
  }
  unsigned events = ((what & CURL_POLL_IN) != 0 ? MK_WATCH_READ : 0u) | ((what & CURL_POLL_OUT) != 0 ? MK_WATCH_WRITE : 0u);
  if (w != NULL) {
    mk_watch_set (w->watch, events);
    return 0;
  }
  w = g_new0 (socket_watch, 1);
  w->client = client;
  w->fd = fd;
  w->watch = mk_watch_new (client->loop, fd, events, on_socket, w, NULL);
  if (w->watch == NULL) {
    g_free (w);
    return -1;
  }
  mk_curl.curl_multi_assign (client->multi, fd, w);
  return 0;
}

static int
on_curl_timer (CURLM *multi, long timeout_ms, void *user)
{
  (void)multi;
  mk_http_client *client = user;
  if (timeout_ms < 0)
    mk_timer_stop (client->timer);
  else
    mk_timer_start (client->timer, timeout_ms);
  return 0;
}

mk_http_client *
mk_http_client_new (mk_loop *loop, GError **error)
{
  if (!mk_curl_load (error))
    return NULL;
  CURLM *multi = mk_curl.curl_global_init (CURL_GLOBAL_DEFAULT) == 0 ? mk_curl.curl_multi_init () : NULL;
  if (multi == NULL) {
    mk_error (error, MK_ERROR_FAILED, "the HTTP client does not start");
    return NULL;
  }
  mk_http_client *client = g_new0 (mk_http_client, 1);
  client->loop = loop;
  client->multi = multi;
  client->timer = mk_timer_new (loop, on_timer, client);
  client->transfers = g_hash_table_new (NULL, NULL);
  mk_curl.curl_multi_setopt (multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
  mk_curl.curl_multi_setopt (multi, CURLMOPT_SOCKETDATA, client);
  mk_curl.curl_multi_setopt (multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
  mk_curl.curl_multi_setopt (multi, CURLMOPT_TIMERDATA, client);
  return client;
}

void
mk_http_client_free (mk_http_client *client)
{
  if (client == NULL)
    return;
  GHashTableIter iter;
  gpointer transfer;
  while (g_hash_table_iter_init (&iter, client->transfers), g_hash_table_iter_next (&iter, &transfer, NULL))
    ((mk_transfer *)transfer)->abandoned (transfer);
  mk_curl.curl_multi_cleanup (client->multi);
  mk_timer_free (client->timer);
  g_hash_table_destroy (client->transfers);
  g_free (client);
}

mk_loop *
mk_http_client_loop (mk_http_client *client)
{
  return client->loop;
}

void
mk_transfer_begin (mk_transfer *t, mk_http_client *client, const char *url)
{
  t->client = client;
  t->easy = mk_curl.curl_easy_init ();
  g_hash_table_add (client->transfers, t);
  mk_curl.curl_easy_setopt (t->easy, CURLOPT_PRIVATE, t);
  mk_curl.curl_easy_setopt (t->easy, CURLOPT_URL, url);
  mk_curl.curl_easy_setopt (t->easy, CURLOPT_NOSIGNAL, 1L);
  mk_curl.curl_easy_setopt (t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
  mk_curl.curl_easy_setopt (t->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  mk_curl.curl_easy_setopt (t->easy, CURLOPT_USERAGENT, "miktos");
}

void
mk_transfer_start (mk_transfer *t)
{
  mk_curl.curl_multi_add_handle (t->client->multi, t->easy);
}

void
mk_transfer_end (mk_transfer *t)
{
  g_hash_table_remove (t->client->transfers, t);
  mk_curl.curl_multi_remove_handle (t->client->multi, t->easy);
  mk_curl.curl_easy_cleanup (g_steal_pointer (&t->easy));
}

/* --- one call --- */

struct mk_http_call {
  mk_transfer transfer;
  mk_http_order order; /* strings below are the owners of what it points to */
  char *upload_path, *download_path, *part_path, *tag_path, *resumed_tag;
  struct curl_slist *headers;
  curl_mime *form;
  GByteArray *body;
  GPtrArray *reply_headers;
  int out_fd; /* of a download, once its status is known to be good */
  FILE *upload;
  uint64_t n_had, n_got; /* of a download: bytes of an earlier attempt, and of this one */
  GError *error;         /* why a callback stopped curl */
  bool is_telling;       /* its progress, from within curl */
  mk_timer *fail_timer;  /* set when the call could not begin or was cancelled */
};

static void
call_free (mk_http_call *call)
{
  mk_transfer_end (&call->transfer);
  mk_timer_free (call->fail_timer);
  if (call->out_fd >= 0)
    close (call->out_fd);
  if (call->upload != NULL)
    fclose (call->upload);
  mk_curl.curl_slist_free_all (call->headers);
  mk_curl.curl_mime_free (call->form);
  g_byte_array_unref (call->body);
  g_ptr_array_unref (call->reply_headers);
  g_clear_error (&call->error);
  g_free (call->upload_path);
  g_free (call->download_path);
  g_free (call->part_path);
  g_free (call->resumed_tag);
  g_free (call->tag_path);
  g_free (call);
}

static void
call_fail (mk_http_call *call)
{
  call->order.done (call->order.user, NULL, call->error);
  call_free (call);
}

static void
on_fail_time (void *user)
{
  call_fail (user);
}

/* What is there of the download does not fit what the server has: thrown away, so that the next call begins anew. */
static bool
drop_part (mk_http_call *call)
{
  const char *url = NULL;
  mk_curl.curl_easy_getinfo (call->transfer.easy, CURLINFO_EFFECTIVE_URL, &url);
  unlink (call->part_path);
  unlink (call->tag_path);
  return mk_error (&call->error, MK_ERROR_CHANGED, "%s does not go on where the download broke off: the file there is another by now", url != NULL ? url : "");
}

/* A part (206) that does not follow on ours or is of another version would make one file of two: If-Range and Range are not
 * obeyed by everybody. */
static bool
follows_on (const mk_http_call *call, const char *range, const char *tag)
{
  uint64_t from = UINT64_MAX;
  bool is_placed = range != NULL && sscanf (range, "bytes %" SCNu64 "-", &from) == 1 && from == call->n_had;
  return is_placed && (call->resumed_tag == NULL || tag == NULL || g_str_equal (tag, call->resumed_tag));
}

static bool
open_download (mk_http_call *call, long status)
{
  bool is_continued = status == 206 && call->n_had > 0;
  g_ptr_array_add (call->reply_headers, NULL); /* may move them */
  mk_http_reply reply = { .headers = (const char *const *)call->reply_headers->pdata };
  const char *tag = mk_http_reply_header (&reply, "etag"), *range = mk_http_reply_header (&reply, "content-range");
  g_ptr_array_set_size (call->reply_headers, (gint)call->reply_headers->len - 1);
  if (status == 206 && !follows_on (call, range, tag))
    return drop_part (call);
  int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (is_continued ? O_APPEND : O_TRUNC);
  if (!is_continued)
    call->n_had = 0;
  call->out_fd = open (call->part_path, flags, 0644);
  if (call->out_fd < 0)
    return mk_error (&call->error, MK_ERROR_DISK, "%s: %s", call->part_path, g_strerror (errno));
  bool is_noted = tag != NULL ? mk_file_write (call->tag_path, tag, strlen (tag), &call->error) : unlink (call->tag_path) == 0 || errno == ENOENT;
  return is_noted || call->error == NULL;
}

static bool
write_download (mk_http_call *call, const char *bytes, size_t length)
{
  call->n_got += length;
  if (call->order.max_bytes > 0 && call->n_had + call->n_got > call->order.max_bytes)
    return mk_error (&call->error, MK_ERROR_LIMIT, "the download is larger than %zu bytes", call->order.max_bytes);
  while (length > 0) {
    ssize_t n = write (call->out_fd, bytes, length);
    if (n < 0 && errno != EINTR)
      return mk_error (&call->error, MK_ERROR_DISK, "%s: %s", call->part_path, g_strerror (errno));
    bytes += MAX (n, 0);
    length -= (size_t)MAX (n, 0);
  }
  return true;
}

static size_t
on_body (char *bytes, size_t size, size_t count, void *user)
{
  mk_http_call *call = user;
  size_t length = size * count;
  long status = 0;
  mk_curl.curl_easy_getinfo (call->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  if (call->part_path != NULL && status / 100 == 2)
    return (call->out_fd >= 0 || open_download (call, status)) && write_download (call, bytes, length) ? length : 0;
  if (call->body->len + length > (call->order.max_bytes > 0 && call->part_path == NULL ? call->order.max_bytes : DEFAULT_MAX_BYTES)) {
    mk_error (&call->error, MK_ERROR_LIMIT, "the answer is larger than allowed (%u bytes so far)", call->body->len);
    return 0;
  }
  g_byte_array_append (call->body, (const guint8 *)bytes, (guint)length);
  return length;
}

static size_t
on_header (char *bytes, size_t size, size_t count, void *user)
{
  mk_http_call *call = user;
  size_t length = size * count;
  if (length >= 5 && memcmp (bytes, "HTTP/", 5) == 0) /* of the answer after a redirect or a 100 */
    g_ptr_array_set_size (call->reply_headers, 0);
  const char *colon = memchr (bytes, ':', length);
  if (colon == NULL || call->reply_headers->len >= MAX_HEADERS)
    return length;
  g_autofree char *name = g_ascii_strdown (bytes, colon - bytes);
  g_autofree char *value = g_strstrip (g_strndup (colon + 1, length - (size_t)(colon - bytes) - 1));
  g_ptr_array_add (call->reply_headers, g_strconcat (name, ": ", value, NULL));
  return length;
}

static int
on_progress (void *user, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
  mk_http_call *call = user;
  if (call->order.progress == NULL)
    return 0;
  call->is_telling = true;
  if (up_total > 0)
    call->order.progress (call->order.user, (uint64_t)up, (uint64_t)up_total);
  else
    call->order.progress (call->order.user, call->n_had + (uint64_t)down, down_total > 0 ? call->n_had + (uint64_t)down_total : 0);
  call->is_telling = false;
  return call->error != NULL; /* it was cancelled meanwhile: curl ends it */
}

const char *
mk_http_reply_header (const mk_http_reply *reply, const char *name)
{
  size_t n = strlen (name);
  for (const char *const *h = reply->headers; h != NULL && *h != NULL; h++)
    if (strncmp (*h, name, n) == 0 && (*h)[n] == ':')
      return *h + n + 2;
  return NULL;
}

bool
mk_http_reply_json (const mk_http_reply *reply, mk_json **value, GError **error)
{
  return mk_json_parse (reply->body, (gssize)reply->length, NULL, value, error);
}

static bool
finish_download (mk_http_call *call)
{
  if (call->out_fd < 0 && !open_download (call, 200)) /* an empty body */
    return false;
  bool is_whole = fsync (call->out_fd) == 0 && rename (call->part_path, call->download_path) == 0;
  if (!is_whole)
    return mk_error (&call->error, MK_ERROR_DISK, "%s: %s", call->download_path, g_strerror (errno));
  unlink (call->tag_path);
  return true;
}

static mk_error_code
code_of (CURLcode result)
{
  return result == CURLE_OPERATION_TIMEDOUT ? MK_ERROR_TIMEOUT : result == CURLE_URL_MALFORMAT ? MK_ERROR_USAGE
         : result == CURLE_UNSUPPORTED_PROTOCOL ? MK_ERROR_USAGE : MK_ERROR_UNAVAILABLE;
}

static void
call_ended (mk_transfer *transfer, CURLcode result)
{
  mk_http_call *call = (mk_http_call *)transfer;
  long status = 0;
  mk_curl.curl_easy_getinfo (transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  if (call->error == NULL && result != CURLE_OK) {
    const char *url = NULL;
    mk_curl.curl_easy_getinfo (transfer->easy, CURLINFO_EFFECTIVE_URL, &url);
    mk_error (&call->error, code_of (result), "%s: %s", url != NULL ? url : "", mk_curl.curl_easy_strerror (result));
  }
  if (call->error == NULL && status == 416 && call->n_had > 0)
    drop_part (call);
  if (call->error != NULL || (call->part_path != NULL && status / 100 == 2 && !finish_download (call))) {
    call_fail (call);
    return;
  }
  const char *type = NULL;
  mk_curl.curl_easy_getinfo (transfer->easy, CURLINFO_CONTENT_TYPE, &type);
  g_ptr_array_add (call->reply_headers, NULL);
  size_t length = call->body->len;
  g_byte_array_append (call->body, (const guint8 *)"", 1);
  mk_http_reply reply = { (unsigned)status, type != NULL ? type : "", (const char *)call->body->data, length,
                          (const char *const *)call->reply_headers->pdata };
  call->order.done (call->order.user, &reply, NULL);
  call_free (call);
}

static void
call_abandoned (mk_transfer *transfer)
{
  mk_http_call *call = (mk_http_call *)transfer;
  if (call->error == NULL)
    mk_error (&call->error, MK_ERROR_CANCELLED, "the request was cancelled");
  call_fail (call);
}

void
mk_http_call_cancel (mk_http_call *call)
{
  if (call->error != NULL)
    return;
  mk_error (&call->error, MK_ERROR_CANCELLED, "the request was cancelled");
  if (call->is_telling)
    return; /* curl takes no handle away from within its own call */
  mk_curl.curl_multi_remove_handle (call->transfer.client->multi, call->transfer.easy);
  mk_timer_start (call->fail_timer, 0);
}

/* --- from an order to curl's options --- */

static void
set_form (mk_http_call *call, const mk_http_field *fields)
{
  call->form = mk_curl.curl_mime_init (call->transfer.easy);
  for (const mk_http_field *f = fields; f->name != NULL; f++) {
    curl_mimepart *part = mk_curl.curl_mime_addpart (call->form);
    mk_curl.curl_mime_name (part, f->name);
    if (f->path != NULL)
      mk_curl.curl_mime_filedata (part, f->path);
    else
      mk_curl.curl_mime_data (part, f->value != NULL ? f->value : "", CURL_ZERO_TERMINATED);
    if (f->filename != NULL)
      mk_curl.curl_mime_filename (part, f->filename);
    if (f->type != NULL)
      mk_curl.curl_mime_type (part, f->type);
  }
  mk_curl.curl_easy_setopt (call->transfer.easy, CURLOPT_MIMEPOST, call->form);
}

static bool
set_upload (mk_http_call *call)
{
  CURL *easy = call->transfer.easy;
  call->upload = fopen (call->upload_path, "rbe");
  struct stat info;
  if (call->upload == NULL || fstat (fileno (call->upload), &info) < 0)
    return mk_error (&call->error, MK_ERROR_NOT_FOUND, "%s: %s", call->upload_path, g_strerror (errno));
  mk_curl.curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
  mk_curl.curl_easy_setopt (easy, CURLOPT_READDATA, call->upload);
  mk_curl.curl_easy_setopt (easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)info.st_size);
  mk_curl.curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, "POST");
  return true;
}

static void
add_header (mk_http_call *call, const char *name, const char *value)
{
  g_autofree char *line = g_strdup_printf ("%s: %s", name, value);
  call->headers = mk_curl.curl_slist_append (call->headers, line);
}

/* Continues only what is the same file still: If-Range gives the whole when the tag has changed. */
static void
set_resume (mk_http_call *call)
{
  struct stat info;
  g_autofree char *tag = NULL;
  size_t length;
  if (stat (call->part_path, &info) < 0 || info.st_size == 0 || !mk_file_read (call->tag_path, 1024, &tag, &length, NULL)
      || g_str_has_prefix (tag, "W/"))
    return;
  call->n_had = (uint64_t)info.st_size;
  g_autofree char *range = g_strdup_printf ("bytes=%" PRIu64 "-", call->n_had);
  add_header (call, "Range", range);
  add_header (call, "If-Range", tag);
  call->resumed_tag = g_steal_pointer (&tag);
}

static void
set_limits (mk_http_call *call, const mk_http_order *order)
{
  CURL *easy = call->transfer.easy;
  unsigned total = order->total_seconds > 0 ? order->total_seconds : order->download_path != NULL ? 0 : 60;
  mk_curl.curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 1L);
  mk_curl.curl_easy_setopt (easy, CURLOPT_MAXREDIRS, 5L);
  mk_curl.curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT, (long)(order->connect_seconds > 0 ? order->connect_seconds : 10));
  mk_curl.curl_easy_setopt (easy, CURLOPT_TIMEOUT, (long)total);
  mk_curl.curl_easy_setopt (easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  mk_curl.curl_easy_setopt (easy, CURLOPT_LOW_SPEED_TIME, (long)(order->idle_seconds > 0 ? order->idle_seconds : 30));
  mk_curl.curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, on_body);
  mk_curl.curl_easy_setopt (easy, CURLOPT_WRITEDATA, call);
  mk_curl.curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, on_header);
  mk_curl.curl_easy_setopt (easy, CURLOPT_HEADERDATA, call);
  mk_curl.curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 0L);
  mk_curl.curl_easy_setopt (easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  mk_curl.curl_easy_setopt (easy, CURLOPT_XFERINFODATA, call);
}

static bool
set_order (mk_http_call *call, const mk_http_order *order)
{
  CURL *easy = call->transfer.easy;
  set_limits (call, order);
  for (const char *const *h = order->headers; h != NULL && *h != NULL; h++)
    call->headers = mk_curl.curl_slist_append (call->headers, *h);
  if (order->fields != NULL)
    set_form (call, order->fields);
  else if (order->body != NULL) {
    add_header (call, "Content-Type", order->type != NULL ? order->type : "application/json");
    mk_curl.curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)order->length);
    mk_curl.curl_easy_setopt (easy, CURLOPT_COPYPOSTFIELDS, order->body);
  } else if (call->upload_path != NULL && !set_upload (call))
    return false;
  add_header (call, "Expect", ""); /* no waiting for 100-continue */
  if (call->part_path != NULL && order->is_resumed)
    set_resume (call);
  if (g_strcmp0 (order->method, "HEAD") == 0)
    mk_curl.curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else if (order->method != NULL)
    mk_curl.curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, order->method);
  mk_curl.curl_easy_setopt (easy, CURLOPT_HTTPHEADER, call->headers);
  return true;
}

mk_http_call *
mk_http_client_start (mk_http_client *client, const mk_http_order *order)
{
  mk_http_call *call = g_new0 (mk_http_call, 1);
  call->transfer.ended = call_ended;
  call->transfer.abandoned = call_abandoned;
  mk_transfer_begin (&call->transfer, client, order->url);
  call->order = (mk_http_order){ .max_bytes = order->max_bytes, .progress = order->progress, .done = order->done, .user = order->user };
  call->out_fd = -1;
  call->body = g_byte_array_new ();
  call->reply_headers = g_ptr_array_new_with_free_func (g_free);
  call->upload_path = g_strdup (order->upload_path);
  call->fail_timer = mk_timer_new (client->loop, on_fail_time, call);
  if (order->download_path != NULL) {
    call->download_path = g_strdup (order->download_path);
    call->part_path = g_strconcat (order->download_path, ".part", NULL);
    call->tag_path = g_strconcat (order->download_path, ".part.etag", NULL);
  }
  if (set_order (call, order))
    mk_transfer_start (&call->transfer);
  else
    mk_timer_start (call->fail_timer, 0);
  return call;
}
