#include "harness.h"

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
