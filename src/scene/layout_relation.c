/* What relations ask for: a wish and limits of the place, from the boxes, the anchors and the surfaces of what is there. */
#include "base/rng.h"
#include "scene/layout_private.h"
#include "scene/mesh_build.h"
#include "scene/motion.h"

const char *const mk_relation_words[] = { "on", "under", "inside", "beside", "left", "right", "front", "behind", "above", "below", "between",
                                          "around", "against", "near", "far", "facing", "center", "held", "written", "hung", "aloft", NULL };

#define TUCK_SHARE 0.35f     /* of a chair's depth: so much of it is under the table */
#define TUCK_WIDEST_M 0.5f  /* of the seat: armchairs are not pushed under tables */

/* How far a chair goes under the table `root`: 0 when it is none, or there is no room under it. */
static float
tuck_of (const mk_layout *l, int root)
{
  g_autoptr (GArray) own = mk_object_anchors (l->stage->library, l->scene, l->roots[0]);
  g_autoptr (GArray) others = mk_object_anchors (l->stage->library, l->scene, root);
  float seat = 0, room = 0;
  for (guint i = 0; i < own->len; i++) {
    const mk_anchor *anchor = &g_array_index (own, mk_anchor, i);
    seat = anchor->kind == MK_ANCHOR_SEAT && anchor->width_m < TUCK_WIDEST_M ? anchor->at.y : seat;
  }
  for (guint i = 0; i < others->len; i++)
    room = g_array_index (others, mk_anchor, i).kind == MK_ANCHOR_UNDER ? g_array_index (others, mk_anchor, i).height_m : room;
  return seat > 0 && seat < room ? TUCK_SHARE * mk_box_size (mk_layout_box (l->scene, l->roots[0])).z : 0;
}

/* Chairs around a table: along its edge, whatever its shape. */
static void
arrange_at_table (mk_layout *l, mk_box target, float tuck)
{
  mk_vec3 half = mk_vec3_scale (mk_box_size (target), 0.5f), own = mk_box_size (mk_layout_box (l->scene, l->roots[0]));
  float deep = own.z / 2 - tuck;
  for (unsigned i = 0; i < l->n_roots; i++) {
    float angle = 2 * MK_PI * (float)i / (float)l->n_roots, s = sinf (angle), c = cosf (angle);
    float edge = powf (powf (fabsf (s) / (half.x + deep), 4) + powf (fabsf (c) / (half.z + deep), 4), -0.25f); /* a rounded rectangle */
    edge = fmaxf (edge, l->n_roots > 1 ? 1.05f * own.x / (2 * sinf (MK_PI / (float)l->n_roots)) : 0);
    l->items[i].offset = (mk_vec3){ edge * s, 0, edge * c };
  }
}

/* Around a thing: a ring that clears it at any turn. */
static void
arrange_around (mk_layout *l, mk_box target, float gap)
{
  float need = 0, inner = 0.5f * hypotf (mk_box_size (target).x, mk_box_size (target).z);
  for (unsigned i = 0; i < l->n_roots; i++)
    need = fmaxf (need, hypotf (l->items[i].size.x, l->items[i].size.z));
  float radius = fmaxf (inner + gap + need / 2, l->n_roots > 1 ? 1.05f * need / (2 * sinf (MK_PI / (float)l->n_roots)) : 0);
  float first = l->n_roots == 2 ? -MK_PI / 2 : 0; /* two stand to its left and its right: neither hides the other */
  for (unsigned i = 0; i < l->n_roots; i++) {
    float angle = first + 2 * MK_PI * (float)i / (float)l->n_roots;
    l->items[i].offset = (mk_vec3){ radius * sinf (angle), 0, radius * cosf (angle) };
  }
}

float
mk_layout_gap (const mk_layout *l, mk_box target)
{
  mk_vec3 own = mk_box_size (l->group), other = mk_box_size (target);
  return CLAMP (0.12f * (fmaxf (own.x, own.z) + fmaxf (other.x, other.z)), 0.01f, 1.5f);
}

#define GIANT_TIMES 4.0f    /* as high as what stands before it */
#define GIANT_STEP 0.45f    /* of a building's height: from there its foot and its roof are in one picture with whom it is about */
#define GIANT_MOST_M 9.0f

