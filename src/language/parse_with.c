/* What belongs to a thing: "with blue wheels", "made of gold", "twice as big as the house". */
#include <string.h>

#include "language/constructions.h"

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
  const mk_refs *who = mk_whom (p);
  return who->n > 0 && mk_thing_has_part (p, mk_thing_at (p, who->thing[0]), part);
}

mk_json *
mk_known_params (mk_parser *p, const mk_thing *thing)
{
  mk_json *add = mk_known_add (p, thing), *params = mk_json_get (add, "params");
  if (add == NULL || params != NULL)
    return params;
  params = mk_json_has (thing->add, "params") ? mk_json_copy (mk_json_get (thing->add, "params")) : mk_json_new_object ();
  mk_json_set (add, "params", params);
  return params;
}

mk_json *
mk_thing_params (mk_thing *thing)
{
  mk_json *params = mk_json_get (thing->add, "params");
  if (params == NULL)
    mk_json_set (thing->add, "params", params = mk_json_new_object ());
  return params;
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
    mk_set_real (mk_thing_params (thing), param->name, CLAMP (number, param->min, param->max));
    return true;
  }
  return false;
}

/* "with blue wheels", "with three legs": parts of the anchor. */
int
mk_parse_with_part (mk_parser *p, int i, const mk_refs *owner)
{
  mk_np np;
  mk_thing *thing = mk_thing_at (p, owner->thing[0]);
  int next = mk_np_read_of (p, i, thing, &np);
  const mk_hit *member = mk_hit_at (p, np.head >= 0 ? np.head : next, MK_WORD_member);
  if (np.head < 0 && member->n > 0) {
    np.head = next;
    next += member->n;
  }
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
  const mk_hit *relation = mk_hit_at (p, next, MK_WORD_relation);
  bool says_where = mk_hit_at (p, next, MK_WORD_region)->n > 0 || mk_hit_at (p, next, MK_WORD_side)->n > 0 || (relation->n > 0 && mk_hit_at (p, next + relation->n, MK_WORD_pronoun)->n > 0);
  bool is_on_it = mk_hit_at (p, np.head, MK_WORD_object)->n > 0 && np.number > 1 && says_where; /* "a cake with three candles on top", "a nest with two eggs in it" */
  if ((!is_set && !has_it && np.object != NULL) || is_on_it)
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
  if (np.number >= 2 && !is_set && has_it && np.is_plural && (thing->info == NULL || clothes == NULL)) /* "a dog with three legs" has those of its recipe */
    mk_assume (p, "How many “%s” the %s has cannot be changed.", mk_words (p, np.head, next), mk_noun_written (p, thing->noun));
  p->seen.at = has_it ? next : -1; /* "with its rotor spinning" */
  p->seen.who = part;
  /* "a red roof and a blue door" */
  int comma = next + (mk_is_mark (p, next, ',') ? 1 : 0), more = comma + mk_hit_at (p, comma, MK_WORD_conj)->n;
  mk_np second;
  bool goes_on = more > next && mk_np_read (p, more, &second) > more && second.part == NULL && mk_thing_has_part (p, thing, second.noun != NULL ? second.noun : "");
  return more > next && (goes_on || (second.part != NULL && mk_thing_has_part (p, thing, second.part))) ? mk_parse_with_part (p, more, owner) : next;
}

/* "surrounded by rocks and pine trees", "covered with plates, cups and glasses": the list goes on with what there are several of;
 * one thing of its own after it is no part of it, but around something that the same "and" joins. */
