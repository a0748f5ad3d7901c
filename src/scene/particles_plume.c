/* What billows: smoke and steam, puffs of many spheres that are nearly nothing each. */
#include "scene/particles_make.h"
#include "scene/shapes.h"

#define N_PUFFS 20   /* in the air at once, of what stands still */
#define MAX_PUFFS 90
#define N_WISPS 36   /* in a puff: soft together, as each is nearly nothing */

typedef struct {
  int node;      /* that smokes, or -1 */
  mk_vec3 outlet; /* in its own frame; in the world without one */
  float radius_m, high_m, opacity; /* of a puff when it begins; how far it rises; of a wisp at its thickest */
  double life_s;
} plume;

/* Where a puff begins: what moves leaves its smoke behind. */
static mk_vec3
outlet_at (const mk_maker *m, const plume *of, double time_s)
{
  return of->node < 0 ? of->outlet : mk_mat4_point (mk_node_world (m->scene, of->node, CLAMP (time_s, m->start_s, m->end_s)), of->outlet);
}

/* Small spheres around a middle, ever fewer outwards, so that a puff has no rim. */
static mk_copies
wisp_copies (mk_maker *m)
{
  mk_copies copies = { .n = N_WISPS, .transforms = g_new (mk_mat4, N_WISPS) };
  for (unsigned i = 0; i < N_WISPS; i++) {
    float y = mk_maker_between (m, -1, 1), angle = mk_maker_between (m, 0, 2 * MK_PI), flat = sqrtf (fmaxf (1 - y * y, 0)), far = mk_rng_float (&m->rng), size = mk_maker_between (m, 0.45f, 0.75f) * (1.2f - 0.75f * far);
    mk_trs trs = { mk_vec3_scale ((mk_vec3){ flat * sinf (angle), y, flat * cosf (angle) }, far), MK_QUAT_IDENTITY, { size, size, size } };
    copies.transforms[i] = mk_mat4_from_trs (trs);
  }
  return copies;
}

/* One puff that rises, widens, thins out and begins again below. */
static void
add_puff (mk_maker *m, mk_mesh *wisp, const mk_material *material, const plume *of, double phase)
{
  mk_copies copies = wisp_copies (m);
  int node = mk_maker_add_node (m, mk_particle_kinds[m->kind], wisp, material, &copies, (mk_trs){ outlet_at (m, of, m->start_s), mk_maker_any_turn (m), { 1, 1, 1 } }, of->opacity);
  g_free (copies.transforms);
  mk_keys places = mk_keys_new (3), sizes = mk_keys_new (3), shown = mk_keys_new (1);
  float swirl = mk_maker_between (m, 0.5f, 1.2f) * of->radius_m, turn = mk_maker_between (m, 0, 2 * MK_PI);
  const float none = 0;
  if (m->start_s > MK_JUMP_S)
    mk_keys_add (&shown, 0, &none);
  const unsigned steps = 8;
  for (int cycle = 0; m->start_s + (cycle - phase) * of->life_s < m->end_s; cycle++) {
    mk_vec3 from = outlet_at (m, of, m->start_s + (cycle - phase) * of->life_s);
    for (unsigned s = 0; s <= steps; s++) {
      float t = (float)s / (float)steps, radius = of->radius_m * (0.5f + 2.7f * sqrtf (t)), thick = of->opacity * mk_smooth (0, 0.1f, t) * (1 - mk_smooth (0.35f, 1, t));
      double at = m->start_s + (cycle - phase + (double)t) * of->life_s - (s == steps ? MK_JUMP_S : 0);
      if (at < m->start_s && m->start_s > MK_JUMP_S) /* nothing is in the air when it begins, but for what smokes from the first moment */
        continue;
      if (at < 0 && m->start_s + (cycle - phase + (double)(s + 1) / steps) * of->life_s <= 0)
        continue;
      mk_keys_add_vec3 (&places, at, (mk_vec3){ from.x + 0.3f * of->high_m * t * t + swirl * t * sinf (turn + 5 * t), from.y + of->high_m * powf (t, 0.9f), from.z + swirl * t * cosf (turn + 5 * t) });
      mk_keys_add_vec3 (&sizes, at, (mk_vec3){ radius, radius, radius });
      mk_keys_add (&shown, at, at > m->end_s && m->end_s < (double)m->scene->duration_s ? &none : &thick);
    }
  }
  mk_keys_end (&places, m, node, MK_TRACK_TRANSLATION);
  mk_keys_end (&sizes, m, node, MK_TRACK_SCALE);
  mk_keys_end (&shown, m, node, MK_TRACK_OPACITY);
}

bool
mk_make_plume (mk_maker *m, GError **error)
{
  bool is_steam = m->kind == MK_STEAM;
  mk_source from = mk_source_find (m);
  float d = m->distance_m, wide = from.node >= 0 ? fminf (from.box.max.x - from.box.min.x, from.box.max.z - from.box.min.z) : 0.1f * d;
  plume of = { .node = from.node, .outlet = mk_source_place (m, &from, 1), .radius_m = CLAMP (0.35f * wide, (is_steam ? 0.01f : 0.02f) * d, 0.06f * d), .opacity = (is_steam ? 0.018f : 0.032f) * fminf (m->amount, 3), .life_s = is_steam ? 2.6 : 3.6 };
  if (from.node >= 0) {
    of.outlet.y -= 0.4f * of.radius_m;
    of.outlet = mk_mat4_point (mk_mat4_inverse (mk_node_world (m->scene, from.node, m->start_s)), of.outlet);
  }
  float way = mk_vec3_length (mk_vec3_sub (outlet_at (m, &of, m->end_s), outlet_at (m, &of, m->start_s))) * (float)(of.life_s / fmax (m->end_s - m->start_s, of.life_s));
  of.radius_m = CLAMP (way / 50, of.radius_m, 0.06f * d); /* what moves leaves no gaps */
  unsigned n_puffs = (unsigned)CLAMP (way / (0.8f * of.radius_m), N_PUFFS, MAX_PUFFS);
  of.high_m = fminf (14 * of.radius_m, (is_steam ? 0.22f : 0.5f) * d); /* as dense, whatever it comes from */
  g_autoptr (mk_mesh) wisp = mk_shape_ellipsoid ((mk_vec3){ 1, 1, 1 }, 10, error);
  if (wisp == NULL)
    return false;
  mk_material gas = mk_maker_material (m, mk_particle_kinds[m->kind], is_steam ? (mk_vec3){ 0.95f, 0.96f, 0.98f } : (mk_vec3){ 0.52f, 0.52f, 0.54f }, 0);
  for (unsigned i = 0; i < n_puffs; i++)
    add_puff (m, wisp, &gas, &of, (i + (double)mk_maker_between (m, 0, 0.8f)) / n_puffs);
  return true;
}
