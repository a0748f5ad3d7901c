/* Moving and turning what is there: "move it 2 m to the left", "turn it upside down". */
#include <string.h>

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

/* What bears a thing by the latest word about its place; -1 = the ground. */
static int
carrier_of (const mk_parser *p, const mk_thing *thing)
{
  static const char *const borne[] = { "on", "inside", "held", "above", NULL };
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1), *place = mk_json_at (mk_json_get (command, "place"), 0);
    bool is_his = g_str_equal (mk_json_get_string (mk_json_get (command, "id")), thing->id) || mk_json_has_text (mk_json_get (command, "targets"), thing->id);
    if (!is_his || place == NULL)
      continue;
    bool is_borne = g_strv_contains (borne, mk_json_get_string (mk_json_get (place, "relation")));
    return is_borne ? mk_thing_find (p, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0))) : -1;
  }
  return -1;
}

/* "put the ball on the floor": beside what bore it. The token after it, or i. */
static int
put_down (mk_parser *p, int i, const mk_refs *refs)
{
  const mk_hit *down = mk_hit_at (p, i, MK_WORD_more);
  if (down->n == 0 || !mk_json_has (down->sense->value, "down"))
    return i;
  int carrier = carrier_of (p, mk_thing_at (p, refs->thing[0]));
  mk_refs at = { .n = 1, .thing = { carrier } };
  if (carrier >= 0)
    mk_place_add (p, refs, "beside", &at, 0);
  else
    mk_assume (p, "The %s is on the ground already.", mk_noun_written (p, mk_thing_at (p, refs->thing[0])->noun));
  mk_note (p, i, i + down->n, "relation", (int)p->commands->len - 1);
  return i + down->n;
}

int
mk_parse_move (mk_parser *p, int i, int n, mk_edit edit)
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
  p->edit.kind = MK_EDIT_MAKE;
  int next = mk_parse_np_refs (p, i + n, &refs);
  p->edit.kind = MK_EDIT_NONE;
  if (next == i + n || refs.n == 0) {
    p->subject = old_subject;
    return i;
  }
  p->subject = p->anchor = p->head = refs;
  p->has_subject = true;
  p->clause.is_start = false;
  mk_note (p, i, i + n, "edit", -1);
  bool is_known = p->things->len == n_before && mk_is_all_known (p, &refs);
  int down = is_known ? put_down (p, next, &refs) : next;
  if (down > next || !is_known || edit == MK_EDIT_ADD)
    return down;
  const mk_hit *more = mk_hit_at (p, next, MK_WORD_more); /* "a little to the left" */
  double share = mk_json_has (more->n > 0 ? more->sense->value : NULL, "again") ? 0.5 : 1;
  int way = share < 1 ? next + more->n : next, moved = mk_move_by (p, way, &refs, share);
  next = moved > way ? next : way;
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
  if (refs.n == 0 || !mk_is_all_known (p, &refs))
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
int
mk_parse_rotate (mk_parser *p, int i, int n)
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
  if (refs.n == 0 || !mk_is_all_known (p, &refs))
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
