#include "scene/layout.h"

#include <string.h>

#include "scene/aloft.h"
#include "scene/fields.h"
#include "scene/layout_private.h"
#include "scene/mesh_build.h"

#define MAX_RINGS 60       /* of places tried around the wanted one */
#define PER_RING 16

/* --- what is there --- */

static bool
is_own (const mk_layout *l, int root)
{
  for (unsigned i = 0; i < l->n_roots; i++)
    if (l->roots[i] == root)
      return true;
  return false;
}

static void
find_obstacles (mk_layout *l)
{
  l->obstacles = g_array_new (FALSE, FALSE, sizeof (mk_obstacle));
  for (int i = 0; i < (int)l->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (l->scene, i);
    if (node->parent >= 0 || node->is_ground || node->is_hidden || is_own (l, i) || node->camera >= 0 || node->light >= 0 || mk_is_put_aloft (l->scene, i))
      continue;
    mk_obstacle o = { i, mk_layout_box (l->scene, i) };
    if (!mk_box_is_empty (o.box))
      g_array_append_val (l->obstacles, o);
  }
}

static mk_box
box_of_all (const mk_layout *l)
{
  mk_box box = MK_BOX_EMPTY;
  for (guint i = 0; i < l->obstacles->len; i++)
    box = mk_box_union (box, g_array_index (l->obstacles, mk_obstacle, i).box);
  return box;
}

bool
mk_layout_is_free (const mk_layout *l, mk_vec3 at)
{
  mk_box own = mk_box_shifted (l->group, at);
  for (guint i = 0; i < l->obstacles->len; i++) {
    const mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    if (o->root == l->ignored || !mk_boxes_overlap (own, o->box))
      continue;
    for (unsigned k = 0; k < l->n_roots; k++) {
      const mk_layout_item *item = &l->items[k];
      mk_vec3 middle = mk_vec3_add (at, item->offset), half = { item->size.x / 2, 0, item->size.z / 2 };
      mk_box box = { mk_vec3_sub (middle, half), mk_vec3_add (middle, (mk_vec3){ half.x, item->size.y, half.z }) };
      if (mk_boxes_overlap (box, o->box) && (o->root != l->shelter || !mk_layout_is_clear (l->shelter_triangles, box)))
        return false;
    }
  }
  return true;
}

/* --- arranging the group --- */

/* One mesh that fills its cube as a sphere does: pi / 6. */
static bool
is_ball (const mk_scene *scene, int root, mk_vec3 size)
{
  const mk_scene_node *node = mk_scene_get_node (scene, root);
  float mean = (size.x + size.y + size.z) / 3;
  bool is_even = fabsf (size.x - mean) + fabsf (size.y - mean) + fabsf (size.z - mean) < 0.03f * mean;
  if (!is_even || node->n_parts != 1)
    return false;
  mk_vec3 own = mk_vec3_sub (node->parts[0].mesh->bounds.max, node->parts[0].mesh->bounds.min);
  double share = mk_mesh_volume (node->parts[0].mesh) / ((double)own.x * (double)own.y * (double)own.z);
  return fabs (share - 0.5236) < 0.02;
}

static void
measure_items (mk_layout *l)
{
  for (unsigned i = 0; i < l->n_roots; i++) {
    l->items[i].size = mk_box_size (mk_layout_box (l->scene, l->roots[i]));
    l->items[i].is_round = is_ball (l->scene, l->roots[i], l->items[i].size);
  }
}

void
mk_layout_bound (mk_layout *l)
{
  l->group = MK_BOX_EMPTY;
  for (unsigned i = 0; i < l->n_roots; i++) {
    mk_vec3 size = l->items[i].size, at = l->items[i].offset;
    l->group = mk_box_union (l->group, (mk_box){ { at.x - size.x / 2, at.y, at.z - size.z / 2 }, { at.x + size.x / 2, at.y + size.y, at.z + size.z / 2 } });
  }
}

