#include "engine/value_file.h"

#include <string.h>

#include "graph/run.h"

static const char magic[8] = { 'M', 'K', 'V', 'A', 'L', 'U', 'E', '1' };

/* --- writing --- */

static void
put (GByteArray *out, const void *bytes, size_t length)
{
  if (length > 0)
    g_byte_array_append (out, bytes, (guint)length);
}

static void
put_u32 (GByteArray *out, uint32_t number)
{
  put (out, &number, sizeof number);
}

/* False when the whole would be longer than a GByteArray can be. */
static bool
put_block (GByteArray *out, const void *bytes, uint64_t length)
{
  if (length > G_MAXINT32 - (uint64_t)out->len - 64)
    return false;
  put (out, &length, sizeof length);
  put (out, bytes, length);
  return true;
}

static bool
put_value (GByteArray *out, char kind, const char *type, const void *bytes, size_t length)
{
  put (out, &kind, 1);
  put_u32 (out, (uint32_t)strlen (type));
  put (out, type, strlen (type));
  return put_block (out, bytes, length);
}

static bool
save_data (GByteArray *out, const mk_value *value)
{
  const mk_value_type *type = mk_value_get_type (value);
  if (type == NULL || type->save == NULL || type->load == NULL)
    return false;
  g_autoptr (mk_buffer) bytes = type->save (mk_value_get (value, type), NULL);
  return bytes != NULL && put_value (out, 'd', type->name, mk_buffer_read (bytes), mk_buffer_size (bytes));
}

static bool
save_value (GByteArray *out, const mk_value *value)
{
  const char *type = mk_value_type_name (value);
  if (g_str_equal (type, "INT")) {
    bool is_negative = mk_value_get_int (value) < 0;
    uint64_t number = is_negative ? (uint64_t)mk_value_get_int (value) : mk_value_get_uint (value);
    return put_value (out, is_negative ? 'i' : 'u', "", &number, sizeof number);
  }
  if (g_str_equal (type, "FLOAT")) {
    double real = mk_value_get_real (value);
    return put_value (out, 'r', "", &real, sizeof real);
  }
  if (g_str_equal (type, "BOOLEAN"))
    return put_value (out, mk_value_get_bool (value) ? 't' : 'f', "", NULL, 0);
  if (g_str_equal (type, "STRING"))
    return put_value (out, 's', "", mk_value_get_string (value), strlen (mk_value_get_string (value)));
  if (g_str_equal (type, "JSON")) {
    g_autofree char *text = mk_json_print_compact (mk_value_get_json (value));
    return put_value (out, 'j', "", text, strlen (text));
  }
  return save_data (out, value);
}

static bool
save_list (GByteArray *out, const GPtrArray *list)
{
  put_u32 (out, list != NULL ? list->len : UINT32_MAX);
  for (guint i = 0; list != NULL && i < list->len; i++)
    if (!save_value (out, list->pdata[i]))
      return false;
  return true;
}

GByteArray *
mk_outcome_save (const mk_outcome *outcome)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  uint64_t length = 0;
  put (out, magic, sizeof magic);
  put (out, &length, sizeof length);
  put_u32 (out, (uint32_t)outcome->n_outputs);
  for (size_t i = 0; i < outcome->n_outputs; i++)
    if (!save_list (out, outcome->outputs[i]))
      return NULL;
  g_autofree char *ui = outcome->ui != NULL ? mk_json_print_compact (outcome->ui) : g_strdup ("");
  if (!put_block (out, ui, strlen (ui)))
    return NULL;
  length = out->len;
  memcpy (out->data + sizeof magic, &length, sizeof length);
  return g_steal_pointer (&out);
}

/* --- reading --- */

typedef struct {
  const uint8_t *at;
  size_t left;
  bool is_bad;
  const mk_value_type *const *types;
} reader;

/* NULL, and bad from there on, when there are not so many bytes. */
static const void *
take (reader *r, uint64_t length)
{
  if (r->is_bad || length > r->left) {
    r->is_bad = true;
    return NULL;
  }
  const void *bytes = r->at;
  r->at += length;
  r->left -= length;
  return bytes;
}

