/* Follow-ups: change, remove, replace, move, duplicate, more and less, not. */
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"

mk_json *
mk_transform_new (mk_parser *p, const mk_refs *refs)
{
  mk_json *json = mk_command_json (p, mk_command_new (p, "transform", MK_BUCKET_THING));
  if (json != NULL)
    mk_json_set (json, "targets", mk_refs_to_json (p, refs));
  return json;
}

static bool
is_all_known (const mk_parser *p, const mk_refs *refs)
{
  for (unsigned i = 0; i < refs->n; i++)
    if (mk_thing_at (p, refs->thing[i])->command >= 0)
      return false;
  return refs->n > 0;
}

/* --- removing --- */

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
  if (np->object == NULL || np->number < 1 || np->is_definite || np->n_colors > 0)
    return false;
  for (guint t = p->things->len; t > 0 && refs->n == 0; t--) {
    const mk_thing *thing = mk_thing_at (p, (int)t - 1);
    unsigned n = (unsigned)np->number;
    for (unsigned k = 0; !thing->is_removed && thing->info == np->object && n < thing->count && k < n; k++)
      mk_refs_add (refs, (int)t - 1, (int)(thing->count - k));
  }
  return refs->n > 0;
}

static int
parse_remove (mk_parser *p, int i, int n)
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

/* --- replacing and duplicating --- */

static void
take_place (const mk_thing *from, mk_thing *to)
{
  static const char *const keys[] = { "place", "position", "rotation", "facing" };
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (mk_json_has (from->add, keys[i]))
      mk_json_set (to->add, keys[i], mk_json_copy (mk_json_get (from->add, keys[i])));
}

/* What the old one did the new one does. */
static void
inherit_actions (mk_parser *p, const mk_refs *old, const mk_refs *fresh)
{
  const char *id = mk_thing_at (p, old->thing[0])->id;
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i), *whom = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (!g_str_equal (op, "animate") || mk_json_length (whom) != 1 || !g_str_equal (mk_json_get_string (mk_json_at (whom, 0)), id))
      continue;
    mk_json *json = mk_command_json (p, mk_command_new (p, op, MK_BUCKET_ACTION));
    mk_set_fields (json, command);
    mk_set_text (json, "id", mk_new_id (p, mk_json_get_string (mk_json_get (command, "motion"))));
    if (json != NULL)
      mk_json_set (json, "targets", mk_refs_to_json (p, fresh));
  }
}

bool
mk_replace (mk_parser *p, const mk_refs *old, const mk_refs *fresh)
{
  if (old->n == 0 || fresh->n == 0 || old->part[0] != 0 || !is_all_known (p, old) || mk_thing_at (p, fresh->thing[0])->command < 0)
    return false;
  mk_json_remove (mk_thing_at (p, fresh->thing[0])->add, "place");
  take_place (mk_thing_at (p, old->thing[0]), mk_thing_at (p, fresh->thing[0]));
  inherit_actions (p, old, fresh);
  mk_refs_remove (p, old);
  return true;
}

/* "change the text to GOODBYE": other letters for the same text. */
static int
parse_retext (mk_parser *p, int i, const mk_refs *old, int at)
{
  mk_thing *thing = mk_thing_at (p, old->thing[0]);
  if (!g_str_equal (mk_json_get_string (mk_json_get (thing->add, "op")), "text") || at >= mk_n_tokens (p))
    return i;
  int end = at + 1;
  while (end < mk_n_tokens (p) && mk_token_at (p, at)->kind == MK_TOKEN_WORD && mk_token_at (p, end)->kind == MK_TOKEN_WORD && mk_token_at (p, end)->is_capital)
    end++;
  const char *text = mk_token_at (p, at)->kind == MK_TOKEN_QUOTE ? mk_token_at (p, at)->text : mk_said (p, at, end);
  int command = mk_command_new (p, "text", MK_BUCKET_THING);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return i;
  mk_set_fields (json, thing->add);
  mk_set_text (json, "text", text);
  mk_note (p, i, end, "text", command);
  return end;
}

