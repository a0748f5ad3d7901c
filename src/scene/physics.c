#include "scene/physics.h"

#include "base/rng.h"
#include "scene/ground.h"
#include "scene/motion.h"

#include <ode/ode.h>
#include <pthread.h>
#include <string.h>

#define STEP_S (1.0 / 240)
#define STEPS_PER_SAMPLE 4
#define SAMPLE_S (STEP_S * STEPS_PER_SAMPLE)
#define MAX_CONTACTS 12
#define MAX_BODIES 400u
#define REST_S 0.35          /* all must have been still so long */
#define STILL_M_S 0.02
#define GLIDING 0.03         /* friction of what is on wheels */
#define ROLLING_M 4e-3         /* lever of what slows a rolling thing */
#define MOVE_TOLERANCE_M 8e-4f
#define TURN_TOLERANCE 1.2e-3f /* sine of half the angle */

typedef struct {
  float position[3], rotation[4]; /* of the node; rotation x, y, z, w */
} sample;

typedef struct {
  const mk_body *given;
  bool is_gliding;     /* still */
  dBodyID body;
  mk_vec3 middle;      /* centre of mass in the node's space, its scale applied */
  sample last;
  GArray *samples;
} moving;

typedef struct {
  dWorldID world;
  dSpaceID space;
  dJointGroupID contacts;
  moving *bodies;
  unsigned n_bodies;
  GPtrArray *meshes;   /* dTriMeshDataID */
  GPtrArray *points;   /* what they refer to */
} simulation;

static pthread_mutex_t ode_lock = PTHREAD_MUTEX_INITIALIZER; /* ODE's chance and its tables are one for all threads */
static bool is_ode_ready;                                    /* under the lock */

/* --- geometry --- */

/* A hull's place in the frame of a matrix: its turn and its sizes along the matrix's own axes. */
static void
axes_of (mk_mat4 m, mk_vec3 *scale, dMatrix3 turn)
{
  mk_vec3 x = { m.m[0], m.m[1], m.m[2] }, y = { m.m[4], m.m[5], m.m[6] }, z = { m.m[8], m.m[9], m.m[10] };
  *scale = (mk_vec3){ mk_vec3_length (x), mk_vec3_length (y), mk_vec3_length (z) };
  x = mk_vec3_normalize (x);
  y = mk_vec3_normalize (y);
  z = mk_vec3_cross (x, y);
  dMatrix3 rows = { (dReal)x.x, (dReal)y.x, (dReal)z.x, 0, (dReal)x.y, (dReal)y.y, (dReal)z.y, 0, (dReal)x.z, (dReal)y.z, (dReal)z.z, 0 };
  memcpy (turn, rows, sizeof (dMatrix3));
}

static dGeomID
new_mesh (simulation *s, const mk_mesh *mesh, mk_mat4 m)
{
  float *points = g_new (float, 3 * (size_t)mesh->n_vertices);
  dTriIndex *indices = g_new (dTriIndex, mesh->n_indices);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    mk_vec3 p = mk_mat4_point (m, mesh->positions[i]);
    points[3 * i] = p.x, points[3 * i + 1] = p.y, points[3 * i + 2] = p.z;
  }
  for (uint32_t i = 0; i < mesh->n_indices; i++)
    indices[i] = (dTriIndex)mesh->indices[i];
  dTriMeshDataID data = dGeomTriMeshDataCreate ();
  dGeomTriMeshDataBuildSingle (data, points, 3 * sizeof (float), (int)mesh->n_vertices, indices, (int)mesh->n_indices, 3 * sizeof (dTriIndex));
  g_ptr_array_add (s->meshes, data);
  g_ptr_array_add (s->points, points);
  g_ptr_array_add (s->points, indices);
  return dCreateTriMesh (s->space, data, NULL, NULL, NULL);
}