static void
turn_items (mk_layout *l)
{
  for (unsigned i = 0; i < l->n_roots; i++) {
    mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[i])->trs;
    if (fabsf (l->items[i].yaw_rad) > 0) {
      trs->rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, l->items[i].yaw_rad), trs->rotation);
      l->items[i].size = mk_box_size (mk_layout_box (l->scene, l->roots[i]));
    }
  }
}

/* --- the default place --- */

const mk_recipe_info *
mk_layout_info (const mk_layout *l, int root)
{
  const char *object = mk_scene_get_node (l->scene, root)->object;
  return object != NULL ? mk_library_find (l->stage->library, object) : NULL;
}

/* Around what is there: the first place to stand on comes to its middle. */
static bool
wish_around (mk_layout *l, mk_vec3 middle)
{
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  if (info == NULL || !info->is_around)
    return false;
  g_autoptr (GArray) anchors = mk_object_anchors (l->stage->library, l->scene, l->roots[0]);
  const mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[0])->trs;
  mk_vec3 own = mk_box_middle (mk_layout_box (l->scene, l->roots[0]));
  mk_vec3 place = anchors->len > 0 ? mk_mat4_point (mk_mat4_from_trs (*trs), g_array_index (anchors, mk_anchor, 0).at) : own;
  l->wish.x = middle.x + own.x - place.x;
  l->wish.z = middle.z + own.z - place.z;
  l->may_intersect = true;
  return true;
}

/* Beside what is there, on the side that is nearer to the middle; in front of giants, behind dwarfs. */
static void
wish_default (mk_layout *l)
{
  mk_box all = box_of_all (l);
  mk_vec3 own = mk_box_size (l->group);
  if (mk_box_is_empty (all) || l->has_x || l->has_z)
    return;
  if (wish_around (l, mk_box_middle (all)))
    return;
  mk_vec3 size = mk_box_size (all);
  float gap = fmaxf (mk_layout_gap (l, all) * 0.6f, 0.25f * fmaxf (own.x, own.z));
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  bool is_strewn = l->n_roots >= 4 && l->arrange == MK_ARRANGE_SCATTER; /* a wood is behind whom it is about */
  if ((info != NULL && info->is_set) || own.y > 5 * size.y || is_strewn) {
    l->wish.z = all.min.z - gap - own.z / 2;
    l->wish.x = mk_box_middle (all).x;
  } else if (own.y < size.y / 6 && fmaxf (own.x, own.z) < 0.35f * size.x) {
    l->wish.z = all.max.z + gap + own.z / 2;
  } else {
    float right = all.max.x + gap + own.x / 2, left = all.min.x - gap - own.x / 2;
    l->wish.x = right <= -left + 1e-3f ? right : left;
  }
}

/* --- what is in the sky --- */

#define SKY_LEAST 0.5f      /* of what is there already: a moon is no ball beside a rocket */
#define SKY_MOST 1.6f       /* nor does it hide a cat */
#define SKY_LOW 0.7f        /* and how high it hangs, in the same measure */
#define SKY_HIGH 2.5f
#define HIGH_GROUND_M 1.0f  /* who stands higher is on a hill */

static bool
is_in_sky (const mk_recipe_info *info)
{
  return info != NULL && g_str_equal (info->category, "space");
}

/* What it hangs over: all that is no planet itself, nor scenery; `*extent` is that of the largest. */
static mk_box
box_below (const mk_layout *l, float *extent)
{
  mk_box all = MK_BOX_EMPTY;
  *extent = 0;
  for (guint i = 0; i < l->obstacles->len; i++) {
    const mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    const mk_recipe_info *info = mk_layout_info (l, o->root);
    mk_vec3 size = mk_box_size (o->box);
    if (info == NULL || info->is_set || is_in_sky (info))
      continue;
    *extent = fmaxf (*extent, fmaxf (size.x, fmaxf (size.y, size.z)));
    all = mk_box_union (all, o->box);
  }
  return all;
}

static float
extent_below (const mk_layout *l)
{
  float extent;
  box_below (l, &extent);
  return extent;
}

