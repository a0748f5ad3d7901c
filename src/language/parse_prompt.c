/* What people who write prompts for image models are used to type: weights, lenses by themselves, words that praise the picture. */
#include <string.h>

#include "language/constructions.h"

/* "(a red car:1.4)": a weight, which no command has. The token after it, or i. */
static int
read_weight (const mk_parser *p, int i)
{
  const mk_token *number = i + 1 < mk_n_tokens (p) ? mk_token_at (p, i + 1) : NULL;
  bool is_weight = mk_is_mark (p, i, ':') && number != NULL && number->kind == MK_TOKEN_NUMBER && strchr (number->text, '.') != NULL;
  return is_weight && (i + 2 >= mk_n_tokens (p) || mk_token_at (p, i + 2)->kind == MK_TOKEN_MARK) ? i + 2 : i;
}

static bool
is_edge (const mk_parser *p, int i)
{
  return i < 0 || i >= mk_n_tokens (p) || mk_token_at (p, i)->kind == MK_TOKEN_MARK;
}

static mk_json *
camera_now (mk_parser *p)
{
  if (p->last_camera < 0) {
    int command = mk_command_new (p, "camera", MK_BUCKET_CAMERA);
    mk_json *json = mk_command_json (p, command);
    if (json == NULL)
      return NULL;
    mk_set_text (json, "id", mk_new_id (p, "camera"));
    p->last_camera = command;
  }
  return mk_command_json (p, p->last_camera);
}

/* "…, 85mm, f/1.8, …": what stands by itself between commas is a lens and its stop. */
static int
parse_lens (mk_parser *p, int i)
{
  double number = 0;
  int from = i + (mk_is_word (p, i, "lens") ? 1 : 0), unit = mk_parse_number (p, from, &number), stop = i + 1 + (mk_is_mark (p, i + 1, '/') ? 1 : 0);
  if (!is_edge (p, i - 1) && !mk_is_word (p, i - 1, "on") && !mk_is_word (p, i - 1, "with"))
    return i;
  if (unit > from && mk_is_word (p, unit, "mm") && is_edge (p, unit + 1) && number >= 8 && number <= 1200) {
    mk_set_real (camera_now (p), "lens_mm", number);
    mk_note (p, i, unit + 1, "camera", p->last_camera);
    return unit + 1;
  }
  if (mk_is_word (p, i, "f") && mk_parse_number (p, stop, &number) > stop && is_edge (p, stop + 1)) {
    mk_set_real (camera_now (p), "f_stop", CLAMP (number, 0.7, 64));
    mk_note (p, i, stop + 1, "camera", p->last_camera);
    return stop + 1;
  }
  return i;
}

/* "negative prompt: people, text": all that follows is to be absent. The token after it, or i. */
static int
parse_unwanted (mk_parser *p, int i, const mk_hit *noise)
{
  int at = i + noise->n + (mk_is_mark (p, i + noise->n, ':') ? 1 : 0), end = at;
  if (noise->n == 0 || !mk_json_has (noise->sense->value, "unwanted") || p->is_quiet || at >= mk_n_tokens (p))
    return i;
  while (end < mk_n_tokens (p) && !mk_is_mark (p, end, '.')) {
    mk_np np;
    int next = mk_np_read (p, end, &np);
    if (next > end && np.noun != NULL && np.text == NULL)
      g_ptr_array_add (p->unwanted, (void *)np.noun);
    end = MAX (next, end + 1);
  }
  for (int k = i; k < end; k++)
    p->is_taken[k] = true;
  g_autofree char *words = g_strndup (p->sentence + mk_token_at (p, at)->from, mk_token_at (p, end - 1)->to - mk_token_at (p, at)->from);
  mk_assume (p, "I leave out what you do not want: %s.", words);
  return end;
}

int
mk_parse_prompt (mk_parser *p, int i)
{
  int unwanted = parse_unwanted (p, i, mk_hit_at (p, i, MK_WORD_noise));
  if (unwanted > i)
    return unwanted;
  int weight = read_weight (p, i), lens = parse_lens (p, i);
  if (weight > i || lens > i) {
    for (int k = i; k < weight; k++)
      p->is_taken[k] = true;
    return MAX (weight, lens);
  }
  const mk_hit *noise = mk_hit_at (p, i, MK_WORD_noise);
  if (noise->n == 0 || (noise->n == 1 && mk_np_is_head_ahead (p, i + 1) && !is_edge (p, i + 1) && mk_hit_at (p, i, MK_WORD_adjective)->n > 0))
    return i;
  for (int k = i; k < i + noise->n && !p->is_quiet; k++)
    p->is_noise[k] = true;
  mk_note (p, i, i + noise->n, NULL, -1);
  return i + noise->n;
}

void
mk_say_noise (mk_parser *p)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (int i = 0; i < mk_n_tokens (p); i++) {
    if (!p->is_noise[i])
      continue;
    int end = i + MAX (1, mk_hit_at (p, i, MK_WORD_noise)->n);
    g_string_append (list, list->len > 0 ? ", " : "");
    g_string_append_printf (list, mk_lexicon_say (p->language->lexicon, "“%s”"), mk_words (p, i, end));
    i = end - 1;
  }
  if (list->len > 0)
    mk_assume (p, "I left out %s: that asks for nothing that I can change.", list->str);
}
