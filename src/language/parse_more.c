/* More and less of what there is: bigger, faster, brighter, the other way. */
#include <math.h>

#include "language/command.h"
#include "language/constructions.h"

bool
mk_command_is_about (const mk_parser *p, const mk_json *command, const mk_refs *who)
{
  mk_refs targets;
  bool is_his = who == NULL || who->n == 0;
  mk_targets_by_copy (p, command, &targets);
  for (unsigned r = 0; who != NULL && r < who->n; r++)
    for (unsigned t = 0; t < targets.n; t++)
      is_his |= targets.thing[t] == who->thing[r] && (who->copy[r] == 0 || targets.copy[t] == 0 || targets.copy[t] == who->copy[r]);
  return is_his;
}

/* The last action of the context that speaks of `who`, or of anybody. */
static const mk_json *
find_action (const mk_parser *p, const mk_refs *who)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (g_str_equal (op, p->clause.in_camera ? "camera" : "animate") && mk_json_has (command, "id") && mk_command_is_about (p, command, who))
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

/* The command once more, to be changed. What only some of its actors are to do otherwise is theirs alone, the others go on as before. */
static int
restate_for (mk_parser *p, const mk_json *earlier, const mk_refs *who)
{
  mk_refs left;
  bool is_action = g_str_equal (mk_json_get_string (mk_json_get (earlier, "op")), "animate");
  if (is_action && who->n > 0 && mk_targets_left (p, earlier, who, &left)) {
    mk_refs own = { 0 };
    mk_targets_left (p, earlier, &left, &own);
    mk_command_again (p, earlier, mk_refs_to_json (p, &left));
    return mk_action_again (p, earlier, mk_refs_to_json (p, &own));
  }
  int command = mk_command_new (p, mk_json_get_string (mk_json_get (earlier, "op")), MK_BUCKET_ACTION);
  mk_set_fields (mk_command_json (p, command), earlier);
  return command;
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
  for (guint i = 0; i < p->commands->len; i++) { /* restated already */
    const mk_json *said = mk_command_json (p, (int)i), *next = i + 1 < p->commands->len ? mk_command_json (p, (int)i + 1) : NULL;
    if (!g_str_equal (mk_json_get_string (mk_json_get (said, "id")), id))
      continue;
    bool is_split = next != NULL && !mk_command_is_about (p, said, &p->subject) && mk_command_is_about (p, earlier, &p->subject) && mk_json_equal (mk_json_get (said, "motion"), mk_json_get (next, "motion")) && mk_command_is_about (p, next, &p->subject);
    return (int)i + is_split; /* of the others, and behind it of the subject alone */
  }
  return restate_for (p, earlier, &p->subject);
}

