/* What is said about an earlier sentence: "call it Max", "the dog should wait two seconds", "everything slower", "don't let it move". */
#include <string.h>

#include "language/constructions.h"

#define MAX_NAME_WORDS 3

/* --- names --- */

static bool
begins_with_capital (const mk_parser *p, int i)
{
  return i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_WORD && g_unichar_isupper (g_utf8_get_char (p->sentence + mk_token_at (p, i)->from));
}

/* Where the name that begins at a token ends; i when there is none. */
static int
end_of_name (const mk_parser *p, int i)
{
  int next = i;
  if (i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_QUOTE)
    return i + 1;
  while (next - i < MAX_NAME_WORDS && begins_with_capital (p, next))
    next++;
  bool is_alone = i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_WORD && (i + 1 >= mk_n_tokens (p) || mk_token_at (p, i + 1)->kind == MK_TOKEN_MARK); /* "call it max" */
  return next == i && is_alone ? i + 1 : next;
}

void
mk_name_give (mk_parser *p, const mk_refs *who, int from, int to)
{
  mk_thing *thing = mk_thing_at (p, who->thing[0]);
  unsigned start = mk_token_at (p, from)->from, end = mk_token_at (p, to - 1)->to;
  g_autofree char *name = mk_token_at (p, from)->kind == MK_TOKEN_QUOTE ? g_strdup (mk_token_at (p, from)->text) : g_strndup (p->sentence + start, end - start);
  if (thing->command >= 0)
    mk_set_text (thing->add, "name", name);
  else {
    mk_json *json = mk_command_json (p, mk_command_new (p, mk_json_get_string (mk_json_get (thing->add, "op")), MK_BUCKET_THING));
    mk_set_text (json, "id", thing->id);
    mk_set_text (json, "name", name);
  }
  mk_assume (p, "The %s is called %s.", mk_noun_written (p, thing->noun), name);
  g_free (thing->called);
  thing->called = g_utf8_strdown (name, -1);
}

/* "call it Max", the first `n` words of which are said. */
int
mk_parse_call (mk_parser *p, int i, int n)
{
  mk_refs who;
  int at = mk_parse_np_refs (p, i + n, &who), name = at;
  bool is_sure = at > i + n && who.n == 1;
  for (int k = i + n + 1; k < mk_n_tokens (p) && !is_sure && who.n == 0; k++) /* "call the dog Max": one phrase may swallow the name */
    if (begins_with_capital (p, k))
      at = name = k;
  name += is_sure && (mk_is_word (p, name, "to") || mk_is_word (p, name, "into")) ? 1 : 0; /* "rename the robot to Bolt" */
  int end = end_of_name (p, name), first = end_of_name (p, i + n);
  if (!is_sure && begins_with_capital (p, i + n) && first < mk_n_tokens (p)) { /* "llama Pepe al hombre" */
    int after = mk_parse_object_refs (p, first + (mk_is_word (p, first, "to") ? 1 : 0), &(mk_refs){ 0 }, &who);
    name = i + n;
    at = end = first;
    if (after > first && who.n == 1) {
      mk_name_give (p, &who, name, end);
      mk_note (p, i, after, "edit", -1);
      p->subject = p->anchor = p->head = who;
      p->has_subject = true;
      return after;
    }
  }
  if (at == i + n || who.n != 1 || end == name)
    return i;
  mk_name_give (p, &who, name, end);
  mk_note (p, i, end, "edit", -1);
  p->subject = p->anchor = p->head = who;
  p->has_subject = true;
  return end;
}

int
mk_find_called (mk_parser *p, int i, mk_refs *refs)
{
  g_autoptr (GString) words = g_string_new (NULL);
  for (int k = i; k < mk_n_tokens (p) && k < i + MAX_NAME_WORDS && mk_token_at (p, k)->kind == MK_TOKEN_WORD; k++) {
    g_string_append_printf (words, "%s%s", k > i ? " " : "", mk_token_at (p, k)->text);
    for (guint t = 0; t < p->things->len; t++)
      if (!mk_thing_at (p, (int)t)->is_removed && g_strcmp0 (mk_thing_at (p, (int)t)->called, words->str) == 0) {
        *refs = (mk_refs){ .n = 1, .thing = { (int)t } };
        mk_note (p, i, k + 1, "object", -1);
        mk_remember (p, refs);
        return k + 1;
      }
  }
  return i;
}

bool
mk_is_called (const mk_parser *p, const char *word)
{
  for (guint t = 0; t < p->things->len; t++) {
    const char *called = mk_thing_at (p, (int)t)->called;
    size_t n = strlen (word);
    if (called != NULL && strncmp (called, word, n) == 0 && (called[n] == 0 || called[n] == ' '))
      return true;
  }
  return false;
}

/* --- when --- */

bool
mk_delay_earlier (mk_parser *p, double seconds)
{
  mk_json *json = p->clause.action < 0 && p->context != NULL && p->last_action < 0 ? mk_command_json (p, mk_action_restate (p)) : NULL;
  if (json == NULL)
    return false;
  mk_set_real (json, "start_s", CLAMP (mk_json_get_real (mk_json_get (json, "start_s")) + seconds, 0, 600));
  return true;
}

