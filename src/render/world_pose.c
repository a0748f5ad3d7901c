/* Everything that moves, to its place for one frame. */
#include "render/world_parts.h"

enum { ROWS = 4096 }; /* vertices that one item of the pool bends */

typedef struct {
  mk_source *source;
  const mk_mat4 *matrices[3]; /* open, closed, before */
} bend;

static void
bend_rows (void *user, size_t item, unsigned worker)
{
  const bend *b = user;
  (void)worker;
  mk_source *s = b->source;
  uint32_t first = (uint32_t)item * ROWS, end = MIN (first + ROWS, s->mesh->n_vertices);
  for (uint32_t v = first; v < end; v++) {
    for (int step = 0; step < 2; step++) {
      const mk_mat4 *matrices = b->matrices[step];
      s->positions[step][v] = mk_mesh_skinned_point (s->mesh, v, matrices);
      vec3 n = { 0, 0, 0 };
      for (int k = 0; k < 4; k++)
        if (s->mesh->weights[v][k] > 0)
          n = add (n, scale (unit (transform_normal (&matrices[s->mesh->joints[v][k]], s->mesh->normals[v])), s->mesh->weights[v][k]));
      s->normals[step][v] = unit (n);
    }
    s->positions_before[v] = mk_mesh_skinned_point (s->mesh, v, b->matrices[2]);
  }
}

static void
pose_skinned (mk_world *world, mk_source *s, mk_pose *const poses[3], mk_pool *pool)
{
  bend b = { .source = s };
  g_autofree mk_mat4 *open = mk_skin_matrices (world->scene, poses[0], s->skin);
  g_autofree mk_mat4 *closed = mk_skin_matrices (world->scene, poses[1], s->skin);
  g_autofree mk_mat4 *before = mk_skin_matrices (world->scene, poses[2], s->skin);
  b.matrices[0] = open;
  b.matrices[1] = closed;
  b.matrices[2] = before;
  mk_pool_run (pool, (s->mesh->n_vertices + ROWS - 1) / ROWS, bend_rows, &b, NULL);
  rtcUpdateGeometryBuffer (s->geometries[0], RTC_BUFFER_TYPE_VERTEX, 0);
  rtcUpdateGeometryBuffer (s->geometries[0], RTC_BUFFER_TYPE_VERTEX, 1);
  rtcCommitGeometry (s->geometries[0]);
}

static void
pose_moving (mk_source *s, mk_pose *const poses[3])
{
  mk_mat4 *targets[3] = { s->world[0], s->world[1], s->before };
  for (uint32_t c = 0; c < s->n_copies; c++) {
    for (int k = 0; k < 3; k++)
      targets[k][c] = s->copies != NULL ? mk_mat4_mul (poses[k]->world[s->node], s->copies[c]) : poses[k]->world[s->node];
    rtcSetGeometryTransform (s->geometries[c], 0, RTC_FORMAT_FLOAT4X4_COLUMN_MAJOR, s->world[0][c].m);
    rtcSetGeometryTransform (s->geometries[c], 1, RTC_FORMAT_FLOAT4X4_COLUMN_MAJOR, s->world[1][c].m);
    rtcCommitGeometry (s->geometries[c]);
  }
}

bool
mk_world_pose (mk_world *world, double open_s, double close_s, double before_s, mk_pool *pool, GError **error)
{
  g_autoptr (mk_pose) open = mk_pose_new (world->scene, open_s);
  g_autoptr (mk_pose) closed = mk_pose_new (world->scene, close_s);
  g_autoptr (mk_pose) before = mk_pose_new (world->scene, before_s);
  mk_pose *poses[3] = { open, closed, before };
  for (unsigned i = 0; i < world->n_sources; i++) {
    mk_source *s = &world->sources[i];
    s->opacity = 0.5f * (open->opacity[s->node] + closed->opacity[s->node]);
    if (s->kind == MK_SOURCE_SKINNED)
      pose_skinned (world, s, poses, pool);
    else if (s->kind == MK_SOURCE_MOVING && !s->is_still)
      pose_moving (s, poses);
  }
  rtcCommitScene (world->moving);
  if (world->coarse != NULL)
    rtcCommitScene (world->coarse);
  enum RTCError code = rtcGetDeviceError (world->device);
  if (code == RTC_ERROR_CANCELLED)
    return mk_error (error, MK_ERROR_CANCELLED, "rendering was cancelled");
  return code == RTC_ERROR_NONE || mk_error (error, code == RTC_ERROR_OUT_OF_MEMORY ? MK_ERROR_MEMORY : MK_ERROR_FAILED, "Embree cannot build the frame: error %d", (int)code);
}
