#include "base/pool.h"
#include "engine/walk.h"
#include "graph/validate.h"

/* Light nodes beside each other: enough for every thread, few enough that an interrupt is heard soon. */
#define MAX_BESIDE 32

/* One step while it runs, on whichever thread. */
typedef struct {
  mk_walk *walk;
  mk_step *step;
  mk_run *run;
  mk_run_context context;
  mk_job job;
  GError *error;
} turn;

/* --- what the node tells while it runs --- */

static void
on_report (void *user, double done, double total)
{
  turn *t = user;
  const mk_listener *listener = t->walk->execution->listener;
  if (listener == NULL || listener->progress == NULL)
    return;
  pthread_mutex_lock (&t->walk->lock);
  listener->progress (listener->user, t->step->id, done, total);
  pthread_mutex_unlock (&t->walk->lock);
}

static void
on_preview (void *user, const char *node_id, const uint8_t *rgb8, int width, int height)
{
  turn *t = user;
  const mk_listener *listener = t->walk->execution->listener;
  if (listener == NULL || listener->preview == NULL)
    return;
  pthread_mutex_lock (&t->walk->lock);
  listener->preview (listener->user, node_id, rgb8, width, height);
  pthread_mutex_unlock (&t->walk->lock);
}

static void
on_show (void *user, const char *node_id, const uint8_t *rgb8, int width, int height, bool as_png, int side)
{
  turn *t = user;
  const mk_listener *listener = t->walk->execution->listener;
  if (listener == NULL || listener->show == NULL)
    return;
  pthread_mutex_lock (&t->walk->lock);
  listener->show (listener->user, node_id, rgb8, width, height, as_png, side);
  pthread_mutex_unlock (&t->walk->lock);
}

static void
on_tell (void *user, const char *node_id, const char *text)
{
  turn *t = user;
  const mk_listener *listener = t->walk->execution->listener;
  if (listener == NULL || listener->tell == NULL)
    return;
  pthread_mutex_lock (&t->walk->lock);
  listener->tell (listener->user, node_id, text);
  pthread_mutex_unlock (&t->walk->lock);
}

static void
on_send (void *user, const mk_json *message)
{
  turn *t = user;
  const mk_listener *listener = t->walk->execution->listener;
  if (listener == NULL || listener->send == NULL)
    return;
  pthread_mutex_lock (&t->walk->lock);
  listener->send (listener->user, message);
  pthread_mutex_unlock (&t->walk->lock);
}

/* --- inputs --- */

/* What the node at the other end of a link made, or NULL. */
static GPtrArray *
find_made (mk_walk *walk, const char *from, int64_t slot)
{
  const mk_step *source = mk_walk_find (walk, from);
  const mk_outcome *made = source != NULL ? source->outcome : NULL;
  return made != NULL && slot >= 0 && (size_t)slot < made->n_outputs ? made->outputs[slot] : NULL;
}

static void
set_extras (mk_walk *walk, mk_step *step, mk_run *run)
{
  for (mk_json_iter i = mk_json_iterate (step->inputs); mk_json_next (&i);) {
    const char *from;
    int64_t slot;
    if (mk_node_find_input (step->def, i.key) != NULL)
      continue;
    if (mk_json_get_link (i.value, &from, &slot)) {
      GPtrArray *list = find_made (walk, from, slot);
      if (list != NULL)
        mk_run_add_extra (run, i.key, list);
    } else if ((step->def->flags & MK_NODE_ANY_CONSTANT) != 0) {
      g_autoptr (GPtrArray) constant = mk_value_list_new ();
      g_ptr_array_add (constant, mk_value_of_json (i.value, "*"));
      mk_run_add_extra (run, i.key, constant);
    }
  }
}

static void
set_inputs (mk_walk *walk, mk_step *step, mk_run *run)
{
  if ((step->def->flags & MK_NODE_ANY_INPUT) != 0)
    set_extras (walk, step, run);
  for (size_t i = 0; step->def->inputs[i].name != NULL; i++) {
    const mk_port *port = &step->def->inputs[i];
    const char *from;
    int64_t slot;
    const mk_json *given = mk_json_get (step->inputs, port->name);
    if (given == NULL && !mk_json_has (step->inputs, port->name))
      continue;
    if (mk_json_get_link (given, &from, &slot) && !port->raw_link) {
      GPtrArray *list = find_made (walk, from, slot);
      if (list != NULL)
        mk_run_set_input (run, i, list);
      continue;
    }
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, mk_value_of_json (given, port->type));
    mk_run_set_input (run, i, list);
  }
}

