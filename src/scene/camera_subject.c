/* Framing: what of a scene is it that one wants to see? */
#include "scene/aloft.h"
#include "scene/camera.h"
#include "scene/objects.h"

#include <stdlib.h>

/* --- things, and what is only around them --- */

static const mk_json *
command_of (const mk_scene *scene, int root)
{
  int command = mk_scene_get_node (scene, root)->command;
  return command >= 0 ? mk_json_at (scene->commands, (size_t)command) : NULL;
}

/* The root that a name of a command means; copies stand for all of them. -1 = none. */
static int
root_named (const mk_scene *scene, const char *name)
{
  g_autoptr (GArray) found = mk_scene_find_targets (scene, name, NULL);
  return found != NULL && found->len > 0 ? g_array_index (found, int, 0) : -1;
}

static bool
is_strewn (const mk_scene *scene, int root)
{
  const char *arrange = mk_json_get_string (mk_json_get (command_of (scene, root), "arrange"));
  return g_str_equal (arrange, "scatter") && mk_json_get_int (mk_json_get (command_of (scene, root), "count")) >= 4;
}

bool
mk_framing_moves (const mk_scene *scene, int root)
{
  for (guint t = 0; t < scene->tracks->len; t++)
    if (mk_scene_is_within (scene, g_array_index (scene->tracks, mk_track, t).node, root))
      return true;
  return false;
}

static float
extent_of (mk_box box)
{
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  return fmaxf (size.x, fmaxf (size.y, size.z));
}

/* Furniture of a place, which nobody asked for by name. */
static bool
is_furniture (const mk_scene *scene, int root)
{
  return mk_json_get_bool (mk_json_get (command_of (scene, root), "backdrop"));
}

/* What is strewn about, and what was only put near such things: a wood, not a wizard. */
static bool
is_around (const mk_scene *scene, int root, const bool *is_around_it)
{
  const mk_json *places = mk_json_get (command_of (scene, root), "place");
  bool is_only = mk_json_length (places) > 0;
  for (size_t i = 0; i < mk_json_length (places) && is_only; i++) {
    const mk_json *place = mk_json_at (places, i);
    int target = root_named (scene, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0)));
    is_only = g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "near") && target >= 0 && target < root && is_around_it[target];
  }
  return is_only || is_strewn (scene, root);
}

#define STREWN_N 8        /* of as many strewn things the picture shows the middle: one stands in a wood, not before it */
#define STREWN_SHARE 0.5f /* of their reach */

/* Of many things strewn about and nothing else, those in the middle. */
static void
keep_middle (const mk_scene *scene, GArray *roots)
{
  if (roots->len < STREWN_N)
    return;
  mk_vec3 sum = { 0, 0, 0 };
  float reach = 0;
  for (guint i = 0; i < roots->len; i++)
    sum = mk_vec3_add (sum, mk_scene_get_node (scene, g_array_index (roots, int, i))->trs.translation);
  sum = mk_vec3_scale (sum, 1 / (float)roots->len);
  for (int pass = 0; pass < 2; pass++)
    for (guint i = roots->len; i-- > 0;) {
      mk_vec3 at = mk_scene_get_node (scene, g_array_index (roots, int, i))->trs.translation;
      float away = hypotf (at.x - sum.x, at.z - sum.z);
      reach = pass == 0 ? fmaxf (reach, away) : reach;
      if (pass == 1 && away > STREWN_SHARE * reach && roots->len > STREWN_N / 2)
        g_array_remove_index (roots, i);
    }
}

GArray *
mk_framing_subjects (const mk_stage *stage, const mk_scene *scene)
{
  GArray *roots = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree bool *is_around_it = g_new0 (bool, scene->nodes->len + 1);
  for (int i = 0; i < (int)scene->nodes->len; i++)
    is_around_it[i] = mk_scene_get_node (scene, i)->parent < 0 && (is_around (scene, i, is_around_it) || mk_is_aloft (scene, i));
  for (int pass = 0; pass < 3 && roots->len == 0; pass++) /* what is around only when there is nothing else; sets last */
    for (int i = 0; i < (int)scene->nodes->len; i++) {
      const mk_scene_node *node = mk_scene_get_node (scene, i);
      if (node->parent >= 0 || node->is_ground || node->is_hidden || node->camera >= 0 || node->light >= 0 || (node->id == NULL && pass < 2) || (pass == 0 && (is_around_it[i] || (is_furniture (scene, i) && !mk_framing_moves (scene, i)))))
        continue;
      const mk_recipe_info *info = node->object != NULL && stage->library != NULL ? mk_library_find (stage->library, node->object) : NULL;
      if (pass > 1 || info == NULL || !info->is_set)
        g_array_append_val (roots, i);
    }
  if (roots->len > 0 && is_around_it[g_array_index (roots, int, 0)])
    keep_middle (scene, roots);
  return roots;
}

