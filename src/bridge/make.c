/* make.c - from a sentence to a queued task, the same for commands, projects and workflows. */
#include "bridge/bridge_private.h"

#include "base/file.h"
#include "bridge/tasks.h"
#include "language/plan.h"

#include <string.h>

#define MAX_TITLE_BYTES 200

bool
mk_bridge_understand (mk_bridge *bridge, const char *sentence, const mk_json *earlier, mk_json **understanding, mk_json **commands, GError **error)
{
  g_autoptr (mk_understanding) understood = NULL;
  if (!mk_language_parse (bridge->language, sentence, earlier, &understood, error))
    return false;
  g_autoptr (mk_json) whole = earlier != NULL && understood->intent != MK_INTENT_CLEAR ? mk_commands_merge (earlier, understood->commands) : mk_json_copy (understood->commands);
  if (!mk_commands_check (bridge->commands, whole, error))
    return false;
  *understanding = mk_understanding_to_json (understood);
  *commands = g_steal_pointer (&whole);
  return true;
}

static unsigned
outputs_of (const mk_json *options)
{
  static const struct {
    const char *name;
    unsigned output;
  } names[] = { { "mp4", MK_PLAN_FILM }, { "glb", MK_PLAN_SCENE }, { "png", MK_PLAN_POSTER } };
  const mk_json *list = mk_json_get (options, "outputs");
  unsigned outputs = 0;
  for (size_t i = 0; i < mk_json_length (list); i++)
    for (size_t k = 0; k < MK_COUNT (names); k++)
      if (g_str_equal (mk_json_get_string (mk_json_at (list, i)), names[k].name))
        outputs |= names[k].output;
  return outputs;
}

mk_json *
mk_bridge_plan (const mk_json *commands, const mk_json *options, const char *title)
{
  g_autofree char *prefix = mk_file_slug (title);
  mk_plan_options plan = { .width = (int)mk_json_get_int (mk_json_get (options, "width")), .height = (int)mk_json_get_int (mk_json_get (options, "height")),
                           .fps = mk_json_get_real (mk_json_get (options, "fps")), .seconds = mk_json_get_real (mk_json_get (options, "seconds")),
                           .quality = mk_json_has (options, "quality") ? mk_json_get_string (mk_json_get (options, "quality")) : NULL, .has_seed = mk_json_has (options, "seed"),
                           .seed = mk_json_get_uint (mk_json_get (options, "seed")), .is_still = mk_json_get_bool (mk_json_get (options, "still")), .outputs = outputs_of (options), .prefix = prefix };
  return mk_commands_plan (commands, &plan);
}

mk_json *
mk_bridge_queue (mk_bridge *bridge, const char *kind, const char *title, const char *project, mk_json *taken_workflow, const mk_json *understanding, GError **error)
{
  g_autoptr (mk_json) request = mk_json_new_object ();
  mk_json_set (request, "workflow", taken_workflow);
  g_autofree char *valid = g_utf8_make_valid (title, (gssize)MIN (strlen (title), MAX_TITLE_BYTES));
  mk_task_new new = { .kind = kind, .title = valid, .project = project, .request = request, .understanding = understanding };
  mk_json *task = mk_task_create (bridge->store, &new, mk_bridge_now_ms (), error);
  if (task == NULL)
    return NULL;
  mk_sockets_tell (bridge->sockets, "status_update", mk_json_copy (task), 0);
  mk_dispatcher_wake (bridge->dispatcher);
  return task;
}
