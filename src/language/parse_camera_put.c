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

/* "behind the car": from where it sees whom. */
static int
read_place (const mk_parser *p, int i, const setting **place)
{
  static const setting places[] = { { "behind", "side", "back" }, { "front", "side", "front" }, { "left", "side", "left" }, { "right", "side", "right" }, { "above", "angle", "above" },
                                    { "over", "angle", "above" }, { "on", "angle", "above" }, { "below", "angle", "low" }, { "under", "angle", "low" }, { "near", "motion", "dolly-in" } };
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation);
  *place = relation->n > 0 ? find_setting (places, MK_COUNT (places), mk_hit_text (relation)) : NULL;
  return *place != NULL ? i + relation->n : i;
}

/* Behind the verb of `n` words at i. */
int
mk_parse_camera_put (mk_parser *p, int i, int n)
{
  const setting *what = NULL;
  int at = skip_camera (p, i + n), how = at + mk_hit_at (p, at, MK_WORD_adverb)->n;
  if (at == i + n)
    return i;
  int next = read_place (p, how, &what);
  mk_refs seen = { 0 };
  int whom = next > how ? mk_parse_np_refs (p, next, &seen) : next;
  if (whom == next) { /* "to the left" is a way where nothing follows */
    next = read_way (p, how, &what);
    whom = next + (mk_is_word (p, next, "to") || mk_is_word (p, next, "of") ? 1 : 0);
    int end = whom > next ? mk_parse_np_refs (p, whom, &seen) : next;
    whom = end > whom ? end : next;
  }
  if (what == NULL)
    return i;
  int command = mk_camera_begin (p, what->key);
  mk_json *camera = mk_command_json (p, command);
  mk_set_text (camera, what->key, what->value);
  if (seen.n > 0)
    mk_json_set (camera, "targets", mk_refs_to_json (p, &seen));
  mk_note (p, i, whom, "camera", command);
  return whom;
}