/* In front of a building one steps back from it, or the picture is all wall. */
static float
front_gap (const mk_layout *l, int root, mk_box target, float gap)
{
  const mk_recipe_info *info = mk_layout_info (l, root);
  float high = mk_box_size (target).y;
  bool is_giant = info != NULL && g_str_equal (info->category, "building") && !info->carries && high > GIANT_TIMES * mk_box_size (l->group).y;
  return is_giant ? fmaxf (gap, fminf (GIANT_STEP * high, GIANT_MOST_M)) : gap;
}

static bool
is_person (const mk_layout *l, int root)
{
  const mk_recipe_info *info = mk_layout_info (l, root);
  return info != NULL && g_str_equal (info->category, "person");
}

/* The largest of a kind; of seats the first that is free. A child on its father is on his shoulders. */
static bool
find_anchor (const mk_layout *l, int root, mk_anchor_kind kind, mk_anchor *anchor, mk_mat4 *world)
{
  g_autoptr (GArray) anchors = mk_object_anchors (l->stage->library, l->scene, root);
  bool is_found = false, is_taken = false;
  *world = mk_mat4_from_trs (mk_scene_get_node (l->scene, root)->trs);
  for (guint i = 0; i < anchors->len; i++) {
    const mk_anchor *own = &g_array_index (anchors, mk_anchor, i);
    bool is_carried = own->kind == MK_ANCHOR_SHOULDERS && l->n_roots == 1 && is_person (l, l->roots[0]);
    bool is_meant = own->kind == kind || (kind == MK_ANCHOR_ON && (own->kind == MK_ANCHOR_SEAT || is_carried));
    bool is_larger = is_found && own->kind == anchor->kind && own->width_m * own->length_m > anchor->width_m * anchor->length_m;
    if (!is_meant || (is_found && !(own->kind == kind && anchor->kind != kind) && !is_larger && !(is_taken && own->kind == anchor->kind)))
      continue;
    bool is_free = own->kind != MK_ANCHOR_SEAT || mk_layout_is_free (l, mk_mat4_point (*world, own->at));
    if (is_found && own->kind == MK_ANCHOR_SEAT && !is_free)
      continue;
    *anchor = *own;
    is_found = true;
    is_taken = !is_free;
  }
  return is_found;
}

static mk_box
anchor_area (const mk_anchor *anchor, mk_mat4 world)
{
  mk_vec3 half = { anchor->width_m / 2, 0, anchor->length_m / 2 };
  return mk_box_transform (world, (mk_box){ mk_vec3_sub (anchor->at, half), mk_vec3_add (anchor->at, half) });
}

/* Whole within the area; where that leaves no free place, its middle is, and enough of it that it does not tip. */
static void
limit_to (mk_layout *l, mk_box area)
{
  mk_vec3 own = mk_box_size (l->group), middle = mk_box_middle (area);
  mk_vec3 slack = { fminf (0.35f * own.x, 0.4f * mk_box_size (area).x), 0, fminf (0.35f * own.z, 0.4f * mk_box_size (area).z) };
  l->may_overhang = true;
  l->surface = area;
  l->overhang_low = mk_vec3_add (area.min, mk_vec3_sub (mk_vec3_scale (own, 0.5f), slack));
  l->overhang_high = mk_vec3_sub (area.max, mk_vec3_sub (mk_vec3_scale (own, 0.5f), slack));
  float x = fmaxf (0, (mk_box_size (area).x - own.x) / 2), z = fmaxf (0, (mk_box_size (area).z - own.z) / 2);
  l->area_low.x = fmaxf (l->area_low.x, middle.x - x);
  l->area_high.x = fminf (l->area_high.x, middle.x + x);
  l->area_low.z = fmaxf (l->area_low.z, middle.z - z);
  l->area_high.z = fminf (l->area_high.z, middle.z + z);
}

static void
wish_xz (mk_layout *l, mk_vec3 at)
{
  if (!l->has_x)
    l->wish.x = at.x;
  if (!l->has_z)
    l->wish.z = at.z;
}

static bool
fits (const mk_layout *l, mk_box area)
{
  mk_vec3 own = mk_box_size (l->group), room = mk_box_size (area);
  return own.x <= room.x + MK_TOUCH_M && own.z <= room.z + MK_TOUCH_M;
}

