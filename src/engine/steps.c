#include "engine/walk.h"

#include "graph/validate.h"

void
mk_answer_free (mk_answer *answer)
{
  for (GPtrArray **list = answer->values; list != NULL && *list != NULL; list++)
    g_ptr_array_unref (*list);
  g_free (answer->values);
  mk_json_unref (answer->graph);
  mk_json_unref (answer->result);
  mk_json_unref (answer->ui);
  g_free (answer);
}

static void
step_free (void *given)
{
  mk_step *step = given;
  mk_outcome_unref (step->outcome);
  g_clear_pointer (&step->dependents, g_ptr_array_unref);
  g_clear_pointer (&step->answers, g_ptr_array_unref);
  mk_json_unref (step->ui);
  g_free (step);
}

static int
by_turn (const void *a, const void *b, void *user)
{
  (void)user;
  const mk_step *one = a, *other = b;
  if (one->rank != other->rank)
    return one->rank < other->rank ? -1 : 1;
  return one->sequence < other->sequence ? -1 : one->sequence > other->sequence;
}

void
mk_walk_init (mk_walk *walk, mk_engine *engine, const mk_execution *execution, mk_execution_result *result)
{
  *walk = (mk_walk){ .engine = engine, .execution = execution, .result = result };
  walk->steps = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, step_free);
  walk->pending = g_ptr_array_new ();
  walk->ready = g_tree_new_full (by_turn, NULL, NULL, NULL);
  walk->expansions = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_json_unref);
  walk->file_numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pthread_mutex_init (&walk->lock, NULL);
}

void
mk_walk_clear (mk_walk *walk)
{
  g_tree_unref (walk->ready);
  g_ptr_array_unref (walk->pending);
  g_hash_table_unref (walk->steps);
  g_hash_table_unref (walk->file_numbers);
  g_ptr_array_unref (walk->expansions);
  mk_json_unref (walk->current_inputs);
  mk_json_unref (walk->current_exception);
  pthread_mutex_destroy (&walk->lock);
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
  step->id = id;
  step->display_id = display_id != NULL ? display_id : step->id;
  step->parent_id = parent_id;
  step->def = def;
  step->inputs = mk_json_get (node, "inputs");
  g_hash_table_insert (walk->steps, (char *)id, step);
  return step;
}

/* --- what is known --- */

static bool
may_be_known (const mk_step *step)
{
  return step->has_key && !step->is_uncacheable;
}

/* Outputs are for their files: after a restart these are written again. */
static bool
may_be_on_disk (const mk_walk *walk, const mk_step *step)
{
  return walk->engine->disk != NULL && may_be_known (step) && (step->def->flags & (MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE)) == 0;
}

bool
mk_walk_look_up (mk_walk *walk, mk_step *step)
{
  if (walk->engine->cache != NULL && may_be_known (step))
    step->outcome = mk_cache_find (walk->engine->cache, &step->key);
  return step->outcome != NULL || (may_be_on_disk (walk, step) && mk_disk_cache_has (walk->engine->disk, &step->key));
}

/* Only what is wanted is read: the last known step of a chain, not the whole chain. */
static void
fetch (mk_walk *walk, mk_step *step)
{
  if (step->outcome != NULL || !may_be_on_disk (walk, step))
    return;
  step->outcome = mk_disk_cache_find (walk->engine->disk, &step->key);
  if (step->outcome != NULL && walk->engine->cache != NULL)
    mk_cache_add (walk->engine->cache, &step->key, step->outcome);
}

void
mk_walk_remember (mk_walk *walk, const mk_step *step)
{
  if (walk->engine->cache != NULL && may_be_known (step))
    mk_cache_add (walk->engine->cache, &step->key, step->outcome);
  if (may_be_on_disk (walk, step))
    mk_disk_cache_add (walk->engine->disk, &step->key, step->outcome);
}

/* --- who is next --- */

static guint
n_dependents (const mk_step *step)
{
  return step->dependents != NULL ? step->dependents->len : 0;
}

