/* Do things go through each other, at any of N_MOMENTS, and does something carry them at the first? By triangles. */
#include <string.h>

#include "scene/inspect.h"
#include "scene/layout.h"
#include "scene/motion.h"

#define TOLERANCE_M 0.012f     /* pressed together by less: cloth, grass, paint */
#define TOLERANCE_SHARE 0.04f  /* and by less than this share of the smaller thing */
#define MAX_PROBES 160         /* corners of a thing that are tried */
#define GAP_M 0.03f
#define TOUCH_M 0.08f          /* hands that catch, arms around a back: clothes and bellies give way */
#define TUMBLE_M 0.025f        /* what physics lets fall on each other is rounder for it than it is */
#define N_MOMENTS 5            /* first, three between, last */

static const char *
text_of (const mk_json *object, const char *key)
{
  return mk_json_get_string (mk_json_get (object, key));
}

static float
extent_of (mk_box box)
{
  return fminf (box.max.x - box.min.x, fminf (box.max.y - box.min.y, box.max.z - box.min.z));
}

static mk_box
common_of (mk_box a, mk_box b)
{
  return (mk_box){ { fmaxf (a.min.x, b.min.x), fmaxf (a.min.y, b.min.y), fmaxf (a.min.z, b.min.z) }, { fminf (a.max.x, b.max.x), fminf (a.max.y, b.max.y), fminf (a.max.z, b.max.z) } };
}

/* --- points in things --- */

/* Crossings of a ray from `p` along one axis (0, 1, 2 = +x, +y, +z) with a mesh, and the nearest of them. */
static unsigned
crossings (const mk_mesh *mesh, const mk_vec3 *at, mk_vec3 p, int axis, float *nearest)
{
  int u = (axis + 1) % 3, v = (axis + 2) % 3;
  const float *o = &p.x;
  unsigned n = 0;
  for (uint32_t i = 0; i + 2 < mesh->n_indices; i += 3) {
    const float *a = &at[mesh->indices[i]].x, *b = &at[mesh->indices[i + 1]].x, *c = &at[mesh->indices[i + 2]].x;
    float area = (b[u] - a[u]) * (c[v] - a[v]) - (c[u] - a[u]) * (b[v] - a[v]);
    if (fabsf (area) < 1e-12f)
      continue;
    float s = ((o[u] - a[u]) * (c[v] - a[v]) - (c[u] - a[u]) * (o[v] - a[v])) / area;
    float t = ((b[u] - a[u]) * (o[v] - a[v]) - (o[u] - a[u]) * (b[v] - a[v])) / area;
    if (s < 0 || t < 0 || s + t > 1)
      continue;
    float distance = a[axis] + s * (b[axis] - a[axis]) + t * (c[axis] - a[axis]) - o[axis];
    if (distance > 0)
      n++;
    if (fabsf (distance) < *nearest)
      *nearest = fabsf (distance);
  }
  return n;
}

/* A thing's pieces in world space. */
typedef struct {
  const mk_mesh *mesh;
  mk_vec3 *at;
  mk_box box;
} piece;

static void
piece_clear (void *data)
{
  g_free (((piece *)data)->at);
}

static GArray *
pieces_of (const mk_inspection *in, const mk_pose *pose, int root)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (piece));
  g_array_set_clear_func (pieces, piece_clear);
  for (int i = root; i < (int)in->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (in->scene, i);
    if (node->is_hidden || node->n_parts == 0 || !mk_scene_is_within (in->scene, i, root))
      continue;
    g_autofree mk_mat4 *joints = node->skin >= 0 ? mk_skin_matrices (in->scene, pose, node->skin) : NULL;
    for (unsigned k = 0; k < node->n_parts; k++) {
      piece own = { node->parts[k].mesh, g_new (mk_vec3, node->parts[k].mesh->n_vertices + 1), MK_BOX_EMPTY };
      for (uint32_t v = 0; v < own.mesh->n_vertices; v++) {
        own.at[v] = joints != NULL && own.mesh->joints != NULL ? mk_mesh_skinned_point (own.mesh, v, joints) : mk_mat4_point (pose->world[i], own.mesh->positions[v]);
        own.box = mk_box_add_point (own.box, own.at[v]);
      }
      g_array_append_val (pieces, own);
    }
  }
  return pieces;
}

static bool
is_in_box (mk_box box, mk_vec3 p)
{
  return p.x >= box.min.x && p.x <= box.max.x && p.y >= box.min.y && p.y <= box.max.y && p.z >= box.min.z && p.z <= box.max.z;
}

