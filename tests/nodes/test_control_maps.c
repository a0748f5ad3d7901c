/* Scenes as ControlNets read them, and the template that paints a clip. */
#include "../scene/stage.h"
#include "graph/registry.h"
#include "graph/run.h"
#include "graph/validate.h"
#include "nodes/diffusion/control_maps.h"
#include "nodes/image/types.h"
#include "nodes/nodes.h"

#include "base/file.h"

#include <string.h>

TEST (depth_is_white_near_and_black_far_over_the_whole_clip)
{
  g_autoptr (mk_image) clip = mk_image_new (2, 1, 2, 3, NULL);
  static const float metres[2][2] = { { 1, 2 }, { 4, 0 } };
  for (int i = 0; i < 2; i++) {
    g_autoptr (mk_image) depth = mk_image_new (1, 1, 2, 1, NULL);
    memcpy (mk_image_write (depth, 0), metres[i], sizeof metres[i]);
    mk_control_depth (depth, clip, i);
  }
  mk_control_depth_normalise (clip);
  CHECK_NEAR (mk_image_read (clip, 0)[0], 1, 1e-6);
  CHECK_NEAR (mk_image_read (clip, 0)[3], 1.0 / 3, 1e-6);
  CHECK_NEAR (mk_image_read (clip, 1)[0], 0, 1e-6);
  CHECK_NEAR (mk_image_read (clip, 1)[3], 0, 1e-6); /* the sky */
}

TEST (normals_are_blue_towards_the_camera_red_to_the_left_green_above)
{
  static const float normals[4][3] = { { 0, 0, 1 }, { -1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 } };
  mk_frame frame = { .normal = mk_image_new (1, 1, 4, 3, NULL) };
  g_autoptr (mk_image) rgb = mk_image_new (1, 1, 4, 3, NULL);
  memcpy (mk_image_write (frame.normal, 0), normals, sizeof normals);
  mk_control_normal (&frame, mk_mat4_from_trs (MK_TRS_IDENTITY), rgb, 0);
  const float *p = mk_image_read (rgb, 0);
  CHECK_NEAR (p[2], 1, 1e-6);
  CHECK_NEAR (p[3], 1, 1e-6);
  CHECK_NEAR (p[7], 1, 1e-6);
  CHECK_NEAR (p[11], 1, 1e-6);
  mk_frame_clear (&frame);
}

/* Planes of one thing, 1 m away, that face the camera; its node is the first. */
static void
make_frame (mk_frame *frame, int width, int height)
{
  *frame = (mk_frame){ .depth = mk_image_new (1, height, width, 1, NULL), .normal = mk_image_new (1, height, width, 3, NULL), .id = mk_image_new (1, height, width, 1, NULL) };
  for (size_t p = 0; p < (size_t)width * (size_t)height; p++) {
    mk_image_write (frame->depth, 0)[p] = mk_image_write (frame->id, 0)[p] = 1;
    mk_image_write (frame->normal, 0)[p * 3 + 2] = 1;
  }
}

/* Pixels of the lines in each row. */
static void
count_lines (const mk_frame *frame, bool is_ground, int counts[])
{
  g_autoptr (mk_scene) scene = mk_scene_new ();
  mk_scene_node node = { .name = (char *)"thing", .parent = -1, .is_ground = is_ground };
  mk_scene_add_node (scene, &node);
  g_autoptr (mk_image) rgb = mk_image_new (1, frame->id->height, frame->id->width, 3, NULL);
  mk_control_lines (frame, scene, rgb, 0);
  for (int y = 0; y < rgb->height; y++) {
    counts[y] = 0;
    for (int x = 0; x < rgb->width; x++)
      counts[y] += mk_image_read (rgb, 0)[(y * rgb->width + x) * 3] > 0.5f;
  }
}

enum { SIDE = 32 };

TEST (lines_run_unbroken_where_a_thing_ends_and_dots_are_none)
{
  mk_frame frame;
  int counts[SIDE];
  make_frame (&frame, SIDE, SIDE);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < y; x++)
      mk_image_write (frame.id, 0)[y * SIDE + x] = 0;
  count_lines (&frame, false, counts);
  for (int y = 1; y < SIDE - 1; y++)
    CHECK (counts[y] == 1 || counts[y] == 2);
  for (int p = 0; p < SIDE * SIDE; p++)
    mk_image_write (frame.id, 0)[p] = p == 5 * SIDE + 5 ? 0 : 1;
  count_lines (&frame, false, counts);
  for (int y = 0; y < SIDE; y++)
    CHECK_INT (counts[y], ==, 0);
  mk_frame_clear (&frame);
}

