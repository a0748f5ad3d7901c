#include "bridge/models.h"
#include "check.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A safetensors file with one tensor of `n` bytes, of which `n_there` are there. */
static char *
write_model (const char *folder, const char *name, uint64_t n, uint64_t n_there)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path), *header = g_strdup_printf ("{\"conditioner.embedders.1.model.ln_final.weight\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}", (int)n, (int)n);
  uint64_t length = strlen (header);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)&length, 8);
  g_byte_array_append (bytes, (const guint8 *)header, (guint)length);
  for (uint64_t i = 0; i < n_there; i++)
    g_byte_array_append (bytes, (const guint8 *)"x", 1);
  g_mkdir_with_parents (parent, 0755);
  CHECK (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
  return path;
}

static void
check_refused (const char *name, const char *text, gssize length, mk_error_code code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK (g_file_set_contents (path, text, length, NULL));
  CHECK_FAILS (mk_model_check (path, name, false, NULL, &error), error, code);
}

TEST (a_model_is_known_by_its_header)
{
  const char *base = NULL;
  g_autofree char *path = write_model (mk_test_folder (), "a.safetensors", 100, 100);
  CHECK (mk_model_check (path, "a.safetensors", false, &base, NULL));
  CHECK_STRING (base, "SDXL");
}

TEST (a_header_whose_length_begins_like_a_pickle_is_none)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "b.safetensors", NULL), *padded = g_strdup_printf ("%-640s", "{}"), *bytes = g_strconcat ("\x80\x02......", padded, NULL);
  memset (bytes + 2, 0, 6);
  CHECK (g_file_set_contents (path, bytes, 648, NULL));
  CHECK (mk_model_check (path, "b.safetensors", false, NULL, NULL));
}

TEST (what_is_cut_off_a_web_page_or_a_pickle_is_refused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *cut = write_model (mk_test_folder (), "cut.safetensors", 100, 60), *more = write_model (mk_test_folder (), "more.safetensors", 100, 160);
  CHECK_FAILS (mk_model_check (cut, "cut.safetensors", false, NULL, &error), error, MK_ERROR_FORMAT);
  g_clear_error (&error);
  CHECK_FAILS (mk_model_check (more, "more.safetensors", false, NULL, &error), error, MK_ERROR_FORMAT);
  check_refused ("page.safetensors", "\n<!DOCTYPE html><html><body>Log in</body></html>", -1, MK_ERROR_FORMAT);
  check_refused ("pickle.safetensors", "PK\x03\x04 archive/data.pkl", 20, MK_ERROR_UNSUPPORTED);
  check_refused ("huge.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10, MK_ERROR_FORMAT);
  check_refused ("empty.safetensors", "", 0, MK_ERROR_FORMAT);
}

TEST (names_stay_below_their_kind_and_pickle_is_not_installed)
{
  static const char *const bad[] = { "../a.safetensors", "/a.safetensors", "a", "a.exe", "", ".a.safetensors", "b/.a.safetensors", "b//a.safetensors" };
  for (size_t i = 0; i < MK_COUNT (bad); i++) {
    g_autoptr (GError) error = NULL;
    CHECK_FAILS (mk_model_name_check (bad[i], true, &error), error, MK_ERROR_RANGE);
  }
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_model_name_check ("a.ckpt", false, &error), error, MK_ERROR_UNSUPPORTED);
  CHECK (mk_model_name_check ("a.ckpt", true, NULL));
  CHECK (mk_model_name_check ("style/a.safetensors", false, NULL));
}

TEST (models_of_other_programs_are_linked_in_and_go_with_them)
{
  g_autofree char *root = g_build_filename (mk_test_folder (), "models", NULL), *webui = g_build_filename (mk_test_folder (), "webui", NULL), *comfy = g_build_filename (mk_test_folder (), "comfy", NULL);
  g_autofree char *lora = write_model (comfy, "models/loras/sub/y.safetensors", 4, 4);
  g_free (write_model (webui, "models/Stable-diffusion/x.safetensors", 4, 4));
  g_free (write_model (root, "vae/z.safetensors", 4, 4));
  g_autofree char *yaml = g_build_filename (mk_test_folder (), "extra_model_paths.yaml", NULL), *text = g_strdup_printf ("comfyui:\n    base_path: %s\n    loras: |\n        models/loras/\n        models/none\n    is_default: true\n", comfy);
  CHECK (g_file_set_contents (yaml, text, -1, NULL));
  unsigned n = 0;
  GError *error = NULL;
  CHECK_OK (mk_models_link (root, yaml, webui, &n, &error), error);
  CHECK_INT (n, ==, 2);
  g_autoptr (mk_json) all = mk_models_scan (root);
  CHECK_INT (mk_json_length (all), ==, 3);
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (all, 1), "name")), "sub/y.safetensors");
  CHECK (mk_json_get_bool (mk_json_get (mk_json_at (all, 1), "linked")));
  CHECK (unlink (lora) == 0 && mk_models_link (root, yaml, webui, &n, NULL));
  g_autoptr (mk_json) fewer = mk_models_scan (root);
  CHECK_INT (mk_json_length (fewer), ==, 2);
}

TEST (a_wrong_yaml_names_its_line)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "e.yaml", NULL);
  g_autoptr (GError) error = NULL;
  unsigned n = 0;
  CHECK (g_file_set_contents (path, "a:\n  b: [1,\n", -1, NULL));
  CHECK_FAILS (mk_models_link (mk_test_folder (), path, NULL, &n, &error), error, MK_ERROR_SYNTAX);
  CHECK (strstr (error->message, "line") != NULL);
}

TEST (a_model_that_was_replaced_is_read_anew)
{
  const char *root = mk_test_folder ();
  g_autofree char *path = write_model (root, "checkpoints/x.safetensors", 4, 4);
  for (int i = 0; i < 2; i++) {
    g_autoptr (mk_json) known = mk_models_scan (root);
    CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (known, 0), "base_model")), "SDXL");
  }
  CHECK (g_file_set_contents (path, "no header any more", -1, NULL));
  g_autoptr (mk_json) anew = mk_models_scan (root);
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (anew, 0), "base_model")), "");
}