/* "all trees with cactuses": as many as there were. */
static int
parse_as_many (mk_parser *p, int i, const mk_refs *old, mk_refs *fresh)
{
  mk_np np;
  int next = mk_np_read (p, i, &np);
  unsigned n = 0;
  for (unsigned k = 0; k < old->n; k++)
    n += old->copy[k] > 0 ? 1 : mk_thing_at (p, old->thing[k])->count;
  if (next == i || !np.is_plural || np.number >= 0 || np.group != NULL || np.object == NULL || mk_is_word (p, next, "of") || n < 2)
    return mk_parse_np_refs (p, i, fresh);
  np.number = n;
  mk_np_resolve (p, &np, fresh);
  return next;
}

static int
parse_replace (mk_parser *p, int i, int n)
{
  mk_refs old, fresh;
  int swapped = mk_parse_swap (p, i, n);
  if (swapped > i)
    return swapped;
  int next = mk_parse_np_refs (p, i + n, &old);
  static const char *const words[] = { "with", "by", "for", "into", "to", NULL };
  if (next == i + n || old.n == 0 || next >= mk_n_tokens (p) || !g_strv_contains (words, mk_glue_at (p, next)))
    return i;
  int retext = is_all_known (p, &old) ? parse_retext (p, i, &old, next + 1) : i;
  if (retext > i)
    return retext;
  p->edit = MK_EDIT_ADD;
  int after = parse_as_many (p, next + 1, &old, &fresh);
  if (after == next + 1 || fresh.n == 0)
    return i;
  if (!mk_replace (p, &old, &fresh))
    return i;
  mk_note (p, i, i + n, "edit", -1);
  mk_note (p, next, next + 1, NULL, -1);
  p->subject = p->anchor = p->head = fresh;
  p->has_subject = true;
  return after;
}

/* "three times", "twice": the token after it, or i. */
static int
read_times (const mk_parser *p, int i, unsigned *times)
{
  double number = 0;
  const mk_hit *often = mk_hit_at (p, i, MK_WORD_adverb);
  int unit = mk_parse_number (p, i, &number);
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  bool is_times = unit > i && g_str_equal (mk_json_get_string (mk_json_at (hit->n > 0 ? hit->sense->value : NULL, 0)), "times");
  number = is_times ? number : often->n > 0 ? mk_json_get_real (mk_json_get (often->sense->value, "repeat")) : 0;
  *times = (unsigned)CLAMP (number, 0, 500);
  return is_times ? unit + hit->n : *times > 0 ? i + often->n : i;
}

/* "six more", "noch zwei davon", "only two": of what there is, as the latest. */
static int
parse_amount (mk_parser *p, int i)
{
  double number = 0;
  bool is_only = mk_is_word (p, i, "only") || mk_is_word (p, i, "just"), begins_more = mk_is_word (p, i, "more"); /* "noch zwei" */
  int start = i + (is_only || begins_more ? 1 : 0), next = mk_parse_number (p, start, &number);
  if (next == start && mk_is_word (p, start, "one") && mk_is_word (p, start + 1, "more")) {
    number = 1;
    next = start + 1;
  }
  if (p->context == NULL || !p->is_clause_start || p->latest.n != 1 || next == start || number < 1 || (!is_only && !begins_more && !mk_is_word (p, next, "more")))
    return i;
  next += is_only || begins_more ? 0 : 1;
  int of = next + (mk_is_word (p, next, "of") ? 1 : 0);
  next = mk_hit_at (p, of, MK_WORD_pronoun)->n > 0 && (of > next || begins_more) ? of + mk_hit_at (p, of, MK_WORD_pronoun)->n : next;
  mk_thing *thing = mk_thing_at (p, p->latest.thing[0]);
  if (mk_np_is_head_ahead (p, next) || (is_only && thing->count <= (unsigned)number))
    return i;
  int command = -1;
  if (is_only) {
    mk_refs rest = { 0 };
    for (unsigned k = (unsigned)number + 1; k <= thing->count; k++)
      mk_refs_add (&rest, p->latest.thing[0], (int)k);
    command = mk_refs_remove (p, &rest);
  } else {
    mk_np same = { .head = -1, .number = number, .verb = -1, .is_new = true, .object = thing->info, .noun = thing->noun, .from = i, .to = i };
    same.n_colors = *thing->color != 0 ? 1 : 0;
    g_strlcpy (same.colors[0], thing->color, sizeof same.colors[0]);
    same.material = *thing->material != 0 ? thing->material : NULL;
    mk_refs fresh;
    mk_np_resolve (p, &same, &fresh);
    command = fresh.n > 0 ? mk_thing_at (p, fresh.thing[0])->command : -1;
    p->subject = p->anchor = p->head = fresh;
    p->has_subject = fresh.n > 0;
  }
  mk_note (p, i, next, "count", command);
  return next;
}

