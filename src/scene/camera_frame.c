/* Framing: from where are all these points in the picture? */
#include "scene/camera.h"
#include "scene/layout.h"

static void
axes_of (mk_vec3 forward, mk_vec3 *right, mk_vec3 *up)
{
  mk_vec3 side = mk_vec3_cross (forward, (mk_vec3){ 0, 1, 0 });
  *right = mk_vec3_length (side) > 1e-5f ? mk_vec3_normalize (side) : (mk_vec3){ 1, 0, 0 };
  *up = mk_vec3_cross (*right, forward);
}

/* --- points --- */

#define N_EXTREMES 98        /* directions on the shell of a 5 x 5 x 5 grid: a ball is held to 4 % */
#define MANY_BODIES 250      /* above it, boxes will do */
#define PLACE_M 40.0f          /* what is larger is a place, which one stands in: a street between houses */

/* Extremes of a mesh, each once: its corners, whatever its triangles. */
static unsigned
extremes_of (const mk_mesh *mesh, mk_vec3 out[N_EXTREMES])
{
  unsigned n = 0;
  for (int d = 0; d < 125; d++) {
    mk_vec3 way = { (float)(d % 5 - 2), (float)(d / 5 % 5 - 2), (float)(d / 25 - 2) };
    if (fmaxf (fabsf (way.x), fmaxf (fabsf (way.y), fabsf (way.z))) < 2)
      continue;
    uint32_t best = 0;
    float reach = -INFINITY;
    for (uint32_t v = 0; v < mesh->n_vertices; v++) {
      float own = mk_vec3_dot (mesh->positions[v], way);
      if (own > reach) {
        reach = own;
        best = v;
      }
    }
    bool is_new = mesh->n_vertices > 0;
    for (unsigned i = 0; i < n && is_new; i++)
      is_new = mk_vec3_length (mk_vec3_sub (out[i], mesh->positions[best])) > 1e-6f;
    if (is_new)
      out[n++] = mesh->positions[best];
  }
  return n;
}

static unsigned
corners_of (mk_box box, mk_vec3 out[N_EXTREMES])
{
  for (int corner = 0; corner < 8; corner++)
    out[corner] = (mk_vec3){ corner & 1 ? box.max.x : box.min.x, corner & 2 ? box.max.y : box.min.y, corner & 4 ? box.max.z : box.min.z };
  return box.min.x <= box.max.x ? 8 : 0;
}

static void
add_box (GArray *points, mk_box box)
{
  mk_vec3 corners[N_EXTREMES];
  g_array_append_vals (points, corners, corners_of (box, corners));
}

typedef struct {
  int node;
  unsigned n;
  mk_vec3 extremes[N_EXTREMES];
} body;

static bool
is_wanted (const mk_scene *scene, int node, const GArray *roots)
{
  for (guint i = 0; i < roots->len; i++)
    if (mk_scene_is_within (scene, node, g_array_index (roots, int, i)))
      return true;
  return false;
}

static GArray *
find_bodies (const mk_scene *scene, const GArray *roots)
{
  GArray *bodies = g_array_new (FALSE, FALSE, sizeof (body));
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->is_hidden || node->n_parts == 0 || node->skin >= 0 || node->copies != NULL || !is_wanted (scene, i, roots))
      continue;
    for (unsigned p = 0; p < node->n_parts; p++) {
      body own = { .node = i };
      const mk_mesh *mesh = node->parts[p].mesh;
      own.n = scene->nodes->len > MANY_BODIES ? corners_of (mesh->bounds, own.extremes) : extremes_of (mesh, own.extremes);
      g_array_append_val (bodies, own);
    }
  }
  return bodies;
}

/* Skinned and scattered ones by their boxes. */
static void
add_soft (const mk_scene *scene, const mk_pose *pose, const GArray *roots, GArray *points)
{
  for (guint r = 0; r < roots->len; r++) {
    int root = g_array_index (roots, int, r);
    bool is_soft = false;
    for (int i = root; i < (int)scene->nodes->len && !is_soft; i++) {
      const mk_scene_node *node = mk_scene_get_node (scene, i);
      is_soft = (node->skin >= 0 || node->copies != NULL) && mk_scene_is_within (scene, i, root);
    }
    if (is_soft)
      add_box (points, mk_scene_bounds (scene, pose, root));
  }
}

