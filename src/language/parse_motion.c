/* Verbs: who moves, how and where to. */
#include <string.h>

#include "language/constructions.h"

static const char *
motion_of (const mk_parser *p, int command)
{
  return mk_json_get_string (mk_json_get (mk_command_json (p, command), "motion"));
}

static bool
is_one_of (const char *word, const char *const *list)
{
  return g_strv_contains (list, word);
}

/* "before the car drives off, the driver waves": what was said first waits for this one. The new place of this one. */
static int
swap_actions (mk_parser *p, int later, int command)
{
  mk_command *a = &g_array_index (p->commands, mk_command, later), *b = &g_array_index (p->commands, mk_command, command);
  mk_set_text (a->json, "after", mk_json_get_string (mk_json_get (b->json, "id")));
  mk_command kept = *a;
  *a = *b;
  *b = kept;
  for (guint i = 0; i < p->out->spans->len; i++) {
    mk_span *span = &g_array_index (p->out->spans, mk_span, i);
    span->command = span->command == later ? command : span->command == command ? later : span->command;
  }
  p->comes_later = -1;
  p->order = MK_ORDER_NONE;
  p->action = p->previous_action = p->last_action = -1;
  return later;
}

/* "takes off and flies to the moon": up first, then away; the two together would be neither. */
static void
wait_for_rise (const mk_parser *p, mk_json *json)
{
  const mk_json *before = mk_command_json (p, p->last_action);
  const char *target = mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0));
  bool is_same = *target != 0 && g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (before, "targets"), 0)), target);
  bool goes = mk_world_has (p, "motions", "goes", mk_json_get_string (mk_json_get (json, "motion")));
  if (is_same && before != json && goes && g_str_equal (mk_json_get_string (mk_json_get (before, "motion")), "rise") && !mk_json_has (json, "after") && !mk_json_has (json, "with"))
    mk_set_text (json, "after", mk_json_get_string (mk_json_get (before, "id")));
}

int
mk_action_begin (mk_parser *p, int command)
{
  mk_json *json = mk_command_json (p, command);
  if (p->comes_later >= 0 && p->comes_later != command) {
    command = swap_actions (p, p->comes_later, command);
    json = mk_command_json (p, command);
  }
  int before = p->action >= 0 ? p->action : p->previous_action >= 0 ? p->previous_action : p->last_action;
  const char *id = before >= 0 ? mk_json_get_string (mk_json_get (mk_command_json (p, before), "id")) : "";
  if (json == NULL)
    return command;
  if (*id != 0 && before != command && p->order == MK_ORDER_THEN)
    mk_set_text (json, "after", id);
  else if (*id != 0 && before != command && p->order == MK_ORDER_WHILE)
    mk_set_text (json, "with", id);
  if (p->order == MK_ORDER_NONE)
    wait_for_rise (p, json);
  p->order = p->next_order;
  p->next_order = MK_ORDER_NONE;
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "physics"))
    mk_json_remove (p->pending, "speed");
  mk_set_fields (json, p->pending);
  mk_json_unref (p->pending);
  p->pending = mk_json_new_object ();
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate")) {
    mk_set_fields (json, p->lively);
    mk_json_unref (p->lively);
    p->lively = mk_json_new_object ();
  }
  p->action = p->last_action = command;
  p->sent = NULL;
  if (p->flips) {
    p->comes_later = command;
    p->flips = false;
  }
  p->has_verb = true;
  p->is_clause_start = p->is_joined = p->is_predicate = false;
  return command;
}

/* What it does best of the ways to get on, when it cannot do what was said: horses walk, boats move. */
static const char *
choose_going (const mk_parser *p, const mk_thing *thing, const char *said)
{
  const char *const *motions = thing->info != NULL ? thing->info->motions : NULL;
  if (motions == NULL || is_one_of (said, motions))
    return said;
  for (; *motions != NULL; motions++)
    if (mk_world_has (p, "motions", "goes", *motions))
      return *motions;
  return "move";
}

/* A verb may mean another motion for things that do that well ("lands" of a bird is a flight), or for what does not live
 * ("turns" of a windmill is a spin). */
