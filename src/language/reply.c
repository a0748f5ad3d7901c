/* What is said back: what was made, what was assumed, what was not understood. */
#include <stdlib.h>
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"
#include "scene/scene.h"

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

static const char *written (const mk_parser *p, const char *name);

static const char *
noun_of (const mk_parser *p, const char *target)
{
  size_t n = strcspn (target, "./");
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    if (strlen (thing->id) == n && strncmp (thing->id, target, n) == 0)
      return written (p, thing->noun);
  }
  return "";
}

/* A name as the language writes it: "Hund". */
static const char *
written (const mk_parser *p, const char *name)
{
  if (!mk_lexicon_nouns_are_capital (p->language->lexicon) || *name == 0)
    return name;
  g_autofree char *first = g_utf8_strup (name, g_utf8_next_char (name) - name);
  g_autofree char *whole = g_strconcat (first, g_utf8_next_char (name), NULL);
  return g_string_chunk_insert (p->texts, whole);
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
    const char *copy = strchr (target, '.'), *part = strchr (target, '/');
    if (*noun != 0 && copy != NULL) /* "the cube no. 3" */
      g_string_append_printf (out, say (p, " no. %d"), atoi (copy + 1));
    if (*noun != 0 && part != NULL)
      g_string_append_printf (out, " (%s)", written (p, mk_lexicon_part_name (p->language->lexicon, part + 1)));
  }
}

