/* What is said back: what was made, what was assumed, what was not understood. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"
#include "language/reply_private.h"
#include "language/reply_words.h"
#include "scene/scene.h"

static const mk_thing *
thing_of (const mk_parser *p, const char *target)
{
  int thing = mk_thing_find (p, target);
  return thing >= 0 ? mk_thing_at (p, thing) : NULL;
}

static const char *
noun_of (const mk_parser *p, const char *target)
{
  const mk_thing *thing = thing_of (p, target);
  return thing != NULL ? thing->noun : "";
}

/* How many parts of that name a thing has, at least one. */
static int64_t
count_parts (const mk_thing *thing, const char *part)
{
  int64_t n = 0;
  for (const char *const *i = thing->info != NULL ? thing->info->parts : NULL; i != NULL && *i != NULL; i++) {
    const char *end = g_str_has_suffix (*i, part) ? *i + strlen (*i) - strlen (part) : NULL;
    n += end != NULL && (end == *i || end[-1] == ' ');
  }
  return MAX (n, 1);
}

/* What somebody called it, as written; "" = nobody did. */
static const char *
name_of (const mk_parser *p, const mk_thing *thing)
{
  const char *name = thing->called != NULL ? mk_reply_field (thing->add, "name") : "";
  for (size_t i = 0; i < mk_json_length (p->out->commands) && thing->called != NULL; i++) { /* just now */
    const mk_json *command = mk_json_at (p->out->commands, i);
    if (g_str_equal (mk_reply_field (command, "id"), thing->id) && mk_json_has (command, "name"))
      name = mk_reply_field (command, "name");
  }
  return name;
}

void
mk_say_target (const mk_parser *p, GString *out, const char *target, const char *grammatical_case, const char *preposition)
{
  const mk_thing *thing = thing_of (p, target);
  const char *copy = strchr (target, '.'), *part = strchr (target, '/');
  if (thing == NULL) {
    g_string_append_printf (out, "%s%s%s", preposition, *preposition != 0 ? " " : "", target);
    return;
  }
  if (part != NULL) {
    mk_say_noun (p, out, &(mk_noun){ mk_lexicon_part_name (p->language->lexicon, part + 1), "", count_parts (thing, part + 1), true }, grammatical_case, preposition);
    g_string_append_c (out, ' ');
    grammatical_case = mk_case_of (p, "of");
    preposition = g_str_equal (grammatical_case, MK_GENITIVE) ? "" : mk_reply_say (p, "of");
  }
  const char *name = copy == NULL ? name_of (p, thing) : "";
  if (*name != 0) {
    g_string_append_printf (out, "%s%s%s", preposition, *preposition != 0 ? " " : "", name);
    return;
  }
  const char *color = mk_telling_color (p, thing, copy != NULL ? (unsigned)atoi (copy + 1) : 0);
  mk_say_noun (p, out, &(mk_noun){ thing->noun, color, copy != NULL ? 1 : thing->count, true, .is_as_written = thing->info == NULL }, grammatical_case, preposition);
  if (copy != NULL && *color == 0) /* "the cube no. 3" */
    g_string_append_printf (out, mk_reply_say (p, " no. %d"), atoi (copy + 1));
}

enum { SHORTEST_RUN = 3 };

/* Where the copies of one thing that follow each other from the i-th target on end: "a.3", "a.4", "a.5". */
static size_t
end_of_run (const mk_parser *p, const mk_json *targets, size_t i)
{
  const char *first = mk_json_get_string (mk_json_at (targets, i));
  const mk_thing *thing = thing_of (p, first);
  unsigned copy = thing != NULL ? mk_copy_of (thing, first) : 0;
  size_t end = i + 1;
  while (copy > 0 && end < mk_json_length (targets) && mk_copy_of (thing, mk_json_get_string (mk_json_at (targets, end))) == copy + (end - i))
    end++;
  bool is_told_by_color = copy > 0 && *mk_telling_color (p, thing, copy) != 0;
  return end - i >= SHORTEST_RUN && !is_told_by_color ? end : i + 1;
}

/* "the trees no. 21 to 40" */
static void
say_run (const mk_parser *p, GString *out, const mk_json *targets, size_t from, size_t to, const char *grammatical_case, const char *preposition)
{
  const char *first = mk_json_get_string (mk_json_at (targets, from));
  const mk_thing *thing = thing_of (p, first);
  mk_say_noun (p, out, &(mk_noun){ thing->noun, "", (int)(to - from), true, .is_as_written = thing->info == NULL }, grammatical_case, preposition);
  g_string_append_printf (out, mk_reply_say (p, " no. %d to %d"), (int)mk_copy_of (thing, first), (int)mk_copy_of (thing, mk_json_get_string (mk_json_at (targets, to - 1))));
}