/* --- the place about them --- */

#define OPEN_M 0.5f       /* what is seen of a place on each side of those who are in it */
#define OPEN_SHARE 0.25f   /* and that in their extents: a cat is shown in its kitchen, and an elephant is not lost in a zoo */
#define OPEN_BELOW 0.35f  /* of it under their feet */

void
mk_framing_open (const mk_stage *stage, const mk_scene *scene, const GArray *roots, GArray *points)
{
  bool has_place = false;
  for (int i = 0; i < (int)scene->nodes->len && !has_place; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    const mk_recipe_info *info = node->parent < 0 && node->object != NULL && stage->library != NULL ? mk_library_find (stage->library, node->object) : NULL;
    has_place = info != NULL && !mk_framing_has (roots, i) && (info->is_around || is_furniture (scene, i) || is_strewn (scene, i));
  }
  if (!has_place || points->len == 0)
    return;
  mk_box about = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  float reach = OPEN_M + OPEN_SHARE * extent_of (about);
  mk_box all = { mk_vec3_sub (about.min, (mk_vec3){ reach, reach, reach }), mk_vec3_add (about.max, (mk_vec3){ reach, reach, reach }) };
  all.min.z = about.min.z; /* what is nearer or farther than they are only moves the camera back */
  all.max.z = about.max.z;
  all.min.y = fmaxf (all.min.y, about.min.y - OPEN_BELOW * reach);
  for (int corner = 0; corner < 8; corner++) {
    mk_vec3 p = { corner & 1 ? all.max.x : all.min.x, corner & 2 ? all.max.y : all.min.y, corner & 4 ? all.max.z : all.min.z };
    g_array_append_val (points, p);
  }
}

#define PLACE_HIGH 0.55f /* the room over a place, in its shorter side */

GArray *
mk_framing_place (const mk_stage *stage, const mk_scene *scene, const GArray *roots)
{
  const mk_scene_node *node = roots->len == 1 ? mk_scene_get_node (scene, g_array_index (roots, int, 0)) : NULL;
  const mk_recipe_info *info = node != NULL && node->object != NULL && stage->library != NULL ? mk_library_find (stage->library, node->object) : NULL;
  if (info == NULL || !info->is_around)
    return NULL;
  g_autoptr (GArray) anchors = mk_object_anchors (stage->library, scene, g_array_index (roots, int, 0));
  if (anchors->len == 0)
    return NULL;
  const mk_anchor *place = &g_array_index (anchors, mk_anchor, 0);
  mk_mat4 world = mk_mat4_from_trs (node->trs);
  bool is_tall = place->kind == MK_ANCHOR_ON && place->height_m > 0; /* peaks and walls are part of what one comes for */
  mk_vec3 half = { place->width_m / 2, is_tall ? place->height_m : PLACE_HIGH * fminf (place->width_m, place->length_m), place->length_m / 2 };
  GArray *points = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  for (int corner = 0; corner < 8; corner++) {
    mk_vec3 own = { corner & 1 ? half.x : -half.x, corner & 2 ? half.y : 0, corner & 4 ? half.z : -half.z };
    mk_vec3 p = mk_mat4_point (world, mk_vec3_add (place->at, own));
    g_array_append_val (points, p);
  }
  return points;
}

/* --- what only carries others --- */

#define CARRIED_SHARE 0.75f /* of its carrier's extent: from here on both are the subject */
#define CARRIER_SEEN 0.7f  /* how much of a carrier is seen about what it carries, in extents of that */

bool
mk_framing_has (const GArray *roots, int root)
{
  for (guint i = 0; i < roots->len; i++)
    if (g_array_index (roots, int, i) == root)
      return true;
  return false;
}

