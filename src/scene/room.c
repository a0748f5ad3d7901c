/* Walls around all that is there, open towards whoever looks. */
#include "scene/room.h"

#include "scene/ground.h"
#include "scene/mesh_build.h"
#include "scene/prune.h"
#include "scene/shapes.h"

#define N_MOMENTS 9
#define THICK_M 0.12f
#define BACK_M 0.06f       /* between the furniture and the wall that it stands against */
#define SIDE_M 0.55f
#define ABOVE_M 0.6f
#define HEIGHT_M 2.8f      /* or ABOVE_M over the tallest thing */
#define BEYOND_M 60.0f     /* a wall that meets no other goes on past the edge of the picture */
#define CLEAR_M 0.25f      /* between a wall and a camera */
#define SKIRTING_M 0.11f
#define FRAME_M 0.07f

enum { BACK, LEFT, RIGHT, N_WALLS };
enum { PAINT, TRIM, PANE, N_MATERIALS };

/* What suits a floor; linear. */
static const struct {
  const char *floor;
  mk_vec3 paint;
} paints[] = {
  { "wood ground", { 0.40f, 0.47f, 0.40f } }, { "tiles ground", { 0.42f, 0.58f, 0.62f } }, { "carpet ground", { 0.66f, 0.58f, 0.46f } },
  { "marble ground", { 0.56f, 0.44f, 0.33f } }, { NULL, { 0.60f, 0.55f, 0.47f } } };

static const mk_vec3 outside[] = {
  [MK_SKY_DAY] = { 0.75f, 1.0f, 1.3f }, [MK_SKY_SUNSET] = { 1.8f, 0.95f, 0.45f }, [MK_SKY_NIGHT] = { 0.02f, 0.035f, 0.09f }, [MK_SKY_STUDIO] = { 0.72f, 0.95f, 1.2f },
  [MK_SKY_NEON] = { 0.9f, 0.08f, 0.8f }, [MK_SKY_FOG] = { 0.8f, 0.86f, 0.93f }, [MK_SKY_OVERCAST] = { 0.9f, 0.96f, 1.02f }, [MK_SKY_SPACE] = { 0, 0, 0 },
  [MK_SKY_COLOR] = { 0.9f, 0.95f, 1 }, [MK_SKY_UNDERWATER] = { 0.1f, 0.8f, 0.9f } };

typedef struct {
  mk_box things;           /* all that is there, over the whole film */
  mk_box box;              /* the room's inside */
  bool has[N_WALLS];
  mk_mesh_builder builders[N_MATERIALS];
} room;

/* --- where --- */

static mk_box
box_over_time (const mk_scene *scene)
{
  mk_box box = MK_BOX_EMPTY;
  for (int m = 0; m < N_MOMENTS; m++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)scene->duration_s * m / (N_MOMENTS - 1));
    box = mk_box_union (box, mk_scene_bounds (scene, pose, -1));
  }
  return box;
}

/* A lamp of a light command; one of a thing is in the room with it. */
static bool
is_rig_lamp (const mk_scene *scene, int node)
{
  int light = mk_scene_get_node (scene, node)->light, root = node;
  while (mk_scene_get_node (scene, root)->parent >= 0)
    root = mk_scene_get_node (scene, root)->parent;
  return light >= 0 && mk_scene_get_node (scene, root)->object == NULL && g_array_index (scene->lights, mk_light, light).kind != MK_LIGHT_SUN;
}

/* Places that must see into the room: cameras and lamps, over the whole film. */
static mk_box
lookers_over_time (const mk_scene *scene)
{
  mk_box box = MK_BOX_EMPTY;
  for (int m = 0; m < 4 * N_MOMENTS; m++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)scene->duration_s * m / (4 * N_MOMENTS - 1));
    for (int i = 0; i < (int)scene->nodes->len; i++)
      if (i == scene->active_camera || is_rig_lamp (scene, i))
        box = mk_box_add_point (box, mk_mat4_point (pose->world[i], (mk_vec3){ 0, 0, 0 }));
  }
  return box;
}

static bool
measure (const mk_scene *scene, room *r)
{
  mk_box things = r->things = box_over_time (scene), lookers = lookers_over_time (scene);
  if (things.min.x > things.max.x)
    return false;
  r->box = things;
  r->box.min.x -= SIDE_M;
  r->box.max.x += SIDE_M;
  r->box.min.z -= BACK_M;
  r->box.max.y = fmaxf (HEIGHT_M, things.max.y + ABOVE_M);
  bool is_seen = lookers.min.x <= lookers.max.x;
  r->has[BACK] = !is_seen || lookers.min.z > r->box.min.z + CLEAR_M;
  r->has[LEFT] = !is_seen || lookers.min.x > r->box.min.x + CLEAR_M;
  r->has[RIGHT] = !is_seen || lookers.max.x < r->box.max.x - CLEAR_M;
  r->box.max.z = fmaxf (r->box.max.z, is_seen ? lookers.max.z : 0) + BEYOND_M;
  r->box.min.x -= r->has[LEFT] ? 0 : BEYOND_M;
  r->box.max.x += r->has[RIGHT] ? 0 : BEYOND_M;
  return r->has[BACK] || r->has[LEFT] || r->has[RIGHT];
}

