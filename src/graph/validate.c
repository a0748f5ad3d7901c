#include "graph/validate.h"

#include "graph/left_out.h"
#include "graph/run.h"
#include "graph/validate_constant.h"

#include <string.h>

typedef enum { NEW, VISITING, GOOD, BAD, BROKEN } progress;

/* A node of the prompt, with what is asked of it again and again. */
typedef struct {
  const char *id; /* borrowed from the prompt, as `inputs` */
  const mk_node_def *def;
  mk_json *inputs;
  progress progress;
  bool is_in_circle; /* and says so */
  /* A link that leads nowhere ends ComfyUI's look at its node with an exception, which is then told by whoever asked. */
  const char *exception;
  char *exception_message;
} checked_node;

typedef struct {
  const mk_registry *registry;
  const mk_folders *folders;
  mk_json *prompt;
  checked_node *nodes; /* in the order of the document */
  size_t n_nodes;
  GHashTable *by_id;   /* id -> one of `nodes` */
  GPtrArray *path;     /* from the output that is looked at down to the node in hand; the VISITING ones of it matter */
  mk_json *node_errors;
} validator;

/* Nodes of one circle, and missing classes, that an answer names. */
enum { MAX_TOLD = 32 };

static void
validator_clear (validator *v)
{
  for (size_t i = 0; i < v->n_nodes; i++)
    g_free (v->nodes[i].exception_message);
  g_free (v->nodes);
  g_clear_pointer (&v->by_id, g_hash_table_unref);
  g_clear_pointer (&v->path, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (validator, validator_clear)

void
mk_validation_clear (mk_validation *validation)
{
  g_clear_pointer (&validation->outputs, mk_json_unref);
  g_clear_pointer (&validation->error, mk_json_unref);
  g_clear_pointer (&validation->node_errors, mk_json_unref);
}

bool
mk_json_get_link (const mk_json *value, const char **id, int64_t *slot)
{
  if (mk_json_get_kind (value) != MK_JSON_ARRAY || mk_json_length (value) != 2)
    return false;
  const mk_json *first = mk_json_at (value, 0), *second = mk_json_at (value, 1);
  if (mk_json_get_kind (first) != MK_JSON_STRING || !mk_json_is_number (second))
    return false;
  *id = mk_json_get_string (first);
  *slot = mk_json_get_int (second);
  return true;
}

bool
mk_type_fits (const char *given, const char *wanted)
{
  if (g_str_equal (given, wanted) || g_str_equal (given, "*") || g_str_equal (wanted, "*"))
    return true;
  if (strchr (given, ',') == NULL && strchr (wanted, ',') == NULL)
    return false;
  g_auto (GStrv) a = g_strsplit (given, ",", -1), b = g_strsplit (wanted, ",", -1);
  for (char **one = a; *one != NULL; one++)
    for (char **other = b; *other != NULL; other++)
      if (g_str_equal (g_strstrip (*one), g_strstrip (*other)))
        return true;
  return false;
}

/* --- errors --- */

static void
add_error (validator *v, const checked_node *node, mk_json *taken)
{
  mk_json *record = mk_json_get (v->node_errors, node->id);
  if (record == NULL) {
    record = mk_json_new_object ();
    mk_json_set (record, "errors", mk_json_new_array ());
    mk_json_set (record, "dependent_outputs", mk_json_new_array ());
    mk_json_set (record, "class_type", mk_json_new_string (node->def->id));
    mk_json_set (v->node_errors, node->id, record);
  }
  mk_json_append (mk_json_get (record, "errors"), taken);
}

/* --- links --- */

static void
break_node (checked_node *node, const char *exception, char *taken_message)
{
  g_free (node->exception_message);
  node->exception = exception;
  node->exception_message = taken_message;
}

/* What the exception replaces is gone; `port` of `def` is the input that leads to the node, NULL when it is an output. */
static void
tell_exception (validator *v, checked_node *node, const mk_node_def *def, const mk_port *port, const mk_json *link)
{
  mk_json *extra = port != NULL ? mk_validation_extra (v->folders, def, port, NULL) : mk_json_new_object ();
  if (port != NULL)
    mk_json_set (extra, "exception_message", mk_json_new_string (node->exception_message));
  mk_json_set (extra, "exception_type", mk_json_new_string (node->exception));
  mk_json_set (extra, "traceback", mk_json_new_array ());
  if (port != NULL)
    mk_json_set (extra, "linked_node", mk_json_copy (link));
  mk_json_remove (v->node_errors, node->id);
  add_error (v, node, mk_validation_error (port != NULL ? "exception_during_inner_validation" : "exception_during_validation",
                                           port != NULL ? "Exception when validating inner node" : "Exception when validating node", node->exception_message, extra));
  node->progress = BAD;
}

static mk_json *
mismatch (validator *v, const mk_node_def *def, const mk_port *port, const char *type, const mk_json *link)
{
  g_autofree char *details = g_strdup_printf ("%s, received_type(%s) mismatch input_type(%s)", port->name, type, port->type);
  mk_json *extra = mk_validation_extra (v->folders, def, port, NULL);
  mk_json_set (extra, "received_type", mk_json_new_string (type));
  mk_json_set (extra, "linked_node", mk_json_copy (link));
  return mk_validation_error ("return_type_mismatch", "Return type mismatch between linked nodes", details, extra);
}

/* The nodes of the circle that `node` closes by its link to `from`, at most MAX_TOLD of them; borrowed. */
static GPtrArray *
list_circle (const validator *v, checked_node *node, const checked_node *from, guint *n)
{
  GPtrArray *told = g_ptr_array_new ();
  bool is_inside = false;
  *n = 0;
  for (guint i = 0; i <= v->path->len; i++) {
    checked_node *next = i < v->path->len ? v->path->pdata[i] : node;
    is_inside |= next == from;
    if (!is_inside || next->progress != VISITING)
      continue;
    if ((*n)++ < MAX_TOLD)
      g_ptr_array_add (told, next);
  }
  return told;
}

static char *
describe_circle (const GPtrArray *told, guint n)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i <= told->len; i++) {
    const checked_node *node = told->pdata[i % told->len];
    if (i == told->len && n > told->len)
      g_string_append_printf (text, " -> %u more", n - told->len);
    g_string_append_printf (text, "%s%s (%s)", i > 0 ? " -> " : "", node->id, node->def->id);
  }
  return g_string_free (text, FALSE);
}