static void
say_targets (const mk_parser *p, GString *out, const mk_json *targets, const char *grammatical_case, const char *preposition)
{
  size_t n = mk_json_length (targets);
  if (n == 0)
    g_string_append_printf (out, "%s%s%s", preposition, *preposition != 0 ? " " : "", mk_reply_say (p, "everything"));
  for (size_t i = 0, end = 0; i < n; i = end) {
    end = end_of_run (p, targets, i);
    g_string_append (out, i == 0 ? "" : end < n ? ", " : mk_reply_say (p, " and "));
    if (end > i + 1)
      say_run (p, out, targets, i, end, grammatical_case, i == 0 ? preposition : "");
    else
      mk_say_target (p, out, mk_json_get_string (mk_json_at (targets, i)), grammatical_case, i == 0 ? preposition : "");
  }
}

/* Whether what a command speaks of are several, as verbs ask. */
static bool
are_many (const mk_parser *p, const mk_json *targets)
{
  const char *first = mk_json_get_string (mk_json_at (targets, 0));
  const mk_thing *thing = thing_of (p, first);
  const char *part = strchr (first, '/');
  if (thing != NULL && part != NULL && count_parts (thing, part + 1) > 1)
    return true;
  bool is_pair = thing != NULL && part == NULL && mk_noun_is_always_many (p, thing->noun);
  return is_pair || mk_json_length (targets) > 1 || (thing != NULL && thing->count > 1 && strchr (first, '.') == NULL && !mk_noun_is_company (p, thing->noun));
}

/* "red", "of glass", "20 m high": how a thing looks, from the fields of `add` or `material`. */
static const char *
color_word (const mk_parser *p, const mk_json *fields)
{
  const mk_json *colors = mk_json_get (fields, "colors");
  const char *hex = mk_reply_field (fields, "color");
  if (mk_json_length (colors) > 0) {
    g_autoptr (GString) all = g_string_new (NULL);
    for (size_t i = 0; i < mk_json_length (colors) && i < 4; i++)
      g_string_append_printf (all, "%s%s", i == 0 ? "" : i + 1 < mk_json_length (colors) ? ", " : mk_reply_say (p, " and "), mk_lexicon_color_name (p->language->lexicon, mk_json_get_string (mk_json_at (colors, i))));
    return g_string_chunk_insert (p->texts, all->str);
  }
  const char *first = *hex != 0 ? mk_lexicon_color_name (p->language->lexicon, hex) : "", *second = mk_reply_field (fields, "second_color");
  if (*second == 0 || *hex == 0)
    return first;
  g_autofree char *both = g_strconcat (first, mk_reply_say (p, " and "), mk_lexicon_color_name (p->language->lexicon, second), NULL);
  return g_string_chunk_insert (p->texts, both);
}

static void
say_material (const mk_parser *p, GString *out, const mk_json *fields)
{
  if (*mk_reply_field (fields, "material") != 0)
    g_string_append_printf (out, mk_reply_say (p, " of %s"), mk_reply_say (p, mk_reply_field (fields, "material")));
}