static const char *
choose_motion (const mk_parser *p, const mk_json *value, const mk_refs *who)
{
  const char *able = mk_json_get_string (mk_json_get (value, "able")), *thing = mk_json_get_string (mk_json_get (value, "thing"));
  const mk_recipe_info *info = who->n > 0 ? mk_thing_at (p, who->thing[0])->info : NULL;
  bool is_living = who->n > 0 && who->part[0] == 0 && mk_thing_is_living (mk_thing_at (p, who->thing[0]));
  if (*able != 0 && info != NULL && is_one_of (able, info->motions))
    return able;
  const char *motion = *thing != 0 && !is_living ? thing : mk_json_get_string (mk_json_get (value, "motion"));
  bool goes = info != NULL && g_str_equal (motion, "move") && (is_living || g_str_equal (info->category, "vehicle")); /* "a deer crosses", "comes", "approaches" */
  return goes ? choose_going (p, mk_thing_at (p, who->thing[0]), motion) : motion;
}

/* "a ball that does not move bounces": what is said last is done, and told; "then it bounces" is no contradiction. */
static void
notice_rest (mk_parser *p, const char *motion, const mk_refs *who)
{
  bool is_same = p->not_done != NULL && (g_str_equal (p->not_done, "move") || g_str_equal (p->not_done, motion));
  if (is_same && p->order != MK_ORDER_THEN && mk_refs_meet (&p->resting, who))
    mk_assume (p, "The %s was said not to %s, and to %s; I let it %s, as was said last.", mk_thing_at (p, who->thing[0])->noun, p->not_done, motion, motion);
}

static int
new_motion (mk_parser *p, const mk_json *value, const mk_refs *who)
{
  const char *motion = choose_motion (p, value, who), *part = mk_json_get_string (mk_json_get (value, "part"));
  mk_refs own = *who;
  if (*part != 0 && own.n > 0 && !mk_thing_has_part (p, mk_thing_at (p, own.thing[0]), part))
    return -1; /* nothing of it does that */
  if (*part != 0) {
    g_strlcpy (own.part, part, sizeof own.part);
    who = &own;
  }
  notice_rest (p, motion, who);
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  mk_set_text (json, "id", mk_new_id (p, motion));
  mk_json_set (json, "targets", mk_refs_to_json (p, who));
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);)
    if (!g_str_equal (i.key, "object") && !g_str_equal (i.key, "able") && !g_str_equal (i.key, "thing") && !g_str_equal (i.key, "place") && !g_str_equal (i.key, "part") && !g_str_equal (i.key, "sent") && !g_str_equal (i.key, "flees"))
      mk_json_set (json, i.key, mk_json_copy (i.value));
  mk_set_text (json, "motion", motion);
  return command;
}

