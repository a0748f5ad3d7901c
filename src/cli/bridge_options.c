#include "cli/bridge_options.h"

#include <errno.h>
#include <unistd.h>

char *mk_cli_data_option, *mk_cli_config_option;

static char *
absolute (const char *path)
{
  g_autofree char *here = g_get_current_dir ();
  return g_canonicalize_filename (path, here);
}

char *
mk_cli_data_folder (void)
{
  const char *from_environment = g_getenv ("MIKTOS_DATA");
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "miktos", NULL);
  return absolute (mk_cli_data_option != NULL ? mk_cli_data_option : from_environment != NULL ? from_environment : own);
}

bool
mk_cli_data_check (const char *folder, GError **error)
{
  static const char *const kept[] = { "", "bridge.db", "bridge.lock", "outputs", "engine" };
  g_autofree char *there = g_strdup (folder);
  while (access (there, F_OK) != 0 && errno == ENOENT && !g_str_equal (there, "/")) {
    char *around = g_path_get_dirname (there);
    g_free (there);
    there = around;
  }
  for (size_t i = 0; i < MK_COUNT (kept); i++) {
    g_autofree char *path = g_build_filename (there, kept[i], NULL);
    if (access (path, W_OK) != 0 && errno != ENOENT)
      return mk_error (error, MK_ERROR_FORBIDDEN, "%s cannot be written: %s. Give yourself the right to write there, or name another folder in MIKTOS_DATA", path, g_strerror (errno));
  }
  return true;
}

mk_config *
mk_cli_settings (GError **error)
{
  const char *from_environment = g_getenv ("MIKTOS_CONFIG");
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "miktos", "miktos.conf", NULL);
  g_autofree char *path = absolute (mk_cli_config_option != NULL ? mk_cli_config_option : from_environment != NULL ? from_environment : own);
  return mk_config_new (path, error);
}
