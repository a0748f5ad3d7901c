/* What one actor does in turn: "runs to a tree and sits down" is no run while sitting. */
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"

/* How much of the actor an action takes. */
typedef enum { TAKES_NOTHING, TAKES_HANDS, TAKES_BODY, TAKES_ALL } taking;

static bool
is_motion_of (const mk_parser *p, const char *list, const mk_json *json)
{
  return mk_world_has (p, "motions", list, mk_json_get_string (mk_json_get (json, "motion")));
}

static taking
taking_of (const mk_parser *p, const mk_json *json)
{
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "physics") || is_motion_of (p, "takes_body", json))
    return TAKES_BODY;
  if (mk_world_has (p, "motions", "postures", mk_json_get_string (mk_json_get (json, "how"))))
    return TAKES_BODY;
  return is_motion_of (p, "takes_all", json) ? TAKES_ALL : is_motion_of (p, "takes_hands", json) ? TAKES_HANDS : TAKES_NOTHING;
}

/* Whether it arrives somewhere, or is over by itself. */
static bool
ends (const mk_parser *p, const mk_json *json)
{
  return mk_json_has (json, "to") || mk_json_has (json, "by") || is_motion_of (p, "over_by_itself", json) || mk_world_has (p, "motions", "postures", mk_json_get_string (mk_json_get (json, "how")));
}

/* Whether nobody can do `now` before `earlier` is done. */
static bool
excludes (const mk_parser *p, const mk_json *earlier, const mk_json *now)
{
  taking a = taking_of (p, earlier), b = taking_of (p, now);
  if (a == TAKES_ALL || b == TAKES_ALL)
    return true;
  if (mk_json_has (earlier, "to") && b != TAKES_NOTHING)
    return true;
  return a == b ? a != TAKES_NOTHING : a != TAKES_NOTHING && b != TAKES_NOTHING && ends (p, earlier);
}

static bool
is_action (const mk_command *command)
{
  const char *op = mk_json_get_string (mk_json_get (command->json, "op"));
  return !command->is_dropped && (g_str_equal (op, "animate") || g_str_equal (op, "physics")) && mk_json_has (command->json, "id");
}

static bool
is_same_actor (const mk_command *a, const mk_command *b)
{
  bool has_agent = a->agent >= 0 && a->agent == b->agent && a->n_agents == b->n_agents;
  const mk_json *targets = mk_json_get (a->json, "targets");
  return has_agent || (mk_json_length (targets) > 0 && mk_json_equal (targets, mk_json_get (b->json, "targets")));
}

static const mk_command *
find_command (const mk_parser *p, const char *id)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    if (is_action (command) && g_str_equal (mk_json_get_string (mk_json_get (command->json, "id")), id))
      return command;
  }
  return NULL;
}

/* Whether `command` begins by what `other` does, through however many. */
static bool
depends_on (const mk_parser *p, const mk_command *command, const mk_command *other)
{
  for (int steps = 0; command != NULL && steps < MK_MAX_COMMANDS; steps++) {
    if (command == other)
      return true;
    const mk_json *after = mk_json_get (command->json, "after");
    command = find_command (p, mk_json_get_string (after != NULL ? after : mk_json_get (command->json, "with")));
  }
  return false;
}

/* It says anew what there is: it stays where it stands. */
static bool
is_restated (const mk_parser *p, const mk_json *json)
{
  return mk_commands_find_id (p->context, mk_json_get_string (mk_json_get (json, "id"))) != NULL;
}

static bool
has_time (const mk_json *json)
{
  return mk_json_has (json, "after") || mk_json_has (json, "with") || mk_json_has (json, "start_s");
}

/* Behind the latest that it cannot be done beside. */
static void
queue (mk_parser *p, guint index)
{
  mk_command *now = &g_array_index (p->commands, mk_command, index);
  for (guint i = index; i > 0; i--) {
    const mk_command *earlier = &g_array_index (p->commands, mk_command, i - 1);
    if (!is_action (earlier) || earlier->is_aside || !is_same_actor (earlier, now) || depends_on (p, earlier, now) || !excludes (p, earlier->json, now->json))
      continue;
    mk_set_text (now->json, "after", mk_json_get_string (mk_json_get (earlier->json, "id")));
    return;
  }
}

/* In a follow-up: who already does something does this then. */
static void
queue_behind_context (mk_parser *p, guint index)
{
  mk_json *now = g_array_index (p->commands, mk_command, index).json;
  const mk_json *last = NULL;
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *earlier = mk_json_at (p->context, i);
    if (mk_json_has (earlier, "id") && g_str_equal (mk_json_get_string (mk_json_get (earlier, "op")), "animate") && mk_json_equal (mk_json_get (earlier, "targets"), mk_json_get (now, "targets")) && excludes (p, earlier, now) && find_command (p, mk_json_get_string (mk_json_get (earlier, "id"))) == NULL)
      last = earlier;
  }
  if (last == NULL)
    return;
  mk_set_text (now, "after", mk_json_get_string (mk_json_get (last, "id")));
  mk_assume (p, "It comes after what was done before; “instead” would let it take that place.");
}

static bool
says_instead (const mk_parser *p)
{
  for (int i = 0; i < mk_n_tokens (p); i++) {
    const mk_hit *instead = mk_hit_at (p, i, MK_WORD_more);
    bool is_of = mk_hit_at (p, i, MK_WORD_edit)->n > instead->n || mk_hit_at (p, i, MK_WORD_negation)->n > instead->n; /* "instead of the cow a horse" */
    if (instead->n > 0 && !is_of && mk_json_has (instead->sense->value, "instead"))
      return true;
  }
  return false;
}

