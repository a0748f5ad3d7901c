#include "cli/bridge_options.h"

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

mk_config *
mk_cli_settings (GError **error)
{
  const char *from_environment = g_getenv ("MIKTOS_CONFIG");
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "miktos", "miktos.conf", NULL);
  g_autofree char *path = absolute (mk_cli_config_option != NULL ? mk_cli_config_option : from_environment != NULL ? from_environment : own);
  return mk_config_new (path, error);
}