/* Which actors of the subject do something else than what the command tells: those that change with them have actions of their own. */
static mk_refs
actors_left (const mk_parser *p, int command)
{
  const mk_json *json = mk_command_json (p, command);
  mk_refs left = { 0 };
  for (unsigned i = 0; i < p->subject.n && g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"); i++)
  {
    mk_refs one = { .n = 1, .thing = { p->subject.thing[i] }, .copy = { p->subject.copy[i] } };
    if (!mk_command_is_about (p, json, &one) && find_action (p, &one) != NULL)
      mk_refs_add (&left, one.thing[0], one.copy[0]);
  }
  return left.n < p->subject.n ? left : (mk_refs){ 0 };
}

/* So many times as fast as it was; or so fast, when `pace` is not 0. */
static void
set_speed (mk_json *action, const mk_json *was, double factor, double pace)
{
  double speed = mk_json_has (was, "speed") ? mk_json_get_real (mk_json_get (was, "speed")) : 1;
  if (action != NULL)
    mk_set_speed (action, pace > 0 ? pace : CLAMP (speed * factor, 0.01, 100));
}

/* What the subject does already, as `set_speed` says; -1 when it does nothing. */
static int
restate_speed (mk_parser *p, double factor, double pace)
{
  int command = mk_action_restate (p);
  set_speed (mk_command_json (p, command), mk_command_json (p, command), factor, pace);
  mk_refs rest = actors_left (p, command);
  const mk_json *other = rest.n > 0 ? find_action (p, &rest) : NULL; /* "both twice as fast", each of whom does something of its own */
  if (other != NULL)
    set_speed (mk_command_json (p, restate_for (p, other, &p->subject)), other, factor, pace);
  return command;
}

int
mk_speed_change (mk_parser *p, double factor)
{
  int said = p->clause.action >= 0 ? p->clause.action : p->context == NULL && !p->clause.in_camera ? p->last_action : -1; /* "a cube spins. make it faster" */
  if (said < 0)
    return restate_speed (p, factor, 0);
  mk_set_speed (mk_command_json (p, said), factor);
  return said;
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

/* Where the longest word of these kinds begins that ends before i, or i. */
static int
begin_of (const mk_parser *p, int i, const mk_word_kind *kinds, size_t n_kinds)
{
  for (int at = MAX (i - 3, 0); at < i; at++)
    for (size_t k = 0; k < n_kinds; k++)
      if (mk_hit_at (p, at, kinds[k])->n == i - at)
        return at;
  return i;
}

/* "make the car darker", "the house should be brighter": a thing is named right before. */
static bool
is_said_of_thing (const mk_parser *p, int i)
{
  static const mk_word_kind links[] = { MK_WORD_copula, MK_WORD_lead, MK_WORD_filler }, names[] = { MK_WORD_object, MK_WORD_noun, MK_WORD_part, MK_WORD_one }, all[] = { MK_WORD_whole };
  int at = i, before;
  while ((before = begin_of (p, at, links, MK_COUNT (links))) < at)
    at = before;
  bool is_all = begin_of (p, at, all, MK_COUNT (all)) < at; /* "the whole thing" */
  return !is_all && begin_of (p, at, names, MK_COUNT (names)) < at;
}

/* A light place is lit so; a thing is of darker colours. -1 when none is meant. */
static int
change_shade (mk_parser *p, int i, const mk_refs *who, double factor)
{
  const mk_thing *thing = who->n > 0 ? mk_thing_at (p, who->thing[0]) : NULL;
  if (p->context == NULL || thing == NULL || !is_said_of_thing (p, i) || (thing->info != NULL && (thing->info->is_around || thing->info->is_set)))
    return -1;
  mk_material_set (p, who, "shade", mk_json_new_real (factor));
  return (int)p->commands->len - 1;
}

/* "heavier", of rain or snow; of the latest that falls when `kind` is NULL. -1 when nothing falls. */
static int
change_amount (mk_parser *p, const char *kind, double factor)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *was = mk_json_at (p->context, i - 1);
    if (!g_str_equal (mk_json_get_string (mk_json_get (was, "op")), "particles") || (kind != NULL && !g_str_equal (mk_json_get_string (mk_json_get (was, "kind")), kind)))
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
  bool is_end = at >= mk_n_tokens (p) || mk_token_at (p, at)->kind == MK_TOKEN_MARK || at + mk_hit_at (p, at, MK_WORD_filler)->n >= mk_n_tokens (p);
  if (!p->clause.is_start && is_end && more->n > 1 && p->commands->len > 0) { /* "the camera moves back a little": as far as it goes */
    mk_note (p, i, at, NULL, -1);
    return at;
  }
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
  int command = is_end ? change_again (p, sense) : -1;
  if (command < 0)
    return i;
  mk_note (p, i, at, "edit", command);
  return at;
}

/* "more leaves", "fewer fireworks": of what falls already. */
static int
parse_more_falling (mk_parser *p, int i, const mk_hit *more)
{
  double sense = mk_json_get_real (mk_json_get (more->sense->value, "again"));
  int at = i + more->n, next = at;
  const char *kind = sense != 0 && p->context != NULL && p->clause.is_start ? mk_falling_kind (p, at, &next) : "";
  int command = *kind != 0 ? change_amount (p, kind, sense >= 1 ? 1.8 : sense > 0 ? 1.3 : 0.5) : -1;
  if (command < 0)
    return i;
  mk_note (p, i, next, "sky", command);
  return next;
}

/* "fewer trees": about half of them go, and none come where there are none. */
static int
parse_fewer (mk_parser *p, int i, const mk_hit *more)
{
  mk_refs some, gone = { .part = "" };
  int at = i + more->n;
  bool is_fewer = mk_json_get_real (mk_json_get (more->sense->value, "again")) < 0 && p->context != NULL && p->clause.is_start;
  int next = is_fewer && mk_hit_at (p, at, MK_WORD_object)->n > 0 ? mk_find_kind (p, at, &some) : at;
  if (next == at)
    return i;
  if (some.n == 0)
    mk_assume (p, "There is no %s to remove.", mk_noun_written (p, mk_hit_at (p, at, MK_WORD_object)->sense->phrase));
  for (unsigned k = 0; k < some.n; k++) {
    const mk_thing *thing = mk_thing_at (p, some.thing[k]);
    for (unsigned copy = thing->count / 2 + 1; thing->count > 1 && copy <= thing->count; copy++)
      if (!mk_copy_is_gone (thing, copy))
        mk_refs_add (&gone, some.thing[k], (int)copy);
  }
  if (some.n > 1 && gone.n == 0)
    for (unsigned k = some.n / 2; k < some.n; k++)
      mk_refs_add (&gone, some.thing[k], 0);
  mk_note (p, i, next, "edit", gone.n > 0 ? mk_refs_remove (p, &gone) : -1);
  return next;
}

/* "warmer light": the latest lamp that was asked for, or one more. */
static int
change_lamp (mk_parser *p, const mk_json *fields)
{
  const mk_json *was = NULL;
  for (size_t i = 0; i < mk_json_length (p->context); i++)
    was = g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (p->context, i), "op")), "light") ? mk_json_at (p->context, i) : was;
  int command = mk_command_new (p, "light", MK_BUCKET_LIGHT);
  mk_json *json = mk_command_json (p, command);
  if (was == NULL)
    mk_set_text (json, "kind", "area");
  mk_set_fields (json, was);
  mk_set_fields (json, fields);
  if (was == NULL)
    mk_set_text (json, "id", mk_new_id (p, mk_json_get_string (mk_json_get (json, "kind"))));
  return command;
}

