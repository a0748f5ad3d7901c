#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "net/http_private.h"

#define MAX_FIELD_BYTES ((size_t)1 << 20)
/* What a body may claim before its bytes have come. */
#define MAX_TRUSTED_BYTES ((uint64_t)1 << 20)

typedef struct mk_http_open_part {
  mk_http_part part; /* what the handler sees; the strings below are the owners */
  char *name, *filename, *type, *path;
  GString *text;
  int fd;
  GChecksum *sum;
} open_part;

static void
part_free (void *p)
{
  open_part *o = p;
  if (o->fd >= 0)
    close (o->fd);
  if (o->path != NULL)
    unlink (o->path);
  if (o->sum != NULL)
    g_checksum_free (o->sum);
  if (o->text != NULL)
    g_string_free (o->text, TRUE);
  g_free (o->name);
  g_free (o->filename);
  g_free (o->type);
  g_free (o->path);
  g_free (o);
}

static bool
part_open_file (open_part *o, const char *folder, GError **error)
{
  if (folder == NULL)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "this server takes no files");
  g_autofree char *path = g_build_filename (folder, ".upload.XXXXXX", NULL);
  o->fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0644);
  if (o->fd < 0)
    return mk_error (error, MK_ERROR_DISK, "%s: %s", folder, g_strerror (errno));
  o->path = g_steal_pointer (&path);
  o->sum = g_checksum_new (G_CHECKSUM_SHA256);
  return true;
}

static open_part *
part_new (mk_http_request *request, const char *name, const char *filename, const char *type)
{
  open_part *o = g_new0 (open_part, 1);
  o->fd = -1;
  o->name = g_strdup (name);
  o->filename = g_strdup (filename);
  o->type = g_strdup (type);
  g_ptr_array_add (request->sink.parts, o);
  request->sink.current = o;
  return o;
}

