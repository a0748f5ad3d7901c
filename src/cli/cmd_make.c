/* cmd_make.c - a sentence becomes a film, a scene, a poster and the workflow that made them. */
#include "base/file.h"
#include "bridge/painter.h"
#include "cli/commands.h"
#include "cli/film_options.h"
#include "cli/sentence.h"
#include "cli/workshop.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  double understood_ms, planned_ms, made_s;
} timings;

/* Beside the films, under the same name: what `miktos run` takes. */
static bool
save_workflow (const mk_workshop *workshop, const char *prefix, const mk_json *workflow, mk_json *files, GError **error)
{
  /* Named after the first file: the same number for all. */
  const char *first = mk_json_get_string (mk_json_get (mk_json_at (files, 0), "path"));
  const char *dot = strrchr (first, '.');
  g_autofree char *stem = dot != NULL ? g_strndup (first, (size_t)(dot - first)) : g_build_filename (mk_workshop_folders (workshop)->output, prefix, NULL);
  g_autofree char *path = g_strconcat (stem, ".json", NULL), *text = mk_json_print_pretty (workflow);
  if (!mk_file_write (path, text, strlen (text), error))
    return false;
  mk_json *file = mk_json_new_object ();
  mk_json_set (file, "kind", mk_json_new_string ("workflow"));
  mk_json_set (file, "path", mk_json_new_string (path));
  mk_json_set (file, "bytes", mk_json_new_int ((int64_t)strlen (text)));
  mk_json_append (files, file);
  return true;
}

static void
print_json (const char *sentence, const mk_understanding *understanding, const mk_json *files, timings spent)
{
  g_autoptr (mk_json) answer = mk_json_new_object (), understood = mk_understanding_to_json (understanding);
  mk_json *times = mk_json_new_object ();
  mk_json_set (answer, "status", mk_json_new_string ("success"));
  mk_json_set (answer, "sentence", mk_json_new_string (sentence));
  mk_json_set (answer, "reply", mk_json_new_string (understanding->reply));
  mk_json_set (answer, "files", mk_json_copy (files));
  mk_json_set (answer, "commands", mk_json_copy (understanding->commands));
  static const char *const honest[] = { "confidence", "spans", "unknown", "assumptions" };
  for (size_t i = 0; i < MK_COUNT (honest); i++)
    mk_json_set (answer, honest[i], mk_json_copy (mk_json_get (understood, honest[i])));
  mk_json_set (times, "understood_ms", mk_json_new_real (spent.understood_ms));
  mk_json_set (times, "planned_ms", mk_json_new_real (spent.planned_ms));
  mk_json_set (times, "made_s", mk_json_new_real (spent.made_s));
  mk_json_set (answer, "timings", times);
  g_autofree char *text = mk_json_print_pretty (answer);
  puts (text);
}

static mk_exit
make (const char *sentence, const mk_plan_options *options, GError **error)
{
  timings spent;
  double start = mk_cli_now_s ();
  g_autoptr (mk_understanding) understanding = mk_cli_understand (sentence, error);
  if (understanding == NULL)
    return MK_EXIT_FAILED;
  double understood = mk_cli_now_s ();
  g_autofree char *slug = mk_file_slug (sentence), *models = mk_cli_models_folder ();
  g_autoptr (mk_painter) painter = mk_painter_find_for (models, understanding->commands, understanding);
  mk_plan_options plan = *options;
  plan.prefix = slug;
  plan.painter = painter != NULL ? &painter->plan : NULL;
  g_autoptr (mk_json) workflow = mk_commands_plan (understanding->commands, &plan), extra = mk_json_new_object (), files = NULL;
  double planned = mk_cli_now_s ();
  mk_json_set (extra, "sentence", mk_json_new_string (sentence));
  mk_json_set (extra, "commands", mk_json_copy (understanding->commands));
  bool as_json = mk_cli_film_as_json ();
  if (!as_json)
    fprintf (stderr, "%s\n", understanding->reply);
  g_autoptr (mk_workshop) workshop = mk_workshop_new (NULL, mk_cli_film_out (), as_json, error);
  if (workshop == NULL || !mk_workshop_run (workshop, workflow, extra, &files, error) || !save_workflow (workshop, slug, workflow, files, error))
    return MK_EXIT_FAILED;
  spent = (timings){ (understood - start) * 1e3, (planned - understood) * 1e3, mk_cli_now_s () - planned };
  if (as_json)
    print_json (sentence, understanding, files, spent);
  else
    mk_cli_print_files (files);
  return MK_EXIT_OK;
}

mk_exit
mk_cli_make (char **arguments)
{
  mk_cli_expect_short_life ();
  GError *error = NULL;
  mk_plan_options options;
  g_autofree char *sentence = mk_cli_film_plan (&options, &error) ? mk_cli_read_sentence (arguments, &error) : NULL;
  if (sentence == NULL)
    return mk_cli_film_as_json () ? mk_cli_fail_json (error) : mk_cli_fail (error);
  mk_exit status = make (sentence, &options, &error);
  return error == NULL ? status : mk_cli_film_as_json () ? mk_cli_fail_json (error) : mk_cli_fail (error);
}
