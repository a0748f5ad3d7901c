/* What is worn finds its place on a body, and its size: a hat on the skull and down to where it is as wide as its opening, a scarf
 * about the neck, glasses before the eyes. Ears stick out beside a hat; a mouse's is small and a bear's is large. */
#include <string.h>

#include "scene/layout_private.h"

#define CREST 0.15f          /* of the head's width: what is so near to its middle is skull, and no ear */
#define FIT_STEPS 4
#define LID 0.3f             /* of an eye: a brim may hide that much */
#define LEAST_SHRUNK 0.6f    /* of a hat for the sake of eyes */
#define LEAST_TIMES 0.1f
#define MOST_TIMES 12.0f
#define NECK_SLAB 0.2f       /* of the way from neck to head */
#define NECK_UP 0.45f        /* how far up that way a scarf lies */
#define NECK_OF_100 35       /* of its points are nearer to its middle than that: shoulders and a chin are farther */
#define NECK_MOST 0.85f      /* of the head's width */
#define NECK_TILT 0.55f      /* of the neck's slant: its ends still hang */
#define HANG 0.6f            /* of the way to the ground, at most */

/* A body as it begins, in its own directions: x to its left, z ahead. */
typedef struct {
  const mk_layout *l;
  int root;
  mk_quat turn;
  GArray *joints;            /* mk_joint */
  mk_pose *pose;
  GArray *points;            /* mk_vec3: of the part that something is worn on */
} wearer;

static mk_vec3
to_own (const wearer *w, mk_vec3 p)
{
  return mk_quat_rotate (mk_quat_inverse (w->turn), p);
}

static int
node_of (const wearer *w, mk_joint_role role)
{
  const mk_joint *joint = mk_joint_find (w->joints, role);
  return joint != NULL ? joint->node : -1;
}

static mk_vec3
joint_at (const wearer *w, int node)
{
  const float *m = w->pose->world[node].m;
  return to_own (w, (mk_vec3){ m[12], m[13], m[14] });
}

static int
strongest (const mk_mesh *mesh, uint32_t vertex)
{
  int best = 0;
  for (int k = 1; k < 4; k++)
    if (mesh->weights[vertex][k] > mesh->weights[vertex][best])
      best = k;
  return mesh->joints[vertex][best];
}

/* All of the surface that `joint` or `other` (-1 = none) moves most, and what hangs on them; of a slot of the recipe alone, if it is given. */
static void
collect (wearer *w, int joint, int other, const char *slot)
{
  const mk_scene *scene = w->l->scene;
  g_array_set_size (w->points, 0);
  for (int i = w->root; i < (int)scene->nodes->len && mk_scene_is_within (scene, i, w->root); i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    const mk_skin *skin = node->skin >= 0 ? &g_array_index (scene->skins, mk_skin, node->skin) : NULL;
    g_autofree mk_mat4 *matrices = skin != NULL ? mk_skin_matrices (scene, w->pose, node->skin) : NULL;
    bool is_below = mk_scene_is_within (scene, i, joint) || (other >= 0 && mk_scene_is_within (scene, i, other));
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden && (skin != NULL || is_below); p++) {
      const mk_mesh *mesh = node->parts[p].mesh;
      bool is_skinned = skin != NULL && mesh->joints != NULL;
      if (slot != NULL && strcmp (mk_object_slot (w->l->stage->library, scene, w->root, i, p), slot) != 0)
        continue;
      for (uint32_t v = 0; v < mesh->n_vertices; v++) {
        int by = is_skinned ? skin->joints[strongest (mesh, v)] : -1;
        if (is_skinned ? by != joint && by != other : !is_below)
          continue;
        mk_vec3 at = to_own (w, is_skinned ? mk_mesh_skinned_point (mesh, v, matrices) : mk_mat4_point (w->pose->world[i], mesh->positions[v]));
        g_array_append_val (w->points, at);
      }
    }
  }
}