/* How deep a point is in a thing: 0 outside. Inside means an odd number of walls in all three directions. */
static float
depth_in (const GArray *pieces, mk_vec3 p)
{
  for (guint i = 0; i < pieces->len; i++) {
    const piece *own = &g_array_index (pieces, piece, i);
    if (!is_in_box (own->box, p))
      continue;
    float nearest = INFINITY;
    bool is_in = true;
    for (int axis = 0; axis < 3 && is_in; axis++)
      is_in = crossings (own->mesh, own->at, p, axis, &nearest) % 2 == 1;
    if (is_in)
      return nearest;
  }
  return 0;
}

/* The deepest of a thing's corners in the other: of MAX_PROBES, spread over those where the two boxes meet. */
static float
deepest (const GArray *who, const GArray *in, mk_box common)
{
  float worst = 0;
  unsigned n_in = 0, at = 0;
  for (int pass = 0; pass < 2; pass++) {
    unsigned step = 1 + n_in / MAX_PROBES;
    for (guint i = 0; i < who->len; i++) {
      const piece *own = &g_array_index (who, piece, i);
      for (uint32_t v = 0; v < own->mesh->n_vertices; v++) {
        if (!is_in_box (common, own->at[v]))
          continue;
        n_in += pass == 0;
        if (pass == 1 && at++ % step == 0) /* off the edges that rays would run along */
          worst = fmaxf (worst, depth_in (in, mk_vec3_add (own->at[v], (mk_vec3){ 1.3e-5f, 2.1e-5f, 1.7e-5f })));
      }
    }
  }
  return worst;
}

/* --- intersections --- */

static bool
is_one_heap (const mk_inspected *a, const mk_inspected *b)
{
  const char *arrange = text_of (a->command, "arrange");
  return a->command == b->command && (g_str_equal (arrange, "pile") || g_str_equal (arrange, "pyramid"));
}

static bool
is_scenery (const mk_inspected *thing)
{
  return thing->info != NULL && thing->info->is_set;
}

/* A hat goes down over a head, and a scarf around a neck. */
static bool
is_worn_by (const mk_inspection *in, const mk_inspected *what, const mk_inspected *who)
{
  bool is_perched = who->info != NULL && g_str_equal (who->info->category, "person"); /* a parrot, a child, a basket: among hair and hats */
  bool is_worn = what->info != NULL && (what->info->worn.on != NULL || is_perched) && extent_of (common_of (what->box, who->box)) > 0;
  return is_worn && mk_inspect_is_placed (in, what, "on", mk_scene_get_node (in->scene, who->root)->id);
}

/* A watering can over flowers, a knife in a tomato, a sword at a shield: a tool in the hands of who has the other before them or there too. */
static bool
is_worked_with (const mk_inspection *in, const mk_inspected *tool, const mk_inspected *what)
{
  bool is_used = false;
  for (guint i = 0; i < in->things->len && !is_used; i++) {
    const char *id = mk_scene_get_node (in->scene, g_array_index (in->things, mk_inspected, i).root)->id;
    is_used = mk_inspect_is_placed (in, tool, "held", id) && (mk_inspect_is_placed (in, what, "front", id) || mk_inspect_is_placed (in, what, "held", id));
  }
  return is_used;
}

static bool
may_meet (const mk_inspection *in, const mk_inspected *a, const mk_inspected *b)
{
  const char *id_a = mk_scene_get_node (in->scene, a->root)->id, *id_b = mk_scene_get_node (in->scene, b->root)->id;
  if (is_scenery (a) || is_scenery (b) || is_one_heap (a, b) || is_worn_by (in, a, b) || is_worn_by (in, b, a) || mk_json_has (a->command, "position") || mk_json_has (b->command, "position") ||
      mk_inspect_is_placed (in, a, "aloft", NULL) || mk_inspect_is_placed (in, b, "aloft", NULL))
    return true;
  bool are_together = a->command == b->command && mk_inspect_is_placed (in, a, "inside", NULL); /* roses in a vase */
  return are_together || mk_inspect_is_placed (in, a, "inside", id_b) || mk_inspect_is_placed (in, b, "inside", id_a) ||
         mk_inspect_is_placed (in, a, "held", id_b) || mk_inspect_is_placed (in, b, "held", id_a) || is_worked_with (in, a, b) || is_worked_with (in, b, a) ||
         (mk_inspect_is_placed (in, a, NULL, id_b) && mk_inspect_picks (in, id_b)) || (mk_inspect_is_placed (in, b, NULL, id_a) && mk_inspect_picks (in, id_a));
}

/* What somebody holds who sits there: knitting between the arms of a chair. */
static bool
is_held_on (const mk_inspection *in, const mk_inspected *what, const char *seat)
{
  for (guint i = 0; i < in->things->len; i++) {
    const mk_inspected *who = &g_array_index (in->things, mk_inspected, i);
    if (mk_inspect_is_placed (in, what, "held", mk_scene_get_node (in->scene, who->root)->id) && mk_inspect_is_placed (in, who, "on", seat))
      return true;
  }
  return false;
}

