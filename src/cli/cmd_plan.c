/* cmd_plan.c - what a sentence means, without making anything. */
#include "base/file.h"
#include "bridge/painter.h"
#include "cli/commands.h"
#include "cli/sentence.h"
#include "language/plan.h"

#include <stdio.h>

static gboolean as_workflow, as_json;

const GOptionEntry *
mk_cli_plan_options (void)
{
  static const GOptionEntry entries[] = {
    { "workflow", 'w', 0, G_OPTION_ARG_NONE, &as_workflow, "The workflow instead of the commands", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Everything that was understood, as one JSON object", NULL },
    { 0 } };
  return entries;
}

mk_exit
mk_cli_plan (char **arguments)
{
  mk_cli_expect_short_life ();
  GError *error = NULL;
  g_autofree char *sentence = mk_cli_read_sentence (arguments, &error);
  g_autoptr (mk_understanding) understanding = sentence != NULL ? mk_cli_understand (sentence, &error) : NULL;
  if (understanding == NULL)
    return mk_cli_fail (error);
  g_autofree char *slug = mk_file_slug (sentence), *models = mk_cli_models_folder ();
  guint n_said = understanding->assumptions->len;
  g_autoptr (mk_painter) painter = mk_painter_find_for (models, understanding->commands, understanding);
  for (guint i = n_said; i < understanding->assumptions->len; i++)
    fprintf (stderr, "miktos: %s\n", (const char *)understanding->assumptions->pdata[i]);
  g_autoptr (mk_json) shown = as_workflow ? mk_commands_plan (understanding->commands, &(mk_plan_options){ .prefix = slug, .painter = painter != NULL ? &painter->plan : NULL })
                              : as_json   ? mk_understanding_to_json (understanding)
                                          : mk_json_copy (understanding->commands);
  g_autofree char *text = mk_json_print_pretty (shown);
  if (!as_json)
    mk_cli_print_account (sentence, understanding);
  puts (text);
  return MK_EXIT_OK;
}
