/* More and less of what there is: bigger, faster, brighter, the other way. */
#include <math.h>

#include "language/command.h"
#include "language/constructions.h"

/* The last action of the context that speaks of `who`, or of anybody. */
static const mk_json *
find_action (const mk_parser *p, const mk_refs *who)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1), *targets = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (!g_str_equal (op, p->clause.in_camera ? "camera" : "animate") || !mk_json_has (command, "id"))
      continue;
    bool is_his = who == NULL || who->n == 0;
    for (unsigned r = 0; who != NULL && r < who->n; r++)
      for (size_t t = 0; t < mk_json_length (targets); t++)
        is_his |= g_str_equal (mk_json_get_string (mk_json_at (targets, t)), mk_thing_at (p, who->thing[r])->id);
    if (is_his)
      return command;
  }
  return NULL;
}

const char *
mk_action_latest (const mk_parser *p)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (p->context, i - 1), "op")), "animate"))
      return mk_json_get_string (mk_json_get (mk_json_at (p->context, i - 1), "id"));
  return "";
}

int
mk_action_restate (mk_parser *p)
{
  const mk_json *earlier = find_action (p, p->subject.n > 0 ? &p->subject : NULL);
  if (earlier == NULL && (p->subject.n == 0 || p->subject.copy[0] == 0)) /* of one of several nobody else's is meant */
    earlier = find_action (p, NULL);
  if (earlier == NULL)
    return -1;
  const char *id = mk_json_get_string (mk_json_get (earlier, "id"));
  for (guint i = 0; i < p->commands->len; i++) /* restated already */
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "id")), id))
      return (int)i;
  int command = mk_command_new (p, mk_json_get_string (mk_json_get (earlier, "op")), MK_BUCKET_ACTION);
  mk_set_fields (mk_command_json (p, command), earlier);
  return command;
}

int
mk_speed_change (mk_parser *p, double factor)
{
  int said = p->clause.action >= 0 ? p->clause.action : p->context == NULL && !p->clause.in_camera ? p->last_action : -1; /* "a cube spins. make it faster" */
  mk_json *own = mk_command_json (p, said);
  if (own != NULL) {
    mk_set_speed (own, factor);
    return said;
  }
  int command = mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
  double speed = mk_json_has (json, "speed") ? mk_json_get_real (mk_json_get (json, "speed")) : 1;
  if (json != NULL)
    mk_set_speed (json, CLAMP (speed * factor, 0.01, 100));
  return command;
}

/* "back to normal speed" of what is done; -1 when nothing is. */
static int
set_pace (mk_parser *p, double pace)
{
  int command = mk_action_restate (p);
  if (command >= 0)
    mk_set_speed (mk_command_json (p, command), pace);
  return command;
}

/* "it should take twice as long": its own time, or else its pace. */
static int
change_length (mk_parser *p, double factor)
{
  int command = p->clause.action >= 0 ? p->clause.action : mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
  if (mk_json_has (json, "duration_s"))
    mk_set_real (json, "duration_s", CLAMP (mk_json_get_real (mk_json_get (json, "duration_s")) * factor, 0.04, 600));
  else if (json != NULL)
    return mk_speed_change (p, 1 / factor);
  return command;
}

/* "higher", of what jumps or flies: so many times what it was, or of its own size when nobody said how high. -1 = it does no such thing. */
static int
change_height (mk_parser *p, double factor)
{
  const mk_json *earlier = p->context != NULL && !p->clause.in_camera ? find_action (p, p->subject.n > 0 ? &p->subject : &p->latest) : NULL;
  if (earlier == NULL || !mk_world_has (p, "motions", "has_height", mk_json_get_string (mk_json_get (earlier, "motion"))))
    return -1;
  int command = mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
  const mk_recipe_info *info = p->latest.n > 0 ? mk_thing_at (p, p->latest.thing[0])->info : NULL;
  double usual = info != NULL ? (double)info->size_m * 0.5 : 1;
  mk_set_real (json, "height_m", CLAMP ((mk_json_has (json, "height_m") ? mk_json_get_real (mk_json_get (json, "height_m")) : usual) * factor, 0.01, 1000));
  return command;
}

/* "closer", "further away": the next shot, nearer or wider than that which the camera has. */
static int
change_shot (mk_parser *p, int steps)
{
  static const char *const shots[] = { "extreme-wide", "wide", "full", "medium", "close-up", "extreme-close-up" };
  int at = 2; /* a film whose shot nobody named shows all of it */
  for (size_t i = 0; i < mk_json_length (p->context); i++)
    for (size_t k = 0; k < MK_COUNT (shots); k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (p->context, i), "shot")), shots[k]))
        at = (int)k;
  int command = mk_command_new (p, "camera", MK_BUCKET_CAMERA);
  mk_json *json = mk_command_json (p, command);
  mk_set_fields (json, mk_commands_find (p->context, "camera"));
  mk_set_text (json, "id", mk_new_id (p, "camera"));
  mk_set_text (json, "shot", shots[CLAMP (at + steps, 0, (int)MK_COUNT (shots) - 1)]);
  return command;
}