/* A relation as it is said: "to the left of". */
static const char *
say_relation (const mk_parser *p, const char *relation)
{
  static const char *const words[][2] = { { "left", "to the left of" }, { "right", "to the right of" }, { "front", "in front of" }, { "far", "far from" }, { "center", "in the middle of" }, { "held", "in the hands of" }, { "written", "on" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (g_str_equal (words[i][0], relation))
      return say (p, words[i][1]);
  return say (p, relation);
}

/* "red", "of glass", "20 m high": how a thing looks, from the fields of `add` or `material`. */
static const char *
color_word (const mk_parser *p, const mk_json *fields)
{
  const mk_json *colors = mk_json_get (fields, "colors");
  const char *hex = field (fields, "color");
  if (mk_json_length (colors) > 0) {
    g_autoptr (GString) all = g_string_new (NULL);
    for (size_t i = 0; i < mk_json_length (colors) && i < 4; i++)
      g_string_append_printf (all, "%s%s", i == 0 ? "" : i + 1 < mk_json_length (colors) ? ", " : say (p, " and "), mk_lexicon_color_name (p->language->lexicon, mk_json_get_string (mk_json_at (colors, i))));
    return g_string_chunk_insert (p->texts, all->str);
  }
  return *hex != 0 ? mk_lexicon_color_name (p->language->lexicon, hex) : "";
}

static void
say_material (const mk_parser *p, GString *out, const mk_json *fields)
{
  if (*field (fields, "material") != 0)
    g_string_append_printf (out, say (p, " of %s"), say (p, field (fields, "material")));
}

static void
say_size (const mk_parser *p, GString *out, const mk_json *fields)
{
  static const char *const words[][2] = { { "height_m", ", %g m high" }, { "width_m", ", %g m wide" }, { "length_m", ", %g m long" }, { "scale", ", %g times its size" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (mk_json_has (fields, words[i][0]))
      g_string_append_printf (out, say (p, words[i][1]), mk_json_get_real (mk_json_get (fields, words[i][0])));
  const mk_json *relative = mk_json_get (fields, "relative_size");
  if (relative != NULL)
    g_string_append_printf (out, say (p, ", %g times as big as %s"), mk_json_get_real (mk_json_get (relative, "factor")), noun_of (p, field (relative, "to")));
}

/* ", with red wheel": the looks of parts. */
static void
say_parts (const mk_parser *p, GString *out, const mk_json *parts)
{
  for (mk_json_iter i = mk_json_iterate (parts); mk_json_next (&i);) {
    const char *color = color_word (p, i.value);
    g_string_append_printf (out, say (p, ", its %s"), written (p, mk_lexicon_part_name (p->language->lexicon, i.key)));
    if (*color != 0)
      g_string_append_printf (out, " %s", color);
    say_material (p, out, i.value);
  }
}

/* Where something is that stands at nothing: " on the left". */
static const char *
say_side (const mk_parser *p, const char *relation)
{
  static const char *const words[][2] = { { "left", " on the left" }, { "right", " on the right" }, { "front", " in front" }, { "behind", " at the back" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (g_str_equal (words[i][0], relation))
      return say (p, words[i][1]);
  return say (p, " in the middle");
}

static void
say_place (const mk_parser *p, GString *out, const mk_json *place)
{
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *targets = mk_json_get (mk_json_at (place, i), "targets");
    const char *relation = field (mk_json_at (place, i), "relation");
    if (mk_json_length (targets) > 0)
      g_string_append_printf (out, "%s %s", i > 0 ? say (p, " and") : "", say_relation (p, relation));
    else
      g_string_append_printf (out, "%s%s", i > 0 ? say (p, " and") : "", say_side (p, relation));
    if (mk_json_length (targets) > 0) {
      g_string_append_c (out, ' ');
      say_targets (p, out, targets);
    }
  }
}

/* "red ball", or "pelota de color rojo" where looks follow. */
static const char *
colored_name (const mk_parser *p, const mk_json *command)
{
  const char *color = color_word (p, command), *name = written (p, field (command, "name"));
  if (*color == 0)
    return name;
  g_autoptr (GString) whole = g_string_new (NULL);
  if (mk_lexicon_adjectives_follow (p->language->lexicon) || mk_lexicon_nouns_are_capital (p->language->lexicon)) { /* where an adjective would have to agree */
    g_string_append (whole, name);
    g_string_append_printf (whole, say (p, " in %s"), color);
  }
  else
    g_string_append_printf (whole, "%s %s", color, name);
  return g_string_chunk_insert (p->texts, whole->str);
}

static const mk_thing *
thing_of (const mk_parser *p, const char *id)
{
  for (guint i = 0; i < p->things->len; i++)
    if (g_str_equal (mk_thing_at (p, (int)i)->id, id))
      return mk_thing_at (p, (int)i);
  return NULL;
}

static void
say_thing (const mk_parser *p, GString *out, const mk_json *command)
{
  int64_t count = MAX (1, mk_json_get_int (mk_json_get (command, "count")));
  const mk_thing *own = thing_of (p, field (command, "id"));
  const char *name = own != NULL && own->called != NULL && *field (command, "color") == 0 ? own->noun : colored_name (p, command), *text = field (command, "text"), *label = field (command, "label");
  if (*text != 0)
    g_string_append_printf (out, say (p, "the text “%s”"), text);
  else if (count > 1)
    g_string_append_printf (out, "%d × %s", (int)count, name);
  else
    g_string_append_printf (out, name[0] != 0 && strchr ("aeiou", name[0]) != NULL ? say (p, "an %s") : say (p, "a %s"), name);
  if (*text != 0 && *color_word (p, command) != 0)
    g_string_append_printf (out, say (p, " in %s"), color_word (p, command));
  say_material (p, out, command);
  say_size (p, out, command);
  say_parts (p, out, mk_json_get (command, "parts"));
  say_place (p, out, mk_json_get (command, "place"));
  if (*label != 0)
    g_string_append (out, say (p, " (a stand-in)"));
}

/* Whither, from when on and for how long. */
static void
say_when (const mk_parser *p, GString *out, const mk_json *command)
{
  static const char *const ways[][2] = { { "left", " to the left" }, { "right", " to the right" }, { "up", " up" }, { "down", " down" }, { "toward", " towards us" }, { "away", " away from us" }, { "forward", " forward" }, { "back", " back" } };
  for (size_t i = 0; i < MK_COUNT (ways); i++)
    if (g_str_equal (ways[i][0], field (command, "direction")))
      g_string_append (out, say (p, ways[i][1]));
  double start = mk_json_get_real (mk_json_get (command, "start_s")), lasts = mk_json_get_real (mk_json_get (command, "duration_s")), speed = mk_json_get_real (mk_json_get (command, "speed"));
  if (speed > 0 && speed != 1)
    g_string_append (out, say (p, speed > 1 ? ", fast" : ", slowly"));
  if (lasts > 0)
    g_string_append_printf (out, say (p, ", for %g s"), lasts);
  if (start > 0)
    g_string_append_printf (out, say (p, *field (command, "after") != 0 ? ", %g s later" : ", from second %g on"), start);
}

/* What somebody does to something, as a person says it: "the boy throws the ball to the girl". */
static const char *
deed_of (const mk_json *command)
{
  const char *motion = field (command, "motion");
  static const char *const verbs[][2] = { { "give", " gives " }, { "push", " pushes " }, { "pull", " pulls " } };
  for (size_t i = 0; i < MK_COUNT (verbs); i++)
    if (g_str_equal (verbs[i][0], motion))
      return verbs[i][1];
  if (g_str_equal (field (command, "scenario"), "strike"))
    return " strikes ";
  return g_str_equal (field (command, "how"), "kick") ? " kicks " : " throws ";
}

/* What leads to the goal of a motion: one climbs onto a tree, and dives into a pool. */
static const char *
way_of (const mk_json *command, const char *key)
{
  const char *motion = field (command, "motion"), *end = field (command, "end");
  if (!g_str_equal (key, "to"))
    return key;
  if (g_str_equal (motion, "dive") || g_str_equal (end, "in"))
    return "into";
  return g_str_equal (motion, "climb") || g_str_equal (end, "on") ? "onto" : key;
}

static void
say_deed (const mk_parser *p, GString *out, const mk_json *command)
{
  g_string_append_printf (out, say (p, "the %s"), noun_of (p, field (command, "by")));
  g_string_append (out, say (p, deed_of (command)));
  say_targets (p, out, mk_json_get (command, "targets"));
  if (*field (command, "to") == 0)
    return;
  if (*field (command, "end") == 0)
    g_string_append (out, say (p, " to "));
  else
    g_string_append_printf (out, " %s ", say (p, way_of (command, "to")));
  g_string_append_printf (out, say (p, "the %s"), noun_of (p, field (command, "to")));
}

static void
say_action (const mk_parser *p, GString *out, const mk_json *command)
{
  if (*noun_of (p, field (command, "by")) != 0) {
    say_deed (p, out, command);
    say_when (p, out, command);
    return;
  }
  const char *what = *field (command, "motion") != 0 ? field (command, "motion") : field (command, "scenario");
  if (g_str_equal (what, "gesture") || g_str_equal (what, "meet") || ((g_str_equal (what, "slide") || g_str_equal (what, "walk")) && *field (command, "how") != 0))
    what = field (command, "how");
  say_targets (p, out, mk_json_get (command, "targets"));
  g_string_append_printf (out, ": %s", say (p, what));
  static const char *const keys[] = { "to", "around", "along" };
  const char *often = mk_json_get_real (mk_json_get (command, "repeat")) > 0 ? "repeat" : "turns";
  if (mk_json_get_real (mk_json_get (command, often)) > 0)
    g_string_append_printf (out, say (p, " %g ×"), mk_json_get_real (mk_json_get (command, often)));
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (*field (command, keys[i]) != 0) {
      g_string_append_printf (out, " %s ", say (p, way_of (command, keys[i])));
      g_string_append_printf (out, say (p, "the %s"), noun_of (p, field (command, keys[i])));
    }
  if (mk_json_has (command, "height_m"))
    g_string_append_printf (out, say (p, ", %.2g m high"), mk_json_get_real (mk_json_get (command, "height_m")));
  say_when (p, out, command);
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
say_render (const mk_parser *p, GString *out, const mk_json *command)
{
  g_string_append (out, say (p, "rendered"));
  if (mk_json_has (command, "width"))
    g_string_append_printf (out, say (p, " as %d × %d"), (int)mk_json_get_int (mk_json_get (command, "width")), (int)mk_json_get_int (mk_json_get (command, "height")));
  if (mk_json_has (command, "fps"))
    g_string_append_printf (out, say (p, " at %d frames a second"), (int)mk_json_get_int (mk_json_get (command, "fps")));
  if (mk_json_get_real (mk_json_get (command, "seconds")) > 0)
    g_string_append_printf (out, say (p, " for %g s"), mk_json_get_real (mk_json_get (command, "seconds")));
  if (*field (command, "style") != 0)
    g_string_append_printf (out, say (p, " in the style “%s”"), say (p, field (command, "style")));
  if (*field (command, "quality") != 0)
    g_string_append_printf (out, say (p, " in %s quality"), say (p, field (command, "quality")));
}

/* What goes: things by their names; of what they did only that it is over. False for a camera, in whose place another came. */
static bool
says_removal (const mk_parser *p, GString *out, const mk_json *command)
{
  const mk_json *targets = mk_json_get (command, "targets");
  g_autoptr (mk_json) things = mk_json_new_array ();
  g_autoptr (GString) over = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    const char *target = mk_json_get_string (mk_json_at (targets, i));
    const mk_json *was = mk_commands_find_id (p->context, target);
    bool is_action = g_str_equal (field (was, "op"), "animate") || g_str_equal (field (was, "op"), "physics");
    if (is_action) {
      g_string_append (over, over->len > 0 ? ", " : "");
      say_targets (p, over, mk_json_get (was, "targets"));
      g_string_append_printf (over, ": %s", say (p, *field (was, "motion") != 0 ? field (was, "motion") : field (was, "scenario")));
    }
    else if (g_str_equal (field (was, "op"), "particles")) {
      g_string_append (over, over->len > 0 ? ", " : "");
      g_string_append_printf (over, say (p, "in the air: %s"), say (p, field (was, "kind")));
    }
    else if (!g_str_equal (field (was, "op"), "camera"))
      mk_json_append (things, mk_json_new_string (target));
  }
  if (mk_json_length (things) > 0) {
    g_string_append (out, say (p, "without "));
    say_targets (p, out, things);
  }
  else if (over->len > 0)
    g_string_append_printf (out, say (p, "no longer: %s"), over->str);
  return mk_json_length (things) > 0 || over->len > 0;
}

static void
say_change (const mk_parser *p, GString *out, const char *op, const mk_json *command)
{
  bool is_look = g_str_equal (op, "material");
  g_string_append (out, say (p, is_look ? "a new look for " : "a new place or size for "));
  say_targets (p, out, mk_json_get (command, "targets"));
  if (is_look && *color_word (p, command) != 0)
    g_string_append_printf (out, ": %s", color_word (p, command));
  for (size_t axis = 0; axis < mk_json_length (mk_json_get (command, "rotate")); axis++)
    if (mk_json_get_real (mk_json_at (mk_json_get (command, "rotate"), axis)) != 0)
      g_string_append_printf (out, say (p, ", turned by %g°"), mk_json_get_real (mk_json_at (mk_json_get (command, "rotate"), axis)));
  if (!is_look)
    say_size (p, out, command);
  say_material (p, out, command);
  say_place (p, out, mk_json_get (command, "place"));
}

/* False when there is nothing to say of it. */
static bool
say_command (const mk_parser *p, GString *out, const mk_json *command)
{
  const char *op = field (command, "op");
  if (mk_json_length (command) == 3 && mk_json_has (command, "name") && mk_json_has (command, "id")) /* it got a name, which is told elsewhere */
    return false;
  if (g_str_equal (op, "add") || g_str_equal (op, "text"))
    say_thing (p, out, command);
  else if (g_str_equal (op, "animate") || g_str_equal (op, "physics"))
    say_action (p, out, command);
  else if (g_str_equal (op, "camera"))
    say_camera (p, out, command);
  else if (g_str_equal (op, "sky"))
    g_string_append_printf (out, say (p, "sky: %s"), *field (command, "color") != 0 ? color_word (p, command) : say (p, *field (command, "kind") != 0 ? field (command, "kind") : "changed"));
  else if (g_str_equal (op, "ground"))
    g_string_append_printf (out, say (p, "ground: %s"), *field (command, "color") != 0 && *field (command, "surface") == 0 ? color_word (p, command) : say (p, *field (command, "surface") != 0 ? field (command, "surface") : "changed"));
  else if (g_str_equal (op, "light"))
    g_string_append_printf (out, say (p, "light: %s"), say (p, field (command, "kind")));
  else if (g_str_equal (op, "particles"))
    g_string_append_printf (out, say (p, "in the air: %s"), say (p, field (command, "kind")));
  else if (g_str_equal (op, "render") && *field (command, "painting") != 0)
    g_string_append_printf (out, say (p, "painted: %s"), field (command, "painting"));
  else if (g_str_equal (op, "render"))
    say_render (p, out, command);
  else if (g_str_equal (op, "remove"))
    return says_removal (p, out, command);
  else
    say_change (p, out, op, command);
  return true;
}

static void
say_unknown (const mk_parser *p, GString *out)
{
  const GArray *unknown = p->out->unknown;
  for (guint i = 0; i < unknown->len && i < 8; i++) {
    const mk_unknown *word = &g_array_index (unknown, mk_unknown, i);
    g_string_append_printf (out, say (p, word->is_stand_in ? " I do not know “%s”, so a labelled stand-in takes its place" : " I did not understand “%s”"), word->word);
    for (char **near = word->suggestions; *near != NULL; near++)
    {
      g_string_append (out, near == word->suggestions ? say (p, "; did you mean ") : near[1] == NULL ? say (p, " or ") : ", ");
      g_string_append_printf (out, say (p, "“%s”"), *near);
    }
    g_string_append (out, word->suggestions[0] != NULL ? "?" : ".");
  }
  if (unknown->len > 8)
    g_string_append_printf (out, say (p, " And %u more words."), unknown->len - 8);
}

/* What those that are asked for do: "; the dog: run to the house". */
static void
say_actions (const mk_parser *p, GString *out)
{
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i), *targets = mk_json_get (command, "targets");
    bool is_action = g_str_equal (field (command, "op"), "animate") || g_str_equal (field (command, "op"), "physics"), is_asked = p->asked.n == 0;
    for (unsigned k = 0; k < p->asked.n; k++)
      is_asked |= mk_json_has_text (targets, mk_thing_at (p, p->asked.thing[k])->id) || g_str_equal (field (command, "by"), mk_thing_at (p, p->asked.thing[k])->id);
    if (!is_action || !is_asked)
      continue;
    g_string_append (out, mk_json_has (command, "after") ? say (p, "; then ") : "; ");
    say_action (p, out, command);
  }
}

/* "how long is the film?" */
static void
say_film (const mk_parser *p, GString *out)
{
  double seconds = mk_json_get_real (mk_json_get (mk_commands_find (p->context, "render"), "seconds"));
  if (seconds > 0)
    g_string_append_printf (out, say (p, "The film lasts %g s."), seconds);
  else
    g_string_append_printf (out, say (p, "Nobody said how long the film is; it lasts as long as what happens, and at least %d s."), MK_USUAL_FILM_S);
}

/* "what did you change?", "what does the camera do?": the latest of the context, or its camera; false when there is none. */
static bool
say_latest (const mk_parser *p, GString *out)
{
  g_autoptr (GString) said = g_string_new (NULL);
  for (size_t i = mk_json_length (p->context); i > 0 && said->len == 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1);
    if (!p->asks_for_camera || g_str_equal (field (command, "op"), "camera"))
      say_command (p, said, command);
  }
  if (said->len == 0 && p->asks_for_camera)
    g_string_append (out, say (p, "Nobody said what the camera does; it stands still and sees all there is."));
  if (said->len > 0) {
    g_string_append_printf (out, say (p, p->asks_for_camera ? "%s." : "The latest change: %s."), said->str);
    out->str[0] = g_ascii_toupper (out->str[0]);
  }
  return out->len > 0;
}

/* "what is in the scene?" */
static void
say_scene (const mk_parser *p, GString *out)
{
  unsigned n = 0;
  if ((p->asks_for_change || p->asks_for_camera) && p->context != NULL && say_latest (p, out))
    return;
  if (p->asks_for_film && p->context != NULL) {
    say_film (p, out);
    return;
  }
  if (p->asks_for_place && p->asked.n == 0) {
    g_string_append (out, say (p, "Nothing was put there."));
    return;
  }
  if (p->asked_for != NULL && p->asked.n == 0) {
    g_string_append_printf (out, say (p, "There is no “%s” in the scene."), written (p, p->asked_for));
    return;
  }
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    mk_refs one = { .thing = { (int)i }, .n = 1 };
    if (thing->is_removed || (p->asked.n > 0 && !mk_refs_meet (&p->asked, &one)))
      continue;
    g_string_append (out, n++ > 0 ? ", " : say (p, thing->count > 1 ? "There are " : "There is "));
    say_thing (p, out, thing->add);
  }
  if (n == 0) {
    g_string_append (out, say (p, "The scene is empty; say what is to be seen in it, as “a red ball bounces on grass”."));
    return;
  }
  size_t before = out->len;
  say_actions (p, out);
  g_string_append (out, out->len == before && p->asks_for_motion ? say (p, "; nothing moves.") : ".");
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
  size_t first = out->len;
  for (size_t i = 0; i < n && i < 24; i++) {
    size_t start = out->len;
    const mk_json *command = mk_json_at (p->out->commands, i);
    if (start > first)
      g_string_append (out, mk_json_has (command, "after") ? say (p, "; then ") : mk_json_has (command, "with") ? say (p, "; meanwhile ") : "; ");
    if (!say_command (p, out, command))
      g_string_truncate (out, start);
  }
  if (out->len > first) {
    out->str[first] = g_ascii_toupper (out->str[first]);
    g_string_append (out, n > 24 ? say (p, "; and more.") : ".");
  }
  for (guint i = 0; i < p->out->assumptions->len; i++)
    g_string_append_printf (out, " %s", (const char *)p->out->assumptions->pdata[i]);
  say_unknown (p, out);
  return g_string_free (out, FALSE);
}