/* Several things on a small surface: in a row, behind each other or close together; in a vase, as close as it takes. */
static void
fit_group (mk_layout *l, mk_box area, const mk_box *holder)
{
  static const int ways[] = { MK_ARRANGE_ROW, MK_ARRANGE_COLUMN, MK_ARRANGE_GRID };
  if (l->n_roots < 2 || l->arrange >= 0 || fits (l, area))
    return;
  float widest = 0;
  for (unsigned i = 0; i < l->n_roots; i++)
    widest = fmaxf (widest, fmaxf (l->items[i].size.x, l->items[i].size.z));
  for (size_t i = 0; i < 2 * MK_COUNT (ways) && !fits (l, area); i++) {
    mk_layout_arrange (l->items, l->n_roots, ways[i % MK_COUNT (ways)], (i < MK_COUNT (ways) ? 0.15f : 0.02f) * widest, l->scene->seed);
    mk_layout_bound (l);
  }
  if (fits (l, area) || holder == NULL || mk_layout_heap (l, area, *holder))
    return;
  mk_vec3 own = mk_box_size (l->group), room = mk_box_size (area);
  float factor = 0.9f * fminf (room.x / fmaxf (own.x, 1e-4f), room.z / fmaxf (own.z, 1e-4f));
  for (unsigned i = 0; i < l->n_roots; i++)
    l->items[i].offset = mk_vec3_mul (l->items[i].offset, (mk_vec3){ factor, 1, factor });
  mk_layout_bound (l);
}

/* An animal that is longer than a seat is deep, but not than it is wide, lies along it. */
static void
turn_along (mk_layout *l, mk_box area)
{
  const mk_recipe_info *info = l->n_roots == 1 && !l->has_face ? mk_layout_info (l, l->roots[0]) : NULL;
  mk_vec3 own = mk_box_size (l->group), room = mk_box_size (area);
  if (info == NULL || !g_str_equal (info->category, "animal") || own.z <= room.z || own.z > room.x || own.x > room.z)
    return;
  mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[0])->trs;
  trs->rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, MK_PI / 2), trs->rotation);
  l->items[0].size = mk_box_size (mk_layout_box (l->scene, l->roots[0]));
  mk_layout_bound (l);
}

#define PERCHED_SHARE 0.22f /* of somebody's height: what is no taller sits on a shoulder */

/* A parrot on a pirate: on the shoulder, looking as he does. */
static bool
perch (mk_layout *l, int root, mk_box target)
{
  mk_anchor anchor;
  mk_mat4 world;
  const mk_recipe_info *info = l->n_roots == 1 ? mk_layout_info (l, l->roots[0]) : NULL;
  bool is_small = info != NULL && g_str_equal (info->category, "animal") && mk_box_size (l->group).y < PERCHED_SHARE * mk_box_size (target).y;
  if (!is_small || mk_scene_get_node (l->scene, root)->is_posed || !find_anchor (l, root, MK_ANCHOR_SHOULDER, &anchor, &world))
    return false;
  mk_vec3 shoulder = anchor.at; /* with its middle beside the head */
  shoulder.x += copysignf (fmaxf (mk_box_size (l->group).x / 2 - anchor.width_m / 2, 0), shoulder.x);
  l->wish = mk_mat4_point (world, shoulder);
  l->has_x = l->has_y = l->has_z = l->may_intersect = true;
  return true;
}

#define GROUND_TIMES 1.5f /* as wide as what stands on it */

/* A rock that carries a lighthouse, an iceberg under penguins: as large as they need it, unless somebody said how large. */
static mk_box
grow_ground (const mk_layout *l, int root, mk_box target)
{
  static const char *const said[] = { "scale", "height_m", "width_m", "length_m", "relative_size", "position" };
  const mk_recipe_info *info = mk_layout_info (l, root);
  const mk_scene_node *node = mk_scene_get_node (l->scene, root);
  const mk_json *made = node->command >= 0 ? mk_json_at (l->scene->commands, (size_t)node->command) : NULL;
  bool is_free = info != NULL && g_str_equal (info->category, "nature") && !info->is_set && !info->carries && made != NULL && target.min.y < 0.05f;
  for (size_t i = 0; i < MK_COUNT (said); i++)
    is_free &= !mk_json_has (made, said[i]);
  mk_vec3 own = mk_box_size (l->group), size = mk_box_size (target);
  float times = GROUND_TIMES * fmaxf (own.x / fmaxf (size.x, 1e-3f), own.z / fmaxf (size.z, 1e-3f));
  if (!is_free || times <= GROUND_TIMES)
    return target;
  mk_trs *trs = &mk_scene_get_node (l->scene, root)->trs, before = *trs;
  trs->scale = mk_vec3_scale (trs->scale, times);
  trs->translation.y += target.min.y - mk_layout_box (l->scene, root).min.y;
  mk_box grown = mk_layout_box (l->scene, root);
  for (guint i = 0; i < l->obstacles->len; i++) {
    const mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    if (o->root != root && mk_boxes_overlap (grown, o->box)) { /* somebody is on it already, or stands where it would */
      *trs = before;
      return target;
    }
  }
  return grown;
}

