/* What is not: "without shadows", "no cars", "does not move", "all but the red one". */
#include <string.h>

#include "language/constructions.h"

/* "without cars or people", "without people, cars or lights": where the next that is not wanted is named, or i when the list ends here. */
static int
next_unwanted (const mk_parser *p, int i)
{
  const mk_hit *more = mk_hit_at (p, i, MK_WORD_conj);
  bool is_comma = mk_is_mark (p, i, ',');
  int at = i + (is_comma ? 1 : more->n);
  if (is_comma && (mk_is_word (p, at, "or") || mk_is_word (p, at, "nor"))) { /* "people, dogs, or bikes" */
    is_comma = false;
    at++;
    more = mk_hit_at (p, at - 1, MK_WORD_conj);
  }
  int n = MAX (mk_hit_at (p, at, MK_WORD_object)->n, mk_hit_at (p, at, MK_WORD_noun)->n), next = at + n;
  if (n == 0 || (!is_comma && (more->n == 0 || g_str_equal (mk_hit_text (more), "but"))) || mk_hit_at (p, next, MK_WORD_motion)->n > 0)
    return i;
  while (is_comma && mk_is_mark (p, next, ',') && MAX (mk_hit_at (p, next + 1, MK_WORD_object)->n, mk_hit_at (p, next + 1, MK_WORD_noun)->n) > 0)
    next += 1 + MAX (mk_hit_at (p, next + 1, MK_WORD_object)->n, mk_hit_at (p, next + 1, MK_WORD_noun)->n);
  next += is_comma && mk_is_mark (p, next, ',') ? 1 : 0;
  const mk_hit *last = mk_hit_at (p, next, MK_WORD_conj);
  int end = next + last->n + MAX (mk_hit_at (p, next + last->n, MK_WORD_object)->n, mk_hit_at (p, next + last->n, MK_WORD_noun)->n);
  bool ends_there = mk_is_word (p, next, "and") && end > next + last->n && (end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK); /* "without chairs, tables and lamps" */
  return !is_comma || ends_there || mk_is_word (p, next, "or") || mk_is_word (p, next, "nor") ? at : i; /* "no cars, a dog runs" goes on with what is there */
}

/* What is not wanted and is there goes; what is not there is not made. The words from `i`, the thing at `at`. */
static int
negate_thing (mk_parser *p, int i, int at)
{
  mk_np np;
  int next = mk_np_read (p, at, &np);
  if (next == at || np.noun == NULL) { /* "not black": whatever it is, that is left as it is */
    next = MAX (next, at);
    mk_note (p, i, next, NULL, -1);
    return next;
  }
  const mk_thing *whole = p->anchor.n > 0 ? mk_thing_at (p, p->anchor.thing[0]) : NULL;
  if (whole != NULL && whole->command >= 0 && mk_thing_has_part (p, whole, np.part != NULL ? np.part : np.noun)) { /* "a car without wheels" has them until it is there */
    mk_note_unshown (p, i, next - i);
    mk_note (p, i, next, NULL, -1);
    return next;
  }
  g_ptr_array_add (p->unwanted, (void *)np.noun);
  np.is_definite = true;
  for (guint t = 0; t < p->things->len; t++)
    if (!mk_thing_at (p, (int)t)->is_removed && (g_str_equal (mk_thing_at (p, (int)t)->noun, np.noun) || (np.object != NULL && mk_thing_at (p, (int)t)->info == np.object))) {
      mk_refs refs = { 0 };
      mk_refs_add (&refs, (int)t, 0);
      mk_refs_remove (p, &refs);
    }
  mk_note (p, i, next, "edit", -1);
  int other = next_unwanted (p, next);
  return other > next ? negate_thing (p, next, other) : next;
}

static int
skip_unwanted_look (mk_parser *p, int i)
{
  mk_np np;
  int at = i + mk_hit_at (p, i, MK_WORD_except)->n, next = mk_np_read (p, at, &np);
  const mk_hit *relative = mk_hit_at (p, next + (mk_is_mark (p, next, ',') ? 1 : 0), MK_WORD_relative);
  bool does_something = p->commands->len > 0 && mk_json_has (mk_command_json (p, (int)p->commands->len - 1), "targets");
  if ((p->clause.has_look || !does_something) && next > at && relative->n > 0) { /* "all gold except the last one, which is blue" */
    mk_refs out;
    next = mk_parse_np_refs (p, at, &out);
    if (out.n > 0)
      p->subject = p->anchor = p->head = out;
    mk_note (p, i, at, NULL, -1);
    return next;
  }
  int spared = mk_parse_except (p, i);
  if (spared > i)
    return spared;
  if (next == at || !(np.is_one || np.noun == NULL))
    return i;
  mk_note (p, i, next, NULL, -1);
  return next;
}