static int
parse_more_contents (mk_parser *p, int i, const char *relation, const mk_refs *owner)
{
  for (int n = 0; n < 8; n++) {
    int at = i + (mk_is_mark (p, i, ',') ? 1 : 0);
    const mk_hit *conj = mk_hit_at (p, at, MK_WORD_conj);
    bool is_and = g_str_equal (mk_hit_text (conj), "and");
    at += is_and ? conj->n : 0;
    mk_np np;
    mk_refs more;
    if (at == i || mk_np_read (p, at, &np) == at || np.head < 0 || np.pronoun != NULL || np.is_definite || np.text != NULL)
      return i;
    bool is_several = np.is_plural || np.number > 1 || np.group != NULL;
    const mk_recipe_info *holder = mk_thing_at (p, owner->thing[0])->info;
    bool is_held = is_and && g_str_equal (relation, "inside") && holder != NULL && np.object != NULL && mk_json_has_text (mk_world_fact (p, holder->category, "holds"), np.object->category); /* "with two bananas and an orange" */
    bool goes_on = is_several || is_held || (is_and && g_str_equal (relation, "around"));
    bool says_more = mk_hit_at (p, np.to, MK_WORD_relation)->n > 0 || mk_hit_at (p, np.to, MK_WORD_side)->n > 0 || mk_hit_at (p, np.to, MK_WORD_copula)->n > 0 || mk_hit_at (p, np.to, MK_WORD_motion)->n > 0;
    guint n_before = p->things->len;
    int next = goes_on && !says_more ? mk_parse_object_refs (p, at, owner, &more) : at;
    if (next == at || more.n == 0 || p->things->len == n_before)
      return i;
    mk_place_add (p, &more, relation, owner, 0);
    i = next;
  }
  return i;
}

/* "pulls a cart full of pumpkins": what was named last is full, where it can be and nobody else "is". */
static bool
holds_what_follows (const mk_parser *p, int i)
{
  const mk_recipe_info *info = p->mentioned.n == 1 ? mk_thing_at (p, p->mentioned.thing[0])->info : NULL;
  bool is_said_of_subject = mk_hit_at (p, i, MK_WORD_copula)->n > 0 || (i > 0 && mk_hit_at (p, i - 1, MK_WORD_copula)->n > 0);
  bool is_nobody_else = info != NULL && p->mentioned_to == i && !mk_thing_is_living (mk_thing_at (p, p->mentioned.thing[0])) && p->subject.n > 0 && mk_thing_is_living (mk_thing_at (p, p->subject.thing[0])); /* "pushes a wheelbarrow full of bricks": no worker is */
  return p->clause.has_verb && !is_said_of_subject && info != NULL && (is_nobody_else || info->carries || mk_json_get_bool (mk_world_fact (p, info->category, "is_filled"))) && !info->is_set;
}

/* "a box full of toys", "a bowl with cherries in it": what follows is inside. */
static int
parse_contents (mk_parser *p, int i)
{
  const mk_hit *contains = mk_hit_at (p, i, MK_WORD_contains);
  const mk_refs *who = mk_whom (p);
  if (contains->n == 0 || who->n == 0)
    return i;
  const mk_hit *substance = mk_hit_at (p, i + contains->n, MK_WORD_substance);
  bool is_mere = mk_hit_at (p, i + contains->n, MK_WORD_object)->n <= substance->n && !mk_np_is_head_ahead (p, i + contains->n + substance->n); /* "a cup full of coffee": no cup of it */
  if (substance->n > 0 && is_mere) {
    mk_note (p, i, i + contains->n + substance->n, NULL, -1);
    mk_assume (p, "I left out the %s.", substance->sense->phrase);
    return i + contains->n + substance->n;
  }
  mk_refs owner = holds_what_follows (p, i) ? p->mentioned : *who, inside;
  mk_keep_last (&owner); /* "a plate and a jar full of honey": the jar is */
  guint n_before = p->things->len;
  int next = mk_parse_object_refs (p, i + contains->n, &owner, &inside);
  if (next == i + contains->n || inside.n == 0)
    return i;
  mk_note (p, i, i + contains->n, "relation", mk_thing_at (p, inside.thing[0])->command);
  if (p->things->len > n_before)
    mk_place_add (p, &inside, mk_hit_text (contains), &owner, 0);
  next = parse_more_contents (p, next, mk_hit_text (contains), &owner);
  p->head = owner;
  p->clause.after_relation = true;
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
  bool is_half = mk_is_word (p, at, "radius");
  mk_np look = { .number = -1 };
  metres *= is_half ? 2 : 1;
  look.length_m[g_str_equal (what, "width") ? 1 : g_str_equal (what, "length") ? 2 : 0] = metres;
  mk_look_set (p, who, &look);
  mk_note (p, i, next, "size", mk_thing_at (p, who->thing[0])->command);
  return next;
}

