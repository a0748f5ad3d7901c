/* Where things are: "on the table", "2 m to the left of it", "with a hat", "twice as big as the house". */
#include <string.h>

#include "language/constructions.h"

static int parse_late (mk_parser *p, int i, const char *relation, const mk_refs *to, double metres);

const mk_refs *
mk_whom (const mk_parser *p)
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
  int paused = i + (mk_is_mark (p, i, ',') || mk_is_mark (p, i, ':') ? 1 : 0), at = paused; /* "on the desk: a lamp, two books" */
  for (int steps = 0; steps < 2; steps++) {
    const mk_hit *copula = mk_hit_at (p, at, MK_WORD_copula), *filler = mk_hit_at (p, at, MK_WORD_filler), *rests = mk_hit_at (p, at, MK_WORD_rests), *act = mk_hit_at (p, at, MK_WORD_act);
    filler = filler->n > 0 ? filler : mk_hit_at (p, at, MK_WORD_lead); /* "there should be" */
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
  bool has_verb = at > paused;
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
  p->clause.has_verb = p->clause.is_start = p->clause.is_joined = false;
  p->list.relation = to != NULL ? g_string_chunk_insert (p->texts, relation) : NULL;
  p->list.to = to != NULL ? *to : (mk_refs){ 0 };
  p->list.is_carried = p->list.is_row = false;
  p->clause.distance_m = 0;
  if (verb >= 0)
    mk_motion_attach (p, verb, &late);
  return end;
}

/* "on its left": a side of what was named before. */
/* "a house with a tree on either side": one at each. */
void
mk_stand_on_both (mk_parser *p, int from, int to, const mk_refs *who)
{
  bool is_both = false;
  for (int k = from; k < to; k++)
    is_both |= mk_lexicon_word_rule (p->language->lexicon, "both_sides", mk_token_at (p, k)->text) != NULL;
  mk_thing *thing = mk_thing_at (p, who->thing[0]);
  mk_json *place = mk_json_get (thing->add, "place"), *latest = mk_json_at (place, mk_json_length (place) - 1);
  if (!is_both || who->n != 1 || thing->command < 0 || thing->count > 2 || latest == NULL)
    return;
  thing->count = 2;
  mk_json_set (thing->add, "count", mk_json_new_int (2));
  mk_set_text (latest, "relation", "around");
}

static int
parse_own_side (mk_parser *p, int i, const mk_hit *side)
{
  mk_refs who = *mk_whom (p), to = { 0 }, self = p->self;
  bool was_object = p->is_object;
  const char *relation = mk_json_get_string (mk_json_get (side->sense->value, "relation"));
  const char *whose = mk_json_get_string (mk_json_get (side->sense->value, "of"));
  if (p->clause.is_start) { /* "on its left there are two cows", "between them a bench" */
    bool is_of_several = g_str_equal (whose, "them") && !mk_is_several (p, &who);
    if (is_of_several)
      mk_find_pronoun (p, whose, &to);
    int late = parse_late (p, i + side->n, relation, to.n > 0 ? &to : &who, p->clause.distance_m);
    to.n = 0;
    if (late > i + side->n) {
      mk_note (p, i, i + side->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
      mk_stand_on_both (p, i, i + side->n, &p->subject);
      return late;
    }
  }
  if (who.n > 1 && !p->clause.has_verb && p->mentioned.n == 1 && mk_refs_meet (&who, &p->mentioned)) /* "a stack of pancakes and a cherry on top" */
    mk_keep_last (&who);
  p->self = who;
  p->is_object = true;
  mk_find_pronoun (p, whose, &to);
  if ((to.n == 0 || mk_refs_meet (&to, &who)) && g_str_equal (relation, "on")) /* of a stack */
    mk_find_pronoun (p, "them", &to);
  p->self = self;
  p->is_object = was_object;
  if (to.n == 0 || (g_str_equal (relation, "on") && mk_refs_meet (&to, &who)))
    return i;
  mk_place_add (p, &who, relation, &to, p->clause.distance_m);
  mk_stand_on_both (p, i, i + side->n, &who);
  p->clause.distance_m = 0;
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, who.thing[0])->command);
  return i + side->n;
}

