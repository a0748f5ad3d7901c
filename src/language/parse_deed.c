/* What a verb is done to: who is ridden, pushed, chased, struck, and what is thrown, carried, passed by. */
#include <string.h>

#include "language/constructions.h"

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
  mk_set_text (json, "motion", mk_choose_going (p, thing, mk_json_get_string (mk_json_get (json, "motion"))));
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
void
mk_goal_receive (mk_parser *p, const mk_refs *agent, const mk_refs *to)
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

static bool
is_person (const mk_parser *p, const mk_refs *who)
{
  const mk_recipe_info *info = mk_thing_at (p, who->thing[0])->info;
  return info != NULL && g_str_equal (info->category, "person");
}

/* "pushes a box", "pulls a sledge": across the picture, hands on it. */
static void
exert (mk_parser *p, mk_json *json, const char *role, const mk_refs *agent, const mk_refs *object)
{
  mk_thing *who = mk_thing_at (p, agent->thing[0]);
  const mk_thing *thing = mk_thing_at (p, object->thing[0]);
  if (who->command >= 0 && !mk_json_has (who->add, "facing"))
    mk_set_text (who->add, "facing", "right");
  if (thing->command >= 0 && mk_json_get (thing->add, "place") == NULL)
    mk_place_add (p, object, g_str_equal (role, "push") ? "right" : "left", agent, 0.3);
  mk_set_text (json, "motion", role);
  mk_json_set (json, "targets", mk_refs_to_json (p, object));
  mk_set_text (json, "by", mk_ref_text (p, agent, 0));
}

/* "climbs a ladder": from its foot, seen from the side where it is round. */
static bool
climb (mk_parser *p, mk_json *json, const mk_refs *agent, const mk_refs *object)
{
  const mk_thing *thing = mk_thing_at (p, object->thing[0]), *who = mk_thing_at (p, agent->thing[0]);
  if (!(is_person (p, agent) || mk_thing_has_part (p, who, "arm")) || thing->info == NULL || mk_refs_meet (agent, object))
    return false;
  if (who->command >= 0 && mk_json_get (who->add, "place") == NULL)
    mk_place_add (p, agent, g_str_equal (thing->info->category, "nature") || g_str_equal (thing->info->category, "plant") ? "left" : "front", object, 0);
  mk_set_text (json, "motion", "climb");
  mk_set_text (json, "to", mk_ref_text (p, object, 0));
  return true;
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
  } else if (is_person (p, agent) && (g_str_equal (role, "push") || g_str_equal (role, "pull"))) {
    exert (p, json, role, agent, object);
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
void
mk_way_pass (mk_parser *p, mk_json *json, const char *role, const mk_refs *who, const mk_refs *to)
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
  const mk_thing *thing = mk_thing_at (p, prey->thing[0]);
  bool rolls = thing->info != NULL && thing->info->motions != NULL && g_strv_contains (thing->info->motions, "roll"); /* a ball */
  if ((!mk_thing_is_living (thing) && !rolls) || p->context != NULL || find_action (p, prey) >= 0)
    return;
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command), *own = mk_command_json (p, chase);
  if (json == NULL)
    return;
  const char *going = mk_choose_going (p, mk_thing_at (p, prey->thing[0]), motion), *after = mk_json_get_string (mk_json_get (own, "after"));
  mk_set_text (json, "id", mk_new_id (p, going));
  mk_json_set (json, "targets", mk_refs_to_json (p, prey));
  mk_set_text (json, "motion", going);
  if (*after != 0)
    mk_set_text (json, "after", after);
  mk_json_remove (own, "after");
  mk_set_text (own, "with", mk_json_get_string (mk_json_get (json, "id")));
}

/* "a cat knocks over a vase": who lives goes there and is no missile; what is struck tips away from it. */
static void
knock (mk_parser *p, mk_json *json, const mk_refs *agent, const mk_refs *object)
{
  const mk_thing *thing = mk_thing_at (p, object->thing[0]);
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *go = mk_command_json (p, command);
  mk_json_set (json, "targets", mk_refs_to_json (p, object));
  mk_set_text (json, "scenario", "topple");
  if (thing->command >= 0 && mk_json_get (thing->add, "place") == NULL)
    mk_place_add (p, object, "right", agent, 0.8);
  if (go == NULL)
    return;
  const char *motion = mk_choose_going (p, mk_thing_at (p, agent->thing[0]), "walk");
  mk_set_text (go, "id", mk_new_id (p, motion));
  mk_json_set (go, "targets", mk_refs_to_json (p, agent));
  mk_set_text (go, "motion", motion);
  mk_set_text (go, "to", mk_ref_text (p, object, 0));
  if (mk_json_has (json, "after"))
    mk_set_text (go, "after", mk_json_get_string (mk_json_get (json, "after")));
  mk_set_text (json, "after", mk_json_get_string (mk_json_get (go, "id")));
}