#define SKY_BEHIND 0.6f     /* of what it hangs over: behind that, so that nobody has it before the face */

/* Beside and behind those it is seen with, wherever they stand: over a hill, when they are on it. */
static bool
wish_in_sky (mk_layout *l)
{
  float extent;
  mk_box below = is_in_sky (mk_layout_info (l, l->roots[0])) ? box_below (l, &extent) : MK_BOX_EMPTY;
  if (mk_box_is_empty (below) || below.min.y < HIGH_GROUND_M)
    return false;
  mk_vec3 middle = mk_box_middle (below), own = mk_box_size (l->group);
  l->wish = (mk_vec3){ middle.x - 0.5f * (extent + own.x), below.min.y + l->wish.y, below.min.z - SKY_BEHIND * extent - own.z / 2 };
  l->may_intersect = true;
  return true;
}

/* Moon and planets are as large as their picture wants them, unless somebody said how large: their true measure shows nothing. */
static void
grow_in_sky (mk_layout *l, const mk_json *command)
{
  static const char *const sizes[] = { "scale", "height_m", "width_m", "length_m", "relative_size", "position" };
  bool is_free = is_in_sky (mk_layout_info (l, l->roots[0])) && g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "add");
  for (size_t i = 0; i < MK_COUNT (sizes); i++)
    is_free &= !mk_json_has (command, sizes[i]);
  float extent = extent_below (l);
  for (unsigned i = 0; i < l->n_roots && is_free && extent > 0; i++) {
    mk_vec3 own = mk_box_size (mk_layout_box (l->scene, l->roots[i]));
    float size = fmaxf (fmaxf (own.x, own.y), fmaxf (own.z, 1e-3f));
    mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[i])->trs;
    trs->scale = mk_vec3_scale (trs->scale, CLAMP (size, SKY_LEAST * extent, SKY_MOST * extent) / size);
  }
}

static float
hover_of (const mk_layout *l)
{
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  float hover = info != NULL ? info->hover_m : 0, extent = extent_below (l);
  return is_in_sky (info) && extent > 0 ? CLAMP (hover, SKY_LOW * extent, SKY_HIGH * extent) : hover;
}

/* --- the search --- */

static mk_vec3
clamped (const mk_layout *l, mk_vec3 at)
{
  mk_vec3 low = { fmaxf (l->low.x, l->area_low.x), 0, fmaxf (l->low.z, l->area_low.z) };
  mk_vec3 high = { fminf (l->high.x, l->area_high.x), 0, fminf (l->high.z, l->area_high.z) };
  at.x = low.x <= high.x ? CLAMP (at.x, low.x, high.x) : 0.5f * (low.x + high.x);
  at.z = low.z <= high.z ? CLAMP (at.z, low.z, high.z) : 0.5f * (low.z + high.z);
  return at;
}

/* The first free place on rings around the wanted one. */
static bool
search_rings (const mk_layout *l, mk_vec3 wish, mk_vec3 *place)
{
  mk_vec3 own = mk_box_size (l->group);
  float step = fmaxf (0.02f, 0.12f * fmaxf (own.x, own.z));
  for (int ring = 0; ring <= MAX_RINGS; ring++) {
    float radius = step * (float)ring * (1 + 0.05f * (float)ring);
    for (int k = 0; k < (ring == 0 ? 1 : PER_RING); k++) {
      float angle = MK_PI * (float)((k + 1) / 2) / (PER_RING / 2) * (k % 2 ? 1 : -1); /* right and left before front and back */
      mk_vec3 at = clamped (l, (mk_vec3){ wish.x + radius * cosf (angle), wish.y, wish.z - radius * sinf (angle) });
      if (mk_layout_is_free (l, at)) {
        *place = at;
        return true;
      }
    }
  }
  return false;
}

/* The wanted place itself when all are taken. */
static mk_vec3
find_place (mk_layout *l)
{
  mk_vec3 wish = clamped (l, l->wish), place = wish;
  if (l->may_intersect || search_rings (l, wish, &place) || !l->may_overhang)
    return place;
  l->area_low = l->overhang_low;
  l->area_high = l->overhang_high;
  if (!search_rings (l, wish, &place))
    mk_layout_move_up (l, &place);
  return place;
}

