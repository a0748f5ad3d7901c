/* "a desert road", "a forest path", "a street musician": a place that is said before a thing is where that is. */
#include <string.h>

#include "language/constructions.h"

/* Rooms are left out: a kitchen knife needs no kitchen. */
static bool
is_outdoors (const mk_hit *scene)
{
  return scene->n > 0 && strstr (mk_hit_text (scene), "indoors") == NULL;
}

/* The token after the place's word, or i. */
int
mk_read_setting (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *scene = mk_hit_at (p, i, MK_WORD_scene), *surface = mk_hit_at (p, i, MK_WORD_surface);
  int n = is_outdoors (scene) ? scene->n : surface->n;
  bool is_else = mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_material)->n > 0 || mk_hit_at (p, i, MK_WORD_option)->n > 0 || mk_hit_at (p, i, MK_WORD_adjective)->n > 0 || mk_hit_at (p, i, MK_WORD_det)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > n;
  bool has_head = n > 0 && (mk_hit_at (p, i + n, MK_WORD_object)->n > 0 || mk_hit_at (p, i + n, MK_WORD_noun)->n > 0) && mk_hit_at (p, i + n, MK_WORD_object)->form != MK_FORM_ING;
  if (n != 1 || is_else || !has_head || np->setting > 0 || !(np->is_new || np->number >= 0 || i == np->from))
    return i;
  np->setting = i + 1;
  return i + n;
}

void
mk_setting_furnish (mk_parser *p, int i)
{
  const mk_hit *scene = mk_hit_at (p, i, MK_WORD_scene), *surface = mk_hit_at (p, i, MK_WORD_surface);
  if (p->context != NULL || p->is_furnishing)
    return;
  if (is_outdoors (scene) && p->places->len == 0) {
    mk_place_furnish (p, i);
    mk_note (p, i, i + scene->n, "object", -1);
    return;
  }
  int command = mk_command_single (p, "ground", MK_BUCKET_GROUND);
  if (surface->n > 0 && !mk_json_has (mk_command_json (p, command), "surface"))
    mk_set_text (mk_command_json (p, command), "surface", mk_hit_text (surface));
  mk_note (p, i, i + MAX (1, surface->n), "ground", command);
}