static turn *
turn_new (mk_walk *walk, mk_step *step)
{
  turn *t = g_new0 (turn, 1);
  const mk_engine *engine = walk->engine;
  t->walk = walk;
  t->step = step;
  t->job = (mk_job){ .cancel = walk->execution->cancel, .report = on_report, .user = t };
  bool is_watched = walk->execution->listener != NULL && walk->execution->listener->preview != NULL;
  t->context = (mk_run_context){ .folders = engine->folders, .key = step->has_key && !step->is_uncacheable ? &step->key : NULL, .pool = engine->pool, .prompt = walk->execution->prompt, .omits_metadata = engine->omits_metadata,
                                 .extra_pnginfo = walk->execution->extra_pnginfo, .prompt_id = walk->execution->prompt_id, .client_id = walk->execution->client_id, .secrets = walk->execution->secrets, .file_numbers = walk->file_numbers, .job = &t->job, .preview = is_watched ? on_preview : NULL, .show = on_show, .tell = on_tell, .send = on_send, .user = t };
  t->run = mk_run_new (&t->context, step->def, step->id);
  set_inputs (walk, step, t->run);
  return t;
}

static void
turn_free (turn *t)
{
  mk_run_free (t->run);
  g_clear_error (&t->error);
  g_free (t);
}

static mk_value *
find_blocker_in (GPtrArray *list, size_t call, bool takes_lists)
{
  for (guint k = 0; list != NULL && k < list->len; k++)
    if ((takes_lists || k == MIN (call, list->len - 1)) && mk_value_is_blocker (list->pdata[k]))
      return list->pdata[k];
  return NULL;
}

/* The blocker among a call's inputs, or NULL. */
static mk_value *
find_blocker (const mk_run *run)
{
  bool takes_lists = (run->def->flags & MK_NODE_INPUT_IS_LIST) != 0;
  mk_value *found = NULL;
  for (size_t i = 0; run->def->inputs[i].name != NULL && found == NULL; i++)
    found = find_blocker_in (run->inputs[i], run->call, takes_lists);
  for (guint i = 0; i < run->extra_lists->len && found == NULL; i++)
    found = find_blocker_in (run->extra_lists->pdata[i], run->call, takes_lists);
  return found;
}

/* --- lazy inputs --- */

static bool
want_input (mk_walk *walk, mk_step *step, const char *name, bool *must_wait, GError **error)
{
  const char *from;
  int64_t slot;
  if (!mk_json_get_link (mk_json_get (step->inputs, name), &from, &slot))
    return true; /* a constant is there already; what is absent stays absent */
  mk_step *source = mk_walk_find (walk, from);
  if (source == NULL)
    return mk_error (error, MK_ERROR_WORKFLOW, "input “%s” is linked to node %s, which is not there", name, from);
  if (source->outcome != NULL)
    return true;
  if (!mk_walk_want (walk, source, error))
    return false;
  mk_walk_block (walk, step, source);
  *must_wait = true;
  return true;
}

static bool
ask_for_lazy (turn *t, bool *must_wait)
{
  mk_run *run = t->run;
  *must_wait = false;
  if (t->step->def->need == NULL)
    return true;
  size_t n_calls = mk_run_n_calls (run);
  for (run->call = 0; run->call < n_calls; run->call++)
    if (find_blocker (run) == NULL)
      t->step->def->need (run);
  run->call = 0;
  for (guint i = 0; i < run->needed->len; i++)
    if (!want_input (t->walk, t->step, run->needed->pdata[i], must_wait, &t->error))
      return false;
  return true;
}

/* --- calls; these run on any thread and touch nothing but the step's own --- */

/* A blocked call gives the blocker everywhere; it speaks once, then it is silent. */
static mk_answer *
take_answer (mk_run *run, mk_value *blocker)
{
  size_t n = mk_node_n_outputs (run->def);
  mk_answer *answer = g_new0 (mk_answer, 1);
  answer->ui = g_steal_pointer (&run->ui);
  answer->graph = g_steal_pointer (&run->expand_graph);
  answer->result = g_steal_pointer (&run->expand_result);
  answer->blocked = blocker != NULL ? mk_value_get_block_message (blocker) : NULL;
  if (answer->result != NULL)
    return answer;
  answer->values = g_new0 (GPtrArray *, n + 1);
  for (size_t i = 0; i < n; i++) {
    answer->values[i] = run->outputs[i] != NULL ? g_steal_pointer (&run->outputs[i]) : mk_value_list_new ();
    if (blocker != NULL)
      g_ptr_array_add (answer->values[i], mk_value_new_blocker (NULL));
  }
  return answer;
}

static bool
make_calls (turn *t)
{
  mk_run *run = t->run;
  size_t n_calls = (t->step->def->flags & MK_NODE_INPUT_IS_LIST) != 0 ? 1 : mk_run_n_calls (run);
  t->step->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_answer_free);
  for (run->call = 0; run->call < n_calls; run->call++) {
    if (mk_job_is_cancelled (&t->job))
      return mk_error (&t->error, MK_ERROR_CANCELLED, "interrupted");
    mk_value *blocker = find_blocker (run);
    if (blocker == NULL && !t->step->def->run (run, &t->error))
      return false;
    g_ptr_array_add (t->step->answers, take_answer (run, blocker));
  }
  return true;
}

/* --- answers --- */

