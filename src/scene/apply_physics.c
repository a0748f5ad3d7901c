/* physics: things fall, topple and collide as they would. */
#include "base/rng.h"
#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/motion_travel.h"
#include "scene/ops.h"
#include "scene/physics.h"

#include <string.h>

static const char *const keys[] = { "id", "targets", "scenario", "start_s", "duration_s", "after", "with", "height_m", "by", "from", "gravity", "bounciness", NULL };

#define SHORTEST_S 1.5

/* One command: its bodies as they stand, then as the scenario wants them. */
typedef struct {
  mk_scene *scene;
  mk_body *bodies;    /* targets; what strikes comes last */
  mk_box *boxes;      /* in the world, of each */
  unsigned n;         /* of targets */
  bool has_striker;
  int from;           /* root of what they fall off; -1 = they stay on what carries them */
  float height_m;     /* 0 = what suits */
  mk_rng rng;
  mk_vec3 middle;     /* of all targets, at their bottom */
  mk_vec3 extent;     /* of all targets */
  float size;         /* of the largest */
  double start_s, longest_s;
} stage_set;

static mk_vec3
size_of (mk_box box)
{
  return mk_vec3_sub (box.max, box.min);
}

static float
shake (stage_set *set, float reach)
{
  return mk_rng_range (&set->rng, -reach, reach);
}

/* --- scenarios --- */

/* Falls askew, as from a hand; a lone thing falls straight. */
static void
tilt (stage_set *set, mk_body *body)
{
  mk_quat turn = mk_quat_from_euler (shake (set, 0.9f), shake (set, 0.3f), shake (set, 0.3f));
  body->rotation = mk_quat_mul (turn, body->rotation);
}

/* Moves body `i` so that the bottom of its box comes to `bottom`. */
static void
put (stage_set *set, unsigned i, mk_vec3 bottom)
{
  mk_box *box = &set->boxes[i];
  mk_vec3 by = { bottom.x - (box->min.x + box->max.x) / 2, bottom.y - box->min.y, bottom.z - (box->min.z + box->max.z) / 2 };
  set->bodies[i].position = mk_vec3_add (set->bodies[i].position, by);
  box->min = mk_vec3_add (box->min, by);
  box->max = mk_vec3_add (box->max, by);
}

/* One above the other over the middle, so that they make a heap; `spread` 1 leaves them over their places. */
static void
lift (stage_set *set, float spread, float height_m, float gap, bool is_askew)
{
  float y = set->middle.y + height_m;
  for (unsigned i = 0; i < set->n; i++) {
    mk_vec3 size = size_of (set->boxes[i]), at = mk_vec3_scale (mk_vec3_add (set->boxes[i].min, set->boxes[i].max), 0.5f);
    mk_vec3 to = { set->middle.x + (at.x - set->middle.x) * spread + shake (set, 0.12f * size.x), y, set->middle.z + (at.z - set->middle.z) * spread + shake (set, 0.12f * size.z) };
    if (set->n == 1)
      to = (mk_vec3){ at.x, y, at.z };
    put (set, i, to);
    if (set->n > 1) {
      if (is_askew)
        tilt (set, &set->bodies[i]);
      y += gap * fmaxf (size.x, fmaxf (size.y, size.z));
    }
  }
}

static bool
drop (stage_set *set, GError **error)
{
  (void)error;
  bool is_carried = set->n > 1 && set->boxes[0].min.y > 0.05f; /* onto a table: each over its own place, or they would push each other off */
  lift (set, is_carried ? 1 : 0.55f, set->height_m > 0 ? set->height_m : fmaxf (0.9f * set->size, 0.5f), is_carried ? 0.9f : 1.25f, !is_carried);
  return true;
}

static bool
pour (stage_set *set, GError **error)
{
  (void)error;
  lift (set, 0.05f, set->height_m > 0 ? set->height_m : fmaxf (2.5f * set->size, 0.6f), 1.1f, true);
  return true;
}