GArray *
mk_framing_points (const mk_scene *scene, const GArray *roots, double from_s, double to_s, unsigned n_moments)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  g_autoptr (GArray) bodies = find_bodies (scene, roots);
  if (scene->tracks->len == 0)
    n_moments = 1;
  for (unsigned m = 0; m < n_moments; m++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, n_moments > 1 ? from_s + (to_s - from_s) * m / (n_moments - 1) : from_s);
    for (guint b = 0; b < bodies->len; b++) {
      const body *own = &g_array_index (bodies, body, b);
      for (unsigned i = 0; i < own->n && pose->opacity[own->node] > 0.01f; i++) {
        mk_vec3 p = mk_mat4_point (pose->world[own->node], own->extremes[i]);
        g_array_append_val (points, p);
      }
    }
    add_soft (scene, pose, roots, points);
  }
  return points;
}

/* --- fitting --- */

bool
mk_framing_fit (const GArray *points, mk_vec3 forward, float tan_x, float tan_y, mk_vec3 *eye, float *depth)
{
  mk_vec3 right, up;
  axes_of (forward, &right, &up);
  /* |x - cx| <= tan (z - cz) for all points: the eye's cx lies between both maxima once cz is far enough back. */
  float x_high = -INFINITY, x_low = INFINITY, y_high = -INFINITY, y_low = INFINITY, z_sum = 0;
  for (guint i = 0; i < points->len; i++) {
    mk_vec3 p = g_array_index (points, mk_vec3, i);
    float x = mk_vec3_dot (p, right), y = mk_vec3_dot (p, up), z = mk_vec3_dot (p, forward);
    x_high = fmaxf (x_high, x - tan_x * z);
    x_low = fminf (x_low, x + tan_x * z);
    y_high = fmaxf (y_high, y - tan_y * z);
    y_low = fminf (y_low, y + tan_y * z);
    z_sum += z;
  }
  if (points->len == 0)
    return false;
  float back = fmaxf ((x_high - x_low) / (2 * tan_x), (y_high - y_low) / (2 * tan_y));
  float cx = (x_high + x_low) / 2, cy = (y_high + y_low) / 2;
  *eye = mk_vec3_add (mk_vec3_add (mk_vec3_scale (right, cx), mk_vec3_scale (up, cy)), mk_vec3_scale (forward, -back));
  *depth = fmaxf (z_sum / (float)points->len + back, 0.05f);
  return true;
}

float
mk_framing_distance (const GArray *points, mk_vec3 at, mk_vec3 forward, float tan_x, float tan_y)
{
  mk_vec3 right, up;
  axes_of (forward, &right, &up);
  float distance = 0.05f;
  for (guint i = 0; i < points->len; i++) {
    mk_vec3 d = mk_vec3_sub (g_array_index (points, mk_vec3, i), at);
    float beside = fmaxf (fabsf (mk_vec3_dot (d, right)) / tan_x, fabsf (mk_vec3_dot (d, up)) / tan_y);
    distance = fmaxf (distance, beside - mk_vec3_dot (d, forward));
  }
  return distance;
}

bool
mk_framing_holds (const GArray *points, const mk_view *view, float aspect, float margin)
{
  mk_vec3 forward = mk_vec3_normalize (mk_vec3_sub (view->at, view->eye));
  return mk_framing_distance (points, view->eye, forward, view->tan_x * margin, view->tan_x * margin / aspect) <= 0.0501f;
}

/* --- keeping clear --- */

static float
ground_under (const mk_scene *scene, mk_vec3 eye)
{
  float best = 0;
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (!node->is_ground || node->parent >= 0 || node->n_parts == 0 || node->is_hidden)
      continue;
    mk_box box = node->parts[0].mesh->bounds;
    float y;
    if (box.max.y - box.min.y > 0.02f && mk_layout_surface (scene, i, eye.x, eye.z, 1e5f, &y))
      best = fmaxf (best, y);
  }
  return best;
}

static bool
is_inside (mk_box box, mk_vec3 p, float slack)
{
  return p.x > box.min.x - slack && p.x < box.max.x + slack && p.y > box.min.y - slack && p.y < box.max.y + slack && p.z > box.min.z - slack && p.z < box.max.z + slack;
}

/* The boxes of all nodes below a root that have a surface of their own. */
static void
add_parts (const mk_scene *scene, const mk_pose *pose, int root, GArray *boxes)
{
  for (int i = root; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    mk_box box = MK_BOX_EMPTY;
    if (node->is_hidden || !mk_scene_is_within (scene, i, root))
      continue;
    for (unsigned k = 0; k < node->n_parts; k++)
      box = mk_box_union (box, mk_box_transform (pose->world[i], node->parts[k].mesh->bounds));
    if (box.min.x <= box.max.x)
      g_array_append_val (boxes, box);
  }
}

