#include "render/render.h"

#include <string.h>

#include "check.h"
#include "render/tone.h"
#include "stage.h"

static mk_scene *
small_scene (void)
{
  mk_scene *scene = stage_scene ();
  mk_material red = MK_MATERIAL_DEFAULT, glass = MK_MATERIAL_DEFAULT;
  red.base_color = v3 (0.8f, 0.1f, 0.1f);
  glass.transmission = 1;
  glass.roughness = 0.1f;
  scene->sky = (mk_sky){ .kind = MK_SKY_DAY, .sun_elevation_rad = 0.8f, .sun_intensity = 1, .sky_intensity = 1, .turbidity = 3 };
  stage_quad (scene, v3 (0, 0, 0), v3 (0, 0, 9), v3 (9, 0, 0), NULL);
  int node = stage_quad (scene, v3 (0, 1, 0), v3 (0.8f, 0, 0), v3 (0, 0.8f, 0), &red);
  stage_quad (scene, v3 (1.4f, 1, 1), v3 (0.5f, 0, 0), v3 (0, 0.5f, 0), &glass);
  stage_move (scene, node, v3 (-1, 0, 0), v3 (1, 0, 0), 1);
  stage_camera (scene, v3 (0, 1.5f, 5), v3 (0, 0.8f, 0), 0.7f);
  return scene;
}

static mk_renderer *
open_renderer (const mk_scene *scene, mk_pool *pool, unsigned passes)
{
  mk_render_options options = { .width = 75, .height = 50, .seed = 3, .shutter_s = -1, .passes = passes };
  GError *error = NULL;
  mk_renderer *renderer = mk_renderer_new (scene, &options, pool, &error);
  CHECK_OK (renderer != NULL, error);
  return renderer;
}

TEST (any_number_of_threads_gives_equal_pictures)
{
  static const unsigned counts[] = { 1, 2, 5 };
  g_autoptr (mk_scene) scene = small_scene ();
  mk_image *first[2] = { NULL, NULL };
  for (size_t i = 0; i < MK_COUNT (counts); i++) {
    g_autoptr (mk_pool) pool = mk_pool_new (counts[i]);
    g_autoptr (mk_renderer) renderer = open_renderer (scene, pool, 0);
    for (int k = 0; k < 2; k++) { /* the second has a memory */
      g_auto (mk_frame) frame = { NULL };
      GError *error = NULL;
      CHECK_OK (mk_renderer_frame (renderer, 0.5 + k / 24.0, &frame, NULL, &error), error);
      if (first[k] == NULL)
        first[k] = mk_image_ref (frame.color);
      CHECK (memcmp (mk_image_read (first[k], 0), mk_image_read (frame.color, 0), mk_image_n_bytes (frame.color)) == 0);
    }
  }
  mk_image_unref (first[0]);
  mk_image_unref (first[1]);
}

static mk_image *
printed (mk_print print)
{
  g_autoptr (mk_scene) scene = small_scene ();
  g_autoptr (mk_renderer) renderer = NULL;
  g_auto (mk_frame) frame = { NULL };
  GError *error = NULL;
  scene->print = print;
  renderer = open_renderer (scene, NULL, 0);
  CHECK_OK (mk_renderer_frame (renderer, 0.5, &frame, NULL, &error), error);
  return g_steal_pointer (&frame.color);
}

TEST (a_style_prints_without_colour_with_lines_or_with_glowing_ones)
{
  g_autoptr (mk_image) plain = printed ((mk_print){ 0 }), gray = printed ((mk_print){ .gray = 1, .contrast = 0.5f, .vignette = 0.5f });
  g_autoptr (mk_image) inked = printed ((mk_print){ .lines = 1, .line_color = { 0, 1, 0 } }), glowing = printed ((mk_print){ .lines = 2, .do_lines_glow = true });
  const float *a = mk_image_read (plain, 0), *g = mk_image_read (gray, 0), *ink = mk_image_read (inked, 0), *glow = mk_image_read (glowing, 0);
  int n_lines = 0, n_brighter = 0, n = plain->width * plain->height;
  for (int i = 0; i < n; i++) {
    CHECK_NEAR (g[3 * i], g[3 * i + 1], 1e-6);
    CHECK_NEAR (g[3 * i], g[3 * i + 2], 1e-6);
    n_lines += ink[3 * i] < 0.05f && ink[3 * i + 1] > 0.95f;
    n_brighter += glow[3 * i] > a[3 * i] + 0.01f;
  }
  CHECK_REAL (g[0], <, 0.8f * a[0] + 0.1f); /* a corner */
  CHECK_INT (n_lines, >, n / 100);
  CHECK_INT (n_lines, <, n / 3);
  CHECK_INT (n_brighter, >, n_lines); /* the halo is wider than the line */
}

