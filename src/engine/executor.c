#include "engine/walk.h"

#include "graph/validate.h"

#include <string.h>

void
mk_execution_result_clear (mk_execution_result *result)
{
  g_clear_pointer (&result->ui, mk_json_unref);
  g_clear_pointer (&result->meta, mk_json_unref);
  g_clear_pointer (&result->failure, mk_json_unref);
}

/* --- steps --- */

static void
expansion_free (void *given)
{
  mk_expansion *call = given;
  if (call->values != NULL)
    for (GPtrArray **list = call->values; *list != NULL; list++)
      g_ptr_array_unref (*list);
  g_free (call->values);
  mk_json_unref (call->result);
  g_free (call);
}

static void
step_free (void *given)
{
  mk_step *step = given;
  g_free (step->id);
  mk_outcome_unref (step->outcome);
  g_ptr_array_unref (step->dependents);
  g_clear_pointer (&step->pending_expansion, g_ptr_array_unref);
  mk_json_unref (step->pending_ui);
  g_free (step);
}

mk_step *
mk_walk_find (mk_walk *walk, const char *id)
{
  return g_hash_table_lookup (walk->steps, id);
}

mk_step *
mk_walk_add_step (mk_walk *walk, const char *id, const char *display_id, const char *parent_id, mk_json *node, GError **error)
{
  const char *class_type = mk_json_get_string (mk_json_get (node, "class_type"));
  const mk_node_def *def = mk_registry_find (walk->engine->registry, class_type);
  if (def == NULL) {
    mk_error (error, MK_ERROR_WORKFLOW, "node %s is of type %s, which is not there", id, class_type);
    return NULL;
  }
  mk_step *step = g_new0 (mk_step, 1);
  step->id = g_strdup (id);
  step->display_id = display_id != NULL ? display_id : step->id;
  step->parent_id = parent_id;
  step->def = def;
  step->inputs = mk_json_get (node, "inputs");
  step->dependents = g_ptr_array_new ();
  g_hash_table_insert (walk->steps, step->id, step);
  return step;
}

void
mk_walk_block (mk_step *step, mk_step *source)
{
  if (source->state == MK_STEP_DONE || g_ptr_array_find (source->dependents, step, NULL))
    return;
  g_ptr_array_add (source->dependents, step);
  step->n_blocks++;
}

static void
finish_step (mk_step *step, mk_outcome *taken)
{
  step->outcome = taken;
  step->state = MK_STEP_DONE;
  for (guint i = 0; i < step->dependents->len; i++)
    ((mk_step *)step->dependents->pdata[i])->n_blocks--;
}

/* Depth first with a stack of our own: chains may be longer than a thread's. */
bool
mk_walk_want (mk_walk *walk, mk_step *wanted, GError **error)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_ptr_array_add (stack, wanted);
  while (stack->len > 0) {
    mk_step *step = g_ptr_array_steal_index (stack, stack->len - 1);
    if (step->is_pending || step->state == MK_STEP_DONE)
      continue;
    step->is_pending = true;
    g_ptr_array_add (walk->pending, step);
    if (step->outcome != NULL) /* known: completes when its turn comes, and needs nothing */
      continue;
    for (mk_json_iter i = mk_json_iterate (step->inputs); mk_json_next (&i);) {
      const char *from;
      int64_t slot;
      const mk_port *port = mk_node_find_input (step->def, i.key);
      if (!mk_json_get_link (i.value, &from, &slot) || (port != NULL && (port->lazy || port->raw_link)))
        continue;
      mk_step *source = mk_walk_find (walk, from);
      if (source == NULL)
        return mk_error (error, MK_ERROR_WORKFLOW, "input “%s” of node %s is linked to node %s, which is not there", i.key, step->id, from);
      if (source->outcome != NULL)
        continue;
      mk_walk_block (step, source);
      g_ptr_array_add (stack, source);
    }
  }
  return true;
}

/* --- what listeners hear --- */

static void
tell (mk_walk *walk, const char *type, mk_json *taken_data)
{
  const mk_listener *listener = walk->execution->listener;
  if (listener != NULL && listener->event != NULL)
    listener->event (listener->user, type, taken_data);
  mk_json_unref (taken_data);
}

static void
tell_state (mk_walk *walk, const mk_step *step, const char *what)
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

static void
show (mk_walk *walk, mk_step *step, mk_json *ui)
{
  mk_json *meta = mk_json_new_object ();
  mk_json_set (meta, "node_id", mk_json_new_string (step->id));
  mk_json_set (meta, "display_node", mk_json_new_string (step->display_id));
  mk_json_set (meta, "parent_node", mk_json_new_string (step->parent_id));
  mk_json_set (meta, "real_node_id", mk_json_new_string (step->id));
  mk_json_set (walk->result->meta, step->id, meta);
  mk_json_set (walk->result->ui, step->id, mk_json_copy (ui));
  mk_json *data = describe_step (step);
  mk_json_set (data, "output", mk_json_copy (ui));
  tell (walk, "executed", data);
}

