/* Where things are: "on the table", "2 m to the left of it", "with a hat", "twice as big as the house". */
#include <string.h>

#include "language/parser.h"

static int parse_late (mk_parser *p, int i, const char *relation, const mk_refs *to, double metres);

static const mk_refs *
whom (const mk_parser *p)
{
  if (p->anchor.n > 0)
    return &p->anchor;
  return p->subject.n > 0 ? &p->subject : &p->latest;
}

/* "behind the sofa, right of the lamp, hides a dog": who is there is at both. */
static int
parse_late_of_two (mk_parser *p, int i, const char *relation, const mk_refs *to, double metres)
{
  int at = i + (mk_is_mark (p, i, ',') ? 1 : 0);
  at += mk_hit_at (p, at, MK_WORD_conj)->n;
  const mk_hit *second = mk_hit_at (p, at, MK_WORD_relation);
  mk_refs where, nobody = { 0 };
  if (second->n == 0 || at == i || to == NULL)
    return i;
  int next = mk_parse_object_refs (p, at + second->n, &nobody, &where);
  int late = next > at + second->n && where.n > 0 ? parse_late (p, next, mk_hit_text (second), &where, 0) : next;
  if (late <= next || late == at)
    return i;
  mk_refs who = p->subject;
  mk_place_add (p, &who, relation, to, metres);
  mk_note (p, at, at + second->n, "relation", mk_thing_at (p, who.thing[0])->command);
  return late;
}

/* "under the table is a cat", "on it lie a book and a pen", "and right of it a cone": who is there comes later. */
static int
parse_late (mk_parser *p, int i, const char *relation, const mk_refs *to, double metres)
{
  mk_refs late;
  int at = i + (mk_is_mark (p, i, ',') ? 1 : 0);
  for (int steps = 0; steps < 2; steps++) {
    const mk_hit *copula = mk_hit_at (p, at, MK_WORD_copula), *filler = mk_hit_at (p, at, MK_WORD_filler), *rests = mk_hit_at (p, at, MK_WORD_rests), *act = mk_hit_at (p, at, MK_WORD_act);
    bool is_there = filler->n > 0 && g_str_has_prefix (filler->sense->phrase, "there");
    at += mk_hit_at (p, at, MK_WORD_det)->n > 0 ? 0 : MAX (copula->n, MAX (is_there ? filler->n : 0, MAX (rests->n, act->form == MK_FORM_S ? act->n : 0)));
  }
  int verb = -1;
  if (mk_hit_at (p, at, MK_WORD_motion)->n > 0 && mk_hit_at (p, at, MK_WORD_motion)->form == MK_FORM_S && mk_hit_at (p, at + mk_hit_at (p, at, MK_WORD_motion)->n, MK_WORD_det)->n > 0) { /* "under it swims a fish" */
    verb = at;
    at += mk_hit_at (p, at, MK_WORD_motion)->n;
  }
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det);
  double number = 0;
  bool is_new = mk_json_get_bool (mk_json_get (det->sense != NULL ? det->sense->value : NULL, "new")) || mk_parse_number (p, at, &number) > at;
  bool has_verb = at > i + (mk_is_mark (p, i, ',') ? 1 : 0);
  if (!is_new && !has_verb && !p->has_subject && !mk_np_is_head_ahead (p, at))
    return i;
  if (p->has_subject && !is_new)
    return i;
  int end = mk_parse_np_refs (p, at, &late);
  if (end == at || late.n == 0)
    return i;
  mk_place_add (p, &late, relation, to, metres);
  p->subject = p->anchor = p->head = late;
  p->has_subject = true;
  p->has_verb = p->is_clause_start = p->is_joined = false;
  p->list_relation = to != NULL ? g_string_chunk_insert (p->texts, relation) : NULL;
  p->list_to = to != NULL ? *to : (mk_refs){ 0 };
  p->list_is_carried = false;
  if (verb >= 0)
    mk_motion_attach (p, verb, &late);
  return end;
}

/* "on its left": a side of what was named before. */
static int
parse_own_side (mk_parser *p, int i, const mk_hit *side)
{
  mk_refs who = *whom (p), to = { 0 }, self = p->self;
  bool was_object = p->is_object;
  const char *relation = mk_json_get_string (mk_json_get (side->sense->value, "relation"));
  if (p->is_clause_start) { /* "on its left there are two cows" */
    int late = parse_late (p, i + side->n, relation, &who, 0);
    if (late > i + side->n)
      mk_note (p, i, i + side->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
    if (late > i + side->n)
      return late;
  }
  p->self = who;
  p->is_object = true;
  mk_find_pronoun (p, mk_json_get_string (mk_json_get (side->sense->value, "of")), &to);
  p->self = self;
  p->is_object = was_object;
  if (to.n == 0)
    return i;
  mk_place_add (p, &who, relation, &to, p->pending_distance_m);
  p->pending_distance_m = 0;
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, who.thing[0])->command);
  return i + side->n;
}

