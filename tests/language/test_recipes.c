/* Every recipe of the library keeps to assets/objects.schema.json. */
#include "check.h"
#include "language/schema.h"

TEST (every_recipe_keeps_to_the_schema)
{
  GError *error = NULL;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  g_autofree char *path = g_build_filename (assets, "objects.schema.json", NULL), *folder = g_build_filename (assets, "objects", NULL);
  g_autoptr (mk_schema) schema = mk_schema_new_from_file (path, &error);
  CHECK_OK (schema, error);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  CHECK_OK (dir, error);
  unsigned n = 0;
  for (const char *name; (name = g_dir_read_name (dir)) != NULL; n++) {
    g_autofree char *file = g_build_filename (folder, name, NULL);
    g_autoptr (mk_json) recipe = NULL;
    CHECK_OK (mk_json_parse_file (file, NULL, &recipe, &error), error);
    if (!mk_schema_check (schema, NULL, recipe, &error))
      mk_test_fail (__FILE__, __LINE__, "%s: %s", name, error->message);
  }
  CHECK_INT (n, >=, 200);
}

TEST (the_schema_refuses_what_a_recipe_has_not)
{
  GError *error = NULL;
  g_autofree char *path = g_build_filename (mk_test_source (), "..", "assets", "objects.schema.json", NULL);
  g_autoptr (mk_schema) schema = mk_schema_new_from_file (path, &error);
  CHECK_OK (schema, error);
  static const char *const wrong[] = { "{}", "{\"name\": \"x\", \"wings\": 2}", "{\"name\": \"x\", \"parts\": [{\"shape\": \"blob\"}]}",
                                       "{\"name\": \"x\", \"parts\": [{\"shape\": \"box\", \"at\": [1, 2]}]}", "{\"name\": \"x\", \"height_m\": 0}" };
  for (size_t i = 0; i < MK_COUNT (wrong); i++) {
    g_autoptr (mk_json) recipe = NULL;
    CHECK_OK (mk_json_parse (wrong[i], -1, NULL, &recipe, &error), error);
    CHECK (!mk_schema_check (schema, NULL, recipe, &error));
    g_clear_error (&error);
  }
}
