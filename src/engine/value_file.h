/* value_file.h - a node's results as bytes, and back.
 *
 * Format    "MKVALUE1", whole length (u64), number of outputs (u32); per output a count (u32) of values, or
 *           UINT32_MAX for none; per value a letter of kind, a type name (u32 and bytes), content (u64 and bytes); then
 *           the ui as JSON text (u64 and bytes). Host order: the files never leave the machine.
 * Kinds     i int64 · u uint64 · r double · t true · f false · s text · j JSON · d what the type's `save` gave;
 *           only read: b blocker with its message, B silent blocker.
 * Safety    Bytes are not trusted: every length is checked before it is used.
 */
#pragma once
#include "engine/cache.h"

/* NULL when something in it cannot be saved: a type without `save`, a blocker. */
GByteArray *mk_outcome_save (const mk_outcome *outcome);
/* NULL when the bytes are damaged, or of a type that `types` (ends with NULL) lacks. */
mk_outcome *mk_outcome_load (const void *bytes, size_t length, const mk_value_type *const *types);
