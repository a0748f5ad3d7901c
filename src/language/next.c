/* What may be said next. Each offer looks at what there is and puts one thing to do into words, or nothing. */
#include "language/next.h"

#include <string.h>

#include "language/command.h"
#include "language/reply_private.h"
#include "language/reply_words.h"

/* The scene as offers see it. */
typedef struct {
  const mk_parser *p;
  const mk_thing *hero; /* whom it is about: who lives, else what does something, else the first thing */
  bool is_lived_in;     /* somebody is there */
} scene;

static bool
says (const mk_json *command, const char *op)
{
  return g_str_equal (mk_reply_field (command, "op"), op);
}

/* The first command of that op that has such a field; NULL `field` = any. */
static const mk_json *
find (const scene *s, const char *op, const char *field)
{
  for (size_t i = 0; i < mk_json_length (s->p->context); i++) {
    const mk_json *command = mk_json_at (s->p->context, i);
    if (says (command, op) && (field == NULL || mk_json_has (command, field)))
      return command;
  }
  return NULL;
}

/* What it does, or NULL: the command that moves it or one of its copies, or in which it acts. */
static const mk_json *
deed_of (const scene *s, const mk_thing *thing)
{
  for (size_t i = 0; i < mk_json_length (s->p->context); i++) {
    const mk_json *command = mk_json_at (s->p->context, i), *targets = mk_json_get (command, "targets");
    if (!says (command, "animate") && !says (command, "physics"))
      continue;
    if (g_str_equal (mk_reply_field (command, "by"), thing->id))
      return command;
    for (size_t k = 0; k < mk_json_length (targets); k++)
      if (mk_thing_at (s->p, MAX (0, mk_thing_find (s->p, mk_json_get_string (mk_json_at (targets, k))))) == thing)
        return command;
  }
  return NULL;
}

/* Something stands on, lies in or is held by another. */
static bool
is_placed_upon (const mk_thing *thing, const mk_thing *what)
{
  static const char *const upon[] = { "on", "in", "inside", "held", "written", NULL };
  const mk_json *place = mk_json_get (thing->add, "place");
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *targets = mk_json_get (mk_json_at (place, i), "targets");
    bool is_upon = g_strv_contains (upon, mk_reply_field (mk_json_at (place, i), "relation"));
    for (size_t k = 0; is_upon && k < mk_json_length (targets); k++)
      if (what == NULL || g_str_has_prefix (mk_json_get_string (mk_json_at (targets, k)), what->id))
        return true;
  }
  return false;
}

static bool
is_spoken_of (const mk_thing *thing)
{
  return !thing->is_removed && thing->info != NULL && !thing->info->is_set && !mk_json_has (thing->add, "label");
}

/* Has a motion of its own, does nothing yet, and nothing holds it where it is. */
static bool
could_move (const scene *s, const mk_thing *thing)
{
  return thing->info->motions[0] != NULL && !is_placed_upon (thing, NULL) && deed_of (s, thing) == NULL;
}

static int
rank_of (const scene *s, const mk_thing *thing)
{
  return mk_thing_is_living (thing) ? 2 : deed_of (s, thing) != NULL;
}

static void
look (scene *s)
{
  int best = -1;
  for (guint i = 0; i < s->p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (s->p, (int)i);
    if (!is_spoken_of (thing))
      continue;
    s->is_lived_in |= mk_thing_is_living (thing);
    int rank = rank_of (s, thing);
    if (rank > best) {
      s->hero = thing;
      best = rank;
    }
  }
}

/* A sentence of the catalogue about one thing, in that case and behind that preposition. */
static void
say_of (const scene *s, GString *out, const char *sentence, const mk_thing *thing, const char *grammatical_case, const char *preposition)
{
  g_autoptr (GString) whom = g_string_new (NULL);
  mk_say_target (s->p, whom, thing->id, grammatical_case, preposition);
  g_string_append_printf (out, mk_reply_say (s->p, sentence), whom->str);
}

/* "the dog walks": who stands still does what it does best; who lives goes first. */
static void
offer_deed (const scene *s, GString *out)
{
  const mk_thing *who = NULL;
  for (guint i = 0; i < s->p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (s->p, (int)i);
    if (is_spoken_of (thing) && could_move (s, thing) && (who == NULL || (mk_thing_is_living (thing) && !mk_thing_is_living (who))))
      who = thing;
  }
  if (who == NULL || mk_say_verb (s->p, who->info->motions[0], false) == NULL)
    return;
  g_autoptr (mk_json) command = mk_json_new_object (), targets = mk_json_new_array ();
  mk_json_append (targets, mk_json_new_string (who->id));
  mk_json_set (command, "targets", mk_json_ref (targets));
  mk_json_set (command, "motion", mk_json_new_string (who->info->motions[0]));
  mk_say_action (s->p, out, command);
}

/* "a man sits on the bench", "a cat sits on the table", "a man walks to the house": somebody comes where nobody is. */
static void
offer_guest (const scene *s, GString *out)
{
  const mk_recipe_info *info = s->hero->info;
  if (s->is_lived_in || deed_of (s, s->hero) != NULL || s->hero->count > 1)
    return;
  for (guint i = 0; i < s->p->things->len; i++)
    if (is_placed_upon (mk_thing_at (s->p, (int)i), s->hero))
      return;
  if (g_str_equal (info->category, "building"))
    say_of (s, out, "a man walks %s", s->hero, mk_case_of (s->p, "to"), mk_reply_say (s->p, "to"));
  else if (info->seats)
    say_of (s, out, "a man sits %s", s->hero, mk_case_of (s->p, "on"), mk_reply_say (s->p, "on"));
  else if (info->carries && info->size_m >= 0.35f && info->size_m <= 3) /* metres: a cat finds room on it, and gets up there */
    say_of (s, out, "a cat sits %s", s->hero, mk_case_of (s->p, "on"), mk_reply_say (s->p, "on"));
}