static int
new_physics (mk_parser *p, const mk_json *value, const mk_refs *who)
{
  int command = mk_command_new (p, "physics", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  const char *scenario = mk_json_get_string (mk_json_get (value, "scenario"));
  mk_set_text (json, "id", mk_new_id (p, scenario));
  mk_json_set (json, "targets", mk_refs_to_json (p, who));
  mk_set_text (json, "scenario", scenario);
  return command;
}

void
mk_motion_attach (mk_parser *p, int verb, const mk_refs *who)
{
  const mk_hit *motion = mk_hit_at (p, verb, MK_WORD_motion), *physics = mk_hit_at (p, verb, MK_WORD_physics), *transitive = mk_hit_at (p, verb, MK_WORD_transitive);
  bool is_aloft = transitive->n > 0 && mk_json_has (transitive->sense->value, "place"); /* "fly a rocket" commands the rocket */
  const mk_hit *best = transitive->n > 0 && !is_aloft && p->edit != MK_EDIT_MAKE ? transitive : physics->n > motion->n ? physics : motion;
  if (who->n == 0 || best->n == 0)
    return;
  const mk_json *value = best->sense->value;
  int command = mk_json_has (value, "scenario") ? new_physics (p, value, who) : new_motion (p, value, who);
  if (command < 0)
    return;
  command = mk_action_begin (p, command);
  mk_note (p, verb, verb + best->n, "motion", command);
}

/* --- what a verb is done to --- */

/* Whoever drives it sits inside, unless it has what one sits on in the open. */
static bool
is_closed (const mk_parser *p, const mk_thing *thing)
{
  bool is_vehicle = thing->info != NULL && mk_json_get_bool (mk_world_fact (p, thing->info->category, "is_ridden")), is_open = false;
  const mk_json *open_signs = mk_json_get (mk_lexicon_world (p->language->lexicon), "open_to_riders");
  for (size_t k = 0; k < mk_json_length (open_signs); k++)
    is_open |= mk_thing_has_part (p, thing, mk_json_get_string (mk_json_at (open_signs, k)));
  return is_vehicle && !is_open;
}

/* "a girl rides a horse", "a man drives a car": the mount goes, and its rider is on it, or unseen inside. */
static void
mount (mk_parser *p, mk_json *json, const mk_refs *rider, const mk_refs *carrier)
{
  const mk_thing *thing = mk_thing_at (p, carrier->thing[0]);
  mk_json_set (json, "targets", mk_refs_to_json (p, carrier));
  mk_set_text (json, "motion", choose_going (p, thing, mk_json_get_string (mk_json_get (json, "motion"))));
  if (!is_closed (p, thing)) {
    mk_place_add (p, rider, "on", carrier, 0);
    return;
  }
  for (unsigned k = 0; k < rider->n; k++) {
    mk_thing *inside = mk_thing_at (p, rider->thing[k]);
    if (inside->command < 0)
      continue;
    inside->is_removed = true;
    g_array_index (p->commands, mk_command, inside->command).is_dropped = true;
    mk_assume (p, "The %s sits inside the %s and is not seen.", inside->noun, thing->noun);
  }
}

/* "kicks a ball", "gives a flower": it is at the foot or in the hands of who sends it, and leaves across the picture. */
static void
send (mk_parser *p, mk_json *json, const mk_json *sent, const mk_refs *agent, const mk_refs *object)
{
  mk_thing *sender = mk_thing_at (p, agent->thing[0]);
  const mk_thing *thing = mk_thing_at (p, object->thing[0]);
  const char *from = mk_json_get_string (mk_json_get (sent, "from"));
  if (sender->command >= 0 && !mk_json_has (sender->add, "facing"))
    mk_set_text (sender->add, "facing", "right");
  if (thing->command >= 0 && mk_json_get (thing->add, "place") == NULL)
    mk_place_add (p, object, g_str_equal (from, "held") && !mk_can_hold (p, sender, thing) ? "right" : from, agent, g_str_equal (from, "held") ? 0 : 0.12);
  mk_set_text (json, "by", mk_ref_text (p, agent, 0));
  p->sent = sent;
}

/* "to a girl": she stands across from who sends it, as far as it goes. */
static void
receive (mk_parser *p, const mk_refs *agent, const mk_refs *to)
{
  mk_thing *receiver = mk_thing_at (p, to->thing[0]);
  if (receiver->command < 0 || mk_json_get (receiver->add, "place") != NULL || mk_refs_meet (agent, to))
    return;
  mk_place_add (p, to, "right", agent, mk_json_get_real (mk_json_get (p->sent, "apart_m")));
  if (mk_thing_is_living (receiver) && !mk_json_has (receiver->add, "facing"))
    mk_set_text (receiver->add, "facing", mk_ref_text (p, agent, 0));
}

/* The command of this sentence by which `who` goes to `where`, or -1: "walks to a door and opens it". */
static int
find_arrival (const mk_parser *p, const mk_refs *who, const mk_refs *where)
{
  const char *goal = mk_ref_text (p, where, 0);
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i);
    const char *target = mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0));
    if ((int)i != p->action && g_str_equal (mk_json_get_string (mk_json_get (json, "to")), goal) && g_str_equal (target, mk_ref_text (p, who, 0)))
      return (int)i;
  }
  return -1;
}

/* "a boy kicks a ball", "a man walks his dog", "a child pushes a box": who moves besides, or instead of, the subject. False
 * when the object is only where it goes. */