/* The root among `roots` that `root` was put on, standing still; -1 = none. */
static int
carrier_of (const mk_scene *scene, const GArray *roots, int root)
{
  const mk_json *places = mk_json_get (command_of (scene, root), "place");
  for (size_t i = 0; i < mk_json_length (places); i++) {
    const char *relation = mk_json_get_string (mk_json_get (mk_json_at (places, i), "relation"));
    int target = root_named (scene, mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, i), "targets"), 0)));
    if (g_str_equal (relation, "on") && target != root && mk_framing_has (roots, target) && !mk_framing_moves (scene, target))
      return target;
  }
  return -1;
}

static void
add_part (GArray *points, mk_box all, mk_box about, float reach)
{
  for (int corner = 0; corner < 8; corner++) {
    mk_vec3 p = { corner & 1 ? fminf (all.max.x, about.max.x + reach) : fmaxf (all.min.x, about.min.x - reach), corner & 2 ? fminf (all.max.y, about.max.y + reach) : fmaxf (all.min.y, about.min.y - 0.35f * reach),
                  corner & 4 ? fminf (all.max.z, about.max.z + reach) : fmaxf (all.min.z, about.min.z - reach) };
    g_array_append_val (points, p);
  }
}

/* --- who acts, and before what --- */

#define BACKDROP_TIMES 5.0f  /* the room of those who act: from here on a still thing is what they act before */
#define BACKDROP_REACH 0.7f  /* how much of it is seen about them, in extents of their room */
#define BACKDROP_SHARE 0.35f /* of its own extent, at least that: one knows what it is */
#define BACKDROP_MOST 1.0f   /* extents of their room: nobody becomes an ant before a wall */

static void
split_by_motion (const mk_scene *scene, const GArray *roots, GArray *movers, GArray *others)
{
  for (guint i = 0; i < roots->len; i++)
    g_array_append_val (mk_framing_moves (scene, g_array_index (roots, int, i)) ? movers : others, g_array_index (roots, int, i));
}

GArray *
mk_framing_backdrops (const mk_scene *scene, const GArray *roots, double from_s, double to_s, unsigned n_moments)
{
  GArray *backdrops = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) movers = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (int));
  split_by_motion (scene, roots, movers, others);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  float own = 0;
  for (guint i = 0; i < movers->len; i++)
    own = fmaxf (own, extent_of (mk_scene_bounds (scene, pose, g_array_index (movers, int, i))));
  for (guint i = 0; i < others->len && movers->len > 0; i++) {
    int root = g_array_index (others, int, i);
    if (extent_of (mk_scene_bounds (scene, pose, root)) > BACKDROP_TIMES * own)
      g_array_append_val (backdrops, root);
  }
  if (backdrops->len == 0) /* the room over the whole time is only larger */
    return backdrops;
  g_autoptr (GArray) points = mk_framing_points (scene, movers, from_s, to_s, n_moments);
  float room = points->len > 0 ? extent_of (mk_box_of_points ((const mk_vec3 *)points->data, points->len)) : INFINITY;
  for (guint i = backdrops->len; i-- > 0;)
    if (extent_of (mk_scene_bounds (scene, pose, g_array_index (backdrops, int, i))) <= BACKDROP_TIMES * room)
      g_array_remove_index (backdrops, i);
  return backdrops;
}

/* --- what comes to rest --- */

static float
middle_of (float *values, guint n)
{
  qsort (values, n, sizeof *values, mk_compare_floats);
  return n > 0 ? values[n / 2] : 0;
}

/* Where most of what falls or is struck ends: `*reach` metres about `*at`, `*top` high. False when nothing does. */
static bool
find_rest (const mk_scene *scene, const GArray *roots, double to_s, mk_vec3 *at, float *reach, float *top)
{
  bool has_physics = false;
  for (size_t i = 0; i < mk_json_length (scene->commands); i++)
    has_physics |= g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (scene->commands, i), "op")), "physics");
  if (!has_physics || roots->len < 3)
    return false;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, to_s);
  g_autofree float *x = g_new (float, roots->len), *z = g_new (float, roots->len), *away = g_new (float, roots->len);
  g_autofree mk_box *boxes = g_new (mk_box, roots->len);
  float size = 0;
  for (guint i = 0; i < roots->len; i++) {
    boxes[i] = mk_scene_bounds (scene, pose, g_array_index (roots, int, i));
    x[i] = (boxes[i].min.x + boxes[i].max.x) / 2;
    z[i] = (boxes[i].min.z + boxes[i].max.z) / 2;
    size = fmaxf (size, extent_of (boxes[i]));
  }
  *at = (mk_vec3){ middle_of (x, roots->len), 0, middle_of (z, roots->len) };
  for (guint i = 0; i < roots->len; i++)
    away[i] = hypotf ((boxes[i].min.x + boxes[i].max.x) / 2 - at->x, (boxes[i].min.z + boxes[i].max.z) / 2 - at->z);
  g_autofree float *sorted = g_memdup2 (away, roots->len * sizeof *away);
  qsort (sorted, roots->len, sizeof *sorted, mk_compare_floats);
  *reach = 1.1f * sorted[(roots->len - 1) * 7 / 10] + 0.8f * size;
  *top = 0;
  for (guint i = 0; i < roots->len; i++)
    if (away[i] <= *reach)
      *top = fmaxf (*top, boxes[i].max.y);
  *top += 0.6f * *reach;
  return true;
}