static bool
rain (stage_set *set, GError **error)
{
  (void)error;
  float reach = fmaxf (fmaxf (set->extent.x, set->extent.z), 2.5f * set->size * sqrtf ((float)set->n)) / 2, base = set->height_m > 0 ? set->height_m : 3 * set->size;
  for (unsigned i = 0; i < set->n; i++) {
    put (set, i, (mk_vec3){ set->middle.x + shake (set, reach), set->middle.y + base + (float)i * 0.8f * set->size + shake (set, 0.2f * set->size), set->middle.z + shake (set, reach) });
    tilt (set, &set->bodies[i]);
  }
  return true;
}

/* The level way from the first target to the last, along the axis that it is nearest to; for a lone one, sideways. */
static mk_vec3
row_of (const stage_set *set)
{
  mk_vec3 way = mk_vec3_sub (set->boxes[set->n - 1].min, set->boxes[0].min);
  if (fmaxf (fabsf (way.x), fabsf (way.z)) < 1e-4f)
    return (mk_vec3){ 1, 0, 0 };
  return fabsf (way.x) >= fabsf (way.z) ? (mk_vec3){ copysignf (1, way.x), 0, 0 } : (mk_vec3){ 0, 0, copysignf (1, way.z) };
}

/* A lone one gets what it needs to go over its edge: its middle must rise from half its height to half its diagonal. */
static void
shove (stage_set *set, mk_vec3 way)
{
  mk_vec3 size = size_of (set->boxes[0]);
  float half_up = size.y / 2, half_along = (fabsf (way.x) * size.x + fabsf (way.z) * size.z) / 2, arm = hypotf (half_up, half_along);
  float spin = 1.5f * sqrtf (1.5f * 9.81f * (arm - half_up)) / arm; /* of a plate about its edge: 4/3 m arm² */
  spin = fmaxf (spin, mk_vec3_length (set->bodies[0].spin));
  set->bodies[0].spin = mk_vec3_scale (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, way), spin);
  set->bodies[0].velocity = mk_vec3_add (mk_vec3_scale (way, spin * half_up), (mk_vec3){ 0, spin * half_along, 0 });
}

#define EDGE_STEP_M 0.01f
#define EDGE_FARTHEST_M 5.0f
#define BACK_EDGE 3.0f      /* nobody sees what falls off behind: only when it is so much nearer */

/* How far it is to where the surface that carries box `i` ends. */
static float
edge_along (const stage_set *set, unsigned i, mk_vec3 way)
{
  mk_vec3 from = mk_vec3_scale (mk_vec3_add (set->boxes[i].min, set->boxes[i].max), 0.5f);
  float floor_y = set->boxes[i].min.y, far = 0, y;
  while (far < EDGE_FARTHEST_M && mk_layout_surface (set->scene, set->from, from.x + way.x * far, from.z + way.z * far, floor_y + 0.03f, &y) && y > floor_y - 0.05f)
    far += EDGE_STEP_M;
  return far;
}

static bool
has_moved (const stage_set *set, unsigned i, double start_s)
{
  mk_node_tracks tracks = mk_node_tracks_find (set->scene, set->bodies[i].root);
  return start_s > 0 && tracks.tracks[MK_TRACK_TRANSLATION] != NULL;
}

/* Each stands on the nearest edge, its middle over it, and tips; what somebody brought to its place is pushed there. */
static void
tip_off (stage_set *set)
{
  static const mk_vec3 ways[] = { { 0, 0, 1 }, { 1, 0, 0 }, { -1, 0, 0 }, { 0, 0, -1 } };
  for (unsigned i = 0; i < set->n; i++) {
    mk_vec3 way = ways[0], size = size_of (set->boxes[i]), at = mk_vec3_scale (mk_vec3_add (set->boxes[i].min, set->boxes[i].max), 0.5f);
    float far = INFINITY;
    for (size_t k = 0; k < MK_COUNT (ways); k++) {
      float own = edge_along (set, i, ways[k]) * (ways[k].z < 0 ? BACK_EDGE : 1);
      way = own < far ? ways[k] : way;
      far = fminf (far, own);
    }
    float tip = sqrtf (9.81f / fmaxf (size.y, 0.02f)), push = has_moved (set, i, set->start_s) ? sqrtf (2 * MK_PHYSICS_FRICTION * 9.81f * far) : 0;
    if (push <= 0)
      put (set, i, (mk_vec3){ at.x + way.x * far, set->boxes[i].min.y, at.z + way.z * far });
    set->bodies[i].spin = mk_vec3_scale (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, way), 0.25f * tip);
    set->bodies[i].velocity = mk_vec3_scale (way, push + 0.125f * tip * size.y + 0.2f);
  }
}

