/* value_file.h - a node's results as bytes, and back.
 *
 * Format    "MKVALUE1", whole length (u64), number of outputs (u32); per output a count (u32) of values, or
 *           UINT32_MAX for none; per value a letter of kind, a type name (u32 and bytes), content (u64 and bytes); then
 *           the ui as JSON text (u64 and bytes). Host order: the files never leave the machine.
 * Kinds     i int64 · u uint64 · r double · t true · f false · s text · j JSON · d what the type's `save` gave;
 *           only read: b blocker with its message, B silent blocker. Between processes also: l list (count, values) ·
 *           m map (count; length of a name, name, value) · T tensor (number of sizes and sizes as i32, floats) · o what
 *           the type's `open` gave, one value · h a value that stays in its process (two i64).
 * Safety    Bytes are not trusted: every length is checked before it is used.
 */
#pragma once
#include "engine/cache.h"

/* NULL when something in it cannot be saved: a type without `save`, a blocker. */
GByteArray *mk_outcome_save (const mk_outcome *outcome);

/* Keeps values that cannot leave their process, for the time that others hold their numbers. */
typedef struct mk_value_keeper {
  bool (*stays) (void *user, const mk_value *value); /* whether it is kept although it has bytes */
  void (*keep) (void *user, mk_value *value, int64_t ticket[2]);
  mk_value *(*find) (void *user, const int64_t ticket[2], GError **error); /* a new reference */
  void *user;
} mk_value_keeper;

/* For another process: what has no bytes is taken apart, or kept. NULL with the reason. */
GByteArray *mk_outcome_hand_over (const mk_outcome *outcome, const mk_value_keeper *keeper, GError **error);
mk_outcome *mk_outcome_take_over (const void *bytes, size_t length, const mk_value_type *const *types, const mk_value_keeper *keeper, GError **error);
/* NULL when the bytes are damaged, or of a type that `types` (ends with NULL) lacks. */
mk_outcome *mk_outcome_load (const void *bytes, size_t length, const mk_value_type *const *types);
