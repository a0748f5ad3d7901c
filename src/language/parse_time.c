/* When, how long, how fast, how often. */
#include <string.h>

#include "language/constructions.h"

/* Whether somebody acts before the next comma: "before the car drives off, …". */
static bool
is_clause_ahead (const mk_parser *p, int i)
{
  for (; i < mk_n_tokens (p); i++) {
    if (mk_token_at (p, i)->kind == MK_TOKEN_MARK)
      return false;
    const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion), *physics = mk_hit_at (p, i, MK_WORD_physics), *act = mk_hit_at (p, i, MK_WORD_act);
    if ((motion->n > 0 && motion->form != MK_FORM_BASE) || (physics->n > 0 && physics->form != MK_FORM_BASE) || (act->n > 0 && act->form == MK_FORM_S))
      return true;
  }
  return false;
}

static bool
is_unit (const mk_parser *p, int i, const char *unit)
{
  const mk_hit *hit = mk_hit_at (p, i, MK_WORD_unit);
  return hit->n > 0 && g_str_equal (mk_json_get_string (mk_json_at (hit->sense->value, 0)), unit);
}

/* "a second", "for a minute": one of them, and no "a second ball". The token after "a", or i. */
static int
read_one (const mk_parser *p, int i, double *number)
{
  if (!mk_is_one_of_new (p, i) || !is_unit (p, i + 1, "s") || mk_np_is_head_ahead (p, i + 2))
    return i;
  *number = 1;
  return i + 1;
}

int
mk_parse_order (mk_parser *p, int i)
{
  const mk_hit *order = mk_hit_at (p, i, MK_WORD_order);
  const char *what = mk_hit_text (order);
  double number = 0;
  if (order->n == 0 || g_str_equal (what, "rest") || (g_str_equal (what, "until") && !is_clause_ahead (p, i + order->n))) /* "walks until the tree" */
    return i;
  bool is_after = g_str_equal (what, "after"), is_before = g_str_equal (what, "before");
  bool is_last = i + order->n >= mk_n_tokens (p) || mk_token_at (p, i + order->n)->kind == MK_TOKEN_MARK || mk_hit_at (p, i + order->n, MK_WORD_conj)->n > 0; /* "spins once, …" */
  if (is_after && is_last && mk_hit_at (p, i, MK_WORD_adverb)->n > 0)
    return i;
  if (is_after && mk_hit_at (p, i, MK_WORD_adverb)->n > 0 && mk_hit_at (p, i + order->n, MK_WORD_prep)->n > 0 && p->clause.action >= 0) /* "turns once in eight seconds" */
    return i;
  /* "after 2 seconds" and "before the house" are no order of actions. */
  if (is_after && (mk_parse_number (p, i + order->n, &number) > i + order->n || read_one (p, i + order->n, &number) > i + order->n))
    return i;
  if ((is_after || is_before) && p->last_action < 0 && p->clause.is_start && is_clause_ahead (p, i + order->n)) {
    p->order.flips = is_before;
    p->order.now = MK_ORDER_NONE;
    p->order.next = is_before ? MK_ORDER_NONE : MK_ORDER_THEN;
    mk_note (p, i, i + order->n, "time", -1);
    return i + order->n;
  }
  bool opens = p->clause.is_start && p->subject.n == 0 && (is_after || g_str_equal (what, "while")) && is_clause_ahead (p, i + order->n); /* ". As soon as the ball rolls, …" */
  if (!opens && (is_after || is_before) && (p->last_action < 0 || mk_hit_at (p, i + order->n, MK_WORD_det)->n > 0) && mk_hit_at (p, i + order->n, MK_WORD_pronoun)->n == 0)
    return i;
  if (order->n == 1 && g_str_equal (what, "while") && mk_hit_at (p, i, MK_WORD_filler)->n > 0 && p->last_action < 0)
    return i;
  bool is_first_clause = p->last_action < 0 && p->things->len == (p->context != NULL ? p->things->len : 0);
  if (is_first_clause && p->clause.is_start && (g_str_equal (what, "while") || is_after)) { /* "while a bird flies, a dog jumps", "as soon as …" */
    p->order.next = is_after ? MK_ORDER_THEN : MK_ORDER_WHILE;
    mk_note (p, i, i + order->n, "time", -1);
    return i + order->n;
  }
  bool was_camera = p->clause.in_camera || (p->was_camera && mk_is_camera_ahead (p, i + order->n));
  mk_clause_end (p, false);
  /* Who acted acts on unless another is named; so does the camera. */
  p->clause.is_joined = false;
  p->clause.in_camera = was_camera;
  if (g_str_equal (what, "first"))
    p->order.now = MK_ORDER_FIRST;
  else
    p->order.now = g_str_equal (what, "while") ? MK_ORDER_WHILE : MK_ORDER_THEN;
  p->order.next = opens ? p->order.now : p->order.next;
  mk_note (p, i, i + order->n, "time", -1);
  return i + order->n;
}

