#include "engine/value_file.h"

#include <string.h>

#include "graph/parts.h"
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

/* A block whose length is known at its end. */
static guint
begin_block (GByteArray *out, char kind, const char *type)
{
  uint64_t length = 0;
  put (out, &kind, 1);
  put_u32 (out, (uint32_t)strlen (type));
  put (out, type, strlen (type));
  put (out, &length, sizeof length);
  return out->len;
}

static void
end_block (GByteArray *out, guint start)
{
  uint64_t length = out->len - start;
  memcpy (out->data + start - sizeof length, &length, sizeof length);
}

typedef struct {
  GByteArray *out;
  const mk_value_keeper *keeper; /* NULL = for a file */
  GError **error;
} saver;

static bool save_value (const saver *s, const mk_value *value);

static bool
save_bytes (const saver *s, const mk_value_type *type, const mk_value *value)
{
  g_autoptr (mk_buffer) bytes = type->save (mk_value_get (value, type), s->error);
  if (bytes == NULL)
    return false;
  return put_value (s->out, 'd', type->name, mk_buffer_read (bytes), mk_buffer_size (bytes))
         || mk_error (s->error, MK_ERROR_MEMORY, "%s of %zu MB: 2 GB can go at once", type->name, mk_buffer_size (bytes) >> 20);
}

static bool
save_members (const saver *s, const mk_value *value)
{
  bool is_map = mk_parts_is_map (value), is_good = true;
  guint start = begin_block (s->out, is_map ? 'm' : 'l', "");
  put_u32 (s->out, (uint32_t)mk_parts_length (value));
  for (size_t i = 0; i < mk_parts_length (value) && is_good; i++) {
    const char *name = is_map ? mk_parts_name_at (value, i) : NULL;
    if (is_map) {
      put_u32 (s->out, (uint32_t)strlen (name));
      put (s->out, name, strlen (name));
    }
    is_good = save_value (s, mk_parts_at (value, i));
  }
  end_block (s->out, start);
  return is_good;
}

static bool
save_tensor (const saver *s, const mk_parts_tensor *tensor)
{
  size_t length = tensor->n_floats * sizeof (float);
  if (length > G_MAXINT32 - (uint64_t)s->out->len - 128)
    return mk_error (s->error, MK_ERROR_MEMORY, "a tensor of %zu MB: 2 GB can go at once", length >> 20);
  guint start = begin_block (s->out, 'T', "");
  put_u32 (s->out, (uint32_t)tensor->n_dims);
  put (s->out, tensor->dims, (size_t)tensor->n_dims * sizeof tensor->dims[0]);
  put (s->out, mk_buffer_read (tensor->numbers), length);
  end_block (s->out, start);
  return true;
}

static bool
save_opened (const saver *s, const mk_value_type *type, const mk_value *value)
{
  g_autoptr (mk_value) parts = type->open (mk_value_get (value, type), s->error);
  if (parts == NULL)
    return false;
  guint start = begin_block (s->out, 'o', type->name);
  bool is_good = save_value (s, parts);
  end_block (s->out, start);
  return is_good;
}

static bool
save_ticket (const saver *s, const mk_value_type *type, const mk_value *value)
{
  int64_t ticket[2];
  s->keeper->keep (s->keeper->user, (mk_value *)value, ticket);
  return put_value (s->out, 'h', type->name, ticket, sizeof ticket);
}

/* What is made of parts, has bytes, can be taken apart, or has to stay; in a file only the second. */
static bool
save_data (const saver *s, const mk_value *value)
{
  const mk_value_type *type = mk_value_get_type (value);
  if (type != NULL && s->keeper != NULL && (mk_parts_is_list (value) || mk_parts_is_map (value)))
    return save_members (s, value);
  if (type != NULL && s->keeper != NULL && mk_parts_get_tensor (value) != NULL)
    return save_tensor (s, mk_parts_get_tensor (value));
  if (type != NULL && s->keeper != NULL && s->keeper->stays (s->keeper->user, value))
    return save_ticket (s, type, value);
  if (type != NULL && type->save != NULL && type->load != NULL)
    return save_bytes (s, type, value);
  if (type == NULL || s->keeper == NULL)
    return mk_error (s->error, MK_ERROR_TYPE, "a %s cannot be written", mk_value_type_name (value));
  return type->open != NULL ? save_opened (s, type, value) : save_ticket (s, type, value);
}