static void
report (void *user, double done, double total)
{
  mk_walk *walk = user;
  const mk_listener *listener = walk->execution->listener;
  if (listener != NULL && listener->progress != NULL && walk->current != NULL)
    listener->progress (listener->user, walk->current->display_id, done, total);
}

/* --- one step --- */

static mk_run *
prepare_run (mk_walk *walk, mk_step *step)
{
  mk_run *run = mk_run_new (&walk->context, step->def, step->id);
  for (size_t i = 0; step->def->inputs[i].name != NULL; i++) {
    const mk_port *port = &step->def->inputs[i];
    const mk_json *given = mk_json_get (step->inputs, port->name);
    const char *from;
    int64_t slot;
    if (!mk_json_has (step->inputs, port->name))
      continue;
    if (mk_json_get_link (given, &from, &slot) && !port->raw_link) {
      mk_step *source = mk_walk_find (walk, from);
      bool is_there = source != NULL && source->outcome != NULL && slot >= 0 && (size_t)slot < source->outcome->n_outputs && source->outcome->outputs[slot] != NULL;
      if (is_there)
        mk_run_set_input (run, i, source->outcome->outputs[slot]);
      continue;
    }
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, mk_value_of_json (given, port->type));
    mk_run_set_input (run, i, list);
  }
  return run;
}

/* The blocker among a call's inputs, or NULL. */
static mk_value *
find_blocker (const mk_run *run)
{
  bool takes_lists = (run->def->flags & MK_NODE_INPUT_IS_LIST) != 0;
  for (size_t i = 0; run->def->inputs[i].name != NULL; i++) {
    GPtrArray *list = run->inputs[i];
    for (guint k = 0; list != NULL && k < list->len; k++)
      if ((takes_lists || k == MIN (run->call, list->len - 1)) && mk_value_is_blocker (list->pdata[k]))
        return list->pdata[k];
  }
  return NULL;
}

/* Fills `needed` with what `need` asks for and is not there. */
static bool
ask_for_lazy (mk_walk *walk, mk_step *step, mk_run *run, bool *must_wait, GError **error)
{
  *must_wait = false;
  if (step->def->need == NULL)
    return true;
  size_t n_calls = mk_run_n_calls (run);
  for (run->call = 0; run->call < n_calls; run->call++)
    step->def->need (run);
  run->call = 0;
  for (guint i = 0; i < run->needed->len; i++) {
    const char *name = run->needed->pdata[i], *from;
    int64_t slot;
    const mk_json *given = mk_json_get (step->inputs, name);
    if (!mk_json_get_link (given, &from, &slot))
      continue; /* a constant is there already; what is absent stays absent */
    mk_step *source = mk_walk_find (walk, from);
    if (source == NULL)
      return mk_error (error, MK_ERROR_WORKFLOW, "input “%s” is linked to node %s, which is not there", name, from);
    if (source->outcome != NULL)
      continue;
    if (!mk_walk_want (walk, source, error))
      return false;
    mk_walk_block (step, source);
    *must_wait = true;
  }
  return true;
}

static void
merge_ui (mk_json **all, const mk_json *one)
{
  if (one == NULL)
    return;
  if (*all == NULL) {
    *all = mk_json_copy (one);
    return;
  }
  for (mk_json_iter i = mk_json_iterate (one); mk_json_next (&i);) {
    mk_json *list = mk_json_get (*all, i.key);
    for (size_t k = 0; list != NULL && k < mk_json_length (i.value); k++)
      mk_json_append (list, mk_json_copy (mk_json_at (i.value, k)));
  }
}

/* Moves what one call made into an expansion record; a blocked call gives the blocker everywhere. */
static mk_expansion *
take_call (mk_run *run, mk_value *blocker)
{
  size_t n = mk_node_n_outputs (run->def);
  mk_expansion *call = g_new0 (mk_expansion, 1);
  call->result = g_steal_pointer (&run->expand_result);
  if (call->result != NULL)
    return call;
  call->values = g_new0 (GPtrArray *, n + 1);
  for (size_t i = 0; i < n; i++) {
    call->values[i] = run->outputs[i] != NULL ? g_steal_pointer (&run->outputs[i]) : mk_value_list_new ();
    if (blocker != NULL)
      g_ptr_array_add (call->values[i], mk_value_ref (blocker));
  }
  return call;
}