/* Points of `movers` while they are about the place where most of them end, and as they stand at first unless they fall from above or
 * come from afar. */
static void
keep_rest (const mk_scene *scene, const GArray *movers, double from_s, GArray *points, mk_vec3 at, float reach, float top)
{
  guint n = 0;
  for (guint i = 0; i < points->len; i++) {
    mk_vec3 p = g_array_index (points, mk_vec3, i);
    if (hypotf (p.x - at.x, p.z - at.z) <= reach && p.y <= top)
      g_array_index (points, mk_vec3, n++) = p;
  }
  g_array_set_size (points, n);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  for (guint i = 0; i < movers->len; i++) {
    mk_box box = mk_scene_bounds (scene, pose, g_array_index (movers, int, i));
    bool is_near = hypotf ((box.min.x + box.max.x) / 2 - at.x, (box.min.z + box.max.z) / 2 - at.z) <= 2 * reach;
    if (is_near && box.min.y < 0.05f)
      add_part (points, box, box, 0);
  }
}

/* Of a table its top says what it is; a house or a fence one wants to see whole. */
static bool
is_top (const mk_stage *stage, const mk_scene *scene, int root, mk_box all)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  const mk_recipe_info *info = object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
  return info != NULL && g_str_equal (info->category, "furniture") && all.max.y - all.min.y < fmaxf (all.max.x - all.min.x, all.max.z - all.min.z);
}

/* Of what carries and of what stands behind the part about those that one looks at. */
static void
add_around (const mk_stage *stage, const mk_scene *scene, GArray *points, const GArray *carriers, const GArray *backdrops, bool is_close, double from_s)
{
  mk_box about = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  for (guint i = 0; i < backdrops->len; i++) {
    mk_box all = mk_scene_bounds (scene, pose, g_array_index (backdrops, int, i));
    add_part (points, all, about, CLAMP (BACKDROP_SHARE * extent_of (all), BACKDROP_REACH * extent_of (about), BACKDROP_MOST * extent_of (about)));
  }
  for (guint i = 0; i < carriers->len; i++) {
    int root = g_array_index (carriers, int, i);
    mk_box all = mk_scene_bounds (scene, pose, root);
    bool is_small = extent_of (about) < CARRIED_SHARE * extent_of (all);
    if (!is_small || !is_close)
      add_part (points, all, is_small && is_top (stage, scene, root, all) ? about : all, CARRIER_SEEN * extent_of (about));
  }
}

#define SCENERY_REACH 0.6f /* how much of a lake is seen about who stands by it, in extents of that */

/* Scenery that lies on the ground by which something of `roots` was put: it is in the picture too, though nobody looks at it alone. */
static void
add_scenery (const mk_stage *stage, const mk_scene *scene, GArray *points, const GArray *roots, double from_s)
{
  static const char *const beside[] = { "beside", "near", "front", "behind", "left", "right", NULL };
  mk_box about = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  for (guint i = 0; i < roots->len && points->len > 0; i++) {
    const mk_json *places = mk_json_get (command_of (scene, g_array_index (roots, int, i)), "place");
    for (size_t k = 0; k < mk_json_length (places); k++) {
      int root = root_named (scene, mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, k), "targets"), 0)));
      const char *object = root >= 0 ? mk_scene_get_node (scene, root)->object : NULL;
      const mk_recipe_info *info = object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
      mk_box all = info != NULL && info->is_set && !info->is_around ? mk_scene_bounds (scene, pose, root) : MK_BOX_EMPTY;
      bool is_flat = all.min.x <= all.max.x && all.max.y - all.min.y < 0.25f * extent_of (all);
      if (is_flat && g_strv_contains (beside, mk_json_get_string (mk_json_get (mk_json_at (places, k), "relation"))))
        add_part (points, all, about, SCENERY_REACH * extent_of (about));
    }
  }
}