/* "rests for two seconds and hops off", "stays there for two seconds": what comes next begins so long after what was done before. */
int
mk_parse_wait (mk_parser *p, int i)
{
  double number = 0;
  const mk_hit *wait = mk_hit_at (p, i, MK_WORD_wait);
  int at = i + wait->n, adverb = mk_hit_at (p, at, MK_WORD_adverb)->n;
  at += adverb > 0 && mk_parse_number (p, at, &number) == at ? adverb : 0;
  at += mk_is_word (p, at, "for") ? 1 : 0;
  int unit = wait->n > 0 ? mk_parse_number (p, at, &number) : at;
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det);
  if (unit == at && wait->n > 0 && det->n > 0 && mk_json_has (det->sense->value, "number")) { /* "for a second" */
    number = mk_json_get_real (mk_json_get (det->sense->value, "number"));
    unit = at + det->n;
  }
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  bool is_for_all = wait->n > 1 && p->context == NULL; /* "nothing moves for two seconds" */
  if ((p->subject.n == 0 && !is_for_all) || p->clause.in_camera || unit == at || hit->n == 0 || !g_str_equal (mk_json_get_string (mk_json_at (hit->sense->value, 0)), "s"))
    return i;
  double seconds = MIN (number * mk_json_get_real (mk_json_at (hit->sense->value, 1)), 600);
  if (!mk_delay_earlier (p, seconds)) {
    p->previous_action = p->clause.action >= 0 ? p->clause.action : p->previous_action;
    p->clause.action = -1;
    p->clause.has_verb = true;
    p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
    p->order.now = p->previous_action >= 0 ? MK_ORDER_THEN : p->order.now;
    mk_set_real (p->pending, "start_s", seconds);
  }
  mk_note (p, i, unit + hit->n, "time", -1);
  return unit + hit->n;
}

/* What `who` did last before this sentence, anybody's when nobody is named; NULL = nothing. */
static const mk_json *
find_deed (const mk_parser *p, const mk_refs *who)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1), *targets = mk_json_get (command, "targets");
    bool is_his = who->n == 0 || mk_json_has_text (targets, mk_ref_text (p, who, 0)) || mk_json_has_text (targets, mk_thing_at (p, who->thing[0])->id);
    if (is_his && g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "animate") && mk_json_has (command, "id"))
      return command;
  }
  return NULL;
}

/* "let the cat do what the dog does", "the cat should do the same": at the same time, in the same way. */
int
mk_parse_same (mk_parser *p, int i)
{
  const mk_hit *same = mk_hit_at (p, i, MK_WORD_same);
  mk_refs subject = p->subject, model = { 0 };
  if (same->n == 0 || p->context == NULL || p->subject.n == 0 || p->clause.in_camera)
    return i;
  int next = mk_parse_object_refs (p, i + same->n, &subject, &model);
  const mk_json *deed = find_deed (p, &model);
  int command = deed != NULL ? mk_animate_new (p, mk_json_get_string (mk_json_get (deed, "motion")), &subject) : -1;
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return i;
  for (mk_json_iter f = mk_json_iterate (deed); mk_json_next (&f);)
    if (!mk_json_has (json, f.key))
      mk_json_set (json, f.key, mk_json_copy (f.value));
  mk_action_begin (p, command);
  next += mk_hit_at (p, next, MK_WORD_filler)->n; /* "… does" */
  mk_note (p, i, next, "motion", command);
  return next;
}

/* --- all of it --- */

/* "the whole film", "it all": the token after it, or i. */
static int
read_whole (const mk_parser *p, int i)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n, next = at + mk_hit_at (p, at, MK_WORD_whole)->n;
  next += mk_hit_at (p, next, MK_WORD_whole)->n; /* "the whole thing" */
  return next > at ? next : i;
}

int
mk_pace_all (mk_parser *p, int i, double factor)
{
  int n = 0, next = read_whole (p, i);
  if (next == i)
    return i;
  for (size_t k = 0; k < mk_json_length (p->context); k++) {
    const mk_json *command = mk_json_at (p->context, k);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (!mk_json_has (command, "id") || !(g_str_equal (op, "animate") || (g_str_equal (op, "camera") && mk_json_has (command, "motion"))))
      continue;
    mk_json *json = mk_command_json (p, mk_command_new (p, op, g_str_equal (op, "camera") ? MK_BUCKET_CAMERA : MK_BUCKET_ACTION));
    double speed = mk_json_has (command, "speed") ? mk_json_get_real (mk_json_get (command, "speed")) : 1;
    mk_set_fields (json, command);
    if (json != NULL)
      mk_set_speed (json, CLAMP (speed * factor, 0.01, 100));
    n += json != NULL;
  }
  return n > 0 ? next : i;
}

/* "don't let the cat move": it stays, and does no more what it did. */
int
mk_parse_let_not (mk_parser *p, int i)
{
  const mk_hit *negation = mk_hit_at (p, i, MK_WORD_negation);
  int let = i + negation->n;
  mk_refs who;
  bool is_let = negation->n > 0 && p->context != NULL && p->clause.is_start && mk_hit_at (p, let, MK_WORD_let)->n > 0;
  int first = let + mk_hit_at (p, let, MK_WORD_let)->n, verb = is_let ? mk_parse_np_refs (p, first, &who) : let;
  const mk_hit *motion = mk_hit_at (p, verb, MK_WORD_motion);
  if (!is_let || verb <= first || who.n == 0 || motion->n == 0)
    return i;
  p->subject = p->anchor = p->head = who;
  p->has_subject = true;
  mk_note (p, i, verb, NULL, -1);
  mk_note (p, verb, verb + motion->n, "edit", mk_actions_end (p, mk_json_get_string (mk_json_get (motion->sense->value, "motion")), &who));
  return verb + motion->n;
}
