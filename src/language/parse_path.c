/* Where a motion goes: goals, ways and directions after a verb, and further legs of the same way. */
#include <math.h>
#include <string.h>

#include "language/constructions.h"

/* "crows flying around it", that "with" put beside it: all around it from the start, and none in another's wings. */
static void
spread_around (const mk_parser *p, const mk_refs *to)
{
  for (unsigned k = 0; k < p->subject.n; k++) {
    mk_json *place = mk_json_at (mk_json_get (mk_thing_at (p, p->subject.thing[k])->add, "place"), 0);
    if (place != NULL && g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "beside") && mk_json_has_text (mk_json_get (place, "targets"), mk_ref_text (p, to, 0)))
      mk_set_text (place, "relation", "around");
  }
}

static void
set_goal (mk_parser *p, const char *role, const mk_refs *to, bool is_up)
{
  mk_json *json = mk_command_json (p, p->clause.action);
  const char *motion = mk_motion_of (p, p->clause.action), *prey = mk_json_get_string (mk_json_get (json, "with"));
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
  const mk_recipe_info *goal = mk_thing_at (p, to->thing[0])->info;
  if (is_up && goal != NULL && goal->is_set && (g_str_equal (motion, "walk") || g_str_equal (motion, "run"))) { /* "walks up a hill": seen from far enough */
    mk_thing *walker = mk_thing_at (p, p->subject.thing[0]);
    if (walker->command >= 0 && mk_json_get (walker->add, "place") == NULL)
      mk_place_add (p, &p->subject, "left", to, 0);
    mk_set_text (json, "motion", "climb");
  }
  mk_set_text (json, role, mk_ref_text (p, to, 0));
  if (g_str_equal (role, "around") && mk_is_several (p, &p->subject) && p->context == NULL)
    spread_around (p, to);
  if (p->sent != NULL && mk_json_has (json, "by") && p->subject.n > 0)
    mk_goal_receive (p, &p->subject, to);
}

/* Which field a preposition fills for this motion, or "" when the words say where it happens. */
static const char *
role_of (const mk_parser *p, const char *prep, const char *motion)
{
  const mk_json *way = mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "ways"), prep), *motions = mk_json_get (way, "motions");
  return motions == NULL || mk_json_has_text (motions, motion) ? mk_json_get_string (mk_json_get (way, "field")) : "";
}

/* "a vase falls off a shelf": from where it stood, and not from above it. Gravity asks for no speed and no way. */
static void
topple_off (mk_parser *p, mk_json *json, const mk_refs *from)
{
  static const char *const kept[] = { "op", "id", "targets", "start_s", "duration_s", "after", "with", NULL };
  g_autoptr (GPtrArray) dropped = g_ptr_array_new_with_free_func (g_free);
  for (mk_json_iter i = mk_json_iterate (json); mk_json_next (&i);)
    if (!g_strv_contains (kept, i.key))
      g_ptr_array_add (dropped, g_strdup (i.key));
  for (guint i = 0; i < dropped->len; i++)
    mk_json_remove (json, g_ptr_array_index (dropped, i));
  mk_set_text (json, "op", "physics");
  mk_set_text (json, "scenario", "topple");
  mk_set_text (json, "from", mk_ref_text (p, from, 0));
}

/* "a cat jumps off a table": down beside it. */
static void
jump_off (mk_json *json, mk_json *from)
{
  mk_json_set (json, "to", from);
  mk_set_text (json, "end", "off");
}