/* "in front of us": between, around and the like with no thing to stand at. */
static int
parse_side (mk_parser *p, int i)
{
  const mk_hit *side = mk_hit_at (p, i, MK_WORD_side), *relation = mk_hit_at (p, i, MK_WORD_relation);
  const mk_refs *who = whom (p);
  if (side->n == 0 || relation->n > side->n || who->n == 0 || (p->has_verb && p->action >= 0 && mk_hit_at (p, i, MK_WORD_direction)->n > 0))
    return i;
  bool has_object = relation->n > 0 && (mk_hit_at (p, i + relation->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + relation->n, MK_WORD_pronoun)->n > 0 || mk_np_is_head_ahead (p, i + relation->n));
  if (mk_json_has (side->sense->value, "of"))
    return has_object ? i : parse_own_side (p, i, side);
  if (p->is_clause_start) { /* "in the foreground three chickens walk" */
    int late = parse_late (p, i + side->n, mk_hit_text (side), NULL, p->pending_distance_m);
    if (late > i + side->n)
      mk_note (p, i, i + side->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
    if (late > i + side->n)
      return late;
  }
  mk_refs refs = *who;
  mk_place_add (p, &refs, mk_hit_text (side), NULL, p->pending_distance_m);
  p->after_relation = true;
  p->pending_distance_m = 0;
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, refs.thing[0])->command);
  return i + side->n;
}

/* "sits on" is a verb: it speaks of the cat, not of the hat that the cat has on. */
static bool
is_finite (const mk_parser *p, int i)
{
  const mk_sense *sense = i < mk_n_tokens (p) ? mk_lexicon_find (p->language->lexicon, mk_token_at (p, i)->text) : NULL;
  while (sense != NULL && sense->kind != MK_WORD_rests)
    sense = sense->next;
  return sense != NULL;
}

/* After "and" a relation speaks of the head again; after a definite old thing too: where that is, is known. */
static void
choose_anchor (mk_parser *p, const mk_refs *to, bool was_there)
{
  p->after_relation = true;
  if (!was_there && !p->has_verb)
    p->anchor = *to;
}

static int
read_second (mk_parser *p, int i, mk_refs *to)
{
  const mk_hit *conj = mk_hit_at (p, i, MK_WORD_conj);
  mk_refs second;
  if (conj->n == 0 || g_str_equal (mk_hit_text (conj), "with"))
    return i;
  int next = mk_parse_np_refs (p, i + conj->n, &second);
  if (next == i + conj->n)
    return i;
  mk_refs_join (to, &second);
  return next;
}

/* "a sofa, a table in front of it": when “it” can only be one of those that are placed, the last of them is placed. */
static bool
is_one_of_them (const mk_parser *p, int i, const mk_refs *who)
{
  const char *pronoun = mk_hit_text (mk_hit_at (p, i, MK_WORD_pronoun));
  if (!g_str_equal (pronoun, "it") && !g_str_equal (pronoun, "who"))
    return false;
  for (unsigned r = 0; r < p->n_recent; r++)
    for (unsigned k = 0; k < who->n; k++)
      if (p->recent[r].n == 1 && p->recent[r].thing[0] == who->thing[k])
        return true;
  return false;
}

/* "on each table": as many as there are tables. */
static void
share_out (mk_parser *p, int det, const mk_refs *who, const mk_refs *to)
{
  const mk_hit *each = mk_hit_at (p, det, MK_WORD_det);
  unsigned n = 0;
  if (each->n == 0 || !mk_json_get_bool (mk_json_get (each->sense->value, "each")))
    return;
  for (unsigned i = 0; i < to->n; i++)
    n += mk_thing_at (p, to->thing[i])->count;
  for (unsigned i = 0; i < who->n; i++) {
    mk_thing *thing = mk_thing_at (p, who->thing[i]);
    if (thing->command < 0 || thing->count > 1 || n < 2)
      continue;
    thing->count = n;
    mk_json_set (thing->add, "count", mk_json_new_int (n));
  }
}

