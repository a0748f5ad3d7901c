/* import: a model of another program as a thing among the others. */
#include <string.h>

#include "scene/dress.h"
#include "scene/fields.h"
#include "scene/import.h"
#include "scene/layout.h"
#include "scene/ops.h"

static const char *const keys[] = { "id", "file", "name", "color", "second_color", "material", "scale", "height_m", "width_m", "length_m", "relative_size", "parts",
                                    "place", "position", "rotation", "facing", NULL };

static int
shift (int index, guint by)
{
  return index < 0 ? -1 : index + (int)by;
}

/* Nodes, tracks and skins of `model` behind those of the scene; the index of its root. */
static int
append (mk_scene *scene, const mk_scene *model)
{
  guint nodes = scene->nodes->len, materials = scene->materials->len, lights = scene->lights->len, cameras = scene->cameras->len, skins = scene->skins->len;
  for (guint i = 0; i < model->materials->len; i++)
    mk_scene_add_material (scene, mk_scene_get_material (model, (int)i));
  g_array_append_vals (scene->lights, model->lights->data, model->lights->len);
  g_array_append_vals (scene->cameras, model->cameras->data, model->cameras->len);
  for (guint i = 0; i < model->nodes->len; i++) {
    mk_scene_node node = *mk_scene_get_node (model, (int)i);
    node.parent = shift (node.parent, nodes);
    node.light = shift (node.light, lights);
    node.camera = shift (node.camera, cameras);
    node.skin = shift (node.skin, skins);
    int index = mk_scene_add_node (scene, &node);
    mk_scene_node *own = mk_scene_get_node (scene, index);
    for (unsigned p = 0; p < own->n_parts; p++)
      own->parts[p].material += (int)materials;
  }
  for (guint i = 0; i < model->skins->len; i++) {
    int index = mk_scene_add_skin (scene, &g_array_index (model->skins, mk_skin, i));
    mk_skin *skin = &g_array_index (scene->skins, mk_skin, index);
    for (uint32_t k = 0; k < skin->n_joints; k++)
      skin->joints[k] += (int)nodes;
  }
  for (guint i = 0; i < model->tracks->len; i++) {
    mk_track track = g_array_index (model->tracks, mk_track, i);
    track.node += (int)nodes;
    mk_scene_add_track (scene, &track);
  }
  return (int)nodes;
}

/* The keys n times over. Times must grow: where a round's first key meets the last one before it, it comes just after. */
static void
repeat_track (mk_track *track, unsigned n, float period_s)
{
  static const size_t widths[] = { 3, 4, 3, 1, 1 };
  size_t own = track->n_keys, width = widths[track->path] * (track->interpolation == MK_TRACK_CUBIC ? 3 : 1);
  if (own < 2 || own * n > 1000000)
    return;
  track->times_s = g_renew (float, track->times_s, own * n);
  track->values = g_renew (float, track->values, own * n * width);
  for (size_t k = own; k < own * n; k++) {
    track->times_s[k] = fmaxf (track->times_s[k % own] + (float)(k / own) * period_s, nextafterf (track->times_s[k - 1], INFINITY));
    memcpy (track->values + k * width, track->values + k % own * width, width * sizeof (float));
  }
  track->n_keys = (uint32_t)(own * n);
}

/* A film whose length nobody said is as long as what moves in it; a shorter animation begins again until the end. */
static void
fill_time (mk_scene *scene, const mk_scene *model, guint first_track)
{
  float clip_s = model->duration_s;
  if (clip_s <= 0)
    return;
  if (!scene->is_duration_fixed && clip_s > scene->duration_s)
    scene->duration_s = clip_s;
  float n = ceilf (scene->duration_s / clip_s - 1e-3f);
  if (n < 2 || clip_s < 2 / scene->fps)
    return;
  for (guint i = first_track; i < scene->tracks->len; i++)
    repeat_track (&g_array_index (scene->tracks, mk_track, i), (unsigned)n, clip_s);
}

bool
mk_apply_import (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  const char *id = "", *file = NULL, *name = NULL;
  if (!mk_fields_check (command, keys, error) || !mk_field_string (command, "id", &id, error) || !mk_field_string (command, "file", &file, error) ||
      !mk_field_string (command, "name", &name, error))
    return false;
  if (*id == 0 || strlen (id) > 64)
    return mk_error (error, MK_ERROR_RANGE, "an id has 1 to 64 letters, not %zu", strlen (id));
  if (mk_scene_find (scene, id) >= 0)
    return mk_error (error, MK_ERROR_EXISTS, "there is a “%s” already", id);
  if (file == NULL || *file == 0)
    return mk_error (error, MK_ERROR_USAGE, "“file” is missing");
  if (stage->input == NULL)
    return mk_error (error, MK_ERROR_FORBIDDEN, "there is no folder to import from here");
  g_autoptr (mk_scene) model = mk_import_model (stage->input, file, NULL, error);
  if (model == NULL)
    return false;
  guint first_track = scene->tracks->len;
  int root = append (scene, model);
  fill_time (scene, model, first_track);
  if (scene->active_camera < 0 && model->active_camera >= 0)
    scene->active_camera = model->active_camera + root;
  mk_scene_node *node = mk_scene_get_node (scene, root);
  if (name != NULL && *name != 0) {
    g_free (node->name);
    node->name = g_strdup (name);
  }
  node->id = g_strdup (id);
  node->command = index;
  return mk_dress (stage, scene, &root, 1, command, error) && mk_layout_place (stage, scene, &root, 1, command, error);
}