/* Where nothing else says where it is. */
static bool
may_be_positioned (const mk_thing *thing)
{
  return thing->command >= 0 && !mk_json_has (thing->add, "place") && !mk_json_has (thing->add, "position");
}

static void
set_position (mk_thing *thing, double x, double y, double z)
{
  const double at[3] = { x, y, z };
  mk_json *position = mk_json_new_array ();
  for (size_t axis = 0; axis < MK_COUNT (at); axis++)
    mk_json_append (position, mk_json_new_number (at[axis]));
  mk_json_set (thing->add, "position", position);
}

/* What is in the sky whenever nobody says where it is: the moon, a cloud. */
bool
mk_is_of_the_sky (const mk_parser *p, const mk_recipe_info *info)
{
  return info != NULL && mk_world_has (p, "places", "aloft", info->name);
}

/* "the earth in the sky": what belongs up there hangs in the picture's. What flies or falls there does that by itself. */
bool
mk_hang_aloft (mk_parser *p, const mk_refs *who)
{
  bool is_alone = p->things->len == 1, hangs = false;
  for (unsigned k = 0; k < who->n && !is_alone; k++) {
    mk_thing *thing = mk_thing_at (p, who->thing[k]);
    bool belongs = thing->info != NULL && (g_str_equal (thing->info->category, "space") || mk_is_of_the_sky (p, thing->info));
    if (!belongs || !may_be_positioned (thing))
      continue;
    mk_json *place = mk_json_new_array (), *one = mk_json_new_object ();
    mk_json_set (one, "relation", mk_json_new_string ("aloft"));
    mk_json_append (place, one);
    mk_json_set (thing->add, "place", place);
    hangs = true;
  }
  return hangs;
}

static int
parse_aloft (mk_parser *p, int i, const mk_hit *side, const mk_refs *who)
{
  mk_hang_aloft (p, who);
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, who->thing[0])->command);
  return i + side->n;
}

/* "a lamp hangs from the ceiling": so high that one stands under it, whether or not there is a room. */
static int
parse_hung (mk_parser *p, int i, const mk_hit *side, const mk_refs *who)
{
  for (unsigned k = 0; k < who->n; k++)
    if (may_be_positioned (mk_thing_at (p, who->thing[k])))
      set_position (mk_thing_at (p, who->thing[k]), 0, mk_json_get_real (mk_json_get (side->sense->value, "hung_m")), 0);
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, who->thing[0])->command);
  return i + side->n;
}

/* Whether the noun phrase before i was set apart, and joined by no "and". */
static bool
follows_comma (const mk_parser *p, int i)
{
  for (int k = i - 1; k >= 0; k--) {
    if (mk_token_at (p, k)->kind == MK_TOKEN_MARK)
      return true;
    if (mk_hit_at (p, k, MK_WORD_conj)->n > 0 && mk_is_word (p, k, "and"))
      return false;
  }
  return false;
}