static double
unit_factor (const mk_parser *p, int i)
{
  return mk_json_get_real (mk_json_at (mk_hit_at (p, i, MK_WORD_unit)->sense->value, 1));
}

void
mk_set_film_seconds (mk_parser *p, mk_json *render, double seconds)
{
  double nearest = CLAMP (seconds, 0.04, 600);
  if (nearest != seconds)
    mk_assume (p, "Films last from 0.04 to 600 seconds; I took %g.", nearest);
  mk_set_real (render, "seconds", nearest);
}

static void
set_seconds (mk_parser *p, const char *prep, double seconds)
{
  mk_json *action = mk_command_json (p, p->clause.action);
  mk_json *camera = p->clause.in_camera || p->last_action < 0 ? mk_command_json (p, p->last_camera) : NULL;
  if (action == NULL && camera != NULL && !p->clause.is_start && (g_str_equal (prep, "at") || g_str_equal (prep, "after"))) { /* "cut to a close-up at 3 s" */
    mk_set_real (camera, "start_s", MIN (seconds, 600));
    mk_json_remove (camera, "after");
    return;
  }
  double often = mk_json_get_real (mk_json_get (action, "repeat")), before = mk_json_get_real (mk_json_get (action, "duration_s"));
  if (often > 0 && before == 0 && *prep == 0 && !p->clause.is_start) { /* "twice a second" */
    mk_set_real (action, "duration_s", MIN (seconds, 600));
    return;
  }
  if (often > 0 && before > 0 && g_str_equal (prep, "for")) /* "… for ten seconds" */
    mk_set_real (action, "repeat", MIN (often * seconds / before, 10000));
  bool is_ahead = p->clause.is_start && p->clause.is_joined; /* "…, and after one second a cup falls": of what comes */
  if (g_str_equal (prep, "after") || g_str_equal (prep, "at"))
    mk_set_real (action != NULL && !is_ahead ? action : p->pending, "start_s", MIN (seconds, 600));
  else if (action != NULL && (g_str_equal (prep, "for") || g_str_equal (prep, "in") || g_str_equal (prep, "over")))
    mk_set_real (action, "duration_s", MIN (seconds, 600));
  else if (g_str_equal (prep, "within")) /* "within four seconds it grows" */
    mk_set_real (action != NULL && !is_ahead ? action : p->pending, "duration_s", MIN (seconds, 600));
  else if (p->clause.has_verb && action == NULL && !p->clause.in_camera && g_str_equal (prep, "for")) /* "waits for three seconds": so long later */
    mk_set_real (p->pending, "start_s", MIN (seconds, 600));
  else {
    int render = mk_command_single (p, "render", MK_BUCKET_RENDER);
    mk_set_film_seconds (p, mk_command_json (p, render), seconds);
  }
}

/* "it starts to rain after four seconds", "it snows for two seconds": said of what falls; false when nothing does right before. */
static bool
set_fall (mk_parser *p, int i, const char *prep, double seconds)
{
  mk_json *fall = i == p->clause.falls_end ? mk_command_json (p, p->clause.falls) : NULL;
  bool is_start = g_str_equal (prep, "at") || g_str_equal (prep, "after");
  if (fall == NULL || !(is_start || g_str_equal (prep, "for")))
    return false;
  mk_set_real (fall, is_start ? "start_s" : "duration_s", MIN (seconds, 600));
  return true;
}

static void
set_turns (mk_parser *p, double turns)
{
  mk_json *json = mk_command_json (p, p->clause.action);
  const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
  bool is_camera = g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "camera");
  bool takes_turns = g_str_equal (motion, "spin") || g_str_equal (motion, "orbit") || g_str_equal (motion, "circle");
  if (takes_turns || mk_json_has (json, "around")) {
    bool has_turns = g_str_equal (motion, "walk") || g_str_equal (motion, "run");
    mk_set_real (json, has_turns ? "repeat" : "turns", CLAMP (turns, 0.01, 1000));
  }
  else if (json != NULL && !is_camera && g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"))
    mk_set_real (json, "repeat", CLAMP (turns, 0, 10000));
}

