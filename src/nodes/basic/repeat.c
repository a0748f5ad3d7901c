/* repeat.c - doing something n times: a node that expands into a chain. */
#include "graph/node.h"

enum { MOST = 10000 };

static const mk_port inputs[] = {
  { "start", "INT", MK_INT_RANGE (-1e9, 1e9, 0, 1) },
  { "by", "INT", "Added each time.", MK_INT_RANGE (-1e6, 1e6, 1, 1) },
  { "times", "INT", MK_INT_RANGE (0, MOST, 3, 1) },
  { 0 } };
static const mk_port outputs[] = { { "INT", "INT" }, { 0 } };

static mk_json *
link_to (const char *id)
{
  mk_json *link = mk_json_new_array ();
  mk_json_append (link, mk_json_new_string (id));
  mk_json_append (link, mk_json_new_int (0));
  return link;
}

static mk_json *
addition (mk_json *taken_a, int64_t b)
{
  mk_json *node = mk_json_new_object (), *values = mk_json_new_object ();
  mk_json_set (node, "class_type", mk_json_new_string ("IntegerMath"));
  mk_json_set (values, "a", taken_a);
  mk_json_set (values, "b", mk_json_new_int (b));
  mk_json_set (values, "operation", mk_json_new_string ("add"));
  mk_json_set (node, "inputs", values);
  return node;
}

static bool
run (mk_run *r, GError **error)
{
  (void)error;
  mk_json *graph = mk_json_new_object (), *result = mk_json_new_array ();
  int64_t times = MIN (mk_run_get_int (r, "times"), MOST);
  mk_json *last = mk_json_new_int (mk_run_get_int (r, "start"));
  for (int64_t i = 1; i <= times; i++) {
    g_autofree char *id = g_strdup_printf ("%s.0.0.%" G_GINT64_FORMAT, mk_run_node_id (r), i);
    mk_json_set (graph, id, addition (last, mk_run_get_int (r, "by")));
    last = link_to (id);
  }
  mk_json_append (result, last);
  mk_run_expand (r, graph, result);
  return true;
}

const mk_node_def mk_node_repeat = { .id = "RepeatAddition", .label = "Repeat Addition", .category = "logic", .help = "Adds a number again and again, as a chain of nodes made while running.", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run };