static bool
move_object (mk_parser *p, mk_json *json, const mk_json *value, const char *role, const mk_refs *agent, const mk_refs *object)
{
  const mk_thing *thing = mk_thing_at (p, object->thing[0]);
  bool is_new = thing->command >= 0 && mk_json_get (thing->add, "place") == NULL;
  mk_refs all = *agent;
  bool is_flown = mk_json_has (value, "place") && thing->info != NULL && g_str_equal (thing->info->category, "vehicle"); /* a plane, not a kite */
  if (is_flown) {
    mount (p, json, agent, object);
    mk_set_text (json, "motion", "fly");
  } else if (g_str_equal (role, "mount") && (mk_thing_is_living (thing) || (thing->info != NULL && g_str_equal (thing->info->category, "vehicle"))))
    mount (p, json, agent, object);
  else if (g_str_equal (role, "patient")) {
    const char *where = mk_json_get_string (mk_json_get (value, "place"));
    int arrival = find_arrival (p, agent, object);
    mk_json_set (json, "targets", mk_refs_to_json (p, object));
    if (arrival >= 0 && !mk_json_has (json, "after") && !mk_json_has (json, "with"))
      mk_set_text (json, "after", mk_json_get_string (mk_json_get (mk_command_json (p, arrival), "id")));
    if (arrival >= 0)
      is_new = false;
    if (mk_json_has (value, "sent") && mk_thing_is_living (mk_thing_at (p, agent->thing[0]))) {
      send (p, json, mk_json_get (value, "sent"), agent, object);
      return true;
    }
    if (is_new && mk_thing_is_living (mk_thing_at (p, agent->thing[0])))
      mk_place_add (p, object, *where != 0 ? where : "front", agent, 0);
  } else if (g_str_equal (role, "push") || g_str_equal (role, "pull") || (g_str_equal (role, "with") && mk_thing_is_living (thing))) {
    if (is_new)
      mk_place_add (p, object, g_str_equal (role, "push") ? "front" : g_str_equal (role, "pull") ? "behind" : "beside", agent, 0);
    mk_refs_join (&all, object);
    mk_json_set (json, "targets", mk_refs_to_json (p, &all));
  } else if (g_str_equal (role, "with") && g_str_equal (mk_json_get_string (mk_json_get (value, "motion")), "hug")) {
    if (is_new) /* "hugs a teddy bear" */
      mk_place_add (p, object, "held", agent, 0);
    g_array_index (p->commands, mk_command, p->action).is_dropped = true;
    p->action = -1;
  } else
    return false;
  return true;
}

/* "sails past the lighthouse", "crosses a bridge": from where it stands, beside or on it, to beyond its end. */
static void
pass (mk_parser *p, mk_json *json, const char *role, const mk_refs *who, const mk_refs *to)
{
  const mk_recipe_info *info = mk_thing_at (p, to->thing[0])->info;
  bool is_new = mk_thing_at (p, who->thing[0])->command >= 0 && mk_json_get (mk_thing_at (p, who->thing[0])->add, "place") == NULL;
  if (mk_refs_meet (who, to))
    return;
  if (is_new && g_str_equal (role, "across") && info != NULL && info->carries)
    mk_place_add (p, who, "on", to, 0);
  else if (is_new)
    mk_place_add (p, who, "front", to, 0);
  mk_set_text (json, "along", mk_ref_text (p, to, 0));
}

/* "drops on": where things land is where they are put first. */
static int
parse_landing (mk_parser *p, int i, const char *relation)
{
  mk_refs who = p->subject, where;
  int next = mk_parse_object_refs (p, i, &who, &where);
  if (next > i && where.n > 0)
    mk_place_add (p, &who, relation, &where, 0);
  return next;
}

/* The first command that lets `who` do something, or -1. */
static int
find_action (const mk_parser *p, const mk_refs *who)
{
  const char *id = mk_ref_text (p, who, 0);
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i);
    bool is_own = g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0)), id);
    if (is_own && g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"))
      return (int)i;
  }
  return -1;
}

/* "a dog chases a cat": who is chased and lives runs as long. */
static void
flee (mk_parser *p, int chase, const char *motion, const mk_refs *prey)
{
  if (!mk_thing_is_living (mk_thing_at (p, prey->thing[0])) || p->context != NULL || find_action (p, prey) >= 0)
    return;
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command), *own = mk_command_json (p, chase);
  if (json == NULL)
    return;
  const char *going = choose_going (p, mk_thing_at (p, prey->thing[0]), motion), *after = mk_json_get_string (mk_json_get (own, "after"));
  mk_set_text (json, "id", mk_new_id (p, going));
  mk_json_set (json, "targets", mk_refs_to_json (p, prey));
  mk_set_text (json, "motion", going);
  if (*after != 0)
    mk_set_text (json, "after", after);
  mk_json_remove (own, "after");
  mk_set_text (own, "with", mk_json_get_string (mk_json_get (json, "id")));
}

static bool
is_thing_ahead (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_np_is_head_ahead (p, i + mk_hit_at (p, i, MK_WORD_det)->n);
}

