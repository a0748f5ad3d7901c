/* What a verb is done to: who is ridden, pushed, chased, struck, and what is thrown, carried, passed by. */
#include <string.h>

#include "language/constructions.h"

/* Inside, unless it has what one sits on in the open. */
const char *
mk_place_of_rider (const mk_parser *p, const mk_thing *thing)
{
  bool is_vehicle = thing->info != NULL && mk_json_get_bool (mk_world_fact (p, thing->info->category, "is_ridden")), is_open = false;
  const mk_json *open_signs = mk_json_get (mk_lexicon_world (p->language->lexicon), "open_to_riders");
  for (size_t k = 0; k < mk_json_length (open_signs); k++)
    is_open |= mk_thing_has_part (p, thing, mk_json_get_string (mk_json_at (open_signs, k)));
  return !is_vehicle || is_open ? "on" : thing->info->seats ? "inside" : NULL;
}

static bool
is_person (const mk_parser *p, const mk_refs *who)
{
  const mk_recipe_info *info = mk_thing_at (p, who->thing[0])->info;
  return info != NULL && g_str_equal (info->category, "person");
}

/* What carries somebody goes, by what its rider does: "rows a boat". */
static void
go_by (mk_parser *p, mk_json *json, const mk_refs *rider, const mk_refs *carrier)
{
  const mk_thing *thing = mk_thing_at (p, carrier->thing[0]);
  mk_json_set (json, "targets", mk_refs_to_json (p, carrier));
  mk_set_text (json, "motion", mk_choose_going (p, thing, mk_json_get_string (mk_json_get (json, "motion"))));
  const char *how = mk_json_get_string (mk_json_get (json, "how"));
  if (*how == 0)
    return;
  mk_json *deed = mk_command_json (p, mk_animate_new (p, "gesture", rider));
  mk_set_text (deed, "how", how);
  mk_set_text (deed, "with", mk_json_get_string (mk_json_get (json, "id")));
  mk_json_remove (json, "how");
}

/* "he rows to the left": what he sits in goes, when the sentence names nothing else that does. */
void
mk_carrier_go (mk_parser *p, const char *role, int command, const mk_refs *rider)
{
  mk_json *json = mk_command_json (p, command);
  bool drives = g_str_equal (role, "mount") || g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "drive");
  const mk_json *places = mk_json_get (rider->n > 0 ? mk_thing_at (p, rider->thing[0])->add : NULL, "place");
  for (size_t i = 0; i < mk_json_length (places) && drives && is_person (p, rider); i++) {
    const char *relation = mk_json_get_string (mk_json_get (mk_json_at (places, i), "relation"));
    int index = mk_thing_find (p, mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, i), "targets"), 0)));
    const mk_thing *carrier = index >= 0 ? mk_thing_at (p, index) : NULL;
    bool is_carrier = carrier != NULL && carrier->info != NULL && (mk_json_get_bool (mk_world_fact (p, carrier->info->category, "is_ridden")) || g_str_equal (carrier->info->category, "animal"));
    if (!is_carrier || !(g_str_equal (relation, "on") || g_str_equal (relation, "inside")))
      continue;
    go_by (p, json, rider, &(mk_refs){ .n = 1, .thing = { index } });
    return;
  }
}

/* "a girl rides a horse", "a man drives a car": the mount goes, and its rider is on it, or unseen inside. */
static void
mount (mk_parser *p, mk_json *json, const mk_refs *rider, const mk_refs *carrier)
{
  const mk_thing *thing = mk_thing_at (p, carrier->thing[0]);
  mk_one_each (p, rider, carrier); /* "two knights on horses" */
  go_by (p, json, rider, carrier);
  const char *place = mk_place_of_rider (p, thing);
  if (place != NULL) {
    mk_place_add (p, rider, place, carrier, 0);
    return;
  }
  for (unsigned k = 0; k < rider->n; k++) {
    mk_thing *inside = mk_thing_at (p, rider->thing[k]);
    if (inside->command < 0)
      continue;
    inside->is_removed = true;
    g_array_index (p->commands, mk_command, inside->command).is_dropped = true;
    mk_assume (p, "The %s sits inside the %s and is not seen.", mk_noun_written (p, inside->noun), mk_noun_written (p, thing->noun));
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
    if ((int)i != p->clause.action && g_str_equal (mk_json_get_string (mk_json_get (json, "to")), goal) && g_str_equal (target, mk_ref_text (p, who, 0)))
      return (int)i;
  }
  return -1;
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
  const mk_recipe_info *goer = mk_thing_at (p, who->thing[0])->info;
  bool is_dry = info != NULL && info->is_set && !mk_thing_has_part (p, mk_thing_at (p, to->thing[0]), "water");
  if (is_dry && g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "swim") && goer != NULL && g_strv_contains (goer->motions, "walk")) /* "a duck crosses the road" */
    mk_set_text (json, "motion", "walk");
  mk_set_text (json, "along", mk_ref_text (p, to, 0));
}

