#include "bridge/painter.h"
#include "check.h"

#include <glib/gstdio.h>
#include <string.h>

/* A safetensors file of one tensor below the test's folder. */
static void
put_model (const char *name, const char *tensor)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), name, NULL), *folder = g_path_get_dirname (path);
  g_autofree char *header = g_strdup_printf ("{\"%s\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", tensor);
  uint64_t length = strlen (header);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)&length, 8);
  g_byte_array_append (bytes, (const guint8 *)header, (guint)length);
  g_byte_array_append (bytes, (const guint8 *)"\0\0\0\0", 4);
  g_mkdir_with_parents (folder, 0755);
  CHECK (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
}

#define SD1 "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"

static void
check_lacks (const char *first, const char *second, const char *never)
{
  g_autofree char *lacks = NULL;
  g_autoptr (mk_painter) painter = mk_painter_find (mk_test_folder (), "watercolour", &lacks);
  CHECK (painter == NULL && lacks != NULL);
  if (strstr (lacks, first) == NULL || strstr (lacks, second) == NULL || strstr (lacks, never) != NULL || strstr (lacks, mk_test_folder ()) == NULL)
    mk_test_fail (__FILE__, __LINE__, "it said: %s", lacks);
}

TEST (what_is_missing_is_named_with_its_folder)
{
  check_lacks ("/checkpoints", "/controlnet", "SDXL");
  put_model ("checkpoints/xl.safetensors", "conditioner.embedders.1.model.ln_final.weight"); /* of another family */
  check_lacks ("/checkpoints", "/controlnet", "xl.safetensors");
  put_model ("checkpoints/a.safetensors", SD1);
  check_lacks ("ControlNet for depth", "/controlnet", "/checkpoints");
  put_model ("controlnet/unclear.safetensors", "control_model.x");
  check_lacks ("its name says what it reads", "/controlnet", "/checkpoints");
}

TEST (the_steadiest_control_net_is_taken_and_no_in_painting_model)
{
  g_autofree char *lacks = NULL;
  put_model ("checkpoints/a-inpainting.safetensors", SD1);
  put_model ("checkpoints/b.safetensors", SD1);
  put_model ("controlnet/control_openpose.safetensors", "control_model.x");
  g_autoptr (mk_painter) posed = mk_painter_find (mk_test_folder (), "ink", &lacks);
  CHECK (posed != NULL && posed->plan.hint == 5);
  CHECK_STRING (posed->plan.checkpoint, "b.safetensors");
  put_model ("controlnet/below/Control_Depth_fp16.safetensors", "control_model.x");
  put_model ("controlnet/xl_depth.safetensors", "control_model.x");
  g_autoptr (mk_painter) deep = mk_painter_find (mk_test_folder (), "ink", &lacks);
  CHECK (deep != NULL && deep->plan.hint == 1);
  CHECK_STRING (deep->plan.control_net, "below/Control_Depth_fp16.safetensors");
}
