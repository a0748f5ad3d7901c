#include "cli/commands.h"
#include "version.h"

#include <stdio.h>

mk_exit
mk_cli_version (char **arguments)
{
  if (arguments[0] != NULL)
    return mk_cli_fail_usage ("version takes no arguments");
  puts ("miktos " MK_VERSION);
  return MK_EXIT_OK;
}