/* One piece in the frame of `m`; `volume` and its middle are for the mass. */
static dGeomID
new_piece (simulation *s, const mk_hull *hull, mk_mat4 m, mk_vec3 *middle, double *volume, dMatrix3 turn)
{
  mk_vec3 scale;
  axes_of (m, &scale, turn);
  *middle = mk_mat4_point (m, hull->center);
  float sides[] = { scale.x, scale.y, scale.z };
  if (hull->kind == MK_HULL_BOX) {
    mk_vec3 size = mk_vec3_mul (hull->size, scale);
    *volume = (double)size.x * (double)size.y * (double)size.z;
    return dCreateBox (s->space, (dReal)size.x, (dReal)size.y, (dReal)size.z);
  }
  double radius = (double)(hull->size.x * sides[(hull->axis + 1) % 3]);
  if (hull->kind == MK_HULL_SPHERE) {
    *volume = 4.0 / 3 * M_PI * radius * radius * radius;
    return dCreateSphere (s->space, radius);
  }
  double length = (double)(hull->size.y * sides[hull->axis]);
  *volume = M_PI * radius * radius * length;
  dMatrix3 along, both; /* ODE's cylinders lie along Z */
  if (hull->axis == 0)
    dRFromAxisAndAngle (along, 0, 1, 0, M_PI / 2);
  else if (hull->axis == 1)
    dRFromAxisAndAngle (along, 1, 0, 0, -M_PI / 2);
  else
    dRSetIdentity (along);
  dMultiply0_333 (both, turn, along);
  memcpy (turn, both, sizeof (dMatrix3));
  return dCreateCylinder (s->space, radius, length);
}

/* --- what stands still --- */

static void
add_obstacle (simulation *s, const mk_scene *scene, const mk_pose *pose, int index)
{
  const mk_scene_node *node = mk_scene_get_node (scene, index);
  for (unsigned p = 0; p < node->n_parts; p++) {
    mk_hull hulls[MK_HULL_MOST];
    unsigned n = mk_hull_fit (node->parts[p].mesh, false, hulls, MK_HULL_MOST);
    for (unsigned i = 0; i < n; i++) {
      mk_vec3 middle;
      double volume;
      dMatrix3 turn;
      if (hulls[i].kind == MK_HULL_MESH) {
        new_mesh (s, node->parts[p].mesh, pose->world[index]);
        continue;
      }
      dGeomID geom = new_piece (s, &hulls[i], pose->world[index], &middle, &volume, turn);
      dGeomSetPosition (geom, (dReal)middle.x, (dReal)middle.y, (dReal)middle.z);
      dGeomSetRotation (geom, turn);
    }
  }
}

static bool
is_moving (const simulation *s, const mk_scene *scene, int node)
{
  for (unsigned i = 0; i < s->n_bodies; i++)
    if (mk_scene_is_within (scene, node, s->bodies[i].given->root))
      return true;
  return false;
}

static void
add_obstacles (simulation *s, const mk_scene *scene, const mk_pose *pose)
{
  int ground = mk_ground_find (scene);
  if (ground >= 0 ? !mk_scene_get_node (scene, ground)->is_hidden : scene->sky.kind != MK_SKY_SPACE)
    dCreatePlane (s->space, 0, 1, 0, ground >= 0 ? (dReal)pose->world[ground].m[13] : 0);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->n_parts > 0 && !node->is_ground && !node->is_hidden && node->copies == NULL && node->skin < 0 && !is_moving (s, scene, i))
      add_obstacle (s, scene, pose, i);
  }
}

/* --- what moves --- */

typedef struct {
  dGeomID geom;
  mk_vec3 middle;
  double volume;
  dMatrix3 turn;
} piece;

/* The pieces of an object in its root's frame: turned and scaled as the root is, but standing at its origin. */
static GArray *
pieces_of (simulation *s, const mk_scene *scene, const mk_pose *pose, int root)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (piece));
  mk_trs own = mk_scene_get_node (scene, root)->trs;
  mk_mat4 frame = mk_mat4_mul (mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, MK_QUAT_IDENTITY, own.scale }), mk_mat4_inverse (pose->world[root]));
  for (int i = root; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->is_hidden || node->copies != NULL || !mk_scene_is_within (scene, i, root))
      continue;
    mk_mat4 m = mk_mat4_mul (frame, pose->world[i]);
    for (unsigned p = 0; p < node->n_parts; p++) {
      mk_hull hulls[MK_HULL_MOST];
      unsigned n = mk_hull_fit (node->parts[p].mesh, true, hulls, MK_HULL_MOST);
      for (unsigned k = 0; k < n; k++) {
        piece own_piece;
        own_piece.geom = new_piece (s, &hulls[k], m, &own_piece.middle, &own_piece.volume, own_piece.turn);
        g_array_append_val (pieces, own_piece);
      }
    }
  }
  return pieces;
}

