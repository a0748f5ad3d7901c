/* How things are arranged: "in a row", "in two rows of five", "3 x 4", "5 metres apart", "a tree every 10 m". */
#include <string.h>

#include "language/constructions.h"

/* A number of rows and columns with a word for it, or that makes up what was counted: "in a 6 by 6 grid", "12 barrels, 3x4". */
static int
read_grid (const mk_parser *p, int i, unsigned n_there, double *count)
{
  double rows = 0, columns = 0;
  int at = i + (mk_is_word (p, i, "in") ? 1 : 0);
  at += mk_hit_at (p, at, MK_WORD_det)->n;
  int by = mk_parse_number (p, at, &rows), second = by > at && (mk_is_word (p, by, "by") || mk_is_word (p, by, "x")) ? mk_parse_number (p, by + 1, &columns) : by;
  if (second <= by || mk_hit_at (p, second, MK_WORD_unit)->n > 0)
    return i;
  *count = rows * columns;
  if (mk_is_word (p, second, "grid") || mk_is_word (p, second, "matrix") || mk_is_word (p, second, "array"))
    return at > i ? second + 1 : i;
  return n_there > 1 && (double)n_there == *count ? second : i;
}

static const mk_json *
group_named (const mk_parser *p, const char *phrase)
{
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_group)
      return sense->value;
  return NULL;
}

/* A word that makes a group with the little word before it, in the singular: "rows" is that of "in a row". */
static const mk_json *
shape_at (const mk_parser *p, int i)
{
  mk_stem stems[MK_MAX_STEMS];
  if (i >= mk_n_tokens (p) || mk_token_at (p, i)->kind != MK_TOKEN_WORD || strlen (mk_token_at (p, i)->text) >= sizeof stems->text)
    return NULL;
  g_autofree char *said = g_strconcat (mk_token_at (p, i)->text, " of", NULL);
  const mk_json *group = group_named (p, said);
  unsigned n = group == NULL ? mk_lexicon_stem (p->language->lexicon, mk_token_at (p, i)->text, stems) : 0;
  for (unsigned k = 0; k < n && group == NULL; k++) {
    g_autofree char *phrase = g_strconcat (stems[k].text, " of", NULL);
    group = group_named (p, phrase);
  }
  return group;
}

/* "in a messy heap", "in two rows of five", "in three columns", "in a circle of six": the shape in words of its own, of `n_there`. `count` 0 = not said. */
static int
read_shape (const mk_parser *p, int i, unsigned n_there, const mk_json **group, double *count)
{
  double rows = 1, each = 0;
  if (!mk_is_word (p, i, "in") && !mk_is_word (p, i, "into"))
    return i;
  int at = i + 1, counted = mk_parse_number (p, at, &rows);
  at = counted > at ? counted : at + mk_hit_at (p, at, MK_WORD_det)->n;
  for (int steps = 0; steps < 2 && shape_at (p, at) == NULL && mk_hit_at (p, at, MK_WORD_prep)->n == 0 && mk_hit_at (p, at, MK_WORD_object)->n == 0; steps++)
    at++; /* "messy", "large" */
  const mk_json *shape = shape_at (p, at);
  if (shape == NULL || (rows < 2 && mk_hit_at (p, at, MK_WORD_object)->n > 0)) /* "three men in a tall tower" */
    return i;
  *group = shape;
  at++;
  bool is_of = g_str_equal (mk_hit_text (mk_hit_at (p, at, MK_WORD_prep)), "of");
  int end = is_of ? mk_parse_number (p, at + 1, &each) : at;
  bool is_all = rows > 1 && rows * each == n_there; /* "twelve chairs in three rows of four face a stage": of no faces */
  bool has_each = end > at + 1 && (is_all || !mk_np_is_head_ahead (p, end)) && mk_hit_at (p, end, MK_WORD_unit)->n == 0;
  if (is_of && !has_each)
    return i;
  *count = has_each ? rows * each : 0;
  if (rows > 1)
    *group = group_named (p, "grid of");
  return has_each ? end : at;
}

static bool
arrange_one (mk_parser *p, mk_thing *thing, const mk_json *group, double count)
{
  const char *arrange = mk_json_get_string (mk_json_get (group, "arrange"));
  if (thing->command < 0) { /* what is there already is arranged anew */
    mk_json *again = thing->count > 1 ? mk_command_json (p, mk_command_new (p, "add", MK_BUCKET_THING)) : NULL;
    mk_set_text (again, "id", thing->id);
    mk_set_text (again, "arrange", arrange);
    return again != NULL;
  }
  if (thing->count < 2 && count < 2)
    return false;
  mk_set_text (thing->add, "arrange", arrange);
  if (count >= 2) {
    thing->count = (unsigned)CLAMP (count, 2, 500);
    mk_json_set (thing->add, "count", mk_json_new_int (thing->count));
  }
  return true;
}