int
mk_deed_last (const mk_parser *p, const mk_refs *who)
{
  const char *id = mk_ref_text (p, who, 0);
  for (int i = (int)p->commands->len - 1; i >= 0; i--) {
    const mk_json *json = mk_command_json (p, i);
    bool is_own = g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0)), id);
    if (is_own && g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"))
      return i;
  }
  return -1;
}

/* "a dog chases a cat", "a dinosaur chases a jeep": who is chased and lives, rolls or drives runs as long. */
static void
flee (mk_parser *p, int chase, const char *motion, const mk_refs *prey)
{
  const mk_thing *thing = mk_thing_at (p, prey->thing[0]);
  bool rolls = thing->info != NULL && thing->info->motions != NULL && g_strv_contains (thing->info->motions, "roll"); /* a ball */
  bool drives = thing->info != NULL && mk_json_get_bool (mk_world_fact (p, thing->info->category, "is_ridden"));
  if (!(mk_thing_is_living (thing) || rolls || drives) || p->context != NULL || mk_deed_last (p, prey) >= 0)
    return;
  int command = mk_animate_new (p, mk_choose_going (p, mk_thing_at (p, prey->thing[0]), motion), prey);
  mk_json *json = mk_command_json (p, command), *own = mk_command_json (p, chase);
  if (json == NULL)
    return;
  const char *after = mk_json_get_string (mk_json_get (own, "after"));
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
  mk_json *go = mk_command_json (p, mk_animate_new (p, mk_choose_going (p, mk_thing_at (p, agent->thing[0]), "walk"), agent));
  mk_json_set (json, "targets", mk_refs_to_json (p, object));
  mk_set_text (json, "scenario", "topple");
  if (thing->command >= 0 && mk_json_get (thing->add, "place") == NULL)
    mk_place_add (p, object, "right", agent, 0.8);
  if (go == NULL)
    return;
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
  mk_action_drop (p, command);
  mk_note_unshown (p, i - 1, 1);
}

/* --- what is done to whom --- */

#define BLOW_M 0.25 /* from who punches to what is punched */

/* One deed: the verb's value, the command that it became, who does it and to what. */
typedef struct {
  mk_parser *p;
  const mk_json *value;
  const char *role;
  int command;
  mk_json *json;
  const mk_refs *agent, *object;
  const mk_thing *thing; /* the first of the object's */
} deed;

static bool
is_strike (const mk_json *value)
{
  return g_str_equal (mk_json_get_string (mk_json_get (value, "scenario")), "strike");
}

static bool
has_role (const deed *d, const char *role)
{
  return g_str_equal (d->role, role);
}

static bool
is_of_category (const mk_thing *thing, const char *category)
{
  return thing->info != NULL && g_str_equal (thing->info->category, category);
}

static bool
is_living (const deed *d, const mk_refs *who)
{
  return mk_thing_is_living (mk_thing_at (d->p, who->thing[0]));
}

/* Nobody placed it, and this sentence makes it. */
static bool
is_free (const mk_thing *thing)
{
  return thing->command >= 0 && mk_json_get (thing->add, "place") == NULL;
}

/* "a cat knocks over a vase", "a ball hits the pins". */
static bool
strike (deed *d)
{
  if (!is_strike (d->value))
    return false;
  if (is_living (d, d->agent)) {
    knock (d->p, d->json, d->agent, d->object);
    return true;
  }
  mk_set_text (d->json, "by", mk_ref_text (d->p, d->agent, 0));
  mk_json_set (d->json, "targets", mk_refs_to_json (d->p, d->object));
  return true;
}