static void
set_mass (moving *m, const GArray *pieces)
{
  dMass sum;
  dMassSetZero (&sum);
  for (guint i = 0; i < pieces->len; i++) {
    const piece *p = &g_array_index (pieces, piece, i);
    dReal density = (dReal)m->given->density, a[3] = { 0 };
    dMass own;
    switch (dGeomGetClass (p->geom)) {
    case dSphereClass:
      dMassSetSphere (&own, density, dGeomSphereGetRadius (p->geom));
      break;
    case dCylinderClass:
      dGeomCylinderGetParams (p->geom, &a[0], &a[1]);
      dMassSetCylinder (&own, density, 3, a[0], a[1]);
      break;
    default: {
      dVector3 sides;
      dGeomBoxGetLengths (p->geom, sides);
      dMassSetBox (&own, density, sides[0], sides[1], sides[2]);
    }
    }
    dMassRotate (&own, p->turn);
    dMassTranslate (&own, (dReal)(p->middle.x - m->middle.x), (dReal)(p->middle.y - m->middle.y), (dReal)(p->middle.z - m->middle.z));
    dMassAdd (&sum, &own);
  }
  sum.c[0] = sum.c[1] = sum.c[2] = 0; /* `middle` is where it is */
  dBodySetMass (m->body, &sum);
}

static bool
add_body (simulation *s, const mk_scene *scene, const mk_pose *pose, moving *m, GError **error)
{
  const mk_body *given = m->given;
  m->is_gliding = given->is_gliding;
  g_autoptr (GArray) pieces = pieces_of (s, scene, pose, given->root);
  double volume = 0;
  mk_vec3 sum = { 0, 0, 0 };
  for (guint i = 0; i < pieces->len; i++) {
    const piece *p = &g_array_index (pieces, piece, i);
    sum = mk_vec3_add (sum, mk_vec3_scale (p->middle, (float)p->volume));
    volume += p->volume;
  }
  if (!(volume > 1e-12))
    return mk_error (error, MK_ERROR_RANGE, "“%s” has no body that could fall", mk_scene_get_node (scene, given->root)->name);
  m->middle = mk_vec3_scale (sum, (float)(1 / volume));
  m->body = dBodyCreate (s->world);
  set_mass (m, pieces);
  for (guint i = 0; i < pieces->len; i++) {
    const piece *p = &g_array_index (pieces, piece, i);
    dGeomSetBody (p->geom, m->body);
    dGeomSetOffsetPosition (p->geom, (dReal)(p->middle.x - m->middle.x), (dReal)(p->middle.y - m->middle.y), (dReal)(p->middle.z - m->middle.z));
    dGeomSetOffsetRotation (p->geom, p->turn);
    dGeomSetData (p->geom, m);
  }
  mk_vec3 at = mk_vec3_add (given->position, mk_quat_rotate (given->rotation, m->middle));
  dQuaternion q = { (dReal)given->rotation.w, (dReal)given->rotation.x, (dReal)given->rotation.y, (dReal)given->rotation.z };
  dBodySetPosition (m->body, (dReal)at.x, (dReal)at.y, (dReal)at.z);
  dBodySetQuaternion (m->body, q);
  dBodySetLinearVel (m->body, (dReal)given->velocity.x, (dReal)given->velocity.y, (dReal)given->velocity.z);
  dBodySetAngularVel (m->body, (dReal)given->spin.x, (dReal)given->spin.y, (dReal)given->spin.z);
  m->samples = g_array_new (FALSE, FALSE, sizeof (sample));
  return true;
}

/* --- time --- */

static void
on_near (void *user, dGeomID a, dGeomID b)
{
  simulation *s = user;
  dBodyID first = dGeomGetBody (a), second = dGeomGetBody (b);
  if (first == second)
    return;
  moving *m = dGeomGetData (a), *n = dGeomGetData (b);
  dContact contacts[MAX_CONTACTS];
  int count = dCollide (a, b, MAX_CONTACTS, &contacts[0].geom, sizeof (dContact));
  float bounce = m != NULL && n != NULL ? fmaxf (m->given->bounciness, n->given->bounciness) : m != NULL ? m->given->bounciness : n != NULL ? n->given->bounciness : 0;
  bool glides = (m != NULL && m->is_gliding) || (n != NULL && n->is_gliding);
  if (glides && count > 0 && m != NULL && n != NULL)
    m->is_gliding = n->is_gliding = false;
  for (int i = 0; i < count; i++) {
    contacts[i].surface = (dSurfaceParameters){ .mode = dContactBounce | dContactApprox1 | dContactSoftCFM | dContactRolling, .mu = glides ? GLIDING : (dReal)MK_PHYSICS_FRICTION, .bounce = (dReal)bounce,
                                                .bounce_vel = 0.15, .soft_cfm = 1e-6, .rho = ROLLING_M, .rho2 = ROLLING_M, .rhoN = ROLLING_M };
    dJointAttach (dJointCreateContact (s->world, s->contacts, &contacts[i]), first, second);
  }
}