/* "in front of us": between, around and the like with no thing to stand at. */
static int
parse_side (mk_parser *p, int i)
{
  const mk_hit *side = mk_hit_at (p, i, MK_WORD_side), *relation = mk_hit_at (p, i, MK_WORD_relation);
  const mk_refs *who = mk_whom (p);
  bool opens = who->n == 0 && p->clause.is_start && mk_json_get_kind (side->sense != NULL ? side->sense->value : NULL) == MK_JSON_STRING; /* "on the left a snowman, on the right a fox" */
  if (side->n == 0 || relation->n > side->n || (who->n == 0 && !opens) || (p->clause.has_verb && p->clause.action >= 0 && mk_hit_at (p, i, MK_WORD_direction)->n > 0))
    return i;
  bool has_object = relation->n > 0 && (mk_hit_at (p, i + relation->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + relation->n, MK_WORD_pronoun)->n > 0 || mk_np_is_head_ahead (p, i + relation->n));
  if (mk_json_has (side->sense->value, "aloft"))
    return parse_aloft (p, i, side, p->n_recent > 0 ? &p->recent[p->n_recent - 1] : who);
  if (mk_json_has (side->sense->value, "hung_m") && who->n > 0)
    return parse_hung (p, i, side, who);
  if (mk_json_has (side->sense->value, "of"))
    return has_object ? i : parse_own_side (p, i, side);
  if (p->clause.is_start) { /* "in the foreground three chickens walk" */
    int late = parse_late (p, i + side->n, mk_hit_text (side), NULL, p->clause.distance_m);
    if (late > i + side->n)
      mk_note (p, i, i + side->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
    if (late > i + side->n || opens)
      return late > i + side->n ? late : i;
  }
  mk_refs refs = *who;
  if (refs.n > 1 && p->mentioned.n == 1 && refs.thing[refs.n - 1] == p->mentioned.thing[0] && follows_comma (p, i)) /* "a boat on a lake, mountains in the background" */
    mk_keep_last (&refs);
  mk_place_add (p, &refs, mk_hit_text (side), NULL, p->clause.distance_m);
  p->clause.after_relation = true;
  p->clause.distance_m = 0;
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, refs.thing[0])->command);
  return i + side->n;
}

bool
mk_is_finite (const mk_parser *p, int i)
{
  const mk_sense *sense = i < mk_n_tokens (p) ? mk_lexicon_find (p->language->lexicon, mk_token_at (p, i)->text) : NULL;
  while (sense != NULL && sense->kind != MK_WORD_rests)
    sense = sense->next;
  return sense != NULL;
}

/* After "and" a relation speaks of the head again; after a definite old thing too: where that is, is known. Who goes somewhere goes on
 * ("runs over a bridge to a house"), who rests there does not: "sleeps at the feet of a man in an armchair". */
static void
choose_anchor (mk_parser *p, const mk_refs *to, bool was_there)
{
  bool goes = p->clause.has_verb && p->clause.action >= 0 && !g_str_equal (mk_motion_of (p, p->clause.action), "gesture");
  p->clause.after_relation = true;
  if (!was_there && !goes)
    p->anchor = *to;
}

bool
mk_is_for_holding (const char *part)
{
  static const char *const grips[] = { "hand", "arm", "mouth", "beak", "jaw", "claw", "foot" };
  bool is_grip = false;
  for (size_t i = 0; i < MK_COUNT (grips); i++)
    is_grip |= g_str_has_suffix (part, grips[i]);
  return is_grip;
}

/* "a sword in his hand", "a bone in its mouth": held, where it can be. */
static const char *
at_hand (mk_parser *p, const char *relation, const mk_refs *who, mk_refs *to)
{
  bool is_hand = (g_str_equal (relation, "inside") || g_str_equal (relation, "on")) && mk_is_for_holding (to->part);
  if (!is_hand || who->n != 1 || !mk_can_carry (p, mk_thing_at (p, to->thing[0]), mk_thing_at (p, who->thing[0])))
    return relation;
  to->part[0] = 0;
  return "held";
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

void
mk_share_out (mk_parser *p, const mk_refs *who, const mk_refs *to)
{
  unsigned n = 0;
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

static bool
is_each (const mk_parser *p, int det)
{
  const mk_hit *each = mk_hit_at (p, det, MK_WORD_det);
  return each->n > 0 && mk_json_get_bool (mk_json_get (each->sense->value, "each"));
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
    if (thing->command >= 0 && !mk_is_sized (thing) && thing->info != NULL && g_str_equal (thing->info->category, "space"))
      mk_set_real (thing->add, "height_m", 0.35);
  }
}

void
mk_keep_last (mk_refs *who)
{
  who->thing[0] = who->thing[who->n - 1];
  who->copy[0] = who->copy[who->n - 1];
  who->n = 1;
}

/* "a man sits on a bench": where he is and what he does at once. */
void
mk_take_pose (mk_parser *p, int i, int n, const mk_refs *who)
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
      mk_animate_new (p, motion, who);
      return;
    }
}

