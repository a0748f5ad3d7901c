/* The camera: how it moves, what it frames, from where. */
#include <string.h>

#include "language/constructions.h"

/* A camera command; a second one of a sentence follows the first, and one in a follow-up takes its place. */
static int
new_camera (mk_parser *p)
{
  int command = mk_command_new (p, "camera", MK_BUCKET_CAMERA);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  mk_set_text (json, "id", mk_new_id (p, "camera"));
  p->last_camera = command;
  return command;
}

static int
camera_for (mk_parser *p, const char *key)
{
  const mk_json *json = mk_command_json (p, p->last_camera);
  if (json == NULL || mk_json_has (json, key) || (p->order.now == MK_ORDER_THEN && mk_json_has (json, "targets")))
    return new_camera (p);
  return p->last_camera;
}

/* After a cut or "then", the camera before ends where this one begins. */
static void
follow_up (mk_parser *p, int before, int command, bool is_cut)
{
  mk_json *json = mk_command_json (p, command);
  if (before < 0 || before == command || json == NULL || mk_json_has (json, "start_s"))
    return;
  const mk_json *earlier = mk_command_json (p, before);
  if (p->order.now == MK_ORDER_THEN || is_cut || !mk_json_has (json, "with"))
    mk_set_text (json, "after", mk_json_get_string (mk_json_get (earlier, "id")));
}

static void
begin (mk_parser *p, int before, int command, bool is_cut)
{
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return;
  bool waits_for_action = p->order.now == MK_ORDER_THEN && before < 0 && p->last_action >= 0;
  if (waits_for_action)
    mk_set_text (json, "after", mk_json_get_string (mk_json_get (mk_command_json (p, p->last_action), "id")));
  follow_up (p, before, command, is_cut);
  p->order.now = MK_ORDER_NONE;
  mk_set_fields (json, p->pending);
  mk_json_unref (p->pending);
  p->pending = mk_json_new_object ();
  p->clause.action = command;
  p->clause.in_camera = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
}

/* Whom it looks at: "on the dog", "around it", "the dog". */
static int
parse_target (mk_parser *p, int i, int command)
{
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_view_of);
  int at = i + (of->n > 0 && mk_hit_at (p, i, MK_WORD_det)->n == 0 ? of->n : 0);
  mk_refs target, subject = p->subject, anchor = p->anchor, head = p->head;
  bool had_subject = p->has_subject;
  if (at >= mk_n_tokens (p) || mk_hit_at (p, at, MK_WORD_adverb)->n > 0 || mk_hit_at (p, at, MK_WORD_camera_word)->n > 0 || (at == i && mk_hit_at (p, i, MK_WORD_relation)->n > 0))
    return i;
  if (mk_is_mere_place (p, at) && mk_hit_at (p, at, MK_WORD_det)->n > 0) /* "a slow pan over the city" */
    return i;
  if (mk_hit_at (p, i, MK_WORD_shot)->n > of->n || mk_hit_at (p, i, MK_WORD_sky)->n > of->n || mk_hit_at (p, at, MK_WORD_style)->n > 0)
    return i;
  int next = mk_parse_np_refs (p, at, &target);
  if (next == at || target.n == 0)
    return next > at ? next : i;
  mk_json_set (mk_command_json (p, command), "targets", mk_refs_to_json (p, &target));
  if (had_subject || subject.n > 0) {
    p->subject = subject;
    p->anchor = anchor;
    p->head = head;
  }
  else
    p->subject = p->anchor = p->head = target;
  if (mk_hit_at (p, next, MK_WORD_relation)->n > 0) /* "reveal the church behind it" */
    p->anchor = p->head = target;
  p->has_subject = true;
  mk_note (p, i, at, "camera", command);
  /* "watches the ball roll": what it sees acts. */
  if (mk_hit_at (p, next, MK_WORD_motion)->n > 0 && mk_hit_at (p, next, MK_WORD_camera)->n == 0 && mk_hit_at (p, next, MK_WORD_object)->n == 0) {
    p->subject = p->anchor = p->head = target;
    p->clause.in_camera = p->clause.is_start = p->clause.is_joined = false;
    p->clause.action = -1;
  }
  return next;
}

int
mk_camera_begin (mk_parser *p, const char *key)
{
  int before = p->last_camera, command = camera_for (p, key);
  begin (p, before, command, false);
  return command;
}