static void
say_size (const mk_parser *p, GString *out, const mk_json *fields)
{
  static const char *const words[][2] = { { "height_m", ", %g m high" }, { "width_m", ", %g m wide" }, { "length_m", ", %g m long" }, { "scale", ", %g times its size" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (mk_json_has (fields, words[i][0]))
      g_string_append_printf (out, mk_reply_say (p, words[i][1]), mk_json_get_real (mk_json_get (fields, words[i][0])));
  const mk_json *relative = mk_json_get (fields, "relative_size");
  if (relative != NULL)
  {
    g_autoptr (GString) to = g_string_new (NULL);
    mk_say_target (p, to, mk_reply_field (relative, "to"), MK_NOMINATIVE, "");
    if (mk_json_get_real (mk_json_get (relative, "factor")) == 1)
      g_string_append_printf (out, mk_reply_say (p, ", as big as %s"), to->str);
    else
      g_string_append_printf (out, mk_reply_say (p, ", %g times as big as %s"), mk_json_get_real (mk_json_get (relative, "factor")), to->str);
  }
}

/* " with red wheels": the looks of parts. */
static void
say_parts (const mk_parser *p, GString *out, const mk_thing *thing, const mk_json *parts)
{
  const mk_json *world = mk_lexicon_world (p->language->lexicon), *mass = mk_json_get (world, "mass_parts"), *leads = mk_json_get (world, "led_parts");
  size_t n = 0;
  for (mk_json_iter i = mk_json_iterate (parts); mk_json_next (&i);) {
    const char *lead = mk_json_get_string (mk_json_get (leads, i.key)), *own = mk_lexicon_part_name (p->language->lexicon, i.key);
    if (*lead != 0 && mk_json_equal (mk_json_get (parts, lead), i.value)) /* brows are as the hair is */
      continue;
    bool is_mass = mk_json_has_text (mass, i.key);
    g_string_append (out, n > 0 ? mk_reply_say (p, " and ") : " ");
    mk_say_noun (p, out, &(mk_noun){ g_str_equal (own, i.key) ? mk_reply_say (p, i.key) : own, color_word (p, i.value), is_mass ? 2 : thing != NULL ? count_parts (thing, i.key) : 1, false, true }, MK_DATIVE, n == 0 ? mk_reply_say (p, "with") : "");
    say_material (p, out, i.value);
    n++;
  }
}

/* Where something is that stands at nothing: " on the left". */
static void
say_place (const mk_parser *p, GString *out, const mk_thing *own, const mk_json *place)
{
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *targets = mk_json_get (mk_json_at (place, i), "targets");
    const char *relation = mk_reply_field (mk_json_at (place, i), "relation");
    g_string_append (out, i > 0 ? mk_reply_say (p, " and") : "");
    if (mk_json_length (targets) == 0) {
      g_string_append (out, mk_say_side (p, relation));
      continue;
    }
    g_string_append_c (out, ' ');
    say_targets (p, out, targets, mk_case_of (p, relation), mk_say_relation (p, relation, own, mk_json_length (targets) > 0 ? thing_of (p, mk_json_get_string (mk_json_at (targets, 0))) : NULL));
  }
}

bool
mk_makes_thing (const mk_json *command)
{
  return g_str_equal (mk_reply_field (command, "op"), "add") || g_str_equal (mk_reply_field (command, "op"), "text");
}

void
mk_say_thing (const mk_parser *p, GString *out, const mk_json *command)
{
  const mk_thing *own = thing_of (p, mk_reply_field (command, "id"));
  const char *text = mk_reply_field (command, "text"), *label = mk_reply_field (command, "label"), *color = color_word (p, command);
  if (*text != 0) {
    g_string_append_printf (out, mk_reply_say (p, "the text “%s”"), text);
    if (*color != 0)
      g_string_append_printf (out, mk_reply_say (p, " in %s"), color);
  }
  else {
    const char *name = mk_reply_field (command, "name");
    bool is_unheard_of = *label != 0 && mk_lexicon_find (p->language->lexicon, name) == NULL;
    mk_say_noun (p, out, &(mk_noun){ own != NULL && own->called != NULL ? own->noun : name, color, MAX (1, mk_json_get_int (mk_json_get (command, "count"))), false, .is_as_written = is_unheard_of }, MK_ACCUSATIVE, "");
  }
  say_material (p, out, command);
  g_autoptr (GString) size = g_string_new (NULL);
  say_size (p, size, command);
  if (mk_json_has (command, "scales"))
    g_string_append (out, mk_reply_say (p, " of different sizes"));
  if (size->len > 0) /* beside what comes next, and not part of a list */
    g_string_append_printf (out, " (%s)", size->str + strspn (size->str, ", "));
  say_parts (p, out, thing_of (p, mk_reply_field (command, "id")), mk_json_get (command, "parts"));
  say_place (p, out, own, mk_json_get (command, "place"));
  const char *facing = mk_reply_field (command, "facing");
  bool is_inward = g_str_equal (facing, "inward");
  if (is_inward || g_str_equal (facing, "outward"))
    g_string_append (out, mk_reply_say (p, is_inward ? " facing each other" : " facing outward"));
  for (mk_json_iter i = mk_json_iterate (mk_json_get (command, "params")); mk_json_next (&i);)
    if (mk_json_get_kind (i.value) == MK_JSON_STRING && own != NULL && own->command < 0) /* "it is now a tree: autumn" */
      g_string_append_printf (out, ": %s", mk_reply_say (p, mk_json_get_string (i.value)));
  if (*label != 0)
    g_string_append (out, mk_reply_say (p, " (a stand-in)"));
}

/* Whither, from when on and for how long. */
static void
say_when (const mk_parser *p, GString *out, const mk_json *command)
{
  static const char *const ways[][2] = { { "left", " to the left" }, { "right", " to the right" }, { "up", " up" }, { "down", " down" }, { "toward", " towards us" }, { "away", " away from us" }, { "forward", " forward" }, { "back", " back" } };
  for (size_t i = 0; i < MK_COUNT (ways); i++)
    if (g_str_equal (ways[i][0], mk_reply_field (command, "direction")))
      g_string_append (out, mk_reply_say (p, ways[i][1]));
  double start = mk_json_get_real (mk_json_get (command, "start_s")), lasts = mk_json_get_real (mk_json_get (command, "duration_s")), speed = mk_json_get_real (mk_json_get (command, "speed"));
  if (speed > 0 && speed != 1)
    g_string_append (out, mk_reply_say (p, speed > 1 ? ", fast" : ", slowly"));
  if (lasts > 0)
    g_string_append_printf (out, mk_reply_say (p, ", for %g s"), lasts);
  if (start > 0)
    g_string_append_printf (out, mk_reply_say (p, *mk_reply_field (command, "after") != 0 ? ", %g s later" : ", from second %g on"), start);
}

/* What somebody does to something, as a person says it: "the boy throws the ball to the girl". */
/* Of one and of several. */
static const char *
deed_of (const mk_json *command, bool is_several)
{
  static const char *const verbs[][3] = { { "give", " gives ", " give " }, { "push", " pushes ", " push " }, { "pull", " pulls ", " pull " }, { "strike", " strikes ", " strike " }, { "kick", " kicks ", " kick " } };
  static const char *const fields[] = { "motion", "scenario", "how" };
  for (size_t k = 0; k < MK_COUNT (fields); k++)
    for (size_t i = 0; i < MK_COUNT (verbs); i++)
      if (g_str_equal (verbs[i][0], mk_reply_field (command, fields[k])))
        return verbs[i][is_several ? 2 : 1];
  return is_several ? " throw " : " throws ";
}

/* What leads to the goal of a motion: one climbs onto a tree, and dives into a pool. */
static const char *
way_of (const mk_json *command, const char *key)
{
  const char *motion = mk_reply_field (command, "motion"), *end = mk_reply_field (command, "end");
  static const char *const direct[] = { "follow", "hug", "meet", NULL };
  if (g_str_equal (key, "along") && mk_json_has (command, "distance_m"))
    return "through"; /* what has a length of its own is no way to go along */
  if (g_str_equal (key, "from"))
    return "off";
  if (!g_str_equal (key, "to"))
    return key;
  if (g_strv_contains (direct, motion))
    return "";
  if (g_str_equal (motion, "dive") || g_str_equal (end, "in"))
    return "into";
  static const char *const aimed[] = { "bark", "breathe-fire", "howl", "roar", NULL };
  if (g_str_equal (motion, "look-at") || g_str_equal (motion, "point") || g_strv_contains (aimed, mk_reply_field (command, "how")))
    return "at";
  if (g_str_equal (motion, "fight") || g_str_equal (motion, "dance"))
    return "with";
  if (g_str_equal (end, "over") || g_str_equal (end, "off"))
    return end;
  if (g_str_equal (motion, "sit"))
    return "on";
  return g_str_equal (motion, "climb") || g_str_equal (end, "on") ? "onto" : key;
}

/* " around the castle": what a way leads to, in the case that it asks for. */
static void
say_way (const mk_parser *p, GString *out, const mk_json *command, const char *key)
{
  const char *way = way_of (command, key);
  const mk_thing *whom = thing_of (p, mk_reply_field (command, key));
  const char *to_whom = *way == 0 && whom != NULL && mk_thing_is_living (whom) ? mk_lexicon_word_rule (p->language->lexicon, "before_object", "living") : NULL; /* "sigue al gato" */
  g_autofree char *role = *way != 0 ? g_strdup (way) : g_strconcat (" ", mk_reply_field (command, "motion"), NULL); /* what is done to somebody */
  g_string_append_c (out, ' ');
  mk_say_target (p, out, mk_reply_field (command, key), *way == 0 && g_str_equal (mk_case_of (p, role), MK_DATIVE) && !g_str_equal (role, " follow") ? MK_ACCUSATIVE : mk_case_of (p, role), to_whom != NULL ? to_whom : *way != 0 ? mk_reply_say (p, way) : "");
}

static void
say_deed (const mk_parser *p, GString *out, const mk_json *command)
{
  const mk_thing *who = thing_of (p, mk_reply_field (command, "by"));
  mk_say_target (p, out, mk_reply_field (command, "by"), MK_NOMINATIVE, "");
  g_string_append (out, mk_reply_say (p, deed_of (command, who != NULL && who->count > 1 && g_str_equal (who->id, mk_reply_field (command, "by")))));
  say_targets (p, out, mk_json_get (command, "targets"), MK_ACCUSATIVE, "");
  if (*mk_reply_field (command, "to") == 0)
    return;
  g_string_append_c (out, ' ');
  const char *way = *mk_reply_field (command, "end") == 0 ? g_str_equal (mk_reply_field (command, "motion"), "give") ? "given to" : "to" : way_of (command, "to");
  mk_say_target (p, out, mk_reply_field (command, "to"), mk_case_of (p, way), mk_reply_say (p, g_str_equal (way, "to") ? "sent to" : way));
}

static void
say_often (const mk_parser *p, GString *out, const mk_json *command)
{
  double often = mk_json_get_real (mk_json_get (command, "repeat"));
  often = often > 0 ? often : mk_json_get_real (mk_json_get (command, "turns"));
  if (often == 1)
    g_string_append (out, mk_reply_say (p, " once"));
  else if (often > 0)
    g_string_append_printf (out, mk_reply_say (p, " %g times"), often);
}

/* "the dog runs to the house": whom it is about, what they do, whither and when. */
void
mk_say_action (const mk_parser *p, GString *out, const mk_json *command)
{
  if (*noun_of (p, mk_reply_field (command, "by")) != 0) {
    say_deed (p, out, command);
    say_when (p, out, command);
    return;
  }
  const char *what = *mk_reply_field (command, "motion") != 0 ? mk_reply_field (command, "motion") : mk_reply_field (command, "scenario");
  static const char *const said_by_how[] = { "gesture", "meet", "slide", "walk", "fly", "path", NULL };
  bool stops = g_str_equal (what, "drive") && !mk_json_has (command, "to"); /* "the car brakes", and "drives to the traffic light" */
  if ((stops || g_strv_contains (said_by_how, what)) && *mk_reply_field (command, "how") != 0)
    what = mk_reply_field (command, "how");
  bool falls_off = g_str_equal (what, "topple") && mk_json_has (command, "from");
  what = falls_off ? "fall" : what;
  const mk_json *targets = mk_json_get (command, "targets");
  const char *verb = mk_say_verb (p, what, are_many (p, targets));
  say_targets (p, out, targets, MK_NOMINATIVE, "");
  if (verb != NULL)
    g_string_append_printf (out, " %s", verb);
  else
    g_string_append_printf (out, ": %s", mk_reply_say (p, what));
  say_often (p, out, command);
  static const char *const keys[] = { "to", "around", "along", "from" };
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (*mk_reply_field (command, keys[i]) != 0 && (falls_off || !g_str_equal (keys[i], "from")))
      say_way (p, out, command, keys[i]);
  if (mk_json_has (command, "height_m"))
    g_string_append_printf (out, mk_reply_say (p, ", %.2g m high"), mk_json_get_real (mk_json_get (command, "height_m")));
  say_when (p, out, command);
}

static void
say_camera (const mk_parser *p, GString *out, const mk_json *command)
{
  static const char *const keys[] = { "motion", "shot", "angle", "side" };
  g_string_append (out, mk_reply_say (p, "camera:"));
  gsize start = out->len;
  if (mk_json_has (command, "lens_mm"))
    g_string_append_printf (out, " %g mm", mk_json_get_real (mk_json_get (command, "lens_mm")));
  if (mk_json_has (command, "f_stop"))
    g_string_append_printf (out, " f/%g", mk_json_get_real (mk_json_get (command, "f_stop")));
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (*mk_reply_field (command, keys[i]) != 0)
      g_string_append_printf (out, " %s", mk_reply_say (p, mk_reply_field (command, keys[i])));
  if (mk_json_length (mk_json_get (command, "targets")) > 0) {
    g_string_append (out, out->len > start ? ", " : " ");
    say_targets (p, out, mk_json_get (command, "targets"), MK_ACCUSATIVE, mk_reply_say (p, "at"));
  }
  say_when (p, out, command);
}

static void
say_render (const mk_parser *p, GString *out, const mk_json *command)
{
  g_string_append (out, mk_reply_say (p, mk_json_get_bool (mk_json_get (command, "still")) ? "one picture" : "rendered"));
  if (mk_json_has (command, "width"))
    g_string_append_printf (out, mk_reply_say (p, " as %d × %d"), (int)mk_json_get_int (mk_json_get (command, "width")), (int)mk_json_get_int (mk_json_get (command, "height")));
  if (mk_json_has (command, "fps"))
    g_string_append_printf (out, mk_reply_say (p, " at %d frames a second"), (int)mk_json_get_int (mk_json_get (command, "fps")));
  if (mk_json_get_real (mk_json_get (command, "seconds")) > 0)
    g_string_append_printf (out, mk_reply_say (p, " for %g s"), mk_json_get_real (mk_json_get (command, "seconds")));
  if (*mk_reply_field (command, "style") != 0)
    g_string_append_printf (out, mk_reply_say (p, " in the style “%s”"), mk_reply_say (p, mk_reply_field (command, "style")));
  if (*mk_reply_field (command, "quality") != 0)
    g_string_append_printf (out, mk_reply_say (p, " in %s quality"), mk_reply_say (p, mk_reply_field (command, "quality")));
}

/* What goes: things by their names; of what they did only that it is over. False for a camera, in whose place another came. */
static bool
says_removal (const mk_parser *p, GString *out, const mk_json *command)
{
  const mk_json *targets = mk_json_get (command, "targets");
  g_autoptr (mk_json) things = mk_json_new_array ();
  g_autoptr (GString) over = g_string_new (NULL), air = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    const char *target = mk_json_get_string (mk_json_at (targets, i));
    const mk_json *was = mk_commands_find_id (p->context, target);
    bool is_action = g_str_equal (mk_reply_field (was, "op"), "animate") || g_str_equal (mk_reply_field (was, "op"), "physics");
    if (is_action) {
      g_string_append (over, over->len > 0 ? ", " : "");
      mk_say_action (p, over, was);
    }
    else if (g_str_equal (mk_reply_field (was, "op"), "particles"))
      g_string_append_printf (air, "%s%s", air->len > 0 ? ", " : "", mk_reply_say (p, mk_reply_field (was, "kind")));
    else if (!g_str_equal (mk_reply_field (was, "op"), "camera"))
      mk_json_append (things, mk_json_new_string (target));
  }
  if (mk_json_length (things) > 0) {
    g_autoptr (GString) gone = g_string_new (NULL);
    say_targets (p, gone, things, MK_ACCUSATIVE, "");
    g_string_append_printf (out, mk_reply_say (p, "I removed %s"), gone->str);
  }
  else if (over->len > 0)
    g_string_append_printf (out, mk_reply_say (p, "no longer: %s"), over->str);
  else if (air->len > 0)
    g_string_append_printf (out, mk_reply_say (p, "no longer in the air: %s"), air->str);
  return mk_json_length (things) > 0 || over->len > 0 || air->len > 0;
}

