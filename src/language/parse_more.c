/* More and less of what there is: bigger, faster, brighter, the other way. */
#include "language/command.h"
#include "language/constructions.h"

/* The last action of the context that speaks of `who`, or of anybody. */
static const mk_json *
find_action (const mk_parser *p, const mk_refs *who)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1), *targets = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (!g_str_equal (op, p->in_camera ? "camera" : "animate") || !mk_json_has (command, "id"))
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

int
mk_action_restate (mk_parser *p)
{
  const mk_json *earlier = find_action (p, p->subject.n > 0 ? &p->subject : NULL);
  if (earlier == NULL)
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
  mk_json *own = mk_command_json (p, p->action);
  if (own != NULL) {
    mk_set_speed (own, factor);
    return p->action;
  }
  int command = mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
  double speed = mk_json_has (json, "speed") ? mk_json_get_real (mk_json_get (json, "speed")) : 1;
  if (json != NULL)
    mk_set_speed (json, CLAMP (speed * factor, 0.01, 100));
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

/* "the other way": of what goes somewhere its direction, of what turns its sense. */
static int
reverse (mk_parser *p)
{
  const mk_json *opposites = mk_json_get (mk_lexicon_world (p->language->lexicon), "opposites");
  int command = p->action >= 0 ? p->action : mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
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

int
mk_parse_more (mk_parser *p, int i)
{
  const mk_hit *more = mk_hit_at (p, i, MK_WORD_more);
  if (more->n == 0 || mk_hit_at (p, i, MK_WORD_compare)->n >= more->n || mk_np_is_head_ahead (p, i + more->n))
    return i;
  const mk_json *value = more->sense->value;
  int command = -1;
  const mk_refs *who = p->anchor.n > 0 ? &p->anchor : p->subject.n > 0 ? &p->subject : &p->latest;
  if (mk_json_has (value, "scale") && who->n > 0) {
    mk_refs refs = *who;
    mk_np look = { .scale = mk_json_get_real (mk_json_get (value, "scale")) };
    mk_look_set (p, &refs, &look);
    command = (int)p->commands->len - 1;
  }
  else if (mk_json_has (value, "speed"))
    command = mk_speed_change (p, mk_json_get_real (mk_json_get (value, "speed")));
  else if (mk_json_has (value, "reverse"))
    command = reverse (p);
  else if (mk_json_has (value, "light"))
    command = change_light (p, mk_json_get_real (mk_json_get (value, "light")));
  else if (mk_json_has (value, "fog"))
    mk_set_fields (mk_command_json (p, command = mk_command_single (p, "sky", MK_BUCKET_SKY)), value);
  else if (mk_json_has (value, "quality"))
    mk_set_fields (mk_command_json (p, command = mk_command_single (p, "render", MK_BUCKET_RENDER)), value);
  else
    return i;
  mk_note (p, i, i + more->n, "edit", command);
  return i + more->n;
}