#define MOST_EACH 12 /* a hundred sheep on hills are on three */

/* "two men on bicycles", "three cats on chairs": one each. */
static void
share_carriers (mk_parser *p, const char *relation, const mk_refs *who, const mk_refs *to)
{
  bool carries = g_str_equal (relation, "on") || g_str_equal (relation, "inside");
  if (carries && to->part[0] == 0 && mk_thing_at (p, who->thing[0])->count <= MOST_EACH)
    mk_one_each (p, who, to);
}

#define SMALL_SHARE 0.5f /* of what carries: something as small beside it is meant to be beside what stands there */

/* Whether the head lies on `carrier`, and what it is said to be beside belongs there too rather than under the table. */
static bool
is_joined_there (const mk_parser *p, const char *relation, const mk_refs *carrier, const mk_refs *to)
{
  static const char *const sides[] = { "beside", "near", "left", "right", "front", "behind", NULL };
  const mk_recipe_info *below = carrier->n == 1 ? mk_thing_at (p, carrier->thing[0])->info : NULL, *small = to->n > 0 ? mk_thing_at (p, to->thing[0])->info : NULL;
  if (below == NULL || small == NULL || !g_strv_contains (sides, relation) || to->part[0] != 0 || p->head.n != 1 || mk_refs_meet (&p->head, carrier) || mk_refs_meet (&p->head, to))
    return false;
  const mk_json *place = mk_json_get (mk_thing_at (p, p->head.thing[0])->add, "place");
  bool is_on = false;
  for (size_t i = 0; i < mk_json_length (place); i++)
    is_on |= g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (place, i), "relation")), "on") && mk_json_has_text (mk_json_get (mk_json_at (place, i), "targets"), mk_thing_at (p, carrier->thing[0])->id);
  return is_on && g_str_equal (mk_relation_of_with (p, mk_thing_at (p, carrier->thing[0]), mk_thing_at (p, to->thing[0])), "on") && small->size_m < SMALL_SHARE * below->size_m;
}

bool
mk_is_stood_on (const mk_parser *p, const mk_thing *thing)
{
  const mk_recipe_info *info = thing->info;
  bool is_filled = info != NULL && mk_json_get_bool (mk_world_fact (p, info->category, "is_filled")) && !mk_json_get_bool (mk_world_fact (p, info->category, "carries"));
  return info != NULL && info->carries && !info->is_around && !is_filled;
}

/* "a candle on a table, with four chairs around it": what stands on something is too small for them, and its table is meant. */
static void
take_carrier (const mk_parser *p, const char *relation, const mk_refs *who, mk_refs *to)
{
  static const char *const about[] = { "around", "on", "under", NULL };
  const mk_thing *small = to->n == 1 ? mk_thing_at (p, to->thing[0]) : NULL, *big = who->n > 0 ? mk_thing_at (p, who->thing[0]) : NULL;
  const mk_json *place = small != NULL ? mk_json_at (mk_json_get (small->add, "place"), 0) : NULL;
  if (!g_strv_contains (about, relation) || !g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "on") || big == NULL || small->info == NULL || big->info == NULL || small->info->size_m > 0.5f * big->info->size_m)
    return;
  int carrier = mk_thing_find (p, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0)));
  if (carrier >= 0 && !mk_refs_has (who, carrier))
    *to = (mk_refs){ .n = 1, .thing = { carrier } };
}