/* "climbs a ladder": hand over hand; a cat leaps onto the tree. */
static bool
climb_it (deed *d)
{
  if (!has_role (d, "climb"))
    return false;
  if (climb (d->p, d->json, d->agent, d->object) || mk_refs_meet (d->agent, d->object))
    return true;
  mk_set_text (d->json, "motion", "jump");
  mk_set_text (d->json, "to", mk_ref_text (d->p, d->object, 0));
  return true;
}

/* "a pilot flies a plane": a plane, not a kite. */
static bool
pilot (deed *d)
{
  if (!mk_json_has (d->value, "place") || !is_of_category (d->thing, "vehicle"))
    return false;
  mount (d->p, d->json, d->agent, d->object);
  mk_set_text (d->json, "motion", "fly");
  return true;
}

/* "a red car races a blue one": nothing drives what drives beside it. */
static bool
are_both_vehicles (const deed *d)
{
  return is_of_category (mk_thing_at (d->p, d->agent->thing[0]), "vehicle") && is_of_category (d->thing, "vehicle");
}

static bool
ride (deed *d)
{
  bool races = has_role (d, "with") && is_person (d->p, d->agent) && is_of_category (d->thing, "vehicle"); /* "a man races a motorbike" */
  if (!(has_role (d, "mount") || races) || are_both_vehicles (d) || !(mk_thing_is_living (d->thing) || is_of_category (d->thing, "vehicle")))
    return false;
  mount (d->p, d->json, d->agent, d->object);
  return true;
}

/* "opens an umbrella": in the hand, where others stand before whoever opens them. */
static bool
is_opened_in_hand (const deed *d)
{
  const char *motion = mk_json_get_string (mk_json_get (d->value, "motion"));
  bool is_opened = g_str_equal (motion, "open") || g_str_equal (motion, "close");
  return is_opened && d->thing->info != NULL && mk_json_get_bool (mk_world_fact (d->p, d->thing->info->category, "is_wielded")) && mk_can_hold (d->p, mk_thing_at (d->p, d->agent->thing[0]), d->thing);
}

/* "kicks a ball", "opens the door": what it is done to moves. */
static bool
handle (deed *d)
{
  if (!has_role (d, "patient"))
    return false;
  const char *where = mk_json_get_string (mk_json_get (d->value, "place"));
  int arrival = find_arrival (d->p, d->agent, d->object);
  mk_json_set (d->json, "targets", mk_refs_to_json (d->p, d->object));
  const char *able = mk_json_get_string (mk_json_get (d->value, "able"));
  if (*able != 0) { /* a balloon that is let go rises, a dove flies */
    bool can = d->thing->info != NULL && g_strv_contains (d->thing->info->motions, able);
    mk_set_text (d->json, "motion", can ? able : mk_choose_going (d->p, d->thing, "fly"));
  }
  if (arrival >= 0 && !mk_json_has (d->json, "after") && !mk_json_has (d->json, "with"))
    mk_set_text (d->json, "after", mk_json_get_string (mk_json_get (mk_command_json (d->p, arrival), "id")));
  if (mk_json_has (d->value, "sent") && is_living (d, d->agent))
    send (d->p, d->json, mk_json_get (d->value, "sent"), d->agent, d->object);
  else if (is_free (d->thing) && arrival < 0 && is_living (d, d->agent))
    mk_place_add (d->p, d->object, *where != 0 ? where : is_opened_in_hand (d) ? "held" : "front", d->agent, 0);
  return true;
}

/* "a child pushes a box", "horses pull a cart": people lay hands on it, others go along with it. */
static bool
push (deed *d)
{
  if (!has_role (d, "push") && !has_role (d, "pull"))
    return false;
  const mk_thing *who = mk_thing_at (d->p, d->agent->thing[0]);
  if (is_person (d->p, d->agent) || (mk_thing_is_living (who) && who->count == 1 && d->agent->n == 1)) { /* a horse before its cart */
    exert (d->p, d->json, d->role, d->agent, d->object);
    return true;
  }
  mk_refs all = *d->agent;
  if (is_free (d->thing))
    mk_place_add (d->p, d->object, has_role (d, "push") ? "front" : "behind", d->agent, 0);
  mk_refs_join (&all, d->object);
  mk_json_set (d->json, "targets", mk_refs_to_json (d->p, &all));
  return true;
}