/* A pendulum swings so far, all else turns. */
static void
set_degrees (mk_parser *p, double degrees)
{
  mk_json *json = mk_command_json (p, p->clause.action);
  if (mk_world_has (p, "motions", "tilts", mk_json_get_string (mk_json_get (json, "motion"))))
    mk_set_real (json, "angle_deg", CLAMP (degrees, 0, 180));
  else
    set_turns (p, degrees / 360);
}

static void
set_metres (mk_parser *p, double metres, const char *dimension)
{
  mk_json *json = mk_command_json (p, p->clause.action);
  const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
  bool is_height = g_str_equal (dimension, "height") || g_str_equal (motion, "bounce") || g_str_equal (motion, "rise") || g_str_equal (motion, "fall") || g_str_equal (motion, "float");
  bool is_round = mk_json_has (json, "around");
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"))
    mk_set_real (json, is_height ? "height_m" : is_round ? "radius_m" : "distance_m", CLAMP (metres, 0.001, 10000));
}

/* "2-4s: it spins", "from 2 to 4 seconds": when it begins and how long it lasts. The token after it, or i. */
static int
parse_span (mk_parser *p, int i)
{
  double from = 0, to = 0;
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  int at = mk_parse_number (p, i + prep->n, &from), second = at + mk_hit_at (p, at, MK_WORD_unit)->n;
  if (at == i + prep->n)
    return i;
  bool is_joined = second == at && at < mk_n_tokens (p) && mk_token_at (p, at)->from - mk_token_at (p, at - 1)->to <= 3 && g_utf8_strchr ("-–", -1, g_utf8_get_char (p->sentence + mk_token_at (p, at - 1)->to)) != NULL;
  bool is_said = g_str_equal (mk_hit_text (prep), "from") && (g_str_equal (mk_hit_text (mk_hit_at (p, second, MK_WORD_prep)), "to") || mk_is_word (p, second, "until"));
  if (p->is_quiet || (!is_joined && !is_said))
    return i;
  second += is_said ? 1 : 0;
  int unit = mk_parse_number (p, second, &to), next = unit + mk_hit_at (p, unit, MK_WORD_unit)->n;
  if (unit == second || !is_unit (p, unit, "s") || to <= from)
    return i;
  mk_json *json = p->clause.action >= 0 && !p->clause.is_start ? mk_command_json (p, p->clause.action) : p->pending;
  mk_set_real (json, "start_s", MIN (from * unit_factor (p, unit), 600));
  mk_set_real (json, "duration_s", MIN ((to - from) * unit_factor (p, unit), 600));
  mk_note (p, i, next, "time", p->clause.action);
  return next;
}

/* "2 seconds later", "three times" of what is done already: the action of the context, restated. -1 = none is meant. */
static int
earlier_action (mk_parser *p)
{
  return p->clause.action < 0 && p->context != NULL && !p->clause.in_camera && p->clause.verb < 0 ? mk_action_restate (p) : p->clause.action;
}

static void
start_later (mk_parser *p, double seconds)
{
  bool is_ahead = p->clause.is_start && p->clause.is_joined && p->clause.action >= 0; /* "a dog runs, one second later a cat jumps" */
  if (is_ahead)
    p->order.now = MK_ORDER_WHILE;
  int command = is_ahead ? -1 : earlier_action (p);
  mk_json *json = command >= 0 ? mk_command_json (p, command) : p->pending;
  mk_set_real (json, "start_s", CLAMP (mk_json_get_real (mk_json_get (json, "start_s")) + seconds, 0, 600));
}

/* "he should start after two seconds": when what was last said to happen begins; false when nothing begins there. */
static bool
start_then (mk_parser *p, int i, const char *prep, double seconds)
{
  int verb = i - 1 - mk_hit_at (p, i - 1, MK_WORD_adverb)->n;
  bool begins = verb >= 0 && mk_token_at (p, verb)->kind == MK_TOKEN_WORD && mk_lexicon_word_rule (p->language->lexicon, "begins", mk_token_at (p, verb)->text) != NULL;
  if (!begins || p->context == NULL || !(g_str_equal (prep, "after") || g_str_equal (prep, "at")))
    return false;
  int command = p->last_action >= 0 ? p->last_action : earlier_action (p);
  if (command < 0)
    return false;
  mk_set_real (mk_command_json (p, command), "start_s", CLAMP (seconds, 0, 600));
  return true;
}

/* "three times", "twice": of what was done before. It stays an earlier action: where it goes is no part of what follows. */
static bool
repeat_earlier (mk_parser *p, double times)
{
  int action = p->clause.action, command = earlier_action (p);
  if (command < 0 || action >= 0)
    return false;
  p->clause.action = command;
  set_turns (p, times);
  p->clause.action = action;
  return true;
}

