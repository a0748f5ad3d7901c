/* grain.c - a plugin in C with one node: film grain. Copy this folder to begin one of your own.
 *
 * Build     cc -O2 -fPIC -shared -o grain.so grain.c -I PATH/TO/miktos/src $(pkg-config --cflags --libs glib-2.0 json-c)
 * Install   Put grain.so into custom_nodes/ of the engine's base directory and start the engine again.
 */
#include <math.h>
#include <string.h>

#include "media/image.h"
#include "nodes/image/types.h"
#include "packs/plugin_api.h"

static const mk_port inputs[] = {
  { "image", "IMAGE" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0, 1, 0.1, 0.01), .tip = "0 leaves the picture as it is, 1 is a very fast film." },
  { "seed", "INT", MK_SEED },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

/* One well-mixed number per pixel, so that neither order nor threads matter. Steele, Lea, Flood, "Fast Splittable
 * Pseudorandom Number Generators", 2014. */
static float
noise_at (uint64_t seed, uint64_t index)
{
  uint64_t x = seed + (index + 1) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (float)((x ^ (x >> 31)) >> 40) / 0x1p24f - 0.5f;
}

/* Film grain shows most in the middle tones. */
static void
add_grain (float *pixel, int n_channels, float noise)
{
  for (int c = 0; c < MIN (n_channels, 3); c++) {
    float room = 4 * pixel[c] * (1 - pixel[c]);
    pixel[c] = CLAMP (pixel[c] + noise * room, 0, 1);
  }
}

static bool
run (mk_run *run, GError **error)
{
  const mk_image *image = mk_run_get_data (run, "image", &mk_image_type);
  float strength = (float)mk_run_get_real (run, "strength");
  uint64_t seed = mk_run_get_uint (run, "seed");
  mk_image *made = mk_image_new (image->n, image->height, image->width, image->n_channels, error);
  if (made == NULL)
    return false;
  size_t n_pixels = (size_t)image->height * (size_t)image->width;
  for (int i = 0; i < image->n; i++) {
    float *pixels = mk_image_write (made, i);
    memcpy (pixels, mk_image_read (image, i), n_pixels * (size_t)image->n_channels * sizeof (float));
    for (size_t p = 0; p < n_pixels; p++)
      add_grain (pixels + p * (size_t)image->n_channels, image->n_channels, strength * noise_at (seed, (size_t)i * n_pixels + p));
    if (mk_job_is_cancelled (mk_run_job (run))) {
      mk_image_unref (made);
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    }
    mk_job_report (mk_run_job (run), i + 1, image->n);
  }
  mk_run_set_output (run, 0, mk_value_new_image (made));
  return true;
}

static const mk_node_def film_grain = {
  .id = "FilmGrain", .label = "Film Grain", .category = "image/postprocessing", .help = "Adds the grain of photographic film.",
  .version = 1, .python_module = "custom_nodes.grain", .inputs = inputs, .outputs = outputs, .run = run };

static const mk_node_def *const nodes[] = { &film_grain, NULL };

const mk_plugin mk_plugin_record = MK_PLUGIN ("grain", "1.0", nodes);
