/* objects_check.c - `miktos objects check FILE`: all that is wrong with a recipe, each with its place in the file; then
 * a picture of it.
 *
 * Order     The schema first, from the top of the file to its depths: mistakes of form, all at once. Only when there are none
 *           is the recipe carried out, and the first thing that is wrong with its meaning is said.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/studio.h"
#include "language/schema.h"
#include "media/png.h"
#include "scene/motion.h"
#include "scene/objects.h"

#define MAX_SAID 50
#define PICTURE_WIDTH 640
#define PICTURE_HEIGHT 480

typedef struct {
  const mk_schema *schema;
  unsigned n_wrong;
} checker;

static void
say (checker *c, const char *path, const char *what)
{
  if (c->n_wrong++ < MAX_SAID)
    fprintf (stderr, "  %s: %s\n", *path != 0 ? path : "the recipe", what);
}

static const mk_json *
follow (const checker *c, const mk_json *rule)
{
  const char *ref = mk_json_get_string (mk_json_get (rule, "$ref"));
  return g_str_has_prefix (ref, "#/$defs/") ? mk_schema_find (c->schema, ref + strlen ("#/$defs/")) : rule;
}

static void
check (checker *c, const mk_json *given, const mk_json *value, const char *path)
{
  const mk_json *rule = follow (c, given), *properties = mk_json_get (rule, "properties"), *items = mk_json_get (rule, "items");
  if (properties != NULL && mk_json_get_kind (value) == MK_JSON_OBJECT) {
    for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);) {
      g_autofree char *inner = *path != 0 ? g_strdup_printf ("%s.%s", path, i.key) : g_strdup (i.key);
      const mk_json *own = mk_json_get (properties, i.key);
      if (own != NULL)
        check (c, own, i.value, inner);
      else
        say (c, inner, "there is no such key");
    }
    const mk_json *required = mk_json_get (rule, "required");
    for (size_t i = 0; i < mk_json_length (required); i++) {
      const char *key = mk_json_get_string (mk_json_at (required, i));
      g_autofree char *what = g_strdup_printf ("“%s” is missing", key);
      if (!mk_json_has (value, key))
        say (c, path, what);
    }
    return;
  }
  if (items != NULL && mk_json_get_kind (value) == MK_JSON_ARRAY && mk_json_get (follow (c, items), "properties") != NULL) {
    for (size_t i = 0; i < mk_json_length (value); i++) {
      g_autofree char *inner = g_strdup_printf ("%s[%zu]", path, i);
      check (c, items, mk_json_at (value, i), inner);
    }
    return;
  }
  g_autoptr (GError) error = NULL;
  if (!mk_schema_check (c->schema, rule, value, &error))
    say (c, path, g_str_has_prefix (error->message, ": ") ? error->message + 2 : error->message);
}

/* What only a name can say: motions that there are not. */
static void
check_names (checker *c, const mk_json *recipe)
{
  const mk_json *motions = mk_json_get (recipe, "motions");
  for (size_t i = 0; i < mk_json_length (motions); i++) {
    const char *name = mk_json_get_string (mk_json_at (motions, i));
    g_autofree char *path = g_strdup_printf ("motions[%zu]", i), *what = g_strdup_printf ("there is no motion “%s”; docs/commands.md names them", name);
    if (mk_motion_kind_find (name) == NULL)
      say (c, path, what);
  }
}

/* A category of one's own is allowed, but no rule knows it; most likely it is a typing mistake. */
static void
note_category (const mk_library *library, const mk_recipe_info *info)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *other = mk_library_get (library, i);
    bool is_listed = other == info;
    for (guint k = 0; k < known->len; k++)
      is_listed |= g_str_equal (known->pdata[k], other->category);
    if (!is_listed)
      g_ptr_array_add (known, (void *)other->category);
    if (other != info && g_str_equal (other->category, info->category))
      return;
  }
  g_ptr_array_add (known, NULL);
  g_autofree char *list = g_strjoinv (", ", (char **)known->pdata);
  fprintf (stderr, "  category: nothing is known of “%s”; the library has %s\n", info->category, list);
}

