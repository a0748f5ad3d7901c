/* Is what was named in the picture, and do relations hold as the camera sees them? */
#include <string.h>

#include "scene/camera.h"
#include "scene/inspect.h"

#define N_MOMENTS 13
#define SEEN_PART 0.03f /* one of its 27 points: the middle of the top that a coin lies on */

static const char *
text_of (const mk_json *object, const char *key)
{
  return mk_json_get_string (mk_json_get (object, key));
}

static mk_vec3
middle_of (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

/* --- the picture --- */

/* Where a point is in the picture: x and y from -1 to 1 within it; false behind the camera. */
static bool
project (const mk_inspection *in, const mk_pose *pose, mk_vec3 p, float *x, float *y)
{
  mk_mat4 view = mk_mat4_inverse (pose->world[in->scene->active_camera]);
  mk_vec3 q = mk_mat4_point (view, p);
  float tangent = tanf (pose->camera_yfov_rad / 2);
  if (q.z > -1e-4f)
    return false;
  *x = q.x / (-q.z * tangent * in->aspect);
  *y = q.y / (-q.z * tangent);
  return true;
}

/* The share of a box's 27 points that are in the picture. */
static float
share_in_frame (const mk_inspection *in, const mk_pose *pose, mk_box box)
{
  unsigned n = 0;
  for (int i = 0; i < 27; i++) {
    float x, y;
    mk_vec3 p = { box.min.x + 0.5f * (float)(i % 3) * (box.max.x - box.min.x), box.min.y + 0.5f * (float)(i / 3 % 3) * (box.max.y - box.min.y), box.min.z + 0.5f * (float)(i / 9) * (box.max.z - box.min.z) };
    n += project (in, pose, p, &x, &y) && fabsf (x) <= 1.02f && fabsf (y) <= 1.02f;
  }
  return (float)n / 27;
}

/* Ids that shots are told to show; NULL when some shot shows all. */
static const mk_json *
shown_by (const mk_json *command)
{
  return g_str_equal (text_of (command, "op"), "camera") ? mk_json_get (command, "targets") : NULL;
}

static bool
has_targets (const mk_inspection *in)
{
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++)
    if (mk_json_length (shown_by (mk_json_at (in->scene->commands, i))) > 0)
      return true;
  return false;
}

static bool
is_to_be_seen (const mk_inspection *in, const mk_inspected *thing)
{
  const char *id = mk_scene_get_node (in->scene, thing->root)->id;
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *targets = shown_by (mk_json_at (in->scene->commands, i));
    for (size_t k = 0; k < mk_json_length (targets); k++) {
      const char *target = mk_json_get_string (mk_json_at (targets, k));
      size_t n = strcspn (target, "/");
      if (strncmp (target, id, n) == 0 && (id[n] == 0 || id[n] == '.'))
        return true;
    }
  }
  /* Scenery fills the picture from behind; a close shot of a crowd shows some of it. */
  return !has_targets (in) && !(thing->info != NULL && thing->info->is_set) && mk_json_get_int (mk_json_get (thing->command, "count")) <= 12;
}

static bool
has_close_shot (const mk_inspection *in)
{
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    const char *shot = text_of (command, "shot");
    if (g_str_has_suffix (shot, "close-up") || g_str_equal (shot, "medium") || g_str_equal (shot, "over-the-shoulder") || mk_json_has (command, "position"))
      return true;
  }
  return false;
}

/* Of a table that carries something, a sofa that somebody is on, it is enough to see where. */
static bool
is_furniture (const mk_inspection *in, const mk_inspected *thing)
{
  const char *id = mk_scene_get_node (in->scene, thing->root)->id;
  bool carries = thing->info != NULL && thing->info->carries;
  for (guint i = 0; i < in->things->len && !carries; i++)
    carries = mk_inspect_is_placed (in, &g_array_index (in->things, mk_inspected, i), "on", id);
  return carries && thing->info != NULL && g_str_equal (thing->info->category, "furniture");
}

