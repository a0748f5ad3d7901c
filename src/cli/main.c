/* main.c - finds the subcommand, reads its options, runs it. */
#include "cli/cli.h"
#include "version.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void
print_help (FILE *out)
{
  fputs ("Miktos turns sentences into 3D films, on this machine.\n\n"
         "usage: miktos COMMAND [OPTION…] [ARGUMENT…]\n\n", out);
  for (const mk_cli_command *c = mk_cli_commands; c->name != NULL; c++) {
    g_autofree char *whole = g_strdup_printf ("%s %s", c->name, c->arguments);
    fprintf (out, "  %-22s %s\n", strlen (whole) <= 22 ? whole : c->name, c->summary);
  }
  fputs ("\nTry: miktos make \"a red ball bounces on grass while the camera orbits it\"\n"
         "     miktos COMMAND --help\n", out);
}

static const mk_cli_command *
find_command (const char *name)
{
  for (const mk_cli_command *c = mk_cli_commands; c->name != NULL; c++)
    if (g_str_equal (c->name, name))
      return c;
  return NULL;
}

/* The command whose name starts like `name`, or NULL. */
static const char *
suggest_command (const char *name)
{
  for (size_t length = strlen (name); length > 0; length--)
    for (const mk_cli_command *c = mk_cli_commands; c->name != NULL; c++)
      if (strncmp (c->name, name, length) == 0)
        return c->name;
  return NULL;
}

static mk_exit
run_command (const mk_cli_command *command, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (command->arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf ("miktos %s", command->name);
  g_set_prgname (program);
  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, command->details);
  if (command->list_options != NULL)
    g_option_context_add_main_entries (context, command->list_options (), NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return mk_cli_fail_usage ("%s; see miktos %s --help", error->message, command->name);
  if (argc > 1 && g_str_equal (argv[1], "--")) {
    argv++;
    argc--;
  }
  return command->run (argv + 1);
}

/* What was printed has arrived, or the command has failed. */
static mk_exit
close_output (mk_exit status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  fprintf (stderr, "miktos: standard output: %s\n", g_strerror (errno));
  return status == MK_EXIT_OK ? MK_EXIT_FAILED : status;
}

int
main (int argc, char **argv)
{
  setlocale (LC_CTYPE, "");
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN); /* a limit on files is an error of the write, as a full disk is */
  if (argc < 2) {
    print_help (stderr);
    return MK_EXIT_USAGE;
  }
  bool is_help = g_str_equal (argv[1], "help");
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || (is_help && argc == 2)) {
    print_help (stdout);
    return close_output (MK_EXIT_OK);
  }
  if (is_help) { /* help COMMAND is COMMAND --help */
    argv[1] = argv[2];
    argv[2] = (char *)"--help";
  }
  const char *name = g_str_equal (argv[1], "--version") ? "version" : argv[1];
  const mk_cli_command *command = find_command (name);
  if (command != NULL)
    return close_output (run_command (command, argc - 1, argv + 1));
  const char *near = suggest_command (name);
  return near != NULL ? mk_cli_fail_usage ("there is no command “%s”; did you mean %s? All: miktos --help", name, near)
                      : mk_cli_fail_usage ("there is no command “%s”; see miktos --help", name);
}