static float
height_at (const mk_layout *l, mk_vec3 at, mk_vec3 size)
{
  float best = -INFINITY, y;
  for (int i = 0; i < 5 && l->carrier >= 0; i++) {
    float x = at.x + (i == 1 ? 0.3f : i == 2 ? -0.3f : 0) * size.x, z = at.z + (i == 3 ? 0.3f : i == 4 ? -0.3f : 0) * size.z;
    if (mk_layout_surface (l->scene, l->carrier, x, z, l->carrier_from_y, &y))
      best = fmaxf (best, y);
  }
  /* A hole in an anchor's plane is no reason to fall through it. */
  return isfinite (best) && !(isfinite (l->carrier_from_y) && best < at.y - 0.08f) ? best : at.y;
}

static void
settle (mk_layout *l, mk_vec3 at)
{
  for (unsigned i = 0; i < l->n_roots; i++) {
    mk_scene_node *node = mk_scene_get_node (l->scene, l->roots[i]);
    if (l->has_face) {
      mk_vec3 to = mk_vec3_sub (l->face, mk_vec3_add (at, l->items[i].offset));
      to.y = 0;
      if (mk_vec3_length (to) > 1e-4f)
        node->trs.rotation = mk_quat_mul (mk_quat_look (to, (mk_vec3){ 0, 1, 0 }), node->trs.rotation);
    }
    mk_box box = mk_layout_box (l->scene, l->roots[i]);
    mk_vec3 bottom = mk_box_is_empty (box) ? (mk_vec3){ 0, 0, 0 } : (mk_vec3){ mk_box_middle (box).x, box.min.y, mk_box_middle (box).z };
    mk_vec3 place = mk_vec3_add (at, l->items[i].offset);
    place.y = height_at (l, (mk_vec3){ place.x, at.y, place.z }, l->items[i].size) + l->items[i].offset.y;
    node->trs.translation = mk_vec3_add (node->trs.translation, mk_vec3_sub (place, bottom));
  }
}

/* --- reading the command --- */

static bool
read_targets (const mk_layout *l, const mk_json *list, GArray *targets, GError **error)
{
  for (size_t i = 0; i < mk_json_length (list); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (l->scene, mk_json_get_string (mk_json_at (list, i)), error);
    if (found == NULL)
      return false;
    for (guint k = 0; k < found->len; k++)
      if (!is_own (l, g_array_index (found, int, k)))
        g_array_append_val (targets, g_array_index (found, int, k));
  }
  return true;
}

/* "On the left", of nothing: of all that stands so far; behind and before that, too. */
static void
take_all_others (const mk_layout *l, mk_relation r, GArray *targets)
{
  if (r != MK_PLACE_LEFT && r != MK_PLACE_RIGHT && r != MK_PLACE_FRONT && r != MK_PLACE_BEHIND)
    return;
  for (guint i = 0; i < l->obstacles->len; i++)
    g_array_append_val (targets, g_array_index (l->obstacles, mk_obstacle, i).root);
}

#define ALOFT_UP_M 10.0f    /* until the camera is known: aloft.c */
#define ALOFT_AWAY_M 60.0f

static void
hang_far (mk_layout *l)
{
  l->wish = (mk_vec3){ -0.3f * ALOFT_AWAY_M, ALOFT_UP_M, -ALOFT_AWAY_M };
  l->has_x = l->has_y = l->has_z = l->may_intersect = true;
}