static void
place_on (mk_layout *l, int root, mk_box target)
{
  target = grow_ground (l, root, target);
  mk_anchor anchor;
  mk_mat4 world;
  if (mk_layout_wear (l, root)) {
    mk_box own = mk_layout_box (l->scene, l->roots[0]);
    l->wish = (mk_vec3){ mk_box_middle (own).x, own.min.y, mk_box_middle (own).z };
    l->has_x = l->has_y = l->has_z = l->may_intersect = true;
    return;
  }
  l->carrier = l->ignored = root;
  if (perch (l, root, target))
    return;
  l->carrier_from_y = INFINITY;
  l->has_y = true;
  l->wish.y = target.max.y;
  if (find_anchor (l, root, MK_ANCHOR_ON, &anchor, &world)) {
    mk_box area = anchor_area (&anchor, world);
    turn_along (l, area);
    fit_group (l, area, NULL);
    limit_to (l, area);
    wish_xz (l, mk_box_middle (area));
    l->wish.y = area.min.y;
    l->carrier_from_y = area.min.y + 0.04f;
    return;
  }
  const mk_scene_node *carrier = mk_scene_get_node (l->scene, root);
  if (carrier->is_posed) { /* over the head of who sits, not over the knees */
    wish_xz (l, carrier->trs.translation);
    return;
  }
  mk_vec3 shrink = mk_vec3_scale (mk_box_size (target), 0.1f);
  fit_group (l, (mk_box){ mk_vec3_add (target.min, shrink), mk_vec3_sub (target.max, shrink) }, NULL);
  limit_to (l, (mk_box){ mk_vec3_add (target.min, shrink), mk_vec3_sub (target.max, shrink) });
  wish_xz (l, mk_box_middle (target));
}

static bool
lives (const mk_layout *l, int root)
{
  return mk_recipe_lives (mk_layout_info (l, root));
}

/* Who is in a car sits there, on the first seat that nobody has; false when there is none left. */
static bool
take_seat (mk_layout *l, int root)
{
  mk_anchor anchor;
  mk_mat4 world;
  if (l->n_roots != 1 || !lives (l, l->roots[0]) || !find_anchor (l, root, MK_ANCHOR_SEAT, &anchor, &world) || !mk_layout_is_free (l, mk_mat4_point (world, anchor.at)))
    return false;
  l->carrier = root;
  l->wish = mk_mat4_point (world, anchor.at);
  l->carrier_from_y = l->wish.y + 0.04f;
  l->has_x = l->has_z = l->may_intersect = true;
  return true;
}

static void
place_inside (mk_layout *l, int root, mk_box target)
{
  mk_anchor anchor;
  mk_mat4 world;
  l->ignored = root;
  l->has_y = true;
  if (take_seat (l, root))
    return;
  if (find_anchor (l, root, MK_ANCHOR_IN, &anchor, &world)) {
    mk_box area = anchor_area (&anchor, world);
    fit_group (l, area, &target);
    wish_xz (l, mk_box_middle (area));
    limit_to (l, area);
    l->wish.y = mk_layout_heap_floor (l, area, target);
    return;
  }
  fit_group (l, target, &target);
  mk_vec3 middle = mk_box_middle (target);
  l->may_intersect = true;
  wish_xz (l, middle);
  bool becomes = lives (l, root) && lives (l, l->roots[0]); /* the frog that a prince turns into stands where he stood */
  l->wish.y = becomes ? target.min.y : fmaxf (target.min.y, middle.y - mk_box_size (l->group).y / 2);
}

