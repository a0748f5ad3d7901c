/* Verbs: who moves, and how. What it is done to is read by parse_deed.c, where to by parse_path.c. */
#include <string.h>

#include "language/constructions.h"

const char *
mk_motion_of (const mk_parser *p, int command)
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
  p->order.later = -1;
  p->order.now = MK_ORDER_NONE;
  p->clause.action = p->previous_action = p->last_action = -1;
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
  if (p->order.later >= 0 && p->order.later != command) {
    command = swap_actions (p, p->order.later, command);
    json = mk_command_json (p, command);
  }
  int before = p->clause.action >= 0 ? p->clause.action : p->previous_action >= 0 ? p->previous_action : p->last_action;
  const char *id = before >= 0 ? mk_json_get_string (mk_json_get (mk_command_json (p, before), "id")) : "";
  if (json == NULL)
    return command;
  if (*id == 0 && p->order.now == MK_ORDER_THEN)
    id = mk_action_latest (p); /* "after that it sits down": after what was done before this was said */
  if (*id != 0 && before != command && p->order.now == MK_ORDER_THEN)
    mk_set_text (json, "after", id);
  else if (*id != 0 && before != command && p->order.now == MK_ORDER_WHILE)
    mk_set_text (json, "with", id);
  if (p->order.now == MK_ORDER_NONE)
    wait_for_rise (p, json);
  p->order.now = p->order.next;
  p->order.next = MK_ORDER_NONE;
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
  if (p->each != MK_EACH_NONE)
    g_array_index (p->commands, mk_command, command).each = p->each;
  p->each = MK_EACH_NONE;
  p->clause.action = p->last_action = command;
  p->sent = NULL;
  if (p->order.flips) {
    p->order.later = command;
    p->order.flips = false;
  }
  p->clause.has_verb = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  return command;
}

/* What it does best of the ways to get on, when it cannot do what was said: horses walk, boats move. */
const char *
mk_choose_going (const mk_parser *p, const mk_thing *thing, const char *said)
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
  const char *person = mk_json_get_string (mk_json_get (value, "person"));
  if (*person != 0 && info != NULL && g_str_equal (info->category, "person"))
    return person;
  const char *motion = *thing != 0 && !is_living ? thing : mk_json_get_string (mk_json_get (value, "motion"));
  bool goes = info != NULL && g_str_equal (motion, "move") && (is_living || g_str_equal (info->category, "vehicle")); /* "a deer crosses", "comes", "approaches" */
  goes |= info != NULL && g_str_equal (motion, "drive") && g_str_equal (info->category, "animal"); /* "a snail races a turtle" */
  return goes ? mk_choose_going (p, mk_thing_at (p, who->thing[0]), motion) : motion;
}

/* "a ball that does not move bounces": what is said last is done, and told; "then it bounces" is no contradiction. */
static void
notice_rest (mk_parser *p, const char *motion, const mk_refs *who)
{
  bool is_same = p->rest.motion != NULL && (g_str_equal (p->rest.motion, "move") || g_str_equal (p->rest.motion, motion));
  if (is_same && p->order.now != MK_ORDER_THEN && mk_refs_meet (&p->rest.who, who))
    mk_assume (p, "The %s was said not to %s, and to %s; I let it %s, as was said last.", mk_thing_at (p, who->thing[0])->noun, p->rest.motion, motion, motion);
}

/* A gesture needs a body for it: what has none is not moved as something else. */
bool
mk_can_gesture (const mk_parser *p, const mk_json *value, const mk_refs *who)
{
  const char *how = mk_json_get_string (mk_json_get (value, "how"));
  const mk_recipe_info *info = who->n > 0 && who->part[0] == 0 ? mk_thing_at (p, who->thing[0])->info : NULL;
  return *how != 0 && info != NULL && is_one_of (how, info->gestures);
}

