#include "net/multipart.h"

#include <string.h>

#include "net/url.h"

#define MAX_HEADER_BYTES 8192
#define MAX_PARTS 128
#define MAX_BOUNDARY 70

typedef enum { PREAMBLE, AFTER_DELIMITER, HEADERS, CONTENT, DONE } state;

struct mk_multipart {
  const mk_multipart_events *events;
  void *user;
  char *delimiter; /* CR LF - - boundary */
  size_t delimiter_length;
  GByteArray *waiting; /* bytes not understood yet */
  state state;
  unsigned n_parts;
};

/* --- headers --- */

static char *
unquote (const char **cursor)
{
  GString *out = g_string_new (NULL);
  const char *c = *cursor + 1;
  for (; *c != '\0' && *c != '"'; c++) {
    /* Browsers escape only the quote; a backslash before anything else is part of a Windows path. */
    if (c[0] == '\\' && (c[1] == '"' || c[1] == '\\'))
      c++;
    g_string_append_c (out, *c);
  }
  *cursor = *c == '"' ? c + 1 : c;
  return g_string_free (out, FALSE);
}

char *
mk_header_parameter (const char *header, const char *name)
{
  const char *c = strchr (header, ';');
  while (c != NULL && *c == ';') {
    c += 1 + strspn (c + 1, " \t");
    size_t name_length = strcspn (c, "=; \t");
    const char *value = c + name_length;
    bool is_wanted = name_length == strlen (name) && g_ascii_strncasecmp (c, name, name_length) == 0;
    c = value + strspn (value, " \t");
    if (*c != '=')
      continue;
    c += 1 + strspn (c + 1, " \t");
    g_autofree char *text = NULL;
    if (*c == '"')
      text = unquote (&c);
    else {
      size_t length = strcspn (c, "; \t\r\n");
      text = g_strndup (c, length);
      c += length;
    }
    if (is_wanted)
      return g_steal_pointer (&text);
    c = strchr (c, ';');
  }
  return NULL;
}

/* RFC 5987: filename*=UTF-8''percent-encoded wins over filename. */
static char *
read_filename (const char *disposition)
{
  g_autofree char *extended = mk_header_parameter (disposition, "filename*");
  const char *quotes = extended != NULL ? strstr (extended, "''") : NULL;
  char *name = quotes != NULL ? mk_url_decode (quotes + 2, -1, false) : NULL;
  return name != NULL ? name : mk_header_parameter (disposition, "filename");
}

static bool
begin_part (mk_multipart *p, const char *headers, GError **error)
{
  if (++p->n_parts > MAX_PARTS)
    return mk_error (error, MK_ERROR_LIMIT, "the form has more than %d parts", MAX_PARTS);
  g_auto (GStrv) lines = g_strsplit (headers, "\r\n", -1);
  const char *disposition = NULL, *type = NULL;
  for (char **line = lines; *line != NULL; line++) {
    if (g_ascii_strncasecmp (*line, "content-disposition:", 20) == 0)
      disposition = g_strchug (*line + 20);
    else if (g_ascii_strncasecmp (*line, "content-type:", 13) == 0)
      type = g_strstrip (*line + 13);
  }
  g_autofree char *name = disposition != NULL ? mk_header_parameter (disposition, "name") : NULL;
  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return mk_error (error, MK_ERROR_SYNTAX, "part %u of the form has no name", p->n_parts);
  g_autofree char *filename = read_filename (disposition);
  if (filename != NULL && !g_utf8_validate (filename, -1, NULL))
    return mk_error (error, MK_ERROR_SYNTAX, "part %u of the form has a file name that is not UTF-8", p->n_parts);
  return p->events->begin (p->user, name, filename, type, error);
}

/* --- the states: each returns how many bytes it has used up, 0 = needs more, -1 = error --- */

static gssize
read_after_delimiter (mk_multipart *p, const uint8_t *bytes, size_t length, GError **error)
{
  size_t skipped = 0;
  while (skipped < length && (bytes[skipped] == ' ' || bytes[skipped] == '\t'))
    skipped++;
  if (skipped > MAX_BOUNDARY) {
    mk_error (error, MK_ERROR_SYNTAX, "a boundary of the form is not followed by a line's end");
    return -1;
  }
  if (length - skipped < 2)
    return 0;
  if (memcmp (bytes + skipped, "--", 2) == 0)
    p->state = DONE;
  else if (memcmp (bytes + skipped, "\r\n", 2) == 0)
    p->state = HEADERS;
  else {
    mk_error (error, MK_ERROR_SYNTAX, "a boundary of the form is not followed by a line's end");
    return -1;
  }
  return (gssize)skipped + 2;
}

