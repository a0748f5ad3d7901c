/* render: what the film is to be; here only what belongs to the scene. */
#include "scene/fields.h"
#include "scene/ops.h"
#include "scene/style.h"

static const char *const keys[] = { "width", "height", "fps", "seconds", "quality", "seed", "still", "style", "painting", NULL };
static const char *const qualities[] = { "draft", "standard", "final", NULL };

bool
mk_apply_render (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)stage;
  double width = 640, height = 360, fps = (double)scene->fps, seconds = 0;
  int quality = 1, style = 0;
  if (index != 0)
    return mk_error (error, MK_ERROR_USAGE, "it is the first command, or absent");
  if (!mk_fields_check (command, keys, error) || !mk_field_number (command, "width", 16, 8192, &width, error) || !mk_field_number (command, "height", 16, 8192, &height, error) ||
      !mk_field_number (command, "fps", 1, 120, &fps, error) || !mk_field_number (command, "seconds", 0, 600, &seconds, error) ||
      !mk_field_choice (command, "quality", qualities, &quality, error) || !mk_field_choice (command, "style", mk_style_words, &style, error))
    return false;
  const mk_json *seed = mk_json_get (command, "seed");
  if (seed != NULL && mk_json_get_kind (seed) != MK_JSON_INT)
    return mk_error (error, MK_ERROR_TYPE, "“seed” is a whole number, not %s", mk_json_kind_name (mk_json_get_kind (seed)));
  scene->fps = (float)fps;
  scene->seed = mk_json_get_uint (seed);
  scene->is_duration_fixed = seconds > 0;
  if (seconds > 0)
    scene->duration_s = (float)seconds;
  return true;
}