/* "camera", "the camera slowly orbits", "zoom in on the dog". */
static int
parse_camera_verb (mk_parser *p, int i, const mk_hit *verb)
{
  const mk_json *latest = mk_command_json (p, p->last_camera);
  bool only_looks = !mk_json_has (verb->sense->value, "motion") && p->clause.in_camera && latest != NULL && !mk_json_has (latest, "targets") && p->order.now == MK_ORDER_NONE; /* "a static camera watches …" */
  int before = p->last_camera, command = only_looks ? p->last_camera : camera_for (p, "motion");
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return i + verb->n;
  mk_set_fields (json, verb->sense->value);
  begin (p, before, command, false);
  mk_note (p, i, i + verb->n, "camera", command);
  return parse_target (p, i + verb->n, command);
}

static int
parse_cut (mk_parser *p, int i)
{
  const mk_hit *cut = mk_hit_at (p, i, MK_WORD_cut);
  bool goes_on = cut->n > 0 && mk_json_get_bool (mk_json_get (cut->sense->value, "goes_on")); /* "starts wide and ends on …", with a camera before */
  if (cut->n == 0 || !(p->clause.is_start || p->clause.in_camera || cut->n > 1) || (goes_on && p->last_camera < 0))
    return i;
  int before = p->last_camera, command = new_camera (p);
  if (command < 0)
    return i + cut->n;
  begin (p, before, command, true);
  mk_note (p, i, i + cut->n, "camera", command);
  int at = i + cut->n;
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det);
  if (mk_hit_at (p, at + det->n, MK_WORD_shot)->n > 0 || mk_hit_at (p, at, MK_WORD_shot)->n > 0)
    return at;
  return parse_target (p, at, command);
}

/* "follow the car", "circle the tower": with nobody else to do it the camera does. */
static bool
is_order_to_camera (const mk_parser *p, int i, const mk_hit *verb)
{
  const mk_hit *motion = mk_hit_at (p, i, MK_WORD_motion);
  const char *role = motion->n > 0 ? mk_json_get_string (mk_json_get (motion->sense->value, "object")) : "";
  bool moves = mk_json_has (verb->sense->value, "motion");
  return moves && (*role != 0 || motion->n == 0) && verb->form == MK_FORM_BASE && motion->n <= verb->n && p->clause.is_start && p->subject.n == 0 && (mk_hit_at (p, i + verb->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + verb->n, MK_WORD_pronoun)->n > 0);
}

/* "a static camera", "the slow camera": how it is before what it is. The token after it, or i. */
static int
parse_camera_with_look (mk_parser *p, int i)
{
  int det = mk_hit_at (p, i, MK_WORD_det)->n, at = i + det, verb = -1;
  for (int steps = 0; steps < 3 && mk_hit_at (p, at, MK_WORD_camera_word)->n == 0; steps++) {
    const mk_hit *camera = mk_hit_at (p, at, MK_WORD_camera), *adverb = mk_hit_at (p, at, MK_WORD_adverb), *filler = mk_hit_at (p, at, MK_WORD_filler), *adjective = mk_hit_at (p, at, MK_WORD_adjective);
    verb = camera->n > 0 ? at : verb;
    at += MAX (MAX (camera->n, adverb->n), MAX (filler->n, adjective->n));
  }
  const mk_hit *word = mk_hit_at (p, at, MK_WORD_camera_word);
  if ((det == 0 && !p->clause.is_start) || verb < 0 || word->n == 0 || mk_hit_at (p, verb, MK_WORD_shot)->n > 0)
    return i;
  int before = p->last_camera, command = camera_for (p, "motion");
  mk_set_fields (mk_command_json (p, command), mk_hit_at (p, verb, MK_WORD_camera)->sense->value);
  begin (p, before, command, false);
  mk_note (p, i, at + word->n, "camera", command);
  return at + word->n;
}

/* "the camera moves slowly around the table": the way says what the verb does not. */
static int
parse_way_around (mk_parser *p, int i)
{
  const mk_hit *way = mk_hit_at (p, i, MK_WORD_prep);
  bool has_object = mk_hit_at (p, i + way->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + way->n, MK_WORD_pronoun)->n > 0;
  if (!p->clause.in_camera || !g_str_equal (mk_hit_text (way), "around") || !has_object)
    return i;
  int before = p->last_camera, command = p->clause.action >= 0 && p->clause.action == p->last_camera ? p->last_camera : camera_for (p, "motion");
  mk_set_text (mk_command_json (p, command), "motion", "orbit");
  if (command != before)
    begin (p, before, command, false);
  mk_note (p, i, i + way->n, "camera", command);
  return parse_target (p, i + way->n, command);
}

