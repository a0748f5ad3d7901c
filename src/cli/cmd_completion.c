/* cmd_completion.c - `eval "$(miktos completion)"` teaches bash the commands and their options. */
#include "cli/commands.h"

#include <stdio.h>

static void
print_options (const mk_cli_command *command)
{
  fputs ("--help", stdout);
  if (command->list_options != NULL)
    for (const GOptionEntry *o = command->list_options (); o->long_name != NULL; o++)
      if (o->long_name[0] != '\0')
        printf (" --%s", o->long_name);
}

mk_exit
mk_cli_completion (char **arguments)
{
  if (arguments[0] != NULL && !g_str_equal (arguments[0], "bash"))
    return mk_cli_fail_usage ("completion is known for bash, not for %s", arguments[0]);
  puts ("_miktos ()\n{\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then");
  fputs ("    words='", stdout);
  for (const mk_cli_command *c = mk_cli_commands; c->name != NULL; c++)
    printf ("%s%s", c == mk_cli_commands ? "" : " ", c->name);
  puts ("'\n  else\n    case ${COMP_WORDS[1]} in");
  for (const mk_cli_command *c = mk_cli_commands; c->name != NULL; c++) {
    printf ("      %s) words='", c->name);
    print_options (c);
    puts ("' ;;");
  }
  puts ("    esac\n"
        "    case ${COMP_WORDS[COMP_CWORD-1]} in\n"
        "      --quality) words='draft standard final' ;;\n"
        "      --size) words='360p 480p 720p 1080p 4k' ;;\n"
        "      --only) words='mp4 glb png' ;;\n"
        "    esac\n"
        "  fi\n"
        "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\"))\n"
        "}\n"
        "complete -F _miktos miktos ./miktos");
  return MK_EXIT_OK;
}