static int
new_motion (mk_parser *p, const mk_json *value, const mk_refs *who)
{
  const char *motion = choose_motion (p, value, who), *part = mk_json_get_string (mk_json_get (value, "part"));
  mk_refs own = *who;
  if (*part != 0 && own.n > 0 && !mk_thing_has_part (p, mk_thing_at (p, own.thing[0]), part))
    return -1; /* nothing of it does that */
  if (g_str_equal (motion, "gesture") && !mk_can_gesture (p, value, who))
    return -1;
  if (*part != 0) {
    g_strlcpy (own.part, part, sizeof own.part);
    who = &own;
  }
  notice_rest (p, motion, who);
  static const char *const read_here[] = { "motion", "object", "able", "person", "row", "thing", "place", "part", "sent", "aside", "flees", "each", "trails", "mutual", "overtakes", NULL };
  int command = mk_animate_new (p, motion, who);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);)
    if (!g_strv_contains (read_here, i.key))
      mk_json_set (json, i.key, mk_json_copy (i.value));
  g_array_index (p->commands, mk_command, command).each = mk_each_of (value);
  bool is_gesture = g_str_equal (motion, "gesture"), may_be = g_str_equal (mk_json_get_string (mk_json_get (value, "motion")), "gesture") || mk_json_has (value, "person");
  may_be |= g_str_equal (motion, "walk") && !mk_can_gesture (p, value, who);
  may_be |= mk_json_has (value, "able") && !g_str_equal (motion, mk_json_get_string (mk_json_get (value, "able")));
  if (!is_gesture && may_be) /* what it does instead has no such pose */
    mk_json_remove (json, "how");
  mk_thing *actor = mk_thing_at (p, who->n > 0 ? who->thing[0] : 0);
  if (is_gesture && mk_json_has (value, "aside") && actor->command >= 0 && !mk_json_has (actor->add, "facing")) /* seen from its side */
    mk_set_text (actor->add, "facing", "right");
  return command;
}

/* The gesture of a verb that is known as a deed: "drinks". */
int
mk_gesture_begin (mk_parser *p, const mk_json *value, const mk_refs *who)
{
  int command = mk_can_gesture (p, value, who) ? mk_command_new (p, "animate", MK_BUCKET_ACTION) : -1;
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  mk_set_text (json, "id", mk_new_id (p, mk_json_get_string (mk_json_get (value, "how"))));
  mk_json_set (json, "targets", mk_refs_to_json (p, who));
  mk_set_text (json, "motion", "gesture");
  mk_set_text (json, "how", mk_json_get_string (mk_json_get (value, "how")));
  return mk_action_begin (p, command);
}

static int
new_physics (mk_parser *p, const mk_json *value, const mk_refs *who)
{
  int command = mk_command_new (p, "physics", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  const char *scenario = mk_json_get_string (mk_json_get (value, mk_json_has (value, "scenario") ? "scenario" : "row"));
  mk_set_text (json, "id", mk_new_id (p, scenario));
  mk_json_set (json, "targets", mk_refs_to_json (p, who));
  mk_set_text (json, "scenario", scenario);
  return command;
}

/* "a man walks to a wall and falls": who stood on the ground before falls over, and not from the sky. */
static bool
falls_over (const mk_parser *p, const mk_refs *who)
{
  const mk_thing *thing = who->n > 0 && who->part[0] == 0 ? mk_thing_at (p, who->thing[0]) : NULL;
  static const char *const on_foot[] = { "walk", "run", "dance", "jump", "spin", "fight", "gesture", "turn", "slide", "wave", "push", "pull", NULL };
  bool has_acted = false;
  for (int from_context = 0; from_context < 2 && thing != NULL && mk_thing_is_living (thing); from_context++) {
    size_t n = from_context ? mk_json_length (p->context) : p->commands->len;
    for (size_t i = 0; i < n; i++) {
      const mk_json *json = from_context ? mk_json_at (p->context, i) : mk_command_json (p, (int)i);
      const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
      if (g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0)), thing->id))
        has_acted |= g_strv_contains (on_foot, motion);
    }
  }
  return has_acted;
}

/* "ten dominoes fall": what is made to stand in a row and topple does not drop. */
static bool
is_physics (const mk_parser *p, const mk_json *value, const mk_refs *who)
{
  const mk_thing *thing = who->n > 0 ? mk_thing_at (p, who->thing[0]) : NULL;
  const char *row = mk_json_get_string (mk_json_get (value, "row"));
  bool is_row = *row != 0 && thing != NULL && thing->info != NULL && is_one_of (row, thing->info->motions) && who->part[0] == 0;
  return is_row || mk_json_has (value, "scenario") || (*row != 0 && falls_over (p, who));
}

