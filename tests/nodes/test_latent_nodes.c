#include "harness.h"

#include "diffusion/safetensors.h"
#include "diffusion/weights_save.h"
#include "nodes/latent/types.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* A latent of numbers that are all different, as a file that LoadLatent finds. */
static mk_tensor *
write_latent (const char *name, int n_dims, const int *dims)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_strdup_printf ("%s.latent", name), *path = g_build_filename (mk_test_folder (), file, NULL);
  mk_tensor *tensor = mk_tensor_new (n_dims, dims, &error);
  CHECK_OK (tensor != NULL, error);
  for (size_t i = 0; i < mk_tensor_n_floats (tensor); i++)
    mk_tensor_write (tensor)[i] = sinf ((float)(i + 1) * 1.7f + (float)name[0]);
  CHECK_OK (mk_tensor_save (path, "latent_tensor", tensor, "latent_format_version_0", NULL, &error), error);
  return tensor;
}

/* What node 3 makes of the files "a" and "b", as [1, 0] and [2, 0]; NULL with the harness' error. */
static mk_tensor *
run_node (harness *h, const char *type, const char *inputs)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/out_00001_.latent", mk_test_folder ());
  g_autofree char *prompt = g_strdup_printf ("{\"1\":{\"class_type\":\"LoadLatent\",\"inputs\":{\"latent\":\"a.latent\"}},\"2\":{\"class_type\":\"LoadLatent\",\"inputs\":{\"latent\":\"b.latent\"}},"
                                             "\"3\":{\"class_type\":\"%s\",\"inputs\":{%s}},\"4\":{\"class_type\":\"SaveLatent\",\"inputs\":{\"samples\":[\"3\",0],\"filename_prefix\":\"out\"}}}", type, inputs);
  unlink (path);
  if (!harness_run (h, prompt))
    return NULL;
  g_autoptr (mk_safetensors) file = mk_safetensors_open (path, &error);
  CHECK_OK (file != NULL, error);
  mk_tensor *made = mk_safetensor_to_tensor (mk_safetensors_find (file, "latent_tensor"), &error);
  CHECK_OK (made != NULL, error);
  return made;
}

static void
check_shape (const mk_tensor *tensor, const char *expected)
{
  g_autofree char *shape = tensor != NULL ? mk_tensor_shape (tensor) : g_strdup ("none");
  CHECK_STRING (shape, expected);
}

/* It comes out in this shape. */
static void
check_node (const char *type, const char *inputs, const char *shape)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_tensor) made = run_node (h, type, inputs);
  CHECK_OK (made != NULL, h->error);
  check_shape (made, shape);
}

static const int film[] = { 2, 3, 4, 6, 5 };

/* Files "a" and "b", both films unless `dims` says otherwise for the second. */
static void
write_films (const int *dims)
{
  mk_tensor_unref (write_latent ("a", 5, film));
  mk_tensor_unref (write_latent ("b", 5, dims));
}

TEST (empty_latents_of_all_families_have_their_shapes)
{
  static const struct { const char *type, *inputs, *shape; } families[] = {
    { "EmptyLatentImage", "\"width\":64,\"height\":128,\"batch_size\":3", "3×4×16×8" },
    { "EmptySD3LatentImage", "\"width\":64,\"height\":128,\"batch_size\":2", "2×16×16×8" },
    { "EmptyHunyuanImageLatent", "\"width\":64,\"height\":128,\"batch_size\":1", "1×64×4×2" },
    { "EmptyChromaRadianceLatentImage", "\"width\":64,\"height\":32,\"batch_size\":1", "1×3×32×64" },
    { "StableCascade_EmptyLatentImage", "\"width\":512,\"height\":256,\"compression\":42,\"batch_size\":1", "1×16×6×12" },
    { "EmptyHunyuanLatentVideo", "\"width\":64,\"height\":32,\"length\":25,\"batch_size\":2", "2×16×7×4×8" },
    { "EmptyHunyuanLatentVideo", "\"width\":64,\"height\":32,\"length\":1,\"batch_size\":1", "1×16×1×4×8" },
    { "EmptyMochiLatentVideo", "\"width\":64,\"height\":32,\"length\":25,\"batch_size\":1", "1×12×5×4×8" },
    { "EmptyCosmosLatentVideo", "\"width\":64,\"height\":32,\"length\":121,\"batch_size\":1", "1×16×16×4×8" },
    { "EmptyLTXVLatentVideo", "\"width\":128,\"height\":64,\"length\":97,\"batch_size\":1", "1×128×13×2×4" },
    { "EmptyLatentAudio", "\"seconds\":47.6,\"batch_size\":1", "1×64×1024" },
    { "EmptyLatentAudio", "\"seconds\":1.0,\"batch_size\":2", "2×64×22" },
    { "EmptyAceStepLatentAudio", "\"seconds\":120.0,\"batch_size\":1", "1×8×16×1291" },
    { "EmptyLatentHunyuan3Dv2", "\"resolution\":3072,\"batch_size\":2", "2×64×3072" } };
  write_films (film);
  for (size_t i = 0; i < MK_COUNT (families); i++)
    check_node (families[i].type, families[i].inputs, families[i].shape);
}

