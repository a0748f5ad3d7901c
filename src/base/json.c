#include "base/json.h"

#include "base/file.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

#define DEFAULT_MAX_BYTES ((size_t)64 << 20)
#define DEFAULT_MAX_DEPTH 64

/* Line and column, both from 1, of a byte in a text. */
static void
locate (const char *text, size_t offset, unsigned *line, unsigned *column)
{
  *line = *column = 1;
  for (size_t i = 0; i < offset; i++) {
    bool is_newline = text[i] == '\n';
    *line += is_newline;
    *column = is_newline ? 1 : *column + 1;
  }
}

static bool
is_blank (const char *text, size_t from, size_t length)
{
  while (from < length && strchr (" \t\r\n", text[from]) != NULL && text[from] != '\0')
    from++;
  return from == length;
}

bool
mk_json_parse (const char *text, gssize given_length, const mk_json_limits *limits, mk_json **value, GError **error)
{
  size_t length = given_length < 0 ? strlen (text) : (size_t)given_length;
  size_t max_bytes = limits != NULL && limits->max_bytes > 0 ? limits->max_bytes : DEFAULT_MAX_BYTES;
  int max_depth = limits != NULL && limits->max_depth > 0 ? limits->max_depth : DEFAULT_MAX_DEPTH;
  if (length > MIN (max_bytes, (size_t)G_MAXINT - 1))
    return mk_error (error, MK_ERROR_LIMIT, "this JSON has %zu bytes; at most %zu are read", length, max_bytes);
  json_tokener *tokener = json_tokener_new_ex (max_depth);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS | JSON_TOKENER_VALIDATE_UTF8);
  json_object *parsed = json_tokener_parse_ex (tokener, text, (int)length);
  /* A bare number ends only where the text ends; a NUL tells the parser so. */
  size_t end = MIN (json_tokener_get_parse_end (tokener), length);
  if (json_tokener_get_error (tokener) == json_tokener_continue) {
    parsed = json_tokener_parse_ex (tokener, "", 1);
    end = length;
  }
  enum json_tokener_error reason = is_blank (text, 0, length) ? json_tokener_error_parse_eof : json_tokener_get_error (tokener);
  json_tokener_free (tokener);
  unsigned line, column;
  if (reason == json_tokener_success && is_blank (text, end, length)) {
    *value = parsed;
    return true;
  }
  json_object_put (parsed);
  locate (text, end, &line, &column);
  if (reason == json_tokener_error_depth)
    return mk_error (error, MK_ERROR_LIMIT, "this JSON is nested deeper than %d levels at line %u, column %u", max_depth, line, column);
  const char *what = reason == json_tokener_success ? "there is text after the end" : json_tokener_error_desc (reason);
  return mk_error (error, MK_ERROR_SYNTAX, "this is not JSON: %s at line %u, column %u", what, line, column);
}

bool
mk_json_parse_file (const char *path, const mk_json_limits *limits, mk_json **value, GError **error)
{
  g_autofree char *text = NULL;
  size_t length = 0;
  size_t max_bytes = limits != NULL && limits->max_bytes > 0 ? limits->max_bytes : DEFAULT_MAX_BYTES;
  if (!mk_file_read (path, max_bytes, &text, &length, error))
    return false;
  if (mk_json_parse (text, (gssize)length, limits, value, error))
    return true;
  g_prefix_error (error, "%s: ", path);
  return false;
}

/* --- printing --- */

typedef struct {
  GString *out;
  const char *comma, *colon;
  bool is_pretty, is_ascii;
} printer;

