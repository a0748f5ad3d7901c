#include "check.h"
#include "language/command.h"

#include <string.h>

static mk_command_schema *
load (void)
{
  GError *error = NULL;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  mk_command_schema *schema = mk_command_schema_new (assets, &error);
  CHECK_OK (schema, error);
  return schema;
}

static mk_json *
read_list (const char *text)
{
  GError *error = NULL;
  mk_json *list = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &list, &error), error);
  return list;
}

TEST (a_list_as_in_the_documentation_is_valid)
{
  g_autoptr (mk_command_schema) schema = load ();
  g_autoptr (mk_json) list = read_list (
    "[{\"op\": \"render\", \"width\": 640, \"height\": 360, \"fps\": 24, \"quality\": \"standard\", \"seed\": 18446744073709551615},"
    " {\"op\": \"sky\", \"kind\": \"day\"}, {\"op\": \"ground\", \"surface\": \"grass\"},"
    " {\"op\": \"add\", \"id\": \"ball-1\", \"object\": \"ball\", \"name\": \"ball\", \"color\": \"#d81e1e\"},"
    " {\"op\": \"add\", \"id\": \"cube-1\", \"object\": \"cube\", \"count\": 3, \"place\": [{\"relation\": \"left\", \"targets\": [\"ball-1\"]}],"
    "  \"relative_size\": {\"to\": \"ball-1\", \"factor\": 2}, \"parts\": {\"wheels\": {\"color\": \"#ffffff\"}}, \"params\": {\"legs\": 3}},"
    " {\"op\": \"animate\", \"id\": \"move-1\", \"targets\": [\"cube-1.2\"], \"motion\": \"move\", \"to\": [1, 2.5, 3]},"
    " {\"op\": \"animate\", \"id\": \"move-2\", \"targets\": [\"ball-1\"], \"motion\": \"roll\", \"to\": \"cube-1\", \"after\": \"move-1\"},"
    " {\"op\": \"camera\", \"motion\": \"orbit\", \"targets\": [\"ball-1\"]}]");
  GError *error = NULL;
  CHECK_OK (mk_commands_check (schema, list, &error), error);
}

TEST (errors_name_the_command_the_field_the_value_and_what_is_allowed)
{
  static const struct {
    const char *list, *message;
  } cases[] = {
    { "{}", "scene commands are an array" },
    { "[{\"op\": \"sky\", \"kind\": \"blue\"}]", "command 1 (sky): “kind” is \"blue\"; allowed are day, morning" },
    { "[{\"op\": \"sky\"}, {\"op\": \"grund\"}]", "command 2: “op” is \"grund\"; allowed are render, sky, ground" },
    { "[3]", "command 1: it is 3; allowed are render" },
    { "[{\"op\": \"add\", \"id\": \"a\"}]", "command 1 (add): it lacks “object”" },
    { "[{\"op\": \"add\", \"id\": \"a b\", \"object\": \"ball\"}]", "command 1 (add): “id” is \"a b\"; wanted is letters, digits and -" },
    { "[{\"op\": \"add\", \"id\": \"a\\n\", \"object\": \"ball\"}]", "“id” is" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\", \"colour\": \"#ff0000\"}]", "has no field “colour”; there are op, id, object" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\", \"count\": 501}]", "“count” is 501; allowed is 1 to 500" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\", \"count\": 1.5}]", "“count” is 1.5; wanted is a value of type integer" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\", \"scale\": NaN}]", "“scale” is NaN; allowed is 0.01 to 100" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\", \"position\": [1, 2]}]", "“position” has 2 entries; allowed are 3 to 3" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\", \"place\": [{\"relation\": \"near\"}, {\"relation\": \"by\"}]}]",
      "“place.2.relation” is \"by\"; allowed are on, under" },
    { "[{\"op\": \"text\", \"id\": \"t\", \"text\": \"\"}]", "“text” has 0 letters; allowed are 1 to 200" },
    { "[{\"op\": \"sky\"}, {\"op\": \"render\"}]", "command 2 (render): render stands first" },
    { "[{\"op\": \"render\", \"seed\": -1}]", "“seed” is -1" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\"}, {\"op\": \"add\", \"id\": \"a\", \"object\": \"cube\"}]",
      "command 2 (add): “id” is “a”, which an earlier command has" },
    { "[{\"op\": \"add\", \"id\": \"a\", \"object\": \"ball\"}, {\"op\": \"remove\", \"targets\": [\"b\"]}]", "“targets” names “b”, which nothing before it makes; there is a" },
    { "[{\"op\": \"animate\", \"id\": \"m\", \"motion\": \"move\", \"to\": true}]", "“to” is true; allowed are string, array" },
  };
  g_autoptr (mk_command_schema) schema = load ();
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_json) list = read_list (cases[i].list);
    g_autoptr (GError) error = NULL;
    CHECK (!mk_commands_check (schema, list, &error));
    if (strstr (error->message, cases[i].message) == NULL)
      CHECK_STRING (error->message, cases[i].message);
  }
}

TEST (a_later_list_changes_replaces_and_takes_out)
{
  g_autoptr (mk_json) earlier = read_list ("[{\"op\":\"sky\",\"kind\":\"day\",\"fog\":0.5},{\"op\":\"add\",\"id\":\"ball-1\",\"object\":\"ball\"},"
                                           "{\"op\":\"animate\",\"id\":\"spin-1\",\"motion\":\"spin\"},"
                                           "{\"op\":\"animate\",\"id\":\"jump-1\",\"motion\":\"jump\",\"after\":\"spin-1\"}]");
  g_autoptr (mk_json) later = read_list ("[{\"op\":\"render\",\"seconds\":9},{\"op\":\"sky\",\"kind\":\"night\"},"
                                         "{\"op\":\"remove\",\"targets\":[\"spin-1\"]},{\"op\":\"animate\",\"id\":\"jump-1\",\"motion\":\"jump\",\"speed\":2}]");
  g_autoptr (mk_json) joined = mk_commands_merge (earlier, later);
  g_autofree char *text = mk_json_print_compact (joined);
  CHECK_STRING (text, "[{\"op\":\"render\",\"seconds\":9},{\"op\":\"sky\",\"kind\":\"night\",\"fog\":0.5},"
                      "{\"op\":\"add\",\"id\":\"ball-1\",\"object\":\"ball\"},{\"op\":\"animate\",\"id\":\"jump-1\",\"motion\":\"jump\",\"speed\":2}]");
}