#define ROOTED_M 1.2f /* a flower may be carried */

/* What grows or is built somewhere, and keeps nobody company. */
static bool
is_rooted (const mk_parser *p, const mk_recipe_info *info)
{
  return mk_json_get_bool (mk_world_fact (p, info->category, "is_rooted")) && info->size_m >= ROOTED_M;
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
  if (mk_is_crew (p, thing, owner))
    return mk_place_of_rider (p, owner);
  if (what->worn.on != NULL && mk_thing_is_living (owner))
    return "on";
  bool is_for_hands = mk_json_get_bool (mk_world_fact (p, what->category, "is_wielded")) || mk_world_has (p, "places", "in_hand", what->name);
  if (is_for_hands && mk_can_hold (p, owner, thing)) /* "a man with a hammer" */
    return "held";
  if (who->is_set && mk_thing_has_part (p, owner, "water") && g_strcmp0 (what->ground, "water") == 0) /* "a lake with two swans" */
    return "on";
  if (who->is_set && who->carries && is_rooted (p, what) && !mk_thing_has_part (p, owner, "water")) /* "an island with palms" */
    return "on";
  bool fits = !mk_json_get_bool (mk_world_fact (p, what->category, "stays_beside")) && what->size_m <= 0.8f * who->size_m;
  return who->carries && fits && mk_json_get_bool (mk_world_fact (p, who->category, "carries")) ? "on" : "beside";
}

/* "a chef cuts a tomato with a knife": it is in the hands of who does it, not the tomato's. */
static bool
is_instrument (const mk_parser *p, int i, const mk_refs *owner, const mk_refs *worn)
{
  const mk_recipe_info *info = mk_thing_at (p, worn->thing[0])->info;
  bool does = mk_is_word (p, i, "with") && p->clause.has_verb && p->subject.n > 0 && (p->clause.action >= 0 || !mk_refs_meet (owner, &p->subject)); /* "hits a ball with a bat", "sweeps with a broom" */
  return does && info != NULL && mk_json_get_bool (mk_world_fact (p, info->category, "is_wielded")) && mk_can_hold (p, mk_thing_at (p, p->subject.thing[0]), mk_thing_at (p, worn->thing[0]));
}

/* "a barn with a tractor in front", "a pyramid with a ball on its left": there, of the barn. */
static int
place_at_side (mk_parser *p, int i, const mk_refs *worn, const mk_refs *owner)
{
  static const char *const sides[] = { "left", "right", "front", "behind", "between", "on", "beside", NULL };
  const mk_hit *side = mk_hit_at (p, i, MK_WORD_side), *relation = mk_hit_at (p, i, MK_WORD_relation);
  bool is_alone = side->n > 0 && relation->n <= side->n && !mk_np_is_head_ahead (p, i + side->n) && mk_hit_at (p, i + side->n, MK_WORD_det)->n == 0 && mk_hit_at (p, i + side->n, MK_WORD_pronoun)->n == 0;
  const char *where = side->n > 0 && mk_json_has (side->sense->value, "of") ? mk_json_get_string (mk_json_get (side->sense->value, "relation")) : mk_hit_text (side);
  if (!is_alone || worn->n == 0 || !g_strv_contains (sides, where))
    return i;
  mk_place_add (p, worn, where, owner, 0);
  mk_stand_on_both (p, i, i + side->n, worn);
  mk_note (p, i, i + side->n, "relation", mk_thing_at (p, worn->thing[0])->command);
  return i + side->n;
}

