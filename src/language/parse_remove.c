/* What goes: "remove the tree", "take two of them away", "stop the ball". */
#include <string.h>

#include "language/constructions.h"

static void
drop_commands_of (mk_parser *p, const mk_thing *thing)
{
  for (guint i = 0; i < p->commands->len; i++) {
    mk_command *command = &g_array_index (p->commands, mk_command, i);
    const mk_json *targets = mk_json_get (command->json, "targets");
    bool is_only = mk_json_length (targets) == 1 && g_str_equal (mk_json_get_string (mk_json_at (targets, 0)), thing->id);
    command->is_dropped |= command->json == thing->add || is_only;
  }
}

/* Animations of the context that speak of one thing alone go with it. */
static void
remove_actions (mk_parser *p, const mk_thing *thing, mk_json *targets)
{
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i), *whom = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op")), *id = mk_json_get_string (mk_json_get (command, "id"));
    bool acts = g_str_equal (op, "animate") || g_str_equal (op, "physics");
    if (acts && *id != 0 && mk_json_length (whom) == 1 && g_str_equal (mk_json_get_string (mk_json_at (whom, 0)), thing->id))
      mk_json_append (targets, mk_json_new_string (id));
  }
}

int
mk_refs_remove (mk_parser *p, const mk_refs *refs)
{
  mk_json *targets = mk_json_new_array ();
  for (unsigned i = 0; i < refs->n; i++) {
    mk_thing *thing = mk_thing_at (p, refs->thing[i]);
    if (refs->copy[i] > 0) {
      mk_json_append (targets, mk_json_new_string (mk_ref_text (p, refs, i)));
      continue;
    }
    if (thing->command >= 0)
      drop_commands_of (p, thing);
    else {
      remove_actions (p, thing, targets);
      mk_json_append (targets, mk_json_new_string (mk_ref_text (p, refs, i)));
    }
    thing->is_removed = refs->part[0] == 0;
  }
  int command = mk_json_length (targets) > 0 ? mk_command_new (p, "remove", MK_BUCKET_THING) : -1;
  if (command >= 0)
    mk_json_set (mk_command_json (p, command), "targets", targets);
  else
    mk_json_unref (targets);
  return command;
}

/* "remove one chair", "take two of the … away": the last ones of those that there are several of. */
static bool
find_last_of (const mk_parser *p, const mk_np *np, mk_refs *refs)
{
  *refs = (mk_refs){ 0 };
  const mk_thing *latest = p->latest.n > 0 ? mk_thing_at (p, p->latest.thing[0]) : NULL;
  const mk_recipe_info *object = np->head < 0 && np->noun == NULL && latest != NULL && np->number >= 1 ? latest->info : np->object; /* "remove two" */
  if (object == NULL || np->number < 1 || np->is_definite || np->n_colors > 0)
    return false;
  for (guint t = p->things->len; t > 0 && refs->n == 0; t--) {
    const mk_thing *thing = mk_thing_at (p, (int)t - 1);
    unsigned n = (unsigned)np->number;
    for (unsigned k = 0; !thing->is_removed && thing->info == object && n < thing->count && k < n; k++)
      mk_refs_add (refs, (int)t - 1, (int)(thing->count - k));
  }
  return refs->n > 0;
}

int
mk_parse_remove (mk_parser *p, int i, int n)
{
  int world = mk_parse_world_removal (p, i + n);
  mk_refs refs;
  if (world > i + n) {
    mk_note (p, i, i + n, "edit", -1);
    return world;
  }
  guint n_before = p->things->len;
  int next = i + n;
  for (;;) {
    mk_np np;
    int after = mk_np_read (p, next, &np);
    if (!find_last_of (p, &np, &refs))
      after = mk_parse_np_refs (p, next, &refs);
    if (after == next)
      break;
    after = mk_keep_placed (p, after, &refs);
    bool is_new = p->things->len > n_before;
    for (unsigned k = 0; is_new && k < refs.n; k++)
      drop_commands_of (p, mk_thing_at (p, refs.thing[k]));
    if (is_new)
      mk_assume (p, "There is no %s to remove.", mk_noun_written (p, mk_thing_at (p, refs.thing[0])->noun));
    for (unsigned k = 0; is_new && k < refs.n; k++)
      mk_thing_at (p, refs.thing[k])->is_removed = true;
    if (!is_new && refs.n > 0)
      mk_note (p, i, i + n, "edit", mk_refs_remove (p, &refs));
    next = after;
    const mk_hit *conj = mk_hit_at (p, next, MK_WORD_conj);
    if (conj->n == 0 || mk_hit_at (p, next + conj->n, MK_WORD_det)->n == 0)
      break;
    next += conj->n;
  }
  p->subject.n = p->anchor.n = p->head.n = 0;
  p->has_subject = false;
  return next;
}

/* Those of `targets` that are not of `who`, whose copies are its. */
static mk_json *
others_of (const mk_parser *p, const mk_json *targets, const mk_refs *who)
{
  mk_json *others = mk_json_new_array ();
  for (size_t t = 0; t < mk_json_length (targets); t++) {
    bool is_his = false;
    for (unsigned r = 0; r < who->n; r++)
      is_his |= g_str_equal (mk_json_get_string (mk_json_at (targets, t)), mk_thing_at (p, who->thing[r])->id);
    if (!is_his)
      mk_json_append (others, mk_json_ref (mk_json_at (targets, t)));
  }
  return others;
}

