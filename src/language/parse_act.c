/* What people say around what is shown: verbs of which no picture is made, wishes and questions, how lively it is. */
#include <string.h>

#include "language/constructions.h"

static bool
is_noun_phrase (const mk_parser *p, int i)
{
  double number;
  return mk_hit_at (p, i, MK_WORD_det)->n > 0 || mk_hit_at (p, i, MK_WORD_pronoun)->n > 0 || mk_np_is_head_ahead (p, mk_parse_number (p, i, &number));
}

bool
mk_is_done_by_several (const mk_parser *p, int i)
{
  const mk_hit *act = mk_hit_at (p, i, MK_WORD_act);
  return act->n > 0 && act->form == MK_FORM_BASE && mk_is_several (p, &p->subject) && !p->clause.is_start && !p->clause.has_verb && mk_hit_at (p, i + act->n, MK_WORD_det)->n > 0;
}

/* "what if", "can" of "can the cat be orange": before whom it is about they say nothing. */
int
mk_parse_lead (mk_parser *p, int i)
{
  const mk_hit *lead = mk_hit_at (p, i, MK_WORD_lead);
  if (lead->n == 0 || !p->clause.is_start)
    return i;
  bool is_thing = mk_hit_at (p, i, MK_WORD_object)->n > 0 && !mk_hit_at (p, i + lead->n, MK_WORD_det)->n && !mk_hit_at (p, i + lead->n, MK_WORD_pronoun)->n;
  if (is_thing)
    return i;
  mk_note (p, i, i + lead->n, NULL, -1);
  return i + lead->n;
}

/* "my cat is named Mimi": nothing of it shows, and the sentence goes on. */
int
mk_parse_naming (mk_parser *p, int i)
{
  const mk_hit *named = mk_hit_at (p, i, MK_WORD_quote);
  int next = i + named->n;
  while (next < mk_n_tokens (p) && next - i - named->n < 3 && g_unichar_isupper (g_utf8_get_char (p->sentence + mk_token_at (p, next)->from)))
    next++;
  bool is_name = g_str_equal (mk_hit_text (named), "name");
  is_name |= g_str_equal (mk_hit_text (named), "called") && next > i + named->n && !mk_token_at (p, i + named->n)->is_capital; /* "a film called GALAXY" shows it */
  if (!is_name || p->is_quiet || next == i + named->n)
    return i;
  const mk_refs *who = p->anchor.n > 0 ? &p->anchor : p->subject.n > 0 || p->context == NULL ? &p->subject : &p->latest; /* "se llama Lola" */
  if (who->n == 1 && mk_thing_at (p, who->thing[0])->count == 1)
    mk_name_give (p, who, i + named->n, next);
  mk_note (p, i, next, NULL, -1);
  return next;
}

/* "a sign reads hello": what follows is written there. Who lives reads books. */
static bool
is_writing (const mk_parser *p, int i, int n)
{
  int what = i + n + mk_hit_at (p, i + n, MK_WORD_det)->n;
  bool is_reader = mk_thing_is_living (mk_thing_at (p, p->subject.thing[0])) && (what > i + n || mk_np_is_head_ahead (p, what));
  return mk_hit_at (p, i, MK_WORD_quote)->n > 0 && !is_reader;
}

/* "a mushroom glows": what it does is a look. */
static int
shine (mk_parser *p, int i, int n, const mk_json *look)
{
  for (mk_json_iter f = mk_json_iterate (look); mk_json_next (&f);)
    mk_material_set (p, &p->subject, f.key, mk_json_copy (f.value));
  mk_note (p, i, i + n, "material", -1);
  p->clause.has_verb = true;
  p->clause.action = -1;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  p->anchor = p->head = p->subject;
  return i + n;
}

/* "pours tea from a pot into a cup": the pot is in the hands, the cup before them, and nothing flows. */
static int
parse_substance (mk_parser *p, int i)
{
  const mk_hit *substance = mk_hit_at (p, i, MK_WORD_substance);
  mk_refs who = p->subject, vessel;
  int next = i + substance->n;
  if (substance->n == 0 || mk_np_is_head_ahead (p, next))
    return i;
  mk_assume (p, "I left out the %s.", substance->sense->phrase);
  mk_note (p, i, next, NULL, -1);
  for (int steps = 0; steps < 2; steps++) {
    const mk_hit *prep = mk_hit_at (p, next, MK_WORD_prep);
    const char *role = mk_hit_text (prep);
    bool is_from = g_str_equal (role, "from"), is_to = g_str_equal (role, "onto") || g_str_equal (role, "into") || g_str_equal (role, "over") || g_str_equal (role, "in") || g_str_equal (role, "on");
    int after = is_from || is_to ? mk_parse_object_refs (p, next + prep->n, &who, &vessel) : next;
    if (after <= next + prep->n || vessel.n == 0)
      break;
    const mk_thing *thing = mk_thing_at (p, vessel.thing[0]);
    bool is_held = is_from && mk_can_hold (p, mk_thing_at (p, who.thing[0]), thing);
    if (thing->command >= 0 && mk_json_get (thing->add, "place") == NULL)
      mk_place_add (p, &vessel, is_held ? "held" : "front", &who, 0);
    mk_note (p, next, next + prep->n, NULL, -1);
    next = after;
  }
  return next;
}