/* "the dragon is now pink", "the bottle is now 1.5 times as big". */
static void
say_now (const mk_parser *p, GString *out, const mk_json *targets, const char *one, const char *many, const char *how)
{
  g_autoptr (GString) whom = g_string_new (NULL);
  say_targets (p, whom, targets, MK_NOMINATIVE, "");
  g_string_append_printf (out, mk_reply_say (p, are_many (p, targets) ? many : one), whom->str, how);
}

/* "the scarf of the man": of each its part. */
static mk_json *
parts_of (const mk_json *targets, const char *part)
{
  if (*part == 0)
    return mk_json_ref ((mk_json *)targets);
  mk_json *parts = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autofree char *one = g_strdup_printf ("%s/%s", mk_json_get_string (mk_json_at (targets, i)), part);
    mk_json_append (parts, mk_json_new_string (one));
  }
  return parts;
}

static void
say_look (const mk_parser *p, GString *out, const mk_json *command)
{
  g_autoptr (GString) how = g_string_new (NULL);
  const char *color = color_word (p, command);
  if (*color != 0 && mk_lexicon_adjectives_follow (p->language->lexicon))
    g_string_append_printf (how, mk_reply_say (p, " in %s"), color);
  else if (*color != 0)
    g_string_append_printf (how, " %s", color);
  g_string_append (how, *color != 0 && *mk_reply_field (command, "material") != 0 ? mk_reply_say (p, " and") : "");
  say_material (p, how, command);
  if (mk_json_has (command, "shade"))
    g_string_append (how, mk_reply_say (p, mk_json_get_real (mk_json_get (command, "shade")) < 1 ? " darker" : " lighter"));
  g_autoptr (mk_json) parts = parts_of (mk_json_get (command, "targets"), mk_reply_field (command, "part"));
  if (how->len > 0)
    say_now (p, out, parts, "%s is now%s", "%s are now%s", how->str);
  else
    say_now (p, out, parts, "%s looks different now%s", "%s look different now%s", "");
}

