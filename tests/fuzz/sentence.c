/* Sentences, one a line, each told to the scene of those before it. MIKTOS_ASSETS names the folder of words and objects. */
#include <string.h>

#include "language/command.h"
#include "language/parse.h"
#include "scene/objects.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static mk_language *language;
static mk_command_schema *schema;

static void
setup (void)
{
  const char *assets = g_getenv ("MIKTOS_ASSETS");
  g_assert (assets != NULL);
  const mk_library *library = mk_library_shared (assets, NULL);
  g_assert (library != NULL);
  language = mk_language_new (assets, "en", library, NULL);
  schema = mk_command_schema_new (assets, NULL);
  g_assert (language != NULL && schema != NULL);
}

/* Whatever is said, the list is valid after it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (language == NULL)
    setup ();
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 6);
  mk_json *scene = NULL;
  for (char **line = lines; *line != NULL; line++) {
    g_autoptr (mk_understanding) said = NULL;
    if (!mk_language_parse (language, *line, scene, &said, NULL))
      continue;
    mk_json *next = mk_commands_merge (scene, said->commands);
    mk_json_unref (scene);
    scene = next;
    g_autoptr (GError) error = NULL;
    if (!mk_commands_check (schema, scene, &error))
      g_error ("“%s”: %s", *line, error->message);
  }
  mk_json_unref (scene);
  return 0;
}