static void
print_escaped (printer *p, gunichar c)
{
  if (c > 0xffff) {
    g_string_append_printf (p->out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    return;
  }
  static const char named[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\' };
  if (c < sizeof named && named[c] != 0)
    g_string_append_printf (p->out, "\\%c", named[c]);
  else
    g_string_append_printf (p->out, "\\u%04x", c);
}

static void
print_string (printer *p, const char *text, size_t length)
{
  g_string_append_c (p->out, '"');
  for (const char *at = text; at < text + length;) {
    unsigned char byte = (unsigned char)*at;
    bool is_plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
    gunichar c = byte < 0x80 ? byte : g_utf8_get_char_validated (at, text + length - at);
    if (is_plain) {
      g_string_append_c (p->out, (char)byte);
      at++;
    } else if ((gint32)c < 0) { /* only strings made by ourselves can be malformed */
      print_escaped (p, 0xfffd);
      at++;
    } else {
      size_t n_bytes = byte < 0x80 ? 1 : (size_t)g_unichar_to_utf8 (c, NULL);
      if (byte >= 0x80 && !p->is_ascii)
        g_string_append_len (p->out, at, (gssize)n_bytes);
      else
        print_escaped (p, c);
      at += n_bytes;
    }
  }
  g_string_append_c (p->out, '"');
}

/* The shortest digits that read back as the same number, as Python's repr. */
static void
print_real (printer *p, double value)
{
  if (isnan (value)) {
    g_string_append (p->out, "NaN");
    return;
  }
  if (isinf (value)) {
    g_string_append (p->out, value > 0 ? "Infinity" : "-Infinity");
    return;
  }
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  if (value == trunc (value) && fabs (value) < 1e16)
    g_ascii_formatd (digits, sizeof digits, "%.1f", value);
  else
    for (int precision = 15; precision <= 17; precision++) {
      char format[8];
      g_snprintf (format, sizeof format, "%%.%dg", precision);
      g_ascii_formatd (digits, sizeof digits, format, value);
      if (g_ascii_strtod (digits, NULL) == value)
        break;
    }
  g_string_append (p->out, digits);
}

static void
print_break (printer *p, int depth)
{
  if (!p->is_pretty)
    return;
  g_string_append_c (p->out, '\n');
  for (int i = 0; i < depth; i++)
    g_string_append (p->out, "  ");
}

static void print_value (printer *p, const mk_json *value, int depth);

static void
print_array (printer *p, const mk_json *array, int depth)
{
  size_t n = mk_json_length (array);
  g_string_append_c (p->out, '[');
  for (size_t i = 0; i < n; i++) {
    if (i > 0)
      g_string_append (p->out, p->comma);
    print_break (p, depth + 1);
    print_value (p, mk_json_at (array, i), depth + 1);
  }
  if (n > 0)
    print_break (p, depth);
  g_string_append_c (p->out, ']');
}

static void
print_object (printer *p, const mk_json *object, int depth)
{
  bool is_first = true;
  g_string_append_c (p->out, '{');
  for (mk_json_iter i = mk_json_iterate (object); mk_json_next (&i);) {
    if (!is_first)
      g_string_append (p->out, p->comma);
    is_first = false;
    print_break (p, depth + 1);
    print_string (p, i.key, strlen (i.key));
    g_string_append (p->out, p->colon);
    print_value (p, i.value, depth + 1);
  }
  if (!is_first)
    print_break (p, depth);
  g_string_append_c (p->out, '}');
}

static void
print_value (printer *p, const mk_json *value, int depth)
{
  switch (mk_json_get_kind (value)) {
  case MK_JSON_NULL:
    g_string_append (p->out, "null");
    break;
  case MK_JSON_BOOL:
    g_string_append (p->out, mk_json_get_bool (value) ? "true" : "false");
    break;
  case MK_JSON_INT:
    if (mk_json_get_int (value) == INT64_MAX) /* json-c clamps what only fits unsigned */
      g_string_append_printf (p->out, "%" PRIu64, mk_json_get_uint (value));
    else
      g_string_append_printf (p->out, "%" PRId64, mk_json_get_int (value));
    break;
  case MK_JSON_REAL:
    print_real (p, mk_json_get_real (value));
    break;
  case MK_JSON_STRING:
    print_string (p, mk_json_get_string (value), mk_json_get_string_length (value));
    break;
  case MK_JSON_ARRAY:
    print_array (p, value, depth);
    break;
  case MK_JSON_OBJECT:
    print_object (p, value, depth);
    break;
  }
}

static char *
print (const mk_json *value, printer style)
{
  style.out = g_string_new (NULL);
  print_value (&style, value, 0);
  return g_string_free (style.out, FALSE);
}

char *
mk_json_print (const mk_json *value)
{
  return print (value, (printer){ .comma = ", ", .colon = ": ", .is_ascii = true });
}

char *
mk_json_print_pretty (const mk_json *value)
{
  return print (value, (printer){ .comma = ",", .colon = ": ", .is_pretty = true });
}

char *
mk_json_print_compact (const mk_json *value)
{
  return print (value, (printer){ .comma = ",", .colon = ":" });
}

/* --- values --- */

mk_json *
mk_json_ref (mk_json *value)
{
  return json_object_get (value);
}

void
mk_json_unref (mk_json *value)
{
  json_object_put (value);
}

mk_json *
mk_json_copy (const mk_json *value)
{
  json_object *copy = NULL;
  if (value != NULL && json_object_deep_copy ((json_object *)value, &copy, NULL) != 0)
    g_error ("a JSON value could not be copied");
  return copy;
}

bool
mk_json_equal (const mk_json *a, const mk_json *b)
{
  return json_object_equal ((json_object *)a, (json_object *)b);
}

mk_json_kind
mk_json_get_kind (const mk_json *value)
{
  switch (json_object_get_type (value)) {
  case json_type_boolean:
    return MK_JSON_BOOL;
  case json_type_int:
    return MK_JSON_INT;
  case json_type_double:
    return MK_JSON_REAL;
  case json_type_string:
    return MK_JSON_STRING;
  case json_type_array:
    return MK_JSON_ARRAY;
  case json_type_object:
    return MK_JSON_OBJECT;
  case json_type_null:
    break;
  }
  return MK_JSON_NULL;
}

const char *
mk_json_kind_name (mk_json_kind kind)
{
  static const char *const names[] = { "null", "boolean", "integer", "number", "string", "array", "object" };
  return names[kind];
}

bool
mk_json_get_bool (const mk_json *value)
{
  return mk_json_get_kind (value) == MK_JSON_BOOL && json_object_get_boolean (value);
}

int64_t
mk_json_get_int (const mk_json *value)
{
  return mk_json_is_number (value) ? json_object_get_int64 (value) : 0;
}

uint64_t
mk_json_get_uint (const mk_json *value)
{
  return mk_json_is_number (value) ? json_object_get_uint64 (value) : 0;
}

double
mk_json_get_real (const mk_json *value)
{
  return mk_json_is_number (value) ? json_object_get_double (value) : 0;
}

const char *
mk_json_get_string (const mk_json *value)
{
  return mk_json_get_kind (value) == MK_JSON_STRING ? json_object_get_string ((json_object *)value) : "";
}

size_t
mk_json_get_string_length (const mk_json *value)
{
  return mk_json_get_kind (value) == MK_JSON_STRING ? (size_t)json_object_get_string_len (value) : 0;
}

mk_json *
mk_json_new_bool (bool value)
{
  return json_object_new_boolean (value);
}

mk_json *
mk_json_new_int (int64_t value)
{
  return json_object_new_int64 (value);
}

mk_json *
mk_json_new_uint (uint64_t value)
{
  return json_object_new_uint64 (value);
}

mk_json *
mk_json_new_real (double value)
{
  return json_object_new_double (value);
}

mk_json *
mk_json_new_string (const char *value)
{
  return value != NULL ? json_object_new_string (value) : NULL;
}

mk_json *
mk_json_new_string_length (const char *value, size_t length)
{
  return json_object_new_string_len (value, (int)MIN (length, (size_t)G_MAXINT - 1));
}

mk_json *
mk_json_new_array (void)
{
  return json_object_new_array ();
}

mk_json *
mk_json_new_object (void)
{
  return json_object_new_object ();
}

size_t
mk_json_length (const mk_json *container)
{
  switch (mk_json_get_kind (container)) {
  case MK_JSON_ARRAY:
    return json_object_array_length (container);
  case MK_JSON_OBJECT:
    return (size_t)json_object_object_length (container);
  default:
    return 0;
  }
}

mk_json *
mk_json_at (const mk_json *array, size_t index)
{
  return index < mk_json_length (array) && mk_json_get_kind (array) == MK_JSON_ARRAY ? json_object_array_get_idx (array, index) : NULL;
}

bool
mk_json_has_text (const mk_json *array, const char *text)
{
  for (size_t i = 0; i < mk_json_length (array); i++)
    if (g_str_equal (mk_json_get_string (mk_json_at (array, i)), text))
      return true;
  return false;
}

void
mk_json_append (mk_json *array, mk_json *taken)
{
  json_object_array_add (array, taken);
}

mk_json *
mk_json_get (const mk_json *object, const char *key)
{
  json_object *value = NULL;
  if (mk_json_get_kind (object) == MK_JSON_OBJECT)
    json_object_object_get_ex (object, key, &value);
  return value;
}

bool
mk_json_has (const mk_json *object, const char *key)
{
  return mk_json_get_kind (object) == MK_JSON_OBJECT && json_object_object_get_ex (object, key, NULL);
}

void
mk_json_set (mk_json *object, const char *key, mk_json *taken)
{
  json_object_object_add (object, key, taken);
}

void
mk_json_remove (mk_json *object, const char *key)
{
  json_object_object_del (object, key);
}

mk_json_iter
mk_json_iterate (const mk_json *object)
{
  bool is_object = mk_json_get_kind (object) == MK_JSON_OBJECT;
  return (mk_json_iter){ .entry = is_object ? json_object_get_object (object)->head : NULL };
}

bool
mk_json_next (mk_json_iter *iter)
{
  struct lh_entry *entry = iter->entry;
  if (entry == NULL)
    return false;
  iter->key = lh_entry_k (entry);
  iter->value = (json_object *)lh_entry_v (entry);
  iter->entry = lh_entry_next (entry);
  return true;
}
