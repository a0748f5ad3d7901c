#include "check.h"

#include <string.h>

#include "base/file.h"
#include "media/metadata.h"
#include "media/png.h"

static void
write_glb (const char *path, const char *json)
{
  uint32_t length = (uint32_t)strlen (json), head[5] = { 0x46546c67, 2, 20 + length, length, 0x4e4f534a };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *)json, length);
  CHECK (mk_file_write (path, bytes->data, bytes->len, NULL));
}

TEST (a_scene_gives_back_the_workflow_that_made_it)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), "x.glb", NULL);
  write_glb (path, "{\"asset\":{\"version\":\"2.0\",\"extras\":{\"prompt\":{\"1\":{\"class_type\":\"A\"}}}}}");
  g_autoptr (mk_json) texts = mk_metadata_read (path, &error);
  CHECK_OK (texts != NULL, error);
  CHECK (mk_json_has (mk_json_get (mk_json_get (texts, "prompt"), "1"), "class_type"));
}

TEST (a_picture_gives_back_the_workflow_that_made_it)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), "x.png", NULL);
  g_autoptr (mk_json) texts = mk_json_new_object ();
  mk_json_set (texts, "prompt", mk_json_new_string ("{\"1\": {}}"));
  mk_image *image = mk_image_new (1, 4, 4, 3, &error);
  CHECK_OK (image != NULL && mk_png_write (image, 0, path, &(mk_png_options){ .texts = texts }, &error), error);
  mk_image_unref (image);
  g_autoptr (mk_json) again = mk_metadata_read (path, &error);
  CHECK_STRING (mk_json_get_string (mk_json_get (again, "prompt")), "{\"1\": {}}");
}

TEST (a_scene_that_is_cut_off_is_an_error_and_text_is_none)
{
  g_autoptr (GError) error = NULL;
  CHECK (mk_metadata_decode ("glTF\2\0\0\0\x40\0\0\0\x40\0\0\0JSON{", 21, &error) == NULL);
  CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_FORMAT));
  g_clear_error (&error);
  CHECK (mk_metadata_decode ("{\"nodes\":[]}", 12, &error) == NULL && error == NULL);
}
