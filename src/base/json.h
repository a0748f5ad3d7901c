/* json.h - JSON values, whichever library holds them.
 *
 * Purpose   One vocabulary for documents; json-c today, replaceable here.
 * Threads   A value belongs to one thread at a time.
 * Memory    Reference counted. `get` borrows, `set` and `append` take over
 *           the reference that they are given.
 * Numbers   64-bit integers, signed and unsigned, stay exact; NaN and
 *           Infinity are read and written as ComfyUI does.
 * Tests     tests/base/test_json.c
 */
#pragma once
#include "base/base.h"

typedef struct json_object mk_json; /* NULL is JSON null */

typedef enum { MK_JSON_NULL, MK_JSON_BOOL, MK_JSON_INT, MK_JSON_REAL, MK_JSON_STRING, MK_JSON_ARRAY, MK_JSON_OBJECT } mk_json_kind;

typedef struct {
  size_t max_bytes; /* 0 = 64 MB */
  int max_depth;    /* 0 = 64 */
} mk_json_limits;

/* Parses exactly one value, false with MK_ERROR_SYNTAX naming line and column, or MK_ERROR_LIMIT.
 * `length` -1 = NUL-terminated. `limits` NULL = defaults. `*value` may become NULL (JSON null). */
bool mk_json_parse (const char *text, gssize length, const mk_json_limits *limits, mk_json **value, GError **error);
bool mk_json_parse_file (const char *path, const mk_json_limits *limits, mk_json **value, GError **error);

/* Text that the caller frees: on one line with ", " and ": " as Python writes it, or indented by two. */
char *mk_json_print (const mk_json *value);
char *mk_json_print_pretty (const mk_json *value);
/* As mk_json_print without any space. */
char *mk_json_print_compact (const mk_json *value);

mk_json *mk_json_ref (mk_json *value);
void     mk_json_unref (mk_json *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_json, mk_json_unref)
mk_json *mk_json_copy (const mk_json *value); /* deep */
bool     mk_json_equal (const mk_json *a, const mk_json *b);

mk_json_kind mk_json_get_kind (const mk_json *value);
const char  *mk_json_kind_name (mk_json_kind kind); /* "null", "boolean", "integer", "number", ... */
/* Conversions never fail: what does not fit gives 0, "" or false. INT converts to REAL and back. */
bool        mk_json_get_bool (const mk_json *value);
int64_t     mk_json_get_int (const mk_json *value);
uint64_t    mk_json_get_uint (const mk_json *value);
double      mk_json_get_real (const mk_json *value);
const char *mk_json_get_string (const mk_json *value); /* borrowed; "" unless a STRING */
size_t      mk_json_get_string_length (const mk_json *value);
static inline bool
mk_json_is_number (const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  return kind == MK_JSON_INT || kind == MK_JSON_REAL;
}

mk_json *mk_json_new_bool (bool value);
mk_json *mk_json_new_int (int64_t value);
mk_json *mk_json_new_uint (uint64_t value);
mk_json *mk_json_new_real (double value);
mk_json *mk_json_new_string (const char *value);              /* NULL gives null */
mk_json *mk_json_new_string_length (const char *value, size_t length);
mk_json *mk_json_new_array (void);
mk_json *mk_json_new_object (void);

size_t   mk_json_length (const mk_json *container); /* 0 for scalars */
mk_json *mk_json_at (const mk_json *array, size_t index);           /* borrowed; NULL past the end */
bool     mk_json_has_text (const mk_json *array, const char *text);  /* false for what is no array */
void     mk_json_append (mk_json *array, mk_json *taken);
mk_json *mk_json_get (const mk_json *object, const char *key);      /* borrowed; NULL when absent */
bool     mk_json_has (const mk_json *object, const char *key);
void     mk_json_set (mk_json *object, const char *key, mk_json *taken); /* keeps the order of first setting */
void     mk_json_remove (mk_json *object, const char *key);

/* In order:  for (mk_json_iter i = mk_json_iterate (o); mk_json_next (&i);) use (i.key, i.value); */
typedef struct {
  const char *key; /* borrowed */
  mk_json *value;  /* borrowed */
  void *entry;
} mk_json_iter;
mk_json_iter mk_json_iterate (const mk_json *object);
bool         mk_json_next (mk_json_iter *iter);