/* Every node of a circle says the whole of it, as newer versions of ComfyUI do. */
static void
tell_circle (validator *v, checked_node *node, const checked_node *from)
{
  guint n;
  g_autoptr (GPtrArray) told = list_circle (v, node, from, &n);
  g_autofree char *details = describe_circle (told, n);
  for (guint i = 0; i < told->len; i++) {
    checked_node *one = told->pdata[i];
    mk_json *extra = mk_json_new_object (), *nodes = mk_json_new_array ();
    for (guint k = 0; k < told->len; k++)
      mk_json_append (nodes, mk_json_new_string (((const checked_node *)told->pdata[k])->id));
    mk_json_set (extra, "node_id", mk_json_new_string (one->id));
    mk_json_set (extra, "cycle_nodes", nodes);
    add_error (v, one, mk_validation_error ("dependency_cycle", "Dependency cycle detected", details, extra));
    one->is_in_circle = true;
  }
}

/* NULL without *is_bad: the link is good. */
static mk_json *
check_link (validator *v, checked_node *node, const mk_port *port, const mk_json *given, bool *is_bad)
{
  const mk_node_def *def = node->def;
  const char *from;
  int64_t slot;
  if (!mk_json_get_link (given, &from, &slot))
    return mk_validation_error ("bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", port->name, mk_validation_extra (v->folders, def, port, given));
  checked_node *source = g_hash_table_lookup (v->by_id, from);
  *is_bad = true;
  if (source == NULL) {
    break_node (node, "KeyError", g_strdup_printf ("'%s'", from));
    return NULL;
  }
  if (slot < 0 || (size_t)slot >= mk_node_n_outputs (source->def)) {
    break_node (node, "IndexError", g_strdup ("tuple index out of range"));
    return NULL;
  }
  const char *type = source->def->outputs[slot].type;
  if (!mk_type_fits (type, port->type) && !mk_node_checks_itself (def, "input_types"))
    return mismatch (v, def, port, type, given);
  progress found = source->progress;
  if (found == BROKEN)
    tell_exception (v, source, def, port, given);
  if (found == VISITING && !source->is_in_circle)
    tell_circle (v, node, source);
  *is_bad = found != GOOD;
  return NULL;
}

/* --- nodes --- */