static mk_box
box_between (const wearer *w, float low, float high, float reach, float middle_x)
{
  mk_box box = MK_BOX_EMPTY;
  for (guint i = 0; i < w->points->len; i++) {
    mk_vec3 p = g_array_index (w->points, mk_vec3, i);
    if (p.y >= low && p.y <= high && fabsf (p.x - middle_x) <= reach)
      box = mk_box_add_point (box, p);
  }
  return box;
}

/* How a thing is worn: its point `at` comes to `place`, `times` as large, tilted forward. */
typedef struct {
  mk_vec3 place;
  float times, tilt_rad;
} fit;

/* The boxes of the right and the left eye; false without two. */
static bool
find_eyes (wearer *w, int head, mk_box eyes[2])
{
  static const char *const slots[] = { "iris", "eye" };
  eyes[0] = eyes[1] = MK_BOX_EMPTY;
  for (size_t k = 0; k < MK_COUNT (slots) && (mk_box_is_empty (eyes[0]) || mk_box_is_empty (eyes[1])); k++) {
    collect (w, head, -1, slots[k]);
    float middle = joint_at (w, head).x;
    for (guint i = 0; i < w->points->len; i++) {
      mk_vec3 p = g_array_index (w->points, mk_vec3, i);
      eyes[p.x > middle] = mk_box_add_point (eyes[p.x > middle], p);
    }
  }
  return !mk_box_is_empty (eyes[0]) && !mk_box_is_empty (eyes[1]);
}

/* Between the eyes and before them. */
static bool
fit_eyes (wearer *w, const mk_worn *worn, fit *f)
{
  int head = node_of (w, MK_ROLE_HEAD);
  mk_box eyes[2];
  if (head < 0 || !find_eyes (w, head, eyes))
    return false;
  mk_vec3 right = mk_box_middle (eyes[0]), left = mk_box_middle (eyes[1]);
  f->times = (left.x - right.x) / worn->width_m;
  f->place = (mk_vec3){ (left.x + right.x) / 2, (left.y + right.y) / 2, fmaxf (eyes[0].max.z, eyes[1].max.z) + 0.1f * (left.x - right.x) };
  return true;
}

/* Nobody's hat hides the eyes: it is smaller, and then higher. What is as deep as a head has a window. */
static void
spare_eyes (wearer *w, int head, const mk_worn *worn, fit *f)
{
  mk_box eyes[2];
  if (worn->at.y > worn->width_m || !find_eyes (w, head, eyes))
    return;
  float brow = fmaxf (eyes[0].max.y, eyes[1].max.y) - LID * mk_box_size (eyes[0]).y, free = fmaxf (f->place.y - brow, 0);
  f->times = CLAMP (free / worn->at.y, LEAST_SHRUNK * f->times, f->times);
  f->place.y += fmaxf (worn->at.y * f->times - free, 0);
}

static bool
fit_head (wearer *w, const mk_worn *worn, fit *f)
{
  int head = node_of (w, MK_ROLE_HEAD);
  if (head < 0)
    return false;
  collect (w, head, -1, NULL);
  mk_box all = box_between (w, -INFINITY, INFINITY, INFINITY, 0);
  if (w->points->len == 0)
    return false;
  float middle = joint_at (w, head).x, width = mk_box_size (all).x, top = box_between (w, -INFINITY, INFINITY, CREST * width, middle).max.y;
  f->times = width / worn->width_m;
  for (int i = 0; i < FIT_STEPS; i++) {
    float deep = fminf (worn->at.y * f->times, 0.6f * mk_box_size (all).y);
    mk_box skull = box_between (w, top - deep - 0.06f * width, top - 0.5f * deep, INFINITY, middle), crest = box_between (w, top - deep, top, CREST * width, middle);
    if (mk_box_is_empty (skull) || mk_box_is_empty (crest))
      break;
    f->times = fminf (mk_box_size (skull).x, mk_box_size (skull).z) / worn->width_m; /* hanging ears make none wider, nor does a snout */
    f->place = (mk_vec3){ middle, top, mk_box_middle (crest).z };
  }
  spare_eyes (w, head, worn, f);
  return true;
}