TEST (latents_of_two_to_five_dimensions_are_saved_and_loaded_whole)
{
  static const int dims[] = { 2, 3, 4, 2, 5 };
  for (int n = 2; n <= 5; n++) {
    g_autoptr (harness) h = harness_new ();
    g_autoptr (mk_tensor) written = write_latent ("a", n, dims);
    mk_tensor_unref (write_latent ("b", n, dims));
    g_autoptr (mk_tensor) twice = run_node (h, "LatentMultiply", "\"samples\":[\"1\",0],\"multiplier\":2.0");
    CHECK_OK (twice != NULL, h->error);
    CHECK_INT (twice->n_dims, ==, n);
    CHECK (memcmp (twice->dims, written->dims, sizeof twice->dims) == 0);
    for (size_t i = 0; i < mk_tensor_n_floats (twice); i++)
      CHECK_NEAR (mk_tensor_read (twice)[i], mk_tensor_read (written)[i] * 2, 0);
  }
}

TEST (films_are_cut_joined_and_trimmed_along_their_frames)
{
  static const int other[] = { 1, 3, 2, 6, 5 };
  write_films (other);
  check_node ("LatentCut", "\"samples\":[\"1\",0],\"dim\":\"t\",\"index\":-3,\"amount\":2", "2×3×2×6×5");
  check_node ("LatentCut", "\"samples\":[\"1\",0],\"dim\":\"y\",\"index\":4,\"amount\":9", "2×3×4×2×5");
  check_node ("LatentConcat", "\"samples1\":[\"1\",0],\"samples2\":[\"2\",0],\"dim\":\"-t\"", "2×3×6×6×5");
  check_node ("LatentConcat", "\"samples1\":[\"1\",0],\"samples2\":[\"1\",0],\"dim\":\"x\"", "2×3×4×6×10");
  check_node ("TrimVideoLatent", "\"samples\":[\"1\",0],\"trim_amount\":3", "2×3×1×6×5");
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_tensor) a = write_latent ("a", 5, film);
  g_autoptr (mk_tensor) cut = run_node (h, "LatentCut", "\"samples\":[\"1\",0],\"dim\":\"t\",\"index\":1,\"amount\":2");
  CHECK_OK (cut != NULL, h->error);
  for (size_t plane = 0; plane < 6; plane++)
    CHECK (memcmp (mk_tensor_read (cut) + plane * 60, mk_tensor_read (a) + plane * 120 + 30, 60 * sizeof (float)) == 0);
  g_autoptr (mk_tensor) none = run_node (h, "TrimVideoLatent", "\"samples\":[\"1\",0],\"trim_amount\":4");
  CHECK (none == NULL && strstr (h->error->message, "of the 4 frames of a latent of 2×3×4×6×5, dropping 4 leaves none") != NULL);
}

TEST (batches_of_films_are_put_together_and_taken_apart)
{
  static const int other[] = { 1, 3, 4, 3, 7 };
  write_films (other);
  check_node ("LatentBatch", "\"samples1\":[\"1\",0],\"samples2\":[\"2\",0]", "3×3×4×6×5");
  check_node ("LatentFromBatch", "\"samples\":[\"1\",0],\"batch_index\":1,\"length\":1", "1×3×4×6×5");
  check_node ("RepeatLatentBatch", "\"samples\":[\"1\",0],\"amount\":3", "6×3×4×6×5");
  check_node ("LatentBatchSeedBehavior", "\"samples\":[\"1\",0],\"seed_behavior\":\"fixed\"", "2×3×4×6×5");
  check_node ("RebatchLatents", "\"latents\":[\"1\",0],\"batch_size\":2", "2×3×4×6×5");
}