TEST (a_fold_that_two_pixels_share_is_one_line)
{
  mk_frame frame;
  int counts[SIDE];
  make_frame (&frame, SIDE, SIDE);
  for (int p = 0; p < SIDE * SIDE; p++) {
    float turned = p % SIDE < 16 ? 0 : p % SIDE == 16 ? 0.5f : 1; /* a sum of both ways */
    mk_image_write (frame.normal, 0)[p * 3] = turned;
    mk_image_write (frame.normal, 0)[p * 3 + 2] = 1 - turned;
  }
  count_lines (&frame, false, counts);
  for (int y = 0; y < SIDE; y++)
    CHECK_INT (counts[y], ==, 1);
  mk_frame_clear (&frame);
}

TEST (a_sill_is_a_line_and_a_floor_far_away_is_none)
{
  mk_frame frame;
  int counts[SIDE];
  make_frame (&frame, SIDE, SIDE);
  for (int p = 0; p < SIDE * SIDE; p++)
    mk_image_write (frame.depth, 0)[p] = 1 / (0.005f + 0.1f * (float)(p / SIDE)); /* 200 m, 9.5 m, 4.9 m… */
  count_lines (&frame, false, counts);
  for (int y = 0; y < SIDE; y++)
    CHECK_INT (counts[y], ==, 0);
  for (int p = 0; p < SIDE * SIDE; p++)
    mk_image_write (frame.depth, 0)[p] = p / SIDE < 16 ? 10 : 9.9f; /* 10 cm before a wall */
  count_lines (&frame, false, counts);
  for (int y = 0; y < SIDE; y++)
    CHECK_INT (counts[y], ==, y == 16 ? SIDE : 0);
  count_lines (&frame, true, counts); /* a pebble on the ground */
  CHECK_INT (counts[16], ==, 0);
  mk_frame_clear (&frame);
}

/* How much of a pose's picture is drawn, left and right of its middle. */
static void
count_pose (const mk_scene *scene, const mk_frame *frame, int counts[2])
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  g_autoptr (mk_image) rgb = mk_image_new (1, frame->id->height, frame->id->width, 3, NULL);
  mk_control_pose (test_stage ()->library, scene, pose, frame, rgb, 0);
  counts[0] = counts[1] = 0;
  for (int p = 0; p < rgb->width * rgb->height; p++)
    for (int c = 0; c < 3; c++)
      if (mk_image_read (rgb, 0)[p * 3 + c] > 0) {
        counts[p % rgb->width >= rgb->width / 2]++;
        break;
      }
}

TEST (of_a_pose_what_something_else_hides_is_left_out)
{
  g_autoptr (mk_scene) bare = test_scene ("[{'op':'add','id':'a-1','object':'man'},{'op':'camera','motion':'still','targets':['a-1'],'shot':'full'}]"), scene = mk_scene_complete (test_stage (), bare, 1, NULL);
  CHECK (scene != NULL);
  int root = mk_scene_find (scene, "a-1"), whole[2], seen[2];
  mk_frame frame;
  make_frame (&frame, 256, 256);
  float *id = mk_image_write (frame.id, 0), *depth = mk_image_write (frame.depth, 0);
  for (int p = 0; p < 256 * 256; p++) {
    id[p] = (float)root + 1;
    depth[p] = 0.1f;
  }
  count_pose (scene, &frame, whole);
  CHECK_INT (root, >=, 0);
  CHECK_INT (whole[0], >, 50);
  CHECK_INT (whole[1], >, 50);
  for (int p = 0; p < 256 * 256; p++) { /* a wall before its left half */
    id[p] = p % 256 < 124 ? 1000 : (float)root + 1;
  }
  count_pose (scene, &frame, seen);
  CHECK (seen[0] < whole[0] / 2 && seen[1] > whole[1] / 2);
  for (int p = 0; p < 256 * 256; p++)
    id[p] = 1000;
  count_pose (scene, &frame, seen);
  CHECK_INT (seen[0] + seen[1], ==, 0);
  for (int p = 0; p < 256 * 256; p++)
    depth[p] = 1000; /* behind it */
  count_pose (scene, &frame, seen);
  CHECK (seen[0] == whole[0] && seen[1] == whole[1]);
  mk_frame_clear (&frame);
}