/* "plays the guitar": with what it is done tells how. The value itself, or a new one of what is done with that thing. */
static mk_json *
value_with (const mk_parser *p, int i, const mk_json *value)
{
  const mk_hit *object = mk_hit_at (p, i + mk_hit_at (p, i, MK_WORD_det)->n, MK_WORD_object);
  const mk_json *how = object->n > 0 ? mk_json_get (mk_json_get (value, "with"), object->sense->object->name) : NULL;
  mk_json *own = mk_json_copy (value);
  if (mk_json_get_kind (how) == MK_JSON_STRING)
    mk_json_set (own, "how", mk_json_copy (how));
  else
    mk_set_fields (own, how);
  return own;
}

/* "feeds ducks": what a verb asks for is no verb. */
bool
mk_is_object_noun (const mk_parser *p, int i)
{
  const mk_hit *object = mk_hit_at (p, i, MK_WORD_object);
  return i == p->object.at && p->clause.has_verb && object->n > 0 && object->form == MK_FORM_S;
}

/* "makes a rabbit disappear", "lets the kite fly": the other does it. The token of what it does, or i. */
int
mk_parse_causative (mk_parser *p, int i)
{
  bool is_said = p->subject.n > 0 && !p->clause.is_start && !p->clause.in_camera && mk_token_at (p, i)->kind == MK_TOKEN_WORD && mk_lexicon_word_rule (p->language->lexicon, "causative", mk_token_at (p, i)->text) != NULL;
  mk_np np;
  int at = is_said ? mk_np_read (p, i + 1, &np) : i;
  const mk_hit *verb = mk_hit_at (p, at, MK_WORD_motion)->n > 0 ? mk_hit_at (p, at, MK_WORD_motion) : mk_hit_at (p, at, MK_WORD_physics);
  if (at <= i + 1 || np.head < 0 || verb->n == 0 || verb->form != MK_FORM_BASE)
    return i;
  mk_refs other, causer = p->subject;
  int next = mk_parse_object_refs (p, i + 1, &causer, &other);
  if (next != at || other.n == 0)
    return i;
  p->seen.at = at;
  p->seen.who = other;
  p->clause.has_verb = true;
  mk_note (p, i, i + 1, NULL, -1);
  return at;
}

/* "reads a book": the reader stays whom the sentence speaks of, the book is there (mk_parse_noun). */
int
mk_parse_act (mk_parser *p, int i)
{
  const mk_hit *act = mk_hit_at (p, i, MK_WORD_act);
  if (act->n == 0 || p->clause.in_camera || p->subject.n == 0 || mk_is_object_noun (p, i) || is_writing (p, i, act->n) || mk_hit_at (p, i, MK_WORD_relation)->n >= act->n)
    return i;
  const mk_json *look = mk_json_get (act->sense->value, "look");
  if (look != NULL && (mk_hit_at (p, i, MK_WORD_camera_word)->n > 0 || p->subject.n == 0))
    return i;
  bool is_name = mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > 0 || mk_hit_at (p, i, MK_WORD_likeness)->n > 0;
  bool goes_on = act->form == MK_FORM_S && p->clause.is_joined && p->clause.has_verb && !is_noun_phrase (p, i + act->n) && mk_hit_at (p, i + act->n, MK_WORD_motion)->n == 0; /* "sits and drums" */
  goes_on |= mk_is_done_by_several (p, i);
  if (is_name && (act->form == MK_FORM_BASE || p->clause.is_start) && !goes_on)
    return i;
  if (look != NULL)
    return shine (p, i, act->n, look);
  if (p->clause.is_start && p->clause.is_joined && is_noun_phrase (p, i) && act->form != MK_FORM_S && act->form != MK_FORM_ED)
    return i;
  bool is_held = mk_json_get_bool (mk_json_get (act->sense->value, "held")), has_object = is_noun_phrase (p, i + act->n); /* what is in the hands tells it */
  g_autoptr (mk_json) value = value_with (p, i + act->n, act->sense->value);
  int gesture = mk_gesture_begin (p, value, &p->subject);
  if (gesture < 0 && !(is_held && has_object))
    mk_note_unshown (p, i, act->n);
  mk_note (p, i, i + act->n, gesture >= 0 ? "motion" : NULL, gesture);
  p->clause.has_verb = true;
  p->clause.goes = mk_json_get_string (mk_json_get (act->sense->value, "goes"));
  p->object.at = mk_is_main_clause (p, i + act->n) ? -1 : i + act->n;
  p->object.fits = mk_json_get_real (mk_json_get (act->sense->value, "fits"));
  p->object.is_held = is_held && !mk_json_has (value, "seat");
  p->object.is_seat = mk_json_has (value, "seat");
  p->object.is_seen_ahead = g_str_equal (mk_json_get_string (mk_json_get (value, "seat")), "ahead");
  p->clause.action = gesture;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  p->anchor = p->head = p->subject;
  return parse_substance (p, i + act->n);
}

