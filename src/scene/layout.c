#include "scene/layout.h"

#include <string.h>

#include "scene/fields.h"
#include "scene/mesh_build.h"

#define TOUCH_M 1e-3f      /* boxes that overlap by less only touch */
#define MAX_RINGS 60       /* of places tried around the wanted one */
#define PER_RING 16

typedef enum { ON, UNDER, INSIDE, BESIDE, LEFT, RIGHT, FRONT, BEHIND, ABOVE, BELOW, BETWEEN, AROUND, AGAINST, NEAR, FAR, FACING, CENTER } relation;
static const char *const relation_words[] = { "on", "under", "inside", "beside", "left", "right", "front", "behind", "above", "below", "between",
                                              "around", "against", "near", "far", "facing", "center", NULL };

typedef struct {
  int root;
  mk_box box;
} obstacle;

/* What is being placed, and what is known of its place so far: the middle of the group's bottom. */
typedef struct {
  const mk_stage *stage;
  mk_scene *scene;
  const int *roots;
  unsigned n_roots;
  mk_layout_item *items;
  mk_box group;            /* about its own middle bottom */
  GArray *obstacles;       /* obstacle: all that stood before */
  mk_vec3 wish;
  bool has_x, has_y, has_z;
  mk_vec3 low, high;       /* limits of the place; y unused */
  int carrier;             /* root whose surface it stands on; -1 = ground */
  float carrier_from_y;    /* surfaces above are not meant */
  int ignored;             /* root that it may overlap by boxes, because its anchors keep them apart; -1 */
  bool may_intersect;
  mk_vec3 face;            /* towards where, when has_face */
  bool has_face;
} layout;

static mk_vec3
box_size (mk_box box)
{
  return mk_vec3_sub (box.max, box.min);
}