static uint32_t
take_u32 (reader *r)
{
  uint32_t number = 0;
  const void *bytes = take (r, sizeof number);
  if (bytes != NULL)
    memcpy (&number, bytes, sizeof number);
  return number;
}

static const void *
take_block (reader *r, uint64_t *length)
{
  *length = 0;
  const void *bytes = take (r, sizeof *length);
  if (bytes != NULL)
    memcpy (length, bytes, sizeof *length);
  return take (r, *length);
}

static mk_value *
load_data (const reader *r, const char *name, size_t name_length, const void *bytes, size_t length)
{
  for (const mk_value_type *const *type = r->types; *type != NULL; type++) {
    if (strlen ((*type)->name) != name_length || memcmp ((*type)->name, name, name_length) != 0 || (*type)->load == NULL)
      continue;
    g_autoptr (mk_buffer) buffer = mk_buffer_new (length, NULL);
    if (buffer == NULL)
      return NULL;
    if (length > 0)
      memcpy (mk_buffer_write (buffer), bytes, length);
    void *data = (*type)->load (buffer, NULL);
    return data != NULL ? mk_value_new (*type, data) : NULL;
  }
  return NULL;
}

static mk_value *
load_json (const void *bytes, size_t length)
{
  mk_json *json = NULL;
  return mk_json_parse (bytes, (gssize)length, NULL, &json, NULL) ? mk_value_new_json (json) : NULL;
}

static mk_value *
load_value (reader *r)
{
  const char *kind = take (r, 1);
  uint32_t name_length = take_u32 (r);
  const char *name = take (r, name_length);
  uint64_t length;
  const void *bytes = take_block (r, &length);
  union {
    int64_t integer;
    uint64_t natural;
    double real;
  } number = { 0 };
  if (r->is_bad || (strchr ("iur", *kind) != NULL && length != sizeof number))
    return NULL;
  if (length == sizeof number)
    memcpy (&number, bytes, sizeof number);
  g_autofree char *text = *kind == 's' || *kind == 'b' ? g_strndup (bytes, length) : NULL;
  switch (*kind) {
  case 'i':
    return mk_value_new_int (number.integer);
  case 'u':
    return mk_value_new_uint (number.natural);
  case 'r':
    return mk_value_new_real (number.real);
  case 't':
  case 'f':
    return mk_value_new_bool (*kind == 't');
  case 's':
    return mk_value_new_string (text);
  case 'j':
    return load_json (bytes, length);
  case 'b':
  case 'B':
    return mk_value_new_blocker (*kind == 'b' ? text : NULL);
  default:
    return load_data (r, name, name_length, bytes, length);
  }
}

static GPtrArray *
load_list (reader *r)
{
  uint32_t n = take_u32 (r);
  if (n == UINT32_MAX || r->is_bad)
    return NULL;
  g_autoptr (GPtrArray) list = mk_value_list_new ();
  for (uint32_t i = 0; i < n && !r->is_bad; i++) {
    mk_value *value = load_value (r);
    if (value != NULL)
      g_ptr_array_add (list, value);
    else
      r->is_bad = true;
  }
  return g_steal_pointer (&list);
}

mk_outcome *
mk_outcome_load (const void *bytes, size_t length, const mk_value_type *const *types)
{
  reader r = { .at = bytes, .left = length, .types = types };
  uint64_t whole = 0, ui_length;
  const void *start = take (&r, sizeof magic), *stated = take (&r, sizeof whole);
  if (r.is_bad || memcmp (start, magic, sizeof magic) != 0)
    return NULL;
  memcpy (&whole, stated, sizeof whole);
  uint32_t n = take_u32 (&r);
  if (whole != length || n > r.left)
    return NULL;
  g_autofree GPtrArray **lists = g_new0 (GPtrArray *, n + 1);
  for (uint32_t i = 0; i < n; i++)
    lists[i] = load_list (&r);
  mk_json *ui = NULL;
  const char *text = take_block (&r, &ui_length);
  if (!r.is_bad && ui_length > 0 && !mk_json_parse (text, (gssize)ui_length, NULL, &ui, NULL))
    r.is_bad = true;
  mk_outcome *outcome = mk_outcome_new (lists, n, ui);
  if (r.is_bad)
    g_clear_pointer (&outcome, mk_outcome_unref);
  return outcome;
}
