/* Follow-ups: what each word of change is read by. What is changed how has files of its own: parse_remove.c, parse_replace.c,
 * parse_amount.c, parse_move.c, parse_swap.c, parse_retext.c, parse_talk.c. */
#include <string.h>

#include "language/constructions.h"

static int
parse_intent (mk_parser *p, int i, int n, mk_intent intent)
{
  p->out->intent = intent;
  mk_note (p, i, i + n, "edit", -1);
  return i + n;
}

static void
have (mk_parser *p, const mk_refs *owner, const mk_refs *had)
{
  mk_place_add (p, had, mk_relation_of_with (p, mk_thing_at (p, owner->thing[0]), mk_thing_at (p, had->thing[0])), owner, 0);
}

/* "… and a scarf": the token after it, or i. */
static int
parse_more_had (mk_parser *p, int i, const mk_refs *owner)
{
  int at = i + (mk_is_mark (p, i, ',') ? 1 : 0);
  const mk_hit *conj = mk_hit_at (p, at, MK_WORD_conj);
  at += conj->n;
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det);
  bool is_new = at > i && det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "new"));
  mk_refs had;
  int next = is_new ? mk_parse_np_refs (p, at, &had) : at;
  if (next == at || had.n == 0)
    return i;
  have (p, owner, &had);
  return next;
}

/* "give the car black windows", "give him a hat": what comes after whom is had by them. */
static int
parse_give (mk_parser *p, int i, int n)
{
  mk_refs owner, had;
  int at = mk_parse_np_refs (p, i + n, &owner);
  if (at == i + n || owner.n == 0 || owner.part[0] != 0)
    return i;
  int next = mk_parse_with_part (p, at, &owner);
  bool is_part = next > at;
  if (!is_part)
    next = mk_parse_np_refs (p, at, &had);
  if (next == at || (!is_part && had.n == 0))
    return i;
  if (!is_part)
    have (p, &owner, &had);
  for (int more = is_part ? next : parse_more_had (p, next, &owner); more > next; more = parse_more_had (p, next, &owner))
    next = more;
  mk_note (p, i, i + n, "edit", -1);
  p->subject = p->anchor = p->head = owner;
  p->has_subject = true;
  p->edit.kind = MK_EDIT_NONE;
  return next;
}

/* "slow the dog down": what the two words mean together is said of whom stands between them. */
static int
parse_pace (mk_parser *p, int i, int n)
{
  mk_refs refs;
  bool is_slow = mk_is_word (p, i, "slow");
  int whole = p->context != NULL ? mk_pace_all (p, i + n, is_slow ? 0.6 : 1.6) : i + n;
  if (whole > i + n) {
    whole += mk_is_word (p, whole, "down") || mk_is_word (p, whole, "up") ? 1 : 0;
    mk_note (p, i, whole, "edit", (int)p->commands->len - 1);
    return whole;
  }
  int next = p->context != NULL ? mk_parse_np_refs (p, i + n, &refs) : i + n;
  if (next == i + n || refs.n == 0 || !(mk_is_word (p, next, "down") || mk_is_word (p, next, "up")))
    return i;
  g_autofree char *phrase = g_strdup_printf ("%s %s", mk_token_at (p, i)->text, mk_token_at (p, next)->text);
  p->subject = p->anchor = p->head = refs;
  p->has_subject = true;
  p->clause.action = -1;
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_more && mk_json_has (sense->value, "speed")) {
      mk_note (p, i, next + 1, "edit", mk_speed_change (p, mk_json_get_real (mk_json_get (sense->value, "speed"))));
      return next + 1;
    }
  return i;
}

/* --- by their words --- */

/* "go back to night" says what it shall be, and takes nothing back. */
static int
parse_undo (mk_parser *p, int i, int n)
{
  int at = i + n + (mk_is_word (p, i + n, "to") ? 1 : 0);
  if (at > i + n && mk_hit_at (p, at + mk_hit_at (p, at, MK_WORD_det)->n, MK_WORD_sky)->n > 0) {
    mk_note (p, i, at, NULL, -1);
    return at;
  }
  return parse_intent (p, i, n, MK_INTENT_UNDO);
}

static int
parse_redo (mk_parser *p, int i, int n)
{
  return parse_intent (p, i, n, MK_INTENT_REDO);
}