static mk_vec3
box_middle (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

static bool
is_empty (mk_box box)
{
  return !(box.min.x <= box.max.x);
}

static bool
overlap (mk_box a, mk_box b)
{
  return a.min.x < b.max.x - TOUCH_M && b.min.x < a.max.x - TOUCH_M && a.min.y < b.max.y - TOUCH_M && b.min.y < a.max.y - TOUCH_M &&
         a.min.z < b.max.z - TOUCH_M && b.min.z < a.max.z - TOUCH_M;
}

static mk_box
shifted (mk_box box, mk_vec3 by)
{
  return (mk_box){ mk_vec3_add (box.min, by), mk_vec3_add (box.max, by) };
}

/* --- what is there --- */

static bool
is_own (const layout *l, int root)
{
  for (unsigned i = 0; i < l->n_roots; i++)
    if (l->roots[i] == root)
      return true;
  return false;
}

static void
find_obstacles (layout *l)
{
  l->obstacles = g_array_new (FALSE, FALSE, sizeof (obstacle));
  for (int i = 0; i < (int)l->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (l->scene, i);
    if (node->parent >= 0 || node->is_ground || node->is_hidden || is_own (l, i) || node->camera >= 0 || node->light >= 0)
      continue;
    obstacle o = { i, mk_layout_box (l->scene, i) };
    if (!is_empty (o.box))
      g_array_append_val (l->obstacles, o);
  }
}

static mk_box
box_of_all (const layout *l)
{
  mk_box box = MK_BOX_EMPTY;
  for (guint i = 0; i < l->obstacles->len; i++)
    box = mk_box_union (box, g_array_index (l->obstacles, obstacle, i).box);
  return box;
}

static bool
is_free_at (const layout *l, mk_vec3 at)
{
  mk_box own = shifted (l->group, at);
  for (guint i = 0; i < l->obstacles->len; i++) {
    const obstacle *o = &g_array_index (l->obstacles, obstacle, i);
    if (o->root == l->ignored || !overlap (own, o->box))
      continue;
    for (unsigned k = 0; k < l->n_roots; k++) {
      const mk_layout_item *item = &l->items[k];
      mk_vec3 middle = mk_vec3_add (at, item->offset), half = { item->size.x / 2, 0, item->size.z / 2 };
      mk_box box = { mk_vec3_sub (middle, half), mk_vec3_add (middle, (mk_vec3){ half.x, item->size.y, half.z }) };
      if (overlap (box, o->box))
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
measure_items (layout *l)
{
  for (unsigned i = 0; i < l->n_roots; i++) {
    l->items[i].size = box_size (mk_layout_box (l->scene, l->roots[i]));
    l->items[i].is_round = is_ball (l->scene, l->roots[i], l->items[i].size);
  }
}

static void
bound_group (layout *l)
{
  l->group = MK_BOX_EMPTY;
  for (unsigned i = 0; i < l->n_roots; i++) {
    mk_vec3 size = l->items[i].size, at = l->items[i].offset;
    l->group = mk_box_union (l->group, (mk_box){ { at.x - size.x / 2, at.y, at.z - size.z / 2 }, { at.x + size.x / 2, at.y + size.y, at.z + size.z / 2 } });
  }
}

static void
turn_items (layout *l)
{
  for (unsigned i = 0; i < l->n_roots; i++) {
    mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[i])->trs;
    if (fabsf (l->items[i].yaw_rad) > 0) {
      trs->rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, l->items[i].yaw_rad), trs->rotation);
      l->items[i].size = box_size (mk_layout_box (l->scene, l->roots[i]));
    }
  }
}

/* Around a thing: a ring that clears it at any turn. */
static void
arrange_around (layout *l, mk_box target, float gap)
{
  float need = 0, inner = 0.5f * hypotf (box_size (target).x, box_size (target).z);
  for (unsigned i = 0; i < l->n_roots; i++)
    need = fmaxf (need, hypotf (l->items[i].size.x, l->items[i].size.z));
  float radius = fmaxf (inner + gap + need / 2, l->n_roots > 1 ? 1.05f * need / (2 * sinf (MK_PI / (float)l->n_roots)) : 0);
  for (unsigned i = 0; i < l->n_roots; i++) {
    float angle = 2 * MK_PI * (float)i / (float)l->n_roots;
    l->items[i].offset = (mk_vec3){ radius * sinf (angle), 0, radius * cosf (angle) };
  }
}

/* --- relations --- */

static float
gap_to (const layout *l, mk_box target)
{
  mk_vec3 own = box_size (l->group), other = box_size (target);
  return CLAMP (0.12f * (fmaxf (own.x, own.z) + fmaxf (other.x, other.z)), 0.01f, 1.5f);
}

static bool
find_anchor (const layout *l, int root, mk_anchor_kind kind, mk_anchor *anchor, mk_mat4 *world)
{
  g_autoptr (GArray) anchors = mk_object_anchors (l->stage->library, l->scene, root);
  bool is_found = false;
  for (guint i = 0; i < anchors->len; i++) {
    const mk_anchor *own = &g_array_index (anchors, mk_anchor, i);
    bool is_meant = own->kind == kind || (kind == MK_ANCHOR_ON && own->kind == MK_ANCHOR_SEAT);
    bool is_better = !is_found || (own->kind == kind && anchor->kind != kind) || (own->kind == anchor->kind && own->width_m * own->length_m > anchor->width_m * anchor->length_m);
    if (is_meant && is_better) {
      *anchor = *own;
      is_found = true;
    }
  }
  *world = mk_mat4_from_trs (mk_scene_get_node (l->scene, root)->trs);
  return is_found;
}

static mk_box
anchor_area (const mk_anchor *anchor, mk_mat4 world)
{
  mk_vec3 half = { anchor->width_m / 2, 0, anchor->length_m / 2 };
  return mk_box_transform (world, (mk_box){ mk_vec3_sub (anchor->at, half), mk_vec3_add (anchor->at, half) });
}

static void
limit_to (layout *l, mk_box area)
{
  mk_vec3 own = box_size (l->group), middle = box_middle (area);
  float x = fmaxf (0, (box_size (area).x - own.x) / 2), z = fmaxf (0, (box_size (area).z - own.z) / 2);
  l->low.x = fmaxf (l->low.x, middle.x - x);
  l->high.x = fminf (l->high.x, middle.x + x);
  l->low.z = fmaxf (l->low.z, middle.z - z);
  l->high.z = fminf (l->high.z, middle.z + z);
}

static void
wish_xz (layout *l, mk_vec3 at)
{
  if (!l->has_x)
    l->wish.x = at.x;
  if (!l->has_z)
    l->wish.z = at.z;
}

static void
place_on (layout *l, int root, mk_box target)
{
  mk_anchor anchor;
  mk_mat4 world;
  l->carrier = l->ignored = root;
  l->carrier_from_y = INFINITY;
  l->has_y = true;
  l->wish.y = target.max.y;
  if (find_anchor (l, root, MK_ANCHOR_ON, &anchor, &world)) {
    mk_box area = anchor_area (&anchor, world);
    limit_to (l, area);
    wish_xz (l, box_middle (area));
    l->wish.y = area.min.y;
    l->carrier_from_y = area.min.y + 0.04f;
    return;
  }
  mk_vec3 shrink = mk_vec3_scale (box_size (target), 0.1f);
  limit_to (l, (mk_box){ mk_vec3_add (target.min, shrink), mk_vec3_sub (target.max, shrink) });
  wish_xz (l, box_middle (target));
}

static void
place_inside (layout *l, int root, mk_box target)
{
  mk_anchor anchor;
  mk_mat4 world;
  l->ignored = root;
  l->has_y = true;
  if (find_anchor (l, root, MK_ANCHOR_IN, &anchor, &world)) {
    mk_box area = anchor_area (&anchor, world);
    wish_xz (l, box_middle (area));
    limit_to (l, area);
    l->wish.y = area.min.y;
    return;
  }
  mk_vec3 middle = box_middle (target);
  l->may_intersect = true;
  wish_xz (l, middle);
  l->wish.y = fmaxf (target.min.y, middle.y - box_size (l->group).y / 2);
}

/* What stands on `root`, itself included, goes up by `by`. */
static void
lift (layout *l, int root, float by)
{
  mk_box base = mk_layout_box (l->scene, root);
  for (guint i = 0; i < l->obstacles->len; i++) {
    obstacle *o = &g_array_index (l->obstacles, obstacle, i);
    mk_vec3 middle = box_middle (o->box);
    bool is_carried = o->box.min.y >= base.max.y - 0.02f && middle.x > base.min.x && middle.x < base.max.x && middle.z > base.min.z && middle.z < base.max.z;
    if (o->root != root && !is_carried)
      continue;
    mk_scene_get_node (l->scene, o->root)->trs.translation.y += by;
    o->box = shifted (o->box, (mk_vec3){ 0, by, 0 });
  }
}

/* Under a table there is room; under a thing that hovers, too; a thing on the ground is lifted onto this one. */
static void
place_under (layout *l, int root, mk_box target, float gap)
{
  mk_anchor anchor;
  mk_mat4 world;
  mk_vec3 own = box_size (l->group);
  l->has_y = true;
  if (find_anchor (l, root, MK_ANCHOR_UNDER, &anchor, &world)) {
    mk_box area = anchor_area (&anchor, world);
    float room = anchor.height_m > 0 ? mk_vec3_length (mk_mat4_direction (world, (mk_vec3){ 0, anchor.height_m, 0 })) : 0;
    if (own.y <= room) {
      limit_to (l, area);
      wish_xz (l, box_middle (area));
      l->wish.y = area.min.y;
      l->ignored = root;
      return;
    }
  }
  wish_xz (l, box_middle (target));
  l->wish.y = 0;
  if (target.min.y < own.y + gap)
    lift (l, root, target.min.y < 0.05f && gap <= 0 ? own.y - target.min.y : own.y + gap - target.min.y);
}

/* The root whose surface carries `root`, or -1 for the ground or the air. */
static int
find_carrier (const layout *l, int root, mk_box box)
{
  mk_vec3 middle = box_middle (box);
  if (box.min.y < 0.02f)
    return -1;
  for (guint i = 0; i < l->obstacles->len; i++) {
    const obstacle *o = &g_array_index (l->obstacles, obstacle, i);
    float y;
    if (o->root != root && mk_layout_surface (l->scene, o->root, middle.x, middle.z, box.min.y + 0.02f, &y) && fabsf (y - box.min.y) < 0.03f)
      return o->root;
  }
  return -1;
}

/* On the same table as its neighbour, when there is room for it. */
static void
share_carrier (layout *l, int root, mk_box target, mk_vec3 at)
{
  int carrier = find_carrier (l, root, target);
  mk_anchor anchor;
  mk_mat4 world;
  if (l->has_y || carrier < 0 || !find_anchor (l, carrier, MK_ANCHOR_ON, &anchor, &world))
    return;
  mk_box area = anchor_area (&anchor, world);
  mk_vec3 half = mk_vec3_scale (box_size (l->group), 0.5f);
  if (at.x - half.x < area.min.x || at.x + half.x > area.max.x || at.z - half.z < area.min.z || at.z + half.z > area.max.z)
    return;
  l->carrier = l->ignored = carrier;
  l->carrier_from_y = area.min.y + 0.04f;
  l->wish.y = area.min.y;
  l->has_y = true;
}

static void
place_side (layout *l, relation r, int root, mk_box target, float gap)
{
  mk_vec3 own = box_size (l->group), middle = box_middle (target);
  mk_vec3 right = { target.max.x + gap + own.x / 2, 0, middle.z }, left = { target.min.x - gap - own.x / 2, 0, middle.z };
  bool is_left = r == LEFT;
  if (r == BESIDE || r == NEAR || r == AGAINST) { /* whichever side is free, the right one first */
    l->ignored = -1;
    is_left = !is_free_at (l, right) && is_free_at (l, left);
  }
  if (r == FRONT || r == BEHIND) {
    float z = r == FRONT ? target.max.z + gap + own.z / 2 : target.min.z - gap - own.z / 2;
    l->wish.z = z;
    l->has_z = true;
    *(r == FRONT ? &l->low.z : &l->high.z) = z;
    wish_xz (l, middle);
  } else {
    l->wish.x = is_left ? left.x : right.x;
    l->has_x = true;
    if (r == LEFT || r == RIGHT)
      *(is_left ? &l->high.x : &l->low.x) = l->wish.x;
    wish_xz (l, middle);
  }
  share_carrier (l, root, target, l->wish);
}

static void
place_between (layout *l, const GArray *targets)
{
  mk_vec3 sum = { 0, 0, 0 };
  for (guint i = 0; i < targets->len; i++)
    sum = mk_vec3_add (sum, box_middle (mk_layout_box (l->scene, g_array_index (targets, int, i))));
  wish_xz (l, mk_vec3_scale (sum, 1 / (float)targets->len));
  l->has_x = l->has_z = true;
  if (targets->len != 2)
    return;
  /* Push both apart when the gap is too narrow. */
  int a = g_array_index (targets, int, 0), b = g_array_index (targets, int, 1);
  mk_box left = mk_layout_box (l->scene, a), right = mk_layout_box (l->scene, b);
  bool is_swapped = left.min.x > right.min.x;
  mk_box *first = is_swapped ? &right : &left, *second = is_swapped ? &left : &right;
  float need = 1.2f * box_size (l->group).x + 0.02f - (second->min.x - first->max.x);
  if (need <= 0 || first->max.z < second->min.z || second->max.z < first->min.z)
    return;
  for (guint i = 0; i < l->obstacles->len; i++) {
    obstacle *o = &g_array_index (l->obstacles, obstacle, i);
    float by = box_middle (o->box).x < sum.x / 2 ? -need / 2 : need / 2;
    if (o->root == a || o->root == b) {
      mk_scene_get_node (l->scene, o->root)->trs.translation.x += by;
      o->box = shifted (o->box, (mk_vec3){ by, 0, 0 });
    }
  }
  first->max.x -= need / 2;
  second->min.x += need / 2;
  l->wish.x = (first->max.x + second->min.x) / 2;
}

static void
apply_relation (layout *l, relation r, const GArray *targets, float distance)
{
  mk_box box = MK_BOX_EMPTY;
  int root = g_array_index (targets, int, 0);
  for (guint i = 0; i < targets->len; i++)
    box = mk_box_union (box, mk_layout_box (l->scene, g_array_index (targets, int, i)));
  if (is_empty (box))
    box = (mk_box){ { 0, 0, 0 }, { 0, 0, 0 } };
  mk_vec3 middle = box_middle (box);
  float gap = distance >= 0 ? distance : r == AGAINST ? 2 * TOUCH_M : r == NEAR ? 0.5f * gap_to (l, box) : gap_to (l, box);
  switch (r) {
  case ON:
    place_on (l, root, box);
    break;
  case INSIDE:
    place_inside (l, root, box);
    break;
  case UNDER:
    place_under (l, root, box, distance >= 0 ? distance : 0);
    break;
  case BELOW:
    place_under (l, root, box, gap);
    break;
  case ABOVE:
    wish_xz (l, middle);
    l->wish.y = box.max.y + gap;
    l->has_y = true;
    break;
  case BETWEEN:
    place_between (l, targets);
    break;
  case AROUND:
    arrange_around (l, box, gap);
    bound_group (l);
    wish_xz (l, middle);
    l->has_x = l->has_z = true;
    l->ignored = targets->len == 1 ? root : -1;
    break;
  case FAR:
    wish_xz (l, (mk_vec3){ middle.x + 2 * (distance >= 0 ? distance : 3 * box_size (box).x), 0, middle.z - (distance >= 0 ? distance : 6 * fmaxf (box_size (box).x, 1)) });
    break;
  case FACING:
    l->face = middle;
    l->has_face = true;
    break;
  case CENTER:
    break;
  default:
    place_side (l, r, root, box, gap);
  }
}

/* --- the default place --- */

/* Beside what is there, on the side that is nearer to the middle; in front of giants, behind dwarfs. */
static void
wish_default (layout *l)
{
  mk_box all = box_of_all (l);
  mk_vec3 own = box_size (l->group);
  if (is_empty (all) || l->has_x || l->has_z)
    return;
  mk_vec3 size = box_size (all);
  float gap = fmaxf (gap_to (l, all) * 0.6f, 0.25f * fmaxf (own.x, own.z));
  const char *object = mk_scene_get_node (l->scene, l->roots[0])->object;
  const mk_recipe_info *info = object != NULL ? mk_library_find (l->stage->library, object) : NULL;
  if ((info != NULL && info->is_set) || own.y > 5 * size.y) {
    l->wish.z = all.min.z - gap - own.z / 2;
    l->wish.x = box_middle (all).x;
  } else if (own.y < size.y / 6 && fmaxf (own.x, own.z) < 0.35f * size.x) {
    l->wish.z = all.max.z + gap + own.z / 2;
  } else {
    float right = all.max.x + gap + own.x / 2, left = all.min.x - gap - own.x / 2;
    l->wish.x = right <= -left + 1e-3f ? right : left;
  }
}

static float
hover_of (const layout *l)
{
  const char *object = mk_scene_get_node (l->scene, l->roots[0])->object;
  const mk_recipe_info *info = object != NULL ? mk_library_find (l->stage->library, object) : NULL;
  return info != NULL ? info->hover_m : 0;
}

/* --- the search --- */

static mk_vec3
clamped (const layout *l, mk_vec3 at)
{
  at.x = l->low.x <= l->high.x ? CLAMP (at.x, l->low.x, l->high.x) : 0.5f * (l->low.x + l->high.x);
  at.z = l->low.z <= l->high.z ? CLAMP (at.z, l->low.z, l->high.z) : 0.5f * (l->low.z + l->high.z);
  return at;
}

/* The first free place on rings around the wanted one; the wanted one itself when all are taken. */
static mk_vec3
find_place (const layout *l)
{
  mk_vec3 wish = clamped (l, l->wish), own = box_size (l->group);
  if (l->may_intersect)
    return wish;
  float step = fmaxf (0.02f, 0.12f * fmaxf (own.x, own.z));
  for (int ring = 0; ring <= MAX_RINGS; ring++) {
    float radius = step * (float)ring * (1 + 0.05f * (float)ring);
    for (int k = 0; k < (ring == 0 ? 1 : PER_RING); k++) {
      float angle = MK_PI * (float)((k + 1) / 2) / (PER_RING / 2) * (k % 2 ? 1 : -1); /* right and left before front and back */
      mk_vec3 at = clamped (l, (mk_vec3){ wish.x + radius * cosf (angle), wish.y, wish.z - radius * sinf (angle) });
      if (is_free_at (l, at))
        return at;
    }
  }
  return wish;
}

static float
height_at (const layout *l, mk_vec3 at, mk_vec3 size)
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
settle (layout *l, mk_vec3 at)
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
    mk_vec3 bottom = is_empty (box) ? (mk_vec3){ 0, 0, 0 } : (mk_vec3){ box_middle (box).x, box.min.y, box_middle (box).z };
    mk_vec3 place = mk_vec3_add (at, l->items[i].offset);
    place.y = height_at (l, (mk_vec3){ place.x, at.y, place.z }, l->items[i].size) + l->items[i].offset.y;
    node->trs.translation = mk_vec3_add (node->trs.translation, mk_vec3_sub (place, bottom));
  }
}