static bool
feeds_output (const mk_step *step)
{
  for (guint i = 0; i < n_dependents (step); i++)
    if ((((const mk_step *)step->dependents->pdata[i])->def->flags & MK_NODE_OUTPUT) != 0)
      return true;
  return false;
}

/* Contract §5.2: outputs first, then what feeds them, then what feeds that, then the earliest. */
static unsigned
rank_of (const mk_step *step)
{
  if ((step->def->flags & MK_NODE_OUTPUT) != 0)
    return 0;
  if (feeds_output (step))
    return 1;
  for (guint i = 0; i < n_dependents (step); i++)
    if (feeds_output (step->dependents->pdata[i]))
      return 2;
  return 3;
}

static void
make_ready (mk_walk *walk, mk_step *step)
{
  step->rank = rank_of (step);
  step->is_ready = true;
  g_tree_insert (walk->ready, step, step);
}

static void
make_unready (mk_walk *walk, mk_step *step)
{
  g_tree_remove (walk->ready, step);
  step->is_ready = false;
}

mk_step *
mk_walk_peek (mk_walk *walk)
{
  for (; walk->n_sorted < walk->pending->len; walk->n_sorted++) {
    mk_step *step = walk->pending->pdata[walk->n_sorted];
    if (step->n_blocks == 0 && !step->is_ready && !step->is_done)
      make_ready (walk, step);
  }
  GTreeNode *first = g_tree_node_first (walk->ready);
  return first != NULL ? g_tree_node_key (first) : NULL;
}

mk_step *
mk_walk_take (mk_walk *walk)
{
  mk_step *step = mk_walk_peek (walk);
  if (step != NULL)
    make_unready (walk, step);
  return step;
}

/* A step that is ready moves up when an output begins to wait for it. */
void
mk_walk_block (mk_walk *walk, mk_step *step, mk_step *source)
{
  if (source->is_done)
    return;
  bool was_ready = source->is_ready;
  if (was_ready)
    make_unready (walk, source);
  if (source->dependents == NULL)
    source->dependents = g_ptr_array_new ();
  g_ptr_array_add (source->dependents, step);
  step->n_blocks++;
  if (was_ready)
    make_ready (walk, source);
}

void
mk_walk_finish (mk_walk *walk, mk_step *step, mk_outcome *taken)
{
  step->outcome = taken;
  step->is_done = true;
  walk->n_unfinished--;
  for (guint i = 0; i < n_dependents (step); i++) {
    mk_step *dependent = step->dependents->pdata[i];
    if (--dependent->n_blocks == 0 && dependent->is_pending && !dependent->is_ready)
      make_ready (walk, dependent);
  }
}

/* --- what is to be run --- */

static bool
want_sources (mk_walk *walk, mk_step *step, GPtrArray *stack, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (step->inputs); mk_json_next (&i);) {
    const char *from;
    int64_t slot;
    if (!mk_json_get_link (i.value, &from, &slot))
      continue;
    const mk_port *port = mk_node_find_input (step->def, i.key);
    if (port != NULL && (port->lazy || port->raw_link))
      continue;
    mk_step *source = mk_walk_find (walk, from);
    if (source == NULL)
      return mk_error (error, MK_ERROR_WORKFLOW, "input “%s” of node %s is linked to node %s, which is not there", i.key, step->id, from);
    if (source->outcome != NULL)
      continue;
    mk_walk_block (walk, step, source);
    g_ptr_array_add (stack, source);
  }
  return true;
}

/* Depth first with a stack of our own: chains may be longer than a thread's. */
bool
mk_walk_want (mk_walk *walk, mk_step *wanted, GError **error)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_ptr_array_add (stack, wanted);
  while (stack->len > 0) {
    mk_step *step = g_ptr_array_steal_index (stack, stack->len - 1);
    if (step->is_pending || step->is_done)
      continue;
    step->is_pending = true;
    step->sequence = walk->pending->len;
    g_ptr_array_add (walk->pending, step);
    walk->n_unfinished++;
    fetch (walk, step);
    /* What is known completes when its turn comes, and needs nothing. */
    if (step->outcome == NULL && !want_sources (walk, step, stack, error))
      return false;
  }
  return true;
}