/* "a man walks his dog": both do it. */
static bool
accompany (deed *d)
{
  if (!(has_role (d, "with") && mk_thing_is_living (d->thing)) && !((has_role (d, "with") || has_role (d, "mount")) && are_both_vehicles (d)))
    return false;
  mk_refs all = *d->agent;
  if (is_free (d->thing))
    mk_place_add (d->p, d->object, "beside", d->agent, 0);
  mk_refs_join (&all, d->object);
  mk_json_set (d->json, "targets", mk_refs_to_json (d->p, &all));
  return true;
}

/* "hugs a teddy bear": it is in the arms, and that is all. */
static bool
hold (deed *d)
{
  if (!has_role (d, "with") || !g_str_equal (mk_json_get_string (mk_json_get (d->value, "motion")), "hug"))
    return false;
  if (is_free (d->thing))
    mk_place_add (d->p, d->object, "held", d->agent, 0);
  mk_action_drop (d->p, d->command);
  return true;
}

/* "punches a punching bag", "boxes with a pillar": blows at it, and it swings where it can. */
static bool
hit (deed *d)
{
  mk_thing *who = mk_thing_at (d->p, d->agent->thing[0]);
  mk_thing one = *d->thing;
  one.count = 1; /* "two knights fight with swords": each has one, however many they are so far */
  if (!has_role (d, "with") || !g_str_equal (mk_json_get_string (mk_json_get (d->value, "motion")), "fight") || mk_thing_is_living (d->thing) || !is_person (d->p, d->agent) || mk_can_hold (d->p, who, &one))
    return false;
  mk_set_text (d->json, "motion", "gesture");
  mk_set_text (d->json, "how", "punch");
  if (is_free (d->thing)) {
    if (who->command >= 0 && !mk_json_has (who->add, "facing"))
      mk_set_text (who->add, "facing", "right");
    mk_place_add (d->p, d->object, "right", d->agent, BLOW_M);
    if (!mk_json_has (d->thing->add, "facing"))
      mk_set_text (d->thing->add, "facing", mk_ref_text (d->p, d->agent, 0));
  }
  mk_json *swing = mk_thing_has_part (d->p, d->thing, "bag") ? mk_command_json (d->p, mk_animate_new (d->p, "swing", d->object)) : NULL;
  if (swing != NULL)
    mk_set_text (swing, "with", mk_json_get_string (mk_json_get (d->json, "id")));
  return true;
}

/* "fights with a sword", "dance with umbrellas": what is held is no partner. */
static bool
wield (deed *d)
{
  if (!has_role (d, "with") || mk_thing_is_living (d->thing) || !is_free (d->thing) || d->agent->n != 1)
    return false;
  mk_hold_each (d->p, d->agent, d->object);
  if (!mk_can_hold (d->p, mk_thing_at (d->p, d->agent->thing[0]), d->thing))
    return false;
  mk_place_add (d->p, d->object, "held", d->agent, 0);
  if (g_str_equal (mk_json_get_string (mk_json_get (d->json, "how")), "couple"))
    mk_json_remove (d->json, "how");
  return true;
}

static bool
pass (deed *d)
{
  if (!has_role (d, "past") && !has_role (d, "across"))
    return false;
  if (!mk_json_has (d->value, "overtakes") || !mk_overtake (d->p, d->json, d->agent, d->object))
    mk_way_pass (d->p, d->json, d->role, d->agent, d->object);
  return true;
}

/* "chases the cat", "orbits the sun": the object is where it goes, or what it is done around. */
static bool
aim (deed *d)
{
  if (*d->role == 0)
    return false;
  bool is_going = has_role (d, "mount") || has_role (d, "with"), is_self = d->agent->n == 1 && d->agent->thing[0] == d->object->thing[0] && d->object->copy[0] == d->agent->copy[0];
  if (!is_self && g_str_equal (mk_json_get_string (mk_json_get (d->value, "end")), "over"))
    mk_way_leap (d->p, d->agent, d->object);
  if (!is_self)
    mk_set_text (d->json, is_going ? "to" : d->role, mk_ref_text (d->p, d->object, 0));
  return true;
}