/* " to the left" and how far, from the vector of a move. */
static void
say_move (const mk_parser *p, GString *out, const mk_json *command)
{
  static const char *const ways[][2] = { { " to the left", " to the right" }, { " down", " up" }, { " away from us", " towards us" } };
  for (size_t axis = 0; axis < 3; axis++) {
    double by = mk_json_get_real (mk_json_at (mk_json_get (command, "move"), axis));
    g_autoptr (GString) how = g_string_new (NULL);
    g_string_append_printf (how, " %g m%s", by < 0 ? -by : by, mk_reply_say (p, ways[axis][by > 0]));
    if (by != 0)
      say_now (p, out, mk_json_get (command, "targets"), "%s is moved by%s", "%s are moved by%s", how->str);
  }
}

static void
say_change (const mk_parser *p, GString *out, const mk_json *command)
{
  const mk_json *targets = mk_json_get (command, "targets"), *turn = mk_json_get (command, "rotate");
  g_autoptr (GString) size = g_string_new (NULL), place = g_string_new (NULL);
  size_t start = out->len;
  if (mk_json_has (command, "scale"))
    g_string_append_printf (size, mk_reply_say (p, " %g times as big"), mk_json_get_real (mk_json_get (command, "scale")));
  else
    say_size (p, size, command);
  if (size->len > 0)
    say_now (p, out, targets, "%s is now%s", "%s are now%s", size->str[0] == ',' ? size->str + 1 : size->str);
  say_place (p, place, thing_of (p, mk_json_get_string (mk_json_at (targets, 0))), mk_json_get (command, "place"));
  if (place->len > 0)
    say_now (p, out, targets, "%s stands now%s", "%s stand now%s", place->str);
  say_move (p, out, command);
  for (size_t axis = 0; axis < mk_json_length (turn); axis++)
    if (mk_json_get_real (mk_json_at (turn, axis)) != 0) {
      g_autofree char *degrees = g_strdup_printf (" %g°", mk_json_get_real (mk_json_at (turn, axis)));
      say_now (p, out, targets, "%s is turned by%s", "%s are turned by%s", degrees);
    }
  if (out->len == start)
    say_now (p, out, targets, "%s has changed its place%s", "%s have changed their place%s", "");
}