/* Their thin sides face along the row, each within reach of the next; the first gets a push. */
static bool
topple (stage_set *set, GError **error)
{
  (void)error;
  if (set->from >= 0) {
    tip_off (set);
    return true;
  }
  mk_vec3 way = row_of (set), first = mk_vec3_scale (mk_vec3_add (set->boxes[0].min, set->boxes[0].max), 0.5f);
  for (unsigned i = 0; i < set->n; i++) {
    mk_vec3 size = size_of (set->boxes[i]);
    float along = fabsf (way.x) * size.x + fabsf (way.z) * size.z, across = fabsf (way.z) * size.x + fabsf (way.x) * size.z;
    if (along > across * 1.2f && size.y > across) {
      set->bodies[i].rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, MK_PI / 2), set->bodies[i].rotation);
      along = across;
    }
    float step = fminf (along + 0.42f * size.y, fmaxf (0.6f * size.y, 1.2f * along));
    if (i > 0)
      put (set, i, (mk_vec3){ first.x + way.x * step * (float)i, set->boxes[i].min.y, first.z + way.z * step * (float)i });
  }
  float high = size_of (set->boxes[0]).y, fall = sqrtf (9.81f * high); /* of the top, were it a pendulum */
  set->bodies[0].spin = mk_vec3_scale (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, way), 0.55f * fall / high);
  set->bodies[0].velocity = mk_vec3_scale (way, 0.275f * fall);
  if (set->n == 1)
    shove (set, way);
  return true;
}

#define DRIVE_S 0.9         /* from where it comes to where it strikes */

static bool
is_round (const stage_set *set, unsigned i)
{
  for (int node = set->bodies[i].root; node < (int)set->scene->nodes->len && mk_scene_is_within (set->scene, node, set->bodies[i].root); node++) {
    const mk_scene_node *own = mk_scene_get_node (set->scene, node);
    mk_hull hull;
    if (own->n_parts > 0)
      return mk_hull_fit (own->parts[0].mesh, true, &hull, 1) == 1 && hull.kind == MK_HULL_SPHERE;
  }
  return false;
}

/* On its way, as a ball rolls or a car drives. */
static void
send (stage_set *set, unsigned i, mk_vec3 way, float speed)
{
  mk_body *body = &set->bodies[i];
  body->velocity = mk_vec3_scale (way, speed);
  body->is_gliding = !is_round (set, i);
  if (!body->is_gliding)
    body->spin = mk_vec3_scale (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, way), 2 * speed / size_of (set->boxes[i]).y);
  else if (mk_scene_get_node (set->scene, body->root)->object != NULL) /* nose first */
    body->rotation = mk_quat_look (way, (mk_vec3){ 0, 1, 0 });
}

/* Pins stand in rows of one, two, three … with the first towards what comes. */
static void
set_up_pins (stage_set *set, mk_vec3 towards)
{
  unsigned rows = 1;
  while (rows * (rows + 1) / 2 < set->n)
    rows++;
  if (rows * (rows + 1) / 2 != set->n || rows < 2)
    return;
  mk_vec3 side = { towards.z, 0, -towards.x };
  float step = 2.3f * fmaxf (size_of (set->boxes[0]).x, size_of (set->boxes[0]).z);
  for (unsigned row = 0, i = 0; row < rows; row++)
    for (unsigned k = 0; k <= row; k++, i++) {
      float back = ((float)row - (float)(rows - 1) / 2) * step * 0.866f, beside = ((float)k - (float)row / 2) * step;
      put (set, i, (mk_vec3){ set->middle.x + towards.x * back + side.x * beside, set->boxes[i].min.y, set->middle.z + towards.z * back + side.z * beside });
    }
}