/* --- reading the command --- */

static bool
read_targets (const layout *l, const mk_json *list, GArray *targets, GError **error)
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

static bool
read_relations (layout *l, const mk_json *place, unsigned which, GError **error)
{
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *json = mk_json_at (place, i);
    g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (int));
    int r = -1;
    float distance = -1;
    if (!mk_field_choice (json, "relation", relation_words, &r, error) || !mk_field_float (json, "distance_m", 0, 1000, &distance, error) ||
        !read_targets (l, mk_json_get (json, "targets"), targets, error))
      return false;
    if (r < 0)
      return mk_error (error, MK_ERROR_USAGE, "a place has a “relation”");
    if (targets->len == 0) /* relations to the ground alone: nothing to stand beside */
      continue;
    bool is_shared = r == ON || r == UNDER || r == INSIDE;
    if (is_shared && targets->len > 1) { /* one for each */
      int own = g_array_index (targets, int, which % targets->len);
      g_array_set_size (targets, 0);
      g_array_append_val (targets, own);
    }
    apply_relation (l, (relation)r, targets, distance);
  }
  return true;
}

static bool
read_facing (layout *l, const mk_json *command, GError **error)
{
  const char *facing = NULL;
  if (!mk_field_string (command, "facing", &facing, error) || facing == NULL)
    return facing == NULL && (error == NULL || *error == NULL);
  static const struct {
    const char *word;
    mk_vec3 way;
  } ways[] = { { "viewer", { 0, 0, 1e6f } }, { "away", { 0, 0, -1e6f } }, { "left", { -1e6f, 0, 0 } }, { "right", { 1e6f, 0, 0 } } };
  l->has_face = true;
  for (size_t i = 0; i < MK_COUNT (ways); i++)
    if (g_str_equal (ways[i].word, facing)) {
      l->face = ways[i].way;
      return true;
    }
  g_autoptr (GArray) found = mk_scene_find_targets (l->scene, facing, error);
  if (found == NULL)
    return false;
  l->face = box_middle (mk_layout_box (l->scene, g_array_index (found, int, 0)));
  return true;
}