TEST (passes_say_what_is_where)
{
  g_autoptr (mk_scene) scene = small_scene ();
  g_autoptr (mk_renderer) renderer = open_renderer (scene, NULL, ~0u);
  g_auto (mk_frame) frame = { NULL };
  CHECK (mk_renderer_frame (renderer, 0.5, &frame, NULL, NULL));
  size_t middle = 22 * 75 + 37, corner = 0; /* the red one is there; sky is there */
  CHECK_NEAR (mk_image_read (frame.depth, 0)[middle], 5, 0.3);
  CHECK_REAL (mk_image_read (frame.depth, 0)[corner], ==, 0);
  CHECK_NEAR (mk_image_read (frame.normal, 0)[3 * middle + 2], 1, 1e-3);
  CHECK_REAL (mk_image_read (frame.albedo, 0)[3 * middle], >, 4 * mk_image_read (frame.albedo, 0)[3 * middle + 1]);
  CHECK_REAL (mk_image_read (frame.id, 0)[middle], ==, 2);
  CHECK_REAL (mk_image_read (frame.id, 0)[corner], ==, 0);
  CHECK_REAL (mk_image_read (frame.alpha, 0)[middle], ==, 1);
  CHECK_REAL (mk_image_read (frame.alpha, 0)[corner], ==, 0);
  /* 2 m/s at 5 m, 24 frames a second: pixels = 2/24 / (2 * 5 tan 0.35) * 50 */
  CHECK_NEAR (mk_image_read (frame.motion, 0)[2 * middle], 1.14, 0.06);
  CHECK_NEAR (mk_image_read (frame.motion, 0)[2 * middle + 1], 0, 0.05);
}

TEST (what_cannot_be_drawn_is_refused_with_the_reason)
{
  g_autoptr (mk_scene) scene = small_scene ();
  static const int sizes[][2] = { { 0, 10 }, { 10, -1 }, { 16385, 10 } };
  for (size_t i = 0; i < MK_COUNT (sizes); i++) {
    g_autoptr (GError) error = NULL;
    mk_render_options options = { .width = sizes[i][0], .height = sizes[i][1] };
    CHECK_FAILS (mk_renderer_new (scene, &options, NULL, &error), error, MK_ERROR_RANGE);
  }
  g_autoptr (GError) error = NULL;
  mk_render_options options = { .width = 8, .height = 8 };
  scene->active_camera = -1;
  CHECK_FAILS (mk_renderer_new (scene, &options, NULL, &error), error, MK_ERROR_USAGE);
}

static void
fire_soon (void *user, double done, double total)
{
  (void)total;
  if (done > 0.2)
    mk_cancel_fire (user);
}

TEST (what_is_cancelled_before_it_is_built_is_not_built)
{
  g_autoptr (mk_scene) scene = stage_scene ();
  stage_triangles (scene, 1000, 1);
  stage_camera (scene, (mk_vec3){ 0, 1, 5 }, (mk_vec3){ 0, 0, 0 }, 0.8f);
  g_autoptr (GError) error = NULL;
  mk_cancel cancel = { true };
  mk_render_options options = { .width = 8, .height = 8, .cancel = &cancel };
  CHECK (mk_renderer_new (scene, &options, NULL, &error) == NULL);
  CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_CANCELLED));
  cancel.fired = false;
  g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &options, NULL, NULL);
  CHECK (renderer != NULL);
}

