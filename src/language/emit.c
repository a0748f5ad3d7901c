/* The list in its order: what a command names is made before it. */
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"

/* Ids that a command names, by the fields that may hold one. */
static void
add_names (GPtrArray *names, const mk_json *list)
{
  for (size_t i = 0; i < mk_json_length (list); i++)
    g_ptr_array_add (names, (void *)mk_json_get_string (mk_json_at (list, i)));
}

static GPtrArray *
names_of (const mk_json *command)
{
  static const char *const single[] = { "to", "around", "along", "by", "look_at", "after", "with" };
  GPtrArray *names = g_ptr_array_new ();
  const mk_json *place = mk_json_get (command, "place"), *size = mk_json_get (command, "relative_size");
  add_names (names, mk_json_get (command, "targets"));
  for (size_t i = 0; i < mk_json_length (place); i++)
    add_names (names, mk_json_get (mk_json_at (place, i), "targets"));
  for (size_t i = 0; i < MK_COUNT (single); i++)
    if (mk_json_get_kind (mk_json_get (command, single[i])) == MK_JSON_STRING)
      g_ptr_array_add (names, (void *)mk_json_get_string (mk_json_get (command, single[i])));
  if (size != NULL)
    g_ptr_array_add (names, (void *)mk_json_get_string (mk_json_get (size, "to")));
  return names;
}

/* The command of this sentence that makes what `name` names, or -1. */
static int
find_maker (const mk_parser *p, const char *name)
{
  size_t n = strcspn (name, "./");
  for (guint i = 0; i < p->commands->len; i++) {
    const char *id = mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "id"));
    if (strlen (id) == n && n > 0 && strncmp (id, name, n) == 0)
      return (int)i;
  }
  return -1;
}

/* Whether command a can only come after command b. */
static bool
needs (const mk_parser *p, int a, int b, int depth)
{
  g_autoptr (GPtrArray) names = names_of (mk_command_json (p, a));
  bool is_so = false;
  for (guint i = 0; i < names->len && !is_so && depth < MK_MAX_COMMANDS; i++) {
    int maker = find_maker (p, names->pdata[i]);
    is_so = maker >= 0 && maker != a && (maker == b || needs (p, maker, b, depth + 1));
  }
  return is_so;
}

/* Whom a thing looks at is made before it. Two that stand by each other need one of them first, who cannot look at the other yet: a look is the
 * least that is lost. The command of who is looked at, or -1. */
static int
find_seen (mk_parser *p, int index)
{
  mk_json *json = mk_command_json (p, index);
  const mk_json *facing = mk_json_get (json, "facing");
  int maker = facing != NULL ? find_maker (p, mk_json_get_string (facing)) : -1;
  if (maker < 0 || (g_array_index (p->commands, mk_command, maker).index != MK_MAX_COMMANDS && !needs (p, maker, index, 0)))
    return maker;
  mk_json_remove (json, "facing");
  return -1;
}

static void
emit_one (mk_parser *p, int index, int depth)
{
  mk_command *command = &g_array_index (p->commands, mk_command, index);
  if (command->index >= 0 || command->is_dropped || depth > MK_MAX_COMMANDS)
    return;
  command->index = MK_MAX_COMMANDS; /* being emitted: a circle ends here */
  g_autoptr (GPtrArray) names = names_of (command->json);
  for (guint i = 0; i < names->len; i++) {
    int maker = find_maker (p, names->pdata[i]);
    if (maker >= 0 && maker != index)
      emit_one (p, maker, depth + 1);
  }
  int seen = find_seen (p, index);
  if (seen >= 0 && seen != index)
    emit_one (p, seen, depth + 1);
  command->index = (int)mk_json_length (p->out->commands);
  mk_json_append (p->out->commands, mk_json_ref (command->json));
}

/* Things that are gone are not spoken of: their names leave the lists, and commands without anybody go. */
static bool
is_gone (const mk_parser *p, const char *name)
{
  int maker = find_maker (p, name);
  return maker >= 0 && g_array_index (p->commands, mk_command, maker).is_dropped;
}

bool
mk_is_ended (const mk_parser *p, const char *action)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i);
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "remove") && mk_json_has_text (mk_json_get (json, "targets"), action))
      return true;
  }
  return false;
}