static bool
is_of (const mk_inspected *thing, const char *category)
{
  return thing->info != NULL && g_str_equal (thing->info->category, category);
}

#define ASTRIDE_M 0.22f /* coats and skirts fall over a horse's back */
#define SEATED_M 0.1f   /* thighs are soft */
#define FOUNDED_M 0.3f  /* a lighthouse has its foundations in the rock */

static float
depth_on (const mk_inspection *in, const mk_inspected *who, const mk_inspected *carrier)
{
  if (mk_inspect_is_seated (in, who))
    return is_of (carrier, "animal") ? ASTRIDE_M : SEATED_M;
  return is_of (who, "building") && is_of (carrier, "nature") ? FOUNDED_M : 0.02f; /* on a cake, on grass: it sinks in a little */
}

/* How deep two may be in each other because they are meant to meet. */
static float
wanted_contact (const mk_inspection *in, const mk_inspected *a, const mk_inspected *b)
{
  const char *id_a = mk_scene_get_node (in->scene, a->root)->id, *id_b = mk_scene_get_node (in->scene, b->root)->id;
  if (mk_inspect_makes_meet (in, id_a, id_b))
    return TOUCH_M;
  if (mk_inspect_is_placed (in, a, "on", id_b) || mk_inspect_lands_on (in, id_a, id_b))
    return depth_on (in, a, b);
  if (mk_inspect_is_placed (in, b, "on", id_a) || mk_inspect_lands_on (in, id_b, id_a))
    return depth_on (in, b, a);
  if (is_held_on (in, a, id_b) || is_held_on (in, b, id_a))
    return SEATED_M;
  return mk_inspect_tumbles (in, id_a) && mk_inspect_tumbles (in, id_b) ? TUMBLE_M : 0;
}

/* True when something is said of the pair. */
static bool
inspect_pair (mk_inspection *in, const mk_pose *pose, const mk_inspected *a, const mk_inspected *b, mk_box box_a, mk_box box_b)
{
  mk_box common = common_of (box_a, box_b);
  float tolerance = fmaxf (TOLERANCE_M, TOLERANCE_SHARE * fminf (extent_of (a->box), extent_of (b->box)));
  if (extent_of (common) < tolerance || may_meet (in, a, b))
    return false;
  g_autoptr (GArray) of_a = pieces_of (in, pose, a->root), of_b = pieces_of (in, pose, b->root);
  float contact = wanted_contact (in, a, b);
  tolerance = fmaxf (contact > 0 && contact != TUMBLE_M ? 2 * tolerance : tolerance, contact);
  float depth = fmaxf (deepest (of_a, of_b, common), deepest (of_b, of_a, common));
  if (depth > tolerance)
    mk_inspect_note (in, MK_FINDING_INTERSECTION, "%s is %.3g cm inside %s", mk_inspect_name (in, a->root), (double)(100 * depth), mk_inspect_name (in, b->root));
  return depth > tolerance;
}

/* Both may have moved since; each pair is reported once. */
static void
inspect_pairs (mk_inspection *in)
{
  guint n = in->things->len;
  g_autofree bool *is_said = g_new0 (bool, (gsize)n * n + 1);
  g_autofree mk_box *boxes = g_new (mk_box, n + 1);
  for (int m = 0; m < (in->scene->tracks->len > 0 ? N_MOMENTS : 1); m++) {
    g_autoptr (mk_pose) pose = mk_pose_new (in->scene, (double)in->scene->duration_s * m / (N_MOMENTS - 1));
    for (guint i = 0; i < n; i++) {
      int root = g_array_index (in->things, mk_inspected, i).root;
      boxes[i] = pose->opacity[root] > 0.01f ? mk_scene_bounds (in->scene, pose, root) : MK_BOX_EMPTY;
    }
    for (guint i = 0; i < n; i++)
      for (guint k = i + 1; k < n; k++)
        if (!is_said[i * n + k])
          is_said[i * n + k] = inspect_pair (in, pose, &g_array_index (in->things, mk_inspected, i), &g_array_index (in->things, mk_inspected, k), boxes[i], boxes[k]);
  }
}

/* --- floating --- */

#define WRITTEN_M 0.05f /* letters stand out so far from a curved side, at most */