static bool
write_all (int fd, const char *bytes, size_t length, GError **error)
{
  while (length > 0) {
    ssize_t n = write (fd, bytes, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return mk_error (error, MK_ERROR_DISK, "the upload cannot be written: %s", g_strerror (errno));
    bytes += n;
    length -= (size_t)n;
  }
  return true;
}

/* --- the form's events --- */

static bool
on_begin (void *user, const char *name, const char *filename, const char *type, GError **error)
{
  mk_http_request *request = user;
  open_part *o = part_new (request, name, filename, type);
  if (filename != NULL)
    return part_open_file (o, request->server->config.temp_folder, error);
  o->text = g_string_new (NULL);
  return true;
}

static bool
on_data (void *user, const void *bytes, size_t length, GError **error)
{
  mk_http_request *request = user;
  open_part *o = request->sink.current;
  o->part.size += length;
  if (o->fd >= 0) {
    g_checksum_update (o->sum, bytes, (gssize)length);
    return write_all (o->fd, bytes, length, error);
  }
  if (o->text->len + length > MAX_FIELD_BYTES)
    return mk_error (error, MK_ERROR_LIMIT, "the field “%s” is longer than %zu bytes", o->name, MAX_FIELD_BYTES);
  g_string_append_len (o->text, bytes, (gssize)length);
  return true;
}

static bool
on_end (void *user, GError **error)
{
  mk_http_request *request = user;
  open_part *o = request->sink.current;
  o->part.name = o->name;
  o->part.filename = o->filename;
  o->part.type = o->type;
  o->part.path = o->path;
  if (o->text != NULL)
    o->part.text = o->text->str;
  if (o->sum != NULL)
    g_strlcpy (o->part.sha256, g_checksum_get_string (o->sum), sizeof o->part.sha256);
  if (o->fd >= 0 && close (o->fd) < 0) {
    o->fd = -1;
    return mk_error (error, MK_ERROR_DISK, "the upload cannot be written: %s", g_strerror (errno));
  }
  o->fd = -1;
  return true;
}

static const mk_multipart_events form_events = { on_begin, on_data, on_end };

/* --- the sink --- */

bool
mk_http_sink_begin (mk_http_request *request, GError **error)
{
  mk_http_sink *sink = &request->sink;
  const mk_http_route *route = request->match.route;
  sink->kind = route->body;
  sink->limit = route->max_body > 0 ? route->max_body : request->server->config.max_body;
  if (sink->kind == MK_BODY_MEMORY) {
    const char *length = mk_http_request_header (request, "Content-Length");
    uint64_t claimed = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
    sink->memory = g_byte_array_sized_new ((guint)MIN (claimed, MAX_TRUSTED_BYTES) + 1);
    return true;
  }
  sink->parts = g_ptr_array_new_with_free_func (part_free);
  if (sink->kind == MK_BODY_FORM) {
    sink->form = mk_multipart_new (mk_http_request_header (request, "Content-Type"), &form_events, request, error);
    return sink->form != NULL;
  }
  if (sink->kind == MK_BODY_FILE)
    return part_open_file (part_new (request, "", NULL, mk_http_request_header (request, "Content-Type")),
                           request->server->config.temp_folder, error);
  return true;
}

void
mk_http_sink_feed (mk_http_request *request, const char *bytes, size_t length)
{
  mk_http_sink *sink = &request->sink;
  sink->n_bytes += length;
  if (sink->error != NULL || request->is_handled || request->match.route == NULL)
    return;
  if (sink->n_bytes > sink->limit)
    mk_error (&sink->error, MK_ERROR_LIMIT, "the body is larger than %" PRIu64 " bytes", sink->limit);
  else if (sink->kind == MK_BODY_MEMORY)
    g_byte_array_append (sink->memory, (const guint8 *)bytes, (guint)length);
  else if (sink->kind == MK_BODY_FORM)
    mk_multipart_feed (sink->form, bytes, length, &sink->error);
  else if (sink->kind == MK_BODY_FILE)
    on_data (request, bytes, length, &sink->error);
}

void
mk_http_sink_finish (mk_http_request *request)
{
  mk_http_sink *sink = &request->sink;
  if (sink->error != NULL)
    return;
  if (sink->kind == MK_BODY_FORM)
    mk_multipart_finish (sink->form, &sink->error);
  else if (sink->kind == MK_BODY_FILE)
    on_end (request, &sink->error);
  else if (sink->memory != NULL)
    g_byte_array_append (sink->memory, (const guint8 *)"", 1);
}

void
mk_http_sink_clear (mk_http_sink *sink)
{
  g_clear_pointer (&sink->memory, g_byte_array_unref);
  g_clear_pointer (&sink->form, mk_multipart_free);
  g_clear_pointer (&sink->parts, g_ptr_array_unref);
  g_clear_error (&sink->error);
}

/* --- what the handler reads --- */

const char *
mk_http_request_body (const mk_http_request *request, size_t *length)
{
  const GByteArray *memory = request->sink.memory;
  bool is_empty = memory == NULL || memory->len == 0;
  if (length != NULL)
    *length = is_empty ? 0 : memory->len - 1;
  return is_empty ? "" : (const char *)memory->data;
}

bool
mk_http_request_json (const mk_http_request *request, mk_json **value, GError **error)
{
  size_t length;
  const char *body = mk_http_request_body (request, &length);
  mk_json_limits limits = { .max_bytes = request->sink.limit, .max_depth = 256 };
  return mk_json_parse (body, (gssize)length, &limits, value, error);
}

const mk_http_part *
mk_http_request_part (const mk_http_request *request, const char *name)
{
  for (guint i = 0; request->sink.parts != NULL && i < request->sink.parts->len; i++) {
    const open_part *o = g_ptr_array_index (request->sink.parts, i);
    if (strcmp (o->name, name) == 0)
      return &o->part;
  }
  return NULL;
}