/* "5 metres apart", "every 10 m", "at intervals of 2 m", "spaced 3 m apart": the gap between them. The token after it, or i. */
static int
read_spacing (const mk_parser *p, int i, double *metres, bool *is_every)
{
  const mk_hit *each = mk_hit_at (p, i, MK_WORD_det);
  *is_every = each->n > 0 && mk_json_get_bool (mk_json_get (each->sense->value, "each"));
  int at = i + (*is_every ? each->n : 0);
  bool is_interval = mk_is_word (p, i, "at") && (mk_is_word (p, i + 1, "intervals") || mk_is_word (p, i + 1, "distances")) && mk_is_word (p, i + 2, "of");
  at += is_interval ? 3 : mk_is_word (p, i, "spaced") || mk_is_word (p, i, "set") || mk_is_word (p, i, "placed") ? 1 : 0;
  int next = mk_parse_measure (p, at, metres);
  if (next == at || mk_hit_at (p, next, MK_WORD_dimension)->n > 0) /* "each 20 cm wide" */
    return i;
  if (*is_every || is_interval)
    return next;
  return mk_is_word (p, next, "apart") || mk_is_word (p, next, "apart from") ? next + 1 : i;
}

#define EVERY_N 6 /* as many as stand "every 5 m" when nobody says how far */

static int
parse_spacing (mk_parser *p, int i)
{
  double metres = 0;
  bool is_every = false;
  const mk_refs *who = p->head.n > 0 ? &p->head : mk_whom (p);
  int next = who->n > 0 ? read_spacing (p, i, &metres, &is_every) : i;
  mk_thing *thing = next > i ? mk_thing_at (p, who->thing[0]) : NULL;
  if (thing == NULL || thing->command < 0 || (thing->count < 2 && !is_every))
    return i;
  if (thing->count < 2) {
    thing->count = EVERY_N;
    mk_json_set (thing->add, "count", mk_json_new_int (thing->count));
    mk_assume (p, "I placed %d of them, one every %g m.", EVERY_N, metres);
  }
  if (!mk_json_has (thing->add, "arrange"))
    mk_set_text (thing->add, "arrange", "row");
  mk_set_real (thing->add, "spacing_m", CLAMP (metres, 0, 1000));
  mk_note (p, i, next, "count", thing->command);
  return next;
}

/* "stack them", of things that were made one by one: each stands on the one before it. */
static bool
stack_up (mk_parser *p, const mk_refs *who)
{
  mk_refs all = *who;
  for (unsigned k = 0; k < all.n; k++)
    if (mk_thing_at (p, all.thing[k])->count > 1)
      return false;
  for (unsigned k = 1; k < all.n; k++) {
    mk_refs below = { .thing = { all.thing[k - 1] }, .n = 1 }, above = { .thing = { all.thing[k] }, .n = 1 };
    mk_place_add (p, &above, "on", &below, 0);
  }
  return all.n > 1;
}

/* "from left to right: a cat, a lamp, a globe": the order in which they are named is that in which they stand. */
int
mk_parse_row (mk_parser *p, int i)
{
  const mk_hit *way = mk_hit_at (p, i, MK_WORD_direction);
  int next = i + way->n;
  bool is_row = way->n > 2 && (g_str_equal (mk_hit_text (way), "left") || g_str_equal (mk_hit_text (way), "right"));
  if (!is_row || p->clause.in_camera || p->clause.has_verb || p->edit.kind != MK_EDIT_NONE || !(mk_is_mark (p, next, ':') || (mk_is_mark (p, next, ',') && p->subject.n == 0)))
    return i;
  p->list.relation = mk_hit_text (way);
  p->list.to.n = 0;
  p->list.is_row = true;
  p->list.is_carried = false;
  p->subject.n = 0;
  p->has_subject = false;
  p->clause.is_joined = p->clause.is_start = true;
  mk_note (p, i, next + 1, "relation", -1);
  return next + 1;
}

int
mk_parse_group (mk_parser *p, int i)
{
  const mk_refs *who = p->subject.n > 0 && p->clause.has_verb ? &p->subject : mk_whom (p);
  const mk_hit *hit = mk_hit_at (p, i, MK_WORD_group);
  const mk_json *group = hit->n > 0 && !mk_np_is_head_ahead (p, i + hit->n) ? hit->sense->value : NULL;
  int next = i + (group != NULL ? hit->n : 0), spaced = parse_spacing (p, i);
  double count = 0;
  if (spaced > i)
    return spaced;
  if (who->n == 0)
    return i;
  unsigned n_there = mk_thing_at (p, who->thing[0])->count;
  int shaped = read_shape (p, i, n_there, &group, &count);
  next = shaped > next ? shaped : next;
  int grid = next == i ? read_grid (p, i, n_there, &count) : i;
  if (grid > i) {
    group = group_named (p, "grid of");
    next = grid;
  }
  if (group == NULL)
    return i;
  bool is_set = g_str_equal (mk_json_get_string (mk_json_get (group, "arrange")), "stack") && stack_up (p, who);
  for (unsigned k = 0; k < who->n && !is_set; k++)
    if (who->copy[k] == 0)
      is_set |= arrange_one (p, mk_thing_at (p, who->thing[k]), group, count);
  if (!is_set && who->n < 2) /* "a cup and a plate side by side" stand so anyway */
    return i;
  mk_note (p, i, next, "count", mk_thing_at (p, who->thing[0])->command);
  return next;
}