TEST (segments_know_the_ground_and_whole_words_only)
{
  static const struct {
    const char *name;
    bool is_ground;
    uint8_t rgb[3];
  } cases[] = { { "ground", true, { 4, 250, 7 } }, { "red car", false, { 0, 102, 200 } }, { "carpet", false, { 255, 9, 92 } }, { "cathedral", false, { 255, 41, 10 } }, { "old man", false, { 150, 5, 61 } } };
  enum { N = 5 };
  g_autoptr (mk_scene) scene = mk_scene_new ();
  mk_frame frame = { .id = mk_image_new (1, 1, N + 1, 1, NULL) };
  g_autoptr (mk_image) rgb = mk_image_new (1, 1, N + 1, 3, NULL);
  mk_material material = { .name = "grass ground" };
  g_array_append_val (scene->materials, material);
  mk_image_write (frame.id, 0)[N] = 0; /* nothing: the sky */
  for (int i = 0; i < N; i++) {
    mk_scene_node node = { .name = (char *)cases[i].name, .parent = -1, .is_ground = cases[i].is_ground };
    mk_image_write (frame.id, 0)[i] = (float)mk_scene_add_node (scene, &node) + 1;
  }
  mk_control_segments (&frame, scene, rgb, 0);
  for (int i = 0; i < N; i++)
    for (int c = 0; c < 3; c++)
      CHECK_NEAR (mk_image_read (rgb, 0)[i * 3 + c] * 255, cases[i].rgb[c], 0.01);
  CHECK_NEAR (mk_image_read (rgb, 0)[N * 3] * 255, 6, 0.01);
  mk_frame_clear (&frame);
}

TEST (what_moves_is_carried_along_and_what_is_new_is_told)
{
  g_autoptr (mk_image) image = mk_image_new (1, 1, 3, 3, NULL), frame = mk_image_new (1, 1, 3, 3, NULL), motion = mk_image_new (1, 1, 3, 3, NULL);
  for (int x = 0; x < 3; x++) {
    mk_image_write (image, 0)[x * 3] = (float)x;
    mk_image_write (frame, 0)[x * 3] = 9;
    mk_image_write (motion, 0)[x * 3] = 1; /* everything went one pixel to the right */
    mk_image_write (motion, 0)[x * 3 + 2] = x > 0;
  }
  mk_registry *registry = mk_registry_new ();
  CHECK (mk_registry_add_all (registry, mk_all_nodes, NULL));
  const mk_node_def *def = mk_registry_find (registry, "ImageWarpByMotion");
  mk_run_context context = { 0 };
  g_autoptr (mk_run) run = mk_run_new (&context, def, "1");
  mk_value *values[] = { mk_value_new_image (mk_image_ref (image)), mk_value_new_image (mk_image_ref (frame)), mk_value_new_image (mk_image_ref (motion)), mk_value_new_int (0), mk_value_new_real (1) };
  for (size_t i = 0; i < MK_COUNT (values); i++) {
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, values[i]);
    mk_run_set_input (run, i, list);
  }
  CHECK (def->run (run, NULL));
  const mk_image *out = mk_value_get (run->outputs[0]->pdata[0], &mk_image_type), *fresh = mk_value_get (run->outputs[1]->pdata[0], &mk_mask_type);
  CHECK_NEAR (mk_image_read (out, 0)[0], 9, 1e-6);
  CHECK_NEAR (mk_image_read (out, 0)[3], 0, 1e-6);
  CHECK_NEAR (mk_image_read (out, 0)[6], 1, 1e-6);
  CHECK_NEAR (mk_image_read (fresh, 0)[0], 1, 1e-6);
  mk_registry_free (registry);
}

TEST (the_template_that_paints_a_clip_is_a_valid_workflow)
{
  g_autofree char *path = g_build_filename (mk_test_source (), "..", "workflows", "paint-this-animation.json", NULL);
  static const char *const files[] = { "checkpoints/model.safetensors", "controlnet/control_depth.safetensors" };
  mk_folders folders = { mk_test_folder (), mk_test_folder (), mk_test_folder (), mk_test_folder (), mk_test_folder () };
  g_autoptr (mk_json) document = NULL;
  g_auto (mk_validation) validation = { 0 };
  GError *error = NULL;
  for (size_t i = 0; i < MK_COUNT (files); i++) {
    g_autofree char *file = g_build_filename (mk_test_folder (), files[i], NULL), *folder = g_path_get_dirname (file);
    CHECK (mk_folder_make (folder, NULL) && mk_file_write (file, "", 0, NULL));
  }
  mk_registry *registry = mk_registry_new ();
  CHECK (mk_registry_add_all (registry, mk_all_nodes, NULL));
  CHECK_OK (mk_json_parse_file (path, NULL, &document, &error), error);
  g_autoptr (mk_json) prompt = mk_json_copy (mk_json_get (document, "graph"));
  CHECK (mk_json_length (prompt) > 5);
  if (!mk_prompt_validate (registry, &folders, prompt, NULL, &validation)) {
    g_autofree char *why = mk_validation_describe (&validation, registry, prompt);
    mk_test_fail (__FILE__, __LINE__, "%s", why);
  }
  mk_registry_free (registry);
}
