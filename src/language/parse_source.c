/* Where things are before it begins: "takes the diamond from the table", "a glass falls off a shelf", "watches from the sofa". */
#include "language/constructions.h"

/* What the verb alone gave a place: "steals an egg" has it before who steals. */
static bool
is_placed_by_verb (const mk_parser *p, const mk_refs *what)
{
  if (what->n == 0 || !p->object.is_placed || !mk_refs_meet (what, &p->object.what))
    return false;
  const mk_json *place = mk_json_get (mk_thing_at (p, what->thing[0])->add, "place");
  return mk_json_length (place) == 1 && mk_json_has_text (mk_json_get (mk_json_at (place, 0), "targets"), mk_thing_at (p, p->object.agent.thing[0])->id);
}

/* A table or a bowl: what lies on or in it, and not who does something to it. */
static bool
keeps_things (const mk_parser *p, const mk_thing *where, const mk_thing *agent, const char *relation)
{
  const mk_recipe_info *info = where->info;
  if (info == NULL || agent->info == NULL)
    return true;
  bool is_desk = info->carries && mk_json_get_bool (mk_world_fact (p, info->category, "carries"));
  bool is_on = g_str_equal (relation, "on"), is_in = g_str_equal (relation, "inside");
  return (is_on && is_desk) || ((is_on || is_in) && info->size_m < agent->info->size_m);
}

/* "tosses a pancake in a pan": nobody who does something to a thing is in what is smaller than a lap. */
static bool
is_too_small_for (const mk_parser *p, const char *relation, const mk_refs *to, const mk_refs *who)
{
  const mk_recipe_info *small = to->n > 0 ? mk_thing_at (p, to->thing[0])->info : NULL, *agent = who->n > 0 ? mk_thing_at (p, who->thing[0])->info : NULL;
  return g_str_equal (relation, "inside") && small != NULL && agent != NULL && small->size_m < 0.5f * agent->size_m;
}

void
mk_object_or_agent (mk_parser *p, const char *relation, const mk_refs *to, mk_refs *who)
{
  const mk_refs agent = p->object.agent;
  if (agent.n == 1 && mk_refs_meet (&agent, to) && g_str_equal (relation, "on") && !mk_is_for_holding (to->part) && is_placed_by_verb (p, &p->object.what)) { /* "carries his daughter on his shoulders": there, and nowhere beside him */
    *who = p->object.what;
    mk_json_remove (mk_thing_at (p, who->thing[0])->add, "place");
    mk_json_remove (mk_thing_at (p, who->thing[0])->add, "facing");
    mk_json_remove (mk_thing_at (p, agent.thing[0])->add, "facing");
  }
  if (mk_refs_meet (who, &agent) && p->object.what.n > 0 && is_too_small_for (p, relation, to, who))
    *who = p->object.what;
  bool is_done = is_placed_by_verb (p, who) && agent.n == 1 && to->n > 0 && to->part[0] == 0 && !mk_refs_meet (&agent, to);
  mk_thing *what = is_done ? mk_thing_at (p, who->thing[0]) : NULL;
  if (what == NULL || mk_thing_is_living (what))
    return;
  const mk_recipe_info *where = mk_thing_at (p, to->thing[0])->info;
  if (where != NULL && where->is_set) /* "digs up a chest on an island": both are there */
    mk_refs_join (who, &agent);
  else if (keeps_things (p, mk_thing_at (p, to->thing[0]), mk_thing_at (p, agent.thing[0]), relation))
    mk_json_remove (what->add, "place");
  else
    *who = agent;
}

/* "jumps from a tower", "does a backflip off a roof": from up there, and not from beside it. */
static bool
leaps_off (const mk_parser *p, const mk_recipe_info *info)
{
  static const char *const leaps[] = { "jump", "dive", "fall", "backflip", "somersault", NULL };
  const mk_json *json = mk_command_json (p, p->clause.action);
  bool leaps_now = g_strv_contains (leaps, mk_json_get_string (mk_json_get (json, "motion"))) || g_strv_contains (leaps, mk_json_get_string (mk_json_get (json, "how")));
  return leaps_now && info != NULL && g_str_equal (info->category, "building");
}

bool
mk_is_left_from_top (const mk_parser *p, const mk_refs *from)
{
  const mk_recipe_info *info = mk_thing_at (p, from->thing[0])->info;
  bool carries = info != NULL && !info->is_around && !info->is_set && mk_json_get_bool (mk_world_fact (p, info->category, "carries")) && !mk_json_get_bool (mk_world_fact (p, info->category, "is_filled"));
  return info != NULL && (from->part[0] != 0 || carries || leaps_off (p, info) || mk_is_stood_on (p, mk_thing_at (p, from->thing[0])) || mk_world_has (p, "places", "perches", info->name));
}

/* On what carries others, in what holds them, else beside it. */
static const char *
relation_of_source (const mk_parser *p, const mk_refs *from)
{
  const mk_recipe_info *info = mk_thing_at (p, from->thing[0])->info;
  if (mk_is_left_from_top (p, from))
    return "on";
  return info != NULL && mk_json_get_bool (mk_world_fact (p, info->category, "is_filled")) ? "inside" : "near";
}

int
mk_parse_source (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  bool is_from = g_str_equal (mk_hit_text (prep), "from") || g_str_equal (mk_hit_text (prep), "off");
  mk_refs object = p->object.what, who = p->subject, from;
  bool is_sent = p->sent != NULL && p->clause.action >= 0 && mk_json_has (mk_command_json (p, p->clause.action), "by"); /* "throws a ball from the roof": who throws is there */
  bool is_of_object = i == p->object.end && object.n > 0 && !is_sent;
  if (!is_from || who.n == 0 || !p->clause.has_verb || p->clause.in_camera || p->context != NULL || mk_hit_at (p, i, MK_WORD_relation)->n > prep->n || mk_hit_at (p, i + prep->n, MK_WORD_side)->n > 0 || mk_hit_at (p, i, MK_WORD_side)->n > prep->n)
    return i;
  if (!is_of_object && !mk_world_has (p, "motions", "takes_hands", mk_motion_of (p, p->clause.action)))
    return i;
  int next = mk_parse_object_refs (p, i + prep->n, &who, &from);
  if (next == i + prep->n || from.n == 0)
    return i;
  const mk_refs *whose = is_of_object ? &object : &who;
  mk_thing *thing = mk_thing_at (p, whose->thing[0]);
  if (is_of_object && is_placed_by_verb (p, &object))
    mk_json_remove (thing->add, "place");
  if (thing->command >= 0 && !mk_json_has (thing->add, "place"))
    mk_place_add (p, whose, relation_of_source (p, &from), &from, 0);
  mk_remember (p, whose); /* "takes an apple from the bowl and eats it" */
  p->anchor = from;
  p->clause.after_relation = true;
  mk_note (p, i, i + prep->n, "relation", thing->command);
  return next;
}
