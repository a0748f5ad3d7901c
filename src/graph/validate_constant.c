#include "graph/validate_constant.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "graph/object_info.h"

mk_json *
mk_validation_error (const char *type, const char *message, const char *details, mk_json *taken_extra)
{
  mk_json *error = mk_json_new_object ();
  mk_json_set (error, "type", mk_json_new_string (type));
  mk_json_set (error, "message", mk_json_new_string (message));
  mk_json_set (error, "details", mk_json_new_string (details));
  mk_json_set (error, "extra_info", taken_extra != NULL ? taken_extra : mk_json_new_object ());
  return error;
}

mk_json *
mk_validation_extra (const mk_folders *folders, const mk_node_def *def, const mk_port *port, const mk_json *received)
{
  mk_json *extra = mk_json_new_object ();
  mk_json_set (extra, "input_name", mk_json_new_string (port->name));
  mk_json *pair = mk_object_info_input (def, port, folders);
  if (mk_json_length (pair) < 2)
    mk_json_append (pair, mk_json_new_object ());
  mk_json_set (extra, "input_config", pair);
  if (received != NULL)
    mk_json_set (extra, "received_value", mk_json_copy (received));
  return extra;
}

/* Python's str(). */
static char *
python_string (const mk_json *value)
{
  switch (mk_json_get_kind (value)) {
  case MK_JSON_STRING:
    return g_strdup (mk_json_get_string (value));
  case MK_JSON_BOOL:
    return g_strdup (mk_json_get_bool (value) ? "True" : "False");
  case MK_JSON_NULL:
    return g_strdup ("None");
  default:
    return mk_json_print (value);
  }
}

static bool
convert_number (const mk_json *value, bool is_int, mk_json **converted, char **why)
{
  const char *text = mk_json_get_string (value);
  char *end = NULL;
  errno = 0;
  switch (mk_json_get_kind (value)) {
  case MK_JSON_BOOL:
    *converted = is_int ? mk_json_new_int (mk_json_get_bool (value)) : mk_json_new_real (mk_json_get_bool (value));
    return true;
  case MK_JSON_INT:
    *converted = is_int ? mk_json_copy (value) : mk_json_new_real (mk_json_get_real (value));
    return true;
  case MK_JSON_REAL:
    if (is_int && !isfinite (mk_json_get_real (value))) {
      *why = g_strdup (isnan (mk_json_get_real (value)) ? "cannot convert float NaN to integer" : "cannot convert float infinity to integer");
      return false;
    }
    *converted = is_int ? mk_json_new_int (mk_json_get_int (value)) : mk_json_copy (value);
    return true;
  case MK_JSON_STRING:
    if (is_int) {
      gint64 whole = g_ascii_strtoll (text, &end, 10);
      *converted = mk_json_new_int (whole);
    } else
      *converted = mk_json_new_real (g_ascii_strtod (text, &end));
    while (end != text && g_ascii_isspace (*end))
      end++;
    if (end != text && *end == '\0' && errno == 0)
      return true;
    g_clear_pointer (converted, mk_json_unref);
    *why = is_int ? g_strdup_printf ("invalid literal for int() with base 10: '%s'", text) : g_strdup_printf ("could not convert string to float: '%s'", text);
    return false;
  default:
    *why = g_strdup_printf ("%s argument must be a string or a real number, not '%s'", is_int ? "int()" : "float()",
                            mk_json_get_kind (value) == MK_JSON_NULL ? "NoneType" : mk_json_get_kind (value) == MK_JSON_ARRAY ? "list" : "dict");
    return false;
  }
}

/* The value as the declared type; false with the reason. */
static bool
convert (const mk_json *value, const char *type, mk_json **converted, char **why)
{
  if (g_str_equal (type, "INT") || g_str_equal (type, "FLOAT"))
    return convert_number (value, type[0] == 'I', converted, why);
  if (g_str_equal (type, "STRING")) {
    g_autofree char *text = python_string (value);
    *converted = mk_json_new_string (text);
  } else if (g_str_equal (type, "BOOLEAN")) {
    mk_json_kind kind = mk_json_get_kind (value);
    bool truth = kind == MK_JSON_STRING ? mk_json_get_string_length (value) > 0 : kind == MK_JSON_BOOL ? mk_json_get_bool (value) : mk_json_is_number (value) ? mk_json_get_real (value) != 0 : mk_json_length (value) > 0;
    *converted = mk_json_new_bool (truth);
  } else
    *converted = mk_json_copy (value);
  return true;
}

static char *
list_options_repr (char **choices)
{
  GString *text = g_string_new ("[");
  for (char **c = choices; *c != NULL; c++)
    g_string_append_printf (text, "%s'%s'", c == choices ? "" : ", ", *c);
  return g_string_free (g_string_append_c (text, ']'), FALSE);
}

static bool
takes_many (const mk_port *port)
{
  g_autoptr (mk_json) options = NULL;
  return port->extra_json != NULL && mk_json_parse (port->extra_json, -1, NULL, &options, NULL) && mk_json_get_bool (mk_json_get (options, "multiselect"));
}

