/* Embree geometries, once per renderer. */
#include <string.h>

#include "render/world_parts.h"

static bool
refused (enum RTCError code, GError **error)
{
  if (code == RTC_ERROR_CANCELLED)
    return mk_error (error, MK_ERROR_CANCELLED, "rendering was cancelled");
  return mk_error (error, code == RTC_ERROR_OUT_OF_MEMORY ? MK_ERROR_MEMORY : MK_ERROR_FAILED, "Embree cannot hold the scene: error %d", (int)code);
}

static bool
goes_on (void *user, double done)
{
  const mk_world *world = user;
  (void)done;
  const mk_job job = { .cancel = (mk_cancel *)world->cancel };
  return !mk_job_is_cancelled (&job);
}

/* The trees of a meadow take long to build, so somebody may have enough of it. */
static RTCScene
scene_new (mk_world *world)
{
  RTCScene scene = rtcNewScene (world->device);
  rtcSetSceneProgressMonitorFunction (scene, goes_on, world);
  return scene;
}

static RTCGeometry
triangles_new (mk_world *world, const mk_source *s, uint32_t n_copies, vec3 **positions)
{
  RTCGeometry geometry = rtcNewGeometry (world->device, RTC_GEOMETRY_TYPE_TRIANGLE);
  size_t n_vertices = (size_t)n_copies * s->mesh->n_vertices, n_triangles = (size_t)n_copies * s->n_triangles;
  *positions = rtcSetNewGeometryBuffer (geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, sizeof (vec3), n_vertices);
  uint32_t *indices = rtcSetNewGeometryBuffer (geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 3 * sizeof (uint32_t), n_triangles);
  if (*positions == NULL || indices == NULL) {
    rtcReleaseGeometry (geometry);
    return NULL;
  }
  for (uint32_t c = 0; c < n_copies; c++)
    for (uint32_t i = 0; i < s->mesh->n_indices; i++)
      *indices++ = s->mesh->indices[i] + c * s->mesh->n_vertices;
  rtcSetGeometryUserData (geometry, (void *)s);
  if (s->may_pass)
    rtcSetGeometryOccludedFilterFunction (geometry, mk_world_filter_shadow);
  return geometry;
}

static bool
build_baked (mk_world *world, mk_source *s, unsigned index, const mk_pose *pose, GError **error)
{
  vec3 *positions;
  RTCGeometry geometry = triangles_new (world, s, s->n_copies, &positions);
  if (geometry == NULL)
    return refused (rtcGetDeviceError (world->device), error);
  s->world[0] = g_new (mk_mat4, s->n_copies);
  for (uint32_t c = 0; c < s->n_copies; c++) {
    s->world[0][c] = s->copies != NULL ? mk_mat4_mul (pose->world[s->node], s->copies[c]) : pose->world[s->node];
    for (uint32_t v = 0; v < s->mesh->n_vertices; v++)
      *positions++ = mk_mat4_point (s->world[0][c], s->mesh->positions[v]);
  }
  rtcCommitGeometry (geometry);
  rtcAttachGeometryByID (world->fixed, geometry, index);
  rtcReleaseGeometry (geometry);
  world->has_fixed = true;
  return true;
}

/* The mesh in its own space; shared, unless shadow rays must know whose it is. */
static bool
find_object (mk_world *world, mk_source *s, GError **error)
{
  s->object = s->may_pass ? NULL : g_hash_table_lookup (world->objects, s->mesh);
  if (s->object != NULL) {
    rtcRetainScene (s->object);
    return true;
  }
  vec3 *positions;
  RTCGeometry geometry = triangles_new (world, s, 1, &positions);
  if (geometry == NULL)
    return refused (rtcGetDeviceError (world->device), error);
  memcpy (positions, s->mesh->positions, s->mesh->n_vertices * sizeof *positions);
  rtcCommitGeometry (geometry);
  s->object = scene_new (world);
  if (s->is_strewn) /* thin slanting blades in great numbers: worth a tree with split triangles */
    rtcSetSceneBuildQuality (s->object, RTC_BUILD_QUALITY_HIGH);
  rtcAttachGeometry (s->object, geometry);
  rtcReleaseGeometry (geometry);
  rtcCommitScene (s->object);
  if (!s->may_pass) {
    rtcRetainScene (s->object);
    g_hash_table_insert (world->objects, (void *)s->mesh, s->object);
  }
  return true;
}

