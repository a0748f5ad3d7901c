/* Rain, snow, leaves, confetti, fireworks, sparks, smoke, steam and fire, for a camera that is known. */
#include "scene/particles_make.h"

#include <string.h>

#include "scene/fields.h"
#include "scene/motion.h"
#include "scene/prune.h"
#include "scene/shapes.h"

const char *const mk_particle_kinds[] = { "rain", "snow", "leaves", "petals", "confetti", "fireworks", "sparks", "smoke", "steam", "fire", NULL };

/* Seen only while the command lasts; nothing for one that lasts as long as the film. */
static void
show_between (mk_maker *m, int node, float opacity)
{
  if (m->start_s < 0.02 && m->end_s > (double)m->scene->duration_s - 0.02)
    return;
  mk_keys k = mk_keys_new (1);
  const float none = 0, full = opacity;
  if (m->start_s >= 0.02) {
    mk_keys_add (&k, m->start_s, &none);
    mk_keys_add (&k, m->start_s + 0.6, &full);
  } else {
    mk_keys_add (&k, 0, &full);
  }
  if (m->end_s <= (double)m->scene->duration_s - 0.02) {
    mk_keys_add (&k, fmax (m->end_s - 0.6, m->start_s), &full);
    mk_keys_add (&k, m->end_s, &none);
  }
  mk_keys_end (&k, m, node, MK_TRACK_OPACITY);
}

/* --- what falls straight: rain, snow --- */

#define NEAR_SHARE 0.5f   /* of the way to what is shown: nearer drops are no larger in the picture than those there */
#define THINNEST 0.04f    /* of a drop's size, right before the lens */

/* What of its size is left to a drop that falls `offset` from the middle: a streak as wide as a finger before the lens is no rain. */
static float
near_lens (const mk_maker *m, mk_vec3 offset)
{
  mk_vec3 way = mk_vec3_sub (mk_vec3_add (m->middle, offset), m->eye);
  return CLAMP (hypotf (way.x, way.z) / (NEAR_SHARE * m->distance_m), THINNEST, 1);
}

/* One layer: a pattern of height `high`, twice above itself, that sinks by `high` in `period_s` and begins again. */
static void
fall_layer (mk_maker *m, mk_mesh *mesh, const mk_material *material, unsigned n, float high, double period_s, float sway_m, float lean, bool is_turned, float opacity)
{
  float wide = 0.95f * m->distance_m;
  mk_copies copies = { .n = 2 * n, .transforms = g_new (mk_mat4, 2 * n) };
  for (unsigned i = 0; i < n; i++) {
    float size = mk_maker_between (m, 0.6f, 1.25f), angle = mk_maker_between (m, 0, 2 * MK_PI), far = wide * sqrtf (mk_rng_float (&m->rng));
    mk_trs trs = { { far * sinf (angle), mk_maker_between (m, 0, high), far * cosf (angle) }, is_turned ? mk_maker_any_turn (m) : mk_quat_from_axis ((mk_vec3){ 0, 0, 1 }, -lean), { size, size, size } };
    trs.translation.x += lean * (trs.translation.y - high); /* the wind carries it aside as it falls */
    float thin = near_lens (m, trs.translation);
    trs.scale = mk_vec3_scale (trs.scale, thin);
    copies.transforms[2 * i] = mk_mat4_from_trs (trs);
    trs.translation.y += high;
    trs.translation.x += lean * high;
    copies.transforms[2 * i + 1] = mk_mat4_from_trs (trs);
  }
  mk_trs base = { m->middle, MK_QUAT_IDENTITY, { 1, 1, 1 } };
  int node = mk_maker_add_node (m, mk_particle_kinds[m->kind], mesh, material, &copies, base, opacity);
  g_free (copies.transforms);
  double phase = (double)mk_rng_float (&m->rng);
  unsigned steps = sway_m > 0 ? 6 : 1;
  mk_keys k = mk_keys_new (3);
  for (int cycle = 0; (cycle - phase) * period_s < (double)m->scene->duration_s; cycle++)
    for (unsigned s = 0; s <= steps; s++) {
      double share = (double)s / steps, at = (cycle - phase + share) * period_s - (s == steps ? MK_JUMP_S : 0);
      if (at < 0 && (cycle - phase + (double)(s + 1) / steps) * period_s <= 0)
        continue;
      double shown = at < 0 ? phase : share; /* the first key is in the middle of a fall */
      mk_vec3 place = m->middle;
      place.y -= high * (float)shown;
      place.x -= lean * high * (float)shown;
      place.x += sway_m * sinf (2 * MK_PI * (float)shown);
      place.z += 0.6f * sway_m * (1 - cosf (2 * MK_PI * (float)shown));
      mk_keys_add_vec3 (&k, at, place);
    }
  mk_keys_end (&k, m, node, MK_TRACK_TRANSLATION);
  show_between (m, node, opacity);
}

