#include "graph/value.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

typedef enum { INT, UINT, REAL, BOOLEAN, STRING, JSON, BLOCKER, DATA } value_kind;

struct mk_value {
  atomic_int n_refs;
  value_kind kind;
  const mk_value_type *type; /* of DATA */
  union {
    int64_t integer;
    uint64_t natural;
    double real;
    bool boolean;
    char *text;   /* STRING; BLOCKER's message or NULL */
    mk_json *json;
    void *data;
  } as;
};

static mk_value *
value_new (value_kind kind)
{
  mk_value *value = g_new0 (mk_value, 1);
  value->n_refs = 1;
  value->kind = kind;
  return value;
}

mk_value *
mk_value_new (const mk_value_type *type, void *data)
{
  mk_value *value = value_new (DATA);
  value->type = type;
  value->as.data = data;
  return value;
}

mk_value *
mk_value_new_int (int64_t integer)
{
  mk_value *value = value_new (INT);
  value->as.integer = integer;
  return value;
}

mk_value *
mk_value_new_uint (uint64_t natural)
{
  if (natural <= INT64_MAX)
    return mk_value_new_int ((int64_t)natural);
  mk_value *value = value_new (UINT);
  value->as.natural = natural;
  return value;
}

mk_value *
mk_value_new_real (double real)
{
  mk_value *value = value_new (REAL);
  value->as.real = real;
  return value;
}

mk_value *
mk_value_new_bool (bool boolean)
{
  mk_value *value = value_new (BOOLEAN);
  value->as.boolean = boolean;
  return value;
}

mk_value *
mk_value_new_string (const char *text)
{
  mk_value *value = value_new (STRING);
  value->as.text = g_strdup (text != NULL ? text : "");
  return value;
}

mk_value *
mk_value_new_json (mk_json *taken)
{
  mk_value *value = value_new (JSON);
  value->as.json = taken;
  return value;
}

mk_value *
mk_value_new_blocker (const char *message)
{
  mk_value *value = value_new (BLOCKER);
  value->as.text = g_strdup (message);
  return value;
}

mk_value *
mk_value_ref (mk_value *value)
{
  atomic_fetch_add_explicit (&value->n_refs, 1, memory_order_relaxed);
  return value;
}

void
mk_value_unref (mk_value *value)
{
  if (value == NULL || atomic_fetch_sub_explicit (&value->n_refs, 1, memory_order_acq_rel) > 1)
    return;
  if (value->kind == STRING || value->kind == BLOCKER)
    g_free (value->as.text);
  else if (value->kind == JSON)
    mk_json_unref (value->as.json);
  else if (value->kind == DATA && value->type->free != NULL)
    value->type->free (value->as.data);
  g_free (value);
}

const char *
mk_value_type_name (const mk_value *value)
{
  static const char *const names[] = { "INT", "INT", "FLOAT", "BOOLEAN", "STRING", "JSON", "BLOCKER" };
  return value->kind == DATA ? value->type->name : names[value->kind];
}

size_t
mk_value_n_bytes (const mk_value *value)
{
  size_t more = value->kind == STRING && value->as.text != NULL ? strlen (value->as.text) : 0;
  if (value->kind == DATA && value->type->n_bytes != NULL)
    more = value->type->n_bytes (value->as.data);
  return sizeof *value + more;
}

void *
mk_value_get (const mk_value *value, const mk_value_type *type)
{
  return value != NULL && value->kind == DATA && value->type == type ? value->as.data : NULL;
}

int64_t
mk_value_get_int (const mk_value *value)
{
  switch (value->kind) {
  case INT:
    return value->as.integer;
  case UINT:
    return INT64_MAX;
  case REAL:
    return isfinite (value->as.real) ? (int64_t)CLAMP (value->as.real, -0x1p62, 0x1p62) : 0;
  case BOOLEAN:
    return value->as.boolean;
  case STRING:
    return g_ascii_strtoll (value->as.text, NULL, 10);
  case JSON:
    return mk_json_get_int (value->as.json);
  default:
    return 0;
  }
}

uint64_t
mk_value_get_uint (const mk_value *value)
{
  return value->kind == UINT ? value->as.natural : (uint64_t)MAX (mk_value_get_int (value), 0);
}

double
mk_value_get_real (const mk_value *value)
{
  switch (value->kind) {
  case UINT:
    return (double)value->as.natural;
  case REAL:
    return value->as.real;
  case STRING:
    return g_ascii_strtod (value->as.text, NULL);
  case JSON:
    return mk_json_get_real (value->as.json);
  default:
    return (double)mk_value_get_int (value);
  }
}

bool
mk_value_get_bool (const mk_value *value)
{
  switch (value->kind) {
  case STRING:
    return value->as.text[0] != '\0';
  case REAL:
    return value->as.real != 0;
  case UINT:
    return true;
  case JSON:
    return mk_json_get_bool (value->as.json) || mk_json_length (value->as.json) > 0;
  case DATA:
    return true;
  default:
    return mk_value_get_int (value) != 0;
  }
}

const char *
mk_value_get_string (const mk_value *value)
{
  if (value->kind == STRING)
    return value->as.text;
  return value->kind == JSON ? mk_json_get_string (value->as.json) : "";
}

const mk_json *
mk_value_get_json (const mk_value *value)
{
  return value->kind == JSON ? value->as.json : NULL;
}

const mk_value_type *
mk_value_get_type (const mk_value *value)
{
  return value->kind == DATA ? value->type : NULL;
}

bool
mk_value_is_blocker (const mk_value *value)
{
  return value->kind == BLOCKER;
}

const char *
mk_value_get_block_message (const mk_value *value)
{
  return value->kind == BLOCKER ? value->as.text : NULL;
}
