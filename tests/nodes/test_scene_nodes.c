/* test_scene_nodes.c - every scene node has the fields of its command, and no others. */
#include "engine/disk_cache.h"
#include "harness.h"

static const struct {
  const char *op, *node;
} pairs[] = { { "sky", "SceneSky" }, { "ground", "SceneGround" }, { "light", "SceneLight" }, { "add", "SceneAdd" }, { "text", "SceneText" }, { "import", "SceneImport" },
              { "material", "SceneMaterial" }, { "transform", "SceneTransform" }, { "remove", "SceneRemove" }, { "animate", "SceneAnimate" }, { "physics", "ScenePhysics" }, { "particles", "SceneParticles" }, { "camera", "SceneCamera" } };

static mk_json *
read_schema (void)
{
  mk_json *schema = NULL;
  GError *error = NULL;
  g_autofree char *path = g_build_filename (mk_test_source (), "../assets/commands.schema.json", NULL);
  CHECK_OK (mk_json_parse_file (path, NULL, &schema, &error), error);
  return schema;
}

/* The object schema whose property `op` is this constant. */
static const mk_json *
find_command (const mk_json *schema, const char *op)
{
  for (mk_json_iter i = mk_json_iterate (mk_json_get (schema, "$defs")); mk_json_next (&i);)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_get (mk_json_get (i.value, "properties"), "op"), "const")), op))
      return mk_json_get (i.value, "properties");
  mk_test_fail (__FILE__, __LINE__, "the schema has no command %s", op);
}

static const mk_json *
resolve (const mk_json *schema, const mk_json *rule)
{
  const char *reference = mk_json_get_string (mk_json_get (rule, "$ref"));
  return g_str_has_prefix (reference, "#/$defs/") ? resolve (schema, mk_json_get (mk_json_get (schema, "$defs"), reference + 8)) : rule;
}

static void
check_options (const mk_json *rule, const mk_port *port, const char *node)
{
  const mk_json *allowed = mk_json_get (rule, "enum");
  if (allowed == NULL || port->options == NULL)
    return;
  size_t n = 0;
  for (const char *const *o = port->options; *o != NULL; o++)
    n += (*o)[0] != '\0';
  if (n != mk_json_length (allowed))
    mk_test_fail (__FILE__, __LINE__, "%s.%s offers %zu choices, the schema allows %zu", node, port->name, n, mk_json_length (allowed));
  for (size_t i = 0; i < mk_json_length (allowed); i++)
    if (!g_strv_contains (port->options, mk_json_get_string (mk_json_at (allowed, i))))
      mk_test_fail (__FILE__, __LINE__, "%s.%s does not offer %s", node, port->name, mk_json_get_string (mk_json_at (allowed, i)));
}

TEST (scene_nodes_mirror_the_schema_of_commands)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_json) schema = read_schema ();
  for (size_t i = 0; i < MK_COUNT (pairs); i++) {
    const mk_node_def *def = mk_registry_find (h->registry, pairs[i].node);
    const mk_json *fields = find_command (schema, pairs[i].op);
    CHECK (def != NULL);
    for (mk_json_iter f = mk_json_iterate (fields); mk_json_next (&f);) {
      if (g_str_equal (f.key, "op"))
        continue;
      const mk_port *port = mk_node_find_input (def, f.key);
      if (port == NULL)
        mk_test_fail (__FILE__, __LINE__, "%s has no input for the field %s", def->id, f.key);
      check_options (resolve (schema, f.value), port, def->id);
    }
    for (const mk_port *port = def->inputs; port->name != NULL; port++)
      if (!g_str_equal (port->name, "scene") && !mk_json_has (fields, port->name))
        mk_test_fail (__FILE__, __LINE__, "%s has an input %s, which the command %s does not know", def->id, port->name, pairs[i].op);
  }
}

TEST (a_new_engine_finds_scenes_on_disk)
{
  const char *text = "{\"1\":{\"class_type\":\"SceneNew\",\"inputs\":{}},\"2\":{\"class_type\":\"SceneAdd\",\"inputs\":{\"scene\":[\"1\",0],\"id\":\"dog-1\",\"object\":\"dog\"}},"
                     "\"3\":{\"class_type\":\"SceneGround\",\"inputs\":{\"scene\":[\"2\",0]}},\"4\":{\"class_type\":\"SceneSaveGLB\",\"inputs\":{\"scene\":[\"3\",0],\"filename_prefix\":\"dog\"}}}";
  g_autofree char *folder = g_build_filename (mk_test_folder (), "cache", NULL), *assets = g_build_filename (mk_test_source (), "../assets", NULL);
  char *saved[2] = { NULL, NULL };
  size_t lengths[2] = { 0, 0 };
  for (int i = 0; i < 2; i++) {
    g_autoptr (harness) h = harness_new ();
    g_autoptr (mk_disk_cache) disk = mk_disk_cache_open (folder, 0, mk_all_value_types, NULL);
    h->engine.disk = disk;
    h->folders.assets = assets;
    CHECK_OK (harness_run (h, text), h->error);
    if (i == 1 && strstr (h->told->str, "execution_cached [\"1\",\"2\",\"3\"]; executing 4;") == NULL)
      mk_test_fail (__FILE__, __LINE__, "told: %s", h->told->str);
    g_autofree char *name = g_strdup_printf ("dog_%05d_.glb", i + 1), *path = g_build_filename (mk_test_folder (), name, NULL);
    CHECK (g_file_get_contents (path, &saved[i], &lengths[i], NULL));
  }
  CHECK_INT (lengths[0], ==, lengths[1]);
  CHECK (memcmp (saved[0], saved[1], lengths[0]) == 0);
  g_free (saved[0]);
  g_free (saved[1]);
}
