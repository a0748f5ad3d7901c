#include "graph/node.h"

enum { LONGEST = 100000 };

static const mk_port inputs[] = {
  { "first", "INT", MK_INT_RANGE (-1e9, 1e9, 1, 1) },
  { "count", "INT", "How many; what follows is done once for each.", MK_INT_RANGE (0, LONGEST, 4, 1) },
  { "step", "INT", MK_INT_RANGE (-1e6, 1e6, 1, 1) },
  { 0 } };
static const mk_port outputs[] = { { "INT", "INT", .is_list = true }, { 0 } };

static bool
run (mk_run *r, GError **error)
{
  (void)error;
  int64_t first = mk_run_get_int (r, "first"), count = mk_run_get_int (r, "count"), step = mk_run_get_int (r, "step");
  for (int64_t i = 0; i < MIN (count, LONGEST); i++)
    mk_run_add_output (r, 0, mk_value_new_int (first + i * step));
  return true;
}

const mk_node_def mk_node_make_list = { .id = "IntegerRange", .label = "Integer Range", .category = "utils/math", .help = "A list of whole numbers, for doing the same with each: ten seeds, ten pictures.", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run };