static bool
make_rain (mk_maker *m, GError **error)
{
  float d = m->distance_m;
  g_autoptr (mk_mesh) drop = mk_shape_cone (0.0011f * d, 0.0011f * d, 0.055f * d, 0, 4, error);
  if (drop == NULL)
    return false;
  mk_material water = mk_maker_material (m, "rain", (mk_vec3){ 0.72f, 0.8f, 0.9f }, 0.12f);
  for (int layer = 0; layer < 3; layer++)
    fall_layer (m, drop, &water, (unsigned)(330 * m->amount), 1.5f * d, 0.62 + 0.09 * layer, 0, 0.07f, false, 0.5f);
  return true;
}

static bool
make_snow (mk_maker *m, GError **error)
{
  float d = m->distance_m;
  g_autoptr (mk_mesh) flake = mk_shape_ellipsoid ((mk_vec3){ 0.0068f * d, 0.0068f * d, 0.0068f * d }, 8, error);
  if (flake == NULL)
    return false;
  mk_material white = mk_maker_material (m, "snowflake", (mk_vec3){ 0.95f, 0.97f, 1 }, 0.18f);
  for (int layer = 0; layer < 4; layer++)
    fall_layer (m, flake, &white, (unsigned)(280 * m->amount), 1.5f * d, 6.5 + 1.1 * layer, 0.05f * d, 0.02f * (float)(layer - 1), false, 1);
  return true;
}

/* --- what tumbles: leaves, petals, confetti --- */

static void
tumble (mk_maker *m, mk_mesh *mesh, const mk_material *material, double fall_s)
{
  float d = m->distance_m, angle = mk_maker_between (m, 0, 2 * MK_PI), far = 0.62f * d * sqrtf (mk_rng_float (&m->rng)), high = mk_maker_between (m, 0.85f, 1.1f) * d;
  mk_vec3 from = { m->middle.x + far * sinf (angle), m->middle.y + high, m->middle.z + far * cosf (angle) };
  mk_vec3 axis = mk_vec3_normalize ((mk_vec3){ mk_maker_between (m, -1, 1), mk_maker_between (m, -0.4f, 0.4f), mk_maker_between (m, -1, 1) });
  mk_quat first = mk_maker_any_turn (m);
  float size = mk_maker_between (m, 0.75f, 1.2f), sway = mk_maker_between (m, 0.03f, 0.07f) * d, turns = mk_maker_between (m, 2, 4), wind = mk_maker_between (m, 0.02f, 0.14f) * d;
  int node = mk_maker_add_node (m, mk_particle_kinds[m->kind], mesh, material, NULL, (mk_trs){ from, first, { size, size, size } }, 1);
  mk_keys places = mk_keys_new (3), spins = mk_keys_new (4);
  double phase = (double)mk_rng_float (&m->rng), period = fall_s * (double)mk_maker_between (m, 0.85f, 1.2f);
  const unsigned steps = 16;
  for (int cycle = 0; (cycle - phase) * period < (double)m->scene->duration_s; cycle++)
    for (unsigned s = 0; s <= steps; s++) {
      double share = (double)s / steps, at = (cycle - phase + share) * period - (s == steps ? MK_JUMP_S : 0);
      if (at < 0 && (cycle - phase + (double)(s + 1) / steps) * period <= 0)
        continue;
      float t = (float)share, swing = 2 * MK_PI * 2.5f * t;
      mk_vec3 place = { from.x + wind * t + sway * sinf (swing), from.y - (high + 0.02f * d) * t + 0.12f * sway * cosf (2 * swing), from.z + 0.5f * sway * cosf (swing) };
      mk_quat turn = mk_quat_mul (mk_quat_from_axis (axis, 2 * MK_PI * turns * t), first);
      mk_keys_add_vec3 (&places, at, place);
      mk_keys_add (&spins, at, &turn.x);
    }
  mk_keys_end (&places, m, node, MK_TRACK_TRANSLATION);
  mk_keys_end (&spins, m, node, MK_TRACK_ROTATION);
  show_between (m, node, 1);
}

