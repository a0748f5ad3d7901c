#include "language/command.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Lists of scene commands against their schema. MIKTOS_ASSETS names the folder of the schema. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static mk_command_schema *schema;
  if (schema == NULL)
    schema = mk_command_schema_new (g_getenv ("MIKTOS_ASSETS"), NULL);
  g_assert (schema != NULL);
  mk_json *commands = NULL;
  if (!mk_json_parse ((const char *)data, (gssize)size, NULL, &commands, NULL))
    return 0;
  g_autoptr (GError) error = NULL;
  g_assert (mk_commands_check (schema, commands, &error) == (error == NULL));
  mk_json_unref (commands);
  return 0;
}