static bool
run_check (validator *v, const checked_node *node)
{
  const mk_node_def *def = node->def;
  const mk_json *inputs = node->inputs;
  mk_run_context context = { .folders = v->folders, .prompt = v->prompt };
  g_autoptr (mk_run) run = mk_run_new (&context, def, node->id);
  for (size_t i = 0; def->inputs[i].name != NULL; i++) {
    const mk_json *given = mk_json_get (inputs, def->inputs[i].name);
    const char *from;
    int64_t slot;
    if (given == NULL || mk_json_get_link (given, &from, &slot))
      continue;
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, mk_value_of_json (given, def->inputs[i].type));
    mk_run_set_input (run, i, list);
  }
  g_autoptr (GError) error = NULL;
  if (def->check (run, &error))
    return true;
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    if (mk_json_has (inputs, port->name) && (def->check_names == NULL || mk_node_checks_itself (def, port->name))) {
      g_autofree char *details = g_strdup_printf ("%s - %s", port->name, error->message);
      mk_json *extra = mk_json_new_object ();
      mk_json_set (extra, "input_name", mk_json_new_string (port->name));
      add_error (v, node, mk_validation_error ("custom_validation_failed", "Custom validation failed for node", details, extra));
    }
  return false;
}

static bool
validate_inputs (validator *v, checked_node *node)
{
  bool is_good = true;
  for (const mk_port *port = node->def->inputs; port->name != NULL; port++) {
    const mk_json *given = mk_json_get (node->inputs, port->name);
    bool is_bad = false;
    mk_json *error = NULL;
    if (given == NULL && !mk_json_has (node->inputs, port->name)) {
      if (port->need != MK_REQUIRED || g_str_equal (port->type, "COMFY_AUTOGROW_V3")) /* that comes as "name.first", "name.second" */
        continue;
      mk_json *extra = mk_json_new_object ();
      mk_json_set (extra, "input_name", mk_json_new_string (port->name));
      error = mk_validation_error ("required_input_missing", "Required input is missing", port->name, extra);
    } else if (mk_json_get_kind (given) == MK_JSON_ARRAY)
      error = check_link (v, node, port, given, &is_bad);
    else
      error = mk_constant_check (v->folders, node->def, node->inputs, port, given);
    if (error != NULL)
      add_error (v, node, error);
    is_good &= error == NULL && !is_bad;
  }
  return is_good;
}

/* Its sources have been looked at, except those that it is itself a source of. */
static progress
validate_node (validator *v, checked_node *node)
{
  bool is_good = validate_inputs (v, node) && (node->def->check == NULL || run_check (v, node));
  return node->exception != NULL ? BROKEN : is_good ? GOOD : BAD;
}

static void
push_sources (validator *v, const checked_node *node, GPtrArray *stack)
{
  for (mk_json_iter i = mk_json_iterate (node->inputs); mk_json_next (&i);) {
    const char *from;
    int64_t slot;
    if (!mk_json_get_link (i.value, &from, &slot) || mk_node_find_input (node->def, i.key) == NULL)
      continue;
    checked_node *source = g_hash_table_lookup (v->by_id, from);
    if (source != NULL && source->progress == NEW)
      g_ptr_array_add (stack, source);
  }
}

/* Sources first, with a stack of our own: a node stays on it below its sources until they are done. */
static bool
validate_output (validator *v, checked_node *output)
{
  GPtrArray *stack = v->path;
  g_ptr_array_add (stack, output);
  while (stack->len > 0) {
    checked_node *node = stack->pdata[stack->len - 1];
    if (node->progress == NEW) {
      node->progress = VISITING;
      push_sources (v, node, stack);
      continue;
    }
    g_ptr_array_remove_index (stack, stack->len - 1);
    if (node->progress == VISITING)
      node->progress = validate_node (v, node);
  }
  if (output->progress == BROKEN)
    tell_exception (v, output, NULL, NULL, NULL);
  return output->progress == GOOD;
}

/* --- whole prompts --- */

/* {"node_id", "class_type", "node_title"} of a node whose class nobody knows. */
static mk_json *
describe_missing (const char *id, const mk_json *node)
{
  mk_json *title = mk_json_get (mk_json_get (node, "_meta"), "title"), *class_type = mk_json_get (node, "class_type");
  mk_json *extra = mk_json_new_object ();
  mk_json_set (extra, "node_id", mk_json_new_string (id));
  mk_json_set (extra, "class_type", mk_json_ref (class_type));
  mk_json_set (extra, "node_title", mk_json_ref (mk_json_get_kind (title) == MK_JSON_STRING ? title : class_type));
  return extra;
}

