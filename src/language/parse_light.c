/* Light: "three warm lamps", "soft window light from the left", "a spotlight on the piano". */
#include "language/constructions.h"

int
mk_read_light_look (mk_parser *p, int i, mk_np *look, double *brightness)
{
  *look = (mk_np){ .from = i, .head = -1, .number = -1, .verb = -1 };
  for (int steps = 0; steps < 3; steps++) {
    const mk_hit *color = mk_hit_at (p, i, MK_WORD_color), *shade = mk_hit_at (p, i, MK_WORD_shade);
    if (mk_hit_at (p, i, MK_WORD_light)->n > 0 || mk_hit_at (p, i, MK_WORD_light_word)->n > 0)
      break;
    /* "in the snow" is no colour. */
    const mk_hit *surface = mk_hit_at (p, i, MK_WORD_surface);
    if (surface->n >= color->n && surface->n > 0 && mk_hit_at (p, i + color->n, MK_WORD_floor)->n == 0 && mk_hit_at (p, i + color->n, MK_WORD_surface)->n == 0)
      break;
    if (color->n > 0 && look->n_colors == 0) {
      g_strlcpy (look->colors[look->n_colors++], mk_hit_text (color), 8);
      i += color->n;
    }
    else if (shade->n > 0) {
      *brightness = mk_json_get_real (mk_json_at (shade->sense->value, 0)) > 1 ? 2 : mk_json_get_real (mk_json_at (shade->sense->value, 0)) < 0.8 ? 0.5 : 1;
      i += shade->n;
    }
    else if (mk_is_word (p, i, "warm") || mk_is_word (p, i, "cold") || mk_is_word (p, i, "cool")) {
      g_strlcpy (look->colors[0], mk_is_word (p, i, "warm") ? "#ffd2a0" : "#bcd8ff", 8);
      look->n_colors = 1;
      i++;
    }
  }
  return i;
}

static int
parse_lit_thing (mk_parser *p, int i, int command)
{
  static const char *const on[] = { "on", "from", "above", "behind", "over", "onto", "into", NULL };
  if (i >= mk_n_tokens (p) || !g_strv_contains (on, mk_glue_at (p, i)) || mk_hit_at (p, i, MK_WORD_surface)->n > 0)
    return i;
  mk_refs to, subject = p->subject;
  int next = mk_parse_np_refs (p, i + 1, &to);
  p->subject = subject;
  if (next == i + 1 || to.n == 0)
    return i;
  mk_json *json = mk_command_json (p, command);
  mk_json_set (json, "targets", mk_refs_to_json (p, &to));
  return next;
}

/* "light from the left": the relation in which the lamp stands to what it lights, and no place of the camera; NULL = none is said. */
static const char *
side_of_light (const mk_parser *p, int i)
{
  static const char *const sides[][3] = { { "side", "left", "left" }, { "side", "right", "right" }, { "side", "front", "front" }, { "side", "back", "behind" }, { "angle", "above", "above" }, { "angle", "low", "below" } };
  const mk_hit *shot = mk_hit_at (p, i, MK_WORD_shot);
  for (size_t k = 0; k < MK_COUNT (sides) && shot->n > 1 && mk_is_word (p, i, "from"); k++)
    if (g_strcmp0 (mk_json_get_string (mk_json_get (shot->sense->value, sides[k][0])), sides[k][1]) == 0)
      return sides[k][2];
  return NULL;
}

int
mk_parse_light (mk_parser *p, int i)
{
  mk_np look;
  double brightness = 1, number = 0;
  int at = mk_hit_at (p, i, MK_WORD_light)->n > 0 ? i : mk_skip_lead (p, i), counted = mk_parse_number (p, at, &number);
  at = mk_read_light_look (p, mk_hit_at (p, at, MK_WORD_light)->n > 0 ? at : counted, &look, &brightness);
  const mk_hit *light = mk_hit_at (p, at, MK_WORD_light), *word = mk_hit_at (p, at, MK_WORD_light_word), *object = mk_hit_at (p, at, MK_WORD_object);
  int n = MAX (light->n, word->n);
  bool is_plain = light->n <= word->n;
  int next = at + n + (n > 0 ? mk_hit_at (p, at + n, MK_WORD_light_word)->n : 0);
  const char *side = n > 0 ? side_of_light (p, next) : NULL;
  if (n == 0 || object->n > n || (is_plain && look.n_colors == 0 && brightness == 1 && side == NULL) || (p->clause.in_camera && i == at))
    return i;
  bool is_lit = light->n > 0 && (g_str_has_suffix (light->sense->phrase, "lit") || mk_is_word (p, at, "lit"));
  int by = is_lit && mk_is_word (p, at + n, "by") ? mk_parse_light (p, at + n) : at + n; /* "lit by a single spotlight": that one alone */
  if (by > at + n) {
    mk_note (p, i, at + n, NULL, -1);
    return by;
  }
  if (mk_is_thing_at (p, at + n) && mk_hit_at (p, at + n, MK_WORD_light_word)->n == 0 && !is_plain && !is_lit)
    return i;
  if (is_plain && side == NULL && mk_hit_at (p, i, MK_WORD_sky)->n >= at + n - i)
    return i;
  int command = mk_command_new (p, "light", MK_BUCKET_LIGHT);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return at + n;
  const char *kind = is_plain ? "area" : mk_hit_text (light);
  mk_set_text (json, "id", mk_new_id (p, kind));
  mk_set_text (json, "kind", kind);
  if (look.n_colors > 0)
    mk_set_text (json, "color", look.colors[0]);
  if (brightness != 1)
    mk_set_real (json, "brightness", brightness);
  if (side != NULL) {
    next += mk_hit_at (p, next, MK_WORD_shot)->n;
    mk_json *row = mk_json_new_object ();
    mk_set_text (row, "relation", side);
    mk_json_set (json, "place", mk_json_new_array ());
    mk_json_append (mk_json_get (json, "place"), row);
  }
  mk_note (p, i, next, "light", command);
  return parse_lit_thing (p, next, command);
}