/* "make that five", "make it three": as many of what was spoken of last. */
static int
parse_recount (mk_parser *p, int i, int n)
{
  double number = 0;
  const mk_hit *pronoun = mk_hit_at (p, i + n, MK_WORD_pronoun);
  int at = i + n + (g_str_equal (mk_hit_text (pronoun), "it") || g_str_equal (mk_hit_text (pronoun), "them") ? pronoun->n : 0), next = mk_parse_number (p, at, &number);
  bool is_end = next >= mk_n_tokens (p) || mk_token_at (p, next)->kind == MK_TOKEN_MARK;
  bool is_said = at > i + n || g_str_has_suffix (mk_hit_at (p, i, MK_WORD_edit)->sense->phrase, " that");
  mk_thing *thing = p->context != NULL && p->latest.n == 1 ? mk_thing_at (p, p->latest.thing[0]) : NULL;
  if (next == at || !is_end || !is_said || thing == NULL || thing->command >= 0 || number < 1)
    return i;
  int command = mk_command_new (p, mk_json_get_string (mk_json_get (thing->add, "op")), MK_BUCKET_THING);
  mk_set_text (mk_command_json (p, command), "id", thing->id);
  mk_set_real (mk_command_json (p, command), "count", MIN (number, 500));
  mk_note (p, i, next, "count", command);
  return next;
}

static int
parse_duplicate (mk_parser *p, int i, int n)
{
  mk_refs old, fresh = { 0 };
  int next = mk_parse_np_refs (p, i + n, &old);
  if (next == i + n || old.n == 0)
    return i;
  unsigned times = 0;
  next = read_times (p, next, &times);
  for (unsigned k = 0; k < old.n; k++) {
    const mk_thing *thing = mk_thing_at (p, old.thing[k]);
    int index = mk_thing_new (p, mk_json_get_string (mk_json_get (thing->add, "op")), thing->noun, thing->info);
    if (index < 0)
      break;
    mk_thing *copy = mk_thing_at (p, index);
    thing = mk_thing_at (p, old.thing[k]);
    for (mk_json_iter f = mk_json_iterate (thing->add); mk_json_next (&f);)
      if (!g_str_equal (f.key, "op") && !g_str_equal (f.key, "id") && !g_str_equal (f.key, "place") && !g_str_equal (f.key, "position"))
        mk_json_set (copy->add, f.key, mk_json_copy (f.value));
    g_strlcpy (copy->color, thing->color, sizeof copy->color);
    copy->count = times > 1 ? times : thing->count;
    if (copy->count > 1)
      mk_json_set (copy->add, "count", mk_json_new_int (copy->count));
    mk_refs_add (&fresh, index, 0);
    mk_refs one = { 0 }, of = { 0 };
    mk_refs_add (&one, index, 0);
    mk_refs_add (&of, old.thing[k], 0);
    mk_place_add (p, &one, "beside", &of, 0);
  }
  mk_note (p, i, i + n, "edit", fresh.n > 0 ? mk_thing_at (p, fresh.thing[0])->command : -1);
  p->subject = p->anchor = p->head = fresh;
  p->has_subject = true;
  return next;
}

/* --- moving, turning, scaling what is there --- */

static bool
direction_vector (const char *direction, double by, double out[3])
{
  static const struct {
    const char *name;
    double x, y, z;
  } rows[] = { { "left", -1, 0, 0 }, { "right", 1, 0, 0 }, { "up", 0, 1, 0 }, { "down", 0, -1, 0 }, { "forward", 0, 0, 1 }, { "toward", 0, 0, 1 }, { "back", 0, 0, -1 }, { "away", 0, 0, -1 } };
  for (size_t i = 0; i < MK_COUNT (rows); i++)
    if (g_str_equal (rows[i].name, direction)) {
      out[0] = rows[i].x * by, out[1] = rows[i].y * by, out[2] = rows[i].z * by;
      return true;
    }
  return false;
}