/* "a woman gets out of the taxi", "off the horse", "a dog jumps out of the car": out of its seat. How it is there before, or NULL. */
static const char *
leave_seat (mk_parser *p, mk_json *json, const mk_refs *who, const mk_refs *from)
{
  const mk_thing *carrier = mk_thing_at (p, from->thing[0]), *rider = mk_thing_at (p, who->thing[0]);
  const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
  bool is_ridden = carrier->info != NULL && (mk_json_get_bool (mk_world_fact (p, carrier->info->category, "is_ridden")) ? carrier->info->seats : g_str_equal (carrier->info->category, "animal") && carrier->info->carries);
  bool leaves = g_str_equal (motion, "jump") || g_str_equal (motion, "stand");
  const char *place = is_ridden && leaves && from->part[0] == 0 && mk_thing_is_living (rider) ? mk_place_of_rider (p, carrier) : NULL;
  if (place == NULL || mk_json_has (json, "to") || mk_json_has (json, "direction"))
    return NULL;
  jump_off (json, mk_json_new_string (mk_ref_text (p, from, 0)));
  if (rider->info != NULL && g_str_equal (rider->info->category, "person"))
    mk_set_text (json, "motion", "stand");
  return place;
}

#define PUSHER_UP 0.8f /* of the size of what it is pushed from: who is smaller stands up there too */

/* "a cat pushes a glass off the table": the glass stood on it and falls. */
static bool
push_off (mk_parser *p, mk_json *json, const mk_refs *who, const mk_refs *from)
{
  int pushed = mk_thing_find (p, mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0)));
  mk_thing *pusher = mk_thing_at (p, who->thing[0]), *thing = pushed >= 0 ? mk_thing_at (p, pushed) : NULL;
  const mk_recipe_info *ledge = mk_thing_at (p, from->thing[0])->info;
  if (!mk_json_has (json, "by") || !g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "push") || thing == NULL || thing->command < 0 || ledge == NULL || pusher->info == NULL)
    return false;
  mk_json_remove (thing->add, "place");
  mk_place_add (p, &(mk_refs){ .n = 1, .thing = { pushed } }, "on", from, 0);
  bool is_up = pusher->info->size_m < PUSHER_UP * ledge->size_m;
  if (pusher->command >= 0 && !mk_json_has (pusher->add, "place"))
    mk_place_add (p, who, is_up ? "on" : "left", from, 0);
  topple_off (p, json, from);
  return true;
}

/* "from the door": there it begins. */
static void
start_at (mk_parser *p, const mk_refs *from, bool is_out)
{
  mk_refs who = p->subject;
  const mk_recipe_info *info = mk_thing_at (p, from->thing[0])->info;
  const char *motion = mk_motion_of (p, p->clause.action);
  static const char *const off[] = { "jump", "stand", "fall", "roll", "slide", "", NULL }; /* and physics */
  bool is_top = mk_is_left_from_top (p, from), is_seat = g_str_equal (motion, "stand") && is_top; /* "stands up from the chair" */
  bool is_off = is_top && (g_strv_contains (off, motion) || (info != NULL && info->carries && (g_str_equal (motion, "rise") || g_str_equal (motion, "fly")))); /* "takes off from the launch pad" */
  mk_json *json = mk_command_json (p, p->clause.action);
  if (is_top && push_off (p, json, &who, from))
    return;
  const char *seated = leave_seat (p, json, &who, from);
  if (seated == NULL && g_str_equal (motion, "jump") && is_off && !mk_json_has (json, "to") && !mk_json_has (json, "direction"))
    jump_off (json, mk_json_new_string (mk_ref_text (p, from, 0)));
  else if (g_str_equal (motion, "fall") && is_off && from->part[0] == 0 && !mk_json_has (json, "to"))
    topple_off (p, json, from);
  if (mk_thing_at (p, who.thing[0])->command < 0 || mk_json_get (mk_thing_at (p, who.thing[0])->add, "place") != NULL)
    return; /* it is elsewhere already: a later leg */
  mk_thing *seat = mk_thing_at (p, from->thing[0]);
  if (is_seat && seat->command >= 0 && !mk_json_has (seat->add, "facing")) /* seen from the side, and free to walk away */
    mk_set_text (seat->add, "facing", "right");
  bool is_hollow = is_out && from->part[0] == 0 && info != NULL && mk_world_has (p, "places", "hollows", info->name);
  if (seated != NULL && seat->command >= 0 && !mk_json_has (seat->add, "facing"))
    mk_set_text (seat->add, "facing", "left"); /* the seats at the wheel are on the side that is seen */
  bool is_housed = is_out && from->part[0] == 0 && info != NULL && g_str_equal (info->category, "building") && mk_world_has (p, "motions", "on_the_ground", motion); /* its front is where its door is */
  mk_place_add (p, &who, seated != NULL ? seated : is_hollow ? "inside" : is_off && !is_housed ? "on" : is_housed ? "front" : "near", from, 0);
  if ((is_hollow || is_housed) && !mk_json_has (json, "direction") && !mk_json_has (json, "to")) /* "a bear comes out of its cave" */
    mk_set_text (json, "direction", "toward");
}