int
mk_ids_remove (mk_parser *p, mk_json *taken_ids)
{
  mk_json *targets = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (taken_ids); i++)
    if (!mk_is_ended (p, mk_json_get_string (mk_json_at (taken_ids, i))))
      mk_json_append (targets, mk_json_ref (mk_json_at (taken_ids, i)));
  mk_json_unref (taken_ids);
  int command = mk_json_length (targets) > 0 ? mk_command_new (p, "remove", MK_BUCKET_REMOVE) : -1;
  if (command >= 0)
    mk_json_set (mk_command_json (p, command), "targets", targets);
  else
    mk_json_unref (targets);
  return command;
}

int
mk_actions_end (mk_parser *p, const char *motion, const mk_refs *who)
{
  bool is_any = *motion == 0 || g_str_equal (motion, "move");
  mk_json *gone = mk_json_new_array ();
  for (size_t k = 0; k < mk_json_length (p->context); k++) {
    const mk_json *command = mk_json_at (p->context, k), *targets = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    bool is_action = g_str_equal (op, "animate") || g_str_equal (op, "physics");
    if (!is_action || !mk_json_has (command, "id") || !(is_any || g_str_equal (motion, mk_json_get_string (mk_json_get (command, "motion")))))
      continue;
    g_autoptr (mk_json) others = others_of (p, targets, who);
    size_t n = mk_json_length (others);
    if (who->n == 0 || n == 0)
      mk_json_append (gone, mk_json_ref (mk_json_get (command, "id")));
    else if (n < mk_json_length (targets))
      mk_command_again (p, command, mk_json_ref (others)); /* the others go on */
  }
  return mk_ids_remove (p, gone);
}

static int
end_camera (mk_parser *p)
{
  mk_json *ids = mk_json_new_array ();
  for (size_t k = 0; k < mk_json_length (p->context); k++) {
    const mk_json *command = mk_json_at (p->context, k);
    if (g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "camera") && mk_json_has (command, "id"))
      mk_json_append (ids, mk_json_ref (mk_json_get (command, "id")));
  }
  return mk_ids_remove (p, ids);
}

/* "stop it after five seconds": what it does ends then. The token after the time, or i. */
static int
parse_stop_time (mk_parser *p, int i, const mk_refs *who)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  double number = 0;
  int at = i + prep->n + (prep->n > 0 ? mk_hit_at (p, i + prep->n, MK_WORD_det)->n : 0), unit = prep->n > 0 ? mk_parse_number (p, at, &number) : at;
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  mk_refs none = { 0 };
  if (unit == at || hit->n == 0 || !g_str_equal (mk_json_get_string (mk_json_at (hit->sense->value, 0)), "s"))
    return i;
  p->subject = who->n > 0 ? *who : p->subject.n > 0 ? p->subject : p->latest.n > 0 ? p->latest : none;
  int command = mk_action_restate (p);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return i;
  double ends = number * mk_json_get_real (mk_json_at (hit->sense->value, 1)) - mk_json_get_real (mk_json_get (json, "start_s"));
  mk_set_real (json, "duration_s", CLAMP (ends, 0.04, 600));
  mk_note (p, i, unit + hit->n, "time", command);
  return unit + hit->n;
}

/* "stop spinning", "stop the ball", "stop the camera". */
int
mk_parse_stop (mk_parser *p, int i, int n)
{
  mk_refs who = { 0 };
  int next = i + n, mark = next + mk_hit_at (p, next, MK_WORD_filler)->n, world = mk_parse_world_removal (p, next);
  if (world == next && mark > next) { /* "hör auf zu schneien", "para de nevar" */
    int falling = mk_parse_world_removal (p, mark);
    world = falling > mark ? falling : next;
  }
  if (world > next) { /* "stop the rain" */
    mk_note (p, i, next, "edit", -1);
    return world;
  }
  int det = mk_hit_at (p, next, MK_WORD_det)->n;
  const mk_hit *camera = mk_hit_at (p, next + det, MK_WORD_camera_word), *motion = mk_hit_at (p, next, MK_WORD_motion);
  if (motion->n == 0 && det > 0 && mk_hit_at (p, next + det, MK_WORD_motion)->form == MK_FORM_ING) { /* "stop the spinning" */
    motion = mk_hit_at (p, next + det, MK_WORD_motion);
    next += det;
  }
  if (camera->n > 0)
    next += det + camera->n;
  else
    next = motion->n > 0 ? next + motion->n : MAX (mk_parse_np_refs (p, next, &who), i + n);
  int until = parse_stop_time (p, next, &who);
  if (until > next) {
    mk_note (p, i, next, "edit", -1);
    return until;
  }
  const char *wanted = motion->n > 0 ? mk_json_get_string (mk_json_get (motion->sense->value, "motion")) : "";
  mk_note (p, i, next, "edit", camera->n > 0 ? end_camera (p) : mk_actions_end (p, wanted, &who));
  return next;
}