void
mk_layout_lift (mk_layout *l, int root, float by)
{
  mk_box base = mk_layout_box (l->scene, root);
  for (guint i = 0; i < l->obstacles->len; i++) {
    mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    mk_vec3 middle = mk_box_middle (o->box);
    bool is_carried = o->box.min.y >= base.max.y - 0.02f && middle.x > base.min.x && middle.x < base.max.x && middle.z > base.min.z && middle.z < base.max.z;
    if (o->root != root && !is_carried)
      continue;
    mk_scene_get_node (l->scene, o->root)->trs.translation.y += by;
    o->box = mk_box_shifted (o->box, (mk_vec3){ 0, by, 0 });
  }
}

#define FLOOR_M 0.02f /* a floor is so near to what the anchor says */

/* A glass dome has a floor of its own: what is under it is in it, where it fits. The ground at the foot of a trunk is none. */
static bool
has_floor (const mk_layout *l, int root, const mk_anchor *anchor, mk_mat4 world, mk_box target, mk_vec3 own)
{
  mk_box area = anchor_area (anchor, world);
  mk_vec3 middle = mk_box_middle (area);
  float high = anchor->height_m * mk_vec3_length (mk_mat4_direction (world, (mk_vec3){ 0, 1, 0 })), y;
  bool is_over = area.min.y > target.min.y + 0.01f && mk_layout_surface (l->scene, root, middle.x, middle.z, area.min.y + FLOOR_M, &y) && y > area.min.y - FLOOR_M;
  return is_over && own.y <= high && own.x <= area.max.x - area.min.x && own.z <= area.max.z - area.min.z;
}

static bool
is_furniture (const mk_layout *l, int root)
{
  const mk_recipe_info *info = mk_layout_info (l, root);
  return info != NULL && g_str_equal (info->category, "furniture");
}

/* Under a table there is room; under a thing that hovers, too; a thing on the ground is lifted onto this one. */
static void
place_under (mk_layout *l, int root, mk_box target, float gap)
{
  mk_anchor anchor;
  mk_mat4 world;
  mk_vec3 own = mk_box_size (l->group);
  l->has_y = true;
  bool is_meant = find_anchor (l, root, MK_ANCHOR_UNDER, &anchor, &world);
  mk_vec3 at;
  if (is_meant && has_floor (l, root, &anchor, world, target, own)) {
    place_inside (l, root, target);
    return;
  }
  if (target.min.y < own.y + gap && mk_layout_find_room (l, root, target, own, 0, &at)) {
    wish_xz (l, at);
    l->low = l->high = at;
    l->wish.y = at.y;
    l->ignored = root;
    return;
  }
  bool is_taller = mk_box_size (target).y > fmaxf (own.y, MK_LIFTABLE_M); /* a street lamp is not put onto a head */
  bool is_spared = lives (l, l->roots[0]) && is_furniture (l, root); /* nor a bed onto a cat */
  if ((is_meant || is_taller || is_spared) && target.min.y < 0.05f) { /* too tall for the table: before it */
    wish_xz (l, (mk_vec3){ mk_box_middle (target).x, 0, target.max.z + own.z / 2 + 0.02f });
    l->wish.y = target.min.y;
    return;
  }
  wish_xz (l, mk_box_middle (target));
  l->wish.y = 0;
  if (target.min.y < own.y + gap)
    mk_layout_lift (l, root, target.min.y < 0.05f && gap <= 0 ? own.y - target.min.y : own.y + gap - target.min.y);
}

/* The root whose surface carries `root`, or -1 for the ground or the air. */
static int
find_carrier (const mk_layout *l, int root, mk_box box)
{
  mk_vec3 middle = mk_box_middle (box), size = mk_box_size (box);
  if (box.min.y < 0.02f)
    return -1;
  for (guint i = 0; i < l->obstacles->len; i++) {
    const mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    float y;
    bool is_apart = o->root == root || o->box.min.x > box.max.x || o->box.max.x < box.min.x || o->box.min.z > box.max.z || o->box.max.z < box.min.z;
    for (int k = 0; k < 5 && !is_apart; k++) { /* the foot of a palm that leans is not under its middle, nor is an island level */
      float x = middle.x + (k == 1 ? 0.25f : k == 2 ? -0.25f : 0) * size.x, z = middle.z + (k == 3 ? 0.25f : k == 4 ? -0.25f : 0) * size.z;
      if (mk_layout_surface (l->scene, o->root, x, z, box.min.y + 0.02f, &y) && fabsf (y - box.min.y) < 0.03f)
        return o->root;
    }
  }
  return -1;
}

