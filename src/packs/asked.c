#include "packs/asked.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "packs/lent.h"
#include "packs/wire.h"

#define MAX_DEPTH 16

static _Thread_local int depth; /* questions inside questions, on this thread */

mk_outcome *
mk_pack_read_values (mk_pack *pack, int fd, GError **error)
{
  size_t length;
  const void *bytes = mk_wire_map (fd, &length, error);
  const mk_value_keeper keeper = mk_lent_keeper (pack->lent);
  if (bytes == NULL)
    return NULL;
  mk_outcome *outcome = mk_outcome_take_over (bytes, length, pack->value_types, &keeper, error);
  munmap ((void *)bytes, length);
  return outcome;
}

int
mk_pack_share_values (mk_pack *pack, const mk_outcome *outcome, GError **error)
{
  const mk_value_keeper keeper = mk_lent_keeper (pack->lent);
  g_autoptr (GByteArray) bytes = mk_outcome_hand_over (outcome, &keeper, error);
  return bytes != NULL ? mk_wire_share (bytes->data, bytes->len, error) : -1;
}

/* --- running a node for somebody --- */

static bool
is_of_type (const mk_value *value, const char *declared)
{
  static const char *const widgets[] = { "INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "*", NULL };
  g_auto (GStrv) types = g_strsplit (declared, ",", -1);
  const char *name = mk_value_type_name (value);
  for (char **type = types; *type != NULL; type++)
    if (g_strv_contains (widgets, *type) ? g_str_equal (*type, "*") || mk_value_get_type (value) == NULL : g_str_equal (*type, name))
      return true;
  return types[0] == NULL || strstr (declared, "COMFY_") != NULL; /* what a schema matches by itself */
}

static bool
set_input (mk_run *inner, const char *name, GPtrArray *list, GError **error)
{
  const mk_node_def *def = inner->def;
  size_t i = 0;
  while (def->inputs[i].name != NULL && !g_str_equal (def->inputs[i].name, name))
    i++;
  if (def->inputs[i].name == NULL) {
    if ((def->flags & MK_NODE_ANY_INPUT) == 0)
      return mk_error (error, MK_ERROR_WORKFLOW, "%s has no input “%s”", def->id, name);
    mk_run_add_extra (inner, name, list);
    return true;
  }
  if (list->len > 0 && !is_of_type (list->pdata[0], def->inputs[i].type))
    return mk_error (error, MK_ERROR_TYPE, "%s: input “%s” takes a %s, this is a %s", def->id, name, def->inputs[i].type, mk_value_type_name (list->pdata[0]));
  mk_run_set_input (inner, i, list);
  return true;
}

static bool
set_inputs (mk_run *inner, const mk_json *names, const mk_outcome *given, GError **error)
{
  for (size_t i = 0; i < mk_json_length (names) && i < given->n_outputs; i++)
    if (given->outputs[i] != NULL && !set_input (inner, mk_json_get_string (mk_json_at (names, i)), given->outputs[i], error))
      return false;
  for (const mk_port *port = inner->def->inputs; port->name != NULL; port++)
    if (port->need == MK_REQUIRED && !port->has_default && mk_run_n_items (inner, port->name) == 0)
      return mk_error (error, MK_ERROR_WORKFLOW, "%s needs its input “%s” (%s)", inner->def->id, port->name, port->type);
  return true;
}

static mk_outcome *
take_outputs (mk_run *inner)
{
  size_t n = mk_node_n_outputs (inner->def);
  g_autofree GPtrArray **lists = g_new0 (GPtrArray *, n + 1);
  for (size_t i = 0; i < n; i++)
    lists[i] = g_steal_pointer (&inner->outputs[i]);
  return mk_outcome_new (lists, n, g_steal_pointer (&inner->ui));
}

static mk_outcome *
run_node (mk_run *run, const mk_json *question, const mk_outcome *given, GError **error)
{
  const mk_pack *pack = mk_pack_node_of (run->def)->pack;
  const char *id = mk_json_get_string (mk_json_get (question, "class"));
  const mk_node_def *def = mk_registry_find (pack->registry, id);
  if (def == NULL || def->run == NULL) {
    mk_error (error, MK_ERROR_NOT_FOUND, "the engine has no node %s", id);
    return NULL;
  }
  g_autoptr (mk_run) inner = mk_run_new (run->context, def, run->node_id);
  if (!set_inputs (inner, mk_json_get (question, "names"), given, error) || !def->run (inner, error))
    return NULL;
  if (inner->expand_graph != NULL) {
    mk_error (error, MK_ERROR_UNSUPPORTED, "%s makes other nodes of itself, which only works in a workflow: return it in an expansion (GraphBuilder)", id);
    return NULL;
  }
  return take_outputs (inner);
}

static mk_outcome *
answer (mk_run *run, const mk_json *question, int fd, GError **error)
{
  if (depth >= MAX_DEPTH) {
    mk_error (error, MK_ERROR_LIMIT, "nodes ask for nodes that ask for nodes, %d deep: no further", MAX_DEPTH);
    return NULL;
  }
  g_autoptr (mk_outcome) given = mk_pack_read_values (mk_pack_node_of (run->def)->pack, fd, error);
  if (given == NULL)
    return NULL;
  depth++;
  mk_outcome *made = run_node (run, question, given, error);
  depth--;
  return made;
}

static mk_json *
describe_failure (const GError *failure)
{
  mk_json *reply = mk_json_new_object (), *record = mk_json_new_object ();
  mk_json_set (record, "message", mk_json_new_string (failure->message));
  mk_json_set (record, "is_interrupt", mk_json_new_bool (g_error_matches (failure, MK_ERROR, MK_ERROR_CANCELLED)));
  mk_json_set (reply, "error", record);
  return reply;
}

bool
mk_pack_answer_question (mk_run *run, int connection, const mk_json *question, int fd, GError **error)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  g_autoptr (GError) failure = NULL;
  g_autoptr (mk_outcome) made = answer (run, question, fd, &failure);
  int shared = made != NULL ? mk_pack_share_values (pack, made, &failure) : -1;
  g_autoptr (mk_json) reply = shared >= 0 ? mk_json_new_object () : describe_failure (failure);
  bool is_sent = mk_wire_send (connection, reply, shared, error);
  if (shared >= 0)
    close (shared);
  return is_sent;
}
