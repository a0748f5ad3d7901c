#include "engine/walk.h"

void
mk_walk_tell (mk_walk *walk, const char *type, mk_json *taken_data)
{
  const mk_listener *listener = walk->execution->listener;
  if (listener != NULL && listener->event != NULL)
    listener->event (listener->user, type, taken_data);
  mk_json_unref (taken_data);
}

void
mk_walk_tell_state (mk_walk *walk, const mk_step *step, const char *what)
{
  const mk_listener *listener = walk->execution->listener;
  if (listener != NULL && listener->state != NULL)
    listener->state (listener->user, step->id, step->display_id, step->parent_id, what);
}

static mk_json *
describe_step (const mk_step *step)
{
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "node", mk_json_new_string (step->id));
  mk_json_set (data, "display_node", mk_json_new_string (step->display_id));
  return data;
}

/* Without a listener nothing is put into words: it would be most of the work of a small node. */
void
mk_walk_tell_executing (mk_walk *walk, const mk_step *step)
{
  if (walk->execution->listener != NULL)
    mk_walk_tell (walk, "executing", describe_step (step));
}

void
mk_walk_show (mk_walk *walk, mk_step *step, const mk_json *ui)
{
  step->is_shown = true;
  if (ui != NULL) {
    mk_json *meta = mk_json_new_object ();
    mk_json_set (meta, "node_id", mk_json_new_string (step->id));
    mk_json_set (meta, "display_node", mk_json_new_string (step->display_id));
    mk_json_set (meta, "parent_node", mk_json_new_string (step->parent_id));
    mk_json_set (meta, "real_node_id", mk_json_new_string (step->id));
    mk_json_set (walk->result->meta, step->id, meta);
    mk_json_set (walk->result->ui, step->id, mk_json_copy (ui));
  }
  mk_json *data = describe_step (step);
  mk_json_set (data, "output", ui != NULL ? mk_json_copy (ui) : NULL);
  mk_walk_tell (walk, "executed", data);
}

/* --- failures --- */

static mk_json *
list_done (mk_walk *walk)
{
  mk_json *done = mk_json_new_array ();
  for (mk_json_iter i = mk_json_iterate (walk->execution->prompt); mk_json_next (&i);) {
    const mk_step *step = mk_walk_find (walk, i.key);
    if (step != NULL && step->is_done)
      mk_json_append (done, mk_json_new_string (i.key));
  }
  return done;
}

static mk_json *
describe_blame (mk_walk *walk, const mk_step *step)
{
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "node_id", mk_json_new_string (step != NULL ? step->id : NULL));
  mk_json_set (data, "node_type", mk_json_new_string (step != NULL ? step->def->id : NULL));
  mk_json_set (data, "executed", list_done (walk));
  return data;
}

static void
add_exception (mk_json *data, const char *message, const char *type, mk_json *taken_inputs, mk_json *taken_outputs)
{
  mk_json_set (data, "exception_message", mk_json_new_string (message));
  mk_json_set (data, "exception_type", mk_json_new_string (type));
  mk_json_set (data, "traceback", mk_json_new_array ());
  mk_json_set (data, "current_inputs", taken_inputs);
  mk_json_set (data, "current_outputs", taken_outputs);
}

/* Contract §2.3-6: it is told as an error, and the prompt goes on. */
void
mk_walk_tell_blocked (mk_walk *walk, const mk_step *step, const char *message)
{
  mk_json *data = describe_blame (walk, step);
  g_autofree char *text = g_strdup_printf ("Execution Blocked: %s", message);
  add_exception (data, text, "ExecutionBlocked", mk_json_new_array (), mk_json_new_array ());
  mk_walk_tell (walk, "execution_error", data);
}

void
mk_walk_tell_failure (mk_walk *walk, GError **error)
{
  const mk_step *step = walk->current;
  mk_json *data = describe_blame (walk, step);
  bool is_interrupt = g_error_matches (*error, MK_ERROR, MK_ERROR_CANCELLED);
  if (!is_interrupt) {
    g_autofree char *message = g_strconcat ((*error)->message, "\n", NULL); /* ComfyUI ends it with its tips, here none */
    mk_json *inputs = walk->current_inputs != NULL ? mk_json_ref (walk->current_inputs) : mk_json_new_array ();
    add_exception (data, message, mk_error_comfy_type (*error), inputs, list_done (walk));
    if (walk->current_exception != NULL) {
      mk_json_set (data, "exception_type", mk_json_ref (mk_json_get (walk->current_exception, "type")));
      mk_json_set (data, "traceback", mk_json_ref (mk_json_get (walk->current_exception, "traceback")));
    }
    if (step != NULL)
      g_prefix_error (error, "node %s (%s): ", step->display_id, step->def->id);
  }
  walk->result->failure = mk_json_copy (data);
  mk_walk_tell (walk, is_interrupt ? "execution_interrupted" : "execution_error", data);
}

static mk_json *
describe_value (const mk_value *value)
{
  const char *type = mk_value_type_name (value);
  if (g_str_equal (type, "INT"))
    return mk_value_get_int (value) < 0 ? mk_json_new_int (mk_value_get_int (value)) : mk_json_new_uint (mk_value_get_uint (value));
  if (g_str_equal (type, "FLOAT"))
    return mk_json_new_real (mk_value_get_real (value));
  if (g_str_equal (type, "BOOLEAN"))
    return mk_json_new_bool (mk_value_get_bool (value));
  if (g_str_equal (type, "STRING"))
    return mk_json_new_string (mk_value_get_string (value));
  if (g_str_equal (type, "JSON")) {
    g_autofree char *text = mk_json_print (mk_value_get_json (value));
    return mk_json_new_string (text);
  }
  g_autofree char *text = g_strdup_printf ("<%s>", type);
  return mk_json_new_string (text);
}

mk_json *
mk_run_describe_inputs (const mk_run *run)
{
  mk_json *all = mk_json_new_object ();
  for (size_t i = 0; run->def->inputs[i].name != NULL; i++) {
    if (run->inputs[i] == NULL)
      continue;
    mk_json *list = mk_json_new_array ();
    for (guint k = 0; k < run->inputs[i]->len; k++)
      mk_json_append (list, describe_value (run->inputs[i]->pdata[k]));
    mk_json_set (all, run->def->inputs[i].name, list);
  }
  return all;
}
