/* parts.h - what a value is made of, for those who look inside: lists, maps and tensors of plain values.
 *
 * Purpose   A type that can be taken apart (mk_value_type.open) becomes these, so that a process which knows nothing of
 *           the type can read and change it; mk_value_type.close makes the value of them again.
 * Threads   Lists and maps are filled by who made them, and constant from there on.
 * Memory    They own their members. What is got is borrowed.
 * Tests     tests/packs/test_values.c
 */
#pragma once
#include "graph/value.h"

enum { MK_PARTS_MAX_DIMS = 8, MK_PARTS_MAX_DEPTH = 32 };

/* Numbers on a grid; sizes outermost first, none for a single number. */
typedef struct {
  int n_dims;
  int dims[MK_PARTS_MAX_DIMS];
  size_t n_floats;
  mk_buffer *numbers; /* float */
} mk_parts_tensor;

mk_value *mk_parts_new_list (void);
void      mk_parts_append (mk_value *list, mk_value *taken);
mk_value *mk_parts_new_map (void);
/* A name that is there already gets the new value. */
void      mk_parts_set (mk_value *map, const char *name, mk_value *taken);
/* `numbers` are floats, of any alignment, and copied; NULL = zeros. RANGE when there are too many sizes or one is negative, MEMORY when refused. */
mk_value *mk_parts_new_tensor (int n_dims, const int *dims, const void *numbers, GError **error);

bool                   mk_parts_is_list (const mk_value *value);
bool                   mk_parts_is_map (const mk_value *value);
const mk_parts_tensor *mk_parts_get_tensor (const mk_value *value); /* NULL when it is none */
/* Of a list or a map; 0 and NULL for all else. */
size_t      mk_parts_length (const mk_value *value);
mk_value   *mk_parts_at (const mk_value *value, size_t index);
const char *mk_parts_name_at (const mk_value *map, size_t index);
mk_value   *mk_parts_get (const mk_value *map, const char *name);
