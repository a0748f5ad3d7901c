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
                                  "{\"name\":\"hue\",\"node\":\"1\",\"field\":\"color\",\"type\":\"color\"},{\"name\":\"words\",\"node\":\"1\",\"field\":\"text\",\"also\":[{\"node\":\"1\",\"field\":\"title\"}],\"type\":\"string\",\"maximum_length\":5},"
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
  g_autoptr (mk_json) workflow = create (store), values = parse ("{\"how\": \"ddim\", \"words\": \"hi\"}");
  g_autoptr (mk_json) filled = mk_workflow_fill (workflow, values, NULL);
  g_autofree char *text = mk_json_print_compact (filled);
  CHECK_STRING (text, "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"steps\":12,\"sampler\":\"ddim\",\"text\":\"hi\",\"title\":\"hi\"}}}");
}

TEST (wrong_values_are_refused_by_name)
{
  static const struct {
    const char *values;
    mk_error_code code;
  } cases[] = { { "{\"steps\": 51}", MK_ERROR_RANGE }, { "{\"steps\": 0}", MK_ERROR_RANGE }, { "{\"steps\": 1.5}", MK_ERROR_TYPE }, { "{\"hue\": \"red\"}", MK_ERROR_RANGE }, { "{\"words\": \"too long\"}", MK_ERROR_RANGE },
              { "{\"words\": 5}", MK_ERROR_TYPE }, { "{\"steps\": \"many\"}", MK_ERROR_TYPE }, { "{\"how\": \"magic\"}", MK_ERROR_RANGE }, { "{\"stepz\": 1}", MK_ERROR_USAGE } };
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  g_autoptr (mk_json) workflow = create (store);
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_json) values = parse (cases[i].values);
    g_autoptr (GError) error = NULL;
    CHECK_FAILS (mk_workflow_fill (workflow, values, &error), error, cases[i].code);
    CHECK (strstr (error->message, "step") != NULL || strstr (error->message, "how") != NULL || strstr (error->message, "hue") != NULL || strstr (error->message, "words") != NULL);
  }
}

TEST (declarations_that_cannot_be_kept_are_refused)
{
  static const char *const inputs[] = {
    "[{\"name\":\"a\",\"node\":\"9\",\"field\":\"x\",\"type\":\"string\"}]", /* no such node */
    "[{\"name\":\"a\",\"node\":\"1\",\"field\":\"x\",\"type\":\"string\",\"also\":[{\"node\":\"9\",\"field\":\"x\"}]}]",
    "[{\"name\":\"a\",\"node\":\"1\",\"field\":\"x\",\"type\":\"string\"},{\"name\":\"a\",\"node\":\"1\",\"field\":\"y\",\"type\":\"string\"}]",
    "[{\"name\":\"a\",\"node\":\"1\",\"field\":\"x\",\"type\":\"integer\",\"minimum\":3,\"default\":1}]",
  };
  g_autoptr (mk_json) graph = parse (graph_text), good = parse (inputs_text);
  CHECK (mk_workflow_check (&(mk_workflow_new){ .name = "W", .inputs = good, .graph = graph }, NULL));
  for (size_t i = 0; i < MK_COUNT (inputs); i++) {
    g_autoptr (mk_json) bad = parse (inputs[i]);
    g_autoptr (GError) error = NULL;
    CHECK (!mk_workflow_check (&(mk_workflow_new){ .name = "W", .inputs = bad, .graph = graph }, &error));
    CHECK (strstr (error->message, "“a”") != NULL);
  }
}

TEST (templates_stand_behind_ones_own_on_every_page)
{
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  mk_json_unref (create (store));
  mk_json_unref (create (store));
  g_autoptr (mk_json) templates = parse ("[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\",\"name\":\"B\"},{\"id\":\"c\",\"name\":\"C\"}]");
  for (int limit = 1; limit <= 6; limit++) {
    g_autoptr (GString) seen = g_string_new (NULL);
    g_autofree char *cursor = NULL;
    for (int turns = 0; turns < 10 && (turns == 0 || cursor != NULL); turns++) {
      mk_page page;
      CHECK (mk_page_parse (cursor, limit, &page, NULL));
      g_autoptr (mk_json) listed = mk_workflow_list (store, templates, &page, NULL, NULL);
      CHECK_INT (mk_json_get_int (mk_json_get (listed, "total")), ==, 5);
      const mk_json *items = mk_json_get (listed, "items");
      CHECK_INT (mk_json_length (items), <=, limit);
      for (size_t i = 0; i < mk_json_length (items); i++)
        g_string_append_c (seen, mk_json_get_string (mk_json_get (mk_json_at (items, i), "name"))[0]);
      g_clear_pointer (&cursor, g_free);
      if (mk_json_get_kind (mk_json_get (listed, "next_cursor")) == MK_JSON_STRING)
        cursor = g_strdup (mk_json_get_string (mk_json_get (listed, "next_cursor")));
    }
    CHECK_STRING (seen->str, "PPABC");
  }
}
