/* comfy_nodes.h - the nodes of ComfyUI's own test pack that the recorded session uses, and those built-in ones that
 * this program may have been built without. */
#pragma once
#include <time.h>

#include "graph/registry.h"
#include "nodes/image/types.h"

static const mk_port image_out[] = { { .name = "IMAGE", .type = "IMAGE" }, { 0 } };

static bool
fill (mk_run *run, float value, GError **error)
{
  mk_image *image = mk_image_new ((int)mk_run_get_int (run, "batch_size"), (int)mk_run_get_int (run, "height"), (int)mk_run_get_int (run, "width"), 3, error);
  for (size_t i = 0; image != NULL && i < mk_image_n_bytes (image) / sizeof (float); i++)
    mk_image_write (image, 0)[i] = value;
  if (image != NULL)
    mk_run_set_output (run, 0, mk_value_new_image (image));
  return image != NULL;
}

static bool
run_empty_image (mk_run *run, GError **error)
{
  return fill (run, (float)(mk_run_get_int (run, "color") & 255) / 255.0f, error);
}

static bool
run_stub_image (mk_run *run, GError **error)
{
  return fill (run, strcmp (mk_run_get_string (run, "content"), "WHITE") == 0 ? 1.0f : 0.0f, error);
}

static bool
run_image_pass (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_ref (mk_run_get (run, "image")));
  return true;
}

static bool
run_test_sleep (mk_run *run, GError **error)
{
  double total = mk_run_get_real (run, "seconds");
  for (double done = 0; done < total; done += 0.01) {
    if (mk_job_is_cancelled (mk_run_job (run)))
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    mk_job_report (mk_run_job (run), done + 1e-6, total);
    nanosleep (&(struct timespec){ 0, 10000000 }, NULL);
  }
  mk_run_set_output (run, 0, mk_value_ref (mk_run_get (run, "value")));
  return true;
}

static bool
run_sync_error (mk_run *run, GError **error)
{
  (void)run;
  return mk_error (error, MK_ERROR_FAILED, "Intentional sync execution error for testing");
}

#define SIZE(high_batch) \
  { .name = "width", .type = "INT", MK_INT_RANGE (1, 16384, 512, 1) }, { .name = "height", .type = "INT", MK_INT_RANGE (1, 16384, 512, 1) }, \
  { .name = "batch_size", .type = "INT", .has_default = true, .has_range = true, .min = 1, .max = high_batch, .def = 1 }
static const mk_port empty_image_in[] = { SIZE (4096), { .name = "color", .type = "INT", MK_INT_RANGE (0, 16777215, 0, 1), .display = "color" }, { 0 } };
static const char *const contents[] = { "WHITE", "BLACK", "NOISE", NULL };
static const mk_port stub_image_in[] = { { .name = "content", .type = "COMBO", .options = contents }, SIZE (1024), { 0 } };
static const mk_port invert_in[] = { { .name = "image", .type = "IMAGE" }, { 0 } };
static const mk_port sleep_image_in[] = { { .name = "value", .type = "*" }, { .name = "seconds", .type = "FLOAT", MK_FLOAT_RANGE (0, 9999, 1, 0.01) }, { 0 } };
static const mk_port error_in[] = { { .name = "value", .type = "*" }, { 0 } };
static const mk_port any_out[] = { { .name = "IMAGE", .type = "*" }, { 0 } };
static const char *const methods[] = { "nearest-exact", "bilinear", "area", "bicubic", "lanczos", NULL };
static const char *const crops[] = { "disabled", "center", NULL };
static const mk_port scale_in[] = { { .name = "image", .type = "IMAGE" }, { .name = "upscale_method", .type = "COMBO", .options = methods },
                                    { .name = "width", .type = "INT", MK_INT_RANGE (0, 16384, 512, 1) },
                                    { .name = "height", .type = "INT", MK_INT_RANGE (0, 16384, 512, 1) },
                                    { .name = "crop", .type = "COMBO", .options = crops }, { 0 } };

static const mk_node_def comfy_nodes[] = {
  { .id = "EmptyImage", .label = "EmptyImage", .category = "image", .python_module = "nodes", .inputs = empty_image_in, .outputs = image_out, .run = run_empty_image },
  { .id = "ImageInvert", .label = "Invert Image", .category = "image", .python_module = "nodes", .inputs = invert_in, .outputs = image_out, .run = run_image_pass },
  { .id = "ImageScale", .label = "Upscale Image", .category = "image/upscaling", .python_module = "nodes", .inputs = scale_in, .outputs = image_out, .run = run_image_pass },
  { .id = "StubImage", .category = "test", .inputs = stub_image_in, .outputs = image_out, .run = run_stub_image },
  { .id = "TestSleep", .category = "test", .inputs = sleep_image_in, .outputs = any_out, .run = run_test_sleep },
  { .id = "TestSyncError", .category = "test", .inputs = error_in, .outputs = any_out, .run = run_sync_error },
};

static inline void
add_comfy_nodes (mk_registry *registry)
{
  for (size_t i = 0; i < sizeof comfy_nodes / sizeof comfy_nodes[0]; i++)
    if (mk_registry_find (registry, comfy_nodes[i].id) == NULL)
      mk_registry_add (registry, &comfy_nodes[i], NULL);
}
