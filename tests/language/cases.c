#include "language/lexicon.h"

#include "cases.h"

#include <math.h>
#include <string.h>

static char *
join_list (const mk_json *list)
{
  GString *out = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (list); i++) {
    g_autofree char *text = mk_json_get_kind (mk_json_at (list, i)) == MK_JSON_STRING ? g_strdup (mk_json_get_string (mk_json_at (list, i))) : mk_json_print_compact (mk_json_at (list, i));
    g_string_append_printf (out, "%s%s", i > 0 ? "," : "", text);
  }
  return g_string_free (out, FALSE);
}

static const char *
color_of (const mk_lexicon *lexicon, const char *word)
{
  for (const mk_sense *i = mk_lexicon_find (lexicon, word); i != NULL; i = i->next)
    if (i->kind == MK_WORD_color)
      return mk_json_get_string (i->value);
  return word;
}

static bool
place_holds (const mk_json *place, const char *want)
{
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *one = mk_json_at (place, i);
    g_autofree char *targets = join_list (mk_json_get (one, "targets"));
    g_autoptr (GString) said = g_string_new (mk_json_get_string (mk_json_get (one, "relation")));
    g_string_append_printf (said, ":%s", targets);
    if (mk_json_has (one, "distance_m"))
      g_string_append_printf (said, "@%g", mk_json_get_real (mk_json_get (one, "distance_m")));
    bool is_any = g_str_has_suffix (want, ":*") && strncmp (said->str, want, strlen (want) - 1) == 0;
    if (is_any || g_str_equal (said->str, want))
      return true;
  }
  return false;
}

static bool
names_hold (const mk_json *object, const char *want)
{
  g_auto (GStrv) names = g_strsplit (want, ",", -1);
  for (char **i = names; *i != NULL; i++) {
    char *colon = strchr (*i, ':');
    if (colon != NULL)
      *colon = 0;
    if (!mk_json_has (object, *i))
      return false;
    g_autofree char *value = mk_json_print_compact (mk_json_get (object, *i));
    if (colon != NULL && !g_str_equal (g_strdelimit (value, "\"", ' '), colon + 1) && strcmp (g_strstrip (value), colon + 1) != 0)
      return false;
  }
  return true;
}

static bool
field_holds (const mk_lexicon *lexicon, const mk_json *command, const char *key, const char *want)
{
  const mk_json *value = mk_json_get (command, key);
  if (value == NULL || g_str_equal (want, "*"))
    return value != NULL;
  if (g_str_equal (key, "place"))
    return place_holds (value, want);
  if (g_str_equal (key, "parts") || g_str_equal (key, "params"))
    return names_hold (value, want);
  if (g_str_equal (key, "relative_size")) {
    g_autofree char *said = g_strdup_printf ("%s*%g", mk_json_get_string (mk_json_get (value, "to")), mk_json_get_real (mk_json_get (value, "factor")));
    return g_str_equal (said, want);
  }
  if (g_str_equal (key, "color") || g_str_equal (key, "second_color"))
    return g_ascii_strcasecmp (mk_json_get_string (value), color_of (lexicon, want)) == 0;
  if (g_str_equal (key, "colors")) {
    g_auto (GStrv) words = g_strsplit (want, ",", -1);
    bool all = g_strv_length (words) == mk_json_length (value);
    for (size_t i = 0; all && words[i] != NULL; i++)
      all = g_str_equal (mk_json_get_string (mk_json_at (value, i)), color_of (lexicon, words[i]));
    return all;
  }
  if (mk_json_get_kind (value) == MK_JSON_ARRAY) {
    g_autofree char *said = join_list (value);
    return g_str_equal (said, want);
  }
  if (mk_json_is_number (value))
    return fabs (mk_json_get_real (value) - g_ascii_strtod (want, NULL)) < 1e-4;
  g_autofree char *said = mk_json_get_kind (value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (value)) : mk_json_print_compact (value);
  return g_str_equal (said, want);
}

static bool
command_holds (const mk_lexicon *lexicon, const mk_json *command, char **words)
{
  if (!g_str_equal (words[0], mk_json_get_string (mk_json_get (command, "op"))))
    return false;
  for (char **i = words + 1; *i != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (*i, "=", 2);
    if (pair[1] == NULL || !field_holds (lexicon, command, pair[0], pair[1]))
      return false;
  }
  return true;
}

bool
mk_case_holds (const mk_lexicon *lexicon, const mk_json *commands, const char *want)
{
  g_auto (GStrv) words = NULL;
  if (!g_shell_parse_argv (want, NULL, &words, NULL)) {
    /* A # begins a comment for a shell; our colours have none of its other marks. */
    words = g_strsplit (want, " ", -1);
  }
  for (size_t i = 0; i < mk_json_length (commands); i++)
    if (command_holds (lexicon, mk_json_at (commands, i), words))
      return true;
  return false;
}