void
mk_motion_attach (mk_parser *p, int verb, const mk_refs *who)
{
  const mk_hit *motion = mk_hit_at (p, verb, MK_WORD_motion), *physics = mk_hit_at (p, verb, MK_WORD_physics), *transitive = mk_hit_at (p, verb, MK_WORD_transitive);
  bool is_aloft = transitive->n > 0 && mk_json_has (transitive->sense->value, "place"); /* "fly a rocket" commands the rocket */
  const mk_hit *best = transitive->n > 0 && !is_aloft && p->edit.kind != MK_EDIT_MAKE ? transitive : physics->n > motion->n ? physics : motion;
  if (who->n == 0 || best->n == 0)
    return;
  const mk_json *value = best->sense->value;
  int command = is_physics (p, value, who) ? new_physics (p, value, who) : new_motion (p, value, who);
  if (command < 0) {
    if (mk_json_has (value, "how"))
      mk_note_unshown (p, verb, best->n);
    mk_note (p, verb, verb + best->n, NULL, -1);
    return;
  }
  command = mk_action_begin (p, command);
  g_array_index (p->commands, mk_command, command).is_aside = best->form == MK_FORM_ING;
  mk_carrier_go (p, mk_json_get_string (mk_json_get (value, "object")), command, who);
  mk_note (p, verb, verb + best->n, "motion", command);
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

/* A verb where a sentence begins commands: who is named next does it. */
static bool
is_imperative (const mk_parser *p, int i, int n)
{
  if ((p->has_subject && !p->clause.is_start) || (i > 0 && mk_hit_at (p, i - 1, MK_WORD_det)->n > 0)) /* "a pilot flies a plane" */
    return false;
  const mk_hit *det = mk_hit_at (p, i + n, MK_WORD_det), *pronoun = mk_hit_at (p, i + n, MK_WORD_pronoun), *number = mk_hit_at (p, i + n, MK_WORD_number);
  const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion), *transitive = mk_hit_at (p, i, MK_WORD_transitive);
  bool is_base = motion->n > 0 || transitive->n > 0 ? (motion->n > 0 && motion->form == MK_FORM_BASE) || (transitive->n > 0 && transitive->form == MK_FORM_BASE) : true; /* "it rains donuts" */
  bool has_object = det->n > 0 || pronoun->n > 0 || number->n > 0 || (i + n < mk_n_tokens (p) && mk_token_at (p, i + n)->kind == MK_TOKEN_NUMBER) || mk_np_is_head_ahead (p, i + n);
  bool is_his = p->context != NULL && p->subject.n > 0 && mk_thing_is_living (mk_thing_at (p, p->subject.thing[0])); /* "she should catch it and throw it back" */
  return is_base && has_object && (!p->has_subject || !p->clause.is_joined || (mk_hit_at (p, i, MK_WORD_transitive)->n > 0 && !is_his));
}

static bool
is_noun_here (const mk_parser *p, int i)
{
  bool is_noun = mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > 0;
  const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion);
  bool is_living = p->subject.n > 0 && mk_thing_is_living (mk_thing_at (p, p->subject.thing[0]));
  bool is_next = mk_hit_at (p, i + motion->n, MK_WORD_motion)->n == 0;
  bool goes_on = (p->clause.is_joined || p->order.now != MK_ORDER_NONE) && (p->clause.has_verb || is_living) && motion->form == MK_FORM_S && is_next; /* "stands up and leaves" */
  bool is_meant = is_living && (mk_hit_at (p, i - 1, MK_WORD_lead)->n > 0 || p->edit.kind == MK_EDIT_MAKE); /* "she should wave" */
  is_meant |= p->clause.is_joined && p->clause.has_verb && is_next && mk_is_several (p, &p->subject); /* "two cubes float and turn" */
  goes_on |= i > 0 && motion->form == MK_FORM_BASE && is_meant;
  return is_noun && p->clause.is_start && motion->form != MK_FORM_ING && !goes_on;
}

