/* value.h - what travels on the links of a workflow.
 *
 * Purpose   One reference-counted box for every type; rooms bring their own types.
 * Threads   Immutable once made; the count is atomic.
 * Memory    `unref` of the last reference calls the type's `free`.
 * Tests     tests/graph/test_value.c
 */
#pragma once
#include "base/base.h"
#include "base/hash.h"
#include "base/json.h"

typedef struct mk_value mk_value;

/* A type of boxed data. One static table per type, e.g. in nodes/scene/types.c. */
typedef struct mk_value_type {
  const char *name;                          /* ComfyUI's: "IMAGE", "MASK", "LATENT", "SCENE" */
  void (*free) (void *data);
  size_t (*n_bytes) (const void *data);      /* for the cache's budget */
  /* Optional: to bytes and back, for the cache on disk and for other processes. */
  mk_buffer *(*save) (const void *data, GError **error);
  void *(*load) (const mk_buffer *bytes, GError **error);
  /* Optional: taken apart into plain values (parts.h), so that packs may look inside, and made of them again. What is
   * given to `close` comes from outside. */
  mk_value *(*open) (const void *data, GError **error);
  void *(*close) (const mk_value *parts, GError **error);
} mk_value_type;

/* Takes `data`. */
mk_value *mk_value_new (const mk_value_type *type, void *data);
mk_value *mk_value_new_int (int64_t value);
mk_value *mk_value_new_uint (uint64_t value); /* also INT; seeds reach 2^64 - 1 */
mk_value *mk_value_new_real (double value);
mk_value *mk_value_new_bool (bool value);
mk_value *mk_value_new_string (const char *value);
mk_value *mk_value_new_json (mk_json *taken);   /* lists, objects, null */
/* Stops what depends on it; `message` may be NULL (silent). See protocol §5.9. */
mk_value *mk_value_new_blocker (const char *message);

mk_value *mk_value_ref (mk_value *value);
void      mk_value_unref (mk_value *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_value, mk_value_unref)

const char *mk_value_type_name (const mk_value *value); /* "INT", "FLOAT", "BOOLEAN", "STRING", "JSON", "BLOCKER" or the type's */
size_t      mk_value_n_bytes (const mk_value *value);
/* The data when the value is of `type`, else NULL. Borrowed. */
void       *mk_value_get (const mk_value *value, const mk_value_type *type);
/* Scalars convert as in Python: int(), float(), bool(), str(). What cannot convert gives 0 or "". */
int64_t     mk_value_get_int (const mk_value *value);
uint64_t    mk_value_get_uint (const mk_value *value);
double      mk_value_get_real (const mk_value *value);
bool        mk_value_get_bool (const mk_value *value);
const char *mk_value_get_string (const mk_value *value); /* borrowed; "" unless a STRING */
const mk_json *mk_value_get_json (const mk_value *value); /* borrowed; NULL unless JSON */
const mk_value_type *mk_value_get_type (const mk_value *value); /* NULL for scalars, JSON and blockers */
bool        mk_value_is_blocker (const mk_value *value);
const char *mk_value_get_block_message (const mk_value *value);