static bool
make_calls (mk_walk *walk, mk_step *step, mk_run *run, GError **error)
{
  size_t n_calls = (step->def->flags & MK_NODE_INPUT_IS_LIST) != 0 ? 1 : mk_run_n_calls (run);
  step->pending_expansion = g_ptr_array_new_with_free_func (expansion_free);
  for (run->call = 0; run->call < n_calls; run->call++) {
    if (mk_job_is_cancelled (&walk->job))
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    mk_value *blocker = find_blocker (run);
    if (blocker != NULL && mk_value_get_block_message (blocker) != NULL)
      return mk_error (error, MK_ERROR_WORKFLOW, "Execution Blocked: %s", mk_value_get_block_message (blocker));
    if (blocker == NULL && !step->def->run (run, error))
      return false;
    merge_ui (&step->pending_ui, run->ui);
    g_clear_pointer (&run->ui, mk_json_unref);
    g_autoptr (mk_json) graph = g_steal_pointer (&run->expand_graph);
    mk_expansion *call = take_call (run, blocker);
    g_ptr_array_add (step->pending_expansion, call);
    if (graph != NULL && !mk_walk_expand (walk, step, graph, call->result, error))
      return false;
  }
  return true;
}

static void
complete (mk_walk *walk, mk_step *step)
{
  g_autofree GPtrArray **lists = mk_walk_collect (walk, step);
  mk_json *ui = g_steal_pointer (&step->pending_ui);
  mk_outcome *outcome = mk_outcome_new (lists, mk_node_n_outputs (step->def), ui);
  if (walk->engine->cache != NULL && step->has_key && !step->is_uncacheable)
    mk_cache_add (walk->engine->cache, &step->key, outcome);
  finish_step (step, outcome);
  if (ui != NULL)
    show (walk, step, ui);
  tell_state (walk, step, "finished");
}

/* True when the step is done or waits for more. */
static bool
run_step (mk_walk *walk, mk_step *step, GError **error)
{
  if (step->outcome != NULL) {
    if (step->outcome->ui != NULL)
      show (walk, step, step->outcome->ui);
    finish_step (step, step->outcome);
    tell_state (walk, step, "cached");
    return true;
  }
  if (step->pending_expansion == NULL) {
    walk->current = step;
    tell_state (walk, step, "running");
    tell (walk, "executing", describe_step (step));
    g_autoptr (mk_run) run = prepare_run (walk, step);
    bool must_wait;
    if (!ask_for_lazy (walk, step, run, &must_wait, error))
      return false;
    if (must_wait)
      return true;
    if (!make_calls (walk, step, run, error))
      return false;
  }
  if (step->n_blocks == 0)
    complete (walk, step);
  return true;
}

/* --- the whole --- */

static bool
feeds_output (const mk_step *step)
{
  for (guint i = 0; i < step->dependents->len; i++)
    if ((((const mk_step *)step->dependents->pdata[i])->def->flags & MK_NODE_OUTPUT) != 0)
      return true;
  return false;
}

/* Contract §5.2: outputs first, then what feeds them, then what feeds that, then the earliest. */
static unsigned
rank (const mk_step *step)
{
  if ((step->def->flags & MK_NODE_OUTPUT) != 0)
    return 0;
  if (feeds_output (step))
    return 1;
  for (guint i = 0; i < step->dependents->len; i++)
    if (feeds_output (step->dependents->pdata[i]))
      return 2;
  return 3;
}

static mk_step *
pick (mk_walk *walk)
{
  mk_step *best = NULL;
  unsigned best_rank = 4;
  for (guint i = 0; i < walk->pending->len && best_rank > 0; i++) {
    mk_step *step = walk->pending->pdata[i];
    unsigned own = step->n_blocks == 0 ? rank (step) : 4;
    if (own < best_rank) {
      best = step;
      best_rank = own;
    }
  }
  return best;
}

static bool
fail_in_circle (mk_walk *walk, GError **error)
{
  mk_step *blamed = walk->pending->pdata[0];
  for (guint i = 0; i < walk->pending->len; i++)
    if (((mk_step *)walk->pending->pdata[i])->parent_id != NULL) {
      blamed = walk->pending->pdata[i];
      break;
    }
  walk->current = blamed;
  return mk_error (error, MK_ERROR_WORKFLOW, "the nodes wait for each other in a circle");
}

static bool
run_pending (mk_walk *walk, GError **error)
{
  while (walk->pending->len > 0) {
    mk_step *step = pick (walk);
    if (step == NULL)
      return fail_in_circle (walk, error);
    if (mk_job_is_cancelled (&walk->job))
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    if (!run_step (walk, step, error))
      return false;
    if (step->state == MK_STEP_DONE)
      g_ptr_array_remove (walk->pending, step);
  }
  return true;
}