/* Tried in this order; the first that takes it does it. */
static bool (*const deeds[]) (deed *) = { strike, climb_it, pilot, ride, handle, push, accompany, hold, hit, wield, pass, aim };

void
mk_deed_do (mk_parser *p, const mk_json *value, const char *role, int command, const mk_refs *agent, const mk_refs *object)
{
  deed d = { .p = p, .value = value, .role = role, .command = command, .json = mk_command_json (p, command), .agent = agent, .object = object, .thing = mk_thing_at (p, object->thing[0]) };
  for (size_t i = 0; i < MK_COUNT (deeds); i++)
    if (deeds[i](&d))
      break;
  if (mk_json_has (value, "flees") && mk_json_has (d.json, "to"))
    flee (p, command, mk_json_get_string (mk_json_get (value, "flees")), object);
}

/* --- reading it --- */

int
mk_parse_agent (mk_parser *p, int i, mk_refs *agent)
{
  double metres = 0;
  mk_refs patient = p->subject;
  bool is_measure = mk_is_word (p, i, "by") && (mk_parse_measure (p, i + 1, &metres) > i + 1 || mk_parse_number (p, i + 1, &metres) > i + 1);
  if (!mk_is_word (p, i, "by") || is_measure || patient.n == 0 || mk_hit_at (p, i, MK_WORD_relation)->n > 1)
    return i;
  int next = mk_parse_object_refs (p, i + 1, &patient, agent);
  return next > i + 1 && agent->n > 0 && !mk_refs_meet (agent, &patient) ? next : i;
}

/* "gives the girl a flower": whom comes first. */
static int
parse_given (mk_parser *p, int i, const mk_json *value, const char *role, int command, const mk_refs *agent, const mk_refs *whom)
{
  mk_refs given;
  int next = mk_parse_object_refs (p, i, agent, &given);
  if (next == i || given.n == 0)
    return i;
  mk_deed_do (p, value, role, command, agent, &given);
  mk_set_text (mk_command_json (p, command), "to", mk_ref_text (p, whom, 0));
  mk_goal_receive (p, agent, whom);
  return next;
}

/* "gives her a hug": what is given is what is done. */
static int
parse_given_deed (mk_parser *p, int i, int command, const mk_refs *agent, const mk_refs *whom)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n;
  const mk_hit *verb = mk_hit_at (p, at, MK_WORD_motion);
  const mk_json *value = verb->n > 0 ? verb->sense->value : NULL;
  bool is_deed = value != NULL && verb->form == MK_FORM_BASE && (g_str_equal (mk_json_get_string (mk_json_get (value, "object")), "with") || g_str_equal (mk_json_get_string (mk_json_get (value, "motion")), "gesture"));
  if (!is_deed || mk_hit_at (p, at, MK_WORD_object)->n >= verb->n)
    return i;
  mk_json *json = mk_command_json (p, command);
  static const char *const fields[] = { "motion", "how" };
  for (size_t k = 0; k < MK_COUNT (fields); k++)
    if (mk_json_has (value, fields[k]))
      mk_json_set (json, fields[k], mk_json_copy (mk_json_get (value, fields[k])));
  mk_json_remove (json, "by");
  mk_deed_do (p, value, mk_json_get_string (mk_json_get (value, "object")), command, agent, whom);
  mk_note (p, i, at + verb->n, "motion", command);
  return at + verb->n;
}

/* What no thing follows, and no thing is: "runs one second", "falls down", "follows the camera". */
static bool
is_no_object (const mk_parser *p, int i)
{
  double number = 0;
  int unit = mk_parse_number (p, i, &number);
  bool is_measure = unit > i && mk_hit_at (p, unit, MK_WORD_unit)->n > 0 && !mk_np_is_head_ahead (p, unit + mk_hit_at (p, unit, MK_WORD_unit)->n);
  return is_measure || mk_hit_at (p, i, MK_WORD_direction)->n > 0 || mk_hit_at (p, i, MK_WORD_adverb)->n > 0 || mk_hit_at (p, i, MK_WORD_camera_word)->n > 0;
}