/* Pointed at both ends, a little bent: of leaves and petals; confetti is square. */
static mk_mesh *
make_blade (const mk_maker *m, GError **error)
{
  float s = (m->kind == MK_CONFETTI ? 0.013f : m->kind == MK_PETALS ? 0.014f : 0.022f) * m->distance_m, t = 0.05f * s;
  const mk_vec2 leaf[] = { { 0, -s }, { 0.3f * s, -0.55f * s }, { 0.48f * s, 0 }, { 0.3f * s, 0.5f * s }, { 0, s }, { -0.3f * s, 0.5f * s }, { -0.48f * s, 0 }, { -0.3f * s, -0.55f * s } };
  if (m->kind == MK_CONFETTI)
    return mk_shape_box ((mk_vec3){ s, 1.5f * s, t }, 0, error);
  return mk_shape_extrude (&(mk_outline){ leaf, MK_COUNT (leaf) }, 1, t, 0, error);
}

static bool
make_tumbling (mk_maker *m, GError **error)
{
  static const mk_vec3 autumn[] = { { 0.62f, 0.18f, 0.03f }, { 0.72f, 0.35f, 0.04f }, { 0.45f, 0.09f, 0.03f }, { 0.55f, 0.42f, 0.08f } };
  static const mk_vec3 pink[] = { { 0.9f, 0.5f, 0.58f }, { 0.95f, 0.68f, 0.72f }, { 0.85f, 0.38f, 0.5f } };
  static const mk_vec3 party[] = { { 0.85f, 0.06f, 0.1f }, { 0.05f, 0.35f, 0.85f }, { 0.95f, 0.7f, 0.05f }, { 0.08f, 0.6f, 0.2f }, { 0.75f, 0.1f, 0.65f }, { 0.95f, 0.95f, 0.95f } };
  const mk_vec3 *palette = m->kind == MK_LEAVES ? autumn : m->kind == MK_PETALS ? pink : party;
  size_t n_colors = m->kind == MK_LEAVES ? MK_COUNT (autumn) : m->kind == MK_PETALS ? MK_COUNT (pink) : MK_COUNT (party);
  g_autoptr (mk_mesh) blade = make_blade (m, error);
  if (blade == NULL)
    return false;
  unsigned n = (unsigned)((m->kind == MK_CONFETTI ? 130 : 70) * m->amount);
  for (unsigned i = 0; i < n; i++) {
    mk_material own = mk_maker_material (m, mk_particle_kinds[m->kind], palette[i % n_colors], m->kind == MK_CONFETTI ? 0.06f : 0.02f);
    tumble (m, blade, &own, m->kind == MK_CONFETTI ? 4.2 : 5.5);
  }
  return true;
}

/* --- bursts: fireworks, sparks --- */

typedef struct {
  mk_vec3 at;
  float radius_m, fall_m;   /* at the end of its life */
  double start_s, life_s;
} burst;