static mk_json *
without_gone (const mk_parser *p, const mk_json *list)
{
  mk_json *kept = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (list); i++)
    if (!is_gone (p, mk_json_get_string (mk_json_at (list, i))))
      mk_json_append (kept, mk_json_new_string (mk_json_get_string (mk_json_at (list, i))));
  return kept;
}

static void
forget_ended (mk_parser *p, mk_command *command)
{
  static const char *const waits[] = { "after", "with" };
  for (size_t i = 0; i < MK_COUNT (waits); i++) {
    const char *name = mk_json_get_string (mk_json_get (command->json, waits[i]));
    if (*name != 0 && (is_gone (p, name) || mk_is_ended (p, name)))
      mk_json_remove (command->json, waits[i]);
  }
}

static void
forget_gone (mk_parser *p, mk_command *command)
{
  static const char *const single[] = { "to", "around", "along", "by", "facing" };
  const mk_json *targets = mk_json_get (command->json, "targets");
  mk_json *place = mk_json_get (command->json, "place");
  if (mk_json_length (targets) > 0) {
    mk_json *kept = without_gone (p, targets);
    command->is_dropped |= mk_json_length (kept) == 0;
    mk_json_set (command->json, "targets", kept);
  }
  mk_json *places = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (place); i++) {
    mk_json *one = mk_json_ref (mk_json_at (place, i)), *to = mk_json_get (one, "targets");
    mk_json *kept = without_gone (p, to);
    bool is_empty = mk_json_length (to) > 0 && mk_json_length (kept) == 0;
    if (mk_json_length (kept) > 0)
      mk_json_set (one, "targets", mk_json_ref (kept));
    mk_json_unref (kept);
    if (is_empty)
      mk_json_unref (one);
    else
      mk_json_append (places, one);
  }
  if (mk_json_length (places) > 0)
    mk_json_set (command->json, "place", mk_json_ref (places));
  else if (place != NULL)
    mk_json_remove (command->json, "place");
  mk_json_unref (places);
  for (size_t i = 0; i < MK_COUNT (single); i++) {
    const char *name = mk_json_get_string (mk_json_get (command->json, single[i]));
    if (*name != 0 && is_gone (p, name))
      mk_json_remove (command->json, single[i]);
  }
  forget_ended (p, command);
}

/* What a command needs and the sentence did not say: nobody is struck without a striker, nobody follows without a leader. */
static unsigned
count_of (const mk_parser *p, const mk_json *targets)
{
  unsigned n = 0;
  for (size_t i = 0; i < mk_json_length (targets); i++)
    for (guint t = 0; t < p->things->len; t++) {
      const mk_thing *thing = mk_thing_at (p, (int)t);
      n += g_str_equal (thing->id, mk_json_get_string (mk_json_at (targets, i))) ? thing->count : 0;
    }
  return n;
}

static void
mend (const mk_parser *p, mk_json *json)
{
  const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
  bool is_animate = g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate");
  const mk_json *targets = mk_json_get (json, "targets");
  bool is_itself = mk_json_length (targets) == 1 && mk_json_has (json, "by") && mk_json_equal (mk_json_at (targets, 0), mk_json_get (json, "by")); /* "a fence hits a one" */
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "scenario")), "strike") && (is_itself || !mk_json_has (json, "by"))) {
    mk_set_text (json, "scenario", "topple");
    mk_json_remove (json, "by");
  }
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "scenario")), "collide") && count_of (p, targets) < 2)
    mk_set_text (json, "scenario", "drop");
  if (is_animate && g_str_equal (motion, "follow") && !mk_json_has (json, "to"))
    mk_set_text (json, "motion", "move");
}