/* Wherever one stands within its plan, it is below. */
static bool
covers_its_plan (const mk_scene *scene, int root)
{
  mk_box box = mk_layout_box (scene, root);
  bool covers = true;
  float y;
  for (int k = 0; k < 8 && covers; k++) {
    float angle = MK_PI / 4 * (float)k, x = 0.3f * (box.max.x - box.min.x) * cosf (angle), z = 0.3f * (box.max.z - box.min.z) * sinf (angle);
    covers = mk_layout_surface (scene, root, (box.min.x + box.max.x) / 2 + x, (box.min.z + box.max.z) / 2 + z, 1e5f, &y);
  }
  return covers;
}

GArray *
mk_framing_terrain (const mk_stage *stage, const mk_scene *scene)
{
  GArray *roots = g_array_new (FALSE, FALSE, sizeof (int));
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const char *object = mk_scene_is_thing (scene, i) ? mk_scene_get_node (scene, i)->object : NULL;
    const mk_recipe_info *info = object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
    if (info != NULL && info->is_set && !info->is_around && g_str_equal (info->category, "nature") && covers_its_plan (scene, i))
      g_array_append_val (roots, i);
  }
  return roots;
}

#define SIGHT_STEPS 8
#define SIGHT_SHARE 0.85f /* of the way to what is looked at, which stands on the ground itself */

mk_vec3
mk_framing_over (const mk_scene *scene, const GArray *terrain, float clearance_m, mk_vec3 eye, mk_vec3 at)
{
  float raise = 0;
  for (guint i = 0; i < terrain->len; i++)
    for (int k = 0; k < SIGHT_STEPS; k++) {
      float t = SIGHT_SHARE * (float)k / (SIGHT_STEPS - 1), y;
      mk_vec3 p = mk_vec3_lerp (eye, at, t);
      if (mk_layout_surface (scene, g_array_index (terrain, int, i), p.x, p.z, 1e5f, &y))
        raise = fmaxf (raise, (y + clearance_m - p.y) / (1 - t));
    }
  return (mk_vec3){ eye.x, eye.y + raise, eye.z };
}

GArray *
mk_framing_obstacles (const mk_scene *scene, const GArray *terrain, int except, double from_s, double to_s, unsigned n_moments)
{
  GArray *boxes = g_array_new (FALSE, FALSE, sizeof (mk_box));
  for (unsigned m = 0; m < n_moments; m++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s + (to_s - from_s) * m / MAX (n_moments - 1, 1));
    for (int i = 0; i < (int)scene->nodes->len; i++) {
      const mk_scene_node *node = mk_scene_get_node (scene, i);
      if (i == except || node->parent >= 0 || mk_framing_has (terrain, i) || node->is_ground || node->is_hidden || node->camera >= 0)
        continue;
      mk_box box = mk_scene_bounds (scene, pose, i);
      if (fmaxf (box.max.x - box.min.x, box.max.z - box.min.z) > PLACE_M)
        add_parts (scene, pose, i, boxes);
      else
        g_array_append_val (boxes, box);
    }
  }
  return boxes;
}

#define DEEP_M 1.0f

/* In the midst of it, as who is in a cave: then its box says nothing of where its walls are. */
static bool
is_deep_in (mk_box box, mk_vec3 at)
{
  return is_inside (box, at, 0) && at.x > box.min.x + DEEP_M && at.x < box.max.x - DEEP_M && at.z > box.min.z + DEEP_M && at.z < box.max.z - DEEP_M;
}

mk_vec3
mk_framing_clear (const mk_scene *scene, const mk_box *boxes, unsigned n, float clearance_m, mk_vec3 eye, mk_vec3 at)
{
  for (int tries = 0; tries < 24; tries++) {
    bool is_hit = false;
    for (unsigned i = 0; i < n && !is_hit; i++)
      is_hit = is_inside (boxes[i], eye, clearance_m) && !is_deep_in (boxes[i], at);
    if (!is_hit)
      break;
    mk_vec3 back = mk_vec3_sub (eye, at); /* backwards and upwards, out of whatever it is in */
    eye = mk_vec3_add (eye, mk_vec3_scale (back, 0.12f));
    eye.y += 0.06f * mk_vec3_length (back);
  }
  eye.y = fmaxf (eye.y, ground_under (scene, eye) + clearance_m);
  return eye;
}