TEST (a_film_and_a_still_are_added_frame_by_frame)
{
  static const int still[] = { 1, 3, 1, 6, 5 };
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_tensor) a = write_latent ("a", 5, film);
  g_autoptr (mk_tensor) b = write_latent ("b", 5, still);
  g_autoptr (mk_tensor) sum = run_node (h, "LatentAdd", "\"samples1\":[\"1\",0],\"samples2\":[\"2\",0]");
  g_autoptr (mk_tensor) other = run_node (h, "LatentSubtract", "\"samples1\":[\"2\",0],\"samples2\":[\"1\",0]");
  CHECK_OK (sum != NULL && other != NULL, h->error);
  check_shape (sum, "2×3×4×6×5");
  check_shape (other, "1×3×4×6×5"); /* as many as the first has */
  for (size_t i = 0; i < mk_tensor_n_floats (sum); i++)
    CHECK_NEAR (mk_tensor_read (sum)[i], mk_tensor_read (a)[i] + mk_tensor_read (b)[i / 120 % 3 * 30 + i % 30], 1e-6);
}

/* Frame number `f` alone. */
static mk_tensor *
take_frame (const mk_tensor *tensor, int f)
{
  g_autoptr (mk_tensor) one = mk_latent_slice (tensor, 2, f, 1, NULL);
  mk_tensor *picture = mk_tensor_new_4 (one->dims[0], one->dims[1], one->dims[3], one->dims[4], NULL);
  memcpy (mk_tensor_write (picture), mk_tensor_read (one), mk_tensor_n_floats (one) * sizeof (float));
  return picture;
}

TEST (films_become_larger_as_each_of_their_frames_would)
{
  static const char *const methods[] = { "nearest-exact", "bilinear", "area", "bicubic", "bislerp" };
  g_autoptr (mk_tensor) a = write_latent ("a", 5, film);
  mk_tensor_unref (write_latent ("b", 5, film));
  for (size_t k = 0; k < MK_COUNT (methods); k++) {
    g_autoptr (harness) h = harness_new ();
    g_autofree char *inputs = g_strdup_printf ("\"samples\":[\"1\",0],\"upscale_method\":\"%s\",\"width\":64,\"height\":128,\"crop\":\"center\"", methods[k]);
    g_autoptr (mk_tensor) sized = run_node (h, "LatentUpscale", inputs);
    CHECK_OK (sized != NULL, h->error);
    check_shape (sized, "2×3×4×16×8");
    for (int f = 0; f < 4; f++) {
      g_autoptr (mk_tensor) before = take_frame (a, f);
      g_autoptr (mk_tensor) after = take_frame (sized, f);
      g_autoptr (mk_tensor) expected = mk_latent_resize (before, 8, 16, methods[k], true, NULL, NULL);
      for (size_t i = 0; i < mk_tensor_n_floats (expected); i++)
        CHECK_NEAR (mk_tensor_read (after)[i], mk_tensor_read (expected)[i], 1e-6);
    }
  }
}

static void
check_refused (const char *type, const char *inputs, const char *sentence)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_tensor) made = run_node (h, type, inputs);
  CHECK (made == NULL);
  if (strstr (h->error->message, sentence) == NULL)
    mk_test_fail (__FILE__, __LINE__, "%s says “%s”, not “%s”", type, h->error->message, sentence);
}

TEST (nodes_of_pictures_say_that_a_film_has_a_dimension_too_many)
{
  static const char sentence[] = "a latent of 2×3×4×6×5 has 5 dimensions; this node takes those of pictures, which have 4";
  write_films (film);
  check_refused ("LatentRotate", "\"samples\":[\"1\",0],\"rotation\":\"90 degrees\"", sentence);
  check_refused ("LatentFlip", "\"samples\":[\"1\",0],\"flip_method\":\"x-axis: vertically\"", sentence);
  check_refused ("LatentCrop", "\"samples\":[\"1\",0],\"width\":64,\"height\":64,\"x\":0,\"y\":0", sentence);
  check_refused ("LatentComposite", "\"samples_to\":[\"1\",0],\"samples_from\":[\"2\",0],\"x\":0,\"y\":0,\"feather\":0", sentence);
  check_refused ("LatentCompositeMasked", "\"destination\":[\"1\",0],\"source\":[\"2\",0],\"x\":0,\"y\":0,\"resize_source\":false", sentence);
}