/* A camera that goes along with who travels, else around; one that moves already comes close. */
static void
offer_view (const scene *s, GString *out)
{
  const mk_json *deed = deed_of (s, s->hero), *camera = find (s, "camera", NULL);
  bool is_living = mk_thing_is_living (s->hero);
  if (camera == NULL && deed != NULL && mk_world_has (s->p, "motions", "goes", mk_reply_field (deed, "motion"))) {
    const char *to_whom = is_living ? mk_lexicon_word_rule (s->p->language->lexicon, "before_object", "living") : NULL;
    say_of (s, out, "the camera follows %s", s->hero, mk_case_of (s->p, " follow"), to_whom != NULL ? to_whom : "");
  }
  else if (find (s, "camera", "motion") == NULL)
    g_string_append (out, mk_reply_say (s->p, "the camera orbits"));
  else if (find (s, "camera", "shot") == NULL)
    say_of (s, out, "close-up %s", s->hero, mk_case_of (s->p, "of"), mk_reply_say (s->p, "of"));
}

static void
offer_sky (const scene *s, GString *out)
{
  if (find (s, "sky", "kind") == NULL && s->hero->info->sky == NULL)
    g_string_append (out, mk_reply_say (s->p, "at sunset"));
}

/* What falls from the sky, where there is one over the ground. */
static void
offer_weather (const scene *s, GString *out)
{
  static const char *const outdoors[] = { "grass", "dirt", "asphalt", "snow", NULL };
  const char *surface = mk_reply_field (find (s, "ground", "surface"), "surface");
  if (find (s, "particles", NULL) == NULL && s->hero->info->sky == NULL && g_strv_contains (outdoors, surface))
    g_string_append (out, mk_reply_say (s->p, g_str_equal (surface, "snow") ? "it snows" : "it rains"));
}

/* Things get another colour; who lives has its own. */
static void
offer_look (const scene *s, GString *out)
{
  const char *color = mk_thing_color (s->hero, 0);
  if (!mk_thing_is_living (s->hero))
    say_of (s, out, *color == 0 || strcmp (color, "#1f5fd6") != 0 ? "make %s blue" : "make %s red", s->hero, MK_ACCUSATIVE, "");
}

static void
offer_pace (const scene *s, GString *out)
{
  if (deed_of (s, s->hero) != NULL && mk_thing_is_living (s->hero))
    g_string_append (out, mk_reply_say (s->p, "slower"));
}

/* "add a dog on the left" */
static void
offer_another (const scene *s, GString *out)
{
  g_autoptr (GString) what = g_string_new (NULL);
  mk_say_noun (s->p, what, &(mk_noun){ s->hero->noun, "", 1 }, MK_ACCUSATIVE, "");
  g_string_append_printf (out, mk_reply_say (s->p, "add %s on the left"), what->str);
}

/* Whether all of it means something here, and changes the scene: a language may say more than it reads. */
static bool
is_understood (const scene *s, const char *sentence)
{
  g_autoptr (mk_understanding) said = NULL;
  return mk_language_parse (s->p->language, sentence, s->p->context, &said, NULL) && said->unknown->len == 0 && said->confidence > 0.999 && mk_json_length (said->commands) > 0;
}

static bool
is_word_for (const mk_language *language, const char *noun, const char *object)
{
  for (const mk_sense *sense = mk_lexicon_find (language->lexicon, noun); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_object && g_str_equal (sense->object->name, object))
      return true;
  return false;
}

/* What bears its name in another language bears that of the one that is spoken now: "Katze" is a cat. */
static void
translate_names (mk_parser *p, const mk_language *asked)
{
  for (guint i = 0; i < p->things->len; i++) {
    mk_thing *thing = mk_thing_at (p, (int)i);
    if (thing->info == NULL || is_word_for (p->language, thing->noun, thing->info->name))
      continue;
    const GPtrArray *others = mk_language_others ((mk_language *)asked);
    bool is_foreign = is_word_for (asked, thing->noun, thing->info->name);
    for (guint k = 0; k < others->len && !is_foreign; k++)
      is_foreign = is_word_for (others->pdata[k], thing->noun, thing->info->name);
    if (!is_foreign)
      continue;
    g_free (thing->noun);
    thing->noun = mk_lexicon_object_word (p->language->lexicon, thing->info->name);
  }
}

mk_json *
mk_next_sentences (const mk_language *language, const mk_json *commands, const char *last)
{
  static void (*const offers[]) (const scene *s, GString *out) = { offer_deed, offer_guest, offer_view, offer_sky, offer_weather, offer_look, offer_pace, offer_another };
  mk_parser p;
  mk_parser_begin (&p, last != NULL ? mk_language_of_sentence (language, last, commands) : mk_language_of_talk (language, commands), commands);
  translate_names (&p, language);
  scene s = { .p = &p };
  mk_json *sentences = mk_json_new_array ();
  look (&s);
  for (size_t i = 0; i < MK_COUNT (offers) && s.hero != NULL && mk_json_length (sentences) < MK_MAX_NEXT; i++) {
    g_autoptr (GString) said = g_string_new (NULL);
    offers[i](&s, said);
    if (said->len > 0 && is_understood (&s, said->str))
      mk_json_append (sentences, mk_json_new_string (said->str));
  }
  mk_parser_end (&p);
  return sentences;
}