/* What one goes through by its width, and not along it. */
static bool
is_gateway (const mk_parser *p, const mk_refs *to)
{
  const mk_recipe_info *info = mk_thing_at (p, to->thing[0])->info;
  return to->part[0] == 0 && info != NULL && mk_world_has (p, "places", "gateways", info->name);
}

#define RUN_OUT 0.6 /* beyond stairs, in their size: what rolled down them is still on its way there */

/* What the goer came down before: the thing of stairs, of a ramp; -1 = none. */
static int
way_before (mk_parser *p, const mk_thing *goer)
{
  for (int i = p->clause.action - 1; i >= 0; i--) {
    const mk_json *json = mk_command_json (p, i);
    if (!mk_json_has (json, "along") || !mk_json_has_text (mk_json_get (json, "targets"), goer->id))
      continue;
    for (guint t = 0; t < p->things->len; t++)
      if (g_str_equal (mk_thing_at (p, (int)t)->id, mk_json_get_string (mk_json_get (json, "along"))))
        return (int)t;
  }
  return -1;
}

#define GATE_M 0.9  /* so far before a door begins who goes through it: it is open by then */
#define OPEN_S 0.8 /* for a door to open before somebody is there */

/* A door that nobody has opened opens for who goes through it, to the side that one goes to; whether it does. */
static bool
open_gate (mk_parser *p, mk_thing *gate, bool is_toward)
{
  bool has_leaf = gate->command >= 0 && gate->info != NULL && gate->info->motions != NULL && g_strv_contains (gate->info->motions, "open");
  for (int i = 0; has_leaf && i < p->clause.action; i++) {
    const mk_json *json = mk_command_json (p, i);
    has_leaf = !g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "open") || !mk_json_has_text (mk_json_get (json, "targets"), gate->id);
  }
  int command = has_leaf ? mk_command_new (p, "animate", MK_BUCKET_ACTION) : -1;
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return false;
  mk_json *targets = mk_json_new_array ();
  mk_json_append (targets, mk_json_new_string (gate->id));
  mk_set_text (json, "id", mk_new_id (p, "open"));
  mk_json_set (json, "targets", targets);
  mk_set_text (json, "motion", "open");
  mk_set_real (json, "start_s", 0);
  mk_set_real (json, "duration_s", OPEN_S);
  if (!is_toward && !mk_json_has (gate->add, "facing"))
    mk_set_text (gate->add, "facing", "away");
  return true;
}

/* "walks through the door": from before it, away from us, as far beyond. */
static void
go_through (mk_parser *p, const mk_refs *to)
{
  mk_json *json = mk_command_json (p, p->clause.action);
  mk_refs who = p->subject;
  mk_thing *goer = mk_thing_at (p, who.thing[0]), *gate = mk_thing_at (p, to->thing[0]);
  double size = goer->info != NULL ? (double)goer->info->size_m : 1, gap = 0.7 * size;
  if (gate->command >= 0 && mk_json_has (gate->add, "place")) { /* "a man opens a door, walks through it": it was put before him */
    const mk_json *place = mk_json_at (mk_json_get (gate->add, "place"), 0);
    if (mk_json_length (mk_json_get (gate->add, "place")) == 1 && mk_json_has_text (mk_json_get (place, "targets"), goer->id))
      mk_json_remove (gate->add, "place");
  }
  int down = way_before (p, goer);
  bool is_below = down >= 0 && gate->command >= 0 && !mk_json_has (gate->add, "place") && goer->command >= 0 && mk_json_has (goer->add, "place");
  if (open_gate (p, gate, is_below))
    gap = fmax (gap, GATE_M);
  json = mk_command_json (p, p->clause.action);
  if (goer->command >= 0 && !mk_json_has (goer->add, "place"))
    mk_place_add (p, &who, "front", to, gap);
  if (is_below) { /* "down the stairs and through the door": at their foot, and on in the same direction */
    const mk_refs it = { .n = 1, .thing = { down } };
    const mk_recipe_info *info = mk_thing_at (p, down)->info;
    mk_place_add (p, to, "front", &it, RUN_OUT * (info != NULL ? (double)info->size_m : size));
  }
  mk_set_text (json, "along", mk_ref_text (p, to, 0));
  mk_set_text (json, "direction", is_below ? "toward" : "away");
  mk_set_real (json, "distance_m", 2 * gap + 1.5 * size);
}