/* A list of choices, where the port lets people pick several; the first that is none of them is `*wrong`. */
static bool
has_good_picks (const mk_port *port, char **choices, const mk_json *value, const mk_json **wrong)
{
  if (mk_json_get_kind (value) != MK_JSON_ARRAY || !takes_many (port))
    return false;
  for (size_t i = 0; i < mk_json_length (value); i++) {
    g_autofree char *given = python_string (mk_json_at (value, i));
    if (!g_strv_contains ((const char *const *)choices, given)) {
      *wrong = mk_json_at (value, i);
      return false;
    }
  }
  return true;
}

static mk_json *
check_choice (const mk_folders *folders, const mk_node_def *def, const mk_port *port, const mk_json *value)
{
  enum { LONG_LIST = 20 };
  if (port->list_options == NULL && port->options != NULL && mk_json_get_kind (value) == MK_JSON_STRING && g_strv_contains (port->options, mk_json_get_string (value)))
    return NULL;
  g_auto (GStrv) choices = mk_port_list_options (port, folders);
  const mk_json *wrong = value;
  if (choices == NULL || has_good_picks (port, choices, value, &wrong))
    return NULL;
  g_autofree char *given = python_string (wrong);
  if (g_strv_contains ((const char *const *)choices, given))
    return NULL;
  guint n = g_strv_length (choices);
  g_autofree char *repr = n > LONG_LIST ? g_strdup_printf ("(list of length %u)", n) : list_options_repr (choices);
  g_autofree char *details = g_strdup_printf ("%s: '%s' not in %s", port->name, given, repr);
  mk_json *extra = mk_validation_extra (folders, def, port, value);
  if (n > LONG_LIST)
    mk_json_set (extra, "input_config", NULL);
  return mk_validation_error ("value_not_in_list", "Value not in list", details, extra);
}

static mk_json *
check_range (const mk_folders *folders, const mk_node_def *def, const mk_port *port, const mk_json *value)
{
  double number = mk_json_get_real (value);
  bool is_low = number < port->min, is_high = port->max_uint > 0 ? false : number > port->max;
  if (!port->has_range || !mk_json_is_number (value) || (!is_low && !is_high))
    return NULL;
  g_autoptr (mk_json) limit = g_str_equal (port->type, "INT") ? mk_json_new_int ((int64_t)(is_low ? port->min : port->max)) : mk_json_new_real (is_low ? port->min : port->max);
  g_autofree char *given = mk_json_print (value), *bound = mk_json_print (limit);
  g_autofree char *message = g_strdup_printf ("Value %s %s of %s", given, is_low ? "smaller than min" : "bigger than max", bound);
  return mk_validation_error (is_low ? "value_smaller_than_min" : "value_bigger_than_max", message, port->name, mk_validation_extra (folders, def, port, value));
}

bool
mk_node_checks_itself (const mk_node_def *def, const char *name)
{
  if (def->check == NULL || def->check_names == NULL)
    return false;
  g_auto (GStrv) names = g_strsplit (def->check_names, ",", -1);
  return g_str_equal (def->check_names, "*") || g_strv_contains ((const char *const *)names, name);
}

static mk_json *
check_limits (const mk_folders *folders, const mk_node_def *def, const mk_port *port, const mk_json *value)
{
  return g_str_equal (port->type, "COMBO") ? check_choice (folders, def, port, value) : check_range (folders, def, port, value);
}

/* Whether nothing is to be converted. */
static bool
has_type (const mk_json *value, const char *type)
{
  switch (mk_json_get_kind (value)) {
  case MK_JSON_INT:
    return g_str_equal (type, "INT");
  case MK_JSON_REAL:
    return g_str_equal (type, "FLOAT");
  case MK_JSON_BOOL:
    return g_str_equal (type, "BOOLEAN");
  case MK_JSON_STRING:
    return g_str_equal (type, "STRING") || g_str_equal (type, "COMBO");
  default:
    return false;
  }
}

mk_json *
mk_constant_check (const mk_folders *folders, const mk_node_def *def, mk_json *inputs, const mk_port *port, const mk_json *given)
{
  const mk_json *value = given;
  if (mk_json_get_kind (given) == MK_JSON_OBJECT && mk_json_has (given, "__value__"))
    value = mk_json_get (given, "__value__");
  if (value == given && has_type (given, port->type))
    return mk_node_checks_itself (def, port->name) ? NULL : check_limits (folders, def, port, given);
  mk_json *converted = NULL;
  g_autofree char *why = NULL;
  if (!convert (value, port->type, &converted, &why)) {
    g_autofree char *text = python_string (value);
    g_autofree char *details = g_strdup_printf ("%s, %s, %s", port->name, text, why);
    g_autofree char *message = g_strdup_printf ("Failed to convert an input value to a %s value", port->type);
    mk_json *extra = mk_validation_extra (folders, def, port, value);
    mk_json_set (extra, "exception_message", mk_json_new_string (why));
    return mk_validation_error ("invalid_input_type", message, details, extra);
  }
  mk_json_set (inputs, port->name, converted);
  return mk_node_checks_itself (def, port->name) ? NULL : check_limits (folders, def, port, converted);
}