/* A globe on a desk is no planet: what stands in space has no size of its own in a room. */
static void
bring_home (mk_parser *p, const mk_refs *who, const char *relation, const mk_refs *to)
{
  const mk_recipe_info *carrier = mk_thing_at (p, to->thing[0])->info;
  if (carrier == NULL || !g_str_equal (relation, "on") || !g_str_equal (carrier->category, "furniture"))
    return;
  for (unsigned i = 0; i < who->n; i++) {
    mk_thing *thing = mk_thing_at (p, who->thing[i]);
    bool is_sized = mk_json_has (thing->add, "scale") || mk_json_has (thing->add, "height_m") || mk_json_has (thing->add, "width_m") || mk_json_has (thing->add, "relative_size");
    if (thing->command >= 0 && !is_sized && thing->info != NULL && g_str_equal (thing->info->category, "space"))
      mk_set_real (thing->add, "height_m", 0.35);
  }
}

static void
keep_last (mk_refs *who)
{
  who->thing[0] = who->thing[who->n - 1];
  who->copy[0] = who->copy[who->n - 1];
  who->n = 1;
}

/* "a man sits on a bench": where he is and what he does at once. */
static void
take_pose (mk_parser *p, int i, int n, const mk_refs *who)
{
  mk_stem stems[MK_MAX_STEMS];
  const char *word = mk_token_at (p, i)->text;
  unsigned n_stems = n > 1 && strlen (word) < sizeof stems->text ? mk_lexicon_stem (p->language->lexicon, word, stems) : 0;
  for (unsigned k = 0; k < n_stems; k++)
    for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, stems[k].text); sense != NULL; sense = sense->next) {
      const char *motion = mk_json_get_string (mk_json_get (sense->value, "motion"));
      const mk_thing *thing = mk_thing_at (p, who->thing[0]);
      if (sense->kind != MK_WORD_motion || !g_str_equal (motion, "sit") || thing->info == NULL || !g_strv_contains (thing->info->motions, motion))
        continue;
      int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
      mk_json *json = mk_command_json (p, command);
      mk_set_text (json, "id", mk_new_id (p, motion));
      if (json != NULL)
        mk_json_set (json, "targets", mk_refs_to_json (p, who));
      mk_set_text (json, "motion", motion);
      return;
    }
}

