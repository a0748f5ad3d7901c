/* Rays a second through a world, against a bare Embree loop: the same triangles in one flat scene, the same rays. */
#include <embree3/rtcore.h>
#include <string.h>
#include <xmmintrin.h>

#include "base/file.h"
#include "bench.h"
#include "render/camera.h"
#include "render/sampler.h"
#include "render/world.h"
#include "scene/apply.h"
#include "scene/objects.h"

enum { WIDTH = 640, HEIGHT = 360, N_PIXELS = WIDTH * HEIGHT };

static const char *const scenes[][2] = {
  { "still life", "[{\"op\":\"ground\",\"surface\":\"wood\"},{\"op\":\"add\",\"id\":\"a\",\"object\":\"teapot\"},{\"op\":\"add\",\"id\":\"b\",\"object\":\"chess set\"},"
                  "{\"op\":\"add\",\"id\":\"c\",\"object\":\"potted plant\"},{\"op\":\"add\",\"id\":\"d\",\"object\":\"dragon\"}]" },
  { "ball bouncing on grass", "[{\"op\":\"ground\",\"surface\":\"grass\"},{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\"},{\"op\":\"animate\",\"targets\":[\"a\"],\"motion\":\"bounce\"}]" } };

typedef struct {
  vec3 origin, direction;
} ray;

typedef struct {
  mk_world *world;
  RTCScene flat;
  ray *rays;
  size_t n;
  bool is_shadow, is_eye;
  size_t n_hits;
} work;

/* --- ours and the bare loop --- */

static void
run_ours (void *user)
{
  work *w = user;
  w->n_hits = 0;
  for (size_t i = 0; i < w->n; i++) {
    mk_hit hit;
    if (w->is_shadow)
      w->n_hits += max3 (mk_world_transmittance (w->world, w->rays[i].origin, w->rays[i].direction, 1e30f, 0.5f, MK_RAY_SHARP)) <= 0;
    else
      w->n_hits += mk_world_intersect (w->world, w->rays[i].origin, w->rays[i].direction, 1e30f, 0.5f, w->is_eye ? MK_RAY_EYE : MK_RAY_SHARP, &hit);
  }
}

static void
run_bare (void *user)
{
  work *w = user;
  struct RTCIntersectContext context;
  rtcInitIntersectContext (&context);
  context.flags = w->is_eye ? RTC_INTERSECT_CONTEXT_FLAG_COHERENT : RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT;
  w->n_hits = 0;
  for (size_t i = 0; i < w->n; i++) {
    vec3 o = w->rays[i].origin, d = w->rays[i].direction;
    struct RTCRayHit r = { .ray = { .org_x = o.x, .org_y = o.y, .org_z = o.z, .dir_x = d.x, .dir_y = d.y, .dir_z = d.z, .tfar = 1e30f, .mask = ~0u } };
    r.hit.geomID = r.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
    if (w->is_shadow)
      rtcOccluded1 (w->flat, &context, &r.ray);
    else
      rtcIntersect1 (w->flat, &context, &r);
    w->n_hits += w->is_shadow ? r.ray.tfar < 0 : r.hit.geomID != RTC_INVALID_GEOMETRY_ID;
  }
}

/* Every triangle in world space, at the moment for which the world was posed. */
static RTCScene
flatten (const mk_world *world)
{
  RTCScene scene = rtcNewScene (world->device);
  for (unsigned i = 0; i < world->n_sources; i++) {
    const mk_source *s = &world->sources[i];
    for (uint32_t c = 0; c < s->n_copies; c++) {
      RTCGeometry geometry = rtcNewGeometry (world->device, RTC_GEOMETRY_TYPE_TRIANGLE);
      vec3 *p = rtcSetNewGeometryBuffer (geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, sizeof (vec3), s->mesh->n_vertices);
      uint32_t *index = rtcSetNewGeometryBuffer (geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 3 * sizeof (uint32_t), s->n_triangles);
      for (uint32_t v = 0; v < s->mesh->n_vertices; v++)
        p[v] = s->kind == MK_SOURCE_SKINNED ? s->positions[0][v] : mk_mat4_point (s->world[0][c], s->mesh->positions[v]);
      memcpy (index, s->mesh->indices, s->mesh->n_indices * sizeof *index);
      rtcCommitGeometry (geometry);
      rtcAttachGeometry (scene, geometry);
      rtcReleaseGeometry (geometry);
    }
  }
  rtcCommitScene (scene);
  return scene;
}

/* --- the rays: as a path tracer sends them, in its order --- */

static size_t
eye_rays (const mk_view *view, ray *rays)
{
  for (int i = 0; i < N_PIXELS; i++) {
    mk_eye_ray eye = mk_view_ray (view, (float)(i % WIDTH) + 0.5f, (float)(i / WIDTH) + 0.5f, (mk_vec2){ 0, 0 }, 0.5f);
    rays[i] = (ray){ eye.origin, eye.direction };
  }
  return N_PIXELS;
}