/* "by 2 m"; "um 2 m" in a language that goes around something by the same word. */
static bool
is_by (const mk_parser *p, int i)
{
  return mk_is_word (p, i, "by") || (mk_is_word (p, i, "around") && mk_parse_number (p, i + 1, &(double){ 0 }) > i + 1);
}

int
mk_move_by (mk_parser *p, int i, const mk_refs *refs, double usual_m)
{
  double metres = usual_m, out[3];
  bool has_metres = false;
  const char *direction = "";
  int at = i;
  for (int steps = 0; steps < 4; steps++) {
    const mk_hit *way = mk_hit_at (p, at, MK_WORD_direction), *relation = mk_hit_at (p, at, MK_WORD_relation);
    int skip = is_by (p, at) ? at + 1 : at, measure = mk_parse_measure (p, skip, &metres);
    if (measure > skip) {
      has_metres = true;
      at = measure;
    }
    else if (way->n > 0 && relation->n <= way->n) {
      direction = mk_hit_text (way);
      at += way->n;
    }
    else if (mk_hit_at (p, at, MK_WORD_filler)->n == 1 && mk_hit_at (p, at + 1, MK_WORD_direction)->n > 0)
      at++;
    else
      break;
  }
  const mk_hit *side = mk_hit_at (p, at, MK_WORD_side); /* "a la izquierda" is where and whither */
  if (*direction == 0 && side->n > 0 && direction_vector (mk_hit_text (side), 1, out)) {
    direction = mk_hit_text (side);
    at += side->n;
  }
  if (!direction_vector (direction, has_metres ? metres : usual_m, out))
    return i;
  if (!has_metres)
    mk_assume (p, "Nobody said how far; I took %g m.", usual_m);
  mk_json *json = mk_transform_new (p, refs), *move = mk_json_new_array ();
  for (int k = 0; k < 3; k++)
    mk_json_append (move, mk_json_new_number (out[k]));
  if (json != NULL)
    mk_json_set (json, "move", move);
  else
    mk_json_unref (move);
  mk_note (p, i, at, "relation", (int)p->commands->len - 1);
  return at;
}

static int
parse_move (mk_parser *p, int i, int n, mk_edit edit)
{
  mk_refs refs;
  mk_np np;
  int after_np = mk_np_read (p, i + n, &np);
  if (after_np == i + n || np.is_new || (np.number >= 0 && !np.is_definite) || (edit == MK_EDIT_ADD && p->context == NULL))
    return i;
  mk_refs old_subject = p->subject;
  guint n_before = p->things->len;
  if (np.pronoun == NULL && np.noun != NULL && p->context == NULL && p->things->len == 0)
    return i;
  p->edit = MK_EDIT_MAKE;
  int next = mk_parse_np_refs (p, i + n, &refs);
  p->edit = MK_EDIT_NONE;
  if (next == i + n || refs.n == 0) {
    p->subject = old_subject;
    return i;
  }
  p->subject = p->anchor = p->head = refs;
  p->has_subject = true;
  p->is_clause_start = false;
  mk_note (p, i, i + n, "edit", -1);
  if (p->things->len > n_before || !is_all_known (p, &refs) || edit == MK_EDIT_ADD)
    return next;
  int moved = mk_move_by (p, next, &refs, 1);
  if (moved > next)
    return moved;
  const mk_hit *prep = mk_hit_at (p, next, MK_WORD_prep);
  mk_refs to;
  if (g_str_equal (mk_hit_text (prep), "to") && mk_hit_at (p, next, MK_WORD_side)->n == 0 && mk_hit_at (p, next, MK_WORD_relation)->n == 0) {
    int end = mk_parse_np_refs (p, next + prep->n, &to);
    p->subject = refs;
    if (end > next + prep->n && to.n > 0) {
      mk_place_add (p, &refs, "beside", &to, 0);
      return end;
    }
  }
  return next;
}

