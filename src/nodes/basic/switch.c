#include "graph/node.h"

static const mk_port inputs[] = {
  { "switch", "BOOLEAN", MK_DEFAULT (1) },
  { "on_false", "*", "Made only when it is asked for.", .need = MK_OPTIONAL, .lazy = true },
  { "on_true", "*", "Made only when it is asked for.", .need = MK_OPTIONAL, .lazy = true },
  { 0 } };
static const mk_port outputs[] = { { "output", "*" }, { 0 } };

static const char *
chosen (const mk_run *run)
{
  return mk_run_get_bool (run, "switch") ? "on_true" : "on_false";
}

static void
need (mk_run *run)
{
  if (!mk_run_has (run, chosen (run)))
    mk_run_need (run, chosen (run));
}

static bool
run (mk_run *r, GError **error)
{
  mk_value *value = mk_run_get (r, chosen (r));
  if (value == NULL)
    return mk_error (error, MK_ERROR_WORKFLOW, "%s is asked for and nothing is wired to it", chosen (r));
  mk_run_set_output (r, 0, mk_value_ref (value));
  return true;
}

const mk_node_def mk_node_switch = { .id = "LazySwitch", .label = "Switch", .category = "logic", .help = "Passes one of two on; the other is not even made.", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .need = need, .run = run };