static bool
read_relations (mk_layout *l, const mk_json *place, unsigned which, GError **error)
{
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *json = mk_json_at (place, i);
    g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (int));
    int r = -1;
    float distance = -1;
    if (!mk_field_choice (json, "relation", mk_relation_words, &r, error) || !mk_field_float (json, "distance_m", 0, 1000, &distance, error) ||
        !read_targets (l, mk_json_get (json, "targets"), targets, error))
      return false;
    if (r < 0)
      return mk_error (error, MK_ERROR_USAGE, "a place has a “relation”");
    if (mk_json_length (mk_json_get (json, "targets")) == 0)
      take_all_others (l, (mk_relation)r, targets);
    if (r == MK_PLACE_ALOFT)
      hang_far (l);
    if (targets->len == 0) /* relations to the ground alone: nothing to stand beside */
      continue;
    bool is_shared = r == MK_PLACE_ON || r == MK_PLACE_UNDER || r == MK_PLACE_INSIDE || r == MK_PLACE_HELD;
    if (is_shared && targets->len > 1) { /* one for each */
      int own = g_array_index (targets, int, which % targets->len);
      g_array_set_size (targets, 0);
      g_array_append_val (targets, own);
    }
    mk_layout_relate (l, (mk_relation)r, targets, distance);
  }
  return true;
}

static bool
read_facing (mk_layout *l, const mk_json *command, GError **error)
{
  const char *facing = NULL;
  if (!mk_field_string (command, "facing", &facing, error) || facing == NULL)
    return facing == NULL && (error == NULL || *error == NULL);
  static const struct {
    const char *word;
    mk_vec3 way;
  } ways[] = { { "viewer", { 0, 0, 1e6f } }, { "away", { 0, 0, -1e6f } }, { "left", { -1e6f, 0, 0 } }, { "right", { 1e6f, 0, 0 } } };
  static const struct {
    const char *word;
    float sign;
  } middles[] = { { "inward", -1 }, { "outward", 1 } };
  for (size_t i = 0; i < MK_COUNT (middles); i++)
    if (g_str_equal (middles[i].word, facing)) {
      l->from_middle = middles[i].sign;
      return true;
    }
  l->has_face = true;
  for (size_t i = 0; i < MK_COUNT (ways); i++)
    if (g_str_equal (ways[i].word, facing)) {
      l->face = ways[i].way;
      return true;
    }
  g_autoptr (GArray) found = mk_scene_find_targets (l->scene, facing, error);
  if (found == NULL)
    return false;
  l->face = mk_box_middle (mk_layout_box (l->scene, g_array_index (found, int, 0)));
  return true;
}

/* Several look at their middle, or away from it; one alone has none. */
static void
turn_to_middle (mk_layout *l)
{
  for (unsigned i = 0; i < l->n_roots && l->from_middle != 0; i++) {
    mk_vec3 out = { l->items[i].offset.x - mk_box_middle (l->group).x, 0, l->items[i].offset.z - mk_box_middle (l->group).z };
    if (mk_vec3_length (out) > 1e-3f)
      l->items[i].yaw_rad = mk_vec3_yaw (mk_vec3_scale (out, l->from_middle));
  }
}

/* A thing that will turn needs the room of its diagonal. */
static void
widen_for_turn (mk_layout *l)
{
  for (unsigned i = 0; i < l->n_roots && (l->has_face || l->from_middle != 0); i++) {
    float diagonal = hypotf (l->items[i].size.x, l->items[i].size.z);
    l->items[i].size.x = l->items[i].size.z = diagonal;
  }
}

/* What stands in a row now may drive along it later: it needs its length to both sides; and who dances, room for the arms. */
static void
widen_for_travel (mk_layout *l)
{
  static const char *const ways[] = { "drive", "walk", "run", "swim", NULL };
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  bool travels = false;
  for (size_t i = 0; info != NULL && ways[i] != NULL; i++)
    travels |= g_strv_contains (info->motions, ways[i]);
  float arms = info != NULL && g_strv_contains (info->motions, "dance") ? 1.2f : 1;
  for (unsigned i = 0; travels && l->n_roots > 1 && i < l->n_roots; i++)
    l->items[i].size.x = l->items[i].size.z = arms * fmaxf (l->items[i].size.x, l->items[i].size.z);
}

/* The fences of a row are one fence. */
static bool
is_joined (const mk_layout *l)
{
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  return info != NULL && info->is_joined;
}