int
mk_parse_weather (mk_parser *p, int i)
{
  const mk_hit *weather = mk_hit_at (p, i, MK_WORD_weather);
  if (weather->n == 0 || mk_np_is_head_ahead (p, i + weather->n) || (weather->n == 1 && ( p->clause.is_predicate || mk_hit_at (p, i + 1, MK_WORD_det)->n > 0)))
    return i;
  const mk_json *value = weather->sense->value;
  const char *kind = mk_json_get_string (mk_json_get (value, "kind"));
  int command = -1;
  for (guint k = 0; k < p->commands->len; k++) { /* said twice it falls once */
    const mk_json *json = mk_command_json (p, (int)k);
    command = g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "particles") && g_str_equal (mk_json_get_string (mk_json_get (json, "kind")), kind) ? (int)k : command;
  }
  if (command < 0 && (command = mk_command_new (p, "particles", MK_BUCKET_LIGHT)) >= 0)
    mk_set_text (mk_command_json (p, command), "id", mk_new_id (p, kind));
  mk_json *json = mk_command_json (p, command);
  for (mk_json_iter f = mk_json_iterate (value); mk_json_next (&f) && json != NULL;)
    if (!g_str_equal (f.key, "sky") && !g_str_equal (f.key, "ground"))
      mk_json_set (json, f.key, mk_json_copy (f.value));
  static const char *const times[] = { "start_s", "duration_s" }; /* "after five seconds it starts to snow" */
  for (size_t k = 0; k < MK_COUNT (times) && json != NULL; k++)
    if (mk_json_has (p->pending, times[k])) {
      mk_json_set (json, times[k], mk_json_copy (mk_json_get (p->pending, times[k])));
      mk_json_remove (p->pending, times[k]);
    }
  mk_json *sky = mk_json_has (value, "sky") && p->context == NULL ? mk_command_json (p, mk_command_single (p, "sky", MK_BUCKET_SKY)) : NULL;
  if (sky != NULL && !mk_json_has (sky, "kind"))
    mk_set_text (sky, "kind", mk_json_get_string (mk_json_get (value, "sky")));
  mk_json *ground = mk_json_has (value, "ground") ? mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)) : NULL;
  if (ground != NULL && !mk_json_has (ground, "surface"))
    mk_set_text (ground, "surface", mk_json_get_string (mk_json_get (value, "ground")));
  p->clause.falls = command;
  p->clause.falls_end = i + weather->n;
  p->order.now = MK_ORDER_NONE; /* "opens an umbrella as it begins to rain": nobody does the same meanwhile */
  mk_note (p, i, i + weather->n, "sky", command);
  return i + weather->n;
}

/* "with a lot of squash and stretch", "snappily", "very exaggerated": fields of the animation that it is said of. */
int
mk_parse_lively (mk_parser *p, int i)
{
  int at = i + mk_hit_at (p, i, MK_WORD_wear)->n;
  for (int steps = 0; steps < 4 && mk_hit_at (p, at, MK_WORD_lively)->n == 0; steps++) {
    const mk_hit *det = mk_hit_at (p, at, MK_WORD_det), *number = mk_hit_at (p, at, MK_WORD_number), *adjective = mk_hit_at (p, at, MK_WORD_adjective);
    const mk_hit *size = mk_hit_at (p, at, MK_WORD_size), *filler = mk_hit_at (p, at, MK_WORD_filler);
    at += MAX (MAX (det->n, number->n), MAX (adjective->n, MAX (size->n, filler->n)));
  }
  const mk_hit *lively = mk_hit_at (p, at, MK_WORD_lively);
  if (lively->n == 0 || (at == i && mk_np_is_head_ahead (p, at + lively->n) && p->clause.action < 0) || p->clause.in_camera)
    return i;
  mk_json *action = mk_command_json (p, p->clause.action);
  if (g_str_equal (mk_json_get_string (mk_json_get (action, "op")), "animate"))
    mk_set_fields (action, lively->sense->value);
  else
    mk_set_fields (p->lively, lively->sense->value);
  mk_note (p, i, at + lively->n, "motion", p->clause.action);
  return at + lively->n;
}
