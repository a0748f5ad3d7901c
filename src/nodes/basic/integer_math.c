#include "graph/node.h"

static const char *const operations[] = { "add", "subtract", "multiply", "divide", "remainder", "minimum", "maximum", NULL };
static const mk_port inputs[] = {
  { "a", "INT", MK_INT_RANGE (-9007199254740991.0, 9007199254740991.0, 0, 1) },
  { "b", "INT", MK_INT_RANGE (-9007199254740991.0, 9007199254740991.0, 0, 1) },
  { "operation", "COMBO", "Division rounds towards zero.", MK_TEXT ("add"), .options = operations },
  { 0 } };
static const mk_port outputs[] = { { "INT", "INT" }, { 0 } };

static bool
calculate (const char *operation, int64_t a, int64_t b, int64_t *result, GError **error)
{
  bool divides = g_str_equal (operation, "divide") || g_str_equal (operation, "remainder");
  bool overflows = false;
  if (divides && b == 0)
    return mk_error (error, MK_ERROR_RANGE, "%" G_GINT64_FORMAT " cannot be divided by 0", a);
  if (divides && a == INT64_MIN && b == -1)
    overflows = true;
  else if (divides)
    *result = g_str_equal (operation, "divide") ? a / b : a % b;
  else if (g_str_equal (operation, "add"))
    overflows = __builtin_add_overflow (a, b, result);
  else if (g_str_equal (operation, "subtract"))
    overflows = __builtin_sub_overflow (a, b, result);
  else if (g_str_equal (operation, "multiply"))
    overflows = __builtin_mul_overflow (a, b, result);
  else
    *result = g_str_equal (operation, "minimum") ? MIN (a, b) : MAX (a, b);
  return !overflows || mk_error (error, MK_ERROR_RANGE, "%s of %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " does not fit in 64 bits", operation, a, b);
}

static bool
run (mk_run *r, GError **error)
{
  int64_t result = 0;
  if (!calculate (mk_run_get_string (r, "operation"), mk_run_get_int (r, "a"), mk_run_get_int (r, "b"), &result, error))
    return false;
  mk_run_set_output (r, 0, mk_value_new_int (result));
  return true;
}

const mk_node_def mk_node_integer_math = { .id = "IntegerMath", .label = "Integer Math", .category = "utils/math", .help = "One operation on two whole numbers.", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run };