/* ComfyUI names the first; ours says all classes that are missing at once. */
static mk_json *
tell_missing (mk_json *missing)
{
  const mk_json *first = mk_json_at (missing, 0);
  g_autofree char *details = g_strdup_printf ("Node ID '#%s'", mk_json_get_string (mk_json_get (first, "node_id")));
  g_autoptr (GString) message = g_string_new (mk_json_length (missing) == 1 ? "Node " : "Nodes ");
  size_t n = MIN (mk_json_length (missing), MAX_TOLD);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (message, "%s'%s'", i > 0 ? ", " : "", mk_json_get_string (mk_json_get (mk_json_at (missing, i), "node_title")));
  if (mk_json_length (missing) > n)
    g_string_append_printf (message, " and %zu more", mk_json_length (missing) - n);
  g_string_append (message, " not found.");
  mk_left_out_append (message, missing, n);
  mk_json *extra = mk_json_copy (first);
  if (mk_json_length (missing) > 1)
    mk_json_set (extra, "missing_nodes", mk_json_ref (missing));
  return mk_validation_error ("missing_node_type", message->str, details, extra);
}

/* Fills `nodes`, or says which of them nobody knows. */
static mk_json *
look_up_nodes (validator *v)
{
  g_autoptr (mk_json) missing = mk_json_new_array ();
  g_autoptr (GHashTable) classes = g_hash_table_new (g_str_hash, g_str_equal);
  v->nodes = g_new0 (checked_node, mk_json_length (v->prompt));
  v->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  v->path = g_ptr_array_new ();
  for (mk_json_iter i = mk_json_iterate (v->prompt); mk_json_next (&i);) {
    const mk_json *class_type = mk_json_get (i.value, "class_type");
    if (mk_json_get_kind (class_type) != MK_JSON_STRING) {
      g_autofree char *details = g_strdup_printf ("Node ID '#%s'", i.key);
      return mk_validation_error ("invalid_prompt", "Cannot execute because a node is missing the class_type property.", details, NULL);
    }
    const char *name = mk_json_get_string (class_type);
    const mk_node_def *def = mk_registry_find (v->registry, name);
    if (def == NULL && g_hash_table_add (classes, (char *)name))
      mk_json_append (missing, describe_missing (i.key, i.value));
    mk_json *inputs = mk_json_get (i.value, "inputs");
    if (mk_json_get_kind (inputs) != MK_JSON_OBJECT)
      mk_json_set (i.value, "inputs", inputs = mk_json_new_object ());
    checked_node *node = &v->nodes[v->n_nodes++];
    *node = (checked_node){ .id = i.key, .def = def, .inputs = inputs };
    g_hash_table_insert (v->by_id, (char *)i.key, node);
  }
  return mk_json_length (missing) > 0 ? tell_missing (missing) : NULL;
}

static bool
is_target (const mk_json *targets, const char *id)
{
  for (size_t i = 0; i < mk_json_length (targets); i++)
    if (g_str_equal (mk_json_get_string (mk_json_at (targets, i)), id))
      return true;
  return targets == NULL;
}

static void
blame (mk_json *node_errors, const char *output)
{
  for (mk_json_iter i = mk_json_iterate (node_errors); mk_json_next (&i);)
    mk_json_append (mk_json_get (i.value, "dependent_outputs"), mk_json_new_string (output));
}

static char *
list_own_errors (const mk_json *node_errors, const mk_json *bad_outputs)
{
  GString *lines = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (bad_outputs); i++) {
    const mk_json *errors = mk_json_get (mk_json_get (node_errors, mk_json_get_string (mk_json_at (bad_outputs, i))), "errors");
    for (size_t k = 0; k < mk_json_length (errors); k++)
      g_string_append_printf (lines, "%s%s: %s", lines->len > 0 ? "\n" : "", mk_json_get_string (mk_json_get (mk_json_at (errors, k), "message")),
                              mk_json_get_string (mk_json_get (mk_json_at (errors, k), "details")));
  }
  return g_string_free (lines, FALSE);
}