/* On the same table as its neighbour, when there is room for it. */
static void
share_carrier (mk_layout *l, int root, mk_box target, mk_vec3 at)
{
  int carrier = find_carrier (l, root, target);
  mk_anchor anchor;
  mk_mat4 world;
  if (l->has_y || carrier < 0 || !find_anchor (l, carrier, MK_ANCHOR_ON, &anchor, &world))
    return;
  mk_box area = anchor_area (&anchor, world);
  mk_vec3 half = mk_vec3_scale (mk_box_size (l->group), 0.5f);
  if (at.x - half.x < area.min.x || at.x + half.x > area.max.x || at.z - half.z < area.min.z || at.z + half.z > area.max.z)
    return;
  l->carrier = l->ignored = carrier;
  l->carrier_from_y = area.min.y + 0.04f;
  l->wish.y = area.min.y;
  l->has_y = true;
}

#define FLAT_SHARE 0.25f  /* as high as wide: a pond, a road; what stands before it does not hide it, nor is hidden */
#define ALONG_SHARE 0.8f  /* of a road's length that a row along it takes */
#define LONG_TIMES 2.0f   /* as long as wide: something goes along it */

/* Scenery that lies on the ground. */
static bool
is_flat_set (const mk_layout *l, int root, mk_box target)
{
  const mk_recipe_info *info = mk_layout_info (l, root);
  mk_vec3 size = mk_box_size (target);
  return info != NULL && info->is_set && size.y < FLAT_SHARE * fmaxf (size.x, size.z);
}

/* A row of lamps beside a road goes along it. */
static void
go_along (mk_layout *l, mk_box target)
{
  mk_vec3 size = mk_box_size (target);
  bool is_row = l->arrange < 0 || l->arrange == MK_ARRANGE_ROW || l->arrange == MK_ARRANGE_LINE;
  if (l->n_roots < 3 || !is_row || size.z < LONG_TIMES * size.x)
    return;
  float deep = 0;
  for (unsigned i = 0; i < l->n_roots; i++)
    deep = fmaxf (deep, l->items[i].size.z);
  float spacing = l->spacing_m >= 0 ? l->spacing_m : fmaxf (0.3f * deep, ALONG_SHARE * size.z / (float)(l->n_roots - 1) - deep);
  mk_layout_arrange (l->items, l->n_roots, MK_ARRANGE_COLUMN, spacing, l->scene->seed);
  mk_layout_bound (l);
}

#define LOOSEST 0.8f /* of a gap that nobody named, on top of it */
#define ASIDE 0.15f  /* of what it stands at */

/* What a seed decides where words say no more than "beside": seed 0 puts everything close and in line, and the last of many is far enough aside. */
typedef struct {
  float gap;   /* times */
  float aside; /* of the target's size, along it */
} leeway;

static leeway
leeway_of (const mk_layout *l)
{
  if (l->scene->seed == 0 || l->n_roots > 1)
    return (leeway){ 1, 0 };
  mk_rng rng = mk_rng_new (l->scene->seed, 0x6c656577u + (uint64_t)l->roots[0]);
  float gap = 1 + LOOSEST * mk_rng_float (&rng);
  return (leeway){ gap, mk_rng_range (&rng, -ASIDE, ASIDE) };
}