TEST (a_cancelled_frame_leaves_nothing_behind)
{
  g_autoptr (mk_scene) scene = small_scene ();
  g_autoptr (mk_pool) pool = mk_pool_new (2);
  g_autoptr (mk_renderer) renderer = open_renderer (scene, pool, ~0u);
  mk_cancel cancel = { false };
  mk_job job = { &cancel, fire_soon, &cancel };
  mk_frame frame = { NULL };
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_renderer_frame (renderer, 0, &frame, &job, &error), error, MK_ERROR_CANCELLED);
  CHECK (frame.color == NULL && frame.depth == NULL);
  CHECK (mk_renderer_frame (renderer, 0, &frame, NULL, NULL));
  mk_frame_clear (&frame);
}

/* Against many samples of the same moment: the filtered picture's error as a share of the unfiltered one's. */
static double
error_left (unsigned n_samples)
{
  g_autoptr (mk_scene) scene = small_scene ();
  mk_frame frames[3] = { { NULL }, { NULL }, { NULL } };
  double errors[2] = { 0, 0 };
  for (int i = 0; i < 3; i++) {
    mk_render_options options = { .width = 75, .height = 50, .seed = (uint64_t)i, .n_samples = i == 2 ? 1024 : n_samples, .max_bounces = 3, .no_denoise = i != 0, .passes = MK_PASS_LINEAR };
    g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &options, NULL, NULL);
    CHECK (renderer != NULL && mk_renderer_frame (renderer, 0.5, &frames[i], NULL, NULL));
  }
  for (int i = 0; i < 2; i++)
    for (size_t k = 0; k < 75 * 50 * 3; k++)
      errors[i] += pow (mk_image_read (frames[i].linear, 0)[k] - mk_image_read (frames[2].linear, 0)[k], 2);
  for (int i = 0; i < 3; i++)
    mk_frame_clear (&frames[i]);
  return errors[0] / errors[1];
}

TEST (the_filter_halves_the_error_of_a_draft_at_least)
{
  CHECK_REAL (error_left (4), <, 0.25);
}

TEST (the_filter_leaves_many_samples_no_worse_than_they_were)
{
  CHECK_REAL (error_left (48), <, 1);
}

typedef struct {
  int n_calls;
  double means[4];
  uint8_t first[3 * 96 * 64];
  double apart; /* the first and the second, of all points and colours */
} previews;

static void
note_preview (void *user, const uint8_t *rgb8, int width, int height)
{
  previews *p = user;
  double sum = 0;
  for (int i = 0; i < 3 * width * height; i++)
    sum += rgb8[i];
  if (p->n_calls == 0)
    memcpy (p->first, rgb8, sizeof p->first);
  if (p->n_calls == 1)
    for (size_t i = 0; i < sizeof p->first; i++)
      p->apart += abs (rgb8[i] - p->first[i]) / (double)sizeof p->first;
  if (p->n_calls < 4)
    p->means[p->n_calls] = sum / (3.0 * width * height);
  p->n_calls++;
}

TEST (a_sketch_comes_before_the_first_frame_and_looks_like_it)
{
  g_autoptr (mk_scene) scene = small_scene ();
  previews seen = { 0 };
  mk_render_options options = { .width = 96, .height = 64, .preview = note_preview, .preview_user = &seen };
  g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &options, NULL, NULL);
  for (int i = 0; i < 2; i++) {
    mk_frame frame = { NULL };
    CHECK (mk_renderer_frame (renderer, i / (double)scene->fps, &frame, NULL, NULL));
    CHECK_INT (seen.n_calls, ==, 2 + i); /* the second frame has one before it and needs none */
    mk_frame_clear (&frame);
  }
  CHECK_NEAR (seen.means[0], seen.means[1], 0.1 * seen.means[1]);
  CHECK_REAL (seen.apart, <, 5.5); /* of 255; a sample a pixel as it was found is 8 */
}

TEST (the_film_curve_keeps_grey_and_order)
{
  vec3 grey = mk_tone_map (v3_all (0.18f));
  CHECK_NEAR (grey.x, 0.4613, 0.002); /* sRGB of 0.18 */
  float last = -1;
  for (float x = 0; x < 50; x = x * 1.1f + 0.001f) {
    vec3 c = mk_tone_map (v3_all (x));
    CHECK (c.x >= last && c.x <= 1);
    last = c.x;
  }
  vec3 red = mk_tone_map (v3 (0.6f, 0.02f, 0.02f));
  CHECK_REAL (red.x, >, 2 * red.y);
}
