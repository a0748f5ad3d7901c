/* command.h - lists of scene commands: what is valid, and how a later list joins an earlier one.
 *
 * Purpose   docs/commands.md in force. Every list that comes in, from whomever, passes `check` first.
 * Threads   A schema is constant; lists belong to their thread.
 * Tests     tests/language/test_command.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"

typedef struct mk_command_schema mk_command_schema;

/* Reads ASSETS/commands.schema.json. */
mk_command_schema *mk_command_schema_new (const char *assets_folder, GError **error);
void               mk_command_schema_free (mk_command_schema *schema);
/* The document; borrowed. */
const mk_json     *mk_command_schema_get_json (const mk_command_schema *schema);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_command_schema, mk_command_schema_free)

/* The schema, then what a schema cannot say: ids are unique, `render` comes first, `after` and `with` name a
 * command that stands before, and targets name something made before. Errors name the command by its number
 * from 1, its field, the value and what is allowed. */
bool mk_commands_check (const mk_command_schema *schema, const mk_json *commands, GError **error);

/* One valid list out of a valid earlier one and the commands that follow it up (docs/commands.md, "Follow-ups"):
 * render, sky and ground change the earlier one field by field, as does a command that has an earlier one's id,
 * `remove` of an animate, physics, light or camera command takes it out of the list, the rest is appended.
 * A new list; the caller unrefs. */
mk_json *mk_commands_merge (const mk_json *earlier, const mk_json *later);

/* The first command of `op` ("render"), or NULL; borrowed. */
mk_json *mk_commands_find (const mk_json *commands, const char *op);
/* The command whose id is `id`, or NULL; borrowed. */
mk_json *mk_commands_find_id (const mk_json *commands, const char *id);
