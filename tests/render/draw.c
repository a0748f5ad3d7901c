/* draw - a picture or a film of {"sky", "camera", "commands"}: for eyes, not a test.
 *
 * Use       draw SCENE.json OUT.png [--size W H] [--quality 0..2] [--samples N] [--time S] [--raw] [--frames N]
 *           With --frames, OUT is a printf pattern such as frame%03d.png, and frames follow each other at the scene's rate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "media/png.h"
#include "render/maths.h"
#include "render/render.h"
#include "scene/apply.h"
#include "scene/objects.h"

typedef struct {
  const char *commands, *out, *passes;
  mk_render_options options;
  double time_s;
  int n_frames;
} request;

static bool
read_arguments (int argc, char **argv, request *r)
{
  r->options = (mk_render_options){ .width = 640, .height = 360, .shutter_s = -1 };
  r->n_frames = 1;
  if (argc < 3)
    return false;
  r->commands = argv[1];
  r->out = argv[2];
  for (int i = 3; i < argc; i++) {
    bool has_next = i + 1 < argc;
    if (strcmp (argv[i], "--raw") == 0)
      r->options.no_denoise = true;
    else if (strcmp (argv[i], "--size") == 0 && i + 2 < argc) {
      r->options.width = atoi (argv[++i]);
      r->options.height = atoi (argv[++i]);
    } else if (strcmp (argv[i], "--quality") == 0 && has_next)
      r->options.quality = (mk_render_quality)atoi (argv[++i]);
    else if (strcmp (argv[i], "--samples") == 0 && has_next)
      r->options.n_samples = (unsigned)atoi (argv[++i]);
    else if (strcmp (argv[i], "--time") == 0 && has_next)
      r->time_s = atof (argv[++i]);
    else if (strcmp (argv[i], "--frames") == 0 && has_next)
      r->n_frames = atoi (argv[++i]);
    else
      return false;
  }
  return true;
}

static float
number (const mk_json *json, const char *key, float otherwise)
{
  const mk_json *value = mk_json_get (json, key);
  return value != NULL ? (float)mk_json_get_real (value) : otherwise;
}

static vec3
point (const mk_json *json, const char *key, vec3 otherwise)
{
  const mk_json *value = mk_json_get (json, key);
  if (mk_json_length (value) != 3)
    return otherwise;
  return v3 ((float)mk_json_get_real (mk_json_at (value, 0)), (float)mk_json_get_real (mk_json_at (value, 1)), (float)mk_json_get_real (mk_json_at (value, 2)));
}

/* "sky" and "camera" here are plain numbers: what is drawn must not depend on how other rooms choose them. */
static void
set_sky (mk_scene *scene, const mk_json *json)
{
  static const char *const kinds[] = { "day", "sunset", "night", "studio", "neon", "fog", "overcast", "space", "color", "underwater" };
  const char *kind = mk_json_get_string (mk_json_get (json, "kind"));
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_strcmp0 (kind, kinds[i]) == 0)
      scene->sky.kind = (mk_sky_kind)i;
  scene->sky.sun_elevation_rad = number (json, "elevation", scene->sky.kind == MK_SKY_SUNSET ? 5 : 43) * MK_PI / 180;
  scene->sky.sun_azimuth_rad = number (json, "azimuth", 40) * MK_PI / 180;
  scene->sky.fog_density = number (json, "fog", scene->sky.kind == MK_SKY_FOG ? 0.06f : 0);
  scene->sky.color = point (json, "color", scene->sky.color);
}

static void
set_camera (mk_scene *scene, const mk_json *json)
{
  vec3 eye = point (json, "at", v3 (0, 1.6f, 6)), to = point (json, "to", v3 (0, 0.6f, 0));
  mk_camera camera = { .yfov_rad = number (json, "fov", 35) * MK_PI / 180, .near_m = 0.01f, .far_m = 1000,
                       .aperture_radius_m = number (json, "aperture", 0), .focus_distance_m = number (json, "focus", 0) };
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.camera = mk_scene_add_camera (scene, &camera);
  node.trs.translation = eye;
  node.trs.rotation = mk_quat_look (sub (eye, to), v3 (0, 1, 0));
  scene->active_camera = mk_scene_add_node (scene, &node);
}

static mk_scene *
make_scene (const request *r, mk_library *library, const char *assets, GError **error)
{
  g_autoptr (mk_json) json = NULL;
  if (!mk_json_parse_file (r->commands, NULL, &json, error))
    return NULL;
  const mk_json *list = mk_json_get (json, "commands");
  mk_stage stage = { .library = library, .assets = assets, .input = "." };
  mk_scene *scene = mk_scene_new ();
  for (size_t i = 0; scene != NULL && i < mk_json_length (list); i++) {
    mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (list, i), error);
    mk_scene_unref (scene);
    scene = next;
  }
  if (scene == NULL)
    return NULL;
  if (mk_json_has (json, "sky"))
    set_sky (scene, mk_json_get (json, "sky"));
  if (mk_json_has (json, "camera")) {
    set_camera (scene, mk_json_get (json, "camera"));
    return scene;
  }
  mk_scene *whole = mk_scene_complete (&stage, scene, (float)r->options.width / (float)r->options.height, error);
  mk_scene_unref (scene);
  return whole;
}

static bool
draw_frame (mk_renderer *renderer, const request *r, int index, double fps, GError **error)
{
  g_auto (mk_frame) frame = { NULL };
  gint64 start = g_get_monotonic_time ();
  if (!mk_renderer_frame (renderer, r->time_s + index / fps, &frame, NULL, error))
    return false;
  fprintf (stderr, "frame %d: %.0f ms\n", index, (double)(g_get_monotonic_time () - start) * 1e-3);
  g_autofree char *path = r->n_frames > 1 ? g_strdup_printf ("%s%03d.png", r->out, index) : g_strdup (r->out);
  return mk_png_write (frame.color, 0, path, NULL, error);
}

static bool
draw (const request *r, GError **error)
{
  g_autofree char *assets = g_build_filename (MK_SOURCE_ROOT, "assets", NULL);
  mk_library *library = mk_library_new (assets, error);
  if (library == NULL)
    return false;
  g_autoptr (mk_scene) scene = make_scene (r, library, assets, error);
  if (scene == NULL)
    return false;
  g_autoptr (mk_pool) pool = mk_pool_new (0);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &r->options, pool, error);
  if (renderer == NULL)
    return false;
  fprintf (stderr, "made in %.0f ms, exposure %.2f EV\n", (double)(g_get_monotonic_time () - start) * 1e-3, (double)mk_renderer_exposure_ev (renderer));
  for (int i = 0; i < r->n_frames; i++)
    if (!draw_frame (renderer, r, i, (double)scene->fps, error))
      return false;
  mk_library_free (library);
  return true;
}

int
main (int argc, char **argv)
{
  request r = { 0 };
  g_autoptr (GError) error = NULL;
  if (!read_arguments (argc, argv, &r)) {
    fprintf (stderr, "use: draw SCENE.json OUT.png [--size W H] [--quality Q] [--samples N] [--time S] [--frames N] [--raw]\n");
    return 2;
  }
  if (draw (&r, &error))
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return 1;
}