int
mk_parse_relation (mk_parser *p, int i)
{
  double metres = 0;
  int at = mk_parse_measure (p, i, &metres);
  if (at > i && mk_is_word (p, at, "away"))
    at++;
  const mk_hit *relation = mk_hit_at (p, at, MK_WORD_relation);
  int side = at == i || mk_hit_at (p, at, MK_WORD_side)->n > 0 ? parse_side (p, at) : at;
  if (side > at) {
    mk_note (p, i, at, "relation", -1);
    return side;
  }
  const char *name = mk_hit_text (relation);
  if (relation->n == 0 || p->pending_verb >= 0 || (i == p->edit_end && mk_is_word (p, i, "into")))
    return i;
  mk_refs who = p->is_joined && p->head.n > 0 ? p->head : *whom (p), to;
  guint n_before = p->things->len;
  mk_refs subject = p->subject;
  if (is_finite (p, at) && subject.n > 0 && !p->in_camera)
    who = subject;
  bool is_listed = p->list_relation != NULL && p->is_joined == false && who.n > 1;
  if (is_listed) /* "on it lie a book, a pen and a candle on a plate": the candle is on the plate, the plate there too */
    keep_last (&who);
  if (who.n > 1 && is_one_of_them (p, at + relation->n, &who))
    keep_last (&who);
  int next = mk_parse_object_refs (p, at + relation->n, &who, &to);
  if (next == at + relation->n || to.n == 0)
    return next > at + relation->n ? next : i;
  bool was_there = p->things->len == n_before;
  if (g_str_equal (name, "between"))
    next = read_second (p, next, &to);
  p->subject = subject;
  int inverted = who.n == 0 || p->is_clause_start ? parse_late (p, next, name, &to, metres) : next;
  if (inverted == next && who.n == 0)
    inverted = parse_late_of_two (p, next, name, &to, metres);
  if (inverted > next)
    share_out (p, at + relation->n, &p->subject, &to);
  if (inverted > next)
    mk_note (p, i, at + relation->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
  if (inverted > next || who.n == 0)
    return inverted;
  if (mk_refs_meet (&who, &to)) /* "a cup on a table, under the same table" */
    who = subject;
  mk_place_add (p, &who, name, &to, metres > 0 ? metres : p->pending_distance_m);
  take_pose (p, at, relation->n, &who);
  share_out (p, at + relation->n, &who, &to);
  bring_home (p, &who, name, &to);
  if (is_listed && !was_there)
    mk_place_add (p, &to, p->list_relation, &p->list_to, 0);
  p->pending_distance_m = 0;
  mk_note (p, i, at + relation->n, "relation", mk_thing_at (p, who.thing[0])->command);
  p->is_joined = p->is_clause_start = false;
  choose_anchor (p, &to, was_there);
  return next;
}

/* "three cats in a row": an arrangement of what was named. */
/* "in a 6 by 6 grid": the token after the numbers, or i. */
static int
read_grid (const mk_parser *p, int i, double *count)
{
  double rows = 0, columns = 0;
  int at = i + (mk_is_word (p, i, "in") ? 1 : 0);
  at += mk_hit_at (p, at, MK_WORD_det)->n;
  int by = mk_parse_number (p, at, &rows), second = by > at && (mk_is_word (p, by, "by") || mk_is_word (p, by, "x")) ? mk_parse_number (p, by + 1, &columns) : by;
  if (at == i || second <= by || !(mk_is_word (p, second, "grid") || mk_is_word (p, second, "matrix") || mk_is_word (p, second, "array")))
    return i;
  *count = rows * columns;
  return second + 1;
}

/* The things are arranged, and as many of them made as were said. */
static int
parse_grid (mk_parser *p, int i)
{
  double count = 0;
  int next = read_grid (p, i, &count);
  const mk_refs *who = whom (p);
  mk_thing *thing = who->n > 0 ? mk_thing_at (p, who->thing[0]) : NULL;
  if (next == i || thing == NULL || thing->command < 0 || count < 2)
    return i;
  mk_set_text (thing->add, "arrange", "grid");
  thing->count = (unsigned)CLAMP (count, 2, 500);
  mk_json_set (thing->add, "count", mk_json_new_int (thing->count));
  mk_note (p, i, next, "count", thing->command);
  return next;
}

int
mk_parse_group (mk_parser *p, int i)
{
  int grid = parse_grid (p, i);
  if (grid > i)
    return grid;
  const mk_hit *group = mk_hit_at (p, i, MK_WORD_group);
  const mk_refs *who = p->subject.n > 0 && p->has_verb ? &p->subject : whom (p);
  bool is_set = false;
  if (group->n == 0 || who->n == 0 || mk_np_is_head_ahead (p, i + group->n))
    return i;
  for (unsigned k = 0; k < who->n; k++) {
    mk_thing *thing = mk_thing_at (p, who->thing[k]);
    if (thing->count < 2 || who->copy[k] > 0)
      continue;
    if (thing->command < 0) { /* what is there already is arranged anew */
      mk_json *again = mk_command_json (p, mk_command_new (p, "add", MK_BUCKET_THING));
      mk_set_text (again, "id", thing->id);
      mk_set_text (again, "arrange", mk_json_get_string (mk_json_get (group->sense->value, "arrange")));
      is_set = again != NULL;
      continue;
    }
    mk_set_text (thing->add, "arrange", mk_json_get_string (mk_json_get (group->sense->value, "arrange")));
    is_set = true;
  }
  if (!is_set && who->n < 2) /* "a cup and a plate side by side" stand so anyway */
    return i;
  mk_note (p, i, i + group->n, "count", mk_thing_at (p, who->thing[0])->command);
  return i + group->n;
}

/* --- "with" --- */

bool
mk_thing_has_part (const mk_parser *p, const mk_thing *thing, const char *part)
{
  if (mk_clothes_find (p, thing, part) != NULL)
    return true;
  for (const char *const *i = thing->info != NULL ? thing->info->parts : NULL; i != NULL && *i != NULL; i++)
    if (g_str_equal (*i, part) || (g_str_has_suffix (*i, part) && (*i)[strlen (*i) - strlen (part) - 1] == ' '))
      return true;
  return false;
}

bool
mk_has_part (const mk_parser *p, const char *part)
{
  const mk_refs *who = whom (p);
  return who->n > 0 && mk_thing_has_part (p, mk_thing_at (p, who->thing[0]), part);
}

/* "with three legs", when the recipe takes that number. */
static bool
set_param (mk_thing *thing, const char *part, double number)
{
  const mk_recipe_info *info = thing->info;
  g_autofree char *plural = g_strconcat (part, "s", NULL);
  for (unsigned i = 0; info != NULL && i < info->n_params; i++) {
    const mk_recipe_param *param = &info->params[i];
    if (param->options != NULL || (!g_str_equal (param->name, part) && !g_str_equal (param->name, plural)))
      continue;
    mk_json *params = mk_json_get (thing->add, "params");
    if (params == NULL)
      mk_json_set (thing->add, "params", params = mk_json_new_object ());
    mk_set_real (params, param->name, CLAMP (number, param->min, param->max));
    return true;
  }
  return false;
}

bool
mk_option_set (mk_thing *thing, const char *option)
{
  for (unsigned i = 0; thing->info != NULL && thing->command >= 0 && i < thing->info->n_params; i++) {
    const mk_recipe_param *param = &thing->info->params[i];
    if (param->options == NULL || !g_strv_contains (param->options, option))
      continue;
    mk_json *params = mk_json_get (thing->add, "params");
    if (params == NULL)
      mk_json_set (thing->add, "params", params = mk_json_new_object ());
    mk_set_text (params, param->name, option);
    return true;
  }
  return false;
}

/* "in winter": for all that changes with it. */
int
mk_parse_option (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  int at = i + (mk_is_word (p, i, "in") ? prep->n : 0);
  const mk_hit *option = mk_hit_at (p, at, MK_WORD_option);
  bool is_set = false;
  if (option->n == 0 || at == i || mk_np_is_head_ahead (p, at + option->n))
    return i;
  for (guint t = 0; t < p->things->len; t++)
    is_set |= mk_option_set (mk_thing_at (p, (int)t), option->sense->phrase);
  if (!is_set)
    return i;
  mk_note (p, i, at + option->n, "object", -1);
  return at + option->n;
}

/* "with blue wheels", "with three legs": parts of the anchor. */
int
mk_parse_with_part (mk_parser *p, int i, const mk_refs *owner)
{
  mk_np np;
  int next = mk_np_read (p, i, &np);
  mk_thing *thing = mk_thing_at (p, owner->thing[0]);
  const mk_hit *member = mk_hit_at (p, np.head >= 0 ? np.head : next, MK_WORD_member);
  if (np.head < 0 && member->n > 0) {
    np.head = next;
    next += member->n;
  }
  if (next > i && np.part == NULL && np.noun != NULL && mk_thing_has_part (p, thing, np.noun)) /* a door is a thing too, but a house has one */
    np.part = np.noun;
  if (next > i && np.part == NULL && np.object == NULL && member->n > 0 && np.head + member->n == next) {
    mk_assume (p, "The %s has no %s that could be changed.", thing->noun, member->sense->phrase);
    mk_note (p, i, next, NULL, -1);
    return next;
  }
  if (next == i || np.part == NULL)
    return i;
  bool has_look = np.n_colors > 0 || np.material != NULL || np.finish != NULL;
  bool is_set = np.number >= 0 && set_param (thing, np.part, np.number);
  bool has_it = mk_thing_has_part (p, thing, np.part);
  if (!is_set && !has_it && np.object != NULL)
    return i;
  if (!is_set && !has_it)
    mk_assume (p, "The %s has no %s that could be changed.", thing->noun, np.part);
  mk_refs part = *owner;
  g_strlcpy (part.part, np.part, sizeof part.part);
  const mk_json *clothes = mk_clothes_find (p, thing, np.part);
  if (clothes != NULL)
    mk_clothes_wear (p, owner, clothes);
  for (int k = np.from; k < np.head && clothes != NULL; k++) /* "long hair" makes nobody long */
    if (mk_hit_at (p, k, MK_WORD_size)->n > 0 || mk_hit_at (p, k, MK_WORD_option)->n > 0)
      mk_option_set (thing, mk_token_at (p, k)->text);
  np.scale = clothes != NULL ? 0 : np.scale;
  if (has_look && has_it)
    mk_look_set (p, &part, &np);
  if (np.trait != NULL && clothes != NULL)
    mk_clothes_wear (p, owner, np.trait);
  mk_note (p, i, next, "object", thing->command);
  /* "a red roof and a blue door" */
  int comma = next + (mk_is_mark (p, next, ',') ? 1 : 0), more = comma + mk_hit_at (p, comma, MK_WORD_conj)->n;
  mk_np second;
  bool goes_on = more > next && mk_np_read (p, more, &second) > more && second.part == NULL && mk_thing_has_part (p, thing, second.noun != NULL ? second.noun : "");
  return more > next && (goes_on || (second.part != NULL && mk_thing_has_part (p, thing, second.part))) ? mk_parse_with_part (p, more, owner) : next;
}

/* "a box full of toys", "a bowl with cherries in it": what follows is inside. */
static int
parse_contents (mk_parser *p, int i)
{
  const mk_hit *contains = mk_hit_at (p, i, MK_WORD_contains);
  const mk_refs *who = whom (p);
  if (contains->n == 0 || who->n == 0)
    return i;
  const mk_hit *substance = mk_hit_at (p, i + contains->n, MK_WORD_substance);
  if (substance->n > 0 && !mk_np_is_head_ahead (p, i + contains->n)) {
    mk_note (p, i, i + contains->n + substance->n, NULL, -1);
    mk_assume (p, "I left out the %s.", substance->sense->phrase);
    return i + contains->n + substance->n;
  }
  mk_refs owner = *who, inside;
  guint n_before = p->things->len;
  int next = mk_parse_object_refs (p, i + contains->n, &owner, &inside);
  if (next == i + contains->n || inside.n == 0)
    return i;
  mk_note (p, i, i + contains->n, "relation", mk_thing_at (p, inside.thing[0])->command);
  if (p->things->len > n_before)
    mk_place_add (p, &inside, mk_hit_text (contains), &owner, 0);
  p->head = owner;
  p->after_relation = true;
  return next;
}

/* "with a diameter of one metre", "has a height of 2 m". */
static int
parse_with_size (mk_parser *p, int i, const mk_refs *who)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n;
  const mk_hit *dimension = mk_hit_at (p, at, MK_WORD_dimension);
  double metres = 0;
  int from = at + dimension->n + mk_hit_at (p, at + dimension->n, MK_WORD_prep)->n, next = mk_parse_measure (p, from, &metres);
  if (dimension->n == 0 || next == from)
    return i;
  const char *what = mk_hit_text (dimension);
  mk_np look = { .number = -1 };
  look.length_m[g_str_equal (what, "width") ? 1 : g_str_equal (what, "length") ? 2 : 0] = metres;
  mk_look_set (p, who, &look);
  mk_note (p, i, next, "size", mk_thing_at (p, who->thing[0])->command);
  return next;
}