static int
parse_direction (mk_parser *p, int i)
{
  const mk_hit *direction = mk_hit_at (p, i, MK_WORD_direction);
  const char *motion = mk_motion_of (p, p->clause.action);
  if (direction->n == 0 || *motion == 0)
    return i;
  mk_json *json = mk_command_json (p, p->clause.action);
  const char *way = mk_hit_text (direction);
  const mk_json *place = p->subject.n == 1 ? mk_json_at (mk_json_get (mk_thing_at (p, p->subject.thing[0])->add, "place"), 0) : NULL;
  if (g_str_equal (motion, "jump") && g_str_equal (way, "down") && g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "on")) { /* "the cat should jump down": off the sofa that it is on */
    jump_off (json, mk_json_copy (mk_json_at (mk_json_get (place, "targets"), 0)));
    mk_note (p, i, i + direction->n, "motion", p->clause.action);
    return i + direction->n;
  }
  bool leaves_ground = mk_world_has (p, "motions", "on_the_ground", motion) && (g_str_equal (way, "up") || g_str_equal (way, "down")); /* "a car drives up" comes */
  if (mk_world_has (p, "motions", "directed", motion) && !leaves_ground)
    mk_set_text (json, "direction", mk_hit_text (direction));
  mk_note (p, i, i + direction->n, "motion", p->clause.action);
  return i + direction->n;
}

/* "to the slide and then to the swing", "2 m right and 1 m back": another leg of the same way, once the one before is done. */
void
mk_leg_begin (mk_parser *p)
{
  const mk_json *before = mk_command_json (p, p->clause.action);
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
  p->order.now = MK_ORDER_THEN;
  mk_action_begin (p, command);
}

/* "looks left, then right, and up": the same once more, another way; only where nothing but the way is said. The token after it, or i. */
static int
parse_next_way (mk_parser *p, int i)
{
  const mk_hit *way = mk_hit_at (p, i, MK_WORD_direction);
  int end = i + way->n, before = p->clause.action >= 0 ? p->clause.action : p->previous_action, was = p->clause.action;
  bool is_end = end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK || mk_hit_at (p, end, MK_WORD_conj)->n > 0;
  bool is_next = p->clause.is_joined || p->order.now == MK_ORDER_THEN;
  if (way->n == 0 || !is_end || !is_next || p->clause.in_camera || !mk_json_has (mk_command_json (p, before), "direction") || mk_hit_at (p, end, MK_WORD_conj)->n > 1)
    return i;
  p->clause.action = before;
  mk_leg_begin (p);
  if (p->clause.action == before) {
    p->clause.action = was;
    return i;
  }
  mk_set_text (mk_command_json (p, p->clause.action), "direction", mk_hit_text (way));
  mk_note (p, i, end, "motion", p->clause.action);
  return end;
}

