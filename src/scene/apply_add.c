/* add: things of the library, coloured, sized and placed. */
#include <string.h>

#include "scene/dress.h"
#include "scene/fields.h"
#include "scene/label.h"
#include "scene/layout.h"
#include "scene/motion.h"
#include "scene/ops.h"

static const char *const keys[] = { "id", "object", "name", "count", "arrange", "spacing_m", "color", "second_color", "colors", "material", "scale", "scales", "height_m",
                                    "width_m", "length_m", "relative_size", "params", "parts", "place", "position", "rotation", "facing", "pose", "label", "backdrop", NULL };

static bool
check_id (const mk_scene *scene, const char *id, GError **error)
{
  size_t length = strlen (id);
  if (length == 0 || length > 64)
    return mk_error (error, MK_ERROR_RANGE, "an id has 1 to 64 letters, not %zu", length);
  for (const char *at = id; *at != 0; at++)
    if (!g_ascii_isalnum (*at) && *at != '-')
      return mk_error (error, MK_ERROR_RANGE, "an id is made of letters, digits and -, not “%s”", id);
  g_autoptr (GArray) there = mk_scene_find_targets (scene, id, NULL);
  return there == NULL || mk_error (error, MK_ERROR_EXISTS, "there is a “%s” already", id);
}

static bool
build_copies (const mk_stage *stage, mk_scene *scene, const mk_json *command, int index, const char *id, int *roots, unsigned n, GError **error)
{
  const char *object = NULL, *name = NULL;
  if (!mk_field_string (command, "object", &object, error) || !mk_field_string (command, "name", &name, error))
    return false;
  if (object == NULL)
    return mk_error (error, MK_ERROR_USAGE, "“object” is missing");
  for (unsigned i = 0; i < n; i++) {
    roots[i] = mk_library_build_copy (stage->library, scene, object, mk_json_get (command, "params"), i, error);
    if (roots[i] < 0)
      return false;
    mk_scene_node *node = mk_scene_get_node (scene, roots[i]);
    const char *own = name != NULL && *name != 0 ? name : node->object;
    char *whole = i == 0 ? g_strdup (own) : g_strdup_printf ("%s %u", own, i + 1);
    g_free (node->name);
    node->name = whole;
    node->id = n > 1 ? g_strdup_printf ("%s.%u", id, i + 1) : g_strdup (id);
    node->command = index;
  }
  return true;
}

bool
mk_apply_add (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  const char *id = "";
  double count = 1;
  if (!mk_fields_check (command, keys, error) || !mk_field_string (command, "id", &id, error) || !check_id (scene, id, error) ||
      !mk_field_number (command, "count", 1, 500, &count, error))
    return false;
  unsigned n = (unsigned)count;
  g_autofree int *roots = g_new (int, n);
  if (!build_copies (stage, scene, command, index, id, roots, n, error) || !mk_dress (stage, scene, roots, n, command, error))
    return false;
  for (unsigned i = 0; i < n && mk_json_has (command, "label"); i++)
    mk_label_write (stage, scene, roots[i], mk_json_get_string (mk_json_get (command, "label")));
  if (!mk_layout_place (stage, scene, roots, n, command, error) || !mk_seat_take (stage, scene, roots, n, command, error))
    return false;
  mk_hold_take (stage, scene, roots, n, command);
  return true;
}
