/* particles: asked for here, made when the film is complete. */
#include "scene/fields.h"
#include "scene/motion.h"
#include "scene/ops.h"
#include "scene/particles.h"

static const char *const keys[] = { "id", "kind", "amount", "color", "targets", "start_s", "duration_s", "after", "with", NULL };

bool
mk_apply_particles (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)index;
  int kind = -1;
  float amount = 1;
  mk_vec3 color;
  bool has_color;
  double start_s = 0, duration_s = 0;
  if (!mk_fields_check (command, keys, error) || !mk_field_choice (command, "kind", mk_particle_kinds, &kind, error) ||
      !mk_field_float (command, "amount", 0.05, 5, &amount, error) || !mk_field_color (command, "color", &color, &has_color, error) ||
      !mk_field_number (command, "duration_s", 0, 600, &duration_s, error))
    return false;
  if (kind < 0)
    return mk_error (error, MK_ERROR_USAGE, "“kind” is missing: what falls or flies");
  const mk_json *targets = mk_json_get (command, "targets");
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    if (found == NULL)
      return false;
  }
  if (!mk_times_start (scene, command, &start_s, error))
    return false;
  if (duration_s > 0)
    return mk_times_settle (stage, scene, command, start_s, duration_s, error);
  mk_json_set (command, "start_s", mk_json_new_real (start_s)); /* it goes on to the end of the film, however long that becomes */
  return true;
}