void
mk_inspect_frame (mk_inspection *in)
{
  if (in->scene->active_camera < 0)
    return;
  g_autofree float *best = g_new0 (float, in->things->len + 1);
  double end = (double)in->scene->duration_s;
  for (int m = 0; m < N_MOMENTS; m++) {
    g_autoptr (mk_pose) pose = mk_pose_new (in->scene, end * m / (N_MOMENTS - 1));
    for (guint i = 0; i < in->things->len; i++) {
      int root = g_array_index (in->things, mk_inspected, i).root;
      best[i] = fmaxf (best[i], share_in_frame (in, pose, mk_scene_bounds (in->scene, pose, root)));
    }
  }
  bool is_close = has_close_shot (in);
  float least = is_close ? 0.05f : 0.5f;
  g_autoptr (GArray) subjects = mk_framing_subjects (in->stage, in->scene);
  g_autoptr (GArray) backdrops = mk_framing_backdrops (in->scene, subjects, 0, end, N_MOMENTS);
  g_autoptr (GArray) giants = mk_framing_giants (in->stage, in->scene, subjects, 0);
  for (guint i = 0; i < in->things->len; i++) {
    const mk_inspected *thing = &g_array_index (in->things, mk_inspected, i);
    bool is_meant = !is_close || i == 0 || has_targets (in); /* a close shot of nobody in particular shows the first */
    is_meant &= has_targets (in) || mk_framing_has (subjects, thing->root);
    bool is_seen_in_part = is_furniture (in, thing) || mk_framing_has (backdrops, thing->root) || mk_framing_has (giants, thing->root);
    if (best[i] < (is_seen_in_part ? SEEN_PART : least) && is_meant && is_to_be_seen (in, thing))
      mk_inspect_note (in, MK_FINDING_FRAME, "%s is never in the picture by more than %.0f %%", mk_inspect_name (in, thing->root), (double)(100 * best[i]));
  }
}

/* --- relations --- */

#define WATER_DEEP_M 20.0f /* what swims on a lake is under its surface too */

static mk_box
box_of_targets (const mk_inspection *in, const mk_pose *pose, const mk_json *targets, const mk_inspected *who, unsigned *n)
{
  mk_box box = MK_BOX_EMPTY;
  *n = 0;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (in->scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    for (guint k = 0; found != NULL && k < found->len; k++) {
      int node = g_array_index (found, int, k);
      if (node == who->root)
        continue;
      g_autoptr (GArray) water = mk_object_find_parts (in->scene, node, "water");
      box = mk_box_union (box, mk_scene_bounds (in->scene, pose, node));
      box.min.y -= water->len > 0 ? WATER_DEEP_M : 0;
      ++*n;
    }
  }
  return box;
}

/* Left and right count as a camera sees them that stands where the default one does: before the scene. What has turned
 * to set off is longer than it was: its middle counts. */
static bool
holds_aside (mk_box a, mk_box b, bool is_left, bool is_setting_off)
{
  float slack = is_setting_off ? 0.5f * (a.max.x - a.min.x + b.max.x - b.min.x) : 0.02f + 0.05f * fminf (a.max.x - a.min.x, b.max.x - b.min.x);
  return is_left ? a.max.x <= b.min.x + slack : a.min.x >= b.max.x - slack;
}

static bool
is_over (mk_box a, mk_box b)
{
  mk_vec3 middle = middle_of (a);
  return middle.x >= b.min.x - 0.02f && middle.x <= b.max.x + 0.02f && middle.z >= b.min.z - 0.02f && middle.z <= b.max.z + 0.02f;
}

static float
gap_between (mk_box a, mk_box b)
{
  float x = fmaxf (0, fmaxf (a.min.x - b.max.x, b.min.x - a.max.x)), z = fmaxf (0, fmaxf (a.min.z - b.max.z, b.min.z - a.max.z));
  return hypotf (x, z);
}

static bool
relation_holds (const char *relation, mk_box a, mk_box b, unsigned n_targets, float distance, bool is_setting_off)
{
  mk_vec3 at = middle_of (a), to = middle_of (b);
  float size = fmaxf (fmaxf (a.max.x - a.min.x, a.max.z - a.min.z), fmaxf (b.max.x - b.min.x, b.max.z - b.min.z));
  float height = fmaxf (a.max.y - a.min.y, b.max.y - b.min.y);
  if (g_str_equal (relation, "on"))
    return n_targets > 1 || (is_over (a, b) && a.min.y <= b.max.y + 0.05f && a.min.y >= b.min.y - 0.02f && a.max.y > b.min.y);
  if (g_str_equal (relation, "under") || g_str_equal (relation, "below"))
    return n_targets > 1 || (is_over (a, b) && (a.min.y <= b.min.y + 0.02f || at.y < to.y)) || (a.max.y - a.min.y > 0.8f * (b.max.y - b.min.y) && gap_between (a, b) < 0.5f) ||
           (b.max.y - b.min.y > 2.5f && gap_between (a, b) < 0.5f); /* what nobody lifts: beneath it */
  if (g_str_equal (relation, "above"))
    return at.y > to.y && (a.min.y >= b.min.y + 0.5f * (b.max.y - b.min.y) || (b.max.y - b.min.y < 0.5f * (a.max.y - a.min.y) && is_over (b, a))); /* a bridge */
  if (g_str_equal (relation, "hung"))
    return is_over (a, b) && a.max.y > b.min.y && a.max.y < b.max.y + 0.05f;
  if (g_str_equal (relation, "inside"))
    return n_targets > 1 || (is_over (a, b) && at.y >= b.min.y - 0.02f && a.min.y <= b.max.y + 0.02f);
  if (g_str_equal (relation, "left") || g_str_equal (relation, "right"))
    return holds_aside (a, b, relation[0] == 'l', is_setting_off);
  if (g_str_equal (relation, "front"))
    return a.min.z >= b.max.z - 0.02f - 0.05f * size;
  if (g_str_equal (relation, "behind"))
    return a.max.z <= b.min.z + fmaxf (0.02f + 0.05f * size, 0.4f * (a.max.z - a.min.z)); /* chairs are pushed under the edge of a table */
  if (g_str_equal (relation, "between"))
    return at.x >= b.min.x && at.x <= b.max.x && at.z >= b.min.z - 0.5f * size && at.z <= b.max.z + 0.5f * size;
  if (g_str_equal (relation, "beside") || g_str_equal (relation, "against") || g_str_equal (relation, "near"))
    return gap_between (a, b) <= fmaxf (distance, 0) + fmaxf (1.2f * size, 0.6f * height) + 0.5f;
  if (g_str_equal (relation, "far"))
    return gap_between (a, b) > 0.5f * size;
  return true;
}