static bool
place_group (mk_layout *l, const mk_json *command, unsigned which, GError **error)
{
  float spacing = -1;
  if (!mk_field_choice (command, "arrange", mk_arrange_words, &l->arrange, error) || !mk_field_float (command, "spacing_m", 0, 1000, &spacing, error) ||
      !read_facing (l, command, error))
    return false;
  find_obstacles (l);
  grow_in_sky (l, command);
  measure_items (l);
  widen_for_turn (l);
  widen_for_travel (l);
  l->spacing_m = spacing;
  if (spacing < 0 && is_joined (l) && (l->arrange < 0 || l->arrange == MK_ARRANGE_ROW || l->arrange == MK_ARRANGE_LINE))
    spacing = 0;
  mk_layout_arrange (l->items, l->n_roots, l->arrange, spacing, l->scene->seed + (uint64_t)l->roots[0]);
  mk_layout_bound (l);
  turn_to_middle (l);
  turn_items (l);
  mk_layout_bound (l);
  l->wish.y = hover_of (l);
  if (mk_json_has (command, "position")) {
    l->may_intersect = true;
    if (!mk_field_vec3 (command, "position", 1e5, &l->wish, error))
      return false;
  } else if (!read_relations (l, mk_json_get (command, "place"), which, error))
    return false;
  else if (mk_json_length (mk_json_get (command, "place")) == 0 && !wish_in_sky (l))
    wish_default (l);
  settle (l, find_place (l));
  return true;
}

static bool
has_seats (const mk_stage *stage, const mk_scene *scene, int carrier)
{
  g_autoptr (GArray) anchors = mk_object_anchors (stage->library, scene, carrier);
  unsigned n = 0;
  for (guint i = 0; i < anchors->len; i++)
    n += g_array_index (anchors, mk_anchor, i).kind == MK_ANCHOR_SEAT;
  return n > 1;
}

/* Several things on several carriers go one by one, each onto its own; so they do onto seats. */
static bool
is_shared_out (const mk_stage *stage, const mk_scene *scene, const mk_json *command)
{
  const mk_json *first = mk_json_at (mk_json_get (command, "place"), 0), *targets = mk_json_get (first, "targets");
  const char *word = mk_json_get_string (mk_json_get (first, "relation"));
  if (!g_str_equal (word, "on") && !g_str_equal (word, "under") && !g_str_equal (word, "inside") && !g_str_equal (word, "held"))
    return false;
  unsigned n = 0;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    n += found != NULL ? found->len : 0;
    if (found != NULL && (g_str_equal (word, "on") || g_str_equal (word, "inside")) && has_seats (stage, scene, g_array_index (found, int, 0)))
      return true;
  }
  return n > 1;
}

static bool
place_some (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n, const mk_json *command, unsigned which, GError **error)
{
  mk_layout l = { .stage = stage, .scene = scene, .roots = roots, .n_roots = n, .carrier = -1, .ignored = -1, .shelter = -1, .arrange = -1, .spacing_m = -1,
               .low = MK_NO_LIMIT (-), .high = MK_NO_LIMIT (+), .area_low = MK_NO_LIMIT (-), .area_high = MK_NO_LIMIT (+) };
  l.items = g_new0 (mk_layout_item, n);
  bool ok = place_group (&l, command, which, error);
  g_free (l.items);
  g_clear_pointer (&l.obstacles, g_array_unref);
  g_clear_pointer (&l.shelter_triangles, g_array_unref);
  return ok;
}

bool
mk_layout_place (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error)
{
  if (n_roots <= 1 || !is_shared_out (stage, scene, command))
    return n_roots == 0 || place_some (stage, scene, roots, n_roots, command, 0, error);
  for (unsigned i = 0; i < n_roots; i++)
    mk_scene_get_node (scene, roots[i])->is_hidden = true; /* not in the way of those before it */
  bool ok = true;
  for (unsigned i = 0; i < n_roots; i++) {
    mk_scene_get_node (scene, roots[i])->is_hidden = false;
    ok = ok && place_some (stage, scene, roots + i, 1, command, i, error);
  }
  return ok;
}

