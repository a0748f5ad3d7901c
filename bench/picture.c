/* picture - the still life of bench_cycles.py: writes it as GLB, or renders such a GLB to raw floats.
 *
 * Use       picture --write OUT.glb
 *           picture IN.glb OUT.f32 WIDTH HEIGHT SAMPLES [--denoise]    prints the seconds that it took;
 *                   each number of samples has its own seed
 * Light     An even sky and one sun, the same as cycles.py sets: what a GLB says of lights, programs read differently.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "bench.h"
#include "render/maths.h"
#include "render/render.h"
#include "scene/apply.h"
#include "scene/gltf.h"
#include "scene/import.h"
#include "scene/objects.h"

static const char still_life[] =
  "[{\"op\":\"ground\",\"surface\":\"tiles\",\"size_m\":9},{\"op\":\"add\",\"id\":\"a\",\"object\":\"torus\",\"material\":\"gold\"},"
  "{\"op\":\"add\",\"id\":\"b\",\"object\":\"sphere\",\"material\":\"matte\",\"color\":\"#c83a2a\",\"place\":[{\"relation\":\"left\",\"targets\":[\"a\"]}]},"
  "{\"op\":\"add\",\"id\":\"c\",\"object\":\"cube\",\"material\":\"matte\",\"color\":\"#e8e4da\",\"place\":[{\"relation\":\"right\",\"targets\":[\"a\"]}]},"
  "{\"op\":\"add\",\"id\":\"d\",\"object\":\"cone\",\"material\":\"steel\",\"place\":[{\"relation\":\"behind\",\"targets\":[\"a\"]}]},"
  "{\"op\":\"camera\",\"side\":\"three-quarter\",\"angle\":\"high\"}]";

static bool
write_glb (const char *path, GError **error)
{
  mk_library *library = mk_library_new (MK_ASSETS, error);
  g_autoptr (mk_json) list = NULL;
  if (library == NULL || !mk_json_parse (still_life, strlen (still_life), NULL, &list, error))
    return false;
  mk_stage stage = { .library = library, .assets = MK_ASSETS, .input = "." };
  mk_scene *scene = mk_scene_new ();
  for (size_t i = 0; scene != NULL && i < mk_json_length (list); i++) {
    mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (list, i), error);
    mk_scene_unref (scene);
    scene = next;
  }
  g_autoptr (mk_scene) whole = scene != NULL ? mk_scene_complete (&stage, scene, 16 / 9.0f, error) : NULL;
  mk_scene_unref (scene);
  bool is_good = whole != NULL && mk_gltf_write (whole, path, NULL, NULL, error);
  mk_library_free (library);
  return is_good;
}

static void
set_light (mk_scene *scene)
{
  for (guint i = 0; i < scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    node->light = -1;
    if (node->camera >= 0)
      scene->active_camera = (int)i;
  }
  mk_light sun = { .name = "sun", .kind = MK_LIGHT_SUN, .color = { 1, 1, 1 }, .intensity = 3, .radius_m = 0.05f };
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.light = mk_scene_add_light (scene, &sun);
  node.trs.rotation = mk_quat_look (v3 (0.5f, 0.8f, 0.4f), v3 (0, 1, 0));
  mk_scene_add_node (scene, &node);
  scene->sky = (mk_sky){ .kind = MK_SKY_COLOR, .color = { 0.4f, 0.5f, 0.6f }, .sky_intensity = 1 };
}

static bool
render (char **argv, bool denoises, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (argv[1]), *file = g_path_get_basename (argv[1]);
  g_autoptr (mk_scene) read = mk_import_model (folder, file, NULL, error);
  if (read == NULL)
    return false;
  g_autoptr (mk_scene) scene = mk_scene_edit (read);
  set_light (scene);
  mk_render_options options = { .width = atoi (argv[3]), .height = atoi (argv[4]), .n_samples = (unsigned)atoi (argv[5]), .seed = (uint64_t)atoi (argv[5]), .max_bounces = 6, .no_denoise = !denoises,
                                .passes = MK_PASS_LINEAR };
  g_autoptr (mk_pool) pool = mk_pool_new (0);
  g_auto (mk_frame) frame = { NULL };
  double start = bench_now_ms ();
  g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &options, pool, error);
  if (renderer == NULL || !mk_renderer_frame (renderer, 0, &frame, NULL, error))
    return false;
  double seconds = (bench_now_ms () - start) * 1e-3;
  size_t n = mk_image_n_bytes (frame.linear) / sizeof (float);
  float *pixels = mk_image_write (frame.linear, 0), scale_back = exp2f (-mk_renderer_exposure_ev (renderer));
  for (size_t i = 0; i < n; i++)
    pixels[i] *= scale_back;
  printf ("%.4f\n", seconds);
  return g_file_set_contents (argv[2], (const char *)pixels, (gssize)(n * sizeof (float)), error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  bool is_good = false;
  if (argc == 3 && g_str_equal (argv[1], "--write"))
    is_good = write_glb (argv[2], &error);
  else if (argc >= 6)
    is_good = render (argv, argc > 6 && g_str_equal (argv[6], "--denoise"), &error);
  else
    fprintf (stderr, "use: picture --write OUT.glb | picture IN.glb OUT.f32 WIDTH HEIGHT SAMPLES [--denoise]\n");
  if (error != NULL)
    fprintf (stderr, "picture: %s\n", error->message);
  return is_good ? 0 : 1;
}