/* The direct object: "chases the cat", "hits the pins", "orbits the sun". */
static int
parse_object (mk_parser *p, int i, const mk_json *value, const char *role, int command)
{
  mk_refs subject = p->subject, object;
  bool is_going = g_str_equal (role, "mount") || g_str_equal (role, "with");
  bool is_strike = g_str_equal (mk_json_get_string (mk_json_get (value, "scenario")), "strike");
  int next = i;
  if (is_strike && mk_hit_at (p, i - 1, MK_WORD_physics)->form == MK_FORM_ED && mk_is_word (p, i, "by") && mk_hit_at (p, i - 2, MK_WORD_copula)->n > 0) { /* "gets hit by a ball" */
    next = mk_parse_object_refs (p, i + 1, &subject, &object);
    if (next > i + 1 && object.n > 0)
      mk_set_text (mk_command_json (p, command), "by", mk_ref_text (p, &object, 0));
    return next > i + 1 ? next : i;
  }
  if (*role == 0 && !is_strike)
    return i;
  double number = 0;
  int unit = mk_parse_number (p, i, &number);
  if (unit > i && mk_hit_at (p, unit, MK_WORD_unit)->n > 0 && !mk_np_is_head_ahead (p, unit + mk_hit_at (p, unit, MK_WORD_unit)->n)) /* "runs one second" */
    return i;
  if (mk_hit_at (p, i, MK_WORD_direction)->n > 0 || mk_hit_at (p, i, MK_WORD_adverb)->n > 0 || mk_hit_at (p, i, MK_WORD_camera_word)->n > 0)
    return i;
  p->is_clause_start = false;
  next = mk_parse_object_refs (p, i, &subject, &object);
  if (next == i || object.n == 0)
    return i;
  mk_json *json = mk_command_json (p, command);
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  bool is_own = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "owned")) && mk_thing_at (p, object.thing[0])->command >= 0; /* "points his wand at a rock" */
  if (is_own && !is_strike && g_str_equal (role, "to") && mk_can_hold (p, mk_thing_at (p, subject.thing[0]), mk_thing_at (p, object.thing[0]))) {
    mk_place_add (p, &object, "held", &subject, 0);
    return next;
  }
  if (is_strike) {
    mk_set_text (json, "by", mk_ref_text (p, &subject, 0));
    mk_json_set (json, "targets", mk_refs_to_json (p, &object));
  }
  else if (mk_json_has (value, "sent") && mk_thing_is_living (mk_thing_at (p, object.thing[0])) && is_thing_ahead (p, next)) { /* "gives the girl a flower" */
    mk_refs whom = object;
    int after = mk_parse_object_refs (p, next, &subject, &object);
    if (after == next || object.n == 0 || !move_object (p, json, value, role, &subject, &object))
      return next;
    mk_set_text (json, "to", mk_ref_text (p, &whom, 0));
    receive (p, &subject, &whom);
    return after;
  }
  else if (move_object (p, json, value, role, &subject, &object))
    return next;
  else if (g_str_equal (role, "past") || g_str_equal (role, "across"))
  {
    pass (p, json, role, &subject, &object);
    if (mk_thing_at (p, object.thing[0])->command >= 0 && mk_hit_at (p, next, MK_WORD_relation)->n > 0)
      p->anchor = object; /* "a bridge over a river" */
  } else if (!(subject.n == 1 && subject.thing[0] == object.thing[0] && object.copy[0] == subject.copy[0]))
    mk_set_text (json, is_going ? "to" : role, mk_ref_text (p, &object, 0));
  if (mk_json_has (value, "flees") && mk_json_has (json, "to"))
    flee (p, command, mk_json_get_string (mk_json_get (value, "flees")), &object);
  return next;
}

/* A verb where a sentence begins commands: who is named next does it. */
static bool
is_imperative (const mk_parser *p, int i, int n)
{
  if ((p->has_subject && !p->is_clause_start) || (i > 0 && mk_hit_at (p, i - 1, MK_WORD_det)->n > 0)) /* "a pilot flies a plane" */
    return false;
  const mk_hit *det = mk_hit_at (p, i + n, MK_WORD_det), *pronoun = mk_hit_at (p, i + n, MK_WORD_pronoun), *number = mk_hit_at (p, i + n, MK_WORD_number);
  bool is_base = mk_hit_at (p, i, MK_WORD_motion)->form == MK_FORM_BASE || mk_hit_at (p, i, MK_WORD_transitive)->form == MK_FORM_BASE;
  bool has_object = det->n > 0 || pronoun->n > 0 || number->n > 0 || (i + n < mk_n_tokens (p) && mk_token_at (p, i + n)->kind == MK_TOKEN_NUMBER) || mk_np_is_head_ahead (p, i + n);
  return is_base && has_object && (!p->has_subject || !p->is_joined || mk_hit_at (p, i, MK_WORD_transitive)->n > 0);
}

static bool
is_noun_here (const mk_parser *p, int i)
{
  bool is_noun = mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > 0;
  const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion);
  bool is_living = p->subject.n > 0 && mk_thing_is_living (mk_thing_at (p, p->subject.thing[0]));
  bool goes_on = p->is_joined && (p->has_verb || is_living) && motion->form == MK_FORM_S && mk_hit_at (p, i + motion->n, MK_WORD_motion)->n == 0; /* "stands up and leaves" */
  return is_noun && p->is_clause_start && motion->form != MK_FORM_ING && !goes_on;
}

