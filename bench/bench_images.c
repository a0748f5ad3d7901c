/* bench_images.c - image nodes on large pictures; goals are what ComfyUI 0.3.64 takes on a machine of two cores. */
#include "base/pool.h"
#include "bench.h"
#include "graph/registry.h"
#include "graph/run.h"
#include "media/png.h"
#include "nodes/image/types.h"
#include "nodes/nodes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  mk_registry *registry;
  mk_run_context context;
  const char *id;
  const char *constants; /* JSON of the inputs that are no pictures */
  mk_image *image, *second;
} work;

static mk_image *
make_picture (int side)
{
  mk_image *image = mk_image_new (1, side, side, 3, NULL);
  float *to = mk_image_write (image, 0);
  uint32_t state = 1;
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i++) {
    state = state * 1664525u + 1013904223u;
    to[i] = (float)((state >> 24) + (i / 3 % (size_t)side) % 256) / 511;
  }
  return image;
}

static void
set (mk_run *run, size_t index, mk_value *taken)
{
  g_autoptr (GPtrArray) list = mk_value_list_new ();
  g_ptr_array_add (list, taken);
  mk_run_set_input (run, index, list);
}

static void
run_node (void *user)
{
  work *w = user;
  g_autoptr (mk_json) constants = NULL;
  g_autoptr (GError) error = NULL;
  const mk_node_def *def = mk_registry_find (w->registry, w->id);
  g_autoptr (mk_run) run = mk_run_new (&w->context, def, "1");
  mk_json_parse (w->constants, -1, NULL, &constants, NULL);
  int n_pictures = 0;
  for (size_t i = 0; def->inputs[i].name != NULL; i++) {
    if (strcmp (def->inputs[i].type, "IMAGE") == 0)
      set (run, i, mk_value_new_image (mk_image_ref (n_pictures++ == 0 ? w->image : w->second)));
    else if (mk_json_has (constants, def->inputs[i].name))
      set (run, i, mk_value_of_json (mk_json_get (constants, def->inputs[i].name), def->inputs[i].type));
  }
  if (!def->run (run, &error)) {
    fprintf (stderr, "%s: %s\n", w->id, error->message);
    exit (1);
  }
}

int
main (int argc, char **argv)
{
  static const struct { const char *name, *id, *constants; int side; double goal_ms; } cases[] = {
    { "2048x2048 blur, radius 10", "ImageBlur", "{\"blur_radius\": 10, \"sigma\": 1.0}", 2048, 35000 },
    { "2048x2048 sharpen, radius 10", "ImageSharpen", "{\"sharpen_radius\": 10, \"sigma\": 1.0, \"alpha\": 1.0}", 2048, 35000 },
    { "2048x2048 soft light", "ImageBlend", "{\"blend_factor\": 0.5, \"blend_mode\": \"soft_light\"}", 2048, 1000 },
    { "2048x2048 save as PNG", "SaveImage", "{\"filename_prefix\": \"bench\"}", 2048, 930 },
    { "2048x2048 load from PNG", "LoadImage", "{\"image\": \"bench_00001_.png\"}", 2048, 110 },
    { "4096x4096 to 1024x1024, lanczos", "ImageScale", "{\"upscale_method\": \"lanczos\", \"width\": 1024, \"height\": 1024, \"crop\": \"disabled\"}", 4096, 560 },
    { "4096x4096 to 1024x1024, area", "ImageScale", "{\"upscale_method\": \"area\", \"width\": 1024, \"height\": 1024, \"crop\": \"disabled\"}", 4096, 95 },
    { "4096x4096 to 1024x1024, bicubic", "ImageScale", "{\"upscale_method\": \"bicubic\", \"width\": 1024, \"height\": 1024, \"crop\": \"disabled\"}", 4096, 32 },
    { "4096x4096 to 1024x1024, bilinear", "ImageScale", "{\"upscale_method\": \"bilinear\", \"width\": 1024, \"height\": 1024, \"crop\": \"disabled\"}", 4096, 12 },
  };
  bool as_json = argc > 1 && strcmp (argv[1], "--json") == 0;
  char folder[] = "/tmp/bench-images-XXXXXX";
  if (mkdtemp (folder) == NULL)
    return 1;
  mk_folders folders = { folder, folder, folder, folder, folder };
  work w = { .registry = mk_registry_new (), .context = { .folders = &folders, .pool = mk_pool_new (0) } };
  mk_registry_add_all (w.registry, mk_all_nodes, NULL);
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    if (w.image == NULL || w.image->width != cases[i].side) {
      mk_image_unref (w.image);
      mk_image_unref (w.second);
      w.image = make_picture (cases[i].side);
      w.second = make_picture (cases[i].side);
    }
    w.id = cases[i].id;
    w.constants = cases[i].constants;
    bench_print (as_json, cases[i].name, bench_best_ms (3, run_node, &w), "ms", cases[i].goal_ms);
  }
  for (int i = 1; i < 4; i++) {
    g_autofree char *path = g_strdup_printf ("%s/bench_%05d_.png", folder, i);
    unlink (path);
  }
  rmdir (folder);
  return 0;
}
