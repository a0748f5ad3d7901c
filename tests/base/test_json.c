#include "base/json.h"
#include "check.h"

#include <math.h>
#include <string.h>

static char *
round_trip (const char *text)
{
  g_autoptr (mk_json) value = NULL;
  GError *error = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &value, &error), error);
  return mk_json_print (value);
}

TEST (json_prints_as_python_does)
{
  static const char *const cases[] = {
    "{\"a\": [1, 2.5, \"x\"], \"b\": null, \"c\": true}", "[]", "{}", "1e-05", "1.0", "0.1", "-3", "18446744073709551615",
    "9223372036854775807", "NaN", "-Infinity", "\"\\u00e4\\ud83d\\ude00\\n\\\"\"", "1e+20",
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *printed = round_trip (cases[i]);
    CHECK_STRING (printed, cases[i]);
  }
}

TEST (json_seeds_stay_exact)
{
  g_autoptr (mk_json) value = NULL;
  CHECK (mk_json_parse ("18446744073709551614", -1, NULL, &value, NULL));
  CHECK (mk_json_get_uint (value) == 18446744073709551614ULL);
}

TEST (json_errors_name_line_and_column)
{
  g_autoptr (GError) error = NULL;
  mk_json *value = NULL;
  CHECK_FAILS (mk_json_parse ("{\n  \"a\": }", -1, NULL, &value, &error), error, MK_ERROR_SYNTAX);
  CHECK (strstr (error->message, "line 2") != NULL);
}

TEST (json_refuses_what_follows_and_what_is_no_json)
{
  static const char *const bad[] = { "1 2", "", "{", "[1,]", "['a']", "// x\n1", "\"\xff\"", "{\"a\":1}}" };
  for (size_t i = 0; i < MK_COUNT (bad); i++) {
    g_autoptr (GError) error = NULL;
    mk_json *value = NULL;
    if (mk_json_parse (bad[i], -1, NULL, &value, &error))
      mk_test_fail (__FILE__, __LINE__, "“%s” was accepted", bad[i]);
    CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_SYNTAX));
  }
}

TEST (json_has_limits)
{
  g_autoptr (GError) error = NULL;
  mk_json *value = NULL;
  g_autofree char *deep = g_strnfill (1000, '[');
  CHECK_FAILS (mk_json_parse (deep, -1, NULL, &value, &error), error, MK_ERROR_LIMIT);
  g_clear_error (&error);
  mk_json_limits limits = { .max_bytes = 3 };
  CHECK_FAILS (mk_json_parse ("[1, 2]", -1, &limits, &value, &error), error, MK_ERROR_LIMIT);
}

TEST (json_objects_keep_their_order)
{
  g_autoptr (mk_json) object = mk_json_new_object ();
  mk_json_set (object, "z", mk_json_new_int (1));
  mk_json_set (object, "a", mk_json_new_int (2));
  mk_json_set (object, "z", mk_json_new_int (3));
  g_autofree char *text = mk_json_print_compact (object);
  CHECK_STRING (text, "{\"z\":3,\"a\":2}");
}

TEST (json_conversions_never_fail)
{
  g_autoptr (mk_json) text = mk_json_new_string ("7");
  CHECK_INT (mk_json_get_int (text), ==, 0);
  CHECK_STRING (mk_json_get_string (NULL), "");
  CHECK (mk_json_get (text, "x") == NULL);
  CHECK (mk_json_at (text, 0) == NULL);
  CHECK_INT (mk_json_length (NULL), ==, 0);
}