/* "runs around" and "runs around the tree": the second tells where, which is read as a way; "goes to the left" tells it too. */
static int
words_of_verb (const mk_parser *p, int i, const mk_hit *verb)
{
  int last = i + verb->n - 1;
  bool is_way = verb->n > 1 && g_str_equal (mk_hit_text (mk_hit_at (p, last, MK_WORD_prep)), "around");
  if (verb->n > 1 && mk_hit_at (p, last, MK_WORD_direction)->n > 1)
    return verb->n - 1;
  bool has_object = mk_hit_at (p, last + 1, MK_WORD_det)->n > 0 || mk_hit_at (p, last + 1, MK_WORD_pronoun)->n > 0 || mk_np_is_head_ahead (p, last + 1);
  return is_way && has_object ? verb->n - 1 : verb->n;
}

/* "catches a fly", "around a wreck": what stands behind an article and has a name is no verb. */
static bool
is_named (const mk_parser *p, int i, const mk_hit *verb)
{
  const mk_hit *det = mk_hit_at (p, i - 1, MK_WORD_det), *object = mk_hit_at (p, i, MK_WORD_object);
  return verb->form == MK_FORM_BASE && object->n >= verb->n && det->n == 1 && mk_json_get_bool (mk_json_get (det->sense->value, "new"));
}

static unsigned
whom_n (const mk_parser *p)
{
  return p->anchor.n > 0 ? p->anchor.n : p->subject.n;
}

/* "the ball is kicked by a boy": he does it, and the sentence goes on with the ball. */
static int
parse_passive (mk_parser *p, int i, const mk_hit *verb)
{
  mk_refs patient = p->subject, agent;
  const mk_json *value = verb->sense->value;
  const char *role = verb == mk_hit_at (p, i, MK_WORD_transitive) ? "patient" : mk_json_get_string (mk_json_get (value, "object"));
  int before = i - 1 - mk_hit_at (p, i - 1, MK_WORD_adverb)->n; /* "is slowly pushed" */
  bool may_be = (verb->form == MK_FORM_ED || verb->form == MK_FORM_BASE) && (*role != 0 || mk_json_has (value, "scenario")); /* "is hit" */
  int next = may_be && mk_hit_at (p, before, MK_WORD_copula)->n > 0 ? mk_parse_agent (p, i + verb->n, &agent) : i;
  if (next <= i + verb->n)
    return i;
  p->subject = agent;
  int command = is_physics (p, value, &agent) ? new_physics (p, value, &agent) : new_motion (p, value, &agent);
  if (command >= 0) {
    command = mk_action_begin (p, command);
    mk_deed_do (p, value, role, command, &agent, &patient);
  } else
    mk_note_unshown (p, i, verb->n);
  mk_note (p, i, next, "motion", command);
  p->subject = p->anchor = p->head = patient;
  p->clause.has_verb = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  return next;
}

static bool
gets_about (const mk_parser *p, const mk_refs *who)
{
  const mk_thing *thing = mk_thing_at (p, who->thing[0]);
  bool drifts = thing->info != NULL && thing->info->motions != NULL && is_one_of ("float", thing->info->motions); /* clouds, balloons */
  return drifts || mk_thing_is_living (thing) || (thing->info != NULL && mk_json_get_bool (mk_world_fact (p, thing->info->category, "is_ridden")));
}

/* "flying around it", "orbiting it", "running beside him": with respect to somebody else. */
static bool
looks_back (const mk_parser *p, int i, const mk_hit *verb)
{
  int at = i + verb->n;
  const mk_hit *where = mk_hit_at (p, at, MK_WORD_relation)->n > 0 ? mk_hit_at (p, at, MK_WORD_relation) : mk_hit_at (p, at, MK_WORD_prep);
  return mk_hit_at (p, at + where->n, MK_WORD_pronoun)->n > 0;
}

