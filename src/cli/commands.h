/* commands.h - the subcommands, for cli_commands.c alone. */
#pragma once
#include "cli/cli.h"

mk_exit mk_cli_version (char **arguments);
mk_exit mk_cli_completion (char **arguments);