/* Streaks that point away from the middle, on a sphere of radius 1; those of sparks fly upwards. */
static mk_copies
ray_copies (mk_maker *m, unsigned n, bool is_up)
{
  mk_copies copies = { .n = n, .transforms = g_new (mk_mat4, n) };
  for (unsigned i = 0; i < n; i++) {
    float y = is_up ? mk_maker_between (m, 0.25f, 1) : 1 - 2 * ((float)i + 0.5f) / (float)n, flat = sqrtf (fmaxf (1 - y * y, 0)), angle = 2.39996323f * (float)i + mk_maker_between (m, -0.2f, 0.2f);
    float reach = is_up ? mk_maker_between (m, 0.35f, 1) : mk_maker_between (m, 0.9f, 1);
    mk_vec3 way = { flat * sinf (angle), y, flat * cosf (angle) };
    mk_trs trs = { mk_vec3_scale (way, reach), mk_quat_look (way, fabsf (way.y) > 0.9f ? (mk_vec3){ 1, 0, 0 } : (mk_vec3){ 0, 1, 0 }), { 1, 1, 1 } };
    copies.transforms[i] = mk_mat4_from_trs (trs);
  }
  return copies;
}

/* Fast at first, slowed by the air, falling, fading; of no size before and after. */
static void
add_burst (mk_maker *m, mk_mesh *ray, const mk_material *material, unsigned n, const burst *b, bool is_up)
{
  mk_copies copies = ray_copies (m, n, is_up);
  const float hidden = 1e-4f;
  int node = mk_maker_add_node (m, mk_particle_kinds[m->kind], ray, material, &copies, (mk_trs){ b->at, MK_QUAT_IDENTITY, { hidden, hidden, hidden } }, 1);
  g_free (copies.transforms);
  mk_keys sizes = mk_keys_new (3), places = mk_keys_new (3), shown = mk_keys_new (1);
  if (b->start_s > MK_JUMP_S)
    mk_keys_add_vec3 (&sizes, b->start_s - MK_JUMP_S, (mk_vec3){ hidden, hidden, hidden });
  const unsigned steps = 8;
  for (unsigned i = 0; i <= steps; i++) {
    float t = (float)i / (float)steps, reach = b->radius_m * fmaxf ((1 - expf (-4 * t)) / (1 - expf (-4.0f)), 0.02f);
    double at = b->start_s + b->life_s * (double)t;
    mk_keys_add_vec3 (&sizes, at, (mk_vec3){ reach, reach, reach });
    mk_keys_add_vec3 (&places, at, (mk_vec3){ b->at.x, b->at.y - b->fall_m * t * t, b->at.z });
    float bright = 1 - mk_smooth (0.55f, 1, t);
    mk_keys_add (&shown, at, &bright);
  }
  mk_keys_add_vec3 (&sizes, b->start_s + b->life_s + MK_JUMP_S, (mk_vec3){ hidden, hidden, hidden });
  mk_keys_end (&sizes, m, node, MK_TRACK_SCALE);
  mk_keys_end (&places, m, node, MK_TRACK_TRANSLATION);
  mk_keys_end (&shown, m, node, MK_TRACK_OPACITY);
}

/* The shell on its way up. */
static void
add_shell (mk_maker *m, mk_mesh *ball, const mk_material *material, const burst *b, double rise_s)
{
  const float hidden = 1e-4f, size = 0.007f * m->distance_m;
  mk_vec3 from = { b->at.x, m->middle.y, b->at.z };
  int node = mk_maker_add_node (m, mk_particle_kinds[m->kind], ball, material, NULL, (mk_trs){ from, MK_QUAT_IDENTITY, { hidden, hidden, hidden } }, 1);
  mk_keys sizes = mk_keys_new (3), places = mk_keys_new (3);
  double start = fmax (b->start_s - rise_s, 0), skipped = 1 - (b->start_s - start) / rise_s;
  if (start > MK_JUMP_S)
    mk_keys_add_vec3 (&sizes, start - MK_JUMP_S, (mk_vec3){ hidden, hidden, hidden });
  mk_keys_add_vec3 (&sizes, start, (mk_vec3){ size, 3 * size, size });
  mk_keys_add_vec3 (&sizes, b->start_s, (mk_vec3){ 0.6f * size, size, 0.6f * size });
  mk_keys_add_vec3 (&sizes, b->start_s + MK_JUMP_S, (mk_vec3){ hidden, hidden, hidden });
  for (unsigned i = 0; i <= 4; i++) {
    float t = (float)skipped + (1 - (float)skipped) * (float)i / 4;
    mk_keys_add_vec3 (&places, start + (b->start_s - start) * i / 4, mk_vec3_lerp (from, b->at, 1 - (1 - t) * (1 - t)));
  }
  mk_keys_end (&sizes, m, node, MK_TRACK_SCALE);
  mk_keys_end (&places, m, node, MK_TRACK_TRANSLATION);
}