static int
change_light (mk_parser *p, double factor)
{
  const mk_json *sky = mk_commands_find (p->context, "sky");
  double before = mk_json_has (sky, "brightness") ? mk_json_get_real (mk_json_get (sky, "brightness")) : 1;
  int command = mk_command_single (p, "sky", MK_BUCKET_SKY);
  mk_set_real (mk_command_json (p, command), "brightness", CLAMP (before * factor, 0.01, 100));
  return command;
}

/* "heavier", of rain or snow; -1 when nothing falls. */
static int
change_amount (mk_parser *p, double factor)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *was = mk_json_at (p->context, i - 1);
    if (!g_str_equal (mk_json_get_string (mk_json_get (was, "op")), "particles"))
      continue;
    int command = mk_command_new (p, "particles", MK_BUCKET_ACTION);
    mk_json *json = mk_command_json (p, command);
    double before = mk_json_has (was, "amount") ? mk_json_get_real (mk_json_get (was, "amount")) : 1;
    mk_set_fields (json, was);
    mk_set_real (json, "amount", CLAMP (before * factor, 0.05, 5));
    return command;
  }
  return -1;
}

/* "the camera goes the other way": the motion that undoes it, or its turns the other way around. */
static int
reverse_camera (mk_parser *p, int command)
{
  mk_json *json = mk_command_json (p, command);
  const char *motion = mk_json_get_string (mk_json_get (json, "motion")), *other = mk_json_get_string (mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "camera_opposites"), motion));
  if (*other != 0)
    mk_set_text (json, "motion", other);
  else if (g_str_equal (motion, "orbit"))
    mk_set_real (json, "turns", mk_json_has (json, "turns") ? -mk_json_get_real (mk_json_get (json, "turns")) : -1);
  return command;
}

/* "the other way": of what goes somewhere its direction, of what turns its sense. */
static int
reverse (mk_parser *p)
{
  const mk_json *opposites = mk_json_get (mk_lexicon_world (p->language->lexicon), "opposites");
  int command = p->clause.action >= 0 ? p->clause.action : mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
  if (p->clause.in_camera || g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "camera"))
    return reverse_camera (p, command);
  const char *way = mk_json_get_string (mk_json_get (json, "direction")), *other = mk_json_get_string (mk_json_get (opposites, ""));
  if (mk_json_has (json, "turns") || g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "spin")) {
    double turns = mk_json_has (json, "turns") ? mk_json_get_real (mk_json_get (json, "turns")) : 1;
    mk_set_real (json, "turns", -turns);
    return command;
  }
  if (mk_json_has (opposites, way))
    other = mk_json_get_string (mk_json_get (opposites, way));
  mk_set_text (json, "direction", other);
  return command;
}

/* The things that an earlier command speaks of. */
static void
find_targets (const mk_parser *p, const mk_json *command, mk_refs *refs)
{
  const mk_json *targets = mk_json_get (command, "targets");
  const char *id = mk_json_get_string (mk_json_get (command, "id")); /* of what was made so big */
  *refs = (mk_refs){ 0 };
  for (guint t = 0; t < p->things->len; t++)
    if (mk_json_has_text (targets, mk_thing_at (p, (int)t)->id) || g_str_equal (id, mk_thing_at (p, (int)t)->id))
      mk_refs_add (refs, (int)t, 0);
}

/* "even more", "a bit less": the latest change that knows a more and a less, once again or half taken back. */
static int
change_again (mk_parser *p, double sense)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    double speed = mk_json_get_real (mk_json_get (command, "speed")), scale = mk_json_get_real (mk_json_get (command, "scale"));
    double light = mk_json_get_real (mk_json_get (command, "brightness")), fog = mk_json_get_real (mk_json_get (command, "fog"));
    if ((g_str_equal (op, "transform") || g_str_equal (op, "add")) && scale > 0) {
      mk_refs refs;
      find_targets (p, command, &refs);
      mk_np look = { .number = -1, .verb = -1, .scale = sense > 0 ? scale : 1 / sqrt (scale) };
      if (refs.n > 0)
        mk_look_set (p, &refs, &look);
      return refs.n > 0 ? (int)p->commands->len - 1 : -1;
    }
    if (g_str_equal (op, "animate") && speed > 0 && mk_json_has (command, "id")) {
      int again = mk_command_new (p, op, MK_BUCKET_ACTION);
      mk_set_fields (mk_command_json (p, again), command);
      if (mk_command_json (p, again) != NULL)
        mk_set_speed (mk_command_json (p, again), CLAMP (sense > 0 ? speed * speed : sqrt (speed), 0.01, 100));
      return again;
    }
    if (g_str_equal (op, "sky") && light > 0)
      return change_light (p, sense > 0 ? light : 1 / sqrt (light));
    if (g_str_equal (op, "sky") && fog > 0) {
      int sky = mk_command_single (p, "sky", MK_BUCKET_SKY);
      mk_set_real (mk_command_json (p, sky), "fog", CLAMP (fog * (sense > 0 ? 1.5 : 0.5), 0, 1));
      return sky;
    }
  }
  return -1;
}