/* "turn it upside down", "turn the car around": about the axis of that place in [yaw, pitch, roll]. */
static int
turn_over (mk_parser *p, int i, int n, int end, int axis)
{
  mk_refs refs;
  mk_parse_np_refs (p, i + n, &refs);
  if (refs.n == 0 || !is_all_known (p, &refs))
    return i;
  mk_json *json = mk_transform_new (p, &refs), *turn = mk_json_new_array ();
  for (int k = 0; k < 3; k++)
    mk_json_append (turn, mk_json_new_int (k == axis ? 180 : 0));
  if (json != NULL)
    mk_json_set (json, "rotate", mk_json_ref (turn));
  mk_json_unref (turn);
  mk_note (p, i, end, "edit", (int)p->commands->len - 1);
  return end;
}

/* "rotate the cube by 45 degrees"; without degrees it spins. */
static int
parse_rotate (mk_parser *p, int i, int n)
{
  mk_np np;
  int at = mk_np_read (p, i + n, &np);
  double degrees = 0;
  int start = at;
  while (is_by (p, at) || mk_hit_at (p, at, MK_WORD_direction)->n > 0)
    at += is_by (p, at) ? 1 : mk_hit_at (p, at, MK_WORD_direction)->n;
  int unit = mk_parse_number (p, at, &degrees);
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  bool is_over = mk_is_word (p, start, "upside"); /* "turn it upside down" */
  if (is_over && !np.is_new)
    return turn_over (p, i, n, start + 2, 2);
  bool is_about = (mk_is_word (p, start, "around") || mk_is_word (p, start, "round")) && (start + 1 >= mk_n_tokens (p) || mk_token_at (p, start + 1)->kind == MK_TOKEN_MARK);
  if (is_about && !np.is_new && p->context != NULL)
    return turn_over (p, i, n, start + 1, 0);
  if (unit == at || hit->n == 0 || !g_str_equal (mk_json_get_string (mk_json_at (hit->sense->value, 0)), "deg") || np.is_new)
    return i;
  mk_refs refs;
  mk_parse_np_refs (p, i + n, &refs);
  if (refs.n == 0 || !is_all_known (p, &refs))
    return i;
  mk_json *json = mk_transform_new (p, &refs), *turn = mk_json_new_array ();
  mk_json_append (turn, mk_json_new_number (CLAMP (degrees, -3600, 3600)));
  mk_json_append (turn, mk_json_new_int (0));
  mk_json_append (turn, mk_json_new_int (0));
  if (json != NULL)
    mk_json_set (json, "rotate", turn);
  else
    mk_json_unref (turn);
  mk_note (p, i, unit + hit->n, "edit", (int)p->commands->len - 1);
  p->subject = p->anchor = p->head = refs;
  p->has_subject = true;
  return unit + hit->n;
}

/* "stop spinning", "stop the ball": animate commands of the context go. */
int
mk_parse_stop (mk_parser *p, int i, int n)
{
  mk_refs refs = { 0 };
  const mk_hit *motion = mk_hit_at (p, i + n, MK_WORD_motion), *camera = NULL;
  int next = i + n, world = mk_parse_world_removal (p, next);
  if (world > next) { /* "stop the rain" */
    mk_note (p, i, next, "edit", -1);
    return world;
  }
  const char *wanted = "";
  int det = mk_hit_at (p, next, MK_WORD_det)->n;
  camera = mk_hit_at (p, next + det, MK_WORD_camera_word);
  if (camera->n > 0)
    next += det + camera->n;
  else if (motion->n == 0 && det > 0 && mk_hit_at (p, next + det, MK_WORD_motion)->form == MK_FORM_ING) { /* "stop the spinning" */
    motion = mk_hit_at (p, next + det, MK_WORD_motion);
    wanted = mk_json_get_string (mk_json_get (motion->sense->value, "motion"));
    next += det + motion->n;
  } else if (motion->n > 0) {
    wanted = mk_json_get_string (mk_json_get (motion->sense->value, "motion"));
    next += motion->n;
  }
  else
    next = mk_parse_np_refs (p, next, &refs);
  mk_json *ids = mk_json_new_array ();
  for (size_t k = 0; k < mk_json_length (p->context); k++) {
    const mk_json *command = mk_json_at (p->context, k), *targets = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op")), *id = mk_json_get_string (mk_json_get (command, "id"));
    bool is_kind = g_str_equal (op, camera->n > 0 ? "camera" : "animate") || (camera->n == 0 && g_str_equal (op, "physics"));
    bool is_wanted = *wanted == 0 || g_str_equal (wanted, mk_json_get_string (mk_json_get (command, "motion"))), is_his = refs.n == 0;
    for (unsigned r = 0; r < refs.n; r++)
      for (size_t t = 0; t < mk_json_length (targets); t++)
        is_his |= g_str_equal (mk_json_get_string (mk_json_at (targets, t)), mk_thing_at (p, refs.thing[r])->id);
    if (is_kind && is_wanted && is_his && *id != 0)
      mk_json_append (ids, mk_json_new_string (id));
  }
  int command = mk_json_length (ids) > 0 ? mk_command_new (p, "remove", MK_BUCKET_REMOVE) : -1;
  if (command >= 0)
    mk_json_set (mk_command_json (p, command), "targets", ids);
  else
    mk_json_unref (ids);
  mk_note (p, i, MAX (next, i + n), "edit", command);
  return MAX (next, i + n);
}

