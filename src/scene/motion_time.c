/* When things begin and how long the film is. */
#include "scene/fields.h"
#include "scene/motion.h"
#include "scene/ops.h"

#define MAX_SECONDS 600

static const mk_json *
find_timed (const mk_scene *scene, const char *id, GError **error)
{
  for (size_t i = mk_json_length (scene->commands); i-- > 0;) {
    const mk_json *command = mk_json_at (scene->commands, i);
    if (g_str_equal (mk_json_get_string (mk_json_get (command, "id")), id) && mk_json_has (command, "start_s"))
      return command;
  }
  mk_error (error, MK_ERROR_NOT_FOUND, "no motion before this one has the id “%s”", id);
  return NULL;
}

bool
mk_times_start (const mk_scene *scene, const mk_json *command, double *start_s, GError **error)
{
  const char *after = NULL, *with = NULL;
  double start = 0;
  if (!mk_field_number (command, "start_s", 0, MAX_SECONDS, &start, error) || !mk_field_string (command, "after", &after, error) ||
      !mk_field_string (command, "with", &with, error))
    return false;
  if (after != NULL && with != NULL)
    return mk_error (error, MK_ERROR_USAGE, "“after” and “with” cannot both be given");
  if (after != NULL || with != NULL) {
    const mk_json *other = find_timed (scene, after != NULL ? after : with, error);
    if (other == NULL)
      return false;
    start += mk_json_get_real (mk_json_get (other, "start_s"));
    if (after != NULL)
      start += mk_json_get_real (mk_json_get (other, "duration_s"));
  }
  if (start > MAX_SECONDS)
    return mk_error (error, MK_ERROR_RANGE, "it would start at %g s; films last up to %d", start, MAX_SECONDS);
  *start_s = start;
  return true;
}

bool
mk_times_settle (const mk_stage *stage, mk_scene *scene, mk_json *command, double start_s, double duration_s, GError **error)
{
  double end = start_s + duration_s, before = (double)scene->duration_s;
  mk_json_set (command, "start_s", mk_json_new_real (round (start_s * 1e4) / 1e4));
  mk_json_set (command, "duration_s", mk_json_new_real (round (duration_s * 1e4) / 1e4));
  mk_json_remove (command, "after"); /* resolved */
  mk_json_remove (command, "with");
  if (scene->is_duration_fixed || end <= before + 1e-3)
    return true;
  if (end > MAX_SECONDS)
    return mk_error (error, MK_ERROR_RANGE, "it would end at %g s; films last up to %d", end, MAX_SECONDS);
  scene->duration_s = (float)end;
  return mk_animate_extend (stage, scene, command, before, error);
}
