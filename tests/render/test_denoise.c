#include "render/denoise.h"

#include "check.h"
#include "stage.h"

enum { WIDTH = 96, HEIGHT = 64, N = WIDTH * HEIGHT };

/* A floor in the even light of a studio, which needs chance to find, and a wall of another colour. */
static mk_scene *
room (void)
{
  mk_scene *scene = stage_scene ();
  mk_material floor = { .base_color = { 0.7f, 0.7f, 0.7f }, .opacity = 1, .roughness = 0.9f, .ior = 1.5f }, wall = floor;
  wall.base_color = v3 (0.1f, 0.3f, 0.7f);
  scene->sky.kind = MK_SKY_STUDIO;
  scene->sky.color = v3 (1, 1, 1);
  scene->sky.sky_intensity = 1;
  stage_quad (scene, v3 (0, 0, 0), v3 (0, 0, 20), v3 (20, 0, 0), &floor);
  stage_quad (scene, v3 (1.5f, 1, 0), v3 (0.8f, 0, 0), v3 (0, 1, 0), &wall);
  stage_camera (scene, v3 (0, 1.5f, 5), v3 (0, 0.8f, 0), 0.7f);
  return scene;
}

/* How much a still picture changes from frame to frame, on average. */
static double
boiling (const mk_scene *scene, bool remembers)
{
  mk_render_options options = { .width = WIDTH, .height = HEIGHT, .n_samples = 2, .max_bounces = 2, .passes = MK_PASS_LINEAR };
  g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &options, NULL, NULL);
  g_autofree float *last = NULL;
  double sum = 0;
  for (int i = 0; i < 10; i++) {
    g_auto (mk_frame) frame = { NULL };
    double time_s = remembers ? i / (double)scene->fps : i * 3 / (double)scene->fps; /* out of order nothing is carried over */
    CHECK (mk_renderer_frame (renderer, time_s, &frame, NULL, NULL));
    const float *now = mk_image_read (frame.linear, 0);
    for (int k = 0; k < 3 * N && i > 5; k++)
      sum += fabs ((double)now[k] - (double)last[k]) / (3.0 * N * 4);
    g_free (last);
    last = g_memdup2 (now, 3 * N * sizeof *last);
  }
  return sum;
}

TEST (a_film_boils_less_than_half_as_much_as_its_frames_alone)
{
  g_autoptr (mk_scene) scene = room ();
  double alone = boiling (scene, false), film = boiling (scene, true);
  CHECK_REAL (alone, >, 0);
  CHECK_REAL (film, <, 0.5 * alone);
}

/* The step between wall and floor, a few pixels long, is as steep as without the filter. */
TEST (edges_between_things_stay_sharp)
{
  g_autoptr (mk_scene) scene = room ();
  double steps[2] = { 0, 0 };
  for (int filters = 0; filters < 2; filters++) {
    mk_render_options options = { .width = WIDTH, .height = HEIGHT, .n_samples = filters ? 4 : 512, .max_bounces = 2, .no_denoise = !filters, .passes = MK_PASS_LINEAR };
    g_autoptr (mk_renderer) renderer = mk_renderer_new (scene, &options, NULL, NULL);
    g_auto (mk_frame) frame = { NULL };
    CHECK (mk_renderer_frame (renderer, 0, &frame, NULL, NULL));
    const float *pixels = mk_image_read (frame.linear, 0);
    for (int y = 20; y < 30; y++)
      for (int x = 1; x < WIDTH; x++) /* the steepest step of each row */
        steps[filters] = fmax (steps[filters], fabs ((double)pixels[3 * (y * WIDTH + x)] - (double)pixels[3 * (y * WIDTH + x - 1)]));
  }
  CHECK_REAL (steps[1], >, 0.85 * steps[0]);
}

/* What a crash would cost a film if the filter began anew: the same frame, but another picture. */
TEST (another_renderer_goes_on_with_what_was_remembered_to_the_byte)
{
  g_autoptr (mk_scene) scene = room ();
  mk_render_options options = { .width = WIDTH + 1, .height = HEIGHT, .n_samples = 2, .max_bounces = 2 };
  g_autoptr (mk_renderer) whole = mk_renderer_new (scene, &options, NULL, NULL), later = mk_renderer_new (scene, &options, NULL, NULL), anew = mk_renderer_new (scene, &options, NULL, NULL);
  g_autofree void *memory = g_malloc (mk_renderer_memory_length (whole));
  for (int i = 0; i < 6; i++) {
    g_auto (mk_frame) frame = { NULL }, second = { NULL }, third = { NULL };
    double time_s = i / (double)scene->fps;
    CHECK (mk_renderer_frame (whole, time_s, &frame, NULL, NULL));
    if (i == 2) {
      mk_renderer_save_memory (whole, memory);
      mk_renderer_load_memory (later, memory, time_s);
    }
    if (i <= 2)
      continue;
    size_t n_bytes = (size_t)(WIDTH + 1) * HEIGHT * 3 * sizeof (float);
    CHECK (mk_renderer_frame (later, time_s, &second, NULL, NULL));
    CHECK (mk_renderer_frame (anew, time_s, &third, NULL, NULL));
    CHECK (memcmp (mk_image_read (frame.color, 0), mk_image_read (second.color, 0), n_bytes) == 0);
    CHECK (memcmp (mk_image_read (frame.color, 0), mk_image_read (third.color, 0), n_bytes) != 0);
  }
}