/* It got a name, which is told elsewhere. */
static bool
is_naming (const mk_json *command)
{
  return mk_json_length (command) == 3 && mk_json_has (command, "name") && mk_json_has (command, "id");
}

/* False when there is nothing to say of it. */
bool
mk_say_command (const mk_parser *p, GString *out, const mk_json *command)
{
  const char *op = mk_reply_field (command, "op");
  if (g_str_equal (op, "animate") || g_str_equal (op, "physics"))
    mk_say_action (p, out, command);
  else if (g_str_equal (op, "camera"))
    say_camera (p, out, command);
  else if (g_str_equal (op, "sky") && mk_json_has (command, "brightness") && *mk_reply_field (command, "kind") == 0)
    g_string_append_printf (out, mk_reply_say (p, "light: %g times as bright as usual"), mk_json_get_real (mk_json_get (command, "brightness")));
  else if (g_str_equal (op, "sky") && mk_json_has (command, "fog") && *mk_reply_field (command, "kind") == 0)
    g_string_append_printf (out, mk_reply_say (p, "sky: %s"), mk_reply_say (p, "fog"));
  else if (g_str_equal (op, "sky") && mk_json_has (command, "wind") && *mk_reply_field (command, "kind") == 0)
    g_string_append_printf (out, mk_reply_say (p, "sky: %s"), mk_reply_say (p, "wind"));
  else if (g_str_equal (op, "sky"))
    g_string_append_printf (out, mk_reply_say (p, "sky: %s"), *mk_reply_field (command, "color") != 0 ? color_word (p, command) : mk_reply_say (p, *mk_reply_field (command, "kind") != 0 ? mk_reply_field (command, "kind") : "changed"));
  else if (g_str_equal (op, "ground"))
    g_string_append_printf (out, mk_reply_say (p, "ground: %s"), *mk_reply_field (command, "color") != 0 && *mk_reply_field (command, "surface") == 0 ? color_word (p, command) : mk_reply_say (p, *mk_reply_field (command, "surface") != 0 ? mk_reply_field (command, "surface") : "changed"));
  else if (g_str_equal (op, "light"))
  {
    g_string_append_printf (out, mk_reply_say (p, "light: %s"), mk_reply_say (p, mk_reply_field (command, "kind")));
    if (*color_word (p, command) != 0)
      g_string_append_printf (out, mk_reply_say (p, " in %s"), color_word (p, command));
    say_place (p, out, NULL, mk_json_get (command, "place"));
  }
  else if (g_str_equal (op, "particles"))
    g_string_append_printf (out, mk_reply_say (p, "in the air: %s"), mk_reply_say (p, mk_reply_field (command, "kind")));
  else if (g_str_equal (op, "render") && *mk_reply_field (command, "painting") != 0)
    g_string_append_printf (out, mk_reply_say (p, "to be painted: %s"), mk_reply_field (command, "painting"));
  else if (g_str_equal (op, "render"))
    say_render (p, out, command);
  else if (g_str_equal (op, "remove"))
    return says_removal (p, out, command);
  else
    g_str_equal (op, "material") ? say_look (p, out, command) : say_change (p, out, command);
  return true;
}

