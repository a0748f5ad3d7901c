#include "engine/walk.h"

#include "graph/validate.h"

void
mk_execution_result_clear (mk_execution_result *result)
{
  g_clear_pointer (&result->ui, mk_json_unref);
  g_clear_pointer (&result->meta, mk_json_unref);
  g_clear_pointer (&result->failure, mk_json_unref);
}

/* The names of those whose results are known are told even when there are none. */
static bool
look_up_all (mk_walk *walk, GError **error)
{
  mk_json *cached = mk_json_new_array (), *data = mk_json_new_object ();
  bool is_good = true;
  for (mk_json_iter i = mk_json_iterate (walk->execution->prompt); is_good && mk_json_next (&i);) {
    mk_step *step = mk_walk_find (walk, i.key);
    is_good = mk_walk_make_key (walk, step, error);
    if (is_good && mk_walk_look_up (walk, step))
      mk_json_append (cached, mk_json_new_string (step->id));
  }
  mk_json_set (data, "nodes", cached);
  mk_walk_tell (walk, "execution_cached", data);
  return is_good;
}

static bool
prepare (mk_walk *walk, GError **error)
{
  const mk_execution *execution = walk->execution;
  for (mk_json_iter i = mk_json_iterate (execution->prompt); mk_json_next (&i);)
    if (mk_walk_add_step (walk, i.key, NULL, NULL, i.value, error) == NULL)
      return false;
  if (!look_up_all (walk, error))
    return false;
  for (size_t i = 0; i < mk_json_length (execution->outputs); i++) {
    const char *id = mk_json_get_string (mk_json_at (execution->outputs, i));
    mk_step *output = mk_walk_find (walk, id);
    if (output == NULL)
      return mk_error (error, MK_ERROR_WORKFLOW, "output %s is not in the workflow", id);
    if (!mk_walk_want (walk, output, error))
      return false;
  }
  return true;
}

/* Only expansions can make a circle that validation did not see: the first node of one is blamed. */
static bool
fail_in_circle (mk_walk *walk, GError **error)
{
  mk_step *blamed = NULL;
  for (guint i = 0; i < walk->pending->len; i++) {
    mk_step *step = walk->pending->pdata[i];
    if (step->is_done || (blamed != NULL && step->parent_id == NULL))
      continue;
    blamed = step;
    if (step->parent_id != NULL)
      break;
  }
  mk_step *shown = blamed != NULL ? mk_walk_find (walk, blamed->display_id) : NULL;
  walk->current = shown != NULL ? shown : blamed;
  return mk_error (error, MK_ERROR_WORKFLOW, "the nodes wait for each other in a circle");
}

static bool
run_all (mk_walk *walk, GError **error)
{
  const mk_job job = { .cancel = walk->execution->cancel };
  while (walk->n_unfinished > 0) {
    mk_step *step = mk_walk_take (walk);
    if (step == NULL)
      return fail_in_circle (walk, error);
    if (mk_job_is_cancelled (&job))
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    if (!mk_walk_run (walk, step, error))
      return false;
  }
  return true;
}

bool
mk_engine_run (mk_engine *engine, const mk_execution *execution, mk_execution_result *result, GError **error)
{
  *result = (mk_execution_result){ .ui = mk_json_new_object (), .meta = mk_json_new_object () };
  mk_walk walk;
  mk_walk_init (&walk, engine, execution, result);
  mk_walk_tell (&walk, "execution_start", mk_json_new_object ());
  g_autoptr (GError) failure = NULL;
  bool is_good = prepare (&walk, &failure) && run_all (&walk, &failure);
  if (is_good)
    mk_walk_tell (&walk, "execution_success", mk_json_new_object ());
  else {
    mk_walk_tell_failure (&walk, &failure);
    g_propagate_error (error, g_steal_pointer (&failure));
  }
  mk_walk_clear (&walk);
  return is_good;
}