/* "runs around" and "runs around the tree": the second tells where, which is read as a way. */
static int
words_of_verb (const mk_parser *p, int i, const mk_hit *verb)
{
  int last = i + verb->n - 1;
  bool is_way = verb->n > 1 && g_str_equal (mk_hit_text (mk_hit_at (p, last, MK_WORD_prep)), "around");
  bool has_object = mk_hit_at (p, last + 1, MK_WORD_det)->n > 0 || mk_hit_at (p, last + 1, MK_WORD_pronoun)->n > 0 || mk_np_is_head_ahead (p, last + 1);
  return is_way && has_object ? verb->n - 1 : verb->n;
}

static unsigned
whom_n (const mk_parser *p)
{
  return p->anchor.n > 0 ? p->anchor.n : p->subject.n;
}

/* "opens it", not "opens itself". */
static bool
is_object_pronoun (const mk_parser *p, int i)
{
  return mk_is_word (p, i, "it") || mk_is_word (p, i, "them");
}

int
mk_parse_motion (mk_parser *p, int i)
{
  const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion), *physics = mk_hit_at (p, i, MK_WORD_physics), *transitive = mk_hit_at (p, i, MK_WORD_transitive);
  const mk_hit *best = physics->n > motion->n ? physics : motion->n > 0 ? motion : transitive;
  if (transitive->n > 0 && transitive->n >= motion->n && best == motion && p->subject.n > 0 && p->context == NULL && (mk_hit_at (p, i + transitive->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + transitive->n, MK_WORD_number)->n > 0 || is_object_pronoun (p, i + transitive->n)))
    best = transitive; /* "a chef drops a tomato" does not fall */
  bool is_deed = best->n > 0 && mk_hit_at (p, i, MK_WORD_act)->n >= best->n && p->subject.n > 0 && mk_hit_at (p, i + best->n, MK_WORD_substance)->n > 0; /* "pours tea": nobody is poured */
  if (is_deed)
    return i;
  bool is_place = mk_hit_at (p, i, MK_WORD_relation)->n >= best->n && best->form == MK_FORM_ING && !p->has_verb && p->pending_verb < 0;
  if (best->n == 0 || p->in_camera || (is_place && whom_n (p) > 0)) /* "a robot facing a dog" tells where it is */
    return i;
  bool commands = is_imperative (p, i, MAX (best->n, transitive->n));
  if (is_noun_here (p, i) && !commands)
    return i;
  if (commands || p->subject.n == 0) {
    if (!commands && p->latest.n == 0 && best->form == MK_FORM_S)
      return i;
    p->pending_verb = i;
    p->is_clause_start = false;
    int n = commands && transitive->n > 0 ? transitive->n : best->n;
    mk_note (p, i, i + n, NULL, -1);
    return i + n;
  }
  if (mk_hit_at (p, i, MK_WORD_more)->n > best->n)
    return i;
  /* "make it go faster": what it does already */
  if (p->edit == MK_EDIT_MAKE && p->context != NULL && i == p->edit_end && mk_json_has (mk_hit_at (p, i + best->n, MK_WORD_more)->n > 0 ? mk_hit_at (p, i + best->n, MK_WORD_more)->sense->value : NULL, "speed")) {
    mk_note (p, i, i + best->n, NULL, -1);
    return i + best->n;
  }
  if (p->is_negated && mk_refs_meet (&p->subject, &p->resting)) { /* "none of the dogs moves" */
    p->has_verb = true;
    mk_note (p, i, i + best->n, NULL, -1);
    return i + best->n;
  }
  const mk_json *value = best->sense->value;
  if (p->is_listed && best->form == MK_FORM_ING && p->subject.n > 1 && p->mentioned.n > 0) /* "a castle, a dragon flying overhead" */
    p->subject = p->mentioned;
  mk_refs who = p->subject;
  int command = mk_json_has (value, "scenario") ? new_physics (p, value, &who) : new_motion (p, value, &who);
  const char *role = best == transitive ? "patient" : mk_json_get_string (mk_json_get (value, "object"));
  bool crosses_ground = best->n > 1 && g_str_equal (role, "across") && mk_is_ground_ahead (p, i + best->n);
  int next = i + (crosses_ground ? best->n - 1 : words_of_verb (p, i, best));
  if (command < 0) {
    mk_note_unshown (p, i, best->n);
    mk_note (p, i, next, NULL, -1);
    p->has_verb = true;
    p->is_clause_start = p->is_joined = p->is_predicate = false;
    return next;
  }
  command = mk_action_begin (p, command);
  mk_note (p, i, next, "motion", command);
  p->anchor = p->head = who;
  p->object_at = next;
  p->object_is_held = false;
  const char *landing = mk_json_get_string (mk_json_get (value, "landing"));
  if (*landing != 0)
    return parse_landing (p, next, landing);
  return crosses_ground ? next : parse_object (p, next, value, role, command);
}

