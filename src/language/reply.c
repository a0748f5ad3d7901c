/* What is said back: what was made, what was assumed, what was not understood. */
#include <string.h>

#include "language/parser.h"

static const char *
field (const mk_json *command, const char *key)
{
  return mk_json_get_string (mk_json_get (command, key));
}

static const char *
say (const mk_parser *p, const char *text)
{
  return mk_lexicon_say (p->language->lexicon, text);
}

static const char *
noun_of (const mk_parser *p, const char *target)
{
  size_t n = strcspn (target, "./");
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    if (strlen (thing->id) == n && strncmp (thing->id, target, n) == 0)
      return thing->noun;
  }
  return "";
}

static void
say_targets (const mk_parser *p, GString *out, const mk_json *targets)
{
  size_t n = mk_json_length (targets);
  if (n == 0)
    g_string_append (out, say (p, "everything"));
  for (size_t i = 0; i < n; i++) {
    const char *target = mk_json_get_string (mk_json_at (targets, i)), *noun = noun_of (p, target);
    g_string_append (out, i == 0 ? "" : i + 1 < n ? ", " : say (p, " and "));
    g_string_append_printf (out, *noun != 0 ? say (p, "the %s") : "%s", *noun != 0 ? noun : target);
  }
}

/* A relation as it is said: "to the left of". */
static const char *
say_relation (const mk_parser *p, const char *relation)
{
  static const char *const words[][2] = { { "left", "to the left of" }, { "right", "to the right of" }, { "front", "in front of" }, { "far", "far from" }, { "center", "in the middle of" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (g_str_equal (words[i][0], relation))
      return say (p, words[i][1]);
  return say (p, relation);
}

static void
say_thing (const mk_parser *p, GString *out, const mk_json *command)
{
  int64_t count = MAX (1, mk_json_get_int (mk_json_get (command, "count")));
  const char *name = field (command, "name"), *text = field (command, "text"), *label = field (command, "label");
  if (*text != 0)
    g_string_append_printf (out, say (p, "the text “%s”"), text);
  else if (count > 1)
    g_string_append_printf (out, "%d × %s", (int)count, name);
  else
    g_string_append_printf (out, name[0] != 0 && strchr ("aeiou", name[0]) != NULL ? say (p, "an %s") : say (p, "a %s"), name);
  if (*field (command, "material") != 0)
    g_string_append_printf (out, say (p, " of %s"), say (p, field (command, "material")));
  const mk_json *place = mk_json_get (command, "place");
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *targets = mk_json_get (mk_json_at (place, i), "targets");
    g_string_append_printf (out, "%s %s", i > 0 ? say (p, " and") : "", say_relation (p, field (mk_json_at (place, i), "relation")));
    if (mk_json_length (targets) > 0) {
      g_string_append_c (out, ' ');
      say_targets (p, out, targets);
    }
  }
  if (*label != 0)
    g_string_append (out, say (p, " (a stand-in)"));
}

static void
say_action (const mk_parser *p, GString *out, const mk_json *command)
{
  const char *what = *field (command, "motion") != 0 ? field (command, "motion") : field (command, "scenario");
  say_targets (p, out, mk_json_get (command, "targets"));
  g_string_append_printf (out, ": %s", say (p, what));
  static const char *const keys[] = { "to", "around", "along", "by" };
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (*field (command, keys[i]) != 0)
      {
      g_string_append_printf (out, " %s ", say (p, keys[i]));
      g_string_append_printf (out, say (p, "the %s"), noun_of (p, field (command, keys[i])));
    };
}

static void
say_camera (const mk_parser *p, GString *out, const mk_json *command)
{
  static const char *const keys[] = { "motion", "shot", "angle", "side" };
  g_string_append (out, say (p, "camera:"));
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (*field (command, keys[i]) != 0)
      g_string_append_printf (out, " %s", say (p, field (command, keys[i])));
  if (mk_json_length (mk_json_get (command, "targets")) > 0) {
    g_string_append (out, say (p, ", at "));
    say_targets (p, out, mk_json_get (command, "targets"));
  }
}

static void
say_command (const mk_parser *p, GString *out, const mk_json *command)
{
  const char *op = field (command, "op");
  if (g_str_equal (op, "add") || g_str_equal (op, "text"))
    say_thing (p, out, command);
  else if (g_str_equal (op, "animate") || g_str_equal (op, "physics"))
    say_action (p, out, command);
  else if (g_str_equal (op, "camera"))
    say_camera (p, out, command);
  else if (g_str_equal (op, "sky"))
    g_string_append_printf (out, say (p, "sky: %s"), say (p, *field (command, "kind") != 0 ? field (command, "kind") : "changed"));
  else if (g_str_equal (op, "ground"))
    g_string_append_printf (out, say (p, "ground: %s"), say (p, *field (command, "surface") != 0 ? field (command, "surface") : "coloured"));
  else if (g_str_equal (op, "light"))
    g_string_append_printf (out, say (p, "light: %s"), say (p, field (command, "kind")));
  else if (g_str_equal (op, "particles"))
    g_string_append_printf (out, say (p, "in the air: %s"), say (p, field (command, "kind")));
  else if (g_str_equal (op, "render") && *field (command, "painting") != 0)
    g_string_append_printf (out, say (p, "painted: %s"), field (command, "painting"));
  else if (g_str_equal (op, "render"))
    g_string_append (out, say (p, "how it is rendered"));
  else {
    g_string_append (out, say (p, g_str_equal (op, "material") ? "a new look for " : g_str_equal (op, "transform") ? "a new place or size for " : "without "));
    say_targets (p, out, mk_json_get (command, "targets"));
  }
}

static void
say_unknown (const mk_parser *p, GString *out)
{
  const GArray *unknown = p->out->unknown;
  for (guint i = 0; i < unknown->len && i < 8; i++) {
    const mk_unknown *word = &g_array_index (unknown, mk_unknown, i);
    g_string_append_printf (out, say (p, word->is_stand_in ? " I do not know “%s”, so a labelled stand-in takes its place" : " I did not understand “%s”"), word->word);
    for (char **near = word->suggestions; *near != NULL; near++)
      g_string_append_printf (out, "%s“%s”", near == word->suggestions ? say (p, "; did you mean ") : near[1] == NULL ? say (p, " or ") : ", ", *near);
    g_string_append (out, word->suggestions[0] != NULL ? "?" : ".");
  }
  if (unknown->len > 8)
    g_string_append_printf (out, say (p, " And %u more words."), unknown->len - 8);
}

/* "what is in the scene?" */
static void
say_scene (const mk_parser *p, GString *out)
{
  unsigned n = 0;
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    if (thing->is_removed)
      continue;
    g_string_append (out, n++ == 0 ? say (p, "There is ") : ", ");
    say_thing (p, out, thing->add);
  }
  g_string_append (out, n == 0 ? say (p, "The scene is empty.") : ".");
}