/* From where rays hit: onwards by the cosine, or towards the sun. */
static size_t
next_rays (const mk_world *world, const ray *from, bool is_shadow, ray *rays)
{
  size_t n = 0;
  vec3 sun = unit (v3 (0.5f, 0.8f, 0.4f));
  for (size_t i = 0; i < N_PIXELS; i++) {
    mk_hit hit;
    if (!mk_world_intersect (world, from[i].origin, from[i].direction, 1e30f, 0.5f, MK_RAY_SHARP, &hit))
      continue;
    mk_sampler sampler = mk_sampler_start (1, (uint32_t)i, 0, 0);
    vec3 g = unit (hit.normal), x, y, local = cosine_of (mk_sampler_2d (&sampler));
    g = dot (g, from[i].direction) > 0 ? scale (g, -1) : g;
    frame_of (g, &x, &y);
    rays[n++] = (ray){ along (along (from[i].origin, from[i].direction, hit.t), g, 1e-3f), is_shadow ? sun : add (add (scale (x, local.x), scale (y, local.y)), scale (g, local.z)) };
  }
  return n;
}

/* --- measuring --- */

static void
compare (work *w, const char *scene, const char *kind, bool as_json)
{
  double ours = 1e30, bare = 1e30;
  size_t hits = 0;
  for (int i = 0; i < 25; i++) { /* by turns, so that both meet the same machine */
    bare = MIN (bare, bench_best_ms (1, run_bare, w));
    hits = w->n_hits;
    ours = MIN (ours, bench_best_ms (1, run_ours, w));
  }
  g_autofree char *name = g_strdup_printf ("%s, %s rays", scene, kind), *share = g_strdup_printf ("%s against bare Embree", name);
  bench_print (as_json, name, (double)w->n / ours * 1e-3, "M/s", 0);
  bench_print (as_json, share, 100 * bare / ours, "%", 80);
  if (labs ((long)hits - (long)w->n_hits) > (long)(w->n / 200))
    fprintf (stderr, "rays: the two disagree: %zu hits and %zu\n", w->n_hits, hits);
}

static mk_scene *
make_scene (const mk_stage *stage, const char *text)
{
  g_autoptr (mk_json) list = NULL;
  g_autoptr (GError) error = NULL;
  mk_scene *scene = mk_scene_new ();
  g_assert (mk_json_parse (text, strlen (text), NULL, &list, NULL));
  for (size_t i = 0; i < mk_json_length (list); i++) {
    mk_scene *next = mk_scene_apply (stage, scene, mk_json_at (list, i), &error);
    if (next == NULL)
      g_error ("%s", error->message);
    mk_scene_unref (scene);
    scene = next;
  }
  mk_scene *whole = mk_scene_complete (stage, scene, (float)WIDTH / HEIGHT, NULL);
  mk_scene_unref (scene);
  return whole;
}

static void
measure (const mk_stage *stage, const char *const scene_of[2], bool as_json)
{
  g_autoptr (mk_scene) scene = make_scene (stage, scene_of[1]);
  g_autofree ray *eye = g_new (ray, N_PIXELS), *next = g_new (ray, N_PIXELS);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 1);
  mk_view view;
  work w = { .world = mk_world_new (scene, NULL, NULL), .rays = eye, .is_eye = true };
  g_assert (w.world != NULL && mk_world_pose (w.world, 1, 1, 1, NULL, NULL));
  mk_view_make (&view, scene, pose, pose, pose, WIDTH, HEIGHT);
  w.flat = flatten (w.world);
  w.n = eye_rays (&view, eye);
  compare (&w, scene_of[0], "eye", as_json);
  w.is_eye = false;
  w.rays = next;
  w.n = next_rays (w.world, eye, false, next);
  compare (&w, scene_of[0], "scattered", as_json);
  w.is_shadow = true;
  w.n = next_rays (w.world, eye, true, next);
  compare (&w, scene_of[0], "shadow", as_json);
  rtcReleaseScene (w.flat);
  mk_world_free (w.world);
}

int
main (int argc, char **argv)
{
  bool as_json = argc > 1 && g_str_equal (argv[1], "--json");
  mk_library *library = mk_library_new (MK_ASSETS, NULL);
  g_assert (library != NULL);
  mk_stage stage = { .library = library, .assets = MK_ASSETS, .input = "." };
  _mm_setcsr (_mm_getcsr () | 0x8040);
  for (size_t i = 0; i < MK_COUNT (scenes); i++)
    measure (&stage, scenes[i], as_json);
  mk_library_free (library);
  return 0;
}
