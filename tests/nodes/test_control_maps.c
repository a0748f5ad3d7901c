/* Scenes as ControlNets read them, and the template that paints a clip. */
#include "check.h"
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