char *
mk_reply_new (const mk_parser *p)
{
  GString *out = g_string_new (NULL);
  size_t n = mk_json_length (p->out->commands);
  if (p->out->intent == MK_INTENT_ASK)
    say_scene (p, out);
  else if (p->out->intent == MK_INTENT_UNDO || p->out->intent == MK_INTENT_REDO)
    g_string_append (out, say (p, p->out->intent == MK_INTENT_UNDO ? "Undone." : "Done again."));
  else if (n == 0)
    g_string_append (out, say (p, p->out->intent == MK_INTENT_CLEAR ? "A new scene." : "I found nothing to show in that; try “a red ball bounces on grass”."));
  for (size_t i = 0; i < n && i < 24; i++) {
    size_t start = out->len;
    say_command (p, out, mk_json_at (p->out->commands, i));
    if (i == 0 && g_ascii_islower (out->str[start]))
      out->str[start] = g_ascii_toupper (out->str[start]);
    g_string_append (out, i + 1 < MIN (n, 24) ? "; " : n > 24 ? say (p, "; and more.") : ".");
  }
  for (guint i = 0; i < p->out->assumptions->len; i++)
    g_string_append_printf (out, " %s", (const char *)p->out->assumptions->pdata[i]);
  say_unknown (p, out);
  return g_string_free (out, FALSE);
}
