/* math_expression.c - a line of arithmetic over what is wired to it. */
#include "nodes/basic/expression.h"

#include "graph/node.h"

#define LETTERS "\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", \"j\", \"k\", \"l\", \"m\", \"n\", \"o\", \"p\", \"q\", \"r\", \"s\", \"t\", \"u\", \"v\", \"w\", \"x\", \"y\", \"z\""

static const mk_port inputs[] = {
  { "expression", "STRING", MK_TEXT ("a + b"), .multiline = true },
  { "values", "COMFY_AUTOGROW_V3", .extra_json = "{\"template\": {\"input\": {\"optional\": {\"value\": [\"FLOAT,INT,BOOLEAN\", {}]}}, \"names\": [" LETTERS "], \"min\": 1}}" },
  { 0 } };
static const mk_port outputs[] = { { "FLOAT", "FLOAT" }, { "INT", "INT" }, { "BOOL", "BOOLEAN" }, { 0 } };

static mk_number
number_of (const mk_value *value)
{
  bool is_real = g_str_equal (mk_value_type_name (value), "FLOAT");
  return is_real ? mk_number_real (mk_value_get_real (value)) : mk_number_whole (mk_value_get_int (value));
}

static bool
run (mk_run *r, GError **error)
{
  mk_named_number values[26];
  char names['z' - 'a' + 1][2] = { { 0 } };
  size_t n = 0;
  for (char letter = 'a'; letter <= 'z'; letter++) {
    const char name[] = { 'v', 'a', 'l', 'u', 'e', 's', '.', letter, '\0' };
    const mk_value *value = mk_run_get_extra (r, name);
    if (value == NULL)
      continue;
    names[n][0] = letter;
    values[n] = (mk_named_number){ names[n], number_of (value) };
    n++;
  }
  mk_number x;
  if (!mk_expression_evaluate (mk_run_get_string (r, "expression"), values, n, &x, error))
    return false;
  if (!x.is_whole && (x.real >= 0x1p63 || x.real < -0x1p63))
    return mk_error (error, MK_ERROR_RANGE, "%g is no whole number of 64 bits, which the second output gives", x.real);
  mk_run_set_output (r, 0, mk_value_new_real (x.real));
  mk_run_set_output (r, 1, mk_value_new_int (x.is_whole ? x.whole : (int64_t)x.real));
  mk_run_set_output (r, 2, mk_value_new_bool (x.real != 0));
  return true;
}

const mk_node_def mk_node_math_expression = { .id = "ComfyMathExpression", .label = "Math Expression", .category = "utilities", .help = "One line of arithmetic with the numbers wired to it as a, b, c.", .python_module = "comfy_extras.nodes_math", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT | MK_NODE_ANY_CONSTANT | MK_NODE_NO_DISK_CACHE, .run = run };