static void
take_sample (moving *m)
{
  const dReal *p = dBodyGetPosition (m->body), *q = dBodyGetQuaternion (m->body);
  mk_quat turn = { (float)q[1], (float)q[2], (float)q[3], (float)q[0] };
  mk_vec3 at = mk_vec3_sub ((mk_vec3){ (float)p[0], (float)p[1], (float)p[2] }, mk_quat_rotate (turn, m->middle));
  sample own = { { at.x, at.y, at.z }, { turn.x, turn.y, turn.z, turn.w } };
  float side = 0;
  for (int i = 0; i < 4; i++)
    side += own.rotation[i] * m->last.rotation[i];
  for (int i = 0; i < 4 && side < 0; i++)
    own.rotation[i] = -own.rotation[i];
  m->last = own;
  g_array_append_val (m->samples, own);
}

static bool
is_still (const simulation *s)
{
  for (unsigned i = 0; i < s->n_bodies; i++) {
    const dReal *v = dBodyGetLinearVel (s->bodies[i].body), *w = dBodyGetAngularVel (s->bodies[i].body);
    if (dBodyIsEnabled (s->bodies[i].body) && (dCalcVectorLength3 (v) > STILL_M_S || dCalcVectorLength3 (w) > 0.1))
      return false;
  }
  return true;
}

static double
simulate (simulation *s, double most_s)
{
  double still_s = 0, time_s = 0;
  for (unsigned i = 0; i < s->n_bodies; i++)
    take_sample (&s->bodies[i]);
  while (time_s < most_s - 1e-9 && still_s < REST_S) {
    for (int i = 0; i < STEPS_PER_SAMPLE; i++) {
      dSpaceCollide (s->space, s, on_near);
      dWorldQuickStep (s->world, STEP_S);
      dJointGroupEmpty (s->contacts);
    }
    time_s += SAMPLE_S;
    still_s = is_still (s) ? still_s + SAMPLE_S : 0;
    for (unsigned i = 0; i < s->n_bodies; i++)
      take_sample (&s->bodies[i]);
  }
  return time_s;
}

/* --- tracks --- */

typedef struct {
  GArray *times, *values; /* float */
  unsigned width;
} keys;

static void
add_key (keys *k, double time_s, const float *value)
{
  float t = (float)time_s;
  g_array_append_val (k->times, t);
  g_array_append_vals (k->values, value, k->width);
}

static float
distance_between (const float *a, const float *from, const float *to, float share, unsigned width)
{
  float sum = 0;
  for (unsigned i = 0; i < width; i++) {
    float d = a[i] - (from[i] + (to[i] - from[i]) * share);
    sum += d * d;
  }
  return sqrtf (sum);
}

/* Keys where straight lines between them would stray from the samples. */
static void
add_samples (keys *k, const moving *m, double start_s, size_t offset, float tolerance)
{
  guint n = m->samples->len, from = 0;
#define VALUE(i) ((const float *)(const void *)((const char *)&g_array_index (m->samples, sample, i) + offset))
  add_key (k, start_s, VALUE (0));
  while (from + 1 < n) {
    guint to = from + 1;
    for (bool holds = true; holds && to + 1 < n; to += holds)
      for (guint i = from + 1; i <= to && holds; i++)
        holds = distance_between (VALUE (i), VALUE (from), VALUE (to + 1), (float)(i - from) / (float)(to + 1 - from), k->width) < tolerance;
    add_key (k, start_s + to * SAMPLE_S, VALUE (to));
    from = to;
  }
#undef VALUE
}