TEST (latents_that_do_not_go_together_are_told_with_both_their_shapes)
{
  static const int picture[] = { 1, 3, 6, 5 }, sound[] = { 1, 3, 6 }, shorter[] = { 1, 3, 2, 6, 5 };
  write_films (shorter);
  check_refused ("LatentAdd", "\"samples1\":[\"1\",0],\"samples2\":[\"2\",0]", "latents of 2×3×4×6×5 and 2×3×2×6×5 cannot be mixed");
  check_refused ("LatentBatch", "\"samples1\":[\"1\",0],\"samples2\":[\"2\",0]", "latents of 2×3×4×6×5 and 1×3×2×6×5 cannot be joined along dimension 0");
  mk_tensor_unref (write_latent ("b", 4, picture));
  check_refused ("LatentAdd", "\"samples1\":[\"1\",0],\"samples2\":[\"2\",0]", "latents of 2×3×4×6×5 and 1×3×6×5 do not go together: one has more dimensions");
  mk_tensor_unref (write_latent ("b", 3, sound));
  check_refused ("LatentUpscaleBy", "\"samples\":[\"2\",0],\"upscale_method\":\"bilinear\",\"scale_by\":2.0", "a latent of 1×3×6 has no cells that could become 12×6");
}

TEST (bytes_of_a_latent_hold_its_dimensions_mask_and_places)
{
  static const int places[] = { 7, 9 };
  g_autoptr (GError) error = NULL;
  for (int n = 2; n <= 5; n++) {
    g_autoptr (mk_latent) latent = mk_latent_with (NULL, write_latent ("a", n, film));
    latent->batch_index = g_memdup2 (places, sizeof places);
    mk_latent_set_mask (latent, mk_image_new (1, 8, 4, 1, &error));
    g_autoptr (mk_buffer) bytes = mk_latent_type.save (latent, &error);
    CHECK_OK (bytes != NULL, error);
    g_autoptr (mk_latent) back = mk_latent_type.load (bytes, &error);
    CHECK_OK (back != NULL, error);
    CHECK_INT (back->samples->n_dims, ==, n);
    CHECK (memcmp (back->samples->dims, latent->samples->dims, sizeof back->samples->dims) == 0);
    CHECK (memcmp (mk_tensor_read (back->samples), mk_tensor_read (latent->samples), mk_tensor_n_floats (latent->samples) * sizeof (float)) == 0);
    CHECK (back->noise_mask->height == 8 && back->batch_index[1] == 9);
    *(int32_t *)mk_buffer_write (bytes) = 6;
    CHECK (mk_latent_type.load (bytes, &error) == NULL);
    CHECK_INT (error->code, ==, MK_ERROR_FORMAT);
    g_clear_error (&error);
  }
}

TEST (any_number_of_latents_become_one_batch_of_the_first_ones_size)
{
  mk_tensor_unref (write_latent ("a", 4, (const int[]) { 2, 4, 3, 5 }));
  mk_tensor_unref (write_latent ("b", 4, (const int[]) { 1, 4, 7, 2 }));
  check_node ("BatchLatentsNode", "\"latents.latent0\":[\"1\",0],\"latents.latent1\":[\"2\",0],\"latents.latent2\":[\"1\",0]", "5×4×3×5");
  check_node ("LatentFromBatch", "\"samples\":[\"1\",0],\"batch_index\":1,\"length\":5", "1×4×3×5");
}

TEST (the_sides_of_a_pasted_latent_may_be_softer_than_it_is_wide)
{
  g_autoptr (mk_tensor) a = write_latent ("a", 4, (const int[]) { 1, 1, 8, 8 });
  g_autoptr (mk_tensor) b = write_latent ("b", 4, (const int[]) { 1, 1, 2, 2 });
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_tensor) made = run_node (h, "LatentComposite", "\"samples_to\":[\"1\",0],\"samples_from\":[\"2\",0],\"x\":0,\"y\":0,\"feather\":32");
  CHECK_OK (made != NULL, h->error);
  /* of four steps the first and, past the near side once more, the fourth fall on its place: 2/4·4/4 for row 0, 1/4 for row 1 */
  for (int y = 0; y < 2; y++)
    for (int x = 0; x < 2; x++) {
      float share = (y == 0 ? 0.5f : 0.25f) * (x == 0 ? 0.5f : 0.25f), below = mk_tensor_read (a)[y * 8 + x];
      CHECK (fabsf (mk_tensor_read (made)[y * 8 + x] - (below + (mk_tensor_read (b)[y * 2 + x] - below) * share)) < 1e-5f);
    }
}