/* "…, then pans slowly to the dog": a verb of cameras in a form that nobody else is told to do. */
bool
mk_is_camera_ahead (const mk_parser *p, int i)
{
  i += mk_hit_at (p, i, MK_WORD_adverb)->n;
  const mk_hit *verb = mk_hit_at (p, i, MK_WORD_camera);
  return verb->n > 0 && mk_hit_at (p, i, MK_WORD_det)->n == 0;
}

/* "keep the horse in frame": the camera goes with it. */
int
mk_parse_keep (mk_parser *p, int i)
{
  mk_refs target;
  mk_np np;
  int at = i + 1, after = mk_is_word (p, i, "keep") && p->clause.is_start ? mk_np_read (p, at, &np) : at, next = after;
  if (after == at || !mk_is_word (p, next, "in"))
    return i;
  next += 1 + mk_hit_at (p, next + 1, MK_WORD_det)->n;
  bool is_frame = mk_is_word (p, next, "frame") || mk_is_word (p, next, "view") || mk_is_word (p, next, "shot") || mk_is_word (p, next, "picture");
  bool is_filler = mk_hit_at (p, after, MK_WORD_filler)->n > 1; /* "in the frame" is one */
  if ((!is_frame && !is_filler) || mk_parse_np_refs (p, at, &target) == at || target.n == 0)
    return i;
  int before = p->last_camera, command = camera_for (p, "motion");
  mk_set_text (mk_command_json (p, command), "motion", "track");
  mk_json_set (mk_command_json (p, command), "targets", mk_refs_to_json (p, &target));
  begin (p, before, command, false);
  next = is_frame ? next + 1 : after + mk_hit_at (p, after, MK_WORD_filler)->n;
  mk_note (p, i, next, "camera", command);
  p->clause.in_camera = false;
  p->clause.action = -1;
  p->subject = p->anchor = p->head = target;
  p->has_subject = p->clause.is_start = p->clause.is_joined = true;
  return next;
}

int
mk_parse_camera (mk_parser *p, int i)
{
  const mk_hit *word = mk_hit_at (p, i, MK_WORD_camera_word), *verb = mk_hit_at (p, i, MK_WORD_camera), *alone = mk_hit_at (p, i, MK_WORD_camera_alone);
  int cut = parse_cut (p, i), next = i;
  if (cut > i)
    return cut;
  int described = parse_camera_with_look (p, i);
  if (described > i)
    return described;
  bool comes_camera = mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_hit_at (p, i + mk_hit_at (p, i, MK_WORD_det)->n, MK_WORD_camera_word)->n > 0;
  if (p->clause.in_camera && verb->n > 0 && !comes_camera)
    return parse_camera_verb (p, i, verb);
  int round = parse_way_around (p, i);
  if (round > i)
    return round;
  /* "zoom slowly onto the clock": whom it sees comes after how. */
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_view_of);
  bool is_open = p->clause.in_camera && p->last_camera >= 0 && !mk_json_has (mk_command_json (p, p->last_camera), "targets");
  if (is_open && of->n > 0 && mk_hit_at (p, i, MK_WORD_det)->n == 0 && mk_hit_at (p, i, MK_WORD_side)->n == 0 && (mk_hit_at (p, i + of->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + of->n, MK_WORD_pronoun)->n > 0)) {
    int seen = parse_target (p, i, p->last_camera);
    if (seen > i)
      return seen;
  }
  if (word->n > 0 && !p->clause.wants_target) {
    if (mk_hit_at (p, i + word->n, MK_WORD_object)->n > 0 && mk_hit_at (p, i + word->n, MK_WORD_camera)->n == 0)
      return i;
    /* What the verbs of the clause before did is over; the camera speaks for itself. */
    p->clause.action = -1;
    p->clause.in_camera = true;
    p->clause.is_start = false;
    int stands = mk_parse_camera_stands (p, i, word->n);
    mk_note (p, i, i + word->n, "camera", -1);
    return MAX (stands, i + word->n);
  }
  bool is_way = mk_hit_at (p, i + verb->n, MK_WORD_prep)->n > 0 || mk_hit_at (p, i + verb->n, MK_WORD_direction)->n > 0 || mk_hit_at (p, i + verb->n, MK_WORD_adverb)->n > 0;
  bool is_thing = mk_hit_at (p, i, MK_WORD_object)->n > 0 && !(is_way && verb->form == MK_FORM_BASE);
  if (verb->n > 0 && (p->clause.is_start || !p->has_subject) && !is_thing && (alone->n > 0 || is_order_to_camera (p, i, verb)))
    next = parse_camera_verb (p, i, verb);
  return next;
}