/* "/h", "per second", "an hour" after metres: the token after it, or i. */
static int
read_rate (const mk_parser *p, int i)
{
  int at = mk_is_mark (p, i, '/') || mk_is_word (p, i, "per") || mk_hit_at (p, i, MK_WORD_det)->n == 1 ? i + 1 : i;
  return at > i && (is_unit (p, at, "s") || mk_is_word (p, at, "h") || mk_is_word (p, at, "hour")) ? at + 1 : i;
}

/* "20 metres at 36 km/h": so long it takes; without a way nothing can be told from it. */
static int
set_rate (mk_parser *p, int i, double metres)
{
  mk_json *json = mk_command_json (p, p->clause.action);
  int next = read_rate (p, i);
  double way = mk_json_get_real (mk_json_get (json, "distance_m")), a_second = metres / (is_unit (p, next - 1, "s") ? 1 : 3600);
  if (way > 0 && a_second > 0)
    mk_set_real (json, "duration_s", CLAMP (way / a_second, 0.04, 600));
  else
    mk_assume (p, "I cannot show how many metres a second it goes without how far.");
  return next;
}

/* A number with a unit: "for 3 seconds", "three times", "5 m", "by 45 degrees". */
int
mk_parse_time (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep), *det = mk_hit_at (p, i, MK_WORD_det);
  double number = 0, metres = 0;
  int at = i + prep->n, span = parse_span (p, i);
  if (span > i)
    return span;
  if (det->n > 0 && mk_parse_number (p, i + det->n, &number) > i + det->n)
    at = i + det->n;
  if (mk_is_word (p, at, "about") || mk_is_word (p, at, "around"))
    at++;
  const mk_hit *first = mk_hit_at (p, at + mk_hit_at (p, at, MK_WORD_det)->n, MK_WORD_order);
  int rest = at + mk_hit_at (p, at, MK_WORD_det)->n + first->n;
  if (prep->n > 0 && g_str_equal (mk_hit_text (first), "first") && mk_parse_number (p, rest, &number) > rest && is_unit (p, mk_parse_number (p, rest, &number), "s")) {
    int end = mk_parse_number (p, rest, &number); /* "for the first two seconds nothing happens" */
    mk_set_real (p->pending, "start_s", MIN (number * unit_factor (p, end), 600));
    end += mk_hit_at (p, end, MK_WORD_unit)->n;
    mk_note (p, i, end, "time", -1);
    return end;
  }
  if (prep->n > 0 && is_unit (p, at, "s") && mk_parse_number (p, at + 1, &number) > at + 1) { /* "at second 4" */
    int end = mk_parse_number (p, at + 1, &number);
    set_seconds (p, mk_hit_text (prep), number);
    if (p->clause.action < 0)
      mk_set_real (p->pending, "start_s", MIN (number, 600));
    mk_note (p, i, end, "time", p->clause.action);
    return end;
  }
  int unit = mk_parse_number (p, at, &number);
  unit = unit > at ? unit : read_one (p, at, &number);
  int next = unit + mk_hit_at (p, unit, MK_WORD_unit)->n;
  const char *said = mk_is_word (p, i, "after") ? "after" : mk_hit_text (prep); /* "nach" is "to" and "after" */
  bool comes_rate = mk_is_word (p, next, "at") && mk_parse_number (p, next + 1, &(double){ 0 }) > next + 1; /* "20 m at 36 km/h" */
  if (unit == at || next == unit || (mk_hit_at (p, next, MK_WORD_relation)->n > 0 && is_unit (p, unit, "m") && !comes_rate))
    return i;
  if (is_unit (p, unit, "s")) {
    bool is_earlier = mk_is_word (p, next, "earlier"), is_later = is_earlier || mk_is_word (p, next, "later");
    if (is_later)
      start_later (p, (is_earlier ? -number : number) * unit_factor (p, unit));
    else if (!start_then (p, i, said, number * unit_factor (p, unit)) && !set_fall (p, i, said, number * unit_factor (p, unit)))
      set_seconds (p, said, number * unit_factor (p, unit));
    if (mk_is_word (p, next, "long") || is_later)
      next++;
    mk_note (p, i, next, "time", p->clause.action);
    return next;
  }
  if (is_unit (p, unit, "times") && repeat_earlier (p, number)) {
    mk_note (p, i, next, "motion", -1);
    return next;
  }
  if (p->clause.action < 0)
    return i;
  if (is_unit (p, unit, "times") || is_unit (p, unit, "turn"))
    set_turns (p, number);
  else if (is_unit (p, unit, "deg"))
    set_degrees (p, number);
  else if (read_rate (p, next) > next) {
    mk_parse_measure (p, at, &metres);
    next = set_rate (p, next, metres);
  } else if (mk_parse_measure (p, at, &metres) > at) {
    const mk_hit *dimension = mk_hit_at (p, next, MK_WORD_dimension);
    if (p->clause.is_joined && p->clause.is_start && mk_json_has (mk_command_json (p, p->clause.action), "distance_m"))
      mk_leg_begin (p);
    set_metres (p, metres, mk_is_word (p, next, "up") || mk_is_word (p, next, "into") ? "height" : mk_hit_text (dimension));
    next += dimension->n;
  }
  else
    return i;
  mk_note (p, i, next, "motion", p->clause.action);
  return next;
}