/* "the light should be warmer": the comparison behind the light that it is said of; i when there is none. */
static int
skip_light (const mk_parser *p, int i)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n, word = mk_hit_at (p, at, MK_WORD_light_word)->n, next = at + word;
  while (word > 0 && mk_hit_at (p, next, MK_WORD_more)->n == 0 && MAX (mk_hit_at (p, next, MK_WORD_copula)->n, MAX (mk_hit_at (p, next, MK_WORD_lead)->n, mk_hit_at (p, next, MK_WORD_filler)->n)) > 0)
    next += MAX (mk_hit_at (p, next, MK_WORD_copula)->n, MAX (mk_hit_at (p, next, MK_WORD_lead)->n, mk_hit_at (p, next, MK_WORD_filler)->n));
  const mk_hit *more = mk_hit_at (p, next, MK_WORD_more);
  bool is_of_light = word > 0 && more->n > 0 && (mk_json_has (more->sense->value, "lamp") || mk_json_has (more->sense->value, "light"));
  return is_of_light ? next : i;
}

/* "normal speed for the swans": whom it is said of. The token after them, or i. */
static int
parse_more_for (mk_parser *p, int i)
{
  mk_np np;
  mk_refs who;
  if (p->context == NULL || !mk_is_word (p, i, "for") || mk_np_read (p, i + 1, &np) == i + 1 || !(np.is_definite || np.pronoun != NULL))
    return i;
  int next = mk_parse_np_refs (p, i + 1, &who);
  if (who.n == 0)
    return i;
  p->subject = p->anchor = p->head = who;
  p->has_subject = true;
  return next;
}

int
mk_parse_more (mk_parser *p, int i)
{
  int start = i;
  i = skip_light (p, i);
  const mk_hit *more = mk_hit_at (p, i, MK_WORD_more);
  if (more->n == 0)
    return start;
  int counted = parse_more_falling (p, i, more);
  counted = counted > i ? counted : parse_fewer (p, i, more);
  if (counted > i)
    return counted;
  if (mk_hit_at (p, i, MK_WORD_compare)->n >= more->n || mk_np_is_head_ahead (p, i + more->n))
    return start;
  const mk_json *value = more->sense->value;
  if (mk_json_has (value, "again"))
    return parse_again (p, i, more);
  int command = -1, end = parse_more_for (p, i + more->n);
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
  else if (mk_json_has (value, "pace") && p->context != NULL && (command = restate_speed (p, 1, mk_json_get_real (mk_json_get (value, "pace")))) >= 0)
    ;
  else if (mk_json_has (value, "apart") && p->context != NULL && (command = mk_space_out (p, mk_json_get_real (mk_json_get (value, "apart")))) >= 0)
    ;
  else if (mk_json_has (value, "reverse"))
    command = reverse (p);
  else if (mk_json_has (value, "lamp"))
    command = change_lamp (p, mk_json_get (value, "lamp"));
  else if (mk_json_has (value, "light") && (command = change_shade (p, i, who, mk_json_get_real (mk_json_get (value, "light")))) >= 0)
    ;
  else if (mk_json_has (value, "light"))
    command = change_light (p, mk_json_get_real (mk_json_get (value, "light")));
  else if (mk_json_has (value, "fog"))
    mk_set_fields (mk_command_json (p, command = mk_command_single (p, "sky", MK_BUCKET_SKY)), value);
  else if (mk_json_has (value, "amount") && (command = change_amount (p, NULL, mk_json_get_real (mk_json_get (value, "amount")))) >= 0)
    ;
  else if (mk_json_has (value, "quality"))
    mk_set_fields (mk_command_json (p, command = mk_command_single (p, "render", MK_BUCKET_RENDER)), value);
  else
    return start;
  mk_note (p, start, end, "edit", command);
  return end;
}