/* What it did before the start, then what the samples say. */
static void
write_track (mk_scene *scene, const moving *m, mk_track_path path, double start_s)
{
  bool is_turn = path == MK_TRACK_ROTATION;
  keys k = { g_array_new (FALSE, FALSE, sizeof (float)), g_array_new (FALSE, FALSE, sizeof (float)), is_turn ? 4 : 3 };
  mk_node_tracks before = mk_node_tracks_find (scene, m->given->root);
  for (double t = 0; t < start_s - 0.5 * SAMPLE_S && before.tracks[path] != NULL; t += 2 * SAMPLE_S) {
    float value[4];
    mk_track_sample (before.tracks[path], t, value);
    add_key (&k, t, value);
  }
  if (k.times->len == 0 && start_s > 0)
    add_key (&k, 0, is_turn ? g_array_index (m->samples, sample, 0).rotation : g_array_index (m->samples, sample, 0).position);
  add_samples (&k, m, start_s, is_turn ? offsetof (sample, rotation) : offsetof (sample, position), is_turn ? TURN_TOLERANCE : MOVE_TOLERANCE_M);
  mk_track track = { .node = m->given->root, .path = path, .interpolation = MK_TRACK_LINEAR, .n_keys = k.times->len,
                     .times_s = (float *)(void *)k.times->data, .values = (float *)(void *)k.values->data };
  mk_scene_set_track (scene, &track);
  g_array_unref (k.times);
  g_array_unref (k.values);
}

/* --- all of it --- */

static void
simulation_begin (simulation *s, const mk_physics *physics)
{
  *s = (simulation){ .world = dWorldCreate (), .space = dHashSpaceCreate (NULL), .contacts = dJointGroupCreate (0), .n_bodies = physics->n_bodies };
  s->bodies = g_new0 (moving, physics->n_bodies);
  s->meshes = g_ptr_array_new ();
  s->points = g_ptr_array_new_with_free_func (g_free);
  dRandSetSeed ((unsigned long)physics->seed);
  dWorldSetGravity (s->world, 0, -(dReal)physics->gravity, 0);
  dWorldSetERP (s->world, 0.2);
  dWorldSetCFM (s->world, 1e-7);
  dWorldSetQuickStepNumIterations (s->world, 60);
  dWorldSetContactMaxCorrectingVel (s->world, 2);
  dWorldSetContactSurfaceLayer (s->world, 4e-4);
  dWorldSetAutoDisableFlag (s->world, 1);
  dWorldSetAutoDisableLinearThreshold (s->world, STILL_M_S / 2);
  dWorldSetAutoDisableAngularThreshold (s->world, 0.05);
  dWorldSetAutoDisableTime (s->world, 0.3);
  dWorldSetAngularDamping (s->world, 0.002);
}

static void
simulation_end (simulation *s)
{
  for (unsigned i = 0; i < s->n_bodies; i++)
    if (s->bodies[i].samples != NULL)
      g_array_unref (s->bodies[i].samples);
  g_free (s->bodies);
  dJointGroupDestroy (s->contacts);
  dSpaceDestroy (s->space);
  dWorldDestroy (s->world);
  for (guint i = 0; i < s->meshes->len; i++)
    dGeomTriMeshDataDestroy (s->meshes->pdata[i]);
  g_ptr_array_unref (s->meshes);
  g_ptr_array_unref (s->points);
}

static bool
bake (mk_scene *scene, const mk_physics *physics, double *duration_s, GError **error)
{
  simulation s;
  bool is_good = true;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, physics->start_s);
  simulation_begin (&s, physics);
  for (unsigned i = 0; i < physics->n_bodies; i++) {
    s.bodies[i].given = &physics->bodies[i];
    s.bodies[i].last.rotation[3] = 1;
  }
  add_obstacles (&s, scene, pose);
  for (unsigned i = 0; i < physics->n_bodies && is_good; i++)
    is_good = add_body (&s, scene, pose, &s.bodies[i], error);
  if (is_good)
    *duration_s = simulate (&s, physics->most_s);
  for (unsigned i = 0; i < physics->n_bodies && is_good; i++) {
    write_track (scene, &s.bodies[i], MK_TRACK_TRANSLATION, physics->start_s);
    write_track (scene, &s.bodies[i], MK_TRACK_ROTATION, physics->start_s);
  }
  simulation_end (&s);
  return is_good;
}

bool
mk_physics_bake (mk_scene *scene, const mk_physics *physics, double *duration_s, GError **error)
{
  if (physics->n_bodies == 0 || physics->n_bodies > MAX_BODIES)
    return mk_error (error, MK_ERROR_LIMIT, "%u things would fall; 1 to %u can", physics->n_bodies, MAX_BODIES);
  pthread_mutex_lock (&ode_lock);
  if (!is_ode_ready)
    dInitODE2 (0);
  is_ode_ready = true;
  dAllocateODEDataForThread (dAllocateMaskAll);
  bool is_good = bake (scene, physics, duration_s, error);
  pthread_mutex_unlock (&ode_lock);
  return is_good;
}