/* --- boards and boxes --- */

static bool
add_box (room *r, int material, mk_box box, GError **error)
{
  mk_vec3 size = mk_vec3_sub (box.max, box.min), middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  if (!(size.x > 1e-4f && size.y > 1e-4f && size.z > 1e-4f))
    return true;
  g_autoptr (mk_mesh) mesh = mk_shape_box (size, 0, error);
  if (mesh == NULL)
    return false;
  mk_trs trs = { middle, MK_QUAT_IDENTITY, { 1, 1, 1 } };
  mk_mesh_builder_append (&r->builders[material], mesh, mk_mat4_from_trs (trs));
  return true;
}

/* A board on a wall, from `a` to `b` along it and from `low` to `high`, from `out` to `in` metres into the room. */
static bool
add_board (room *r, int wall, int material, float a, float b, float low, float high, float out, float in, GError **error)
{
  mk_box box = { { a, low, a }, { b, high, b } };
  if (wall == BACK)
    box.min.z = r->box.min.z + out, box.max.z = r->box.min.z + in;
  else if (wall == LEFT)
    box.min.x = r->box.min.x + out, box.max.x = r->box.min.x + in;
  else
    box.min.x = r->box.max.x - in, box.max.x = r->box.max.x - out;
  return add_box (r, material, box, error);
}

/* Where between `a` and `b` a window of `width` is hidden by nothing that is higher than `low` and near the wall; from the middle outwards. */
static bool
find_free (const mk_scene *scene, const room *r, int wall, float width, float low, float a, float b, float *at)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  for (int k = 0; k < 41; k++) {
    float share = 0.5f + 0.0125f * (float)((k + 1) / 2) * (k % 2 == 0 ? 1.0f : -1.0f) * 2, from = a + share * (b - a) - width / 2;
    bool is_free = from >= a && from + width <= b;
    for (int i = 0; i < (int)scene->nodes->len && is_free; i++) {
      const mk_scene_node *node = mk_scene_get_node (scene, i);
      if (node->parent >= 0 || node->is_ground || node->is_hidden || node->camera >= 0 || node->light >= 0)
        continue;
      mk_box box = mk_scene_bounds (scene, pose, i);
      float near = wall == BACK ? box.min.z - r->box.min.z : box.min.x - r->box.min.x, lo = wall == BACK ? box.min.x : box.min.z, hi = wall == BACK ? box.max.x : box.max.z;
      is_free = near > 1.2f || box.max.y < low || hi < from - 0.15f || lo > from + width + 0.15f;
    }
    if (is_free) {
      *at = from;
      return true;
    }
  }
  return false;
}

static bool
add_window (room *r, int wall, float from, float width, float low, float high, GError **error)
{
  float to = from + width, middle = from + width / 2, bar = (low + high) / 2, f = FRAME_M;
  return add_board (r, wall, PANE, from, to, low, high, -0.06f, -0.05f, error) && add_board (r, wall, TRIM, from - f, from, low - f, high + f, -0.05f, 0.025f, error) &&
         add_board (r, wall, TRIM, to, to + f, low - f, high + f, -0.05f, 0.025f, error) && add_board (r, wall, TRIM, from, to, high, high + f, -0.05f, 0.025f, error) &&
         add_board (r, wall, TRIM, from - 0.05f, to + 0.05f, low - f, low, -0.05f, 0.11f, error) &&
         add_board (r, wall, TRIM, middle - 0.02f, middle + 0.02f, low, high, -0.05f, -0.01f, error) && add_board (r, wall, TRIM, from, to, bar - 0.02f, bar + 0.02f, -0.05f, -0.01f, error);
}

