/* What a noun phrase is in its sentence: who acts, what is done to, what is changed. */
#include <math.h>
#include <string.h>

#include "language/constructions.h"

/* "everything is white: …", before there is anything. */
static bool
says_all (const mk_parser *p, int i)
{
  while (i > 0 && (mk_hit_at (p, i - 1, MK_WORD_copula)->n == 1 || (mk_hit_at (p, i - 1, MK_WORD_filler)->n == 1 && mk_hit_at (p, i - 1, MK_WORD_pronoun)->n == 0)))
    i--;
  return i > 0 && mk_hit_at (p, i - 1, MK_WORD_pronoun)->n == 1 && g_str_equal (mk_hit_text (mk_hit_at (p, i - 1, MK_WORD_pronoun)), "all");
}

/* A phrase without a head after "is" or "make it": a look for what is spoken of. */
static int
apply_look (mk_parser *p, const mk_np *np, int next)
{
  const mk_refs *who = p->anchor.n > 0 ? &p->anchor : p->subject.n > 0 ? &p->subject : &p->latest;
  bool has_look = np->n_colors > 0 || np->material != NULL || np->finish != NULL || np->scale > 0 || np->length_m[0] > 0 || np->length_m[1] > 0 || np->length_m[2] > 0;
  if (who->n == 0 && p->things->len == 0 && np->n_colors == 1 && says_all (p, np->from)) {
    g_strlcpy (p->color_of_all, np->colors[0], sizeof p->color_of_all);
    mk_np_note (p, np, -1);
    return next;
  }
  if (!has_look || who->n == 0)
    return np->from;
  mk_refs refs = *who;
  int listed = np->n_colors > 0 && refs.n == 1 && refs.copy[0] == 0 ? mk_parse_color_list (p, np->from, 0, &refs) : np->from; /* "three cubes: red, green and blue" */
  if (listed > np->from)
    return listed;
  mk_look_set (p, &refs, np);
  p->clause.has_look = true;
  mk_np_note (p, np, mk_thing_at (p, refs.thing[0])->command);
  return next;
}

/* The noun phrase becomes the subject, joins it, or is what a verb is done to. */
static void
take_subject (mk_parser *p, const mk_refs *refs, bool comes_predicate, bool is_new, bool comes_relation)
{
  bool joins = !comes_predicate && p->has_subject && p->clause.is_joined && !p->clause.has_verb && !p->clause.has_look && !p->clause.after_relation && p->subject.n > 0 && !mk_refs_meet (&p->subject, refs);
  p->clause.has_look = false;
  if (p->list.relation != NULL && p->list.is_carried && p->clause.is_joined && !p->clause.has_verb && is_new && !comes_predicate) {
    const char *relation = refs->n > 0 ? mk_relation_of_with (p, mk_thing_at (p, p->list.to.thing[0]), mk_thing_at (p, refs->thing[0])) : p->list.relation; /* a tree is beside the pond that the ducks are on */
    if (!comes_relation)
      mk_place_add (p, refs, g_str_equal (relation, "beside") ? relation : p->list.relation, &p->list.to, 0);
    p->anchor = *refs;
    p->head = p->list.to;
    p->clause.after_relation = true;
    p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
    return;
  }
  if (p->list.relation != NULL && p->clause.is_joined && !p->clause.has_verb && is_new) {
    if (!comes_relation && p->list.to.n > 0)
      mk_place_add (p, refs, p->list.relation, &p->list.to, 0);
    if (p->list.is_row)
      p->list.to = *refs;
    joins = p->subject.n > 0;
  }
  else
    p->list.relation = NULL;
  if (p->clause.verb >= 0) {
    int verb = p->clause.verb;
    p->clause.verb = -1;
    p->subject = *refs;
    p->has_subject = true;
    mk_motion_attach (p, verb, refs);
  }
  else if (joins)
    mk_refs_join (&p->subject, refs);
  else {
    p->subject = *refs;
    p->has_subject = true;
    p->clause.has_verb = false;
    p->clause.action = -1;
  }
  p->anchor = p->head = joins ? p->subject : *refs;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = p->clause.after_relation = false;
  p->clause.in_camera = p->clause.wants_target && p->clause.in_camera;
}