/* A vase with tulips has them inside, a man with a hat on his head; what there is of the world decides. */
const char *
mk_relation_of_with (const mk_parser *p, const mk_thing *owner, const mk_thing *thing)
{
  const mk_recipe_info *who = owner->info, *what = thing->info;
  if (who == NULL || what == NULL)
    return "beside";
  if (mk_json_has_text (mk_world_fact (p, who->category, "holds"), what->category))
    return "inside";
  if (what->is_worn && mk_thing_is_living (owner))
    return "on";
  bool fits = !mk_json_get_bool (mk_world_fact (p, what->category, "stays_beside")) && what->size_m <= 0.8f * who->size_m;
  return who->carries && fits && mk_json_get_bool (mk_world_fact (p, who->category, "carries")) ? "on" : "beside";
}

int
mk_parse_with (mk_parser *p, int i)
{
  int contents = parse_contents (p, i);
  if (contents > i)
    return contents;
  const mk_hit *wear = mk_hit_at (p, i, MK_WORD_wear);
  const mk_refs *who = whom (p);
  if (wear->n == 0 || who->n == 0 || p->wants_target)
    return i;
  mk_refs owner = *who, subject = p->subject, worn;
  int next = parse_with_size (p, i + wear->n, &owner);
  if (next == i + wear->n)
    next = mk_parse_with_part (p, i + wear->n, &owner);
  if (next > i + wear->n)
    return next;
  if (mk_hit_at (p, i + wear->n, MK_WORD_camera_word)->n > 0)
    return i;
  guint n_before = p->things->len;
  next = mk_parse_np_refs (p, i + wear->n, &worn);
  if (next == i + wear->n)
    return i;
  bool is_worn = strstr (wear->sense->phrase, "wear") != NULL || strstr (wear->sense->phrase, "dressed") != NULL;
  mk_note (p, i, i + wear->n, NULL, -1);
  p->subject = subject;
  bool is_placed = (mk_hit_at (p, next, MK_WORD_relation)->n > 0 && !is_finite (p, next)) || mk_hit_at (p, next, MK_WORD_side)->n > 0; /* "with the moon behind it" */
  if (worn.n > 0 && !is_placed && p->things->len > n_before && mk_json_get (mk_thing_at (p, worn.thing[0])->add, "place") == NULL) {
    const char *relation = is_worn ? "on" : mk_relation_of_with (p, mk_thing_at (p, owner.thing[0]), mk_thing_at (p, worn.thing[0]));
    mk_place_add (p, &worn, relation, &owner, 0);
    if (!is_worn && g_str_equal (relation, "on") && !mk_thing_at (p, worn.thing[0])->info->is_worn) {
      p->list_relation = "on";
      p->list_to = owner;
      p->list_is_carried = true;
    }
  }
  p->head = owner;
  p->anchor = worn;
  p->after_relation = true;
  return next;
}

