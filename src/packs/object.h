/* object.h - a value that only a pack's process can hold: we keep its number.
 *
 * Purpose   Types that the engine does not know travel from one node of a pack to the next without leaving its process.
 * Threads   Any. Numbers that nobody holds any more wait in a list until the pack is spoken to next.
 */
#pragma once
#include "base/json.h"
#include "graph/value.h"

extern const mk_value_type mk_pack_object_type;

/* The pack whose process holds it; NULL when it is no such value. Borrowed. */
const char *mk_pack_object_owner (const mk_value *value);

/* The numbers of `pack` that were let go since the last call, as an array; NULL when none were. */
mk_json *mk_pack_objects_take_dropped (const char *pack);