/* "lands on the water", "crosses the sand": no thing; a lake is one. */
bool
mk_is_mere_ground (const mk_parser *p, int i)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n;
  const mk_hit *surface = mk_hit_at (p, at, MK_WORD_surface);
  return at > i && surface->n > mk_hit_at (p, at, MK_WORD_object)->n && mk_is_ground_ahead (p, i);
}

/* "as soon as the gate opens the horses run": whom a finite verb follows acts, and ends the clause before. */
bool
mk_is_main_clause (mk_parser *p, int i)
{
  mk_np np;
  if (p->order.now == MK_ORDER_NONE || mk_np_read (p, i, &np) == i || np.head < 0)
    return false;
  int at = np.to;
  for (int steps = 0; steps < 2; steps++)
    at += mk_hit_at (p, at, MK_WORD_adverb)->n > 0 ? mk_hit_at (p, at, MK_WORD_adverb)->n : mk_hit_at (p, at, MK_WORD_motion)->n > 0 ? 0 : mk_hit_at (p, at, MK_WORD_filler)->n; /* "start running" */
  const mk_hit *motion = mk_hit_at (p, at, MK_WORD_motion), *physics = mk_hit_at (p, at, MK_WORD_physics), *act = mk_hit_at (p, at, MK_WORD_act);
  const mk_hit *verb = motion->n > 0 ? motion : physics->n > 0 ? physics : act;
  return verb->n > 0 && (verb->form == MK_FORM_S || at > np.to || np.is_plural || np.number > 1);
}

/* "ella le lanza una pelota": the little word before the verb says that it is for somebody. */
static void
send_to_him (mk_parser *p, int i, int command, const mk_refs *subject)
{
  mk_json *json = mk_command_json (p, command);
  mk_refs whom = { 0 }, self = p->self;
  bool is_for_him = false, is_object = p->is_object;
  for (int k = i - 1; k >= 0 && mk_token_at (p, k)->kind != MK_TOKEN_MARK; k--)
    is_for_him |= mk_token_at (p, k)->kind == MK_TOKEN_WORD && mk_lexicon_word_rule (p->language->lexicon, "dative", mk_token_at (p, k)->text) != NULL;
  bool names_him = mk_is_word (p, i, "to") || (i < mk_n_tokens (p) && mk_lexicon_word_rule (p->language->lexicon, "with_article", mk_token_at (p, i)->text) != NULL);
  if (!is_for_him || names_him || json == NULL || mk_json_has (json, "to"))
    return;
  p->self = *subject;
  p->is_object = true;
  mk_find_pronoun (p, "who", &whom);
  p->self = self;
  p->is_object = is_object;
  if (whom.n == 1 && !mk_refs_meet (&whom, subject) && mk_thing_is_living (mk_thing_at (p, whom.thing[0])))
    mk_set_text (json, "to", mk_ref_text (p, &whom, 0));
}

/* "he kicks it back": to whom sent it before. The token after "back", or i. */
static int
send_back (mk_parser *p, int i, int command)
{
  const mk_hit *way = mk_hit_at (p, i, MK_WORD_direction);
  mk_json *json = mk_command_json (p, command);
  const char *by = mk_json_get_string (mk_json_get (json, "by")), *from = "";
  if (!g_str_equal (mk_hit_text (way), "back") || *by == 0 || mk_json_has (json, "to"))
    return i;
  for (size_t k = 0; k < mk_json_length (p->context) + p->commands->len; k++) {
    size_t n = mk_json_length (p->context);
    const mk_json *earlier = k < n ? mk_json_at (p->context, k) : mk_command_json (p, (int)(k - n));
    const char *sender = mk_json_get_string (mk_json_get (earlier, "by"));
    if (earlier != json && *sender != 0 && !g_str_equal (sender, by) && mk_json_equal (mk_json_get (earlier, "targets"), mk_json_get (json, "targets")))
      from = sender;
  }
  if (*from == 0)
    return i;
  mk_set_text (json, "to", from);
  mk_note (p, i, i + way->n, "motion", command);
  return i + way->n;
}

