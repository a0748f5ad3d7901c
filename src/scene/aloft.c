#include "scene/aloft.h"

#include <string.h>

#include "scene/layout.h"
#include "scene/motion.h"
#include "scene/objects.h"

#define FAR_TIMES 4.0f     /* as far as what the picture is about */
#define FAR_LEAST_M 25.0f  /* nobody reaches it */
#define OVER_RAD 0.1f      /* over the horizon at least */
#define MOON_SHARE 0.2f    /* of the picture's height: larger than it is, as one remembers it */
#define CLOUD_SHARE 0.16f
#define ROUND_SHARE 0.5f   /* of a rainbow */
#define KEPT_SHARE 0.02f   /* about it */

static const mk_json *
command_of (const mk_scene *scene, int root)
{
  int command = mk_scene_get_node (scene, root)->command;
  return command >= 0 ? mk_json_at (scene->commands, (size_t)command) : NULL;
}

bool
mk_is_put_aloft (const mk_scene *scene, int root)
{
  const mk_json *place = mk_json_at (mk_json_get (command_of (scene, root), "place"), 0);
  return g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "aloft");
}

/* Somebody flies there, or around it: that is worked out already. Who only looks at it looks into the sky. */
static bool
is_goal (const mk_scene *scene, int root)
{
  static const char *const glances[] = { "look-at", "point", "gesture", NULL };
  const char *id = mk_scene_get_node (scene, root)->id;
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, i);
    bool is_named = g_str_equal (mk_json_get_string (mk_json_get (command, "to")), id) || g_str_equal (mk_json_get_string (mk_json_get (command, "around")), id);
    if (is_named && !g_strv_contains (glances, mk_json_get_string (mk_json_get (command, "motion"))))
      return true;
  }
  return false;
}

bool
mk_is_aloft (const mk_scene *scene, int root)
{
  const mk_scene_node *node = mk_scene_get_node (scene, root);
  return node->parent < 0 && node->id != NULL && mk_is_put_aloft (scene, root) && mk_node_tracks_find (scene, root).tracks[MK_TRACK_TRANSLATION] == NULL && !is_goal (scene, root);
}

/* --- where the picture has room --- */

typedef struct {
  mk_mat4 camera;
  float tan_x, tan_y;
  GArray *taken;      /* mk_box in the picture: x and y from -1 to 1 */
  float far_m;        /* of what it is about */
  float least_up;     /* of a direction, over the horizon; a studio has none */
} picture;

static bool
project (const picture *p, mk_vec3 at, mk_vec3 *out)
{
  mk_vec3 q = mk_mat4_point (mk_mat4_inverse (p->camera), at);
  if (q.z > -1e-3f)
    return false;
  *out = (mk_vec3){ q.x / (-q.z * p->tan_x), q.y / (-q.z * p->tan_y), 0 };
  return true;
}

static void
take (picture *p, mk_box box)
{
  mk_box seen = MK_BOX_EMPTY;
  mk_vec3 eye = { p->camera.m[12], p->camera.m[13], p->camera.m[14] };
  for (int corner = 0; corner < 8; corner++) {
    mk_vec3 at = { corner & 1 ? box.max.x : box.min.x, corner & 2 ? box.max.y : box.min.y, corner & 4 ? box.max.z : box.min.z }, q;
    if (project (p, at, &q))
      seen = mk_box_add_point (seen, q);
  }
  p->far_m = fmaxf (p->far_m, mk_vec3_length (mk_vec3_sub (mk_box_middle (box), eye)));
  if (!mk_box_is_empty (seen))
    g_array_append_val (p->taken, seen);
}

static float
covered (const picture *p, mk_box own)
{
  float sum = 0;
  for (guint i = 0; i < p->taken->len; i++) {
    mk_box other = g_array_index (p->taken, mk_box, i);
    float x = fminf (own.max.x, other.max.x) - fmaxf (own.min.x, other.min.x), y = fminf (own.max.y, other.max.y) - fmaxf (own.min.y, other.min.y);
    sum += x > 0 && y > 0 ? x * y : 0;
  }
  return sum;
}

static mk_vec3
way_to (const picture *p, float x, float y)
{
  return mk_vec3_normalize (mk_mat4_direction (p->camera, (mk_vec3){ x * p->tan_x, y * p->tan_y, -1 }));
}

/* Where the horizon is in the middle of the picture. */
static float
horizon_of (const picture *p)
{
  mk_vec3 ahead = mk_mat4_direction (p->camera, (mk_vec3){ 0, 0, -1 }), eye = { p->camera.m[12], p->camera.m[13], p->camera.m[14] }, q = { 0, 0, 0 };
  project (p, mk_vec3_add (eye, (mk_vec3){ 100 * ahead.x, 0, 100 * ahead.z }), &q);
  return q.y;
}

