#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "net/http_private.h"

static const struct {
  const char *ending, *type;
} types[] = {
  { "avif", "image/avif" },          { "bmp", "image/bmp" },           { "css", "text/css" },
  { "csv", "text/csv" },             { "flac", "audio/x-flac" },       { "gif", "image/gif" },
  { "glb", "model/gltf-binary" },    { "gltf", "model/gltf+json" },    { "htm", "text/html" },
  { "html", "text/html" },           { "ico", "image/vnd.microsoft.icon" }, { "jpeg", "image/jpeg" },
  { "jpg", "image/jpeg" },           { "js", "text/javascript" },      { "json", "application/json" },
  { "m4a", "audio/mp4" },            { "map", "application/json" },    { "md", "text/markdown" },
  { "mjs", "text/javascript" },      { "mkv", "video/x-matroska" },    { "mov", "video/quicktime" },
  { "mp3", "audio/mpeg" },           { "mp4", "video/mp4" },           { "obj", "model/obj" },
  { "ogg", "audio/ogg" },            { "opus", "audio/opus" },         { "pdf", "application/pdf" },
  { "png", "image/png" },            { "stl", "model/stl" },           { "svg", "image/svg+xml" },
  { "tif", "image/tiff" },           { "tiff", "image/tiff" },         { "ttf", "font/ttf" },
  { "txt", "text/plain" },           { "wasm", "application/wasm" },   { "wav", "audio/x-wav" },
  { "webm", "video/webm" },          { "webp", "image/webp" },         { "woff", "font/woff" },
  { "woff2", "font/woff2" },         { "xhtml", "application/xhtml+xml" }, { "xml", "text/xml" },
  { "zip", "application/zip" },
};

const char *
mk_mime_type (const char *name)
{
  const char *dot = strrchr (name, '.');
  for (size_t i = 0; dot != NULL && i < MK_COUNT (types); i++)
    if (g_ascii_strcasecmp (dot + 1, types[i].ending) == 0)
      return types[i].type;
  return "application/octet-stream";
}

static void
print_date (time_t when, char text[64])
{
  struct tm parts;
  gmtime_r (&when, &parts);
  strftime (text, 64, "%a, %d %b %Y %H:%M:%S GMT", &parts); /* the program never leaves the C locale for dates */
}

static bool
parse_date (const char *text, time_t *when)
{
  struct tm parts = { 0 };
  const char *end = strptime (text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  *when = end != NULL ? timegm (&parts) : 0;
  return end != NULL;
}

static bool
lists_tag (const char *header, const char *tag)
{
  return strcmp (header, "*") == 0 || strstr (header, tag) != NULL;
}

static bool
is_unchanged (const mk_http_request *request, const char *tag, time_t modified)
{
  const char *none_match = mk_http_request_header (request, "If-None-Match");
  const char *since = mk_http_request_header (request, "If-Modified-Since");
  time_t when;
  if (none_match != NULL)
    return lists_tag (none_match, tag);
  return since != NULL && parse_date (since, &when) && modified <= when;
}

typedef enum { WHOLE, PART, NO_SUCH_PART } range_kind;

/* One range of bytes (RFC 9110 §14.1); several, or what is not understood, give the whole. */
static range_kind
parse_range (const char *text, uint64_t size, uint64_t *start, uint64_t *length)
{
  if (text == NULL || g_ascii_strncasecmp (text, "bytes=", 6) != 0 || strchr (text, ',') != NULL)
    return WHOLE;
  const char *from = text + 6, *dash = strchr (from, '-');
  if (dash == NULL || (dash == from && !g_ascii_isdigit (dash[1])) || (dash != from && !g_ascii_isdigit (from[0])))
    return WHOLE;
  uint64_t first, last = size - 1;
  if (dash == from) {
    uint64_t n = g_ascii_strtoull (dash + 1, NULL, 10);
    if (n == 0 || size == 0)
      return NO_SUCH_PART;
    first = n < size ? size - n : 0;
  } else {
    first = g_ascii_strtoull (from, NULL, 10);
    if (first >= size)
      return NO_SUCH_PART;
    if (g_ascii_isdigit (dash[1]))
      last = MIN (last, g_ascii_strtoull (dash + 1, NULL, 10));
    if (last < first)
      return WHOLE;
  }
  *start = first;
  *length = last - first + 1;
  return PART;
}

static range_kind
find_range (const mk_http_request *request, const char *tag, const char *date, uint64_t size, uint64_t *start, uint64_t *length)
{
  const char *if_range = mk_http_request_header (request, "If-Range");
  *start = 0;
  *length = size;
  if (if_range != NULL && strcmp (if_range, tag) != 0 && strcmp (if_range, date) != 0)
    return WHOLE;
  return parse_range (mk_http_request_header (request, "Range"), size, start, length);
}

void
mk_http_answer_fd (mk_http_request *request, int taken_fd, const char *name, const mk_http_file *options)
{
  struct stat info;
  if (fstat (taken_fd, &info) < 0 || !S_ISREG (info.st_mode)) {
    close (taken_fd);
    mk_http_answer_empty (request, 404);
    return;
  }
  char tag[64], date[64];
  g_snprintf (tag, sizeof tag, "\"%" PRIx64 "-%" PRIx64 "\"",
              (uint64_t)info.st_mtim.tv_sec * 1000000000u + (uint64_t)info.st_mtim.tv_nsec, (uint64_t)info.st_size);
  print_date (info.st_mtim.tv_sec, date);
  mk_http_request_set_header (request, "ETag", tag);
  mk_http_request_set_header (request, "Last-Modified", date);
  mk_http_request_set_header (request, "Accept-Ranges", "bytes");
  if (options != NULL && options->cache != NULL)
    mk_http_request_set_header (request, "Cache-Control", options->cache);
  if (options != NULL && options->disposition != NULL)
    mk_http_request_set_header (request, "Content-Disposition", options->disposition);
  uint64_t start, length, size = (uint64_t)info.st_size;
  if (is_unchanged (request, tag, info.st_mtim.tv_sec)) {
    close (taken_fd);
    mk_http_answer_empty (request, 304);
    return;
  }
  range_kind kind = find_range (request, tag, date, size, &start, &length);
  char span[96];
  if (kind == PART)
    g_snprintf (span, sizeof span, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, start, start + length - 1, size);
  else
    g_snprintf (span, sizeof span, "bytes */%" PRIu64, size);
  if (kind != WHOLE)
    mk_http_request_set_header (request, "Content-Range", span);
  if (kind == NO_SUCH_PART) {
    close (taken_fd);
    mk_http_answer_empty (request, 416);
    return;
  }
  struct MHD_Response *response = MHD_create_response_from_fd_at_offset64 (length, taken_fd, start);
  MHD_add_response_header (response, "Content-Type", options != NULL && options->type != NULL ? options->type : mk_mime_type (name));
  mk_http_answer (request, kind == PART ? 206 : 200, response);
}

void
mk_http_answer_file (mk_http_request *request, const char *root, const char *name, const mk_http_file *options)
{
  int fd = mk_path_is_beneath (name) ? mk_file_open_beneath (root, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK, NULL) : -1;
  if (fd < 0)
    mk_http_answer_empty (request, 404);
  else
    mk_http_answer_fd (request, fd, name, options);
}
