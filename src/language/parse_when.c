/* When, by the length of the film or by its seconds: "for the first three seconds", "in the second half", "two seconds in". */
#include <string.h>

#include "language/constructions.h"
#include "scene/scene.h"

static bool
is_seconds (const mk_parser *p, int i)
{
  const mk_hit *unit = mk_hit_at (p, i, MK_WORD_unit);
  return unit->n > 0 && g_str_equal (mk_json_get_string (mk_json_at (unit->sense->value, 0)), "s");
}

/* "3 s": the token after it, or i. */
static int
read_seconds (const mk_parser *p, int i, double *seconds)
{
  double number = 0;
  int unit = mk_parse_number (p, i, &number);
  if (unit == i || !is_seconds (p, unit))
    return i;
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  *seconds = MIN (number * mk_json_get_real (mk_json_at (hit->sense->value, 1)), 600);
  return unit + hit->n;
}

/* "second 5": the token after it, or i. */
static int
read_moment (const mk_parser *p, int i, double *second)
{
  int at = i + mk_hit_at (p, i, MK_WORD_unit)->n, next = is_seconds (p, i) ? mk_parse_number (p, at, second) : at;
  return next > at ? next : i;
}

static double
film_seconds (const mk_parser *p)
{
  double seconds = 0;
  for (size_t i = 0; i < mk_json_length (p->context); i++)
    if (mk_json_has (mk_json_at (p->context, i), "seconds"))
      seconds = mk_json_get_real (mk_json_get (mk_json_at (p->context, i), "seconds"));
  for (guint i = 0; i < p->commands->len; i++)
    if (mk_json_has (mk_command_json (p, (int)i), "seconds"))
      seconds = mk_json_get_real (mk_json_get (mk_command_json (p, (int)i), "seconds"));
  return seconds > 0 ? seconds : MK_USUAL_FILM_S;
}

/* The action that was said, or what comes when the words stand before it. */
static mk_json *
whose_time (const mk_parser *p)
{
  bool is_ahead = p->clause.action < 0 || (p->clause.is_start && p->clause.is_joined);
  return is_ahead ? p->pending : mk_command_json (p, p->clause.action);
}

static int
set_span (mk_parser *p, int from, int to, double start_s, double duration_s)
{
  mk_json *json = whose_time (p);
  if (start_s > 0)
    mk_set_real (json, "start_s", MIN (start_s, 600));
  if (duration_s > 0)
    mk_set_real (json, "duration_s", MIN (duration_s, 600));
  mk_note (p, from, to, "time", json == p->pending ? -1 : p->clause.action);
  return to;
}

/* "at 0:02": minutes and seconds, of what comes or was just said. */
static int
parse_timecode (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  double minutes = 0, seconds = 0;
  int at = i + prep->n, colon = mk_parse_number (p, at, &minutes), next = colon > at && mk_is_mark (p, colon, ':') ? mk_parse_number (p, colon + 1, &seconds) : at;
  bool is_code = next > colon + 1 && next > at && strlen (mk_token_at (p, colon + 1)->text) == 2 && seconds < 60 && minutes < 10;
  if (!is_code || !(p->clause.is_start || g_str_equal (mk_hit_text (prep), "at") || g_str_equal (mk_hit_text (prep), "from")))
    return i;
  next += mk_is_mark (p, next, ':') && p->clause.is_start ? 1 : 0; /* "0:02: the rocket launches" */
  mk_clause_end (p, false);
  return set_span (p, i, next, minutes * 60 + seconds, 0);
}

/* "from second 2 to second 5". */
static int
parse_moments (mk_parser *p, int i)
{
  double from = 0, to = 0;
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  int first = read_moment (p, i + prep->n, &from), second = first + mk_hit_at (p, first, MK_WORD_prep)->n;
  if (!g_str_equal (mk_hit_text (prep), "from") || first == i + prep->n || second == first)
    return i;
  int next = read_moment (p, second, &to);
  return next > second && to > from ? set_span (p, i, next, from, to - from) : i;
}

/* "for the first three seconds" of what was said, "in the last two seconds", "during the second half". */
static int
parse_part (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep), *det = mk_hit_at (p, i + prep->n, MK_WORD_det), *ordinal = mk_hit_at (p, i + prep->n + det->n, MK_WORD_ordinal);
  int at = i + prep->n + det->n + ordinal->n, which = ordinal->n > 0 ? (int)mk_json_get_int (ordinal->sense->value) : 0;
  double seconds = 0, all = film_seconds (p);
  if (prep->n == 0 || det->n == 0 || ordinal->n == 0 || mk_is_word (p, i, "of"))
    return i;
  const mk_hit *share = mk_hit_at (p, at, MK_WORD_share);
  double part = share->n > 0 && mk_json_is_number (share->sense->value) ? mk_json_get_real (share->sense->value) : 0;
  int next = at + (part > 0 ? share->n : 0);
  if (part > 0 && which != 0 && (which < 0 || which <= 1 / part + 0.01))
    return set_span (p, i, next, which < 0 ? all * (1 - part) : all * part * (which - 1), all * part);
  next = read_seconds (p, at, &seconds);
  if (next == at || (which != 1 && which != -1))
    return i;
  if (which < 0)
    return set_span (p, i, next, MAX (0, all - seconds), seconds);
  return whose_time (p) == p->pending ? i : set_span (p, i, next, 0, seconds); /* "for the first two seconds nothing happens" is read elsewhere */
}

/* "three seconds in, the rocket starts", "two seconds into the film". */
static int
parse_into (mk_parser *p, int i)
{
  double seconds = 0;
  int at = read_seconds (p, i, &seconds), next = at + 1;
  if (at == i || !p->clause.is_start || !(mk_is_word (p, at, "in") || mk_is_word (p, at, "into")))
    return i;
  if (mk_is_word (p, at, "into"))
    next += mk_hit_at (p, next, MK_WORD_det)->n + mk_hit_at (p, next + mk_hit_at (p, next, MK_WORD_det)->n, MK_WORD_filler)->n;
  else if (!mk_is_mark (p, next, ','))
    return i;
  mk_set_real (p->pending, "start_s", seconds);
  mk_note (p, i, next, "time", -1);
  return next;
}

/* "and sits for the rest": from the end of what was done before. */
static int
parse_rest (mk_parser *p, int i)
{
  const mk_hit *rest = mk_hit_at (p, i, MK_WORD_order);
  mk_json *json = mk_command_json (p, p->clause.action);
  if (!g_str_equal (mk_hit_text (rest), "rest") || json == NULL)
    return i;
  for (int k = (int)p->commands->len - 1; k >= 0; k--) {
    const mk_json *before = mk_command_json (p, k);
    if (k == p->clause.action || !g_str_equal (mk_json_get_string (mk_json_get (before, "op")), mk_json_get_string (mk_json_get (json, "op"))))
      continue;
    mk_set_text (json, "after", mk_json_get_string (mk_json_get (before, "id")));
    mk_json_remove (json, "with");
    break;
  }
  mk_note (p, i, i + rest->n, "time", p->clause.action);
  return i + rest->n;
}

int
mk_parse_when (mk_parser *p, int i)
{
  int next = parse_timecode (p, i);
  next = next > i ? next : parse_moments (p, i);
  next = next > i ? next : parse_part (p, i);
  next = next > i ? next : parse_into (p, i);
  return next > i ? next : parse_rest (p, i);
}
