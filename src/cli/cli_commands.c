#include "cli/commands.h"

const mk_cli_command mk_cli_commands[] = {
  { "completion", "[bash]", "Print what teaches bash to complete: eval \"$(miktos completion)\"", .run = mk_cli_completion },
  { "version", "", "Print the version", .run = mk_cli_version },
  { .name = NULL },
};
