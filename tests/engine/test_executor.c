#include "base/pool.h"
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
  for (int i = 1; i <= 100000; i++)
    g_string_append_printf (text, "," NODE ("%d", "IntegerMath", "\"a\":[\"%d\",0],\"b\":1,\"operation\":\"add\""), i, i - 1);
  g_string_append (text, "," SHOW ("end", "100000") "}");
  CHECK_OK (harness_run (h, text->str), h->error);
  CHECK_SHOWS (h, "end", "100000");
  CHECK_OK (harness_run (h, text->str), h->error);
  CHECK_SHOWS (h, "end", "100000");
  g_string_free (text, TRUE);
}

/* --- nodes of these tests alone --- */

static const mk_port any_input[] = { { "value", "*" }, { 0 } };
static const mk_port any_output[] = { { "value", "*" }, { 0 } };

static bool
run_blocker (mk_run *run, GError **error)
{
  (void)error;
  int64_t value = mk_run_get_int (run, "value");
  mk_run_set_output (run, 0, value == 2 ? mk_value_new_blocker ("two is too much") : mk_value_new_int (value));
  return true;
}

static const mk_node_def blocker = { .id = "TestBlocker", .category = "test", .inputs = any_input, .outputs = any_output, .run = run_blocker };

static bool
run_circle (mk_run *run, GError **error)
{
  (void)error;
  mk_json *graph = NULL, *result = NULL;
  CHECK (mk_json_parse ("{\"a\":{\"class_type\":\"IntegerMath\",\"inputs\":{\"a\":[\"b\",0]}},\"b\":{\"class_type\":\"IntegerMath\",\"inputs\":{\"a\":[\"a\",0]}}}", -1, NULL, &graph, NULL));
  CHECK (mk_json_parse ("[[\"a\",0]]", -1, NULL, &result, NULL));
  mk_run_expand (run, graph, result);
  return true;
}

static const mk_node_def circle = { .id = "TestCircle", .category = "test", .inputs = any_input, .outputs = any_output, .run = run_circle };

static bool
fingerprint_never (mk_run *run, mk_hasher *hasher, GError **error)
{
  (void)run;
  (void)hasher;
  (void)error;
  return false;
}

static const mk_node_def never = { .id = "TestNever", .category = "test", .inputs = any_input, .outputs = any_output, .run = run_blocker, .fingerprint = fingerprint_never };

static harness *
harness_with_tests (void)
{
  harness *h = harness_new ();
  CHECK (mk_registry_add (h->registry, &blocker, NULL) && mk_registry_add (h->registry, &circle, NULL) && mk_registry_add (h->registry, &never, NULL));
  return h;
}

TEST (a_blocked_item_is_told_once_and_the_others_go_on)
{
  g_autoptr (harness) h = harness_with_tests ();
  CHECK_OK (harness_run (h, "{" NODE ("1", "IntegerRange", "\"first\":1,\"count\":3,\"step\":1") "," NODE ("2", "TestBlocker", "\"value\":[\"1\",0]") ","
                            NODE ("3", "IntegerMath", "\"a\":[\"2\",0],\"b\":10,\"operation\":\"add\"") "," SHOW ("4", "3") "}"), h->error);
  CHECK_SHOWS (h, "4", "11,13");
  const char *told = strstr (h->told->str, "execution_error");
  CHECK (told != NULL && strstr (told + 1, "execution_error") == NULL);
  CHECK (g_str_has_suffix (h->told->str, "execution_success; "));
}

TEST (an_output_that_gets_only_blockers_shows_nothing)
{
  g_autoptr (harness) h = harness_with_tests ();
  CHECK_OK (harness_run (h, "{" NODE ("2", "TestBlocker", "\"value\":2") "," SHOW ("4", "2") "}"), h->error);
  CHECK (mk_json_get (h->result.ui, "4") == NULL);
}

TEST (a_circle_that_an_expansion_makes_is_an_error_of_its_node)
{
  g_autoptr (harness) h = harness_with_tests ();
  CHECK (!harness_run (h, "{" NODE ("7", "TestCircle", "\"value\":1") "," SHOW ("8", "7") "}"));
  CHECK_STRING (mk_json_get_string (mk_json_get (h->result.failure, "node_id")), "7");
}

TEST (what_has_no_fingerprint_runs_again_and_so_does_what_follows)
{
  g_autoptr (harness) h = harness_with_tests ();
  const char *text = "{" NODE ("1", "PrimitiveInt", "\"value\":5") "," NODE ("2", "TestNever", "\"value\":[\"1\",0]") "," SHOW ("3", "2") "}";
  CHECK (harness_run (h, text) && harness_run (h, text));
  CHECK_STRING (h->told->str, "execution_start; execution_cached [\"1\"]; executing 2; executing 3; executed 3; execution_success; ");
}

TEST (light_branches_run_side_by_side_and_give_the_same)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_pool) pool = mk_pool_new (4);
  h->engine.pool = pool;
  GString *text = g_string_new ("{" NODE ("base", "PrimitiveInt", "\"value\":100"));
  for (int i = 0; i < 200; i++)
    g_string_append_printf (text, "," NODE ("a%d", "IntegerMath", "\"a\":[\"base\",0],\"b\":%d,\"operation\":\"add\"") "," NODE ("b%d", "IntegerMath", "\"a\":[\"a%d\",0],\"b\":1,\"operation\":\"add\"") "," SHOW ("c%d", "b%d"),
                            i, i, i, i, i, i);
  g_string_append (text, "}");
  CHECK_OK (harness_run (h, text->str), h->error);
  for (int i = 0; i < 200; i++) {
    g_autofree char *id = g_strdup_printf ("c%d", i), *wanted = g_strdup_printf ("%d", 101 + i);
    CHECK_SHOWS (h, id, wanted);
  }
  g_string_free (text, TRUE);
}