static bool
strike (stage_set *set, GError **error)
{
  if (!set->has_striker)
    return mk_error (error, MK_ERROR_USAGE, "“strike” needs “by”: the id of what strikes");
  unsigned by = set->n;
  mk_vec3 from = mk_vec3_scale (mk_vec3_add (set->boxes[by].min, set->boxes[by].max), 0.5f), way = mk_vec3_sub (set->middle, from);
  way.y = 0;
  mk_vec3 back = { 0, 0, -1 };
  way = mk_vec3_length (way) > set->size * 2 ? mk_vec3_normalize (way) : back;
  set_up_pins (set, way);
  mk_vec3 size = size_of (set->boxes[by]);
  bool rolls = is_round (set, by);
  float length = fmaxf (size.x, size.z), distance = fmaxf (1.6f * (set->extent.x + set->extent.z), (rolls ? 9 : 2.5f) * length);
  put (set, by, (mk_vec3){ set->middle.x - way.x * distance + 0.06f * size.x, set->boxes[by].min.y, set->middle.z - way.z * distance });
  send (set, by, way, distance / (rolls ? 0.3f : DRIVE_S));
  return true;
}

static bool
explode (stage_set *set, GError **error)
{
  (void)error;
  for (unsigned i = 0; i < set->n; i++) {
    mk_vec3 at = mk_vec3_scale (mk_vec3_add (set->boxes[i].min, set->boxes[i].max), 0.5f), way = mk_vec3_sub (at, set->middle);
    way.y = 0;
    way = mk_vec3_length (way) > 1e-4f ? mk_vec3_normalize (way) : mk_vec3_normalize ((mk_vec3){ shake (set, 1), 0, shake (set, 1) });
    float speed = 2.2f * sqrtf (9.81f * set->size) * mk_rng_range (&set->rng, 0.7f, 1.2f);
    set->bodies[i].velocity = (mk_vec3){ way.x * speed * 0.7f, speed, way.z * speed * 0.7f };
    set->bodies[i].spin = (mk_vec3){ shake (set, 6), shake (set, 6), shake (set, 6) };
  }
  return true;
}

static bool
collide (stage_set *set, GError **error)
{
  if (set->n < 2)
    return mk_error (error, MK_ERROR_USAGE, "“collide” needs two things or more");
  for (unsigned i = 0; i < set->n; i++) {
    mk_vec3 at = mk_vec3_scale (mk_vec3_add (set->boxes[i].min, set->boxes[i].max), 0.5f), way = mk_vec3_sub (set->middle, at);
    way.y = 0;
    float left = mk_vec3_length (way), far = fmaxf (left, 3 * set->size);
    way = left > 1e-4f ? mk_vec3_normalize (way) : (mk_vec3){ i % 2 ? 1 : -1, 0, 0 };
    put (set, i, (mk_vec3){ set->middle.x - way.x * far, set->boxes[i].min.y, set->middle.z - way.z * far });
    send (set, i, way, far / 0.8f);
  }
  return true;
}

static const struct {
  const char *name;
  bool (*stage) (stage_set *set, GError **error);
  double longest_s; /* simulated when nobody says; what rolls away is not followed for ever */
} scenarios[] = { { "drop", drop, 8 }, { "topple", topple, 8 }, { "strike", strike, 2.6 }, { "explode", explode, 4 },
                  { "rain", rain, 8 }, { "collide", collide, 2.6 }, { "pour", pour, 8 } };

/* --- bodies of a command --- */

/* What a thing is made of says how it bounces and how heavy it is. */
static void
set_nature (const mk_scene *scene, mk_body *body)
{
  const mk_scene_node *root = mk_scene_get_node (scene, body->root);
  const char *object = root->object != NULL ? root->object : "";
  body->bounciness = 0.22f;
  body->density = 600;
  for (int i = body->root; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->n_parts == 0 || !mk_scene_is_within (scene, i, body->root))
      continue;
    const mk_material *m = mk_scene_get_material (scene, node->parts[0].material);
    if (strstr (m->name, "rubber") != NULL)
      body->bounciness = 0.75f;
    if (m->metallic > 0.5f)
      body->density = 5000;
    else if (m->transmission > 0.5f || strstr (m->name, "stone") != NULL || strstr (m->name, "marble") != NULL)
      body->density = 2500;
    break;
  }
  if (g_str_has_prefix (object, "bowling")) {
    body->density = g_str_has_suffix (object, "ball") ? 1300 : 700;
    body->bounciness = 0.5f;
  }
  else if (g_str_has_suffix (object, "ball"))
    body->bounciness = fmaxf (body->bounciness, 0.6f);
}