/* "and back again": to where it stood. The token after it, or i. */
static int
parse_return (mk_parser *p, int i)
{
  const mk_json *json = mk_command_json (p, p->clause.action), *place = p->subject.n > 0 ? mk_json_get (mk_thing_at (p, p->subject.thing[0])->add, "place") : NULL;
  const mk_hit *way = mk_hit_at (p, i, MK_WORD_direction);
  if (!p->clause.is_start || !p->clause.is_joined || !mk_json_has (json, "to") || !g_str_equal (mk_hit_text (way), "back") || mk_np_is_head_ahead (p, i + way->n))
    return i;
  const mk_json *from = mk_json_get (mk_json_at (place, 0), "targets");
  mk_leg_begin (p);
  mk_json *back = mk_command_json (p, p->clause.action);
  if (mk_json_length (from) > 0)
    mk_json_set (back, "to", mk_json_copy (mk_json_at (from, 0)));
  else
    mk_set_text (back, "direction", "back");
  mk_note (p, i, i + way->n, "motion", p->clause.action);
  return i + way->n;
}

/* "carries a suitcase to the train": who carries goes there. */
static void
go_with_it (mk_parser *p, int i)
{
  mk_refs who = p->subject;
  int command = mk_animate_new (p, mk_choose_going (p, mk_thing_at (p, who.thing[0]), p->clause.goes), &who);
  p->clause.goes = "";
  if (command < 0)
    return;
  mk_action_begin (p, command);
  mk_note (p, i, i + 1, "motion", command);
}

/* "into a basket", "onto a roof" of what goes through the air; who walks stops before it, unless it is "up the stairs". */
static bool
ends_there (const char *motion, bool is_up)
{
  return is_up ? g_str_equal (motion, "walk") || g_str_equal (motion, "run") : g_str_equal (motion, "fly") || g_str_equal (motion, "jump");
}

/* "jumps over a fence": it is across the way of who does. */
void
mk_way_leap (mk_parser *p, const mk_refs *who, const mk_refs *over)
{
  mk_thing *leaper = mk_thing_at (p, who->thing[0]), *hurdle = mk_thing_at (p, over->thing[0]);
  double size = leaper->info != NULL ? (double)leaper->info->size_m : 1;
  if (leaper->command < 0 || hurdle->command < 0 || mk_json_has (leaper->add, "place") || mk_json_has (hurdle->add, "place"))
    return;
  mk_place_add (p, who, "left", over, 0.5 * size);
  if (!mk_json_has (hurdle->add, "facing"))
    mk_set_text (hurdle->add, "facing", "left");
}

/* "down the stairs, through the door and out into the garden": a way that was gone already, and another one behind a comma or an "and". */
static bool
is_next_leg (const mk_parser *p, const char *role)
{
  static const char *const ways[] = { "to", "along", "past", "around" };
  const mk_json *json = mk_command_json (p, p->clause.action);
  bool is_way = false, has_way = false;
  for (size_t k = 0; k < MK_COUNT (ways); k++) {
    is_way |= g_str_equal (role, ways[k]);
    has_way |= mk_json_has (json, ways[k]);
  }
  return is_way && has_way && (p->clause.is_joined || p->order.now == MK_ORDER_THEN);
}

/* "rolls down the stairs": from their top; a street has none. */
static void
come_down (mk_parser *p, const mk_refs *who, const mk_refs *to)
{
  const mk_thing *goer = mk_thing_at (p, who->thing[0]), *slope = mk_thing_at (p, to->thing[0]);
  bool is_high = slope->info != NULL && !slope->info->carries && !slope->info->is_set && to->part[0] == 0;
  if (goer->command >= 0 && is_high && !mk_json_has (goer->add, "place") && !mk_refs_meet (who, to))
    mk_place_add (p, who, "on", to, 0);
  mk_way_pass (p, mk_command_json (p, p->clause.action), "across", who, to);
}

void
mk_go_across (mk_parser *p, int command)
{
  mk_json *json = mk_command_json (p, command);
  if (mk_world_has (p, "motions", "directed", mk_json_get_string (mk_json_get (json, "motion"))) && !mk_json_has (json, "direction"))
    mk_set_text (json, "direction", "right");
}

