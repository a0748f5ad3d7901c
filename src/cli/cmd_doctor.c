/* cmd_doctor.c - whether everything that Miktos needs is here, one line each. */
#include "base/file.h"
#include "cli/bridge_options.h"
#include "cli/commands.h"
#include "language/command.h"
#include "language/parse.h"
#include "media/video.h"
#include "scene/objects.h"
#include "version.h"

#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ENOUGH_MEMORY_MB 1000
#define ENOUGH_DISK_MB 500

static bool
say (bool is_good, const char *what, const char *format, ...) G_GNUC_PRINTF (3, 4);

static bool
say (bool is_good, const char *what, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("%s %-10s %s\n", is_good ? "ok  " : "BAD ", what, text);
  return is_good;
}

static bool
check_machine (void)
{
  long n_cores = sysconf (_SC_NPROCESSORS_ONLN), memory_mb = sysconf (_SC_AVPHYS_PAGES) / 1024 * sysconf (_SC_PAGESIZE) / 1024;
  struct statvfs disk;
  long disk_mb = statvfs (".", &disk) == 0 ? (long)(disk.f_bavail * disk.f_frsize >> 20) : 0;
  bool is_good = say (n_cores > 0, "cores", "%ld", n_cores);
  is_good &= say (memory_mb >= ENOUGH_MEMORY_MB, "memory", "%ld MB free%s", memory_mb, memory_mb >= ENOUGH_MEMORY_MB ? "" : "; films want a gigabyte");
  return say (disk_mb >= ENOUGH_DISK_MB, "disk", "%ld MB free here", disk_mb) && is_good;
}

static bool
check_library (void)
{
  g_autoptr (GError) error = NULL;
  const char *assets = mk_cli_assets (&error);
  g_autoptr (mk_library) library = assets != NULL ? mk_library_new (assets, &error) : NULL;
  if (library == NULL)
    return say (false, "objects", "%s", error->message);
  say (true, "objects", "%u recipes in %s", mk_library_n_recipes (library), assets);
  g_autoptr (mk_language) language = mk_language_new (assets, "en", library, &error);
  g_autoptr (mk_command_schema) commands = language != NULL ? mk_command_schema_new (assets, &error) : NULL;
  return say (commands != NULL, "words", "%s", commands != NULL ? "can be read" : error->message);
}

/* Writes a film of two frames: the encoder is there and the folder can be written. */
static bool
check_film (mk_video_format format)
{
  static const uint8_t black[16 * 16 * 3];
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/miktos-doctor-%d.%s", g_get_tmp_dir (), (int)getpid (), mk_video_format_suffix (format));
  mk_video_options options = { .format = format, .width = 16, .height = 16, .fps = 24 };
  g_autoptr (mk_video_writer) writer = mk_video_writer_new (path, &options, &error);
  bool is_good = writer != NULL && mk_video_writer_add_rgb8 (writer, black, &error) && mk_video_writer_add_rgb8 (writer, black, &error) && mk_video_writer_finish (writer, &error);
  unlink (path);
  return say (is_good, mk_video_format_suffix (format), "%s", is_good ? "can be written" : error->message);
}

/* Every setting and where its value comes from. */
static bool
check_settings (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_config) settings = mk_cli_settings (&error);
  if (settings == NULL)
    return say (false, "settings", "%s", error->message);
  g_autofree char *folder = mk_cli_data_folder ();
  g_autofree char *models = g_build_filename (folder, "engine", "models", NULL); /* as the bridge has them */
  bool is_good = mk_cli_data_check (folder, &error);
  say (is_good, "data", "%s", is_good ? folder : error->message);
  say (true, "models", "%s", models);
  say (true, "settings", "%s%s", mk_config_path (settings), g_file_test (mk_config_path (settings), G_FILE_TEST_EXISTS) ? "" : " (not there: all as it comes)");
  for (const mk_setting *s = mk_settings; s->name != NULL; s++) {
    const char *value = mk_config_get (settings, s->name);
    printf ("       %-28s %-14s %s\n", s->name, s->is_secret && value != NULL ? "(secret)" : value != NULL ? value : "-", mk_config_origin (settings, s->name));
  }
  return is_good;
}

mk_exit
mk_cli_doctor (char **arguments)
{
  if (arguments[0] != NULL)
    return mk_cli_fail_usage ("doctor takes no arguments");
  bool is_good = say (true, "miktos", MK_VERSION);
  is_good &= check_machine ();
  is_good &= check_library ();
  is_good &= check_settings ();
  for (mk_video_format format = MK_VIDEO_MP4; format <= MK_VIDEO_GIF; format++)
    is_good &= check_film (format);
  return is_good ? MK_EXIT_OK : MK_EXIT_FAILED;
}