static bool
is_thing_ahead (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_np_is_head_ahead (p, i + mk_hit_at (p, i, MK_WORD_det)->n);
}

/* "a man climbs": there is nothing to climb, and people do not rise into the air. */
static void
forget_climb (mk_parser *p, int i, const mk_refs *who, int command)
{
  if (command < 0 || who->n == 0 || !(is_person (p, who) || mk_thing_has_part (p, mk_thing_at (p, who->thing[0]), "leg")))
    return;
  g_array_index (p->commands, mk_command, command).is_dropped = true;
  mk_note_unshown (p, i - 1, 1);
  p->action = p->last_action = -1;
}

/* "two children throw a ball to each other": they stand as far apart as a throw goes. */
static void
part_throwers (mk_parser *p, int i, const mk_json *value, const mk_refs *who)
{
  mk_thing *thing = mk_thing_at (p, who->thing[0]);
  const mk_json *sent = mk_json_get (value, "sent");
  bool is_exchange = sent != NULL && mk_is_word (p, i, "to") && (mk_is_word (p, i + 1, "each") || mk_is_word (p, i + 1, "one"));
  if (!is_exchange || thing->command < 0 || mk_json_get_real (mk_json_get (thing->add, "count")) < 2 || mk_json_has (thing->add, "spacing_m"))
    return;
  mk_set_text (thing->add, "arrange", "row");
  mk_json_set (thing->add, "spacing_m", mk_json_copy (mk_json_get (sent, "apart_m")));
}

/* The direct object: "chases the cat", "hits the pins", "orbits the sun". */
int
mk_parse_deed (mk_parser *p, int i, const mk_json *value, const char *role, int command)
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
  if (next == i || object.n == 0) {
    if (g_str_equal (role, "climb") && mk_hit_at (p, i, MK_WORD_prep)->n == 0 && mk_hit_at (p, i, MK_WORD_relation)->n == 0)
      forget_climb (p, i, &subject, command);
    return i;
  }
  mk_json *json = mk_command_json (p, command);
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  bool is_own = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "owned")) && mk_thing_at (p, object.thing[0])->command >= 0; /* "points his wand at a rock" */
  if (is_own && !is_strike && g_str_equal (role, "to") && mk_can_hold (p, mk_thing_at (p, subject.thing[0]), mk_thing_at (p, object.thing[0]))) {
    mk_place_add (p, &object, "held", &subject, 0);
    return next;
  }
  if (is_strike && mk_thing_is_living (mk_thing_at (p, subject.thing[0])))
    knock (p, json, &subject, &object);
  else if (is_strike) {
    mk_set_text (json, "by", mk_ref_text (p, &subject, 0));
    mk_json_set (json, "targets", mk_refs_to_json (p, &object));
  }
  else if (mk_json_has (value, "sent") && mk_thing_is_living (mk_thing_at (p, object.thing[0])) && is_thing_ahead (p, next)) { /* "gives the girl a flower" */
    mk_refs whom = object;
    int after = mk_parse_object_refs (p, next, &subject, &object);
    if (after == next || object.n == 0 || !move_object (p, json, value, role, &subject, &object))
      return next;
    mk_set_text (json, "to", mk_ref_text (p, &whom, 0));
    mk_goal_receive (p, &subject, &whom);
    return after;
  }
  else if (g_str_equal (role, "climb")) {
    if (climb (p, json, &subject, &object) || mk_refs_meet (&subject, &object))
      return next;
    mk_set_text (json, "motion", "jump"); /* a cat leaps onto the tree */
    mk_set_text (json, "to", mk_ref_text (p, &object, 0));
  }
  else if (move_object (p, json, value, role, &subject, &object)) {
    part_throwers (p, next, value, &subject);
    return next;
  }
  else if (g_str_equal (role, "past") || g_str_equal (role, "across"))
  {
    mk_way_pass (p, json, role, &subject, &object);
    if (mk_thing_at (p, object.thing[0])->command >= 0 && mk_hit_at (p, next, MK_WORD_relation)->n > 0)
      p->anchor = object; /* "a bridge over a river" */
  } else if (!(subject.n == 1 && subject.thing[0] == object.thing[0] && object.copy[0] == subject.copy[0]))
    mk_set_text (json, is_going ? "to" : role, mk_ref_text (p, &object, 0));
  if (mk_json_has (value, "flees") && mk_json_has (json, "to"))
    flee (p, command, mk_json_get_string (mk_json_get (value, "flees")), &object);
  return next;
}
