#include "cli/cli.h"

#include "base/file.h"
#include "cli/bridge_options.h"

#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* --- words --- */

static mk_cancel interrupted;
static volatile sig_atomic_t interrupted_by;

mk_exit
mk_cli_fail (GError *error)
{
  bool is_cancelled = g_error_matches (error, MK_ERROR, MK_ERROR_CANCELLED);
  bool is_usage = g_error_matches (error, MK_ERROR, MK_ERROR_USAGE);
  fprintf (stderr, "miktos: %s\n", is_cancelled ? "stopped; nothing half-finished is left behind" : error->message);
  g_error_free (error);
  return is_cancelled ? (mk_exit)(128 + (interrupted_by != 0 ? interrupted_by : SIGINT)) : is_usage ? MK_EXIT_USAGE : MK_EXIT_FAILED;
}

mk_exit
mk_cli_fail_json (GError *error)
{
  g_autoptr (mk_json) answer = mk_json_new_object ();
  mk_json *what = mk_json_new_object ();
  mk_json_set (answer, "status", mk_json_new_string ("error"));
  mk_json_set (what, "type", mk_json_new_string (mk_error_comfy_type (error)));
  mk_json_set (what, "message", mk_json_new_string (error->message));
  mk_json_set (answer, "error", what);
  g_autofree char *text = mk_json_print_pretty (answer);
  puts (text);
  return mk_cli_fail (error);
}

mk_exit
mk_cli_fail_usage (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  fprintf (stderr, "miktos: %s\n", message);
  return MK_EXIT_USAGE;
}

/* --- Ctrl-C --- */

static void
on_signal (int signal_number)
{
  interrupted_by = signal_number;
  mk_cancel_fire (&interrupted);
}

mk_cancel *
mk_cli_cancel (void)
{
  /* The second Ctrl-C ends the program at once. */
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGHUP, &action, NULL);
  return &interrupted;
}

/* --- memory --- */

#define HEAP_BYTES ((size_t)64 << 20) /* addresses only: what is not touched costs nothing */
#define LARGE_PAGE ((uintptr_t)2 << 20)

void
mk_cli_expect_short_life (void)
{
  mallopt (M_TOP_PAD, (int)HEAP_BYTES);
  mallopt (M_TRIM_THRESHOLD, G_MAXINT);
  mallopt (M_MMAP_THRESHOLD, (int)HEAP_BYTES / 2);
  g_free (g_malloc (256 << 10)); /* larger than what is left from before: the heap grows now */
  uintptr_t end = (uintptr_t)sbrk (0) & ~(LARGE_PAGE - 1), begin = (end - HEAP_BYTES + LARGE_PAGE) & ~(LARGE_PAGE - 1);
  madvise ((void *)begin, end - begin, MADV_HUGEPAGE);
}

/* --- folders --- */

const char *
mk_cli_assets (GError **error)
{
  static char *found;
  if (found != NULL)
    return found;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : g_strdup (".");
  const char *chosen = g_getenv ("MIKTOS_ASSETS");
  const char *const places[] = { chosen != NULL ? chosen : "", "../share/miktos/assets", "../../../assets" };
  for (size_t i = 0; i < MK_COUNT (places) && found == NULL; i++) {
    g_autofree char *place = g_path_is_absolute (places[i]) ? g_strdup (places[i]) : g_build_filename (folder, places[i], NULL);
    g_autofree char *proof = g_build_filename (place, "objects", NULL);
    if (places[i][0] != '\0' && g_file_test (proof, G_FILE_TEST_IS_DIR))
      found = realpath (place, NULL);
  }
  if (found == NULL)
    mk_error (error, MK_ERROR_NOT_FOUND, "the folder with the object recipes is not beside %s; say where it is with MIKTOS_ASSETS", folder);
  return found;
}

static char *
absolute (const char *path)
{
  g_autofree char *here = g_get_current_dir ();
  return g_canonicalize_filename (path, here);
}

mk_folders *
mk_cli_folders_new (const char *input, const char *output, GError **error)
{
  const char *assets = mk_cli_assets (error);
  if (assets == NULL)
    return NULL;
  g_autoptr (mk_folders) folders = g_new0 (mk_folders, 1);
  folders->assets = g_strdup (assets);
  folders->output = absolute (output);
  folders->input = absolute (input != NULL ? input : ".");
  folders->temp = g_build_filename (g_get_user_cache_dir (), "miktos", "temp", NULL);
  folders->models = mk_cli_models_folder ();
  if (!mk_folder_make (folders->output, error) || !mk_folder_make (folders->temp, error))
    return NULL;
  return g_steal_pointer (&folders);
}

bool
mk_cli_follow_parent (int parent)
{
  return parent <= 0 || (prctl (PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid () == parent);
}

char *
mk_cli_engine_folder (const char *base, const char *given, const char *name)
{
  g_autofree char *data = mk_cli_data_folder (), *own = g_build_filename (data, "engine", NULL);
  g_autofree char *root = absolute (base != NULL ? base : own);
  return given != NULL ? absolute (given) : g_build_filename (root, name, NULL);
}

char *
mk_cli_models_folder (void)
{
  return mk_cli_engine_folder (NULL, NULL, "models");
}

char *
mk_cli_pack_host (const char *assets)
{
  return g_build_filename (assets, "..", "plugins", "python-host", "main.py", NULL);
}

void
mk_cli_folders_free (mk_folders *folders)
{
  if (folders == NULL)
    return;
  g_free ((char *)folders->assets);
  g_free ((char *)folders->output);
  g_free ((char *)folders->input);
  g_free ((char *)folders->temp);
  g_free ((char *)folders->models);
  g_free ((char *)folders->unfinished);
  g_free (folders);
}

/* --- sizes --- */

bool
mk_cli_parse_size (const char *text, int *width, int *height, GError **error)
{
  static const struct {
    const char *name;
    int width, height;
  } named[] = { { "360p", 640, 360 }, { "480p", 854, 480 }, { "720p", 1280, 720 }, { "1080p", 1920, 1080 },
                { "hd", 1280, 720 }, { "fullhd", 1920, 1080 }, { "2k", 2560, 1440 }, { "4k", 3840, 2160 }, { "8k", 7680, 4320 } };
  for (size_t i = 0; i < MK_COUNT (named); i++)
    if (g_ascii_strcasecmp (named[i].name, text) == 0) {
      *width = named[i].width;
      *height = named[i].height;
      return true;
    }
  char *cross = NULL, *end = NULL;
  int64_t w = g_ascii_strtoll (text, &cross, 10); /* what is too long for it gives the largest */
  size_t n = g_str_has_prefix (cross, "x") ? 1 : g_str_has_prefix (cross, "×") ? strlen ("×") : 0;
  int64_t h = g_ascii_strtoll (cross + n, &end, 10);
  bool is_read = cross > text && n > 0 && end > cross + n && *end == '\0';
  if (!is_read)
    return mk_error (error, MK_ERROR_USAGE, "“%s” is no size; write it as 640x360, 720p or 4k", text);
  if (w < 16 || h < 16 || w > 8192 || h > 8192)
    return mk_error (error, MK_ERROR_USAGE, "a film of %" PRId64 "×%" PRId64 " is not possible; sides go from 16 to 8192", w, h);
  *width = (int)w;
  *height = (int)h;
  return true;
}