static bool
save_plain (GByteArray *out, const mk_value *value, const char *type)
{
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
  g_autofree char *text = mk_json_print_compact (mk_value_get_json (value));
  return put_value (out, 'j', "", text, strlen (text));
}

static bool
save_value (const saver *s, const mk_value *value)
{
  static const char *const plain[] = { "INT", "FLOAT", "BOOLEAN", "STRING", "JSON", NULL };
  const char *type = mk_value_type_name (value);
  if (mk_value_get_type (value) != NULL || !g_strv_contains (plain, type))
    return save_data (s, value);
  return save_plain (s->out, value, type) || mk_error (s->error, MK_ERROR_MEMORY, "a %s: 2 GB can go at once", type);
}

static bool
save_list (const saver *s, const GPtrArray *list)
{
  put_u32 (s->out, list != NULL ? list->len : UINT32_MAX);
  for (guint i = 0; list != NULL && i < list->len; i++)
    if (!save_value (s, list->pdata[i]))
      return false;
  return true;
}

static GByteArray *
save_outcome (const mk_outcome *outcome, const mk_value_keeper *keeper, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const saver s = { out, keeper, error };
  uint64_t length = 0;
  put (out, magic, sizeof magic);
  put (out, &length, sizeof length);
  put_u32 (out, (uint32_t)outcome->n_outputs);
  for (size_t i = 0; i < outcome->n_outputs; i++)
    if (!save_list (&s, outcome->outputs[i]))
      return NULL;
  g_autofree char *ui = outcome->ui != NULL ? mk_json_print_compact (outcome->ui) : g_strdup ("");
  if (!put_block (out, ui, strlen (ui))) {
    mk_error (error, MK_ERROR_MEMORY, "the values together: 2 GB can go at once");
    return NULL;
  }
  length = out->len;
  memcpy (out->data + sizeof magic, &length, sizeof length);
  return g_steal_pointer (&out);
}

GByteArray *
mk_outcome_save (const mk_outcome *outcome)
{
  return save_outcome (outcome, NULL, NULL);
}

GByteArray *
mk_outcome_hand_over (const mk_outcome *outcome, const mk_value_keeper *keeper, GError **error)
{
  return save_outcome (outcome, keeper, error);
}

/* --- reading --- */