/* What is given of `earlier` and not of `now`. */
static void
inherit (mk_json *now, const mk_json *earlier, const char *const *fields)
{
  for (; *fields != NULL; fields++)
    if (mk_json_has (earlier, *fields) && !mk_json_has (now, *fields))
      mk_json_set (now, *fields, mk_json_copy (mk_json_get (earlier, *fields)));
}

static bool
has_any (const mk_json *json, const char *const *fields)
{
  while (*fields != NULL && !mk_json_has (json, *fields))
    fields++;
  return *fields != NULL;
}

/* Who waits for the command `id` waits for `other`. */
static void
wait_for_other (mk_parser *p, const char *id, const char *other)
{
  static const char *const waits[] = { "after", "with" };
  for (guint i = 0; i < p->commands->len; i++)
    for (size_t k = 0; k < MK_COUNT (waits); k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), waits[k])), id))
        mk_set_text (mk_command_json (p, (int)i), waits[k], other);
}

/* "make it run instead": what its actor did before is no more; of several deeds the latest that takes as much of the body, else the latest. It
 * keeps the place in time, and where it went. */
static bool
take_place (mk_parser *p, guint index)
{
  static const char *const times[] = { "start_s", "after", "with", NULL }, *const ways[] = { "to", "end", "along", "around", "points", "closed", "direction", "distance_m", NULL };
  mk_json *now = g_array_index (p->commands, mk_command, index).json;
  const mk_json *latest = NULL, *alike = NULL;
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *earlier = mk_json_at (p->context, i);
    bool is_deed = mk_json_has (earlier, "id") && g_str_equal (mk_json_get_string (mk_json_get (earlier, "op")), "animate");
    if (!is_deed || !mk_json_equal (mk_json_get (earlier, "targets"), mk_json_get (now, "targets")))
      continue;
    latest = earlier;
    alike = taking_of (p, earlier) == taking_of (p, now) ? earlier : alike;
  }
  const mk_json *old = alike != NULL ? alike : latest;
  if (old == NULL || !says_instead (p))
    return false;
  inherit (now, old, times);
  if (alike != NULL && !has_any (now, ways))
    inherit (now, old, ways);
  const char *id = mk_json_get_string (mk_json_get (old, "id"));
  wait_for_other (p, mk_json_get_string (mk_json_get (now, "id")), id);
  mk_set_text (now, "id", id);
  mk_assume (p, "It takes the place of what was done before.");
  return true;
}

/* "make it jump higher", of who jumps already: that jump was said anew, and this one says nothing more. */
static bool
is_said_anew (const mk_parser *p, guint index)
{
  const mk_command *now = &g_array_index (p->commands, mk_command, index);
  size_t n_own = 0;
  for (mk_json_iter i = mk_json_iterate (now->json); mk_json_next (&i);)
    n_own += !g_str_equal (i.key, "op") && !g_str_equal (i.key, "id") && !g_str_equal (i.key, "targets") && !g_str_equal (i.key, "motion");
  for (guint i = 0; i < p->commands->len && n_own == 0; i++) {
    const mk_command *other = &g_array_index (p->commands, mk_command, i);
    if (i != index && is_action (other) && is_restated (p, other->json) && is_same_actor (other, now) && mk_json_equal (mk_json_get (other->json, "motion"), mk_json_get (now->json, "motion")))
      return true;
  }
  return false;
}

static double
film_seconds (const mk_parser *p)
{
  double seconds = 0;
  for (guint i = 0; i < p->commands->len; i++)
    if (mk_json_has (mk_command_json (p, (int)i), "seconds"))
      seconds = mk_json_get_real (mk_json_get (mk_command_json (p, (int)i), "seconds"));
  return seconds;
}

/* What would go on to the end of the film leaves time for what comes after it. */
static void
leave_time (mk_parser *p, mk_command *command)
{
  static const char *const limits[] = { "duration_s", "repeat", "turns", "to", "distance_m", "along" };
  unsigned n = 0;
  bool is_waited_for = false, is_limited = !is_motion_of (p, "endless", command->json);
  const char *id = mk_json_get_string (mk_json_get (command->json, "id"));
  for (size_t k = 0; k < MK_COUNT (limits); k++)
    is_limited |= mk_json_has (command->json, limits[k]);
  for (guint i = 0; i < p->commands->len && !is_limited; i++) {
    const mk_command *other = &g_array_index (p->commands, mk_command, i);
    n += is_action (other) && is_same_actor (other, command);
    is_waited_for |= is_action (other) && g_str_equal (mk_json_get_string (mk_json_get (other->json, "after")), id);
  }
  double film = film_seconds (p);
  if (is_waited_for)
    mk_set_real (command->json, "duration_s", film > 0 ? film / MAX (n, 2) : MK_WHILE_S);
}

void
mk_take_turns (mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    if (!is_action (command) || command->is_aside || has_time (command->json) || is_restated (p, command->json))
      continue;
    if (p->context != NULL && is_said_anew (p, i)) {
      g_array_index (p->commands, mk_command, i).is_dropped = true;
      continue;
    }
    if (p->context != NULL && take_place (p, i))
      continue;
    queue (p, i);
    if (!has_time (command->json))
      queue_behind_context (p, i);
  }
  for (guint i = 0; i < p->commands->len; i++)
    if (is_action (&g_array_index (p->commands, mk_command, i)))
      leave_time (p, &g_array_index (p->commands, mk_command, i));
}