/* "turn on the lights in the house": what was said of light or sky is nowhere, and nobody who was there before goes there. */
static bool
is_of_scene (const mk_parser *p, int i)
{
  const char *op = p->commands->len > 0 ? mk_json_get_string (mk_json_get (mk_command_json (p, (int)p->commands->len - 1), "op")) : "";
  bool is_scene = g_str_equal (op, "sky") || g_str_equal (op, "ground") || g_str_equal (op, "render");
  return is_scene && p->context != NULL && p->subject.n == 0 && p->anchor.n == 0 && p->head.n == 0 && i > 0 && mk_token_at (p, i - 1)->kind != MK_TOKEN_MARK;
}

/* Whether what was named right before i is new, has no place yet and holds `who`. */
static bool
holder_is_placed (const mk_parser *p, int i, const mk_refs *who)
{
  const mk_thing *holder = p->mentioned.n == 1 && p->mentioned_to == i ? mk_thing_at (p, p->mentioned.thing[0]) : NULL;
  const mk_json *places = who->n == 1 && holder != NULL && p->clause.has_verb ? mk_json_get (mk_thing_at (p, who->thing[0])->add, "place") : NULL;
  bool is_inside = false;
  for (size_t k = 0; k < mk_json_length (places); k++)
    is_inside |= g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (places, k), "relation")), "inside") && mk_json_has_text (mk_json_get (mk_json_at (places, k), "targets"), holder->id);
  return is_inside && holder->command >= 0 && !mk_json_has (holder->add, "place");
}