/* "a barn with three cows in front of it": it is the barn, whatever was named since. */
static int
place_at_owner (mk_parser *p, int i, const mk_refs *worn, const mk_refs *owner)
{
  static const char *const its[] = { "it", "them", "he", "she", "who", "both", NULL };
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation), *pronoun = mk_hit_at (p, i + relation->n, MK_WORD_pronoun);
  const mk_hit *det = mk_hit_at (p, i + relation->n, MK_WORD_det);
  bool is_on_each = det->n > 0 && pronoun->n == 0 && mk_json_get_bool (mk_json_get (det->sense->value, "each")) && mk_is_several (p, owner); /* "three tables with a vase on each" */
  int next = i + relation->n + (is_on_each ? det->n : pronoun->n);
  if (relation->n == 0 || worn->n == 0 || !(is_on_each || g_strv_contains (its, mk_hit_text (pronoun))) || mk_np_is_head_ahead (p, next + mk_hit_at (p, next, MK_WORD_ordinal)->n) || mk_refs_meet (worn, owner))
    return i;
  if (is_on_each || p->is_each)
    mk_share_out (p, worn, owner);
  mk_place_add (p, worn, mk_hit_text (relation), owner, p->clause.distance_m);
  mk_stand_on_both (p, i, i + relation->n, worn);
  p->clause.distance_m = 0;
  mk_note (p, i, next, "relation", mk_thing_at (p, worn->thing[0])->command);
  return next;
}

/* "…, holding a screwdriver" behind flasks: who has hands does. */
static bool
has_hands (const mk_parser *p, const mk_refs *who)
{
  const mk_recipe_info *info = who->n > 0 ? mk_thing_at (p, who->thing[0])->info : NULL;
  return info != NULL && g_str_equal (info->category, "person");
}

/* "holding a scarf": a thing, and not what is worn. */
static bool
is_thing_ahead (mk_parser *p, int i)
{
  mk_np np;
  return mk_np_read (p, i, &np) > i && np.object != NULL && !np.is_owned;
}

/* "a waiter carries a tray with two cups": they are on what was named last, where they fit on it or into it, and not his. */
static bool
is_load (mk_parser *p, int i)
{
  mk_np np;
  bool is_next = p->mentioned.n == 1 && p->mentioned_to == i;
  const mk_thing *tray = is_next ? mk_thing_at (p, p->mentioned.thing[0]) : NULL;
  if (!mk_is_word (p, i, "with") || !is_next || mk_np_read_of (p, i + 1, tray, &np) == i + 1 || np.object == NULL || np.is_owned)
    return false;
  const mk_thing load = { .info = np.object };
  bool is_one = np.number < 2 && !np.is_plural; /* "with a spoon", "with a hat": his own */
  bool is_his = is_one && (np.object->worn.on != NULL || mk_json_get_bool (mk_world_fact (p, np.object->category, "is_wielded")));
  static const char *const loaded[] = { "on", "inside", NULL };
  bool is_apart = tray->info != NULL && !mk_thing_is_living (tray) && !mk_refs_meet (&p->mentioned, &p->subject);
  if (is_apart && is_rooted (p, np.object)) /* "sails past an island with two palm trees" */
    return true;
  return !is_his && is_apart && !tray->info->is_set && g_strv_contains (loaded, mk_relation_of_with (p, tray, &load));
}

/* "a castle at night with a full moon": not at its wall. */
static bool
is_in_sky (const mk_parser *p, const char *relation, const mk_refs *owner, const mk_refs *worn)
{
  const mk_recipe_info *what = mk_thing_at (p, worn->thing[0])->info, *whose = mk_thing_at (p, owner->thing[0])->info;
  return g_str_equal (relation, "beside") && whose != NULL && mk_is_of_the_sky (p, what) && !g_str_equal (whose->category, "space");
}

void
mk_company_goes (mk_parser *p, int command, const mk_refs *who)
{
  const char *motion = mk_motion_of (p, command);
  const mk_thing *other = p->company.who.n > 0 ? mk_thing_at (p, p->company.who.thing[0]) : NULL;
  bool can_too = other != NULL && other->info != NULL && mk_world_has (p, "motions", "goes", motion) && g_strv_contains (other->info->motions, motion);
  if (!can_too || !mk_refs_meet (&p->company.of, who) || mk_refs_meet (&p->company.who, who) || p->company.of.n != who->n)
    return;
  mk_refs all = *who;
  mk_refs_join (&all, &p->company.who);
  mk_json_set (mk_command_json (p, command), "targets", mk_refs_to_json (p, &all));
}

