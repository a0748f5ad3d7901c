#include "harness.h"

#include "nodes/basic/expression.h"

#include <string.h>

/* What each node makes of its inputs, as PreviewAny shows it. Expected values are Python's. */
static const struct {
  const char *type, *inputs, *wanted;
} cases[] = {
  { "PrimitiveInt", "{\"value\":-9223372036854775807}", "-9223372036854775807" },
  { "PrimitiveFloat", "{\"value\":2}", "2.0" },
  { "StringConcatenate", "{\"string_a\":\"a\",\"string_b\":\"b\",\"delimiter\":\"-\"}", "a-b" },
  { "StringSubstring", "{\"string\":\"häuser\",\"start\":1,\"end\":-2}", "äus" },
  { "StringSubstring", "{\"string\":\"abc\",\"start\":-99,\"end\":99}", "abc" },
  { "StringSubstring", "{\"string\":\"abc\",\"start\":2,\"end\":1}", "" },
  { "StringLength", "{\"string\":\"grün🙂\"}", "5" },
  { "CaseConverter", "{\"string\":\"they're ÄRGER x\",\"mode\":\"Title Case\"}", "They'Re Ärger X" },
  { "CaseConverter", "{\"string\":\"hELLO World\",\"mode\":\"Capitalize\"}", "Hello world" },
  { "CaseConverter", "{\"string\":\"straße\",\"mode\":\"UPPERCASE\"}", "STRASSE" },
  { "StringTrim", "{\"string\":\" \\t\\u00a0x \\n\",\"mode\":\"Both\"}", "x" },
  { "StringTrim", "{\"string\":\"  x \",\"mode\":\"Left\"}", "x " },
  { "StringReplace", "{\"string\":\"aXbX\",\"find\":\"X\",\"replace\":\"--\"}", "a--b--" },
  { "StringReplace", "{\"string\":\"äb\",\"find\":\"\",\"replace\":\".\"}", ".ä.b." },
  { "StringContains", "{\"string\":\"Hello\",\"substring\":\"hell\",\"case_sensitive\":true}", "False" },
  { "StringContains", "{\"string\":\"Hello\",\"substring\":\"hell\",\"case_sensitive\":false}", "True" },
  { "StringCompare", "{\"string_a\":\"Hello\",\"string_b\":\"LO\",\"mode\":\"Ends With\",\"case_sensitive\":false}", "True" },
  { "RegexMatch", "{\"string\":\"a1\",\"regex_pattern\":\"^[A-Z]\\\\d$\",\"case_insensitive\":true,\"multiline\":false,\"dotall\":false}", "True" },
  { "RegexMatch", "{\"string\":\"a1\",\"regex_pattern\":\"(\",\"case_insensitive\":true,\"multiline\":false,\"dotall\":false}", "False" },
  { "RegexExtract", "{\"string\":\"x1 y22\",\"regex_pattern\":\"[a-z]\\\\d+\",\"mode\":\"All Matches\",\"case_insensitive\":true,\"multiline\":false,\"dotall\":false,\"group_index\":1}", "x1\ny22" },
  { "RegexExtract", "{\"string\":\"x1 y22\",\"regex_pattern\":\"([a-z])(\\\\d+)\",\"mode\":\"All Groups\",\"case_insensitive\":true,\"multiline\":false,\"dotall\":false,\"group_index\":2}", "1\n22" },
  { "RegexExtract", "{\"string\":\"x1 y22\",\"regex_pattern\":\"([a-z])\\\\d\",\"mode\":\"First Group\",\"case_insensitive\":true,\"multiline\":false,\"dotall\":false,\"group_index\":9}", "" },
  { "RegexReplace", "{\"string\":\"x1 y2 z3\",\"regex_pattern\":\"(\\\\w)(\\\\d)\",\"replace\":\"\\\\2\\\\1\",\"count\":2}", "1x 2y z3" },
  { "ComfyMathExpression", "{\"expression\":\"a + b\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "9.0" },
  { "ComfyMathExpression", "{\"expression\":\"a // b * 10 + a % b\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "31.0" },
  { "ComfyMathExpression", "{\"expression\":\"-a // b\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "-4.0" },
  { "ComfyMathExpression", "{\"expression\":\"-7 % 3 - 7 % -3\"}", "4.0" },
  { "ComfyMathExpression", "{\"expression\":\"2 ** -1 + -2 ** 2\"}", "-3.5" },
  { "ComfyMathExpression", "{\"expression\":\"a / b if b != 0 else 0\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "3.5" },
  { "ComfyMathExpression", "{\"expression\":\"1 / c if c > 1 else min(values)\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "0.5" },
  { "ComfyMathExpression", "{\"expression\":\"1 / 0 if a > 8 else round(2.5) + round(3.5)\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "6.0" },
  { "ComfyMathExpression", "{\"expression\":\"sum(values) + max(a, b) + values[-1]\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "17.0" },
  { "ComfyMathExpression", "{\"expression\":\"1 < b < 3 and not a == b\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "1.0" },
  { "ComfyMathExpression", "{\"expression\":\"int((a * 16 + 8) / 16) * 16\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "112.0" },
  { "ComfyMathExpression", "{\"expression\":\"ceil(a / b) + floor(-c) + abs(-3) + sqrt(16)\",\"values.a\":7,\"values.b\":2,\"values.c\":0.5}", "10.0" },
  { "ComfyMathExpression", "{\"expression\":\"log(8, 2) + pow(2, 10) + round(1.256, 2)\"}", "1028.26" },
  { "ComfyMathExpression", "{\"expression\":\"0 or 3\"}", "3.0" },
  { "ComfyMathExpression", "{\"expression\":\"(1 + 2) * 3 - True\"}", "8.0" },
  { "CustomCombo", "{\"choice\":\"mine\",\"index\":1,\"option1\":\"yours\"}", "mine" },
  { "ComfyNotNode", "{\"value\":0}", "True" },
  { "ComfyAndNode", "{\"values.value0\":1,\"values.value1\":true}", "True" },
  { "ComfyAndNode", "{\"values.value0\":1,\"values.value1\":0}", "False" },
  { "ComfyOrNode", "{\"values.value0\":\"\",\"values.value3\":2}", "True" },
  { "ComfyOrNode", "{\"values.value0\":\"\",\"values.value1\":false}", "False" },
  { "ComfySwitchNode", "{\"switch\":true,\"on_true\":\"yes\"}", "yes" },
  { "ComfySwitchNode", "{\"switch\":false,\"on_true\":\"yes\"}", "None" },
  { "IntegerMath", "{\"a\":-7,\"b\":2,\"operation\":\"remainder\"}", "-1" },
};

TEST (basic_nodes_give_what_python_gives)
{
  g_autoptr (harness) h = harness_new ();
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"1\":{\"class_type\":\"%s\",\"inputs\":%s},\"2\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"1\",0]}}}", cases[i].type, cases[i].inputs);
    if (!harness_run (h, text))
      mk_test_fail (__FILE__, __LINE__, "%s %s: %s", cases[i].type, cases[i].inputs, h->error->message);
    g_autofree char *shown = harness_text (h, "2");
    if (!g_str_equal (shown, cases[i].wanted))
      mk_test_fail (__FILE__, __LINE__, "%s %s gives “%s”, wanted “%s”", cases[i].type, cases[i].inputs, shown, cases[i].wanted);
  }
}

TEST (a_pattern_that_cannot_be_read_fails_only_when_replacing)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (!harness_run (h, "{\"1\":{\"class_type\":\"RegexReplace\",\"inputs\":{\"string\":\"a\",\"regex_pattern\":\"(\",\"replace\":\"\"}},\"2\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"1\",0]}}}"));
}

TEST_WITHIN (a_pattern_without_end_ends, 20)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"RegexMatch\",\"inputs\":{\"string\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\",\"regex_pattern\":\"^(a+)+$\",\"case_insensitive\":true,\"multiline\":false,\"dotall\":false}},"
                            "\"2\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"1\",0]}}}"), h->error);
  CHECK_SHOWS (h, "2", "False");
}

TEST (an_expression_without_a_value_is_an_error_that_says_why)
{
  static const struct { const char *expression, *part; } wrong[] = {
    { "1 / (2 - 2)", "a division by zero" }, { "1 +", "missing at its end" }, { "x + 1", "x stands for nothing" }, { "(1", "a ) is missing" }, { "f(1)", "no function f" }, { "", "missing at its end" },
    { "9223372036854775807 + 1", "64 bits" }, { "sqrt(-1)", "no number" }, { "1 if 2", "an else is missing" }, { "1 2", "more than it can say" }, { "values[3]", "none at 3" } };
  for (size_t i = 0; i < MK_COUNT (wrong); i++) {
    mk_number x;
    g_autoptr (GError) error = NULL;
    CHECK (!mk_expression_evaluate (wrong[i].expression, NULL, 0, &x, &error));
    if (strstr (error->message, wrong[i].part) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s", wrong[i].expression, error->message);
  }
  g_autofree char *deep = g_strnfill (100000, '('), *signs = g_strnfill (100000, '-');
  mk_number x;
  CHECK (!mk_expression_evaluate (deep, NULL, 0, &x, NULL) && !mk_expression_evaluate (signs, NULL, 0, &x, NULL));
}