/* "plays the piano": she sits at it, both seen from the side. */
static bool
take_seat (mk_parser *p, const mk_refs *agent, const mk_refs *seat)
{
  mk_thing *who = mk_thing_at (p, agent->thing[0]), *thing = mk_thing_at (p, seat->thing[0]);
  if (!p->object.is_seat || who->command < 0 || mk_json_get (who->add, "place") != NULL || thing->info == NULL)
    return false;
  mk_place_add (p, agent, "on", seat, 0);
  if (thing->command >= 0 && !p->object.is_seen_ahead && !mk_json_has (thing->add, "facing"))
    mk_set_text (thing->add, "facing", "left");
  p->anchor = *seat;
  p->clause.after_relation = true;
  return true;
}

/* What is stated by its length is about half as high. */
static double
height_of (const mk_recipe_info *info)
{
  return (g_str_equal (info->dimension, "height") ? 1 : 0.5) * (double)info->size_m;
}

/* What one plays with or plants is smaller than others of its kind, unless a size was said. */
static void
fit_to (mk_parser *p, mk_thing *thing, const mk_thing *who)
{
  if (p->object.fits <= 0 || thing->command < 0 || thing->info == NULL || who->info == NULL || mk_thing_is_living (thing) || mk_is_sized (thing))
    return;
  double most = p->object.fits * (double)who->info->size_m, own = (double)thing->info->size_m;
  if (own > most)
    mk_set_real (thing->add, "scale", round (100 * most / own) / 100);
}

/* "he waves his wand", "a chef cuts a tomato": what comes after a verb is what it is done to, and not who acts next. */
static bool
take_object (mk_parser *p, int i, int next, const mk_refs *refs)
{
  bool is_object = i == p->object.at && p->has_subject && p->subject.n > 0 && !p->clause.is_start && !p->clause.is_joined && !p->clause.in_camera && !p->clause.wants_target && !p->clause.is_predicate && p->clause.verb < 0 && p->list.relation == NULL;
  if (is_object && refs->part[0] != 0 && mk_refs_meet (&p->subject, refs) && p->subject.part[0] == 0) { /* "draws his sword" */
    p->anchor = *refs;
    return true;
  }
  if (!is_object || p->edit.kind == MK_EDIT_ADD || mk_refs_meet (&p->subject, refs) || refs->part[0] != 0)
    return false;
  mk_thing *thing = mk_thing_at (p, refs->thing[0]);
  mk_refs agent = p->subject;
  fit_to (p, thing, mk_thing_at (p, agent.thing[0]));
  if (take_seat (p, &agent, refs))
    return true;
  if (p->object.is_held)
    mk_hold_each (p, &agent, refs);
  bool is_held = p->object.is_held && mk_can_carry (p, mk_thing_at (p, agent.thing[0]), thing);
  mk_thing *who = mk_thing_at (p, agent.thing[0]);
  if (mk_hit_at (p, i - 1, MK_WORD_edit)->n > 0 && thing->command >= 0)
    mk_json_remove (thing->add, "place"); /* "picks up a cube and puts it on a table": there it is */
  double scale = mk_json_has (thing->add, "scale") ? mk_json_get_real (mk_json_get (thing->add, "scale")) : 1;
  bool hides = thing->info != NULL && who->info != NULL && !thing->info->is_set && scale * height_of (thing->info) > 0.6 * height_of (who->info); /* "hugs a bear", "builds a house": she would not be seen behind it */
  bool turns = hides && !is_held && who->command >= 0 && mk_thing_is_living (who) && !mk_json_has (who->add, "facing");
  const char *relation = is_held ? "held" : turns ? "right" : mk_thing_is_living (who) && !hides ? "front" : "beside";
  if (p->is_each)
    mk_share_out (p, refs, &agent);
  bool is_free = thing->command >= 0 && mk_json_get (thing->add, "place") == NULL;
  bool is_before = turns && is_free && g_str_equal (thing->info->category, "building") && mk_json_get (who->add, "place") == NULL;
  if (is_before)
    mk_place_add (p, &agent, "front", refs, 0);
  else if (is_free)
    mk_place_add (p, refs, relation, &agent, 0);
  else if (p->object.is_held && mk_is_all_known (p, refs) && mk_can_carry_these (p, who, refs)) /* "the boy takes the ball" */
    mk_place_add (p, refs, "held", &agent, 0);
  if (turns && is_free) /* she looks at it */
    mk_set_text (who->add, "facing", "right");
  if (hides && thing->command >= 0 && !is_held && !mk_json_has (thing->add, "facing"))
    mk_set_text (thing->add, "facing", who->id);
  p->object.what = *refs;
  p->object.agent = agent;
  p->object.end = next;
  p->object.is_placed = is_free && mk_json_has (thing->add, "place");
  p->anchor = is_held ? agent : *refs; /* "reads a book on a bench": who reads is there */
  p->clause.after_relation = true;
  return true;
}

