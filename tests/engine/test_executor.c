#include "harness.h"

#include <string.h>

#define NODE(id, type, inputs) "\"" id "\":{\"class_type\":\"" type "\",\"inputs\":{" inputs "}}"
#define SHOW(id, from) NODE (id, "PreviewAny", "\"source\":[\"" from "\",0]")

TEST (a_chain_gives_its_result_and_tells_each_step)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" NODE ("1", "PrimitiveInt", "\"value\":20") "," NODE ("2", "IntegerMath", "\"a\":[\"1\",0],\"b\":22,\"operation\":\"add\"") "," SHOW ("3", "2") "}"), h->error);
  CHECK_SHOWS (h, "3", "42");
  CHECK_STRING (h->told->str, "execution_start; execution_cached []; executing 1; executing 2; executing 3; executed 3; execution_success; ");
}

TEST (a_second_run_does_only_what_changed)
{
  g_autoptr (harness) h = harness_new ();
  const char *first = "{" NODE ("1", "PrimitiveInt", "\"value\":20") "," NODE ("2", "IntegerMath", "\"a\":[\"1\",0],\"b\":22,\"operation\":\"add\"") "," SHOW ("3", "2") "}";
  const char *second = "{" NODE ("1", "PrimitiveInt", "\"value\":20") "," NODE ("2", "IntegerMath", "\"a\":[\"1\",0],\"b\":23,\"operation\":\"add\"") "," SHOW ("3", "2") "}";
  CHECK (harness_run (h, first) && harness_run (h, first));
  CHECK_STRING (h->told->str, "execution_start; execution_cached [\"1\",\"2\",\"3\"]; executed 3; execution_success; ");
  CHECK_SHOWS (h, "3", "42");
  CHECK (harness_run (h, second));
  CHECK_STRING (h->told->str, "execution_start; execution_cached [\"1\"]; executing 2; executing 3; executed 3; execution_success; ");
  CHECK_SHOWS (h, "3", "43");
}

TEST (equal_nodes_under_other_numbers_are_known)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (harness_run (h, "{" NODE ("1", "PrimitiveInt", "\"value\":5") "," SHOW ("2", "1") "}"));
  CHECK (harness_run (h, "{" NODE ("7", "PrimitiveInt", "\"value\":5") "," SHOW ("9", "7") "}"));
  CHECK_STRING (h->told->str, "execution_start; execution_cached [\"7\",\"9\"]; executed 9; execution_success; ");
}

TEST (lists_are_mapped_and_the_last_item_repeats)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" NODE ("1", "IntegerRange", "\"first\":1,\"count\":4,\"step\":1") "," NODE ("2", "IntegerRange", "\"first\":10,\"count\":2,\"step\":10") ","
                            NODE ("3", "IntegerMath", "\"a\":[\"1\",0],\"b\":[\"2\",0],\"operation\":\"add\"") "," SHOW ("4", "3") "}"), h->error);
  CHECK_SHOWS (h, "4", "11,22,23,24");
}

TEST (lazy_inputs_that_nobody_asks_for_are_not_made)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" NODE ("1", "PrimitiveInt", "\"value\":1") "," NODE ("2", "PrimitiveInt", "\"value\":2") ","
                            NODE ("3", "LazySwitch", "\"switch\":false,\"on_false\":[\"1\",0],\"on_true\":[\"2\",0]") "," SHOW ("4", "3") "}"), h->error);
  CHECK_SHOWS (h, "4", "1");
  CHECK (strstr (h->told->str, "executing 2;") == NULL);
  CHECK (strstr (h->told->str, "executing 3; executing 1; executing 3;") != NULL);
}

TEST (a_node_may_become_a_graph)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" NODE ("1", "RepeatAddition", "\"start\":5,\"by\":3,\"times\":4") "," SHOW ("2", "1") "}"), h->error);
  CHECK_SHOWS (h, "2", "17");
  CHECK (strstr (h->told->str, "executing 1.0.0.4;") != NULL);
}

TEST (an_expansion_into_a_constant_is_that_constant)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" NODE ("1", "RepeatAddition", "\"start\":5,\"by\":3,\"times\":0") "," SHOW ("2", "1") "}"), h->error);
  CHECK_SHOWS (h, "2", "5");
}

TEST (a_failing_node_is_named_and_what_was_finished_is_kept)
{
  g_autoptr (harness) h = harness_new ();
  const char *text = "{" NODE ("1", "PrimitiveInt", "\"value\":20") "," NODE ("2", "IntegerMath", "\"a\":[\"1\",0],\"b\":0,\"operation\":\"divide\"") "," SHOW ("3", "2") "}";
  CHECK (!harness_run (h, text));
  CHECK_STRING (h->error->message, "node 2 (IntegerMath): 20 cannot be divided by 0");
  CHECK_STRING (mk_json_get_string (mk_json_get (h->result.failure, "node_id")), "2");
  CHECK (strstr (h->told->str, "execution_error") != NULL);
  CHECK (!harness_run (h, text));
  CHECK (strstr (h->told->str, "execution_cached [\"1\"]") != NULL);
}

TEST (an_interrupt_ends_the_run)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_json) prompt = NULL;
  g_auto (mk_validation) validation = { 0 };
  mk_cancel cancel = { true };
  CHECK (mk_json_parse ("{" NODE ("1", "PrimitiveInt", "\"value\":20") "," SHOW ("3", "1") "}", -1, NULL, &prompt, NULL));
  CHECK (mk_prompt_validate (h->registry, &h->folders, prompt, NULL, &validation));
  mk_execution execution = { .prompt = prompt, .outputs = validation.outputs, .cancel = &cancel };
  CHECK_FAILS (mk_engine_run (&h->engine, &execution, &h->result, &h->error), h->error, MK_ERROR_CANCELLED);
}

TEST (a_long_chain_runs_and_runs_again_from_what_is_known)
{
  g_autoptr (harness) h = harness_new ();
  GString *text = g_string_new ("{" NODE ("0", "PrimitiveInt", "\"value\":0"));
  for (int i = 1; i <= 3000; i++)
    g_string_append_printf (text, "," NODE ("%d", "IntegerMath", "\"a\":[\"%d\",0],\"b\":1,\"operation\":\"add\""), i, i - 1);
  g_string_append (text, "," SHOW ("end", "3000") "}");
  CHECK_OK (harness_run (h, text->str), h->error);
  CHECK_SHOWS (h, "end", "3000");
  CHECK_OK (harness_run (h, text->str), h->error);
  CHECK_SHOWS (h, "end", "3000");
  g_string_free (text, TRUE);
}