static void
set_adverb (mk_parser *p, const mk_json *value, mk_json *json)
{
  const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
  bool is_animate = g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"), is_camera = p->clause.in_camera;
  bool turns = g_str_equal (motion, "spin") || g_str_equal (motion, "orbit") || g_str_equal (motion, "circle");
  double repeat = mk_json_get_real (mk_json_get (value, "repeat"));
  if (mk_json_has (value, "speed"))
    mk_set_speed (json, mk_json_get_real (mk_json_get (value, "speed")));
  else if (mk_json_has (value, "repeat") && turns && repeat > 0)
    mk_set_real (json, "turns", repeat);
  else if (mk_json_has (value, "turns") && turns)
    mk_set_real (json, "turns", mk_json_get_real (mk_json_get (value, "turns")));
  else if (mk_json_has (value, "factor")) { /* "grows to twice its size" */
    if (g_str_equal (motion, "grow") || g_str_equal (motion, "shrink") || g_str_equal (motion, "pulse"))
      mk_set_fields (json, value);
  }
  else if (mk_json_has (value, "height") && is_animate && (g_str_equal (motion, "jump") || g_str_equal (motion, "bounce") || g_str_equal (motion, "fly")))
    mk_set_real (json, "height_m", mk_json_get_real (mk_json_get (value, "height")));
  else if (is_animate && mk_json_has (value, "axis")) {
    if (g_str_equal (motion, "spin") || g_str_equal (motion, "swing"))
      mk_set_fields (json, value);
  }
  else if (is_animate && !is_camera && (mk_json_has (value, "repeat") || mk_json_has (value, "easing")))
    mk_set_fields (json, value);
}

int
mk_parse_adverb (mk_parser *p, int i)
{
  const mk_hit *adverb = mk_hit_at (p, i, MK_WORD_adverb), *size = mk_hit_at (p, i, MK_WORD_size);
  if (adverb->n == 0 || (size->n > 0 && mk_np_is_head_ahead (p, i + size->n)))
    return i;
  int next = i + adverb->n;
  bool comes_verb = mk_hit_at (p, next, MK_WORD_motion)->n > 0 || mk_hit_at (p, next, MK_WORD_physics)->n > 0 || mk_hit_at (p, next, MK_WORD_camera)->n > 0;
  if (p->clause.action < 0 && !comes_verb && mk_json_has (adverb->sense->value, "repeat") && repeat_earlier (p, mk_json_get_real (mk_json_get (adverb->sense->value, "repeat")))) {
    mk_note (p, i, next, "motion", -1);
    return next;
  }
  bool is_all = p->context != NULL && p->clause.action < 0 && i == 0 && (next >= mk_n_tokens (p) || mk_token_at (p, next)->kind == MK_TOKEN_MARK) && mk_json_has (adverb->sense->value, "speed"); /* "in slow motion", and nothing else */
  if (is_all) {
    mk_note (p, i, next, "motion", mk_speed_change (p, mk_json_get_real (mk_json_get (adverb->sense->value, "speed"))));
    return next;
  }
  mk_each each = mk_each_of (adverb->sense->value);
  bool is_said = p->clause.action >= 0 && !comes_verb;
  if (each != MK_EACH_NONE && is_said)
    g_array_index (p->commands, mk_command, p->clause.action).each = MAX (each, g_array_index (p->commands, mk_command, p->clause.action).each);
  else if (each != MK_EACH_NONE && p->clause.is_start)
    p->each = each;
  else if (is_said)
    set_adverb (p, adverb->sense->value, mk_command_json (p, p->clause.action));
  else if (mk_json_has (adverb->sense->value, "speed"))
    mk_set_fields (p->pending, adverb->sense->value);
  else
    return i;
  mk_note (p, i, next, "motion", p->clause.action);
  return next;
}