/* --- when things change --- */

static bool
is_root_thing (const mk_scene *scene, int i)
{
  const mk_scene_node *node = mk_scene_get_node (scene, i);
  return node->parent < 0 && !node->is_ground && !node->is_hidden && node->camera < 0 && node->light < 0;
}

/* The highest surface under the middle of a box, of roots that are gone or of those that stay. */
static float
support_of (const mk_scene *scene, int root, mk_box box, const bool *is_gone, bool of_gone)
{
  float best = -INFINITY, y;
  mk_vec3 middle = mk_box_middle (box);
  for (int i = 0; i < (int)scene->nodes->len; i++)
    if (i != root && is_root_thing (scene, i) && is_gone[i] == of_gone && mk_layout_surface (scene, i, middle.x, middle.z, box.min.y + 0.02f, &y))
      best = fmaxf (best, y);
  return best;
}

void
mk_layout_drop (mk_scene *scene, const bool *is_gone)
{
  for (int steps = 0; steps < 8; steps++) { /* a stack comes down from below */
    bool has_moved = false;
    for (int i = 0; i < (int)scene->nodes->len; i++) {
      if (!is_root_thing (scene, i) || is_gone[i])
        continue;
      mk_box box = mk_layout_box (scene, i);
      float lost = mk_box_is_empty (box) ? -INFINITY : support_of (scene, i, box, is_gone, true), kept = fmaxf (0, support_of (scene, i, box, is_gone, false));
      if (box.min.y < 0.05f || lost < box.min.y - 0.05f || kept > box.min.y - 0.05f)
        continue;
      mk_scene_get_node (scene, i)->trs.translation.y += kept - box.min.y;
      for (int k = 0; k < (int)scene->nodes->len; k++) { /* and what it carries itself */
        mk_box other = k != i && is_root_thing (scene, k) && !is_gone[k] ? mk_layout_box (scene, k) : MK_BOX_EMPTY;
        mk_vec3 at = mk_box_middle (other);
        if (!mk_box_is_empty (other) && other.min.y >= box.max.y - 0.05f && other.min.y < box.max.y + 0.05f && at.x > box.min.x && at.x < box.max.x && at.z > box.min.z && at.z < box.max.z)
          mk_scene_get_node (scene, k)->trs.translation.y += kept - box.min.y;
      }
      has_moved = true;
    }
    if (!has_moved)
      break;
  }
}

void
mk_layout_step_aside (const mk_stage *stage, mk_scene *scene, int root, mk_box before)
{
  mk_layout_item item = { 0 };
  mk_box now = mk_layout_box (scene, root);
  mk_layout l = { .stage = stage, .scene = scene, .roots = &root, .n_roots = 1, .items = &item, .carrier = -1, .ignored = -1, .shelter = -1, .arrange = -1, .spacing_m = -1,
                  .low = MK_NO_LIMIT (-), .high = MK_NO_LIMIT (+), .area_low = MK_NO_LIMIT (-), .area_high = MK_NO_LIMIT (+) };
  if (mk_box_is_empty (now))
    return;
  find_obstacles (&l);
  for (guint i = l.obstacles->len; i > 0; i--)
    if (mk_boxes_overlap (before, g_array_index (l.obstacles, mk_obstacle, i - 1).box)) /* they were together before */
      g_array_remove_index (l.obstacles, i - 1);
  item.size = mk_box_size (now);
  mk_layout_bound (&l);
  l.wish = (mk_vec3){ mk_box_middle (now).x, now.min.y, mk_box_middle (now).z };
  mk_vec3 by = mk_vec3_sub (find_place (&l), l.wish);
  mk_scene_get_node (scene, root)->trs.translation = mk_vec3_add (mk_scene_get_node (scene, root)->trs.translation, (mk_vec3){ by.x, 0, by.z });
  g_array_unref (l.obstacles);
}