/* Words on a side of what bears them. */
static bool
is_written (const mk_inspection *in, const mk_inspected *thing)
{
  mk_box around = { mk_vec3_sub (thing->box.min, (mk_vec3){ WRITTEN_M, WRITTEN_M, WRITTEN_M }), mk_vec3_add (thing->box.max, (mk_vec3){ WRITTEN_M, WRITTEN_M, WRITTEN_M }) };
  bool is_near = false;
  for (guint i = 0; i < in->things->len && !is_near; i++) {
    const mk_inspected *bearer = &g_array_index (in->things, mk_inspected, i);
    is_near = mk_inspect_is_placed (in, thing, "written", mk_scene_get_node (in->scene, bearer->root)->id) && extent_of (common_of (around, bearer->box)) > 0;
  }
  return is_near;
}

static bool
is_worn (const mk_inspection *in, const mk_inspected *thing)
{
  for (guint i = 0; i < in->things->len; i++)
    if (is_worn_by (in, thing, &g_array_index (in->things, mk_inspected, i)))
      return true;
  return false;
}

/* Something moves it: it is juggled, handed over, carried. */
static bool
has_way (const mk_inspection *in, const mk_inspected *thing)
{
  return mk_node_tracks_find (in->scene, thing->root).tracks[MK_TRACK_TRANSLATION] != NULL;
}

static bool
hangs_by_wish (const mk_inspection *in, const mk_inspected *thing)
{
  if (thing->info != NULL && (thing->info->hover_m > 0 || is_scenery (thing)))
    return true;
  if (in->scene->sky.kind == MK_SKY_SPACE || mk_json_has (thing->command, "position") || mk_inspect_moves (in, thing) || has_way (in, thing))
    return true;
  return mk_inspect_is_placed (in, thing, "aloft", NULL) || mk_inspect_is_placed (in, thing, "above", NULL) || mk_inspect_is_placed (in, thing, "inside", NULL) || mk_inspect_is_placed (in, thing, "held", NULL) || mk_inspect_is_placed (in, thing, "hung", NULL) ||
         is_written (in, thing) || is_worn (in, thing);
}

/* The highest surface below a thing's lowest corners, of anything but itself. */
static float
support_under (const mk_inspection *in, const mk_inspected *thing, float from_y)
{
  float best = -INFINITY, y;
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (thing->box.min, thing->box.max), 0.5f);
  mk_vec3 half = mk_vec3_scale (mk_vec3_sub (thing->box.max, thing->box.min), 0.5f);
  for (int i = 0; i < (int)in->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (in->scene, i);
    if (node->parent >= 0 || i == thing->root || node->is_hidden || node->camera >= 0 || node->light >= 0)
      continue;
    const char *arrange = text_of (thing->command, "arrange");
    bool is_heap = node->command >= 0 && mk_json_at (in->scene->commands, (size_t)node->command) == thing->command && (g_str_equal (arrange, "pile") || g_str_equal (arrange, "pyramid"));
    mk_box other = is_heap ? mk_scene_bounds (in->scene, in->pose, i) : MK_BOX_EMPTY;
    if (is_heap && other.max.y > best && other.min.y < thing->box.min.y && other.min.x < thing->box.max.x && thing->box.min.x < other.max.x && other.min.z < thing->box.max.z && thing->box.min.z < other.max.z)
      best = fmaxf (best, fminf (other.max.y, thing->box.min.y)); /* in a heap things rest in the gaps of those below */
    for (int k = 0; k < 9; k++) {
      float x = middle.x + 0.45f * (float)(k % 3 - 1) * half.x, z = middle.z + 0.45f * (float)(k / 3 - 1) * half.z;
      if (mk_layout_surface (in->scene, i, x, z, from_y, &y))
        best = fmaxf (best, y);
    }
  }
  return best;
}

static void
inspect_support (mk_inspection *in, const mk_inspected *thing)
{
  bool has_ground = false;
  for (guint i = 0; i < in->scene->nodes->len; i++)
    has_ground |= mk_scene_get_node (in->scene, (int)i)->is_ground;
  if (!has_ground || thing->box.min.y < GAP_M || hangs_by_wish (in, thing))
    return;
  mk_inspected seated = *thing;
  if (mk_inspect_is_seated (in, thing)) { /* who sits is carried there, and was put there before the mount turned */
    mk_vec3 at = mk_scene_get_node (in->scene, thing->root)->trs.translation;
    seated.box = (mk_box){ at, { at.x, at.y + 1, at.z } };
  }
  float gap = seated.box.min.y - support_under (in, &seated, seated.box.min.y + GAP_M);
  if (gap > GAP_M + 0.02f * (thing->box.max.y - thing->box.min.y))
    mk_inspect_note (in, MK_FINDING_FLOATING, "%s hangs %.3g m above what is below it", mk_inspect_name (in, thing->root), (double)gap);
}

void
mk_inspect_touch (mk_inspection *in)
{
  for (guint i = 0; i < in->things->len; i++) {
    const mk_inspected *thing = &g_array_index (in->things, mk_inspected, i);
    inspect_support (in, thing);
  }
  inspect_pairs (in);
}