/* Fills `good`, gives those that may not run. */
static mk_json *
validate_outputs (validator *v, const mk_json *targets, mk_json *good)
{
  mk_json *bad = mk_json_new_array ();
  for (size_t i = 0; i < v->n_nodes; i++) {
    checked_node *node = &v->nodes[i];
    if ((node->def->flags & MK_NODE_OUTPUT) == 0 || !is_target (targets, node->id))
      continue;
    bool is_good = validate_output (v, node);
    mk_json_append (is_good ? good : bad, mk_json_new_string (node->id));
    if (!is_good)
      blame (v->node_errors, node->id);
  }
  return bad;
}

bool
mk_prompt_validate (const mk_registry *registry, const mk_folders *folders, mk_json *prompt, const mk_json *targets, mk_validation *validation)
{
  *validation = (mk_validation){ .outputs = mk_json_new_array (), .node_errors = mk_json_new_object () };
  if (mk_json_get_kind (prompt) == MK_JSON_ARRAY && mk_json_length (prompt) == 0) {
    validation->error = mk_validation_error ("prompt_no_outputs", "Prompt has no outputs", "", NULL);
    return false;
  }
  if (mk_json_get_kind (prompt) != MK_JSON_OBJECT) {
    validation->error = mk_validation_error ("invalid_prompt", "A workflow is an object of nodes by id.", mk_json_kind_name (mk_json_get_kind (prompt)), NULL);
    return false;
  }
  g_auto (validator) v = { .registry = registry, .folders = folders, .prompt = prompt, .node_errors = validation->node_errors };
  validation->error = look_up_nodes (&v);
  if (validation->error != NULL)
    return false;
  g_autoptr (mk_json) bad = validate_outputs (&v, targets, validation->outputs);
  if (mk_json_length (validation->outputs) > 0)
    return true;
  if (mk_json_length (bad) == 0) {
    validation->error = mk_validation_error ("prompt_no_outputs", "Prompt has no outputs", "", NULL);
    return false;
  }
  g_autofree char *details = list_own_errors (validation->node_errors, bad);
  validation->error = mk_validation_error ("prompt_outputs_failed_validation", "Prompt outputs failed validation", details, NULL);
  return false;
}

/* ComfyUI shows Python's exceptions for links that lead nowhere; people get a sentence. */
static void
describe_error (GString *text, const mk_json *error)
{
  const char *exception = mk_json_get_string (mk_json_get (mk_json_get (error, "extra_info"), "exception_type"));
  const char *message = mk_json_get_string (mk_json_get (error, "message")), *details = mk_json_get_string (mk_json_get (error, "details"));
  if (g_str_equal (exception, "KeyError"))
    g_string_append_printf (text, "a link leads to node %s, which is not there", details);
  else if (g_str_equal (exception, "IndexError"))
    g_string_append (text, "a link leads to an output that its node does not have");
  else
    g_string_append_printf (text, "%s: %s", message, details);
}

char *
mk_validation_describe (const mk_validation *validation, const mk_registry *registry, const mk_json *prompt)
{
  GString *text = g_string_new (NULL);
  for (mk_json_iter i = mk_json_iterate (validation->node_errors); mk_json_next (&i);) {
    const mk_json *errors = mk_json_get (i.value, "errors");
    for (size_t k = 0; k < mk_json_length (errors); k++) {
      g_string_append_printf (text, "%snode %s (%s): ", text->len > 0 ? "; " : "", i.key, mk_json_get_string (mk_json_get (i.value, "class_type")));
      describe_error (text, mk_json_at (errors, k));
    }
  }
  if (text->len == 0 && validation->error != NULL)
    g_string_append_printf (text, "%s %s", mk_json_get_string (mk_json_get (validation->error, "message")), mk_json_get_string (mk_json_get (validation->error, "details")));
  for (mk_json_iter i = mk_json_iterate (prompt); mk_json_next (&i);) {
    const char *name = mk_json_get_string (mk_json_get (i.value, "class_type"));
    if (name[0] == '\0' || mk_registry_find (registry, name) != NULL)
      continue;
    g_auto (GStrv) near = mk_registry_suggest (registry, name);
    g_autofree char *names = g_strjoinv (", ", near);
    if (near[0] != NULL)
      g_string_append_printf (text, "; instead of %s there is %s", name, names);
  }
  return g_string_free (text, FALSE);
}