static int
parse_intent (mk_parser *p, int i, int n, mk_intent intent)
{
  p->out->intent = intent;
  mk_note (p, i, i + n, "edit", -1);
  return i + n;
}

/* "give the car black windows", "give him a hat": what comes after whom is had by them. */
static int
parse_give (mk_parser *p, int i, int n)
{
  mk_refs owner, had;
  int at = mk_parse_np_refs (p, i + n, &owner);
  if (at == i + n || owner.n == 0 || owner.part[0] != 0)
    return i;
  int next = mk_parse_with_part (p, at, &owner);
  bool is_part = next > at;
  if (!is_part)
    next = mk_parse_np_refs (p, at, &had);
  if (next == at || (!is_part && had.n == 0))
    return i;
  if (!is_part)
    mk_place_add (p, &had, mk_relation_of_with (p, mk_thing_at (p, owner.thing[0]), mk_thing_at (p, had.thing[0])), &owner, 0);
  mk_note (p, i, i + n, "edit", -1);
  p->subject = p->anchor = p->head = owner;
  p->has_subject = true;
  p->edit = MK_EDIT_NONE;
  return next;
}

/* "slow the dog down": what the two words mean together is said of whom stands between them. */
static int
parse_pace (mk_parser *p, int i, int n)
{
  mk_refs refs;
  bool is_slow = mk_is_word (p, i, "slow");
  int whole = p->context != NULL ? mk_pace_all (p, i + n, is_slow ? 0.6 : 1.6) : i + n;
  if (whole > i + n) {
    whole += mk_is_word (p, whole, "down") || mk_is_word (p, whole, "up") ? 1 : 0;
    mk_note (p, i, whole, "edit", (int)p->commands->len - 1);
    return whole;
  }
  int next = p->context != NULL ? mk_parse_np_refs (p, i + n, &refs) : i + n;
  if (next == i + n || refs.n == 0 || !(mk_is_word (p, next, "down") || mk_is_word (p, next, "up")))
    return i;
  g_autofree char *phrase = g_strdup_printf ("%s %s", mk_token_at (p, i)->text, mk_token_at (p, next)->text);
  p->subject = p->anchor = p->head = refs;
  p->has_subject = true;
  p->action = -1;
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_more && mk_json_has (sense->value, "speed")) {
      mk_note (p, i, next + 1, "edit", mk_speed_change (p, mk_json_get_real (mk_json_get (sense->value, "speed"))));
      return next + 1;
    }
  return i;
}