static void
add_root (stage_set *set, GArray *bodies, int node)
{
  while (mk_scene_get_node (set->scene, node)->parent >= 0)
    node = mk_scene_get_node (set->scene, node)->parent;
  for (guint i = 0; i < bodies->len; i++)
    if (g_array_index (bodies, mk_body, i).root == node)
      return;
  const mk_scene_node *root = mk_scene_get_node (set->scene, node);
  mk_body body = { .root = node, .position = root->trs.translation, .rotation = root->trs.rotation };
  set_nature (set->scene, &body);
  g_array_append_val (bodies, body);
}

static bool
add_named (stage_set *set, GArray *bodies, const char *name, GError **error)
{
  g_autoptr (GArray) found = mk_scene_find_targets (set->scene, name, error);
  for (guint i = 0; found != NULL && i < found->len; i++)
    add_root (set, bodies, g_array_index (found, int, i));
  return found != NULL;
}

static bool
find_bodies (stage_set *set, GArray *bodies, const mk_json *command, GError **error)
{
  const mk_json *targets = mk_json_get (command, "targets");
  for (size_t i = 0; i < mk_json_length (targets); i++)
    if (!add_named (set, bodies, mk_json_get_string (mk_json_at (targets, i)), error))
      return false;
  for (int i = 0; i < (int)set->scene->nodes->len && mk_json_length (targets) == 0; i++) {
    const mk_scene_node *node = mk_scene_get_node (set->scene, i);
    if (node->id != NULL && node->parent < 0 && !node->is_ground && node->light < 0 && node->camera < 0)
      add_root (set, bodies, i);
  }
  set->n = bodies->len;
  if (set->n == 0)
    return mk_error (error, MK_ERROR_NOT_FOUND, "there is nothing yet that could fall");
  const char *by = NULL, *from = NULL;
  if (!mk_field_string (command, "by", &by, error) || !mk_field_string (command, "from", &from, error))
    return false;
  g_autoptr (GArray) carriers = from != NULL ? mk_scene_find_targets (set->scene, from, error) : NULL;
  if (from != NULL && carriers == NULL)
    return false;
  set->from = from != NULL ? mk_scene_thing_of (set->scene, g_array_index (carriers, int, 0)) : -1;
  if (by == NULL)
    return true;
  g_autoptr (GArray) striker = g_array_new (FALSE, FALSE, sizeof (mk_body));
  if (!add_named (set, striker, by, error))
    return false;
  const mk_body *first = &g_array_index (striker, mk_body, 0);
  for (guint i = 0; i < bodies->len; i++) /* the striker is no target of its own */
    if (g_array_index (bodies, mk_body, i).root == first->root) {
      g_array_remove_index (bodies, i);
      set->n--;
      break;
    }
  g_array_append_val (bodies, *first);
  set->has_striker = true;
  return set->n > 0 || mk_error (error, MK_ERROR_NOT_FOUND, "“%s” has nothing to strike", by);
}

/* Where everything is at the start, also after other motions. */
static void
measure (stage_set *set, double start_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (set->scene, start_s);
  mk_box all = MK_BOX_EMPTY;
  for (unsigned i = 0; i < set->n + set->has_striker; i++) {
    mk_body *body = &set->bodies[i];
    mk_node_tracks tracks = mk_node_tracks_find (set->scene, body->root);
    mk_trs now = mk_node_tracks_sample (&tracks, start_s, NULL);
    body->position = now.translation;
    body->rotation = now.rotation;
    set->boxes[i] = mk_scene_bounds (set->scene, pose, body->root);
    if (i >= set->n)
      continue;
    mk_vec3 size = size_of (set->boxes[i]);
    all = mk_box_union (all, set->boxes[i]);
    set->size = fmaxf (set->size, fmaxf (size.x, fmaxf (size.y, size.z)));
  }
  set->middle = (mk_vec3){ (all.min.x + all.max.x) / 2, all.min.y, (all.min.z + all.max.z) / 2 };
  set->extent = size_of (all);
}