typedef struct {
  const uint8_t *at;
  size_t left;
  bool is_bad;
  const mk_value_type *const *types;
  const mk_value_keeper *keeper; /* NULL = of a file */
  int depth;
  GError **error;
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

static const mk_value_type *
find_type (const reader *r, const char *name, size_t name_length)
{
  for (const mk_value_type *const *type = r->types; *type != NULL; type++)
    if (strlen ((*type)->name) == name_length && memcmp ((*type)->name, name, name_length) == 0)
      return *type;
  return NULL;
}

static mk_value *
load_data (const reader *r, const mk_value_type *type, const void *bytes, size_t length)
{
  g_autoptr (mk_buffer) buffer = type != NULL && type->load != NULL ? mk_buffer_new (length, r->error) : NULL;
  if (buffer == NULL)
    return NULL;
  if (length > 0)
    memcpy (mk_buffer_write (buffer), bytes, length);
  void *data = type->load (buffer, r->error);
  return data != NULL ? mk_value_new (type, data) : NULL;
}

static mk_value *load_value (reader *r);

/* Another reader for what a block holds. */
static reader
look_into (const reader *r, const void *bytes, size_t length)
{
  reader inner = *r;
  inner.at = bytes;
  inner.left = length;
  inner.depth++;
  inner.is_bad = inner.depth > MK_PARTS_MAX_DEPTH;
  return inner;
}

static mk_value *
load_members (reader inner, bool is_map)
{
  uint32_t n = take_u32 (&inner);
  g_autoptr (mk_value) members = is_map ? mk_parts_new_map () : mk_parts_new_list ();
  for (uint32_t i = 0; i < n && !inner.is_bad; i++) {
    uint32_t length = is_map ? take_u32 (&inner) : 0;
    const char *bytes = is_map ? take (&inner, length) : NULL;
    g_autofree char *name = bytes != NULL ? g_strndup (bytes, length) : NULL;
    mk_value *value = inner.is_bad ? NULL : load_value (&inner);
    if (value == NULL)
      return NULL;
    if (is_map)
      mk_parts_set (members, name, value);
    else
      mk_parts_append (members, value);
  }
  return inner.is_bad ? NULL : g_steal_pointer (&members);
}

static mk_value *
load_tensor (reader inner)
{
  int dims[MK_PARTS_MAX_DIMS];
  uint32_t n_dims = take_u32 (&inner);
  const void *sizes = n_dims <= MK_PARTS_MAX_DIMS ? take (&inner, n_dims * sizeof dims[0]) : NULL;
  if (sizes == NULL)
    return NULL;
  memcpy (dims, sizes, n_dims * sizeof dims[0]);
  size_t n_bytes;
  if (!mk_size_of_floats (dims, (int)n_dims, &n_bytes) || n_bytes != inner.left)
    return NULL;
  return mk_parts_new_tensor ((int)n_dims, dims, inner.at, inner.error);
}

static mk_value *
load_opened (reader inner, const mk_value_type *type)
{
  g_autoptr (mk_value) parts = type != NULL && type->close != NULL && !inner.is_bad ? load_value (&inner) : NULL;
  void *data = parts != NULL ? type->close (parts, inner.error) : NULL;
  return data != NULL ? mk_value_new (type, data) : NULL;
}

static mk_value *
load_kept (const reader *r, const void *bytes, size_t length)
{
  int64_t ticket[2];
  if (length != sizeof ticket)
    return NULL;
  memcpy (ticket, bytes, sizeof ticket);
  return r->keeper->find (r->keeper->user, ticket, r->error);
}

/* Kinds that only travel between processes. */
static mk_value *
load_foreign (const reader *r, char kind, const mk_value_type *type, const void *bytes, size_t length)
{
  if (r->keeper == NULL)
    return NULL;
  if (kind == 'h')
    return load_kept (r, bytes, length);
  reader inner = look_into (r, bytes, length);
  return kind == 'o' ? load_opened (inner, type) : kind == 'T' ? load_tensor (inner) : load_members (inner, kind == 'm');
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
  case 'l':
  case 'm':
  case 'T':
  case 'o':
  case 'h':
    return load_foreign (r, *kind, find_type (r, name, name_length), bytes, length);
  default:
    return load_data (r, find_type (r, name, name_length), bytes, length);
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

static mk_outcome *
load_outcome (reader r)
{
  uint64_t whole = 0, ui_length;
  size_t length = r.left;
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

mk_outcome *
mk_outcome_load (const void *bytes, size_t length, const mk_value_type *const *types)
{
  return load_outcome ((reader){ .at = bytes, .left = length, .types = types });
}

mk_outcome *
mk_outcome_take_over (const void *bytes, size_t length, const mk_value_type *const *types, const mk_value_keeper *keeper, GError **error)
{
  g_autoptr (GError) why = NULL;
  mk_outcome *outcome = load_outcome ((reader){ .at = bytes, .left = length, .types = types, .keeper = keeper, .error = &why });
  if (outcome == NULL && why == NULL)
    mk_error (&why, MK_ERROR_FORMAT, "the values are damaged");
  if (outcome == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return outcome;
}