static bool
look_up (mk_walk *walk, mk_json *cached, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (walk->execution->prompt); mk_json_next (&i);) {
    mk_step *step = mk_walk_find (walk, i.key);
    const mk_key *key = mk_walk_key (walk, step, error);
    if (key == NULL)
      return false;
    if (walk->engine->cache == NULL || step->is_uncacheable)
      continue;
    step->outcome = mk_cache_find (walk->engine->cache, key);
    if (step->outcome != NULL)
      mk_json_append (cached, mk_json_new_string (step->id));
  }
  return true;
}

static bool
prepare_walk (mk_walk *walk, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (walk->execution->prompt); mk_json_next (&i);)
    if (mk_walk_add_step (walk, i.key, NULL, NULL, i.value, error) == NULL)
      return false;
  mk_json *cached = mk_json_new_array ();
  bool is_good = look_up (walk, cached, error);
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "nodes", cached);
  tell (walk, "execution_cached", data);
  for (size_t i = 0; is_good && i < mk_json_length (walk->execution->outputs); i++) {
    mk_step *output = mk_walk_find (walk, mk_json_get_string (mk_json_at (walk->execution->outputs, i)));
    is_good = output != NULL ? mk_walk_want (walk, output, error) : mk_error (error, MK_ERROR_WORKFLOW, "an output that is not in the workflow");
  }
  return is_good;
}

static mk_json *
list_done (mk_walk *walk)
{
  mk_json *done = mk_json_new_array ();
  for (mk_json_iter i = mk_json_iterate (walk->execution->prompt); mk_json_next (&i);)
    if (mk_walk_find (walk, i.key) != NULL && mk_walk_find (walk, i.key)->state == MK_STEP_DONE)
      mk_json_append (done, mk_json_new_string (i.key));
  return done;
}

static void
describe_failure (mk_walk *walk, GError **error)
{
  mk_json *data = mk_json_new_object ();
  const mk_step *step = walk->current;
  bool is_interrupt = error != NULL && g_error_matches (*error, MK_ERROR, MK_ERROR_CANCELLED);
  mk_json_set (data, "node_id", mk_json_new_string (step != NULL ? step->display_id : NULL));
  mk_json_set (data, "node_type", mk_json_new_string (step != NULL ? step->def->id : NULL));
  mk_json_set (data, "executed", list_done (walk));
  if (!is_interrupt) {
    mk_json_set (data, "exception_message", mk_json_new_string (error != NULL ? (*error)->message : ""));
    mk_json_set (data, "exception_type", mk_json_new_string (mk_error_comfy_type (error != NULL ? *error : NULL)));
    mk_json_set (data, "traceback", mk_json_new_array ());
    mk_json_set (data, "current_inputs", step != NULL ? mk_json_copy (step->inputs) : mk_json_new_object ());
    mk_json_set (data, "current_outputs", list_done (walk));
    if (step != NULL)
      g_prefix_error (error, "node %s (%s): ", step->display_id, step->def->id);
  }
  walk->result->failure = mk_json_copy (data);
  tell (walk, is_interrupt ? "execution_interrupted" : "execution_error", data);
}

bool
mk_engine_run (mk_engine *engine, const mk_execution *execution, mk_execution_result *result, GError **error)
{
  *result = (mk_execution_result){ .ui = mk_json_new_object (), .meta = mk_json_new_object () };
  mk_walk walk = { .engine = engine, .execution = execution, .result = result };
  walk.steps = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, step_free);
  walk.pending = g_ptr_array_new ();
  walk.expansions = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_json_unref);
  walk.job = (mk_job){ .cancel = execution->cancel, .report = report, .user = &walk };
  const mk_listener *listener = execution->listener;
  walk.context = (mk_run_context){ .folders = engine->folders, .pool = engine->pool, .prompt = execution->prompt, .extra_pnginfo = execution->extra_pnginfo,
                                   .job = &walk.job, .preview = listener != NULL ? listener->preview : NULL, .user = listener != NULL ? listener->user : NULL };
  tell (&walk, "execution_start", mk_json_new_object ());
  g_autoptr (GError) failure = NULL;
  bool is_good = prepare_walk (&walk, &failure) && run_pending (&walk, &failure);
  if (is_good)
    tell (&walk, "execution_success", mk_json_new_object ());
  else {
    describe_failure (&walk, &failure);
    g_propagate_error (error, g_steal_pointer (&failure));
  }
  g_ptr_array_unref (walk.pending);
  g_hash_table_unref (walk.steps);
  g_ptr_array_unref (walk.expansions);
  return is_good;
}