/* On the thirds first, as far up as it takes to be over the horizon; the first place where nothing is, else the emptiest. */
static mk_vec3
find_way (picture *p, float half_x, float half_y, bool is_bow)
{
  static const float places[][2] = { { -0.55f, 0.58f }, { 0.55f, 0.58f }, { 0, 0.68f }, { -0.76f, 0.7f }, { 0.76f, 0.7f }, { -0.3f, 0.74f }, { 0.3f, 0.74f }, { -0.75f, 0.3f }, { 0.75f, 0.3f } };
  float least = INFINITY;
  mk_vec3 best = way_to (p, places[0][0], places[0][1]);
  mk_box taken = MK_BOX_EMPTY;
  if (is_bow) /* it stands on the horizon */
    return way_to (p, 0, horizon_of (p) + 0.9f * half_y);
  for (size_t i = 0; i < MK_COUNT (places) && least > 0; i++) {
    float x = CLAMP (places[i][0], half_x - 1 + KEPT_SHARE, 1 - KEPT_SHARE - half_x), y = fminf (places[i][1], 1 - KEPT_SHARE - half_y);
    mk_box own = { { x - half_x, y - half_y, 0 }, { x + half_x, y + half_y, 0 } };
    mk_vec3 way = way_to (p, x, y);
    float sum = covered (p, own) + (way.y < p->least_up ? 10 : 0);
    if (sum >= least)
      continue;
    least = sum;
    best = way;
    taken = own;
  }
  g_array_append_val (p->taken, taken);
  if (best.y < p->least_up) { /* a camera that looks down has no sky */
    best.y = p->least_up;
    best = mk_vec3_normalize (best);
  }
  return best;
}

static float
share_of (const mk_stage *stage, const mk_scene *scene, int root, bool is_bow)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  const mk_recipe_info *info = object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
  return info != NULL && g_str_equal (info->category, "space") ? MOON_SHARE : is_bow ? ROUND_SHARE : CLOUD_SHARE;
}

static void
hang (const mk_stage *stage, mk_scene *scene, picture *p, int root)
{
  mk_trs *trs = &mk_scene_get_node (scene, root)->trs;
  mk_vec3 size = mk_box_size (mk_layout_box (scene, root)), eye = { p->camera.m[12], p->camera.m[13], p->camera.m[14] };
  const mk_json *said = mk_json_get (command_of (scene, root), "scale");
  bool is_bow = size.x > 1.5f * size.y && size.z < 0.3f * size.y;
  float asked = said != NULL ? CLAMP ((float)mk_json_get_real (said), 0.3f, 2.5f) : 1, share = fminf (share_of (stage, scene, root, is_bow) * asked, 0.8f);
  float away = fmaxf (FAR_TIMES * p->far_m, FAR_LEAST_M), high = share * 2 * away * p->tan_y, widest = 0.9f * 2 * away * p->tan_x;
  float factor = fminf (high / fmaxf (size.y, 1e-3f), widest / fmaxf (size.x, 1e-3f));
  trs->scale = mk_vec3_scale (trs->scale, factor);
  mk_vec3 way = find_way (p, factor * size.x / (2 * away * p->tan_x), factor * size.y / (2 * away * p->tan_y), is_bow);
  trs->rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, mk_vec3_yaw ((mk_vec3){ -way.x, 0, -way.z })), trs->rotation); /* its face to us */
  mk_vec3 middle = mk_box_middle (mk_layout_box (scene, root));
  trs->translation = mk_vec3_add (trs->translation, mk_vec3_sub (mk_vec3_add (eye, mk_vec3_scale (way, away)), middle));
}

void
mk_aloft_hang (const mk_stage *stage, mk_scene *scene, float aspect)
{
  g_autoptr (GArray) roots = g_array_new (FALSE, FALSE, sizeof (int));
  for (int i = 0; i < (int)scene->nodes->len; i++)
    if (mk_is_aloft (scene, i))
      g_array_append_val (roots, i);
  if (roots->len == 0 || scene->active_camera < 0)
    return;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  picture p = { .camera = pose->world[scene->active_camera], .tan_y = tanf (pose->camera_yfov_rad / 2) };
  p.tan_x = p.tan_y * aspect;
  p.least_up = scene->sky.kind == MK_SKY_STUDIO ? -1 : sinf (OVER_RAD);
  p.taken = g_array_new (FALSE, FALSE, sizeof (mk_box));
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const char *object = mk_scene_is_thing (scene, i) ? mk_scene_get_node (scene, i)->object : NULL;
    const mk_recipe_info *info = object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
    if (object != NULL && !mk_is_aloft (scene, i) && !(info != NULL && info->is_around))
      take (&p, mk_scene_bounds (scene, pose, i));
  }
  for (guint i = 0; i < roots->len; i++)
    hang (stage, scene, &p, g_array_index (roots, int, i));
  g_array_unref (p.taken);
}