static bool
any_moves (const mk_inspection *in, const mk_json *targets)
{
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (in->scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    for (guint t = 0; t < in->things->len; t++) {
      const mk_inspected *thing = &g_array_index (in->things, mk_inspected, t);
      for (guint k = 0; found != NULL && k < found->len; k++)
        if (g_array_index (found, int, k) == thing->root && mk_inspect_moves (in, thing))
          return true;
    }
  }
  return false;
}

/* Copies of a group stand together: what their place is relative to counts for all of them, and a stack stands on its lowest. */
static mk_box
box_of_group (const mk_inspection *in, const mk_inspected *thing, const char *relation)
{
  const char *arrange = text_of (thing->command, "arrange");
  bool is_heap = g_str_equal (arrange, "stack") || g_str_equal (arrange, "pile") || g_str_equal (arrange, "pyramid");
  bool is_beside = g_str_equal (relation, "beside") || g_str_equal (relation, "near") || g_str_equal (relation, "against");
  mk_box box = thing->box;
  for (guint i = 0; i < in->things->len && (is_beside || (is_heap && g_str_equal (relation, "on"))); i++) {
    const mk_inspected *other = &g_array_index (in->things, mk_inspected, i);
    if (other->command == thing->command)
      box = mk_box_union (box, other->box);
  }
  return box;
}

static void
inspect_place (mk_inspection *in, const mk_inspected *thing)
{
  const mk_json *place = mk_json_get (thing->command, "place");
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *one = mk_json_at (place, i), *targets = mk_json_get (one, "targets");
    unsigned n = 0;
    mk_box box = box_of_targets (in, in->pose, targets, thing, &n), late = box_of_targets (in, in->last, targets, thing, &n);
    float distance = mk_json_has (one, "distance_m") ? (float)mk_json_get_real (mk_json_get (one, "distance_m")) : -1;
    const char *relation = text_of (one, "relation");
    bool is_setting_off = mk_inspect_moves (in, thing) || any_moves (in, targets);
    mk_box own = box_of_group (in, thing, relation);
    if (mk_inspect_is_seated (in, thing)) /* legs hang down from a broom */
      own.min.y = fmaxf (own.min.y, mk_scene_get_node (in->scene, thing->root)->trs.translation.y);
    bool holds = n == 0 || box.min.x > box.max.x || relation_holds (relation, own, box, n, distance, is_setting_off);
    /* What falls onto a table is there at the end; or it has rolled off, but fell from above it. */
    holds = holds || (g_str_equal (relation, "on") && mk_inspect_tumbles (in, mk_scene_get_node (in->scene, thing->root)->id) && is_over (thing->box, box) && thing->box.min.y > box.min.y);
    holds = holds || (mk_inspect_moves (in, thing) && relation_holds (relation, mk_scene_bounds (in->scene, in->last, thing->root), late, n, distance, is_setting_off));
    if (!holds) {
      g_autofree char *whom = mk_json_print_compact (targets);
      mk_inspect_note (in, MK_FINDING_RELATION, "%s is not %s %s", mk_inspect_name (in, thing->root), relation, whom);
    }
  }
}

void
mk_inspect_relations (mk_inspection *in)
{
  for (guint i = 0; i < in->things->len; i++) {
    const mk_inspected *thing = &g_array_index (in->things, mk_inspected, i);
    bool is_later = false; /* a transform placed it anew */
    for (size_t k = 0; k < mk_json_length (in->scene->commands); k++) {
      const mk_json *command = mk_json_at (in->scene->commands, k), *targets = mk_json_get (command, "targets");
      for (size_t t = 0; t < mk_json_length (targets) && g_str_equal (text_of (command, "op"), "transform"); t++)
        is_later |= g_str_has_prefix (mk_scene_get_node (in->scene, thing->root)->id, mk_json_get_string (mk_json_at (targets, t)));
    }
    if (!is_later)
      inspect_place (in, thing);
  }
}