/* Who does what the verb at i says, when that is not the subject so far. */
static void
choose_actor (mk_parser *p, int i, const mk_hit *verb)
{
  bool is_participle = verb->form == MK_FORM_ING, is_next = i > 0 && mk_hit_at (p, i - 1, MK_WORD_conj)->n == 0 && mk_token_at (p, i - 1)->kind != MK_TOKEN_MARK;
  bool is_one = p->mentioned.n == 1 && (p->mentioned.copy[0] > 0 || mk_thing_at (p, p->mentioned.thing[0])->count < 2);
  if (is_participle && !mk_is_mark (p, i - 1, ','))
    mk_relate_to_goal (p, i, true);
  if (p->is_listed && p->subject.n > 1 && p->mentioned.n > 0 && (is_participle || (verb->form == MK_FORM_S && is_one))) /* "a castle, a dragon flying overhead" */
    p->subject = p->mentioned;
  else if (i == p->seen.at && p->seen.who.n > 0 && (is_participle || verb->form == MK_FORM_BASE)) { /* "a cat watches a butterfly land" */
    const char *motion = mk_json_get_string (mk_json_get (verb->sense->value, "motion"));
    if (p->seen.who.part[0] == 0 || mk_world_has (p, "motions", "of_parts", motion)) /* "with its rotor spinning"; wings flap with all of the bird */
      p->subject = p->seen.who;
  }
  else if (is_participle && is_next && p->clause.after_relation && !p->clause.has_verb && p->anchor.n > 0 && !mk_refs_meet (&p->anchor, &p->subject)) {
    if (looks_back (p, i, verb) || (gets_about (p, &p->anchor) && !gets_about (p, &p->subject)))
      p->subject = p->anchor; /* "a scarecrow with crows flying around it", "a lake with swans swimming" */
  }
}

/* "que persiga al perro", "rema hacia la derecha" are about whom was spoken of last, unless who is to do it stands right behind the verb:
 * "que gire el cubo". */
static void
take_wish (mk_parser *p, int i, int n)
{
  mk_np np;
  bool is_open = p->context != NULL && p->subject.n == 0 && p->latest.n > 0, goes = mk_hit_at (p, i + n, MK_WORD_direction)->n > 0;
  bool is_wish = is_open && i > 0 && mk_hit_at (p, i - 1, MK_WORD_relative)->n == 1 && (i == 1 || mk_token_at (p, i - 2)->kind == MK_TOKEN_MARK);
  is_wish |= is_open && i == 0 && goes;
  bool wants_object = n > 1 && (mk_is_word (p, i + n - 1, "of") || mk_lexicon_word_rule (p->language->lexicon, "with_article", mk_token_at (p, i + n - 1)->text) != NULL); /* "que dé vueltas alrededor del castillo" */
  if (!is_wish || (!wants_object && mk_np_read (p, i + n, &np) > i + n))
    return;
  p->subject = p->anchor = p->head = p->latest;
  p->has_subject = true;
}

/* "runs into the woods": where it is, and nothing to run against. */
static bool
is_place_ahead (const mk_parser *p, int i)
{
  for (int at = i; at <= i + mk_hit_at (p, i, MK_WORD_det)->n; at++) {
    int n = MAX (mk_hit_at (p, at, MK_WORD_scene)->n, mk_hit_at (p, at, MK_WORD_surface)->n);
    if (n > 0 && n >= mk_hit_at (p, at, MK_WORD_object)->n)
      return true;
  }
  return false;
}

/* "rolls into a hole", "rolls into a cup": in it, where there is room, and nothing is struck. */
static bool
is_hollow_ahead (const mk_parser *p, int i)
{
  const mk_hit *object = mk_hit_at (p, i + mk_hit_at (p, i, MK_WORD_det)->n, MK_WORD_object);
  const mk_recipe_info *info = object->n > 0 ? object->sense->object : NULL;
  return info != NULL && (mk_world_has (p, "places", "hollows", info->name) || mk_json_get_bool (mk_world_fact (p, info->category, "is_filled")));
}