static int
parse_ask (mk_parser *p, int i, int n)
{
  return parse_intent (p, i, n, MK_INTENT_ASK);
}

/* "remove everything except …" is no clearing of all. */
static int
parse_clear (mk_parser *p, int i, int n)
{
  return mk_hit_at (p, i + n, MK_WORD_except)->n > 0 ? mk_parse_remove (p, i, 1) : parse_intent (p, i, n, MK_INTENT_CLEAR);
}

static int
parse_question (mk_parser *p, int i, int n)
{
  return p->context != NULL ? mk_parse_question (p, i, n, true) : i;
}

/* "thanks, that looks great" asks for nothing. */
static int
parse_thanks (mk_parser *p, int i, int n)
{
  bool is_alone = i + n >= mk_n_tokens (p) || mk_token_at (p, i + n)->kind == MK_TOKEN_MARK || g_str_equal (mk_hit_text (mk_hit_at (p, i + n, MK_WORD_edit)), "thanks");
  if (!is_alone)
    return i;
  p->is_thanked = true;
  mk_note (p, i, i + n, NULL, -1);
  return i + n;
}

static int
parse_query (mk_parser *p, int i, int n)
{
  return mk_parse_question (p, i, n, false);
}

/* "cambia el pino por una palmera" */
static int
parse_exchange (mk_parser *p, int i, int n)
{
  mk_np np;
  int after = p->context != NULL ? mk_np_read (p, i + n, &np) : i;
  bool is_exchange = after > i + n && np.is_definite && np.object != NULL && (mk_is_word (p, after, "by") || mk_is_word (p, after, "for"));
  return is_exchange ? mk_parse_replace (p, i, n) : i;
}

/* "instead of the cow a horse" */
static int
parse_instead (mk_parser *p, int i, int n)
{
  mk_refs old, fresh;
  int world = mk_parse_world_removal (p, i + n);
  if (world > i + n) /* "it should snow instead of rain" */
    return world;
  p->edit.kind = MK_EDIT_MAKE;
  int at = p->context != NULL ? mk_parse_np_refs (p, i + n, &old) : i + n;
  p->edit.kind = MK_EDIT_ADD;
  int after = at + (mk_is_mark (p, at, ',') ? 1 : 0), next = at > i + n && old.n > 0 ? mk_parse_np_refs (p, after, &fresh) : after;
  if (next == after || fresh.n == 0 || !mk_replace (p, &old, &fresh))
    return i;
  mk_note (p, i, next, "edit", -1);
  p->subject = p->anchor = p->head = fresh;
  p->has_subject = true;
  return next;
}

static int
parse_turn (mk_parser *p, int i, int n)
{
  bool is_turn = g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_edit)), "rotate") || mk_is_word (p, i, "turn") || mk_is_word (p, i, "rotate");
  return is_turn ? mk_parse_rotate (p, i, n) : i;
}

static int
parse_moved (mk_parser *p, int i, int n)
{
  int det = mk_hit_at (p, i + n, MK_WORD_det)->n;
  if (mk_hit_at (p, i + n + det, MK_WORD_camera_word)->n == 0)
    return mk_parse_move (p, i, n, MK_EDIT_MOVE);
  mk_note (p, i, i + n, "edit", -1); /* "bring the camera closer" */
  return i + n;
}

static int
parse_added (mk_parser *p, int i, int n)
{
  return mk_parse_move (p, i, n, MK_EDIT_ADD);
}

/* What the first `n` words at i say; what reads nothing gives i. */
typedef struct {
  const char *what; /* NULL = whatever they say */
  int (*parse) (mk_parser *p, int i, int n);
  bool is_only;     /* nothing else can be meant */
} edit_kind;

static const edit_kind edit_kinds[] = {
  { "name", mk_parse_call, true },
  { "undo", parse_undo, true },
  { "redo", parse_redo, true },
  { "clear", parse_clear, true },
  { "question", parse_question, true },
  { "who", parse_question, true },
  { "changes", parse_question, true },
  { "query", parse_query, true },
  { "count", parse_question, true },
  { "thanks", parse_thanks, false },
  { "ask", parse_ask, true },
  { "pace", parse_pace, true },
  { "delay", mk_parse_delay, true },
  { "remove", mk_parse_remove, true },
  { "make", parse_exchange, false },
  { "replace", mk_parse_replace, true },
  { "instead", parse_instead, false },
  { "duplicate", mk_parse_duplicate, true },
  { "stop", mk_parse_stop, true },
  { NULL, parse_turn, false },
  { "move", parse_moved, true },
  { "add", parse_added, false },
};

