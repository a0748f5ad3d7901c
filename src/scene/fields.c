#include "scene/fields.h"

#include "scene/objects.h"

bool
mk_fields_check (const mk_json *command, const char *const *keys, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (command); mk_json_next (&i);) {
    if (g_str_equal (i.key, "op") || g_strv_contains (keys, i.key))
      continue;
    g_autofree char *known = g_strjoinv (", ", (char **)keys);
    return mk_error (error, MK_ERROR_USAGE, "there is no field “%s”; there are: %s", i.key, known);
  }
  return true;
}

bool
mk_field_number (const mk_json *command, const char *key, double least, double most, double *value, GError **error)
{
  const mk_json *field = mk_json_get (command, key);
  if (field == NULL)
    return true;
  if (!mk_json_is_number (field))
    return mk_error (error, MK_ERROR_TYPE, "“%s” is a number, not %s", key, mk_json_kind_name (mk_json_get_kind (field)));
  double number = mk_json_get_real (field);
  if (!(number >= least && number <= most))
    return mk_error (error, MK_ERROR_RANGE, "“%s” is %g; %g to %g are possible", key, number, least, most);
  *value = number;
  return true;
}

bool
mk_field_float (const mk_json *command, const char *key, double least, double most, float *value, GError **error)
{
  double number = (double)*value;
  if (!mk_field_number (command, key, least, most, &number, error))
    return false;
  *value = (float)number;
  return true;
}

bool
mk_field_vec3 (const mk_json *command, const char *key, double most, mk_vec3 *value, GError **error)
{
  const mk_json *field = mk_json_get (command, key);
  float numbers[3];
  if (field == NULL)
    return true;
  if (mk_json_get_kind (field) != MK_JSON_ARRAY || mk_json_length (field) != 3)
    return mk_error (error, MK_ERROR_TYPE, "“%s” is a list of three numbers", key);
  for (size_t i = 0; i < 3; i++) {
    double number = mk_json_get_real (mk_json_at (field, i));
    if (!mk_json_is_number (mk_json_at (field, i)) || !(fabs (number) <= most))
      return mk_error (error, MK_ERROR_RANGE, "“%s” is three numbers from %g to %g", key, -most, most);
    numbers[i] = (float)number;
  }
  *value = (mk_vec3){ numbers[0], numbers[1], numbers[2] };
  return true;
}

bool
mk_field_rotation (const mk_json *command, const char *key, mk_quat *value, GError **error)
{
  mk_vec3 degrees = { 0, 0, 0 };
  if (!mk_json_has (command, key))
    return true;
  if (!mk_field_vec3 (command, key, 36000, &degrees, error))
    return false;
  const float degree = MK_PI / 180;
  *value = mk_quat_from_euler (degrees.x * degree, degrees.y * degree, degrees.z * degree);
  return true;
}

bool
mk_field_color (const mk_json *command, const char *key, mk_vec3 *value, bool *is_there, GError **error)
{
  const mk_json *field = mk_json_get (command, key);
  if (is_there != NULL)
    *is_there = field != NULL;
  if (field != NULL && !mk_color_parse (mk_json_get_string (field), value))
    return mk_error (error, MK_ERROR_TYPE, "“%s” is a colour as “#rrggbb”", key);
  return true;
}

bool
mk_field_string (const mk_json *command, const char *key, const char **value, GError **error)
{
  const mk_json *field = mk_json_get (command, key);
  if (field == NULL)
    return true;
  if (mk_json_get_kind (field) != MK_JSON_STRING)
    return mk_error (error, MK_ERROR_TYPE, "“%s” is text, not %s", key, mk_json_kind_name (mk_json_get_kind (field)));
  *value = mk_json_get_string (field);
  return true;
}

bool
mk_field_choice (const mk_json *command, const char *key, const char *const *words, int *value, GError **error)
{
  const char *word = NULL;
  if (!mk_field_string (command, key, &word, error))
    return false;
  if (word == NULL)
    return true;
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word)) {
      *value = i;
      return true;
    }
  g_autofree char *known = g_strjoinv (", ", (char **)words);
  return mk_error (error, MK_ERROR_RANGE, "“%s” is “%s”; there are: %s", key, word, known);
}