/* --- where to --- */

static void
set_goal (mk_parser *p, const char *role, const mk_refs *to)
{
  mk_json *json = mk_command_json (p, p->action);
  const char *motion = motion_of (p, p->action), *prey = mk_json_get_string (mk_json_get (json, "with"));
  if (g_str_equal (motion, "follow") && g_str_equal (role, "around") && *prey != 0) { /* the way is that of who is chased */
    for (guint i = 0; i < p->commands->len; i++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "id")), prey))
        mk_set_text (mk_command_json (p, (int)i), role, mk_ref_text (p, to, 0));
    return;
  }
  bool keeps = mk_world_has (p, "motions", "keeps_around", motion), rounds = mk_world_has (p, "motions", "rounds", motion);
  const mk_recipe_info *info = p->subject.n > 0 ? mk_thing_at (p, p->subject.thing[0])->info : NULL;
  bool is_heavenly = info != NULL && g_str_equal (info->category, "space"); /* "the earth goes round the sun" */
  if (g_str_equal (role, "around") && rounds)
    mk_set_text (json, "motion", is_heavenly || mk_world_has (p, "motions", "orbits", motion) ? "orbit" : "circle");
  else if (g_str_equal (role, "around") && !keeps)
    return;
  mk_set_text (json, role, mk_ref_text (p, to, 0));
  if (p->sent != NULL && mk_json_has (json, "by") && p->subject.n > 0)
    receive (p, &p->subject, to);
}

/* Which field a preposition fills for this motion, or "" when the words say where it happens. */
static const char *
role_of (const mk_parser *p, const char *prep, const char *motion)
{
  const mk_json *way = mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "ways"), prep), *motions = mk_json_get (way, "motions");
  return motions == NULL || mk_json_has_text (motions, motion) ? mk_json_get_string (mk_json_get (way, "field")) : "";
}

/* "from the door": there it begins. */
static void
start_at (mk_parser *p, const mk_refs *from)
{
  mk_refs who = p->subject;
  const mk_recipe_info *info = mk_thing_at (p, from->thing[0])->info;
  const char *motion = motion_of (p, p->action);
  bool is_jump = g_str_equal (motion, "jump") && info != NULL && mk_json_get_bool (mk_world_fact (p, info->category, "carries")); /* "jumps from the chair" */
  bool is_off = info != NULL && info->carries && (is_jump || g_str_equal (motion, "rise") || g_str_equal (motion, "fly")); /* "takes off from the launch pad" */
  if (mk_thing_at (p, who.thing[0])->command >= 0 && mk_json_get (mk_thing_at (p, who.thing[0])->add, "place") != NULL)
    return; /* it is elsewhere already: a later leg */
  mk_place_add (p, &who, is_off ? "on" : "near", from, 0);
}

static int
parse_direction (mk_parser *p, int i)
{
  const mk_hit *direction = mk_hit_at (p, i, MK_WORD_direction);
  const char *motion = motion_of (p, p->action);
  if (direction->n == 0 || *motion == 0)
    return i;
  mk_json *json = mk_command_json (p, p->action);
  if (mk_world_has (p, "motions", "directed", motion))
    mk_set_text (json, "direction", mk_hit_text (direction));
  mk_note (p, i, i + direction->n, "motion", p->action);
  return i + direction->n;
}

/* "to the slide and then to the swing", "2 m right and 1 m back": another leg of the same way, once the one before is done. */
void
mk_leg_begin (mk_parser *p)
{
  const mk_json *before = mk_command_json (p, p->action);
  int command = before != NULL ? mk_command_new (p, "animate", MK_BUCKET_ACTION) : -1;
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return;
  const char *motion = mk_json_get_string (mk_json_get (before, "motion"));
  mk_set_text (json, "id", mk_new_id (p, motion));
  mk_json_set (json, "targets", mk_json_copy (mk_json_get (before, "targets")));
  mk_set_text (json, "motion", motion);
  if (mk_json_has (before, "speed"))
    mk_json_set (json, "speed", mk_json_copy (mk_json_get (before, "speed")));
  p->order = MK_ORDER_THEN;
  mk_action_begin (p, command);
}