static gssize
read_headers (mk_multipart *p, const uint8_t *bytes, size_t length, GError **error)
{
  const uint8_t *end = memmem (bytes, length, "\r\n\r\n", 4);
  if (end == NULL) {
    if (length <= MAX_HEADER_BYTES)
      return 0;
    mk_error (error, MK_ERROR_LIMIT, "the headers of a form's part are longer than %d bytes", MAX_HEADER_BYTES);
    return -1;
  }
  g_autofree char *headers = g_strndup ((const char *)bytes, (gsize)(end - bytes));
  if (!begin_part (p, headers, error))
    return -1;
  p->state = CONTENT;
  return end - bytes + 4;
}

static gssize
read_content (mk_multipart *p, const uint8_t *bytes, size_t length, GError **error)
{
  const uint8_t *end = memmem (bytes, length, p->delimiter, p->delimiter_length);
  /* The last bytes could be the beginning of a delimiter. */
  size_t known = end != NULL ? (size_t)(end - bytes) : length >= p->delimiter_length ? length - p->delimiter_length + 1 : 0;
  if (known > 0 && p->state == CONTENT && !p->events->data (p->user, bytes, known, error))
    return -1;
  if (end == NULL)
    return (gssize)known;
  if (p->state == CONTENT && !p->events->end (p->user, error))
    return -1;
  p->state = AFTER_DELIMITER;
  return (gssize)(known + p->delimiter_length);
}

static gssize
read_some (mk_multipart *p, const uint8_t *bytes, size_t length, GError **error)
{
  switch (p->state) {
  case AFTER_DELIMITER:
    return read_after_delimiter (p, bytes, length, error);
  case HEADERS:
    return read_headers (p, bytes, length, error);
  case PREAMBLE:
  case CONTENT:
    return read_content (p, bytes, length, error);
  case DONE:
    break;
  }
  return (gssize)length; /* the epilogue means nothing */
}

mk_multipart *
mk_multipart_new (const char *content_type, const mk_multipart_events *events, void *user, GError **error)
{
  bool is_form = content_type != NULL && g_ascii_strncasecmp (content_type, "multipart/form-data", 19) == 0;
  g_autofree char *boundary = is_form ? mk_header_parameter (content_type, "boundary") : NULL;
  if (boundary == NULL || boundary[0] == '\0' || strlen (boundary) > MAX_BOUNDARY) {
    mk_error (error, MK_ERROR_SYNTAX, "the body is not multipart/form-data with a boundary of 1 to %d bytes", MAX_BOUNDARY);
    return NULL;
  }
  mk_multipart *p = g_new0 (mk_multipart, 1);
  p->events = events;
  p->user = user;
  p->delimiter = g_strconcat ("\r\n--", boundary, NULL);
  p->delimiter_length = strlen (p->delimiter);
  p->waiting = g_byte_array_new ();
  /* The first delimiter has no line before it; give it one. */
  g_byte_array_append (p->waiting, (const guint8 *)"\r\n", 2);
  return p;
}

void
mk_multipart_free (mk_multipart *p)
{
  if (p == NULL)
    return;
  g_byte_array_free (p->waiting, TRUE);
  g_free (p->delimiter);
  g_free (p);
}

bool
mk_multipart_feed (mk_multipart *p, const void *bytes, size_t length, GError **error)
{
  if (length > G_MAXINT32)
    return mk_error (error, MK_ERROR_LIMIT, "a form is read in pieces below 2 GB, got %zu bytes", length);
  if (p->state == DONE)
    return true;
  g_byte_array_append (p->waiting, bytes, (guint)length);
  size_t used = 0;
  gssize n = 1;
  while (n > 0 && used < p->waiting->len) {
    n = read_some (p, p->waiting->data + used, p->waiting->len - used, error);
    if (n < 0)
      return false;
    used += (size_t)n;
  }
  g_byte_array_remove_range (p->waiting, 0, (guint)used);
  return true;
}

bool
mk_multipart_finish (mk_multipart *p, GError **error)
{
  if (p->state == DONE)
    return true;
  return mk_error (error, MK_ERROR_SYNTAX, "the form ends before its last boundary");
}