/* As wide as the neck is where it lies, and its middle there. */
static bool
fit_neck (wearer *w, const mk_worn *worn, fit *f)
{
  int neck = node_of (w, MK_ROLE_NECK), head = node_of (w, MK_ROLE_HEAD);
  if (neck < 0 || head < 0)
    return false;
  mk_vec3 from = joint_at (w, neck), way = mk_vec3_sub (joint_at (w, head), from), sum = { 0, 0, 0 };
  float length = mk_vec3_length (way);
  g_autoptr (GArray) wide = g_array_new (FALSE, FALSE, sizeof (float));
  way = mk_vec3_normalize (way);
  collect (w, neck, head, NULL);
  for (guint i = 0; i < w->points->len && length > 1e-4f; i++) {
    mk_vec3 d = mk_vec3_sub (g_array_index (w->points, mk_vec3, i), from);
    float along = mk_vec3_dot (d, way) / length, out = mk_vec3_length (mk_vec3_sub (d, mk_vec3_scale (way, along * length)));
    if (fabsf (along - NECK_UP) > NECK_SLAB)
      continue;
    g_array_append_val (wide, out);
    sum = mk_vec3_add (sum, d);
  }
  if (wide->len < 3)
    return false;
  g_array_sort (wide, mk_compare_floats);
  collect (w, head, -1, NULL);
  mk_box skull = box_between (w, -INFINITY, INFINITY, INFINITY, 0);
  float most = mk_box_is_empty (skull) ? INFINITY : NECK_MOST * mk_box_size (skull).x; /* a penguin has hardly any */
  f->times = fminf (2 * g_array_index (wide, float, wide->len * NECK_OF_100 / 100), most) / worn->width_m;
  f->place = mk_vec3_add (from, mk_vec3_scale (way, NECK_UP * length));
  f->place.x = from.x + sum.x / (float)wide->len;
  f->tilt_rad = NECK_TILT * atan2f (way.z, way.y);
  return true;
}

bool
mk_layout_wear (mk_layout *l, int root)
{
  static const struct {
    const char *on;
    bool (*fit) (wearer *w, const mk_worn *worn, fit *f);
  } places[] = { { "head", fit_head }, { "neck", fit_neck }, { "eyes", fit_eyes } };
  mk_scene_node *node = mk_scene_get_node (l->scene, l->roots[0]);
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  if (l->n_roots != 1 || info == NULL || info->worn.on == NULL)
    return false;
  mk_quat turn = mk_scene_get_node (l->scene, root)->trs.rotation;
  g_autoptr (GArray) joints = mk_object_joints (l->stage->library, l->scene, root), points = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  g_autoptr (mk_pose) pose = mk_pose_new (l->scene, 0);
  wearer w = { l, root, turn, joints, pose, points };
  fit f = { .times = 1 };
  bool is_found = false;
  for (size_t i = 0; i < MK_COUNT (places); i++)
    is_found |= g_str_equal (places[i].on, info->worn.on) && places[i].fit (&w, &info->worn, &f);
  if (!is_found)
    return false;
  float times = CLAMP (f.times, LEAST_TIMES, MOST_TIMES), high = f.place.y - mk_layout_box (l->scene, root).min.y;
  mk_vec3 scale = mk_vec3_scale (node->trs.scale, times);
  if (g_str_equal (info->worn.on, "neck"))
    scale.y = fminf (scale.y, HANG * high / info->worn.at.y);
  node->trs.rotation = mk_quat_mul (mk_quat_mul (turn, mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, f.tilt_rad)), node->trs.rotation);
  mk_vec3 at = mk_quat_rotate (node->trs.rotation, mk_vec3_mul (info->worn.at, scale));
  node->trs.scale = scale;
  node->trs.translation = mk_vec3_sub (mk_quat_rotate (turn, f.place), at);
  return true;
}
