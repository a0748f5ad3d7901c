#include "bridge/workflows.h"
#include "check.h"

#include <string.h>

static mk_json *
parse (const char *text)
{
  mk_json *value = NULL;
  GError *error = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &value, &error), error);
  return value;
}

static const char graph_text[] = "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"steps\":20}}}";
static const char inputs_text[] = "[{\"name\":\"steps\",\"node\":\"1\",\"field\":\"steps\",\"type\":\"integer\",\"minimum\":1,\"maximum\":50,\"default\":12},"
                                  "{\"name\":\"how\",\"node\":\"1\",\"field\":\"sampler\",\"type\":\"choice\",\"choices\":[\"euler\",\"ddim\"]}]";

static mk_json *
create (mk_database *store)
{
  g_autoptr (mk_json) graph = parse (graph_text), inputs = parse (inputs_text);
  mk_workflow_new new = { .name = "Picture", .inputs = inputs, .graph = graph };
  GError *error = NULL;
  mk_json *workflow = mk_workflow_create (store, &new, 5, &error);
  CHECK_OK (workflow, error);
  return workflow;
}

TEST (a_workflow_keeps_its_versions)
{
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  g_autoptr (mk_json) workflow = create (store), graph = parse ("{}");
  const char *id = mk_json_get_string (mk_json_get (workflow, "id"));
  mk_workflow_new new = { .name = "Better", .graph = graph };
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) second = mk_workflow_replace (store, id, &new, 1, 6, NULL);
  CHECK_INT (mk_json_get_int (mk_json_get (second, "version")), ==, 2);
  CHECK_FAILS (mk_workflow_replace (store, id, &new, 1, 6, &error), error, MK_ERROR_EXISTS);
  g_autoptr (mk_json) first = mk_workflow_find (store, id, 1, NULL);
  CHECK_STRING (mk_json_get_string (mk_json_get (first, "name")), "Picture");
  mk_page page;
  CHECK (mk_page_parse (NULL, 0, &page, NULL));
  g_autoptr (mk_json) versions = mk_workflow_list_versions (store, id, &page, NULL);
  CHECK_INT (mk_json_length (mk_json_get (versions, "items")), ==, 2);
}

TEST (values_and_defaults_go_where_the_inputs_say)
{
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  g_autoptr (mk_json) workflow = create (store), values = parse ("{\"how\": \"ddim\"}");
  g_autoptr (mk_json) filled = mk_workflow_fill (workflow, values, NULL);
  g_autofree char *text = mk_json_print_compact (filled);
  CHECK_STRING (text, "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"steps\":12,\"sampler\":\"ddim\"}}}");
}

TEST (wrong_values_are_refused_by_name)
{
  static const struct {
    const char *values;
    mk_error_code code;
  } cases[] = { { "{\"steps\": 51}", MK_ERROR_RANGE }, { "{\"steps\": \"many\"}", MK_ERROR_TYPE }, { "{\"how\": \"magic\"}", MK_ERROR_RANGE }, { "{\"stepz\": 1}", MK_ERROR_USAGE } };
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  g_autoptr (mk_json) workflow = create (store);
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_json) values = parse (cases[i].values);
    g_autoptr (GError) error = NULL;
    CHECK_FAILS (mk_workflow_fill (workflow, values, &error), error, cases[i].code);
    CHECK (strstr (error->message, "step") != NULL || strstr (error->message, "how") != NULL);
  }
}
