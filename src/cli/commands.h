/* commands.h - the subcommands, for cli_commands.c alone. */
#pragma once
#include "cli/cli.h"

mk_exit mk_cli_backup (char **arguments);
mk_exit mk_cli_completion (char **arguments);
mk_exit mk_cli_doctor (char **arguments);
mk_exit mk_cli_engine (char **arguments);
mk_exit mk_cli_keys (char **arguments);
mk_exit mk_cli_make (char **arguments);
mk_exit mk_cli_mcp (char **arguments);
mk_exit mk_cli_nodes (char **arguments);
mk_exit mk_cli_plan (char **arguments);
mk_exit mk_cli_plugins (char **arguments);
mk_exit mk_cli_objects (char **arguments);
/* `objects check FILE`. */
mk_exit mk_cli_objects_check (const char *file);
mk_exit mk_cli_render (char **arguments);
mk_exit mk_cli_restore (char **arguments);
mk_exit mk_cli_run (char **arguments);
mk_exit mk_cli_serve (char **arguments);
mk_exit mk_cli_thumbnail (char **arguments);
mk_exit mk_cli_version (char **arguments);

const GOptionEntry *mk_cli_backup_options (void);
const GOptionEntry *mk_cli_engine_options (void);
const GOptionEntry *mk_cli_keys_options (void);
const GOptionEntry *mk_cli_mcp_options (void);
const GOptionEntry *mk_cli_nodes_options (void);
const GOptionEntry *mk_cli_plan_options (void);
const GOptionEntry *mk_cli_plugins_options (void);
const GOptionEntry *mk_cli_run_options (void);
const GOptionEntry *mk_cli_serve_options (void);
const GOptionEntry *mk_cli_thumbnail_options (void);

/* One path per line. */
void mk_cli_print_files (const mk_json *files);