int
mk_parse_edit (mk_parser *p, int i)
{
  const mk_hit *edit = mk_hit_at (p, i, MK_WORD_edit);
  const char *what = mk_hit_text (edit);
  int n = edit->n, next = parse_amount (p, i);
  if (next > i)
    return next;
  bool is_start = p->is_clause_start && edit->form != MK_FORM_ING && edit->form != MK_FORM_S;
  if (g_str_equal (what, "swap")) /* "the cat and the dog swap places" */
    return p->context != NULL ? mk_parse_swap (p, i, n) : i;
  bool is_longer = mk_hit_at (p, i, MK_WORD_camera_alone)->n > n || mk_hit_at (p, i, MK_WORD_negation)->n > n + 1;
  if (n == 0 || !is_start || is_longer || mk_hit_at (p, i, MK_WORD_shot)->n > n || (mk_hit_at (p, i, MK_WORD_filler)->n > n && !(g_str_equal (what, "query") && p->context != NULL)))
    return i;
  if (g_str_equal (what, "name"))
    return mk_parse_call (p, i, n);
  if (g_str_equal (what, "undo") || g_str_equal (what, "redo"))
    return parse_intent (p, i, n, *what == 'u' ? MK_INTENT_UNDO : MK_INTENT_REDO);
  if (g_str_equal (what, "clear") && mk_hit_at (p, i + n, MK_WORD_except)->n > 0) /* "remove everything except …" */
    return parse_remove (p, i, 1);
  if (g_str_equal (what, "question") || g_str_equal (what, "who"))
    return p->context != NULL ? mk_parse_question (p, i, n, true) : i;
  if (g_str_equal (what, "changes"))
    return p->context != NULL ? mk_parse_question (p, i, n, true) : i;
  if (g_str_equal (what, "query"))
    return mk_parse_question (p, i, n, false);
  if (g_str_equal (what, "ask") || g_str_equal (what, "clear"))
    return parse_intent (p, i, n, *what == 'a' ? MK_INTENT_ASK : MK_INTENT_CLEAR);
  if (n == 1 && mk_is_word (p, i, "take") && p->context == NULL) /* there is nothing yet to take out */
    return i;
  if (g_str_equal (what, "pace") && (next = parse_pace (p, i, n)) > i)
    return next;
  if (g_str_equal (what, "pace"))
    return i;
  if (g_str_equal (what, "remove"))
    return parse_remove (p, i, n);
  int noun = i + n + mk_hit_at (p, i + n, MK_WORD_det)->n;
  if (g_str_equal (what, "make") && p->context != NULL && mk_hit_at (p, noun, MK_WORD_quote)->n > 0 && (next = parse_replace (p, i, n)) > i) /* "change the text to GOODBYE" */
    return next;
  if (g_str_equal (what, "replace"))
    return parse_replace (p, i, n);
  if (g_str_equal (what, "duplicate"))
    return parse_duplicate (p, i, n);
  if (g_str_equal (what, "stop"))
    return mk_parse_stop (p, i, n);
  if (g_str_equal (what, "rotate") || mk_is_word (p, i, "turn") || mk_is_word (p, i, "rotate"))
    next = parse_rotate (p, i, n);
  if (next > i)
    return next;
  int moved = i + n + mk_hit_at (p, i + n, MK_WORD_det)->n;
  if (g_str_equal (what, "move") && mk_hit_at (p, moved, MK_WORD_camera_word)->n > 0) { /* "bring the camera closer" */
    mk_note (p, i, i + n, "edit", -1);
    return i + n;
  }
  if (g_str_equal (what, "move"))
    return parse_move (p, i, n, MK_EDIT_MOVE);
  if (g_str_equal (what, "add") && (next = parse_move (p, i, n, MK_EDIT_ADD)) > i)
    return next;
  bool is_verb = mk_hit_at (p, i, MK_WORD_motion)->n > 0 && !g_str_equal (what, "make");
  if (is_verb || (mk_hit_at (p, i, MK_WORD_object)->n > 0 && mk_hit_at (p, i + n, MK_WORD_det)->n == 0))
    return i;
  if (g_str_equal (what, "make") && (next = parse_recount (p, i, n)) > i)
    return next;
  p->edit = g_str_equal (what, "add") ? MK_EDIT_ADD : MK_EDIT_MAKE;
  if (g_str_equal (what, "give") && (next = parse_give (p, i, n)) > i)
    return next;
  if (g_str_has_suffix (edit->sense->phrase, " that")) { /* "make that a truck" */
    p->edit_refs = p->latest;
    p->edit_end = i + n;
  }
  p->pending_verb = -1;
  p->has_subject = p->edit == MK_EDIT_MAKE && p->has_subject;
  mk_note (p, i, i + n, "edit", -1);
  return i + n;
}