/* `roots` without those of `left_out`. */
static GArray *
without (const GArray *roots, const GArray *left_out)
{
  GArray *rest = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < roots->len; i++)
    if (!mk_framing_has (left_out, g_array_index (roots, int, i)))
      g_array_append_val (rest, g_array_index (roots, int, i));
  return rest;
}

#define MOUNT_REACH 0.6f /* how much of a hill is seen about who is on it, in extents of that */

/* Hills on which something of `roots` was put: they are no subject, and yet one wants to know what it stands on. */
static void
add_mounts (const mk_stage *stage, const mk_scene *scene, GArray *points, const GArray *roots, double from_s)
{
  mk_box about = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  for (guint i = 0; i < roots->len && points->len > 0; i++) {
    const mk_json *place = mk_json_at (mk_json_get (command_of (scene, g_array_index (roots, int, i)), "place"), 0);
    int target = g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "on") ? root_named (scene, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0))) : -1;
    const char *object = target >= 0 ? mk_scene_get_node (scene, target)->object : NULL;
    const mk_recipe_info *info = object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
    if (info != NULL && info->is_set && !info->is_around && !mk_framing_has (roots, target))
      add_part (points, mk_scene_bounds (scene, pose, target), about, MOUNT_REACH * extent_of (about));
  }
}

static void
add_giants (const mk_scene *scene, GArray *points, const GArray *figures, const GArray *giants, double from_s)
{
  if (points->len == 0 || giants->len == 0)
    return;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  mk_box about = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  float own = 0;
  for (guint i = 0; i < figures->len; i++)
    own = fmaxf (own, extent_of (mk_scene_bounds (scene, pose, g_array_index (figures, int, i))));
  for (guint i = 0; i < giants->len; i++)
    mk_framing_add_giant (points, about, own, mk_scene_bounds (scene, pose, g_array_index (giants, int, i)));
}

GArray *
mk_framing_focus (const mk_stage *stage, const mk_scene *scene, const GArray *roots, bool is_close, double from_s, double to_s, unsigned n_moments)
{
  g_autoptr (GArray) carriers = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) giants = is_close ? g_array_new (FALSE, FALSE, sizeof (int)) : mk_framing_giants (stage, scene, roots, from_s);
  for (guint i = 0; i < roots->len; i++) {
    int carrier = carrier_of (scene, roots, g_array_index (roots, int, i));
    if (carrier >= 0 && !mk_framing_has (carriers, carrier) && !mk_framing_has (giants, carrier))
      g_array_append_val (carriers, carrier);
  }
  g_autoptr (GArray) uncarrying = without (roots, carriers);
  g_autoptr (GArray) backdrops = mk_framing_backdrops (scene, uncarrying, from_s, to_s, n_moments);
  if (backdrops->len > 0) /* they are shown about the room of those who act */
    g_array_set_size (giants, 0);
  g_autoptr (GArray) small = without (uncarrying, backdrops);
  g_autoptr (GArray) mains = without (small, giants);
  g_autoptr (GArray) movers = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (int));
  split_by_motion (scene, mains, movers, others);
  mk_vec3 at;
  float reach, top;
  bool has_rest = find_rest (scene, movers, to_s, &at, &reach, &top);
  GArray *points = mk_framing_points (scene, has_rest ? movers : mains, from_s, to_s, n_moments);
  if (has_rest) {
    keep_rest (scene, movers, from_s, points, at, reach, top);
    g_autoptr (GArray) still = mk_framing_points (scene, others, from_s, from_s, 1);
    g_array_append_vals (points, still->data, still->len);
  }
  add_around (stage, scene, points, carriers, backdrops, is_close, from_s);
  if (!is_close)
    add_mounts (stage, scene, points, mains, from_s);
  add_giants (scene, points, mains, giants, from_s);
  if (!is_close)
    add_scenery (stage, scene, points, mains, from_s);
  return points;
}