/* "a little more to the right", "even more", "less": of what was changed last. */
static int
parse_again (mk_parser *p, int i, const mk_hit *more)
{
  double sense = mk_json_get_real (mk_json_get (more->sense->value, "again"));
  int at = i + more->n, ahead = at;
  if (p->context == NULL || !p->clause.is_start)
    return i;
  for (int steps = 0; steps < 2 && mk_hit_at (p, ahead, MK_WORD_direction)->n == 0 && mk_hit_at (p, at, MK_WORD_side)->n == 0; steps++)
    ahead++;
  if (p->latest.n > 0 && (mk_hit_at (p, ahead, MK_WORD_direction)->n > 0 || mk_hit_at (p, at, MK_WORD_side)->n > 0)) {
    mk_refs who = p->latest;
    int next = mk_move_by (p, mk_hit_at (p, at, MK_WORD_direction)->n > 0 ? at : ahead, &who, sense < 1 ? 0.5 : 1);
    if (next > at)
      mk_note (p, i, at, "edit", (int)p->commands->len - 1);
    return next > at ? next : i;
  }
  bool is_end = at >= mk_n_tokens (p) || mk_token_at (p, at)->kind == MK_TOKEN_MARK || at + mk_hit_at (p, at, MK_WORD_filler)->n >= mk_n_tokens (p);
  int command = is_end ? change_again (p, sense) : -1;
  if (command < 0)
    return i;
  mk_note (p, i, at, "edit", command);
  return at;
}

int
mk_parse_more (mk_parser *p, int i)
{
  const mk_hit *more = mk_hit_at (p, i, MK_WORD_more);
  if (more->n == 0 || mk_hit_at (p, i, MK_WORD_compare)->n >= more->n || mk_np_is_head_ahead (p, i + more->n))
    return i;
  const mk_json *value = more->sense->value;
  if (mk_json_has (value, "again"))
    return parse_again (p, i, more);
  int command = -1;
  const mk_refs *who = p->anchor.n > 0 ? &p->anchor : p->subject.n > 0 ? &p->subject : &p->latest;
  if (mk_json_has (value, "height") && (command = change_height (p, mk_json_get_real (mk_json_get (value, "height")))) >= 0)
    ;
  else if (mk_json_has (value, "scale") && who->n > 0) {
    mk_refs refs = *who;
    mk_np look = { .scale = mk_json_get_real (mk_json_get (value, "scale")) };
    mk_look_set (p, &refs, &look);
    command = (int)p->commands->len - 1;
  }
  else if (mk_json_has (value, "speed"))
    command = mk_speed_change (p, mk_json_get_real (mk_json_get (value, "speed")));
  else if (mk_json_has (value, "later") && mk_delay_earlier (p, mk_json_get_real (mk_json_get (value, "later"))))
    mk_assume (p, "I took “%s” to mean %g s.", more->sense->phrase, fabs (mk_json_get_real (mk_json_get (value, "later"))));
  else if (mk_json_has (value, "lasts"))
    command = change_length (p, mk_json_get_real (mk_json_get (value, "lasts")));
  else if (mk_json_has (value, "closer") && p->context != NULL && p->clause.is_start && (i + more->n >= mk_n_tokens (p) || mk_token_at (p, i + more->n)->kind == MK_TOKEN_MARK))
    command = change_shot (p, (int)mk_json_get_int (mk_json_get (value, "closer")));
  else if (mk_json_has (value, "pace") && p->context != NULL && (command = set_pace (p, mk_json_get_real (mk_json_get (value, "pace")))) >= 0)
    ;
  else if (mk_json_has (value, "apart") && p->context != NULL && (command = mk_space_out (p, mk_json_get_real (mk_json_get (value, "apart")))) >= 0)
    ;
  else if (mk_json_has (value, "reverse"))
    command = reverse (p);
  else if (mk_json_has (value, "light"))
    command = change_light (p, mk_json_get_real (mk_json_get (value, "light")));
  else if (mk_json_has (value, "fog"))
    mk_set_fields (mk_command_json (p, command = mk_command_single (p, "sky", MK_BUCKET_SKY)), value);
  else if (mk_json_has (value, "amount") && (command = change_amount (p, mk_json_get_real (mk_json_get (value, "amount")))) >= 0)
    ;
  else if (mk_json_has (value, "quality"))
    mk_set_fields (mk_command_json (p, command = mk_command_single (p, "render", MK_BUCKET_RENDER)), value);
  else
    return i;
  mk_note (p, i, i + more->n, "edit", command);
  return i + more->n;
}
