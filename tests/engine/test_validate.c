#include "harness.h"

#include <string.h>

static const struct {
  const char *what, *prompt, *type, *node;
} cases[] = {
  { "no class", "{\"1\":{\"inputs\":{}}}", "invalid_prompt", NULL },
  { "unknown class", "{\"1\":{\"class_type\":\"Nope\",\"inputs\":{}}}", "missing_node_type", NULL },
  { "no outputs", "{\"1\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":1}}}", "prompt_no_outputs", NULL },
  { "missing input", "{\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{}}}", "required_input_missing", "1" },
  { "bad link", "{\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[1,2,3]}}}", "bad_linked_input", "1" },
  { "link to nowhere", "{\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"9\",0]}}}", "exception_during_validation", "1" },
  { "bad slot", "{\"2\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":1}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"2\",7]}}}", "exception_during_validation", "1" },
  { "link to nowhere further up", "{\"2\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":[\"9\",0]}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"2\",0]}}}", "exception_during_inner_validation", "2" },
  { "a list for a prompt", "[]", "prompt_no_outputs", NULL },
  { "text for a node", "{\"1\":\"text\"}", "invalid_prompt", NULL },
  { "wrong type", "{\"2\":{\"class_type\":\"PrimitiveString\",\"inputs\":{\"value\":\"x\"}},\"3\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":[\"2\",0]}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}", "return_type_mismatch", "3" },
  { "no number", "{\"3\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":\"3.7\"}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}", "invalid_input_type", "3" },
  { "too small", "{\"3\":{\"class_type\":\"IntegerRange\",\"inputs\":{\"first\":1,\"count\":-1,\"step\":1}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}", "value_smaller_than_min", "3" },
  { "too big", "{\"3\":{\"class_type\":\"IntegerRange\",\"inputs\":{\"first\":1,\"count\":1000000,\"step\":1}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}", "value_bigger_than_max", "3" },
  { "not in list", "{\"3\":{\"class_type\":\"IntegerMath\",\"inputs\":{\"a\":1,\"b\":1,\"operation\":\"power\"}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}", "value_not_in_list", "3" },
};

TEST (wrong_workflows_get_comfyui_s_errors)
{
  g_autoptr (harness) h = harness_new ();
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_json) prompt = NULL;
    g_auto (mk_validation) validation = { 0 };
    CHECK (mk_json_parse (cases[i].prompt, -1, NULL, &prompt, NULL));
    if (mk_prompt_validate (h->registry, &h->folders, prompt, NULL, &validation))
      mk_test_fail (__FILE__, __LINE__, "%s was accepted", cases[i].what);
    const mk_json *error = cases[i].node == NULL ? validation.error : mk_json_at (mk_json_get (mk_json_get (validation.node_errors, cases[i].node), "errors"), 0);
    CHECK_STRING (mk_json_get_string (mk_json_get (error, "type")), cases[i].type);
  }
}

TEST (constants_are_converted_as_python_would)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{\"3\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":\" 12 \"}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}"), h->error);
  CHECK_SHOWS (h, "1", "12");
  CHECK_OK (harness_run (h, "{\"3\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":3.7}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}"), h->error);
  CHECK_SHOWS (h, "1", "3");
  CHECK_OK (harness_run (h, "{\"3\":{\"class_type\":\"PrimitiveBoolean\",\"inputs\":{\"value\":\"false\"}},\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"3\",0]}}}"), h->error);
  CHECK_SHOWS (h, "1", "True");
}

TEST (a_circle_is_refused)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (!harness_run (h, "{\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"2\",0]}},\"2\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":[\"3\",0]}},\"3\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":[\"2\",0]}}}"));
  CHECK (strstr (h->error->message, "Dependency cycle detected") != NULL);
}

TEST (a_chain_of_a_hundred_thousand_is_looked_at_without_recursion)
{
  g_autoptr (harness) h = harness_new ();
  GString *text = g_string_new ("{\"0\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":[\"100000\",0]}}");
  for (int i = 1; i <= 100000; i++)
    g_string_append_printf (text, ",\"%d\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":[\"%d\",0]}}", i, i - 1);
  g_string_append (text, ",\"end\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"100000\",0]}}}");
  CHECK (!harness_run (h, text->str));
  CHECK (strstr (h->error->message, "Dependency cycle detected") != NULL);
  g_string_free (text, TRUE);
}

TEST (good_outputs_run_though_others_are_bad)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"PreviewAny\",\"inputs\":{}},\"2\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":4}},\"3\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"2\",0]}}}"), h->error);
  CHECK_SHOWS (h, "3", "4");
}

TEST (a_misspelt_node_is_answered_with_its_neighbours)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (!harness_run (h, "{\"1\":{\"class_type\":\"PrimitiveInteger\",\"inputs\":{}}}"));
  CHECK (strstr (h->error->message, "PrimitiveInt") != NULL);
}

static void
check_told (const char *prompt, const char *message)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (!harness_run (h, prompt));
  if (strstr (h->error->message, message) == NULL)
    mk_test_fail (__FILE__, __LINE__, "“%s” does not say “%s”", h->error->message, message);
}

TEST (a_node_of_comfyui_that_is_not_here_is_refused_with_what_it_lacks)
{
  check_told ("{\"1\":{\"class_type\":\"WanImageToVideo\",\"inputs\":{}}}", "Node 'WanImageToVideo' not found. Models of Wan do not run here. Node ID");
  check_told ("{\"1\":{\"class_type\":\"WanImageToVideo\",\"inputs\":{}},\"2\":{\"class_type\":\"MyOwn\",\"inputs\":{}},\"3\":{\"class_type\":\"FluxGuidance\",\"inputs\":{}},"
              "\"4\":{\"class_type\":\"WanVaceToVideo\",\"inputs\":{}}}",
              "Nodes 'WanImageToVideo', 'MyOwn', 'FluxGuidance', 'WanVaceToVideo' not found. Models of Wan do not run here ('WanImageToVideo', 'WanVaceToVideo'). "
              "Models of Flux do not run here ('FluxGuidance'). The custom node may not be installed.");
}