static bool
set_stage (stage_set *set, const mk_json *command, GError **error)
{
  const char *name = "drop";
  float bounciness = -1;
  if (!mk_field_string (command, "scenario", &name, error) || !mk_field_float (command, "height_m", 0, 1000, &set->height_m, error) ||
      !mk_field_float (command, "bounciness", -1, 1, &bounciness, error))
    return false;
  for (unsigned i = 0; i < set->n + set->has_striker && bounciness >= 0; i++)
    set->bodies[i].bounciness = bounciness;
  for (size_t i = 0; i < MK_COUNT (scenarios); i++)
    if (g_str_equal (scenarios[i].name, name)) {
      set->longest_s = scenarios[i].longest_s;
      return scenarios[i].stage (set, error);
    }
  return mk_error (error, MK_ERROR_RANGE, "“scenario” is “%s”; there are: drop, topple, strike, explode, rain, collide, pour", name);
}

/* --- wheels --- */

typedef struct {
  const mk_scene *scene;
  int root;
  double start_s;
} driven;

static void
driven_at (const void *user, double time_s, float *distance_m)
{
  const driven *d = user;
  mk_node_tracks tracks = mk_node_tracks_find (d->scene, d->root);
  mk_trs from = mk_node_tracks_sample (&tracks, d->start_s, NULL), now = mk_node_tracks_sample (&tracks, d->start_s + time_s, NULL);
  *distance_m = mk_vec3_length (mk_vec3_sub (now.translation, from.translation));
}

static void
turn_wheels (const mk_stage *stage, const stage_set *set, double duration_s)
{
  for (unsigned i = 0; i < set->n + set->has_striker; i++) {
    int root = set->bodies[i].root;
    mk_act act = { .stage = stage, .scene = set->scene, .node = root, .root = root, .n = 1, .start_s = set->start_s, .duration_s = duration_s, .speed = 1 };
    driven d = { set->scene, root, set->start_s };
    if (!set->bodies[i].is_gliding || !mk_act_has_wheels (&act))
      continue;
    mk_act_measure (&act);
    mk_act_turn_wheels (&act, driven_at, &d);
  }
}

bool
mk_apply_physics (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  double start_s = 0, asked_s = 0, took_s = 0;
  float gravity = 9.81f;
  g_autoptr (GArray) bodies = g_array_new (FALSE, FALSE, sizeof (mk_body));
  stage_set set = { .scene = scene, .rng = mk_rng_new (scene->seed, 0x70687973u + (uint64_t)index) };
  if (!mk_fields_check (command, keys, error) || !mk_times_start (scene, command, &start_s, error) || !mk_field_number (command, "duration_s", 0, 600, &asked_s, error) ||
      !mk_field_float (command, "gravity", -100, 100, &gravity, error) || !find_bodies (&set, bodies, command, error))
    return false;
  set.bodies = (mk_body *)(void *)bodies->data;
  g_autofree mk_box *boxes = g_new (mk_box, bodies->len);
  set.boxes = boxes;
  set.start_s = start_s;
  measure (&set, start_s);
  if (!set_stage (&set, command, error))
    return false;
  double left_s = (double)scene->duration_s - start_s, most_s = asked_s > 0 ? asked_s : scene->is_duration_fixed && left_s > 0.1 ? left_s : set.longest_s;
  mk_physics physics = { .bodies = set.bodies, .n_bodies = bodies->len, .start_s = start_s, .most_s = most_s, .gravity = gravity, .seed = scene->seed };
  if (!mk_physics_bake (scene, &physics, &took_s, error))
    return false;
  turn_wheels (stage, &set, took_s);
  return mk_times_settle (stage, scene, command, start_s, asked_s > 0 ? asked_s : fmax (took_s, SHORTEST_S), error);
}