static bool
build_moving (mk_world *world, mk_source *s, const mk_pose *pose, GError **error)
{
  if (!find_object (world, s, error))
    return false;
  s->world[0] = g_new (mk_mat4, s->n_copies);
  s->world[1] = g_new (mk_mat4, s->n_copies);
  s->before = g_new (mk_mat4, s->n_copies);
  s->geometries = g_new0 (RTCGeometry, s->n_copies);
  for (uint32_t c = 0; c < s->n_copies; c++) {
    s->geometries[c] = rtcNewGeometry (world->device, RTC_GEOMETRY_TYPE_INSTANCE);
    rtcSetGeometryInstancedScene (s->geometries[c], s->object);
    if (!s->is_still) {
      rtcSetGeometryTimeStepCount (s->geometries[c], 2);
      continue;
    }
    s->world[0][c] = s->world[1][c] = s->before[c] = mk_mat4_mul (pose->world[s->node], s->copies[c]);
    rtcSetGeometryTransform (s->geometries[c], 0, RTC_FORMAT_FLOAT4X4_COLUMN_MAJOR, s->world[0][c].m);
    rtcCommitGeometry (s->geometries[c]);
  }
  return true;
}

/* Two time steps always: a shutter that does not open has two equal ones. */
static bool
build_skinned (mk_world *world, mk_source *s, GError **error)
{
  uint32_t n = s->mesh->n_vertices;
  for (int step = 0; step < 2; step++) {
    s->positions[step] = g_new0 (vec3, n + 1); /* Embree reads 16 bytes at the last */
    s->normals[step] = g_new0 (vec3, n);
  }
  s->positions_before = g_new0 (vec3, n);
  s->geometries = g_new0 (RTCGeometry, 1);
  RTCGeometry geometry = s->geometries[0] = rtcNewGeometry (world->device, RTC_GEOMETRY_TYPE_TRIANGLE);
  rtcSetGeometryTimeStepCount (geometry, 2);
  rtcSetGeometryBuildQuality (geometry, RTC_BUILD_QUALITY_LOW);
  uint32_t *indices = rtcSetNewGeometryBuffer (geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 3 * sizeof (uint32_t), s->n_triangles);
  if (indices == NULL)
    return refused (rtcGetDeviceError (world->device), error);
  memcpy (indices, s->mesh->indices, s->mesh->n_indices * sizeof *indices);
  for (unsigned step = 0; step < 2; step++)
    rtcSetSharedGeometryBuffer (geometry, RTC_BUFFER_TYPE_VERTEX, step, RTC_FORMAT_FLOAT3, s->positions[step], 0, sizeof (vec3), n);
  rtcSetGeometryUserData (geometry, s);
  if (s->may_pass)
    rtcSetGeometryOccludedFilterFunction (geometry, mk_world_filter_shadow);
  return true;
}

/* Every moving copy and every skin. */
static void
attach_all (mk_world *world)
{
  GArray *slots = g_array_new (FALSE, TRUE, sizeof (mk_slot));
  for (unsigned i = 0; i < world->n_sources; i++) {
    mk_source *s = &world->sources[i];
    uint32_t n = s->kind == MK_SOURCE_BAKED ? 0 : s->kind == MK_SOURCE_MOVING ? s->n_copies : 1;
    for (uint32_t c = 0; c < n; c++) {
      mk_slot slot = { i, c };
      world->has_moving = true;
      world->has_coarse |= !s->is_strewn;
      rtcAttachGeometryByID (world->moving, s->geometries[c], slots->len);
      if (world->coarse != NULL && !s->is_strewn)
        rtcAttachGeometryByID (world->coarse, s->geometries[c], slots->len);
      g_array_append_val (slots, slot);
    }
  }
  world->n_slots = slots->len;
  world->slots = (mk_slot *)(void *)g_array_free (slots, FALSE);
}

bool
mk_world_build (mk_world *world, GError **error)
{
  g_autoptr (mk_pose) pose = mk_pose_new (world->scene, 0);
  world->fixed = scene_new (world);
  world->moving = scene_new (world);
  for (unsigned i = 0; i < world->n_sources && world->coarse == NULL; i++)
    if (world->sources[i].is_strewn && world->sources[i].is_still)
      world->coarse = scene_new (world);
  for (unsigned i = 0; i < world->n_sources; i++) {
    mk_source *s = &world->sources[i];
    if (!goes_on (world, 0))
      return mk_error (error, MK_ERROR_CANCELLED, "rendering was cancelled");
    bool is_built = s->kind == MK_SOURCE_BAKED ? build_baked (world, s, i, pose, error)
                    : s->kind == MK_SOURCE_MOVING ? build_moving (world, s, pose, error)
                                                  : build_skinned (world, s, error);
    if (!is_built)
      return false;
  }
  rtcCommitScene (world->fixed);
  attach_all (world);
  enum RTCError code = rtcGetDeviceError (world->device);
  return code == RTC_ERROR_NONE || refused (code, error);
}
