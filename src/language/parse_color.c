/* The words of a colour: "red", "dark red", "#d81e1e", "teal coloured". */
#include "language/constructions.h"

static int
hex_digit (const char *text, int i)
{
  return g_ascii_xdigit_value (text[i]) * 16 + g_ascii_xdigit_value (text[i + 1]);
}

/* A shade is [factor, share of white, factor of saturation] on the sRGB values. */
static void
shade_color (char color[8], const mk_json *shade)
{
  double rgb[3], mean = 0;
  for (int i = 0; i < 3; i++)
    mean += (rgb[i] = hex_digit (color, 1 + 2 * i) / 255.0) / 3;
  double factor = mk_json_get_real (mk_json_at (shade, 0)), white = mk_json_get_real (mk_json_at (shade, 1)), strength = mk_json_get_real (mk_json_at (shade, 2));
  int out[3];
  for (int i = 0; i < 3; i++) {
    double value = (mean + (rgb[i] - mean) * strength) * factor;
    value += (1 - value) * white;
    out[i] = (int)(CLAMP (value, 0, 1) * 255 + 0.5);
  }
  g_snprintf (color, 8, "#%02x%02x%02x", (unsigned)out[0], (unsigned)out[1], (unsigned)out[2]);
}

int
mk_read_color (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *color = mk_hit_at (p, i, MK_WORD_color), *shade = mk_hit_at (p, i, MK_WORD_shade);
  const mk_json *how = NULL;
  int at = i;
  if (color->n == 0 && shade->n > 0) {
    how = shade->sense->value;
    at += shade->n;
    color = mk_hit_at (p, at, MK_WORD_color);
  }
  bool is_hex = at < mk_n_tokens (p) && mk_token_at (p, at)->kind == MK_TOKEN_HEX;
  if ((color->n == 0 && !is_hex) || np->n_colors == MK_COUNT (np->colors))
    return i;
  g_autofree char *hex = g_ascii_strdown (is_hex ? mk_token_at (p, at)->text : mk_hit_text (color), -1);
  char *out = np->colors[np->n_colors++];
  g_strlcpy (out, hex, 8);
  if (how != NULL)
    shade_color (out, how);
  at += is_hex ? 1 : color->n;
  bool is_colored = mk_hit_at (p, at, MK_WORD_edit)->form == MK_FORM_ED && mk_hit_at (p, at, MK_WORD_filler)->n == 1 && mk_np_is_head_ahead (p, at + 1);
  return is_colored ? at + 1 : at; /* "teal coloured" */
}

/* "the ball is red and white": two colours of one thing, with nothing but the end behind them. */
static bool
is_of_one (const mk_parser *p, const mk_np *np, int next)
{
  const mk_refs *whom = next > 0 && p->edit.kind == MK_EDIT_MAKE ? &p->edit.refs : mk_whom (p);
  bool is_one = whom->n == 1 && (whom->copy[0] > 0 || mk_is_two_tone (mk_thing_at (p, whom->thing[0])));
  bool is_look = p->clause.is_predicate || np->from == p->edit.end;
  return is_one && is_look && !np->is_new && !np->is_definite && np->number < 0 && (next == mk_n_tokens (p) || mk_token_at (p, next)->kind == MK_TOKEN_MARK);
}

/* "schwarz-weiß": a word joined to the one before it. */
static bool
is_hyphened (const mk_parser *p, int i)
{
  return i > 0 && i < mk_n_tokens (p) && mk_token_at (p, i)->from == mk_token_at (p, i - 1)->to + 1 && p->sentence[mk_token_at (p, i)->from - 1] == '-';
}

int
mk_read_more_colors (mk_parser *p, int i, mk_np *np)
{
  if (is_hyphened (p, i))
    return mk_read_color (p, i, np);
  for (;;) {
    int at = i;
    while (mk_is_mark (p, at, ',') || mk_is_word (p, at, "and") || mk_hit_at (p, at, MK_WORD_conj)->n == 1)
      at++;
    mk_np more = *np;
    int next = at > i ? mk_read_color (p, at, &more) : i;
    if (at == i || next == at)
      return i;
    /* Only when a head that they share comes after the last of them. */
    int ahead = next;
    while (mk_is_mark (p, ahead, ',') || mk_hit_at (p, ahead, MK_WORD_conj)->n == 1) {
      mk_np probe = more;
      int after = mk_read_color (p, ahead + 1, &probe);
      if (after == ahead + 1)
        break;
      ahead = after;
    }
    if ((!mk_np_is_head_ahead (p, ahead) || mk_is_mark (p, ahead, ',')) && !is_of_one (p, np, ahead))
      return i;
    *np = more;
    i = next;
  }
}

int
mk_read_other_color (mk_parser *p, int i, mk_np *np)
{
  int at = i + mk_hit_at (p, i, MK_WORD_conj)->n;
  int next = np->n_colors == 1 && at > i ? mk_read_color (p, at, np) : at;
  return next > at ? next : i;
}