static void
say_unknown (const mk_parser *p, GString *out)
{
  const GArray *unknown = p->out->unknown;
  for (guint i = 0; i < unknown->len && i < 8; i++) {
    const mk_unknown *word = &g_array_index (unknown, mk_unknown, i);
    g_string_append_printf (out, mk_reply_say (p, word->is_stand_in ? " I do not know “%s”, so a labelled stand-in takes its place" : " I did not understand “%s”"), word->word);
    for (char **near = word->suggestions; *near != NULL; near++)
    {
      g_string_append (out, near == word->suggestions ? mk_reply_say (p, "; did you mean ") : near[1] == NULL ? mk_reply_say (p, " or ") : ", ");
      g_string_append_printf (out, mk_reply_say (p, "“%s”"), *near);
    }
    g_string_append (out, word->suggestions[0] != NULL ? "?" : ".");
  }
  if (unknown->len > 8)
    g_string_append_printf (out, mk_reply_say (p, " And %u more words."), unknown->len - 8);
}

#define MAX_SAID 24 /* commands; nobody reads more */

/* What was there and is told anew: so many of it, or another text. */
static void
say_recount (const mk_parser *p, GString *out, const mk_json *command)
{
  g_autoptr (GString) what = g_string_new (NULL);
  if (*mk_reply_field (command, "arrange") != 0 && !mk_json_has (command, "count")) { /* "the cubes are now in a row" */
    g_autofree char *how = g_strdup_printf (" in a %s", mk_reply_field (command, "arrange"));
    mk_say_target (p, what, mk_reply_field (command, "id"), MK_NOMINATIVE, "");
    g_string_append_printf (out, mk_reply_say (p, "%s are now%s"), what->str, mk_reply_say (p, how));
    return;
  }
  bool is_option = false;
  for (mk_json_iter i = mk_json_iterate (mk_json_get (command, "params")); mk_json_next (&i);)
    is_option |= mk_json_get_kind (i.value) == MK_JSON_STRING;
  if (mk_json_has (command, "params") && !is_option && !mk_json_has (command, "count")) { /* "give him a beard" */
    mk_say_target (p, what, mk_reply_field (command, "id"), MK_NOMINATIVE, "");
    const mk_thing *thing = thing_of (p, mk_reply_field (command, "id"));
    g_string_append_printf (out, mk_reply_say (p, thing != NULL && thing->count > 1 ? "%s look different now%s" : "%s looks different now%s"), what->str, "");
    return;
  }
  g_autoptr (mk_json) whole = mk_json_copy (mk_commands_find_id (p->context, mk_reply_field (command, "id")));
  mk_set_fields (whole, command);
  mk_say_thing (p, what, whole);
  g_string_append_printf (out, mk_reply_say (p, "it is now %s"), what->str);
}