static void
place_side (mk_layout *l, mk_relation r, int root, mk_box target, float gap, leeway free_to)
{
  if ((r == MK_PLACE_BESIDE || r == MK_PLACE_NEAR) && is_flat_set (l, root, target)) {
    go_along (l, target);
    r = mk_box_size (target).x > mk_box_size (target).z ? MK_PLACE_FRONT : r; /* a house by a lake has it behind */
  }
  mk_layout_shelter (l, root, target);
  mk_vec3 own = mk_box_size (l->group), middle = mk_box_middle (target);
  mk_vec3 right = { target.max.x + gap + own.x / 2, 0, middle.z }, left = { target.min.x - gap - own.x / 2, 0, middle.z };
  bool is_left = r == MK_PLACE_LEFT;
  if (r == MK_PLACE_BESIDE || r == MK_PLACE_NEAR || r == MK_PLACE_AGAINST) { /* whichever side is free, the right one first */
    l->ignored = -1;
    is_left = !mk_layout_is_free (l, right) && mk_layout_is_free (l, left);
  }
  bool is_in_line = r == MK_PLACE_FRONT || r == MK_PLACE_BEHIND;
  middle.x += is_in_line ? free_to.aside * mk_box_size (target).x : 0;
  middle.z += is_in_line ? 0 : free_to.aside * mk_box_size (target).z;
  if (is_in_line) {
    float z = r == MK_PLACE_FRONT ? target.max.z + gap + own.z / 2 : target.min.z - gap - own.z / 2;
    l->wish.z = z;
    l->has_z = true;
    *(r == MK_PLACE_FRONT ? &l->low.z : &l->high.z) = z;
    wish_xz (l, middle);
  } else {
    l->wish.x = is_left ? left.x : right.x;
    l->has_x = true;
    if (r == MK_PLACE_LEFT || r == MK_PLACE_RIGHT)
      *(is_left ? &l->high.x : &l->low.x) = l->wish.x;
    wish_xz (l, middle);
  }
  share_carrier (l, root, target, l->wish);
  if (l->scene->sky.kind == MK_SKY_SPACE && !l->has_y) /* nothing stands: middles are level */
    l->wish.y = middle.y - own.y / 2;
}

/* Room between two neighbours that stand side by side too near to each other: they step aside. */
static void
make_room (mk_layout *l, int a, int b, float middle_x)
{
  mk_box left = mk_layout_box (l->scene, a), right = mk_layout_box (l->scene, b);
  bool is_swapped = left.min.x > right.min.x;
  mk_box *first = is_swapped ? &right : &left, *second = is_swapped ? &left : &right;
  float need = 1.2f * mk_box_size (l->group).x + 0.02f - (second->min.x - first->max.x);
  if (need <= 0 || first->max.z < second->min.z || second->max.z < first->min.z)
    return;
  for (guint i = 0; i < l->obstacles->len; i++) {
    mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    float by = mk_box_middle (o->box).x < middle_x ? -need / 2 : need / 2;
    if (o->root == a || o->root == b) {
      mk_scene_get_node (l->scene, o->root)->trs.translation.x += by;
      o->box = mk_box_shifted (o->box, (mk_vec3){ by, 0, 0 });
    }
  }
  l->wish.x = (first->max.x + second->min.x) / 2;
}

static void
place_between (mk_layout *l, const GArray *targets)
{
  mk_vec3 sum = { 0, 0, 0 };
  int first = g_array_index (targets, int, 0), last = g_array_index (targets, int, targets->len - 1);
  for (guint i = 0; i < targets->len; i++)
    sum = mk_vec3_add (sum, mk_box_middle (mk_layout_box (l->scene, g_array_index (targets, int, i))));
  sum = mk_vec3_scale (sum, 1 / (float)targets->len);
  wish_xz (l, sum);
  l->has_x = l->has_z = true;
  if (targets->len == 2)
    make_room (l, first, last, sum.x);
  mk_box box = mk_layout_box (l->scene, first), other = mk_layout_box (l->scene, last);
  if (find_carrier (l, first, box) == find_carrier (l, last, other)) /* both on one table */
    share_carrier (l, first, box, l->wish);
}

/* Over a thing. What is built over flat scenery stands on both sides of it: a bridge over a river. */
static void
place_above (mk_layout *l, mk_box target, float gap)
{
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  bool spans = info != NULL && g_str_equal (info->category, "building") && mk_box_size (target).y < 0.5f * mk_box_size (l->group).y && target.min.y < 0.1f;
  wish_xz (l, mk_box_middle (target));
  l->wish.y = spans ? 0 : target.max.y + gap;
  l->may_intersect |= spans;
  l->has_y = true;
}