int
mk_parse_relation (mk_parser *p, int i)
{
  double metres = 0;
  int at = mk_parse_measure (p, i, &metres);
  if (at > i && mk_is_word (p, at, "away"))
    at++;
  const mk_hit *relation = mk_hit_at (p, at, MK_WORD_relation);
  if (at > i && mk_hit_at (p, at, MK_WORD_side)->n > 0) /* "two metres to its right" */
    p->clause.distance_m = metres;
  int side = at == i || mk_hit_at (p, at, MK_WORD_side)->n > 0 ? parse_side (p, at) : at;
  if (side > at) {
    mk_note (p, i, at, "relation", -1);
    return side;
  }
  if (relation->n > 1 && mk_is_finite (p, at) && mk_hit_at (p, at + 1, MK_WORD_side)->n >= relation->n && p->subject.n > 0) { /* "stands on the left": the side is read next */
    p->anchor = p->head = p->subject;
    mk_take_pose (p, at, relation->n, &p->subject);
    mk_note (p, i, at + 1, NULL, -1);
    return at + 1;
  }
  const char *name = mk_hit_text (relation);
  double number = 0;
  int range = g_str_equal (name, "between") ? mk_parse_range (p, at, &number) : at;
  if (range > at && mk_np_is_head_ahead (p, range)) /* "between ten and fifteen sheep" */
    return i;
  if (relation->n == 0 || p->clause.verb >= 0 || (i == p->edit.end && mk_is_word (p, i, "into")))
    return i;
  if (is_of_scene (p, i))
    return i;
  mk_refs who = p->clause.is_joined && p->head.n > 0 ? p->head : *mk_whom (p), to;
  const mk_hit *mutual = mk_hit_at (p, at + relation->n, MK_WORD_pronoun);
  if (g_str_equal (name, "facing") && g_str_equal (mk_hit_text (mutual), "each-other") && who.n > 0) { /* "four chairs facing each other" */
    mk_face_each_other (p, &who);
    mk_note (p, i, at + relation->n + mutual->n, "relation", mk_thing_at (p, who.thing[0])->command);
    return at + relation->n + mutual->n;
  }
  if (holder_is_placed (p, i, &who)) /* "fish swim in a bowl on a windowsill": the bowl is there */
    who = p->mentioned;
  guint n_before = p->things->len;
  mk_refs subject = p->subject;
  if (mk_is_finite (p, at) && subject.n > 0 && !p->clause.in_camera)
    who = subject;
  bool is_listed = p->list.relation != NULL && p->clause.is_joined == false && who.n > 1;
  if (is_listed) /* "on it lie a book, a pen and a candle on a plate": the candle is on the plate, the plate there too */
    mk_keep_last (&who);
  if (who.n > 1 && is_one_of_them (p, at + relation->n, &who))
    mk_keep_last (&who);
  bool is_relative = mk_is_word (p, at + relation->n, "which") || mk_is_word (p, at + relation->n, "whom"); /* "a chair, on which lies a cat" */
  int next = at + relation->n + 1;
  if (is_relative && p->n_recent > 0)
    to = p->recent[p->n_recent - 1];
  else {
    p->is_placing = p->context == NULL;
    bool is_of_several = p->clause.is_start && g_str_equal (mk_hit_text (mutual), "them"); /* "two cows, behind them a barn" */
    next = mk_parse_object_refs (p, at + relation->n, is_of_several ? &(mk_refs){ 0 } : &who, &to);
    p->is_placing = false;
  }
  const char *preposition = relation->n == 1 ? mk_lexicon_word_rule (p->language->lexicon, "in_or_on", mk_token_at (p, at)->text) : NULL;
  if (preposition != NULL && next > at + 1 && to.n > 0 && mk_is_stood_on (p, mk_thing_at (p, to.thing[0]))) /* "en la mesa" */
    name = "on";
  if (mk_is_word (p, at + relation->n, "it"))
    take_carrier (p, name, &who, &to);
  if (is_relative) {
    p->clause.is_start = true;
    p->has_subject = false;
  }
  if (next == at + relation->n || to.n == 0)
    return next > at + relation->n ? next : i;
  bool was_there = p->things->len == n_before;
  if (g_str_equal (name, "between"))
    next = read_second (p, next, &to);
  p->subject = subject;
  int inverted = who.n == 0 || p->clause.is_start ? parse_late (p, next, name, &to, metres) : next;
  if (inverted == next && who.n == 0)
    inverted = parse_late_of_two (p, next, name, &to, metres);
  if (inverted > next && is_relative && mk_is_mark (p, inverted, ',') && mk_hit_at (p, inverted + 1, MK_WORD_conj)->n > 0) /* "a box, on which sits a frog, and a ball": not on it */
    p->list.relation = NULL;
  if (inverted > next && is_each (p, at + relation->n))
    mk_share_out (p, &p->subject, &to);
  if (inverted > next)
    mk_note (p, i, at + relation->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
  if (inverted > next || who.n == 0)
    return inverted;
  if (mk_refs_meet (&who, &to)) /* "a cup on a table, under the same table" */
    who = subject;
  name = at_hand (p, name, &who, &to);
  if (p->object.end == i)
    mk_object_or_agent (p, name, &to, &who);
  if (!was_there && is_joined_there (p, name, &who, &to)) { /* "a book on a desk beside a pair of glasses": both lie on it */
    const mk_refs desk = who;
    mk_place_add (p, &to, "on", &desk, 0);
    who = p->head;
  }
  mk_place_add (p, &who, name, &to, metres > 0 ? metres : p->clause.distance_m);
  if (mk_thing_at (p, to.thing[0])->info == NULL || !mk_thing_at (p, to.thing[0])->info->is_set) /* a road has sides along it */
    mk_stand_on_both (p, at, at + relation->n, &who);
  mk_take_pose (p, at, relation->n, &who);
  if (is_each (p, at + relation->n))
    mk_share_out (p, &who, &to);
  share_carriers (p, name, &who, &to);
  bring_home (p, &who, name, &to);
  if (is_listed && !was_there)
    mk_place_add (p, &to, p->list.relation, &p->list.to, 0);
  p->clause.distance_m = 0;
  mk_note (p, i, at + relation->n, "relation", mk_thing_at (p, who.thing[0])->command);
  p->clause.is_joined = p->clause.is_start = false;
  choose_anchor (p, &to, was_there);
  return next;
}