/* --- "made of gold", "in red" --- */

/* "a pyramid made of golden cubes", "a tower out of twelve blocks": an arrangement of them and no thing of its own. */
static bool
build_of (mk_parser *p, const mk_refs *who, const mk_np *parts)
{
  mk_thing *whole = mk_thing_at (p, who->thing[0]);
  g_autofree char *phrase = g_strconcat (whole->noun, " of", NULL);
  const mk_sense *group = mk_lexicon_find (p->language->lexicon, phrase);
  while (group != NULL && group->kind != MK_WORD_group)
    group = group->next;
  if (group == NULL || who->n != 1 || whole->command < 0)
    return false;
  mk_np np = *parts;
  mk_refs refs;
  np.group = group->value;
  np.is_new = true;
  mk_np_resolve (p, &np, &refs);
  if (refs.n == 0)
    return false;
  g_array_index (p->commands, mk_command, mk_thing_at (p, who->thing[0])->command).is_dropped = true;
  mk_thing_at (p, who->thing[0])->is_removed = true;
  p->subject = p->anchor = p->head = refs;
  p->has_subject = true;
  return true;
}

/* "four balloons in red, blue, green and yellow": one each. */
static int
parse_color_list (mk_parser *p, int i, int n, const mk_refs *who)
{
  mk_thing *thing = mk_thing_at (p, who->thing[0]);
  g_autoptr (mk_json) colors = mk_json_new_array ();
  int at = i + n, end = i;
  while (mk_hit_at (p, at, MK_WORD_color)->n > 0 && mk_json_length (colors) < 8) {
    mk_json_append (colors, mk_json_new_string (mk_hit_text (mk_hit_at (p, at, MK_WORD_color))));
    end = at + mk_hit_at (p, at, MK_WORD_color)->n;
    at = end + (mk_is_mark (p, end, ',') ? 1 : 0);
    at += g_str_equal (mk_hit_text (mk_hit_at (p, at, MK_WORD_conj)), "and") ? mk_hit_at (p, at, MK_WORD_conj)->n : 0;
  }
  if (mk_json_length (colors) < 2 || thing->command < 0 || thing->count < 2 || mk_np_is_head_ahead (p, end))
    return i;
  mk_json_set (thing->add, "colors", mk_json_ref (colors));
  mk_set_text (thing->add, "color", mk_json_get_string (mk_json_at (colors, 0)));
  mk_note (p, i, end, "color", thing->command);
  return end;
}