/* In the hands of a person, whichever way that one faces; beside whoever has none. */
static void
place_held (mk_layout *l, int root, mk_box target, float gap)
{
  mk_vec3 at, forward = mk_quat_rotate (mk_scene_get_node (l->scene, root)->trs.rotation, (mk_vec3){ 0, 0, 1 });
  mk_trs *own = &mk_scene_get_node (l->scene, l->roots[0])->trs;
  own->rotation = mk_quat_mul (mk_hold_turn (l->stage, l->scene, root, l->roots[0], mk_box_size (l->group)), own->rotation);
  if (!mk_hold_find (l->stage, l->scene, root, l->roots[0], mk_box_size (l->group), &at)) {
    place_side (l, MK_PLACE_BESIDE, root, target, gap, (leeway){ 1, 0 });
    return;
  }
  l->wish = at;
  l->has_x = l->has_y = l->has_z = l->may_intersect = true;
  l->face = mk_vec3_add (at, mk_vec3_scale (forward, 1e6f));
  l->has_face = true;
}

#define OVERLOOKED_TIMES 1.2f /* as high as who looks at it from before it: it is still seen */

void
mk_layout_relate (mk_layout *l, mk_relation r, const GArray *targets, float distance)
{
  mk_box box = MK_BOX_EMPTY;
  int root = g_array_index (targets, int, 0);
  for (guint i = 0; i < targets->len; i++)
    box = mk_box_union (box, mk_layout_box (l->scene, g_array_index (targets, int, i)));
  if (mk_box_is_empty (box))
    box = (mk_box){ { 0, 0, 0 }, { 0, 0, 0 } };
  mk_vec3 middle = mk_box_middle (box);
  float gap = distance >= 0 ? distance : r == MK_PLACE_AGAINST ? 2 * MK_TOUCH_M : r == MK_PLACE_NEAR ? 0.5f * mk_layout_gap (l, box) : mk_layout_gap (l, box);
  float tuck = distance < 0 && targets->len == 1 && (r == MK_PLACE_AROUND || r == MK_PLACE_BEHIND) ? tuck_of (l, root) : 0;
  if (tuck > 0 && r == MK_PLACE_BEHIND) {
    place_side (l, r, root, box, -tuck, (leeway){ 1, 0 });
    l->ignored = root;
    return;
  }
  switch (r) {
  case MK_PLACE_ON:
    place_on (l, root, box);
    break;
  case MK_PLACE_INSIDE:
    place_inside (l, root, box);
    break;
  case MK_PLACE_UNDER:
    place_under (l, root, box, distance >= 0 ? distance : 0);
    break;
  case MK_PLACE_BELOW:
    place_under (l, root, box, gap);
    break;
  case MK_PLACE_ABOVE:
    place_above (l, box, gap);
    break;
  case MK_PLACE_BETWEEN:
    place_between (l, targets);
    break;
  case MK_PLACE_AROUND:
    if (tuck > 0) {
      arrange_at_table (l, box, tuck);
      l->face = l->has_face ? l->face : middle;
      l->has_face = true;
    } else
      arrange_around (l, box, gap);
    mk_layout_bound (l);
    wish_xz (l, middle);
    l->has_x = l->has_z = true;
    l->ignored = targets->len == 1 ? root : -1;
    break;
  case MK_PLACE_FAR:
    wish_xz (l, (mk_vec3){ middle.x + 2 * (distance >= 0 ? distance : 3 * mk_box_size (box).x), 0, middle.z - (distance >= 0 ? distance : 6 * fmaxf (mk_box_size (box).x, 1)) });
    break;
  case MK_PLACE_FACING:
    if (!lives (l, root) && mk_box_size (box).y > OVERLOOKED_TIMES * mk_box_size (l->group).y) /* chairs before a stage, a man before a wall */
      place_side (l, MK_PLACE_FRONT, root, box, distance < 0 ? front_gap (l, root, box, gap) : gap, (leeway){ 1, 0 });
    l->face = middle;
    l->has_face = true;
    break;
  case MK_PLACE_CENTER:
  case MK_PLACE_ALOFT:
    break;
  case MK_PLACE_WRITTEN:
    mk_layout_write (l, root, box);
    break;
  case MK_PLACE_HUNG:
    mk_layout_hang (l, root, box);
    break;
  case MK_PLACE_HELD:
    place_held (l, root, box, gap);
    break;
  default: {
    leeway free_to = distance >= 0 || r == MK_PLACE_AGAINST ? (leeway){ 1, 0 } : leeway_of (l);
    place_side (l, r, root, box, free_to.gap * (r == MK_PLACE_FRONT && distance < 0 ? front_gap (l, root, box, gap) : gap), free_to);
  }
  }
}