/* "not the chair, the table should be red": the first is let be. */
static int
skip_contrast (mk_parser *p, int i, int n)
{
  mk_np np, other;
  int next = mk_hit_at (p, i + n, MK_WORD_det)->n > 0 ? mk_np_read (p, i + n, &np) : i + n;
  if (p->context == NULL || !p->clause.is_start || next == i + n || !np.is_definite || np.noun == NULL)
    return i;
  int after = next + (mk_is_mark (p, next, ',') ? 1 : 0);
  after += mk_hit_at (p, after, MK_WORD_conj)->n;
  if (after == next || mk_np_read (p, after, &other) == after || !other.is_definite)
    return i;
  mk_note (p, i, after, NULL, -1);
  return after;
}

/* "without shadows", "no ground", "does not move". */
int
mk_parse_negation (mk_parser *p, int i)
{
  const mk_hit *negation = mk_hit_at (p, i, MK_WORD_negation), *verb;
  int n = negation->n;
  if (mk_hit_at (p, i, MK_WORD_except)->n > n && p->subject.n > 0 && !p->clause.in_camera) /* "a car, but not a red one" */
    return skip_unwanted_look (p, i);
  bool is_camera = mk_hit_at (p, i, MK_WORD_camera)->n > n && (p->clause.in_camera || p->subject.n == 0); /* "does not move" */
  const mk_hit *share = mk_hit_at (p, i, MK_WORD_share); /* "neither the cat nor the dog moves" */
  bool is_share = share->n >= n && n > 0 && mk_hit_at (p, i + share->n, MK_WORD_det)->n > 0;
  if (n == 0 || is_camera || is_share)
    return i;
  int other = skip_contrast (p, i, n);
  if (other > i)
    return other;
  /* "don't show the ground" */
  if (mk_hit_at (p, i + n, MK_WORD_det)->n == 0 && mk_hit_at (p, i + n + 1, MK_WORD_det)->n > 0)
    n += mk_hit_at (p, i + n, MK_WORD_filler)->n == 1 || mk_hit_at (p, i + n, MK_WORD_edit)->n == 1 ? 1 : 0;
  int world = mk_parse_world_removal (p, i + n);
  if (world > i + n)
    mk_note (p, i, i + n, NULL, -1);
  if (world > i + n)
    return world;
  const mk_hit *weather = mk_hit_at (p, i + n, MK_WORD_weather);
  if (weather->n > 0 && !p->clause.in_camera && !mk_np_is_head_ahead (p, i + n + weather->n)) { /* "no rain" */
    mk_note (p, i, i + n + weather->n, "sky", -1);
    return i + n + weather->n;
  }
  verb = mk_hit_at (p, i + n, MK_WORD_motion);
  bool is_thing = mk_hit_at (p, i + n, MK_WORD_object)->n > 0 && verb->form != MK_FORM_BASE; /* "no rocks" */
  if (verb->n > 0 && !p->clause.in_camera && !is_thing) {
    mk_note (p, i, i + n + verb->n, NULL, -1);
    p->rest.who = p->subject;
    p->rest.motion = mk_json_get_string (mk_json_get (verb->sense->value, "motion"));
    return p->context != NULL && p->has_subject ? mk_parse_stop (p, i + n - 1, 1) : i + n + verb->n;
  }
  const mk_hit *camera = mk_hit_at (p, i + n, MK_WORD_camera_word);
  if (camera->n > 0) {
    int next = i + n + camera->n, command = mk_command_new (p, "camera", MK_BUCKET_CAMERA);
    next += mk_is_word (p, next, "movement") || mk_is_word (p, next, "motion") || mk_is_word (p, next, "moves") ? 1 : 0;
    if (command >= 0) {
      mk_set_text (mk_command_json (p, command), "id", mk_new_id (p, "camera"));
      mk_set_text (mk_command_json (p, command), "motion", "still");
    }
    mk_note (p, i, next, "camera", command);
    return next;
  }
  return negate_thing (p, i, i + n);
}