/* "turn it into glass", "change the ball to a cube": what comes after the little word. */
static int
skip_into (const mk_parser *p, int i)
{
  bool is_into = i == p->edit.end && (mk_is_word (p, i, "into") || mk_is_word (p, i, "to") || mk_is_word (p, i, "in"));
  return is_into ? i + 1 : i;
}

/* "cute robot, big eyes": what a thing may have, named beside it without an article, is its own. */
static int
parse_listed_part (mk_parser *p, int i, const mk_np *np)
{
  bool is_bare = np->head >= 0 && np->object == NULL && np->text == NULL && np->pronoun == NULL && !np->is_definite && !np->is_one && np->group == NULL;
  bool is_part = is_bare && (np->part != NULL || mk_hit_at (p, np->head, MK_WORD_member)->n > 0);
  mk_refs owner = p->subject.n > 0 ? p->subject : p->latest;
  if (!is_part || !p->clause.is_start || p->is_quiet || owner.n != 1 || mk_thing_at (p, owner.thing[0])->info == NULL)
    return i;
  return mk_parse_with_part (p, i, &owner);
}

/* "actually, glass", "no, wood": a material alone, said of what is there, is how the latest of it looks. */
int
mk_parse_bare_material (mk_parser *p, int i)
{
  const mk_hit *material = mk_hit_at (p, i, MK_WORD_material);
  int end = i + material->n;
  bool is_alone = material->n > 0 && p->context != NULL && p->clause.is_start && p->subject.n == 0 && p->latest.n > 0 && (end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK);
  for (int k = 0; k < i && is_alone; k++) /* nothing but little words comes before it */
    is_alone = mk_token_at (p, k)->kind == MK_TOKEN_MARK || mk_hit_at (p, k, MK_WORD_lead)->n > 0 || mk_hit_at (p, k, MK_WORD_filler)->n > 0 || mk_hit_at (p, k, MK_WORD_negation)->n > 0;
  if (!is_alone)
    return i;
  mk_np look = { .number = -1, .material = mk_hit_text (material), .verb = -1 };
  mk_refs who = p->latest;
  mk_look_set (p, &who, &look);
  mk_note (p, i, end, "material", (int)p->commands->len - 1);
  return end;
}

/* "a village with lit windows": those of its houses, and no windows beside them. */
static bool
is_of_place (const mk_parser *p, const mk_np *np)
{
  bool is_theirs = np->head >= 0 && np->object != NULL && np->number < 0 && np->is_plural && p->context == NULL;
  return is_theirs && p->places->len > 0 && mk_world_has (p, "places", "built_in", np->object->name);
}

