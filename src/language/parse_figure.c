/* "drives in a zigzag", "flies in figure eights": where it goes is a figure, however it goes. */
#include "language/constructions.h"

static bool
goes_anywhere (const mk_parser *p, const mk_json *animate)
{
  return g_str_equal (mk_json_get_string (mk_json_get (animate, "op")), "animate") && mk_world_has (p, "motions", "along_figures", mk_json_get_string (mk_json_get (animate, "motion")));
}

int
mk_parse_figure (mk_parser *p, int i)
{
  const mk_hit *figure = mk_hit_at (p, i, MK_WORD_figure);
  mk_json *animate = figure->n > 0 && p->clause.action >= 0 && !p->clause.in_camera ? mk_command_json (p, p->clause.action) : NULL;
  if (animate == NULL || !goes_anywhere (p, animate))
    return i;
  static const char *const ways[] = { "direction", "distance_m", "around", "turns", NULL };
  for (const char *const *way = ways; *way != NULL; way++)
    mk_json_remove (animate, *way);
  mk_set_text (animate, "motion", "path");
  mk_set_text (animate, "how", mk_hit_text (figure));
  mk_note (p, i, i + figure->n, "motion", p->clause.action);
  return i + figure->n;
}