static void
merge_ui (mk_json **all, mk_json *one)
{
  if (one == NULL || *all == NULL) {
    if (one != NULL)
      *all = mk_json_ref (one);
    return;
  }
  for (mk_json_iter i = mk_json_iterate (one); mk_json_next (&i);) {
    mk_json *list = mk_json_get (*all, i.key);
    for (size_t k = 0; list != NULL && k < mk_json_length (i.value); k++)
      mk_json_append (list, mk_json_copy (mk_json_at (i.value, k)));
  }
}

static bool
take_answers (mk_walk *walk, mk_step *step, GError **error)
{
  for (guint i = 0; i < step->answers->len; i++) {
    mk_answer *answer = step->answers->pdata[i];
    merge_ui (&step->ui, answer->ui);
    if (answer->blocked != NULL)
      mk_walk_tell_blocked (walk, step, answer->blocked);
    if (answer->graph != NULL && !mk_walk_expand (walk, step, answer->graph, answer->result, error))
      return false;
  }
  return true;
}

static void
complete (mk_walk *walk, mk_step *step)
{
  g_autofree GPtrArray **lists = mk_walk_collect (walk, step);
  mk_json *ui = g_steal_pointer (&step->ui);
  mk_walk_finish (walk, step, mk_outcome_new (lists, mk_node_n_outputs (step->def), ui));
  mk_walk_remember (walk, step);
  if (ui != NULL && !step->is_shown)
    mk_walk_show (walk, step, ui);
  mk_walk_tell_state (walk, step, "finished");
}

static void
finish_known (mk_walk *walk, mk_step *step)
{
  if (step->outcome->ui != NULL || (step->def->flags & MK_NODE_OUTPUT) != 0)
    mk_walk_show (walk, step, step->outcome->ui);
  mk_walk_finish (walk, step, step->outcome);
  mk_walk_tell_state (walk, step, "cached");
}

/* After the calls: done, or waiting for what it expanded into. */
static bool
end_turn (turn *t, bool was_good, GError **error)
{
  mk_walk *walk = t->walk;
  mk_step *step = t->step;
  if (!was_good || !take_answers (walk, step, &t->error)) {
    if (walk->current_inputs == NULL) {
      walk->current = step;
      walk->current_inputs = mk_run_describe_inputs (t->run);
      walk->current_exception = mk_json_ref (t->run->exception);
    }
    g_propagate_error (error, g_steal_pointer (&t->error));
    return false;
  }
  if (step->n_blocks == 0)
    complete (walk, step);
  else if (step->ui != NULL)
    mk_walk_show (walk, step, step->ui);
  return true;
}

static turn *
begin_turn (mk_walk *walk, mk_step *step)
{
  walk->current = step;
  mk_walk_tell_state (walk, step, "running");
  mk_walk_tell_executing (walk, step);
  return turn_new (walk, step);
}

/* --- one step, or some light ones beside each other --- */

static bool
may_run_beside (const mk_walk *walk, const mk_step *step)
{
  bool is_light = (step->def->flags & (MK_NODE_LIGHT | MK_NODE_OUTPUT)) == MK_NODE_LIGHT; /* outputs number their files */
  return mk_pool_n_workers (walk->engine->pool) > 1 && is_light && step->def->need == NULL && step->outcome == NULL && step->answers == NULL;
}

typedef struct {
  turn *turns[MAX_BESIDE];
  bool is_good[MAX_BESIDE];
} side_by_side;

static void
run_item (void *user, size_t item, unsigned worker)
{
  (void)worker;
  side_by_side *all = user;
  all->is_good[item] = make_calls (all->turns[item]);
}

/* What succeeded is kept; the first that failed is blamed. */
static bool
run_beside (mk_walk *walk, mk_step *first, GError **error)
{
  side_by_side all = { .turns = { begin_turn (walk, first) } };
  size_t n = 1;
  for (mk_step *next; n < MAX_BESIDE && (next = mk_walk_peek (walk)) != NULL && may_run_beside (walk, next); n++)
    all.turns[n] = begin_turn (walk, mk_walk_take (walk));
  mk_pool_run (n > 1 ? walk->engine->pool : NULL, n, run_item, &all, NULL);
  bool is_good = true;
  for (size_t i = 0; i < n; i++) {
    if (all.is_good[i] || is_good)
      is_good &= end_turn (all.turns[i], all.is_good[i], is_good ? error : NULL);
    turn_free (all.turns[i]);
  }
  return is_good;
}

static bool
run_alone (mk_walk *walk, mk_step *step, GError **error)
{
  turn *t = begin_turn (walk, step);
  bool must_wait = false, is_good = ask_for_lazy (t, &must_wait);
  if (!must_wait)
    is_good = end_turn (t, is_good && make_calls (t), error);
  turn_free (t);
  return is_good;
}

bool
mk_walk_run (mk_walk *walk, mk_step *step, GError **error)
{
  if (step->outcome != NULL)
    finish_known (walk, step);
  else if (step->answers != NULL)
    complete (walk, step);
  else
    return may_run_beside (walk, step) ? run_beside (walk, step, error) : run_alone (walk, step, error);
  return true;
}
