#include "check.h"
#include "graph/model_paths.h"

#include <string.h>

static mk_model_paths *
read_text (const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "extra.yaml", NULL);
  CHECK (g_file_set_contents (path, text, -1, NULL));
  const char *const files[] = { path, NULL };
  return mk_model_paths_read (files, error);
}

TEST (folders_of_another_installation_are_read_as_comfyui_reads_them)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_model_paths) paths = read_text ("# mine\ncomfyui:\n  base_path: /data/comfy\n  checkpoints: models/checkpoints/\n  clip: |\n    models/clip\n    models/text_encoders\n"
                                                "fast:\n  is_default: true\n  checkpoints: here\n", &error);
  CHECK_OK (paths != NULL, error);
  mk_folders folders = { .models = "/own", .more_models = paths };
  g_auto (GStrv) checkpoints = mk_model_paths_list (&folders, "checkpoints", NULL), encoders = mk_model_paths_list (&folders, "text_encoders", "clip");
  g_autofree char *all = g_strjoinv (" ", checkpoints), *wanted = g_strdup_printf ("%s/here /own/checkpoints /data/comfy/models/checkpoints", mk_test_folder ()), *texts = g_strjoinv (" ", encoders);
  CHECK_STRING (all, wanted);
  CHECK_STRING (texts, "/own/text_encoders /own/clip /data/comfy/models/clip /data/comfy/models/text_encoders");
}

TEST (a_file_that_is_no_list_of_folders_says_where)
{
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (read_text ("a:\n  b: [1, 2\n", &error), error, MK_ERROR_SYNTAX);
  CHECK (strstr (error->message, "line") != NULL);
  g_clear_error (&error);
  CHECK_FAILS (read_text ("- just\n- a list\n", &error), error, MK_ERROR_FORMAT);
  g_clear_error (&error);
  g_autoptr (mk_model_paths) empty = read_text ("# nothing\n", &error);
  CHECK_OK (empty != NULL, error);
}