/* A place in the upper part of the picture, behind what it shows, above the ground. */
static mk_vec3
place_in_sky (mk_maker *m)
{
  float far = m->distance_m * mk_maker_between (m, 1.15f, 1.6f), x = mk_maker_between (m, -0.62f, 0.62f) * m->tan_x * far, y = mk_maker_between (m, 0.3f, 0.72f) * m->tan_y * far;
  mk_vec3 at = mk_vec3_add (m->eye, mk_vec3_add (mk_vec3_scale (m->forward, far), mk_vec3_add (mk_vec3_scale (m->right, x), mk_vec3_scale (m->up, y))));
  at.y = fmaxf (at.y, m->middle.y + 0.35f * m->distance_m);
  return at;
}

static bool
make_fireworks (mk_maker *m, GError **error)
{
  static const mk_vec3 lights[] = { { 1, 0.06f, 0.04f }, { 1, 0.5f, 0.06f }, { 0.06f, 0.3f, 1 }, { 0.1f, 0.9f, 0.16f }, { 0.8f, 0.1f, 1 }, { 1, 0.85f, 0.6f } };
  g_autoptr (mk_mesh) ray = mk_shape_box ((mk_vec3){ 0.02f, 0.02f, 0.16f }, 0, error), ball = mk_shape_ellipsoid ((mk_vec3){ 1, 1, 1 }, 8, error);
  if (ray == NULL || ball == NULL)
    return false;
  double rise_s = 0.7, step = 0.4 / fmax ((double)m->amount, 0.1);
  unsigned i = 0;
  for (double at = m->start_s + 0.25; at < m->end_s && i < 200; at += step * (double)mk_maker_between (m, 0.7f, 1.3f), i++) {
    burst b = { .at = place_in_sky (m), .radius_m = mk_maker_between (m, 0.16f, 0.27f) * m->distance_m, .start_s = at, .life_s = 1.7 };
    b.fall_m = 0.35f * b.radius_m;
    mk_material light = mk_maker_material (m, "firework", lights[mk_rng_next (&m->rng) % MK_COUNT (lights)], mk_maker_glow (m)), core = mk_maker_material (m, "firework", lights[mk_rng_next (&m->rng) % MK_COUNT (lights)], 1.3f * mk_maker_glow (m));
    add_shell (m, ball, &light, &b, rise_s);
    add_burst (m, ray, &light, 90, &b, false);
    b.radius_m *= 0.55f;
    b.fall_m *= 0.55f;
    add_burst (m, ray, &core, 40, &b, false);
  }
  return true;
}

static bool
make_sparks (mk_maker *m, GError **error)
{
  g_autoptr (mk_mesh) ray = mk_shape_box ((mk_vec3){ 0.022f, 0.022f, 0.07f }, 0, error);
  if (ray == NULL)
    return false;
  mk_source from = mk_source_find (m);
  float size = from.node >= 0 ? fmaxf (0.6f * (from.box.max.y - from.box.min.y), 0.08f * m->distance_m) : 0.16f * m->distance_m;
  mk_vec3 at = mk_source_place (m, &from, 0.8f);
  mk_material glow = mk_maker_material (m, "spark", (mk_vec3){ 1, 0.42f, 0.08f }, 2 * mk_maker_glow (m));
  unsigned i = 0;
  for (double start = m->start_s; start < m->end_s && i < 400; start += 0.22, i++) {
    burst b = { .at = at, .radius_m = size * mk_maker_between (m, 0.8f, 1.25f), .fall_m = 0.9f * size, .start_s = start, .life_s = 0.75 };
    add_burst (m, ray, &glow, (unsigned)(14 * m->amount) + 1, &b, true);
  }
  return true;
}

