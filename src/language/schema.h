/* schema.h - the part of JSON Schema (draft 2020-12) that assets/commands.schema.json is written in.
 *
 * Knows     $ref to #/$defs/NAME, const, enum, type (one name), minimum, maximum, minLength, maxLength, pattern,
 *           properties, required, additionalProperties, maxProperties, items, minItems, maxItems, oneOf.
 *           A oneOf is decided by `op` (objects) or by the type of the value (all else), so that an error
 *           speaks of the alternative that was meant. Any other keyword that limits values is an error at load.
 * Threads   A schema is constant once made.
 * Tests     tests/language/test_command.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"

typedef struct mk_schema mk_schema;

mk_schema *mk_schema_new_from_file (const char *path, GError **error);
/* Takes the document. */
mk_schema *mk_schema_new (mk_json *taken, GError **error);
void       mk_schema_free (mk_schema *schema);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_schema, mk_schema_free)

/* The document; borrowed. */
const mk_json *mk_schema_get_json (const mk_schema *schema);

/* `rule` NULL = the whole schema. On failure the message is “FIELD: what is wrong, what is allowed”. */
bool mk_schema_check (const mk_schema *schema, const mk_json *rule, const mk_json *value, GError **error);
/* The rule that a $ref of `name` means, or NULL. Borrowed. */
const mk_json *mk_schema_find (const mk_schema *schema, const char *name);
