/* make.c - from a sentence to a queued task, the same for commands, projects and workflows. */
#include "bridge/bridge_private.h"

#include "base/file.h"
#include "base/log.h"
#include "bridge/crash_point.h"
#include "bridge/painter.h"
#include "bridge/tasks.h"
#include "language/plan.h"

#include <string.h>

#define MAX_TITLE_BYTES 200

/* What the second reader made of it takes the place of what was understood here; or it is only said that it was asked. */
static void
add_reading (mk_bridge *bridge, const mk_reading *reading, const mk_json *earlier, mk_understanding *understood)
{
  g_autoptr (mk_json) whole = reading->commands != NULL && earlier != NULL ? mk_commands_merge (earlier, reading->commands) : mk_json_ref (reading->commands);
  bool is_used = whole != NULL && mk_commands_check (bridge->commands, whole, NULL); /* the project may have gone on meanwhile */
  g_autofree char *own = g_steal_pointer (&understood->reply);
  understood->reply = is_used ? g_strdup (reading->account) : g_strdup_printf ("%s %s", own, reading->account);
  if (!is_used)
    return;
  mk_json_unref (understood->commands);
  understood->commands = mk_json_ref (reading->commands);
  understood->intent = MK_INTENT_SCENE;
  g_array_set_size (understood->spans, 0); /* they name commands of the other reading */
  g_array_set_size (understood->unknown, 0);
  g_ptr_array_set_size (understood->assumptions, 0);
}

bool
mk_bridge_understand (mk_bridge *bridge, const char *sentence, const mk_reading *reading, const mk_json *earlier, mk_json **understanding, mk_json **commands, GError **error)
{
  g_autoptr (mk_understanding) understood = NULL;
  if (!mk_language_parse (bridge->language, sentence, earlier, &understood, error))
    return false;
  if (reading != NULL)
    add_reading (bridge, reading, earlier, understood);
  g_autoptr (mk_json) whole = earlier != NULL && understood->intent != MK_INTENT_CLEAR ? mk_commands_merge (earlier, understood->commands) : mk_json_copy (understood->commands);
  if (!mk_commands_check (bridge->commands, whole, error))
    return false;
  mk_painter_free (mk_painter_find_for (bridge->models_folder, whole, understood)); /* what is missing is said now */
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
mk_bridge_plan (const mk_bridge *bridge, const mk_json *commands, const mk_json *options, const char *title)
{
  g_autofree char *prefix = mk_file_slug (title), *lacks = NULL;
  const char *painting = mk_commands_painting (commands);
  g_autoptr (mk_painter) painter = painting != NULL ? mk_painter_find (bridge->models_folder, painting, &lacks) : NULL;
  mk_plan_options plan = { .width = (int)mk_json_get_int (mk_json_get (options, "width")), .height = (int)mk_json_get_int (mk_json_get (options, "height")),
                           .fps = mk_json_get_real (mk_json_get (options, "fps")), .seconds = mk_json_get_real (mk_json_get (options, "seconds")),
                           .quality = mk_json_has (options, "quality") ? mk_json_get_string (mk_json_get (options, "quality")) : NULL, .has_seed = mk_json_has (options, "seed"),
                           .seed = mk_json_get_uint (mk_json_get (options, "seed")), .is_still = mk_json_get_bool (mk_json_get (options, "still")), .outputs = outputs_of (options), .prefix = prefix, .painter = painter != NULL ? &painter->plan : NULL };
  return mk_commands_plan (commands, &plan);
}

mk_json *
mk_bridge_workflow_request (mk_json *taken_workflow, const mk_json *drawn)
{
  mk_json *request = mk_json_new_object ();
  mk_json_set (request, "workflow", taken_workflow);
  if (drawn != NULL)
    mk_json_set (request, "drawn", mk_json_copy (drawn));
  return request;
}

static int64_t
deadline_of (const mk_bridge *bridge, const mk_json *options, int64_t now_ms)
{
  int64_t minutes = mk_config_get_int (bridge->config->settings, "tasks.deadline_minutes");
  if (mk_json_has (options, "deadline_s"))
    return now_ms + mk_json_get_int (mk_json_get (options, "deadline_s")) * 1000;
  return minutes > 0 ? now_ms + minutes * 60000 : 0;
}

mk_json *
mk_bridge_queue (mk_bridge *bridge, const mk_call *call, const mk_bridge_job *job, GError **error)
{
  g_autoptr (mk_json) request = job->taken_request;
  const char *engine = mk_json_has (job->options, "engine_id") ? mk_json_get_string (mk_json_get (job->options, "engine_id")) : NULL;
  int64_t now = mk_bridge_now_ms ();
  if (engine != NULL && !mk_dispatcher_has_engine (bridge->dispatcher, engine)) {
    mk_error (error, MK_ERROR_NOT_FOUND, "engine_id: there is no engine “%s”; GET /engines lists them", engine);
    return NULL;
  }
  if (engine != NULL)
    mk_json_set (request, "engine_id", mk_json_new_string (engine));
  g_autofree char *valid = g_utf8_make_valid (job->title, (gssize)MIN (strlen (job->title), MAX_TITLE_BYTES));
  mk_task_new new = { .kind = job->kind, .title = valid, .project = job->project, .owner = mk_call_holder (call)->id, .priority = (int)mk_json_get_int (mk_json_get (job->options, "priority")),
                      .deadline_ms = deadline_of (bridge, job->options, now), .request = request, .understanding = job->understanding };
  mk_json *task = mk_task_create (bridge->store, &new, now, error);
  if (task == NULL)
    return NULL;
  mk_crash_point ("task.created");
  const char *fields[] = { "task_id", mk_json_get_string (mk_json_get (task, "id")), "request_id", call->request != NULL ? mk_request_get_note (call->request)->id : NULL, NULL, NULL };
  mk_log_fields (MK_LOG_INFO, "tasks", fields, "accepted: %s", valid);
  mk_sockets_tell (bridge->sockets, "status_update", mk_json_copy (task), NULL);
  mk_dispatcher_wake (bridge->dispatcher);
  return task;
}