/* "crosses the road with her ducklings", "a duck with six ducklings swims": they go as well. */
static void
keep_company (mk_parser *p, int i, const mk_refs *owner, const mk_refs *worn)
{
  if (!mk_is_word (p, i, "with") || !mk_thing_is_living (mk_thing_at (p, owner->thing[0])) || !mk_thing_is_living (mk_thing_at (p, worn->thing[0])))
    return;
  p->company.of = *owner;
  p->company.who = *worn;
  if (p->clause.action >= 0 && mk_refs_meet (owner, &p->subject))
    mk_company_goes (p, p->clause.action, &p->subject);
}

int
mk_parse_with (mk_parser *p, int i)
{
  int contents = parse_contents (p, i);
  if (contents > i)
    return contents;
  const mk_hit *wear = mk_hit_at (p, i, MK_WORD_wear);
  const mk_refs *who = mk_whom (p);
  if (wear->n == 0 || who->n == 0 || p->clause.wants_target)
    return i;
  mk_refs owner = p->clause.is_joined && p->head.n > 0 ? p->head : *who, subject = p->subject, worn; /* "a barn by a silo, with cows": the barn has them */
  bool is_loaded = is_load (p, i);
  if (is_loaded)
    owner = p->anchor = p->mentioned;
  bool holds = mk_json_get_bool (mk_json_get (wear->sense->value, "held"));
  if (holds && !has_hands (p, &owner) && has_hands (p, &subject))
    owner = subject;
  int next = parse_with_size (p, i + wear->n, &owner);
  if (next == i + wear->n && !(holds && is_thing_ahead (p, next)))
    next = mk_parse_with_part (p, i + wear->n, &owner);
  if (next > i + wear->n)
    return mk_parse_more_worn (p, mk_parse_worn_where (p, next), &owner, false);
  if (mk_hit_at (p, i + wear->n, MK_WORD_camera_word)->n > 0)
    return i;
  guint n_before = p->things->len;
  next = mk_parse_np_refs (p, i + wear->n, &worn);
  if (next == i + wear->n)
    return i;
  bool is_worn = mk_json_get_bool (mk_json_get (wear->sense->value, "worn"));
  mk_note (p, i, i + wear->n, NULL, -1);
  p->subject = subject;
  int sided = place_at_side (p, next, &worn, &owner);
  while (sided > next && p->things->len > n_before) { /* "… on its left and a cube on its right" */
    const mk_hit *conj = mk_hit_at (p, sided, MK_WORD_conj);
    mk_refs more;
    mk_np np;
    bool comes_side = conj->n > 0 && mk_np_read (p, sided + conj->n, &np) > sided + conj->n && np.is_new && mk_hit_at (p, np.to, MK_WORD_side)->n > 0 && mk_json_has (mk_hit_at (p, np.to, MK_WORD_side)->sense->value, "of");
    int after = comes_side ? mk_parse_np_refs (p, sided + conj->n, &more) : sided;
    p->subject = subject;
    int end = after > sided ? place_at_side (p, after, &more, &owner) : after;
    if (end == after)
      break;
    sided = end;
  }
  if (sided > next && p->things->len > n_before) {
    p->head = owner;
    p->anchor = worn;
    p->clause.after_relation = true;
    return sided;
  }
  if (owner.n > 1 && worn.n > 0 && g_str_equal (mk_relation_of_with (p, mk_thing_at (p, owner.thing[owner.n - 1]), mk_thing_at (p, worn.thing[0])), "inside")) /* "two cups, a plate with cakes" */
    mk_keep_last (&owner);
  const mk_hit *at = mk_hit_at (p, next, MK_WORD_relation);
  int its = p->things->len > n_before ? place_at_owner (p, next, &worn, &owner) : next;
  if (its > next) {
    p->head = owner;
    p->anchor = worn;
    p->clause.after_relation = true;
    return its;
  }
  bool is_placed = (at->n > 0 && !mk_is_finite (p, next)) || mk_hit_at (p, next, MK_WORD_side)->n > 0; /* "with the moon behind it" */
  bool is_filled = is_placed && at->n > 0 && worn.n > 0 && mk_hit_at (p, next + at->n, MK_WORD_pronoun)->n == 0 && g_str_equal (mk_relation_of_with (p, mk_thing_at (p, owner.thing[0]), mk_thing_at (p, worn.thing[0])), "inside");
  is_filled |= is_placed && at->n > 0 && worn.n > 0 && mk_is_ground_ahead (p, next + at->n); /* "a table with two apples on a lawn" */
  is_filled |= is_placed && worn.n > 0 && holds && mk_can_carry (p, mk_thing_at (p, owner.thing[0]), mk_thing_at (p, worn.thing[0])); /* "a girl holding a lantern on a cliff" */
  is_placed &= !is_filled; /* "a vase with roses on a table": the vase is on it */
  if (worn.n > 0 && !is_placed && p->things->len > n_before && mk_json_get (mk_thing_at (p, worn.thing[0])->add, "place") == NULL) {
    bool is_tool = !is_loaded && is_instrument (p, i, &owner, &worn);
    mk_hold_each (p, is_tool ? &p->subject : &owner, &worn);
    is_tool = !is_loaded && is_instrument (p, i, &owner, &worn); /* as many as hold them now */
    owner = is_tool ? p->subject : owner;
    bool is_held = (is_tool || holds) && mk_can_carry (p, mk_thing_at (p, owner.thing[0]), mk_thing_at (p, worn.thing[0]));
    bool is_text = g_str_equal (mk_thing_at (p, worn.thing[0])->noun, "text") && mk_thing_at (p, worn.thing[0])->info == NULL; /* "a mug with the word COFFEE" */
    const char *relation = is_text && mk_thing_at (p, owner.thing[0])->info != NULL ? "written" : is_worn ? "on" : is_held ? "held" : mk_relation_of_with (p, mk_thing_at (p, owner.thing[0]), mk_thing_at (p, worn.thing[0]));
    if (p->is_each)
      mk_share_out (p, &worn, &owner);
    bool hangs = (is_in_sky (p, relation, &owner, &worn) && mk_hang_aloft (p, &worn)) || (is_in_sky (p, relation, &worn, &owner) && mk_hang_aloft (p, &owner)); /* "a rainbow with a horse" */
    if (!hangs)
      mk_place_add (p, &worn, relation, &owner, 0);
    if (g_str_equal (relation, "beside"))
      keep_company (p, i, &owner, &worn);
    if (g_str_equal (relation, "held") || mk_thing_is_living (mk_thing_at (p, owner.thing[0])))
      next = mk_parse_more_worn (p, next, &owner, holds);
    if (g_str_equal (relation, "inside")) /* "a bowl with apples, bananas and grapes" */
      next = parse_more_contents (p, next, relation, &owner);
    if (!is_worn && g_str_equal (relation, "on") && mk_thing_at (p, worn.thing[0])->info->worn.on == NULL) {
      p->list.relation = "on";
      p->list.to = owner;
      p->list.is_carried = true;
      p->list.is_row = false;
    }
  }
  if (holds && !is_placed && mk_is_all_known (p, &worn) && !mk_refs_meet (&owner, &worn) && mk_can_carry_these (p, mk_thing_at (p, owner.thing[0]), &worn)) /* "a child holds the last one" */
    mk_place_add (p, &worn, "held", &owner, 0);
  p->head = owner;
  p->anchor = is_filled ? owner : worn;
  p->clause.after_relation = true;
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
int
mk_parse_color_list (mk_parser *p, int i, int n, const mk_refs *who)
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

/* "a castle made of sand and a crown made of gold": where those named before have what they are of, only the last is spoken of. */
static bool
is_of_last (const mk_parser *p, const mk_refs *who)
{
  bool has_material = false;
  for (unsigned k = 0; k < who->n; k++)
    has_material |= mk_json_has (mk_thing_at (p, who->thing[k])->add, "material");
  return who->n > 1 && p->mentioned.n == 1 && mk_refs_has (who, p->mentioned.thing[0]) && has_material && !mk_json_has (mk_thing_at (p, p->mentioned.thing[0])->add, "material");
}

/* "made of sand", "built of water": what is ground elsewhere, where things can be of it ("world.json" says of which). */
static int
read_stuff (const mk_parser *p, int i, mk_np *np)
{
  const mk_hit *surface = mk_hit_at (p, i, MK_WORD_surface);
  if (surface->n == 0 || mk_hit_at (p, i, MK_WORD_material)->n > 0 || mk_hit_at (p, i, MK_WORD_det)->n > 0 || !mk_world_has (p, "stuff", "surfaces", mk_hit_text (surface)))
    return i;
  *np = (mk_np){ .from = i, .to = i + surface->n, .head = -1, .number = -1, .verb = -1, .material = mk_hit_text (surface) };
  return np->to;
}

int
mk_parse_made_of (mk_parser *p, int i)
{
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_made_of);
  const mk_refs *who = is_of_last (p, mk_whom (p)) ? &p->mentioned : mk_whom (p);
  mk_np np;
  if (of->n > 1 && who->n == 0 && p->things->len == 0 && mk_hit_at (p, i + of->n, MK_WORD_material)->n > 0) { /* "everything is made of paper: …" */
    const mk_hit *all = mk_hit_at (p, i + of->n, MK_WORD_material);
    p->material_of_all = mk_hit_text (all);
    mk_note (p, i, i + of->n + all->n, "material", -1);
    return i + of->n + all->n;
  }
  if (of->n == 0 || who->n == 0 || (p->clause.has_verb && of->n > 1 && mk_is_mere_place (p, i + of->n))) /* "runs out of the forest" */
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
  int listed = mk_parse_color_list (p, i, of->n, who);
  if (listed > i)
    return listed;
  int stuff = of->n > 1 ? read_stuff (p, i + of->n, &np) : i, next = stuff > i + of->n ? stuff : mk_np_read (p, i + of->n, &np);
  const mk_hit *material = mk_hit_at (p, np.head >= 0 ? np.head : i + of->n, MK_WORD_material);
  bool is_of_it = of->n > 1 || (mk_is_word (p, i, "of") && np.head == i + of->n && np.number < 0); /* "a bridge of stone" */
  const mk_recipe_info *info = mk_thing_at (p, who->thing[0])->info;
  bool is_built = info != NULL && (g_str_equal (info->category, "building") || info->is_joined); /* "a house out of bricks" */
  if (np.head >= 0 && is_of_it && material->n > 0 && (!np.is_plural || is_built)) { /* "made of blue glass": no glass */
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
  const mk_refs *who = mk_whom (p);
  mk_refs to, one = { 0 };
  if (compare->n > 0 && p->clause.is_start && p->context != NULL && p->subject.n == 0 && mk_read_superlative (p, i, &(mk_np){ 0 }) == i)
    return multiply (p, at, compare);
  if (compare->n == 0 || who->n == 0 || mk_read_superlative (p, i, &(mk_np){ 0 }) > i)
    return i;
  if (p->clause.is_predicate && g_str_has_prefix (compare->sense->phrase, "the ") && !mk_np_is_head_ahead (p, at + compare->n) && mk_hit_at (p, at + compare->n, MK_WORD_det)->n == 0) { /* "the middle one is the tallest" */
    mk_np look = { .number = -1, .verb = -1, .scale = mk_json_get_real (mk_json_at (compare->sense->value, 1)) };
    mk_refs most = *who;
    mk_look_set (p, &most, &look);
    mk_note (p, i, at + compare->n, "size", (int)p->commands->len - 1);
    return at + compare->n;
  }
  mk_refs refs = *who, subject = p->subject;
  guint n_before = p->things->len;
  int next = mk_parse_np_refs (p, at + compare->n, &to);
  p->subject = subject;
  if (next == at + compare->n || to.n == 0)
    return i;
  if (p->things->len > n_before && !p->clause.is_predicate) { /* "half as tall as the tree next to it": the tree is there */
    p->anchor = to;
    p->clause.after_relation = true;
  }
  mk_refs_add (&one, to.thing[0], to.copy[0]);
  double factor = at > i ? times : mk_json_get_real (mk_json_at (compare->sense->value, 1));
  if (refs.copy[0] > 0 && refs.thing[0] == to.thing[0]) { /* "the middle one is twice as tall as the others" */
    mk_look_set (p, &refs, &(mk_np){ .number = -1, .verb = -1, .scale = factor });
    mk_note (p, i, next, "size", (int)p->commands->len - 1);
    return next;
  }
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