static bool
add_wall (const mk_scene *scene, room *r, int wall, float things_from, float things_to, GError **error)
{
  float a = wall == BACK ? r->box.min.x : r->box.min.z, b = wall == BACK ? r->box.max.x : r->box.max.z, high = r->box.max.y, at = 0;
  float width = CLAMP (0.45f * (things_to - things_from), 0.9f, 1.6f), low = 0.95f, top = fminf (low + 1.25f, high - 0.35f);
  bool has_window = wall != RIGHT && find_free (scene, r, wall, width, low, fmaxf (a, things_from), fminf (b, things_to), &at);
  if (!add_board (r, wall, TRIM, a, b, 0, SKIRTING_M, 0, 0.018f, error))
    return false;
  a -= THICK_M;
  if (!has_window)
    return add_board (r, wall, PAINT, a, b + THICK_M, -0.05f, high, -THICK_M, 0, error);
  return add_board (r, wall, PAINT, a, at, -0.05f, high, -THICK_M, 0, error) && add_board (r, wall, PAINT, at + width, b + THICK_M, -0.05f, high, -THICK_M, 0, error) &&
         add_board (r, wall, PAINT, at, at + width, -0.05f, low, -THICK_M, 0, error) && add_board (r, wall, PAINT, at, at + width, top, high, -THICK_M, 0, error) &&
         add_window (r, wall, at, width, low, top, error);
}

/* --- the node --- */

static void
fill_material (const mk_scene *scene, int kind, mk_material *m)
{
  static const char *const names[] = { "wall paint", "skirting", "window pane" };
  int ground = mk_ground_find (scene);
  const char *floor = mk_scene_get_material (scene, mk_scene_get_node (scene, ground)->parts[0].material)->name;
  *m = (mk_material)MK_MATERIAL_DEFAULT;
  g_strlcpy (m->name, names[kind], sizeof m->name);
  m->roughness = kind == PAINT ? 0.92f : 0.35f;
  if (kind == TRIM)
    m->base_color = (mk_vec3){ 0.85f, 0.84f, 0.81f };
  if (kind == PANE) {
    m->base_color = (mk_vec3){ 0.05f, 0.05f, 0.05f };
    m->emission = outside[scene->sky.kind];
  }
  for (size_t i = 0; kind == PAINT && i < MK_COUNT (paints); i++)
    if (paints[i].floor == NULL || g_str_equal (paints[i].floor, floor)) {
      m->base_color = paints[i].paint;
      break;
    }
}

static bool
add_node (mk_scene *scene, room *r, int command, GError **error)
{
  mk_part parts[N_MATERIALS];
  unsigned n = 0;
  bool is_good = true;
  for (int k = 0; k < N_MATERIALS; k++) {
    bool is_used = r->builders[k].indices->len > 0 && is_good;
    mk_mesh *mesh = is_used ? mk_mesh_builder_take (&r->builders[k], error) : NULL;
    mk_material material;
    if (!is_used)
      mk_mesh_builder_clear (&r->builders[k]);
    is_good &= mesh != NULL || !is_used;
    if (mesh == NULL)
      continue;
    fill_material (scene, k, &material);
    parts[n++] = (mk_part){ mesh, mk_scene_use_material (scene, &material) };
  }
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = (char *)"walls";
  node.command = command;
  node.parts = parts;
  node.n_parts = n;
  if (is_good)
    mk_scene_add_node (scene, &node);
  for (unsigned i = 0; i < n; i++)
    mk_mesh_unref (parts[i].mesh);
  return is_good;
}

/* The command of a ground that has walls; -1. */
static int
find_command (const mk_scene *scene)
{
  int ground = mk_ground_find (scene), command = ground >= 0 && mk_scene_get_node (scene, ground)->n_parts > 0 ? mk_scene_get_node (scene, ground)->command : -1;
  return command >= 0 && mk_json_get_bool (mk_json_get (mk_json_at (scene->commands, (size_t)command), "walls")) ? command : -1;
}

void
mk_room_clear (mk_scene *scene)
{
  int command = find_command (scene);
  g_autofree bool *is_gone = g_new0 (bool, scene->nodes->len + 1);
  for (guint i = 0; i < scene->nodes->len && command >= 0; i++)
    is_gone[i] = mk_scene_get_node (scene, (int)i)->command == command && !mk_scene_get_node (scene, (int)i)->is_ground;
  if (command >= 0)
    mk_scene_prune (scene, is_gone);
}

bool
mk_room_build (mk_scene *scene, GError **error)
{
  int command = find_command (scene);
  room r = { 0 };
  if (command < 0 || !measure (scene, &r))
    return true;
  for (int k = 0; k < N_MATERIALS; k++)
    mk_mesh_builder_init (&r.builders[k]);
  mk_box things = r.things;
  bool is_good = true;
  for (int wall = 0; wall < N_WALLS && is_good; wall++)
    if (r.has[wall])
      is_good = add_wall (scene, &r, wall, wall == BACK ? things.min.x - SIDE_M : things.min.z, wall == BACK ? things.max.x + SIDE_M : things.max.z, error);
  if (is_good)
    return add_node (scene, &r, command, error);
  for (int k = 0; k < N_MATERIALS; k++)
    mk_mesh_builder_clear (&r.builders[k]);
  return false;
}