/* "make", "add", "give": what comes next is changed, or added. */
static int
begin_edit (mk_parser *p, int i, int n, const char *what)
{
  bool is_make = g_str_equal (what, "make"), is_verb = mk_hit_at (p, i, MK_WORD_motion)->n > 0 && !is_make;
  if (is_verb || (mk_hit_at (p, i, MK_WORD_object)->n > 0 && mk_hit_at (p, i + n, MK_WORD_det)->n == 0))
    return i;
  int next = is_make ? mk_parse_recount (p, i, n) : i;
  if (next > i)
    return next;
  p->edit.kind = g_str_equal (what, "add") ? MK_EDIT_ADD : MK_EDIT_MAKE;
  if (g_str_equal (what, "give") && (next = parse_give (p, i, n)) > i)
    return next;
  if (g_str_has_suffix (mk_hit_at (p, i, MK_WORD_edit)->sense->phrase, " that")) { /* "make that a truck" */
    p->edit.refs = p->latest;
    p->edit.end = i + n;
  }
  p->clause.verb = -1;
  p->has_subject = p->edit.kind == MK_EDIT_MAKE && p->has_subject;
  mk_note (p, i, i + n, "edit", -1);
  return i + n;
}

/* Whether the words at i are no edit: they belong to a longer phrase, or describe. */
static bool
is_something_else (const mk_parser *p, int i, const mk_hit *edit)
{
  bool is_start = p->clause.is_start && edit->form != MK_FORM_ING && edit->form != MK_FORM_S;
  bool is_longer = mk_hit_at (p, i, MK_WORD_camera_alone)->n > edit->n || mk_hit_at (p, i, MK_WORD_negation)->n > edit->n + 1 || mk_hit_at (p, i, MK_WORD_shot)->n > edit->n;
  bool is_relative = i > 0 && mk_is_mark (p, i - 1, ',') && mk_hit_at (p, i, MK_WORD_relative)->n > 0; /* "füge einen Wolf hinzu, welcher heult" asks nothing */
  bool is_query = g_str_equal (mk_hit_text (edit), "query") && p->context != NULL;
  bool takes_nothing = edit->n == 1 && mk_is_word (p, i, "take") && p->context == NULL; /* there is nothing yet to take out */
  int end = i + edit->n;
  bool is_last = end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK || mk_hit_at (p, end, MK_WORD_conj)->n > 0;
  bool is_done = is_last && p->clause.is_joined && p->clause.has_verb && p->subject.n > 0 && mk_hit_at (p, i, MK_WORD_motion)->n >= edit->n; /* "two cubes float and turn" */
  return !is_start || is_longer || is_relative || takes_nothing || is_done || (mk_hit_at (p, i, MK_WORD_filler)->n > edit->n && !is_query);
}

int
mk_parse_edit (mk_parser *p, int i)
{
  const mk_hit *edit = mk_hit_at (p, i, MK_WORD_edit);
  const char *what = mk_hit_text (edit);
  int n = edit->n, next = mk_parse_amount (p, i);
  if (next > i)
    return next;
  if (g_str_equal (what, "swap")) { /* "the cat and the dog swap places", "swap the cat for a dog" */
    next = p->context != NULL ? mk_parse_swap (p, i, n) : i;
    return next == i && p->context != NULL ? mk_parse_replace (p, i, n) : next;
  }
  if (n == 0 || is_something_else (p, i, edit))
    return i;
  if ((next = mk_parse_camera_put (p, i, n)) > i)
    return next;
  for (size_t k = 0; k < MK_COUNT (edit_kinds); k++) {
    const edit_kind *kind = &edit_kinds[k];
    if (kind->what != NULL && !g_str_equal (kind->what, what))
      continue;
    next = kind->parse (p, i, n);
    if (next > i || kind->is_only)
      return next;
  }
  return begin_edit (p, i, n, what);
}