int
mk_parse_deed (mk_parser *p, int i, const mk_json *value, const char *role, int command)
{
  mk_refs subject = p->subject, object;
  if (mk_is_main_clause (p, i)) {
    p->object.at = -1;
    return i;
  }
  if ((*role == 0 && !is_strike (value)) || is_no_object (p, i) || mk_is_mere_ground (p, i))
    return i;
  p->clause.is_start = false;
  int mutual = mk_parse_mutual (p, i, value, role, command); /* "two cars race each other": neither sits in the other */
  if (mutual > i)
    return mutual;
  p->able = g_str_equal (role, "patient") && !mk_json_has (value, "sent") ? mk_json_get_string (mk_json_get (value, "motion")) : NULL;
  int next = mk_parse_object_refs (p, i, &subject, &object);
  p->able = NULL;
  bool is_itself = next > i && g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_pronoun)), "it") && mk_refs_meet (&subject, &object);
  if (mk_json_has (value, "sent") && (next == i || object.n == 0 || is_itself)) { /* "she throws it", and there is nothing: she does not fly */
    mk_action_drop (p, command);
    mk_note_unshown (p, i - 1, 1);
    return next;
  }
  if (next == i || object.n == 0) {
    if (g_str_equal (role, "climb") && mk_hit_at (p, i, MK_WORD_prep)->n == 0 && mk_hit_at (p, i, MK_WORD_relation)->n == 0)
      forget_climb (p, i, &subject, command);
    return i;
  }
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  bool is_own = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "owned")) && mk_thing_at (p, object.thing[0])->command >= 0; /* "points his wand at a rock" */
  if (is_own && !is_strike (value) && g_str_equal (role, "to") && mk_can_hold (p, mk_thing_at (p, subject.thing[0]), mk_thing_at (p, object.thing[0]))) {
    mk_place_add (p, &object, "held", &subject, 0);
    return next;
  }
  if (mk_json_has (value, "sent") && mk_thing_is_living (mk_thing_at (p, object.thing[0]))) {
    int after = parse_given_deed (p, next, command, &subject, &object);
    if (after > next || is_thing_ahead (p, next))
      return after > next ? after : parse_given (p, next, value, role, command, &subject, &object);
  }
  mk_deed_do (p, value, role, command, &subject, &object);
  if (mk_json_has (value, "sent")) {
    next = send_back (p, next, command);
    p->object.what = object; /* "tosses a pancake in a pan" */
    p->object.agent = subject;
    p->object.end = next;
    p->object.is_placed = false;
  }
  if (mk_json_has (value, "sent"))
    send_to_him (p, next, command, &subject);
  if (g_str_equal (role, "patient"))
    mk_throwers_part (p, next, value, &subject);
  const mk_thing *other = mk_thing_at (p, object.thing[0]);
  bool is_seen = g_str_equal (mk_motion_of (p, command), "look-at") && !mk_json_has (other->add, "place") && !mk_is_of_the_sky (p, other->info); /* "watches a bird on a branch" */
  if ((is_seen || g_str_equal (role, "past") || g_str_equal (role, "across")) && other->command >= 0 && mk_hit_at (p, next, MK_WORD_relation)->n > 0)
    p->anchor = object; /* "a bridge over a river" */
  return next;
}

int
mk_parse_mount (mk_parser *p, int i)
{
  mk_np np;
  bool is_on = mk_is_word (p, i, "on") || mk_is_word (p, i, "in") || mk_is_word (p, i, "by");
  mk_json *json = mk_command_json (p, p->clause.action);
  if (!is_on || p->clause.in_camera || p->subject.n != 1 || !mk_world_has (p, "motions", "goes", mk_json_get_string (mk_json_get (json, "motion"))) || mk_np_read (p, i + 1, &np) == i + 1)
    return i;
  const mk_thing *who = mk_thing_at (p, p->subject.thing[0]);
  bool is_carrier = np.object != NULL && (g_str_equal (np.object->category, "vehicle") || (mk_is_word (p, i, "on") && g_str_equal (np.object->category, "animal")));
  if (!is_carrier || !is_of_category (who, "person") || (who->info != NULL && np.object->size_m < 0.5f * who->info->size_m))
    return i;
  mk_refs rider = p->subject, carrier;
  int next = mk_parse_object_refs (p, i + 1, &rider, &carrier);
  if (next == i + 1 || carrier.n == 0)
    return i;
  mount (p, json, &rider, &carrier);
  mk_note (p, i, i + 1, "motion", p->clause.action);
  return next;
}