/* "a car, the camera follows it": what is followed goes somewhere, as it does best, when nothing else is said of anybody. */
static void
set_going (mk_parser *p)
{
  const char *target = "";
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    const char *motion = mk_json_get_string (mk_json_get (command->json, "motion"));
    if (command->bucket == MK_BUCKET_ACTION && !command->is_dropped)
      return;
    if (command->bucket == MK_BUCKET_CAMERA && !command->is_dropped && (g_str_equal (motion, "follow") || g_str_equal (motion, "track")))
      target = mk_json_get_string (mk_json_at (mk_json_get (command->json, "targets"), 0));
  }
  for (guint t = 0; t < p->things->len && p->context == NULL && *target != 0; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    if (!g_str_equal (thing->id, target) || thing->is_removed || thing->info == NULL)
      continue;
    for (const char *const *motion = thing->info->motions; *motion != NULL; motion++)
      if (mk_world_has (p, "motions", "accompanied", *motion)) {
        mk_refs one = { 0 };
        mk_refs_add (&one, (int)t, 0);
        int command = mk_animate_new (p, *motion, &one);
        mk_carrier_go (p, "mount", command, &one); /* who sits on something goes with that */
        const char *goer = mk_json_get_string (mk_json_at (mk_json_get (mk_command_json (p, command), "targets"), 0));
        int goes = mk_thing_find (p, goer);
        mk_assume (p, "I let the %s %s, since the camera goes with it.", goes >= 0 ? mk_thing_at (p, goes)->noun : thing->noun, mk_motion_of (p, command));
        return;
      }
  }
}

/* A transform that only says "targets" says nothing. */
static bool
is_empty (const mk_json *json)
{
  const char *op = mk_json_get_string (mk_json_get (json, "op"));
  size_t n = mk_json_length (json);
  if (g_str_equal (op, "transform") || g_str_equal (op, "material"))
    return n <= 2;
  return g_str_equal (op, "camera") && n <= 2 && mk_json_has (json, "id");
}

/* A camera without times of its own takes the place of the one before. */
static void
replace_camera (mk_parser *p)
{
  bool has_camera = false;
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    bool is_camera = command->bucket == MK_BUCKET_CAMERA && !command->is_dropped;
    has_camera |= is_camera && !mk_json_has (command->json, "start_s") && !mk_json_has (command->json, "after") && !mk_json_has (command->json, "with");
  }
  mk_json *ids = mk_json_new_array ();
  for (size_t i = 0; has_camera && i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i);
    if (g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "camera") && mk_json_has (command, "id"))
      mk_json_append (ids, mk_json_ref (mk_json_get (command, "id")));
  }
  mk_ids_remove (p, ids);
}

/* A film that comes out of one picture's words, or the other way round, is settled by the later word. */
static void
put_spans_right (mk_parser *p)
{
  for (guint i = 0; i < p->out->spans->len; i++) {
    mk_span *span = &g_array_index (p->out->spans, mk_span, i);
    const mk_command *command = span->command >= 0 ? &g_array_index (p->commands, mk_command, span->command) : NULL;
    span->command = command != NULL && !command->is_dropped && command->index < MK_MAX_COMMANDS ? command->index : -1;
  }
}

void
mk_emit (mk_parser *p)
{
  p->out->commands = mk_json_new_array ();
  mk_frame_portrait (p);
  mk_seat_crew (p);
  set_going (p);
  mk_morph_settle (p);
  mk_insides_settle (p);
  mk_act_each (p);
  mk_take_turns (p);
  mk_set_goals_apart (p);
  for (guint i = 0; i < p->commands->len; i++) {
    mk_command *command = &g_array_index (p->commands, mk_command, i);
    command->index = -1;
    command->is_dropped |= is_empty (command->json);
  }
  for (guint i = 0; i < p->commands->len; i++)
    forget_gone (p, &g_array_index (p->commands, mk_command, i));
  for (guint i = 0; i < p->commands->len; i++)
    mend (p, g_array_index (p->commands, mk_command, i).json);
  replace_camera (p);
  for (guint i = 0; i < p->commands->len; i++) {
    forget_ended (p, &g_array_index (p->commands, mk_command, i)); /* a camera may be one that somebody waits for */
    g_array_index (p->commands, mk_command, i).index = -1;
  }
  for (int bucket = 0; bucket <= MK_BUCKET_CAMERA; bucket++)
    for (guint i = 0; i < p->commands->len; i++)
      if ((int)g_array_index (p->commands, mk_command, i).bucket == bucket)
        emit_one (p, (int)i, 0);
  put_spans_right (p);
}