/* "the car should look rusty": how it is, and nobody looks. */
static int
parse_seeming (mk_parser *p, int i, const mk_hit *motion)
{
  static const mk_word_kind looks[] = { MK_WORD_color, MK_WORD_shade, MK_WORD_material, MK_WORD_finish, MK_WORD_size, MK_WORD_more, MK_WORD_adjective };
  bool seems = false;
  for (size_t k = 0; k < MK_COUNT (looks) && p->subject.n > 0; k++)
    seems |= mk_hit_at (p, i + 1, looks[k])->n > 0;
  if (!seems || motion->n != 1 || !g_str_equal (mk_json_get_string (mk_json_get (motion->sense->value, "motion")), "look-at") || mk_np_is_head_ahead (p, i + 1))
    return i;
  p->clause.is_predicate = true;
  mk_note (p, i, i + 1, NULL, -1);
  return i + 1;
}

/* "faster", "even slower". */
static bool
is_faster_ahead (const mk_parser *p, int i)
{
  i += mk_hit_at (p, i, MK_WORD_more)->n == 0 ? mk_hit_at (p, i, MK_WORD_filler)->n : 0;
  const mk_hit *more = mk_hit_at (p, i, MK_WORD_more);
  return more->n > 0 && mk_json_has (more->sense->value, "speed");
}

bool
mk_acted_before (const mk_parser *p, const mk_refs *who)
{
  const char *id = mk_thing_at (p, who->thing[0])->id;
  bool did = false;
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *json = mk_json_at (p->context, i);
    const char *target = mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0));
    did |= g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate") && g_str_has_prefix (target, id);
  }
  return did;
}

/* "three chairs face a stage": of what has not moved before it is how they stand. */
static bool
stands_so (const mk_parser *p, int i, const mk_hit *verb)
{
  bool is_first = p->last_action < 0 && p->order.now == MK_ORDER_NONE && p->subject.n > 0 && mk_thing_at (p, p->subject.thing[0])->command >= 0;
  return is_first && verb->n > 0 && mk_hit_at (p, i, MK_WORD_relation)->n >= verb->n && (verb->form == MK_FORM_S || mk_is_several (p, &p->subject)) && mk_hit_at (p, i + verb->n, MK_WORD_det)->n > 0;
}

/* "two books and a pen lie on a desk": a pose of who has a body, and nothing that is done of what has none. */
static bool
just_lies (const mk_parser *p, int i, const mk_hit *verb)
{
  bool is_pose = verb->n > 0 && mk_hit_at (p, i, MK_WORD_rests)->n >= verb->n && g_str_equal (mk_json_get_string (mk_json_get (verb->sense->value, "motion")), "gesture");
  return is_pose && p->subject.n > 0 && !mk_can_gesture (p, verb->sense->value, &p->subject);
}

/* "explodes" and "explodes a bridge": what happens to who it is said of, or to what comes next. */
static bool
does_to_itself (const mk_hit *physics, const mk_hit *transitive)
{
  const char *scenario = mk_json_get_string (mk_json_get (physics->n > 0 ? physics->sense->value : NULL, "scenario"));
  return *scenario != 0 && physics->n == transitive->n && g_str_equal (scenario, mk_json_get_string (mk_json_get (transitive->sense->value, "scenario")));
}