/* The scene that shows a recipe has commands of its own, of which whoever wrote the recipe knows nothing. */
static void
drop_command (GError *error)
{
  char *rest = g_str_has_prefix (error->message, "command ") ? strstr (error->message, "): ") : NULL;
  if (rest != NULL)
    memmove (error->message, rest + 3, strlen (rest + 3) + 1);
}

static bool
check_form (const char *assets, const char *file, bool *is_right, GError **error)
{
  const mk_json_limits limits = { .max_bytes = 1 << 20, .max_depth = 32 };
  g_autofree char *path = g_build_filename (assets, "objects.schema.json", NULL);
  g_autoptr (mk_schema) schema = mk_schema_new_from_file (path, error);
  g_autoptr (mk_json) recipe = NULL;
  if (schema == NULL || !mk_json_parse_file (file, &limits, &recipe, error))
    return false;
  checker c = { .schema = schema };
  check (&c, mk_schema_get_json (schema), recipe, "");
  check_names (&c, recipe);
  *is_right = c.n_wrong == 0;
  if (c.n_wrong > MAX_SAID)
    fprintf (stderr, "  and %u more\n", c.n_wrong - MAX_SAID);
  return true;
}

static void
print_found (const mk_library *library, const mk_recipe_info *info)
{
  g_autoptr (mk_scene) scene = mk_scene_new ();
  int root = mk_library_build (library, scene, info->name, NULL, NULL);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = mk_scene_bounds (scene, pose, root);
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  g_autoptr (GArray) joints = mk_object_joints (library, scene, root), anchors = mk_object_anchors (library, scene, root);
  uint32_t n = 0;
  for (guint i = 0; i < scene->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, (int)i)->n_parts; p++)
      n += mk_scene_get_node (scene, (int)i)->parts[p].mesh->n_indices / 3;
  printf ("%s: %.3g m wide, %.3g m high, %.3g m long; %u parts that have names, %u joints, %u places, %u triangles\n", info->name, (double)size.x,
          (double)size.y, (double)size.z, scene->nodes->len - 1, joints->len, anchors->len, n);
}

static char *
picture_path (const char *file)
{
  g_autofree char *name = g_path_get_basename (file);
  if (g_str_has_suffix (name, ".json"))
    name[strlen (name) - strlen (".json")] = 0;
  return g_strconcat (name, ".png", NULL);
}

mk_exit
mk_cli_objects_check (const char *file)
{
  GError *error = NULL;
  bool is_right = false;
  const char *assets = mk_cli_assets (&error);
  if (assets == NULL || !check_form (assets, file, &is_right, &error)) {
    if (!g_str_has_prefix (error->message, file))
      g_prefix_error (&error, "%s: ", file);
    return mk_cli_fail (error);
  }
  if (!is_right)
    return mk_cli_fail (g_error_new (MK_ERROR, MK_ERROR_RANGE, "%s is not a recipe; docs/objects.md and assets/objects.schema.json say what one holds", file));
  g_autoptr (mk_library) library = mk_library_new (assets, &error);
  const mk_recipe_info *info = library != NULL ? mk_library_add (library, file, &error) : NULL;
  g_autoptr (mk_json) commands = info != NULL ? mk_studio_commands ("add", "object", info->name) : NULL;
  mk_stage stage = { .library = library, .assets = assets, .input = "." };
  g_autoptr (mk_image) picture = commands != NULL ? mk_studio_picture (&stage, commands, PICTURE_WIDTH, PICTURE_HEIGHT, &error) : NULL;
  g_autofree char *path = picture_path (file);
  if (picture == NULL || !mk_png_write (picture, 0, path, NULL, &error)) {
    drop_command (error);
    if (!g_str_has_prefix (error->message, file))
      g_prefix_error (&error, "%s: ", file);
    return mk_cli_fail (error);
  }
  note_category (library, info);
  print_found (library, info);
  printf ("%s\n", path);
  return MK_EXIT_OK;
}