/* "and back again": to where it stood. The token after it, or i. */
static int
parse_return (mk_parser *p, int i)
{
  const mk_json *json = mk_command_json (p, p->action), *place = p->subject.n > 0 ? mk_json_get (mk_thing_at (p, p->subject.thing[0])->add, "place") : NULL;
  const mk_hit *way = mk_hit_at (p, i, MK_WORD_direction);
  if (!p->is_clause_start || !p->is_joined || !mk_json_has (json, "to") || !g_str_equal (mk_hit_text (way), "back") || mk_np_is_head_ahead (p, i + way->n))
    return i;
  const mk_json *from = mk_json_get (mk_json_at (place, 0), "targets");
  mk_leg_begin (p);
  mk_json *back = mk_command_json (p, p->action);
  if (mk_json_length (from) > 0)
    mk_json_set (back, "to", mk_json_copy (mk_json_at (from, 0)));
  else
    mk_set_text (back, "direction", "back");
  mk_note (p, i, i + way->n, "motion", p->action);
  return i + way->n;
}

/* "carries a suitcase to the train": who carries goes there. */
static void
go_with_it (mk_parser *p, int i)
{
  mk_refs who = p->subject;
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  const char *motion = choose_going (p, mk_thing_at (p, who.thing[0]), p->goes);
  p->goes = "";
  if (json == NULL)
    return;
  mk_set_text (json, "id", mk_new_id (p, motion));
  mk_json_set (json, "targets", mk_refs_to_json (p, &who));
  mk_set_text (json, "motion", motion);
  mk_action_begin (p, command);
  mk_note (p, i, i + 1, "motion", command);
}

/* Prepositions after a verb: goals, ways and directions. */
int
mk_parse_path (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep), *relation = mk_hit_at (p, i, MK_WORD_relation), *direction = mk_hit_at (p, i, MK_WORD_direction);
  if (p->action < 0 && *p->goes != 0 && p->subject.n > 0 && prep->n >= relation->n && g_str_equal (mk_hit_text (prep), "to"))
    go_with_it (p, i);
  const mk_json *before = p->order == MK_ORDER_THEN && p->action < 0 && !p->in_camera ? mk_command_json (p, p->previous_action) : NULL;
  if (mk_json_has (before, "to") && g_str_equal (mk_hit_text (prep), "to") && prep->n >= relation->n) /* "to the tree and then to the house" */
    p->action = p->previous_action;
  if (p->action < 0 || p->in_camera)
    return i;
  int back = parse_return (p, i);
  if (back > i)
    return back;
  bool has_object = mk_np_is_head_ahead (p, i + direction->n) || mk_hit_at (p, i + direction->n, MK_WORD_det)->n > 0; /* "down a hill" */
  if (direction->n > 0 && direction->n >= relation->n && !(prep->n >= direction->n && has_object))
    return parse_direction (p, i);
  const char *role = prep->n > 0 && prep->n >= relation->n ? role_of (p, mk_hit_text (prep), motion_of (p, p->action)) : "";
  if (*role == 0)
    return i;
  mk_refs to, who = p->subject;
  bool is_leg = g_str_equal (role, "to") && mk_json_has (mk_command_json (p, p->action), "to") && (p->is_joined || p->order == MK_ORDER_THEN);
  p->is_clause_start = false;
  int next = mk_parse_object_refs (p, i + prep->n, &who, &to);
  if (next == i + prep->n)
    return i;
  if (to.n == 0)
    return next;
  if (is_leg)
    mk_leg_begin (p);
  if (g_str_equal (role, "from"))
    start_at (p, &to);
  else if (g_str_equal (role, "past") || (g_str_equal (role, "along") && !mk_is_word (p, i, "through")))
    pass (p, mk_command_json (p, p->action), g_str_equal (role, "past") ? role : "across", &who, &to);
  else
    set_goal (p, role, &to);
  mk_note (p, i, i + prep->n, "motion", p->action);
  /* What follows tells of the goal when the goal is new: "to the ball on the table". */
  if (mk_thing_at (p, to.thing[0])->command >= 0 && (mk_hit_at (p, next, MK_WORD_relation)->n > 0 || mk_hit_at (p, next, MK_WORD_wear)->n > 0))
    p->anchor = to;
  return next;
}