int
mk_parse_motion (mk_parser *p, int i)
{
  const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion), *physics = mk_hit_at (p, i, MK_WORD_physics), *transitive = mk_hit_at (p, i, MK_WORD_transitive);
  const mk_hit *best = physics->n > motion->n && !(motion->n > 0 && (is_place_ahead (p, i + physics->n) || is_hollow_ahead (p, i + physics->n))) ? physics : motion->n > 0 ? motion : transitive;
  if (transitive->n > 0 && transitive->n >= motion->n && (best == motion || does_to_itself (best, transitive)) && p->subject.n > 0 && (p->context == NULL || (p->has_subject && !p->clause.is_start)) && (mk_hit_at (p, i + transitive->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + transitive->n, MK_WORD_number)->n > 0 || mk_is_object_pronoun (p, i + transitive->n)) && !(transitive->n > motion->n && is_place_ahead (p, i + transitive->n)))
    best = transitive; /* "a chef drops a tomato" does not fall */
  int seeming = parse_seeming (p, i, motion);
  if (seeming > i)
    return seeming;
  bool is_deed = best->n > 0 && mk_hit_at (p, i, MK_WORD_act)->n >= best->n && p->subject.n > 0 && mk_hit_at (p, i + best->n, MK_WORD_substance)->n > 0; /* "pours tea": nobody is poured */
  if (is_deed)
    return i;
  if (best->form == MK_FORM_ED && i == p->object.at && mk_hit_at (p, i, MK_WORD_direction)->n > 0 && mk_world_has (p, "motions", "directed", mk_motion_of (p, p->clause.action)))
    return i; /* "goes left": nobody leaves */
  bool is_place = mk_hit_at (p, i, MK_WORD_relation)->n >= best->n && (best->form == MK_FORM_ING || best->form == MK_FORM_ED) && !p->clause.has_verb && p->clause.verb < 0;
  is_place |= stands_so (p, i, best) || just_lies (p, i, best);
  if (best->n == 0 || p->clause.in_camera || (is_place && whom_n (p) > 0)) /* "a robot facing a dog" tells where it is */
    return i;
  take_wish (p, i, best->n);
  bool commands = is_imperative (p, i, MAX (best->n, transitive->n));
  if ((is_noun_here (p, i) || mk_is_object_noun (p, i) || is_named (p, i, best)) && !commands)
    return i;
  if (commands || p->subject.n == 0) {
    if (!commands && p->latest.n == 0 && best->form == MK_FORM_S)
      return i;
    p->clause.verb = i;
    p->clause.is_start = false;
    int n = commands && transitive->n > 0 ? transitive->n : best->n;
    mk_note (p, i, i + n, NULL, -1);
    return i + n;
  }
  if (mk_hit_at (p, i, MK_WORD_more)->n > best->n)
    return i;
  /* "make it go faster": what it does already */
  if (p->edit.kind == MK_EDIT_MAKE && p->context != NULL && i == p->edit.end && mk_acted_before (p, &p->subject) && is_faster_ahead (p, i + best->n)) {
    mk_note (p, i, i + best->n, NULL, -1);
    return i + best->n;
  }
  if (p->clause.is_negated && mk_refs_meet (&p->subject, &p->rest.who)) { /* "none of the dogs moves" */
    p->clause.has_verb = true;
    mk_note (p, i, i + best->n, NULL, -1);
    return i + best->n;
  }
  int passive = parse_passive (p, i, transitive->n > physics->n ? transitive : best);
  if (passive > i)
    return passive;
  const mk_json *value = best->sense->value;
  choose_actor (p, i, best);
  mk_refs who = p->subject;
  int command = is_physics (p, value, &who) ? new_physics (p, value, &who) : new_motion (p, value, &who);
  const char *role = best == transitive ? "patient" : mk_json_get_string (mk_json_get (value, "object"));
  bool crosses_ground = best->n > 1 && g_str_equal (role, "across") && mk_is_ground_ahead (p, i + best->n);
  int next = i + (crosses_ground ? best->n - 1 : words_of_verb (p, i, best));
  if (command < 0) {
    mk_note_unshown (p, i, best->n);
    mk_note (p, i, next, NULL, -1);
    p->clause.has_verb = true;
    p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
    return next;
  }
  command = mk_action_begin (p, command);
  mk_company_goes (p, command, &who);
  g_array_index (p->commands, mk_command, command).is_aside = best->form == MK_FORM_ING;
  if (crosses_ground || (g_str_equal (role, "across") && mk_is_mere_place (p, next)))
    mk_go_across (p, command);
  mk_note (p, i, next, "motion", command);
  p->anchor = p->head = who;
  p->object.at = next;
  p->object.is_held = mk_world_has (p, "motions", "wields", mk_json_get_string (mk_json_get (value, "motion"))); /* "waves his wand" */
  const char *landing = mk_json_get_string (mk_json_get (value, "landing"));
  if (*landing != 0 && !mk_is_ground_ahead (p, next))
    return parse_landing (p, next, landing);
  int end = crosses_ground ? next : mk_parse_deed (p, next, value, role, command);
  if (end == next)
    mk_carrier_go (p, role, command, &who);
  bool is_seen = end > next && g_str_equal (mk_json_get_string (mk_json_get (value, "motion")), "look-at");
  p->seen.at = is_seen ? end : -1;
  p->seen.who = p->mentioned;
  return end;
}
