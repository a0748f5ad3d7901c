/* bridge_options.h - where the bridge keeps what is its own: what serve, keys, backup, restore and doctor share. */
#pragma once
#include "bridge/config.h"
#include "cli/cli.h"

extern char *mk_cli_data_option, *mk_cli_config_option;
#define MK_CLI_DATA_OPTIONS                                                                                       \
  { "data", 0, 0, G_OPTION_ARG_FILENAME, &mk_cli_data_option, "Folder of projects, tasks and films", "FOLDER" },  \
  { "config", 0, 0, G_OPTION_ARG_FILENAME, &mk_cli_config_option, "Settings (~/.config/miktos/miktos.conf)", "FILE" }

/* --data, MIKTOS_DATA or the person's own; absolute, g_free. */
char      *mk_cli_data_folder (void);
/* False, with what to do, when the folder or what the bridge keeps in it cannot be written. Changes nothing; a folder that
 * is not there yet is judged by the one that it would be made in. */
bool       mk_cli_data_check (const char *folder, GError **error);
/* --config, MIKTOS_CONFIG or the person's own, with the environment over it. */
mk_config *mk_cli_settings (GError **error);