/* "a train comes from the left", "a bird flies in from the right": where who goes comes from, and not where the camera is. */
static int
parse_coming (mk_parser *p, int i)
{
  int from = i + (mk_is_word (p, i, "in") ? 1 : 0);
  const mk_hit *shot = mk_hit_at (p, from, MK_WORD_shot);
  const char *side = mk_json_get_string (mk_json_get (shot->n > 0 ? shot->sense->value : NULL, "side"));
  bool is_left = g_str_equal (side, "left"), is_side = (is_left || g_str_equal (side, "right")) && mk_is_word (p, from, "from");
  mk_json *deed = is_side && !p->clause.in_camera && !mk_is_mark (p, i - 1, ',') ? mk_command_json (p, p->clause.action) : NULL;
  if (deed == NULL || !mk_world_has (p, "motions", "directed", mk_json_get_string (mk_json_get (deed, "motion"))) || mk_json_has (deed, "direction") || mk_json_has (deed, "to"))
    return i;
  int next = from + shot->n;
  if (!mk_is_word (p, next, "to") && !mk_is_word (p, next, "into")) /* there is where it goes */
    mk_set_text (deed, "direction", is_left ? "right" : "left");
  mk_note (p, i, next, "motion", p->clause.action);
  return next;
}

int
mk_parse_shot (mk_parser *p, int i)
{
  int coming = parse_coming (p, i);
  if (coming > i)
    return coming;
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det), *prep = mk_hit_at (p, i, MK_WORD_prep);
  int at = i + (mk_hit_at (p, i, MK_WORD_shot)->n > 0 ? 0 : det->n > 0 ? det->n : g_str_equal (mk_hit_text (prep), "in") || g_str_equal (mk_hit_text (prep), "with") || g_str_equal (mk_hit_text (prep), "from") ? prep->n : 0);
  if (at == i + prep->n && prep->n > 0)
    at += mk_hit_at (p, at, MK_WORD_det)->n;
  const mk_hit *shot = mk_hit_at (p, at, MK_WORD_shot);
  bool is_way = at == i && p->clause.action >= 0 && !p->clause.in_camera && mk_hit_at (p, at, MK_WORD_adverb)->n >= shot->n; /* "flies overhead" */
  is_way |= at == i && p->clause.action >= 0 && !p->clause.in_camera && mk_is_word (p, i, "from") && mk_hit_at (p, i + 1, MK_WORD_relation)->n > 0 && mk_hit_at (p, i + shot->n, MK_WORD_det)->n > 0; /* "runs out from behind a tree" */
  bool is_look = shot->n == 1 && ((mk_hit_at (p, at, MK_WORD_size)->n > 0 && (mk_np_is_head_ahead (p, at + 1) || p->clause.is_predicate)) || mk_hit_at (p, at, MK_WORD_more)->n > 1 || (at > 0 && (mk_hit_at (p, at - 1, MK_WORD_unit)->n > 0 || mk_token_at (p, at - 1)->kind == MK_TOKEN_NUMBER))); /* "a wide road", "2 m wide" */
  if (shot->n == 0 || is_way || is_look)
    return i;
  const char *key = "shot";
  for (mk_json_iter k = mk_json_iterate (shot->sense->value); mk_json_next (&k);)
    key = k.key;
  int before = p->last_camera, command = camera_for (p, key);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return at + shot->n;
  mk_set_fields (json, shot->sense->value);
  follow_up (p, before, command, false);
  if (p->order.now == MK_ORDER_THEN)
    p->order.now = MK_ORDER_NONE;
  mk_note (p, i, at + shot->n, "camera", command);
  int next = at + shot->n;
  while (mk_hit_at (p, next, MK_WORD_camera_word)->n > 0 && !mk_np_is_head_ahead (p, next))
    next += mk_hit_at (p, next, MK_WORD_camera_word)->n;
  const mk_hit *of = mk_hit_at (p, next, MK_WORD_view_of);
  bool leads = mk_is_word (p, next, "of") || mk_is_word (p, next, "on") || ((mk_is_word (p, next, "over") || mk_is_word (p, next, "around")) && p->things->len == 0);
  if (mk_json_has (json, "targets") || of->n == 0 || !leads)
    return next;
  /* The sentence goes on with whom it shows. */
  p->clause.wants_target = true;
  p->clause.is_start = true;
  mk_note (p, next, next + of->n, NULL, -1);
  return next + of->n;
}
