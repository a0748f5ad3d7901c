/* "move the camera to the left", "bring the camera closer to the cake", "put the camera behind the car": whoever makes a film and says
 * "the camera" means the one that sees, unless one stands in the scene. */
#include "language/constructions.h"

/* The token after "the camera", or i. */
static int
skip_camera (const mk_parser *p, int i)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  bool is_the = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "definite"));
  const mk_hit *word = mk_hit_at (p, i + det->n, MK_WORD_camera_word), *object = mk_hit_at (p, i + det->n, MK_WORD_object);
  return is_the && word->n > 0 && !mk_is_there (p, object) && !mk_np_is_head_ahead (p, i + det->n + word->n) ? i + det->n + word->n : i;
}

/* The field and what it is set to, by a row's first word. */
typedef struct {
  const char *word, *key, *value;
} setting;

static const setting *
find_setting (const setting *rows, size_t n, const char *word)
{
  for (size_t k = 0; k < n; k++)
    if (g_strcmp0 (rows[k].word, word) == 0)
      return &rows[k];
  return NULL;
}

/* "closer", "to the left", "up": the token behind, or i. */
static int
read_way (const mk_parser *p, int i, const setting **way)
{
  static const setting ways[] = { { "left", "motion", "truck-left" }, { "right", "motion", "truck-right" }, { "up", "motion", "crane-up" }, { "down", "motion", "crane-down" },
                                  { "toward", "motion", "dolly-in" }, { "forward", "motion", "dolly-in" }, { "away", "motion", "dolly-out" }, { "back", "motion", "dolly-out" } };
  const mk_hit *direction = mk_hit_at (p, i, MK_WORD_direction), *side = mk_hit_at (p, i, MK_WORD_side), *more = mk_hit_at (p, i, MK_WORD_more);
  const mk_hit *best = side->n > direction->n ? side : direction;
  *way = best->n > 0 ? find_setting (ways, MK_COUNT (ways), mk_hit_text (best)) : NULL;
  if (*way == NULL && more->n > 0 && mk_json_has (more->sense->value, "closer")) {
    *way = find_setting (ways, MK_COUNT (ways), mk_json_get_real (mk_json_get (more->sense->value, "closer")) > 0 ? "toward" : "away");
    best = more;
  }
  return *way != NULL ? i + best->n : i;
}

/* "behind the car", "behind it": from where it sees whom. The token after that, or i. */
static int
read_place (mk_parser *p, int i, const setting **place, mk_refs *seen)
{
  static const setting places[] = { { "behind", "side", "back" }, { "front", "side", "front" }, { "left", "side", "left" }, { "right", "side", "right" }, { "above", "angle", "above" },
                                    { "over", "angle", "above" }, { "on", "angle", "above" }, { "below", "angle", "low" }, { "under", "angle", "low" }, { "near", "motion", "dolly-in" }, { "beside", "side", "left" } };
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation), *side = mk_hit_at (p, i, MK_WORD_side);
  const char *of_it = side->n > 1 && mk_json_has (side->sense->value, "of") ? mk_json_get_string (mk_json_get (side->sense->value, "relation")) : "";
  *place = find_setting (places, MK_COUNT (places), relation->n > 0 ? mk_hit_text (relation) : of_it);
  if (*place == NULL || mk_is_mere_place (p, i + relation->n)) /* "high above a city" */
    return i;
  if (relation->n == 0) {
    *seen = *(mk_whom (p)->n > 0 ? mk_whom (p) : &p->latest);
    return i + side->n;
  }
  mk_refs subject = p->subject;
  int end = mk_parse_np_refs (p, i + relation->n, seen);
  p->subject = subject;
  return end > i + relation->n && seen->n > 0 ? end : i;
}

/* The camera stands as `what` says and sees `seen`. */
static mk_json *
set_camera (mk_parser *p, const setting *what, const mk_refs *seen, int from, int to)
{
  int command = mk_camera_begin (p, what->key);
  mk_json *camera = mk_command_json (p, command);
  mk_set_text (camera, what->key, what->value);
  if (seen->n > 0)
    mk_json_set (camera, "targets", mk_refs_to_json (p, seen));
  mk_note (p, from, to, "camera", command);
  return camera;
}

/* Behind the verb of `n` words at i. */
int
mk_parse_camera_put (mk_parser *p, int i, int n)
{
  const setting *what = NULL;
  int at = skip_camera (p, i + n), how = at + mk_hit_at (p, at, MK_WORD_adverb)->n;
  if (at == i + n)
    return i;
  mk_refs seen = { 0 };
  int whom = read_place (p, how, &what, &seen);
  if (whom == how) { /* "to the left" is a way where nothing follows */
    int next = read_way (p, how, &what);
    whom = next + (mk_is_word (p, next, "to") || mk_is_word (p, next, "of") ? 1 : 0);
    int end = whom > next ? mk_parse_np_refs (p, whom, &seen) : next;
    whom = end > whom ? end : next;
  }
  if (what == NULL)
    return i;
  set_camera (p, what, &seen, i, whom);
  return whom;
}

/* Whether somebody of `who` is on the way. */
static bool
is_going (const mk_parser *p, const mk_refs *who)
{
  for (guint k = 0; k < p->commands->len; k++) {
    const mk_json *json = mk_command_json (p, (int)k);
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate") && mk_world_has (p, "motions", "goes", mk_motion_of (p, (int)k)) && mk_command_is_about (p, json, who))
      return true;
  }
  return false;
}

/* Behind "the camera" at i, of `n` words: "is low behind it", "in front of the dog". With who goes, it goes. */
int
mk_parse_camera_stands (mk_parser *p, int i, int n)
{
  const setting *what = NULL;
  int at = i + n + mk_hit_at (p, i + n, MK_WORD_copula)->n;
  mk_refs seen = { 0 };
  int whom = read_place (p, at, &what, &seen);
  for (int steps = 0; steps < 2 && whom == at && at + 1 < mk_n_tokens (p) && mk_token_at (p, at)->kind == MK_TOKEN_WORD && mk_hit_at (p, at, MK_WORD_camera)->n == 0 && !mk_is_thing_at (p, at); steps++) { /* "stays close" */
    at++;
    whom = read_place (p, at, &what, &seen);
  }
  if (whom == at || seen.n == 0)
    return i;
  mk_json *camera = set_camera (p, what, &seen, i, whom);
  if (mk_is_word (p, at - 1, "low") || mk_is_word (p, at - 1, "high"))
    mk_set_text (camera, "angle", mk_token_at (p, at - 1)->text);
  if (is_going (p, &seen) && !mk_json_has (camera, "motion"))
    mk_set_text (camera, "motion", "follow");
  return whom;
}