int
mk_parse_made_of (mk_parser *p, int i)
{
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_made_of);
  const mk_refs *who = whom (p);
  mk_np np;
  if (of->n > 1 && who->n == 0 && p->things->len == 0 && mk_hit_at (p, i + of->n, MK_WORD_material)->n > 0) { /* "everything is made of paper: …" */
    const mk_hit *all = mk_hit_at (p, i + of->n, MK_WORD_material);
    p->material_of_all = mk_hit_text (all);
    mk_note (p, i, i + of->n + all->n, "material", -1);
    return i + of->n + all->n;
  }
  if (of->n == 0 || who->n == 0)
    return i;
  const mk_hit *shade = mk_hit_at (p, i + of->n, MK_WORD_shade);
  if (shade->n > 0 && mk_hit_at (p, i + of->n + shade->n, MK_WORD_material)->n > 0) { /* "made of dark wood" */
    mk_note_unshown (p, i + of->n, shade->n);
    mk_np look = { .number = -1, .verb = -1, .material = mk_hit_text (mk_hit_at (p, i + of->n + shade->n, MK_WORD_material)) };
    int end = i + of->n + shade->n + mk_hit_at (p, i + of->n + shade->n, MK_WORD_material)->n;
    mk_look_set (p, who, &look);
    mk_note (p, i, end, "material", mk_thing_at (p, who->thing[0])->command);
    return end;
  }
  int listed = parse_color_list (p, i, of->n, who);
  if (listed > i)
    return listed;
  int next = mk_np_read (p, i + of->n, &np);
  const mk_hit *material = mk_hit_at (p, np.head >= 0 ? np.head : i + of->n, MK_WORD_material);
  if (np.head >= 0 && of->n > 1 && material->n > 0 && !np.is_plural) { /* "made of blue glass": no glass */
    next = np.head + material->n;
    np.material = mk_hit_text (material);
    np.head = -1;
    np.noun = NULL;
    np.object = NULL;
  }
  if (np.head >= 0 && of->n > 1 && np.object != NULL && (np.is_plural || np.number > 1) && build_of (p, who, &np))
    return next;
  bool has_look = np.n_colors > 0 || np.material != NULL || np.finish != NULL;
  bool lends = np.text == NULL && np.noun != NULL && (g_str_equal (np.noun, "letter") || g_str_equal (np.noun, "color") || g_str_equal (np.noun, "colour"));
  bool is_with = mk_hit_at (p, i, MK_WORD_wear)->n > 0; /* "with white tusks" is no white elephant */
  if (next == i + of->n || !has_look || (np.head >= 0 ? !lends : is_with))
    return i;
  mk_refs refs = *who;
  mk_look_set (p, &refs, &np);
  mk_note (p, i, next, np.material != NULL ? "material" : "color", mk_thing_at (p, refs.thing[0])->command);
  return next;
}