/* A thing that will turn needs the room of its diagonal. */
static void
widen_for_turn (layout *l)
{
  for (unsigned i = 0; i < l->n_roots && l->has_face; i++) {
    float diagonal = hypotf (l->items[i].size.x, l->items[i].size.z);
    l->items[i].size.x = l->items[i].size.z = diagonal;
  }
}

static bool
place_group (layout *l, const mk_json *command, unsigned which, GError **error)
{
  int arrange = -1;
  float spacing = -1;
  if (!mk_field_choice (command, "arrange", mk_arrange_words, &arrange, error) || !mk_field_float (command, "spacing_m", 0, 1000, &spacing, error) ||
      !read_facing (l, command, error))
    return false;
  find_obstacles (l);
  measure_items (l);
  widen_for_turn (l);
  mk_layout_arrange (l->items, l->n_roots, arrange, spacing, l->scene->seed + (uint64_t)l->roots[0]);
  turn_items (l);
  bound_group (l);
  l->wish.y = hover_of (l);
  if (mk_json_has (command, "position")) {
    l->may_intersect = true;
    if (!mk_field_vec3 (command, "position", 1e5, &l->wish, error))
      return false;
  } else if (!read_relations (l, mk_json_get (command, "place"), which, error))
    return false;
  else if (mk_json_length (mk_json_get (command, "place")) == 0)
    wish_default (l);
  settle (l, find_place (l));
  return true;
}

/* Several things on several carriers go one by one, each onto its own. */
static bool
is_shared_out (const mk_scene *scene, const mk_json *command)
{
  const mk_json *first = mk_json_at (mk_json_get (command, "place"), 0), *targets = mk_json_get (first, "targets");
  const char *word = mk_json_get_string (mk_json_get (first, "relation"));
  if (!g_str_equal (word, "on") && !g_str_equal (word, "under") && !g_str_equal (word, "inside"))
    return false;
  unsigned n = 0;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    n += found != NULL ? found->len : 0;
  }
  return n > 1;
}

static bool
place_some (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n, const mk_json *command, unsigned which, GError **error)
{
  layout l = { .stage = stage, .scene = scene, .roots = roots, .n_roots = n, .carrier = -1, .ignored = -1,
               .low = { -INFINITY, -INFINITY, -INFINITY }, .high = { INFINITY, INFINITY, INFINITY } };
  l.items = g_new0 (mk_layout_item, n);
  bool ok = place_group (&l, command, which, error);
  g_free (l.items);
  g_clear_pointer (&l.obstacles, g_array_unref);
  return ok;
}

bool
mk_layout_place (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error)
{
  if (n_roots <= 1 || !is_shared_out (scene, command))
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