int
mk_parse_noun (mk_parser *p, int i)
{
  int into = skip_into (p, i);
  if (into > i) {
    const mk_hit *material = mk_hit_at (p, into, MK_WORD_material);
    p->edit.end = into;
    if (material->n > 0 && !mk_np_is_head_ahead (p, into + material->n)) {
      mk_np look = { .number = -1, .material = mk_hit_text (material), .verb = -1 };
      mk_look_set (p, &p->edit.refs, &look);
      mk_note (p, i, into + material->n, "material", -1);
      return into + material->n;
    }
    i = into;
  }
  mk_np np = { .head = -1, .number = -1, .verb = -1 };
  mk_refs refs;
  guint n_before = p->things->len;
  int next = mk_find_called (p, i, &refs);
  next = next > i ? next : mk_parse_some (p, i, &refs);
  next = next > i ? next : mk_parse_written (p, i, &refs);
  if (next == i) {
    if ((mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_is_relative (p, i)) || mk_np_read (p, i, &np) == i)
      return i;
    int part = parse_listed_part (p, i, &np);
    if (part > i)
      return part;
    if (is_of_place (p, &np)) {
      mk_assume (p, "I left out the %s.", np.noun);
      mk_np_note (p, &np, -1);
      return np.to;
    }
    mk_np_lend_head (p, np.to, &np);
    if (np.head < 0 && np.noun == NULL)
      return apply_look (p, &np, np.to);
    const mk_refs who = p->subject;
    bool is_done_to = i == p->object.at && who.n > 0 && mk_is_object_pronoun (p, i);
    next = is_done_to ? mk_parse_object_refs (p, i, &who, &refs) : mk_parse_np_refs (p, i, &refs);
  }
  if (next == i)
    return i;
  if (refs.n == 0)
    return next;
  if (i == p->edit.end && mk_replace (p, &p->edit.refs, &refs))
    mk_note (p, i, next, "edit", -1);
  if (i != p->edit.end && p->edit.kind == MK_EDIT_MAKE && p->context != NULL && !np.is_new) {
    p->edit.end = next;
    p->edit.refs = refs;
  }
  if (p->clause.wants_target) {
    mk_json_set (mk_command_json (p, p->last_camera), "targets", mk_refs_to_json (p, &refs));
    p->clause.wants_target = false;
  }
  if (take_object (p, i, next, &refs))
    return p->object.is_held && p->anchor.n > 0 && !mk_refs_meet (&p->anchor, &refs) ? mk_parse_more_worn (p, next, &p->object.agent, true) : next; /* "carries a bag and an umbrella" */
  int written = np.text != NULL ? mk_write_on (p, i, next, &refs) : 0;
  if (written > 0)
    return written;
  p->is_each = np.is_each;
  if (i > 0 && mk_is_mark (p, i - 1, ',') && p->list.relation == NULL && (mk_is_finite (p, next) || mk_hit_at (p, next, MK_WORD_motion)->n > 0)) /* "a campfire at night, three friends sit": no list ends without "and" */
    p->clause.is_joined = false;
  bool is_bare_entry = p->list.relation != NULL && p->things->len > n_before && np.head == i; /* "desk: laptop, lamp" */
  take_subject (p, &refs, mk_hit_at (p, next, MK_WORD_copula)->n > 0 && mk_hit_at (p, next, MK_WORD_relative)->n == 0, np.is_new || np.number >= 0 || is_bare_entry, mk_hit_at (p, next, MK_WORD_relation)->n > 0 || mk_hit_at (p, next, MK_WORD_side)->n > 0);
  return next;
}

void
mk_relate_to_goal (mk_parser *p, int i, bool is_living)
{
  const mk_thing *last = p->mentioned.n > 0 ? mk_thing_at (p, p->mentioned.thing[0]) : NULL;
  bool is_next = last != NULL && p->mentioned_to == (mk_is_mark (p, i - 1, ',') ? i - 1 : i);
  bool acts = p->clause.has_verb && p->clause.action >= 0 && !p->clause.in_camera;
  if (!is_next || !acts || mk_refs_meet (&p->mentioned, &p->subject) || (is_living && !mk_thing_is_living (last)))
    return;
  p->deferred = p->subject;
  p->subject = p->anchor = p->head = p->mentioned;
  p->previous_action = p->clause.action;
  p->clause.action = -1;
}

void
mk_relate_back (mk_parser *p)
{
  if (p->deferred.n > 0)
    p->subject = p->anchor = p->head = p->deferred;
  p->deferred.n = 0;
}
