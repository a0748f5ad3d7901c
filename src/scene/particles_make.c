/* What all particles are made with (particles_make.h). */
#include "scene/particles_make.h"

float
mk_maker_between (mk_maker *m, float low, float high)
{
  return mk_rng_range (&m->rng, low, high);
}

mk_quat
mk_maker_any_turn (mk_maker *m)
{
  return mk_quat_from_euler (mk_maker_between (m, -MK_PI, MK_PI), mk_maker_between (m, -MK_PI, MK_PI), mk_maker_between (m, -MK_PI, MK_PI));
}

int
mk_maker_add_node (mk_maker *m, const char *what, mk_mesh *mesh, const mk_material *material, mk_copies *copies, mk_trs trs, float opacity)
{
  g_autofree char *name = g_strconcat (MK_PARTICLE_NAME, what, NULL);
  mk_part part = { mesh, mk_scene_use_material (m->scene, material) };
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = name;
  node.parts = &part;
  node.n_parts = 1;
  node.copies = copies;
  node.trs = trs;
  node.opacity = opacity;
  return mk_scene_add_node (m->scene, &node);
}

mk_keys
mk_keys_new (unsigned n_floats)
{
  return (mk_keys){ g_array_new (FALSE, FALSE, sizeof (float)), g_array_new (FALSE, FALSE, sizeof (float)), n_floats };
}

void
mk_keys_add (mk_keys *k, double time_s, const float *values)
{
  float at = (float)fmax (time_s, 0);
  if (k->times->len > 0 && at <= g_array_index (k->times, float, k->times->len - 1))
    at = nextafterf (g_array_index (k->times, float, k->times->len - 1), INFINITY);
  g_array_append_val (k->times, at);
  g_array_append_vals (k->values, values, k->n_floats);
}

void
mk_keys_add_vec3 (mk_keys *k, double time_s, mk_vec3 v)
{
  mk_keys_add (k, time_s, &v.x);
}

void
mk_keys_end (mk_keys *k, mk_maker *m, int node, mk_track_path path)
{
  mk_track track = { .node = node, .path = path, .interpolation = MK_TRACK_LINEAR, .n_keys = k->times->len, .times_s = (float *)(void *)k->times->data, .values = (float *)(void *)k->values->data };
  if (k->times->len > 0)
    mk_scene_add_track (m->scene, &track);
  g_array_unref (k->times);
  g_array_unref (k->values);
}

mk_material
mk_maker_material (const mk_maker *m, const char *name, mk_vec3 color, float glow)
{
  mk_material own = MK_MATERIAL_DEFAULT;
  g_strlcpy (own.name, name, sizeof own.name);
  own.base_color = m->has_color ? m->color : color;
  own.roughness = 0.8f;
  own.double_sided = true;
  own.emission = mk_vec3_scale (own.base_color, glow);
  return own;
}

/* A dark picture is exposed long: what glows there keeps its colour only when it is dim. */
float
mk_maker_glow (const mk_maker *m)
{
  return m->scene->sky.kind == MK_SKY_NIGHT || m->scene->sky.kind == MK_SKY_SPACE ? 0.6f : 2.4f;
}

mk_source
mk_source_find (const mk_maker *m)
{
  const char *target = mk_json_get_string (mk_json_at (mk_json_get (m->command, "targets"), 0));
  g_autoptr (GArray) found = *target != 0 ? mk_scene_find_targets (m->scene, target, NULL) : NULL;
  mk_source s = { -1, MK_BOX_EMPTY };
  if (found == NULL || found->len == 0)
    return s;
  g_autoptr (mk_pose) pose = mk_pose_new (m->scene, m->start_s);
  s.node = g_array_index (found, int, found->len - 1);
  s.box = mk_scene_bounds (m->scene, pose, s.node);
  s.node = s.box.min.x <= s.box.max.x ? s.node : -1;
  return s;
}

/* `share` of the way up the middle of its box; in the middle of the scene when nothing is named. */
mk_vec3
mk_source_place (const mk_maker *m, const mk_source *s, float share)
{
  if (s->node < 0)
    return m->middle;
  return (mk_vec3){ (s->box.min.x + s->box.max.x) / 2, s->box.min.y + share * (s->box.max.y - s->box.min.y), (s->box.min.z + s->box.max.z) / 2 };
}
