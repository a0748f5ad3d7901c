/* cmd_thumbnail.c - `miktos thumbnail`: a small picture of a picture, a film, a scene or an object of the library. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/studio.h"
#include "media/picture.h"
#include "media/resize.h"
#include "media/video.h"
#include "media/webp.h"
#include "scene/objects.h"

#include <string.h>

#define MAX_FILE_BYTES ((size_t)512 << 20)
#define FILM_SHARE 0.4 /* of a film: what happens has begun and is not over */

static gboolean is_object, is_commands;
static char *input;
static int side = 384;

const GOptionEntry *
mk_cli_thumbnail_options (void)
{
  static const GOptionEntry entries[] = { { "object", 0, 0, G_OPTION_ARG_NONE, &is_object, "FILE is the name of an object", NULL },
                                          { "commands", 0, 0, G_OPTION_ARG_NONE, &is_commands, "FILE is a list of scene commands, as every .json is", NULL },
                                          { "input", 0, 0, G_OPTION_ARG_FILENAME, &input, "Folder that scene commands import from (that of FILE)", "FOLDER" },
                                          { "size", 0, 0, G_OPTION_ARG_INT, &side, "Longest side in pixels (384)", "N" },
                                          { 0 } };
  return entries;
}

/* --- scenes --- */

/* What our own scenes carry: the commands that made them, which show more than their triangles. NULL for others. */
static mk_json *
commands_of_glb (const char *bytes, size_t length)
{
  uint32_t size = 0;
  mk_json_limits limits = { .max_bytes = MAX_FILE_BYTES, .max_depth = 64 };
  g_autoptr (mk_json) document = NULL;
  if (length < 20 || memcmp (bytes, "glTF", 4) != 0)
    return NULL;
  memcpy (&size, bytes + 12, sizeof size); /* the first chunk is the JSON; little-endian as we are */
  if (size > length - 20 || !mk_json_parse (bytes + 20, (gssize)size, &limits, &document, NULL))
    return NULL;
  const mk_json *commands = mk_json_get (mk_json_get (mk_json_get (document, "asset"), "extras"), "commands");
  return mk_json_length (commands) > 0 ? mk_json_copy (commands) : NULL;
}

static mk_image *
render (const mk_json *commands, const char *imports, int width, int height, GError **error)
{
  const char *assets = mk_cli_assets (error);
  const mk_library *library = assets != NULL ? mk_library_shared (assets, error) : NULL;
  mk_stage stage = { library, assets, imports };
  return library != NULL ? mk_studio_picture (&stage, commands, width, height, error) : NULL;
}

static mk_image *
picture_of_scene (const char *path, GError **error)
{
  g_autofree char *bytes = NULL, *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  size_t length = 0;
  if (!mk_file_read (path, MAX_FILE_BYTES, &bytes, &length, error))
    return NULL;
  g_autoptr (mk_json) own = commands_of_glb (bytes, length), commands = own != NULL ? NULL : mk_studio_commands ("import", "file", name);
  return render (own != NULL ? own : commands, folder, side, side * 9 / 16, error);
}

static mk_image *
picture_of_commands (const char *path, GError **error)
{
  g_autoptr (mk_json) commands = NULL;
  g_autofree char *folder = g_path_get_dirname (path);
  return mk_json_parse_file (path, NULL, &commands, error) ? render (commands, input != NULL ? input : folder, side, side * 9 / 16, error) : NULL;
}

/* --- files --- */

static mk_image *
picture_of_film (const char *path, GError **error)
{
  mk_video_info info;
  if (!mk_video_read_info (path, &info, NULL, error))
    return NULL;
  return mk_video_read_frames (path, (int)(info.n_frames * FILM_SHARE), 1, error);
}

static mk_image *
picture_of_file (const char *path, GError **error)
{
  static const char *const films[] = { ".mp4", ".webm", ".gif", ".mov", ".mkv" };
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (is_commands || g_str_has_suffix (path, ".json"))
    return picture_of_commands (path, error);
  if (g_str_has_suffix (path, ".glb"))
    return picture_of_scene (path, error);
  for (size_t i = 0; i < MK_COUNT (films); i++)
    if (g_str_has_suffix (path, films[i]))
      return picture_of_film (path, error);
  return mk_file_read (path, MAX_FILE_BYTES, &bytes, &length, error) ? mk_picture_decode (bytes, length, error) : NULL;
}

static mk_image *
fit (mk_image *image, GError **error)
{
  int longest = MAX (image->width, image->height);
  if (longest <= side)
    return mk_image_ref (image);
  return mk_image_resize (image, MAX (image->width * side / longest, 1), MAX (image->height * side / longest, 1), MK_RESIZE_LANCZOS, false, NULL, error);
}

mk_exit
mk_cli_thumbnail (char **arguments)
{
  GError *error = NULL;
  if (arguments[0] == NULL || arguments[1] == NULL || arguments[2] != NULL)
    return mk_cli_fail_usage ("thumbnail takes a file and the name of the picture to write (.webp)");
  if (side < 16 || side > 2048)
    return mk_cli_fail_usage ("--size %d: it goes from 16 to 2048", side);
  g_autoptr (mk_json) studio = is_object ? mk_studio_commands ("add", "object", arguments[0]) : NULL;
  g_autoptr (mk_image) whole = is_object ? render (studio, NULL, side, side, &error) : picture_of_file (arguments[0], &error);
  g_autoptr (mk_image) small = whole != NULL ? fit (whole, &error) : NULL;
  GByteArray *bytes = small != NULL ? mk_webp_encode (small, 0, NULL, &error) : NULL;
  bool is_good = bytes != NULL && mk_file_write (arguments[1], bytes->data, bytes->len, &error);
  if (bytes != NULL)
    g_byte_array_unref (bytes);
  return is_good ? MK_EXIT_OK : mk_cli_fail (error);
}