/* --- all of them --- */

static void
undress (mk_scene *scene)
{
  g_autofree bool *is_gone = g_new0 (bool, scene->nodes->len + 1);
  bool any = false;
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    is_gone[i] = node->parent < 0 && node->id == NULL && node->name != NULL && g_str_has_prefix (node->name, MK_PARTICLE_NAME);
    any |= is_gone[i];
  }
  if (any)
    mk_scene_prune (scene, is_gone);
}

static void
look_through_camera (mk_maker *m, float aspect)
{
  g_autoptr (mk_pose) pose = mk_pose_new (m->scene, m->start_s);
  const mk_camera *camera = &g_array_index (m->scene->cameras, mk_camera, mk_scene_get_node (m->scene, m->scene->active_camera)->camera);
  const mk_mat4 *world = &pose->world[m->scene->active_camera];
  m->eye = (mk_vec3){ world->m[12], world->m[13], world->m[14] };
  m->right = mk_vec3_normalize (mk_mat4_direction (*world, (mk_vec3){ 1, 0, 0 }));
  m->up = mk_vec3_normalize (mk_mat4_direction (*world, (mk_vec3){ 0, 1, 0 }));
  m->forward = mk_vec3_normalize (mk_mat4_direction (*world, (mk_vec3){ 0, 0, -1 }));
  m->distance_m = CLAMP (camera->focus_distance_m, 0.05f, 400);
  m->tan_y = tanf (pose->camera_yfov_rad / 2);
  m->tan_x = m->tan_y * aspect;
  m->middle = mk_vec3_add (m->eye, mk_vec3_scale (m->forward, m->distance_m));
  m->middle.y = 0;
}

static bool
make (mk_maker *m, GError **error)
{
  switch (m->kind) {
  case MK_RAIN:
    return make_rain (m, error);
  case MK_SNOW:
    return make_snow (m, error);
  case MK_FIREWORKS:
    return make_fireworks (m, error);
  case MK_SPARKS:
    return make_sparks (m, error);
  case MK_SMOKE:
  case MK_STEAM:
    return mk_make_plume (m, error);
  case MK_FIRE:
    return mk_make_fire (m, error);
  default:
    return make_tumbling (m, error);
  }
}

bool
mk_particles_dress (const mk_stage *stage, mk_scene *scene, float aspect, GError **error)
{
  undress (scene);
  for (size_t i = 0; i < mk_json_length (scene->commands) && scene->active_camera >= 0; i++) {
    const mk_json *command = mk_json_at (scene->commands, i);
    mk_maker m = { .stage = stage, .scene = scene, .command = command, .amount = 1, .rng = mk_rng_new (scene->seed, 40 + i) };
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    bool is_breath = g_str_equal (op, "animate");
    if (!is_breath && !g_str_equal (op, "particles"))
      continue;
    if (!is_breath && (!mk_field_choice (command, "kind", mk_particle_kinds, &m.kind, error) || !mk_field_float (command, "amount", 0.05, 5, &m.amount, error) ||
        !mk_field_color (command, "color", &m.color, &m.has_color, error)))
      return false;
    m.start_s = mk_json_get_real (mk_json_get (command, "start_s"));
    double lasts = mk_json_get_real (mk_json_get (command, "duration_s"));
    m.end_s = lasts > 0 ? m.start_s + lasts : (double)scene->duration_s;
    look_through_camera (&m, aspect);
    if (!(is_breath ? mk_make_breath (&m, error) : make (&m, error)))
      return false;
  }
  return true;
}