/* "I added a castle and a dragon in front of the castle": what comes at once is told at once. The command behind them. */
static size_t
say_added (const mk_parser *p, GString *out, size_t i)
{
  g_autoptr (GString) all = g_string_new (NULL);
  size_t n = mk_json_length (p->out->commands), end = i;
  while (end < n && end < MAX_SAID && mk_makes_thing (mk_json_at (p->out->commands, end)))
    end++;
  for (size_t k = i; k < end; k++) {
    g_string_append (all, k == i ? "" : k + 1 < end ? ", " : mk_reply_say (p, " and "));
    mk_say_thing (p, all, mk_json_at (p->out->commands, k));
  }
  g_string_append_printf (out, mk_reply_say (p, "I added %s"), all->str);
  return end;
}

/* One sentence, for one command or for several things; the command behind it. */
static size_t
say_sentence (const mk_parser *p, GString *out, size_t i)
{
  g_autoptr (GString) one = g_string_new (NULL);
  const mk_json *command = mk_json_at (p->out->commands, i);
  if (is_naming (command))
    return i + 1;
  size_t next = mk_makes_thing (command) && !mk_commands_find_id (p->context, mk_reply_field (command, "id")) ? say_added (p, one, i) : i + 1;
  if (next == i + 1 && one->len == 0 && !(mk_makes_thing (command) ? (say_recount (p, one, command), true) : mk_say_command (p, one, command)))
    return next;
  const char *when = mk_makes_thing (command) ? "" : mk_json_has (command, "after") ? "then %s" : mk_json_has (command, "with") ? "meanwhile %s" : "";
  g_autofree char *told = *when != 0 ? g_strdup_printf (mk_reply_say (p, when), one->str) : g_strdup (one->str);
  g_autofree char *first = g_utf8_strup (told, g_utf8_next_char (told) - told);
  g_string_append_printf (out, "%s%s%s.", out->len > 0 ? " " : "", first, g_utf8_next_char (told));
  return next;
}

char *
mk_reply_new (const mk_parser *p)
{
  GString *out = g_string_new (NULL);
  size_t n = mk_json_length (p->out->commands);
  if (p->out->intent == MK_INTENT_ASK)
    mk_say_answer (p, out);
  else if (p->out->intent == MK_INTENT_UNDO || p->out->intent == MK_INTENT_REDO)
    g_string_append (out, mk_reply_say (p, p->out->intent == MK_INTENT_UNDO ? "Undone." : "Done again."));
  else if (n == 0 && p->is_thanked && p->out->unknown->len == 0)
    g_string_append (out, mk_reply_say (p, "You are welcome."));
  else if (n == 0)
    g_string_append (out, mk_reply_say (p, p->out->intent == MK_INTENT_CLEAR ? "A new scene." : "I found nothing to show in that; try “a red ball bounces on grass”."));
  for (size_t i = 0; i < n && i < MAX_SAID;)
    i = say_sentence (p, out, i);
  if (n > MAX_SAID)
    g_string_append (out, mk_reply_say (p, " And more."));
  for (guint i = 0; i < p->out->assumptions->len; i++)
    g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", (const char *)p->out->assumptions->pdata[i]);
  say_unknown (p, out);
  return mk_say_numbers (p->language->lexicon, g_string_free (out, FALSE));
}