/* Prepositions after a verb: goals, ways and directions. */
int
mk_parse_path (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep), *relation = mk_hit_at (p, i, MK_WORD_relation), *direction = mk_hit_at (p, i, MK_WORD_direction);
  if (p->clause.action < 0 && *p->clause.goes != 0 && p->subject.n > 0 && prep->n >= relation->n && g_str_equal (mk_hit_text (prep), "to"))
    go_with_it (p, i);
  const mk_json *before = p->order.now == MK_ORDER_THEN && p->clause.action < 0 && !p->clause.in_camera ? mk_command_json (p, p->previous_action) : NULL;
  if (mk_json_has (before, "to") && g_str_equal (mk_hit_text (prep), "to") && prep->n >= relation->n) /* "to the tree and then to the house" */
    p->clause.action = p->previous_action;
  int way = parse_next_way (p, i);
  if (way > i)
    return way;
  if (p->clause.action < 0 || p->clause.in_camera)
    return i;
  int back = parse_return (p, i);
  if (back > i)
    return back;
  bool has_object = mk_np_is_head_ahead (p, i + direction->n) || mk_hit_at (p, i + direction->n, MK_WORD_det)->n > 0; /* "down a hill" */
  if (direction->n > 0 && direction->n >= relation->n && !(prep->n >= direction->n && has_object))
    return parse_direction (p, i);
  const char *role = prep->n > 0 && prep->n >= relation->n ? role_of (p, mk_hit_text (prep), mk_motion_of (p, p->clause.action)) : "";
  if (*role == 0)
    return i;
  if (mk_is_mere_ground (p, i + prep->n) || mk_is_mere_place (p, i + prep->n)) { /* "runs to the water", "drives through the city" */
    if (mk_is_word (p, i, "across"))
      mk_go_across (p, p->clause.action);
    return i;
  }
  mk_refs to, who = p->subject;
  bool is_leg = is_next_leg (p, role);
  p->clause.is_start = false;
  int next = mk_parse_object_refs (p, i + prep->n, &who, &to);
  if (next == i + prep->n)
    return i;
  if (to.n == 0)
    return next;
  if (is_leg)
    mk_leg_begin (p);
  if (mk_is_word (p, i, "through") && is_gateway (p, &to))
    go_through (p, &to);
  else if (g_str_equal (role, "from"))
    start_at (p, &to, mk_is_word (p, i, "out"));
  else if (mk_is_word (p, i, "down"))
    come_down (p, &who, &to);
  else if (g_str_equal (role, "past") || (g_str_equal (role, "along") && !mk_is_word (p, i, "through")))
    mk_way_pass (p, mk_command_json (p, p->clause.action), g_str_equal (role, "past") ? role : "across", &who, &to);
  else
    set_goal (p, role, &to, g_str_equal (mk_hit_text (prep), "up"));
  const mk_json *end = mk_json_get (mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "ways"), mk_hit_text (prep)), "end");
  if (end != NULL && ends_there (mk_motion_of (p, p->clause.action), g_str_equal (mk_hit_text (prep), "up")))
    mk_set_text (mk_command_json (p, p->clause.action), "end", mk_json_get_string (end));
  else if (g_str_equal (role, "to") && g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, p->clause.action), "end")), "off")) /* "hops from one stone to another" */
    mk_set_text (mk_command_json (p, p->clause.action), "end", "on");
  if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, p->clause.action), "end")), "over"))
    mk_way_leap (p, &who, &to);
  if (g_str_equal (mk_json_get_string (end), "in") && p->sent != NULL && mk_thing_at (p, to.thing[0])->command >= 0 && !mk_json_has (mk_thing_at (p, to.thing[0])->add, "facing"))
    mk_set_text (mk_thing_at (p, to.thing[0])->add, "facing", mk_ref_text (p, &who, 0)); /* a goal is open to who shoots */
  mk_note (p, i, i + prep->n, "motion", p->clause.action);
  /* What follows tells of the goal when the goal is new: "to the ball on the table". */
  if (mk_thing_at (p, to.thing[0])->command >= 0 && (mk_hit_at (p, next, MK_WORD_relation)->n > 0 || mk_hit_at (p, next, MK_WORD_wear)->n > 0))
    p->anchor = to;
  return next;
}