/* --- comparison --- */

/* Of what is there already a relative size becomes a scale, where both sizes are known. */
static void
compare_known (mk_parser *p, const mk_refs *who, const mk_refs *to, double factor)
{
  const mk_thing *a = mk_thing_at (p, who->thing[0]), *b = mk_thing_at (p, to->thing[0]);
  if (a->info == NULL || b->info == NULL || a->info->size_m <= 0)
    return;
  mk_np look = { .scale = factor * (double)(b->info->size_m / a->info->size_m) };
  mk_look_set (p, who, &look);
}

/* "double the height of the tree": of what is there. */
static int
multiply (mk_parser *p, int i, const mk_hit *compare)
{
  mk_refs who;
  int next = mk_parse_np_refs (p, i + compare->n, &who);
  mk_np look = { .number = -1, .verb = -1, .scale = mk_json_get_real (mk_json_at (compare->sense->value, 1)) };
  if (next == i + compare->n || who.n == 0)
    return i;
  mk_look_set (p, &who, &look);
  mk_note (p, i, i + compare->n, "size", (int)p->commands->len - 1);
  p->subject = p->anchor = p->head = who;
  p->has_subject = true;
  return next;
}

int
mk_parse_compare (mk_parser *p, int i)
{
  double times = 0;
  const mk_hit *often = mk_hit_at (p, i, MK_WORD_adverb); /* "ten times as big as" */
  int unit = mk_parse_number (p, i, &times), at = unit > i && mk_is_word (p, unit, "times") ? unit + 1 : i;
  if (at == i && often->n > 0 && mk_json_get_real (mk_json_get (often->sense->value, "repeat")) > 1 && mk_hit_at (p, i + often->n, MK_WORD_compare)->n > 0) {
    times = mk_json_get_real (mk_json_get (often->sense->value, "repeat"));
    at = i + often->n;
  }
  const mk_hit *compare = mk_hit_at (p, at, MK_WORD_compare);
  const mk_refs *who = whom (p);
  mk_refs to, one = { 0 };
  if (compare->n > 0 && p->is_clause_start && p->context != NULL && p->subject.n == 0)
    return multiply (p, at, compare);
  if (compare->n == 0 || who->n == 0)
    return i;
  mk_refs refs = *who, subject = p->subject;
  int next = mk_parse_np_refs (p, at + compare->n, &to);
  p->subject = subject;
  if (next == at + compare->n || to.n == 0)
    return i;
  mk_refs_add (&one, to.thing[0], to.copy[0]);
  double factor = at > i ? times : mk_json_get_real (mk_json_at (compare->sense->value, 1));
  mk_json *size = mk_json_new_object ();
  mk_set_text (size, "to", mk_ref_text (p, &one, 0));
  mk_set_real (size, "factor", factor);
  mk_set_text (size, "dimension", mk_json_get_string (mk_json_at (compare->sense->value, 0)));
  for (unsigned k = 0; k < refs.n; k++) {
    mk_thing *thing = mk_thing_at (p, refs.thing[k]);
    if (refs.thing[k] == one.thing[0])
      continue;
    if (thing->command >= 0)
      mk_json_set (thing->add, "relative_size", mk_json_ref (size));
    else
      compare_known (p, &refs, &one, factor);
  }
  mk_json_unref (size);
  mk_note (p, i, at + compare->n, "size", mk_thing_at (p, refs.thing[0])->command);
  return next;
}
