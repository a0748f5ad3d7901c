/* Other letters for words that are there: "change the title to GOODBYE", "the sign should say CLOSED". */
#include <string.h>

#include "language/constructions.h"

/* The latest text, of what bears it when `bearer` is not -1; -1 = there is none. */
static int
find_text (const mk_parser *p, int bearer)
{
  for (guint t = p->things->len; t > 0; t--) {
    const mk_thing *thing = mk_thing_at (p, (int)t - 1);
    const mk_json *place = mk_json_at (mk_json_get (thing->add, "place"), 0);
    bool is_there = bearer < 0 || (g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "written") && mk_json_has_text (mk_json_get (place, "targets"), mk_thing_at (p, bearer)->id));
    if (!thing->is_removed && mk_json_has (thing->add, "text") && is_there)
      return (int)t - 1;
  }
  return -1;
}

int
mk_parse_written (mk_parser *p, int i, mk_refs *refs)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det), *quote = mk_hit_at (p, i, MK_WORD_quote);
  int at = i, text = -1;
  if (p->context == NULL || mk_read_text (p, i, &(mk_np){ 0 }) > i)
    return i;
  if (quote->n == 0 && det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "definite")))
    quote = mk_hit_at (p, at = i + det->n, MK_WORD_quote);
  if (quote->n == 0 || g_str_equal (mk_hit_text (quote), "name") || (text = find_text (p, -1)) < 0)
    return i;
  *refs = (mk_refs){ .n = 1, .thing = { text } };
  mk_note (p, i, at + quote->n, "object", -1);
  return at + quote->n;
}

/* "the title", "the sign": the text that it is, or bears. The token after it, or i. */
static int
read_written (mk_parser *p, int i, int *text)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  mk_refs meant = { .part = "" };
  int next = mk_parse_written (p, i, &meant);
  if (next > i) {
    *text = meant.thing[0];
    return next;
  }
  bool is_known = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "definite")) && mk_hit_at (p, i + det->n, MK_WORD_object)->n > 0;
  next = is_known ? mk_find_kind (p, i, &meant) : i;
  *text = next > i && meant.n == 1 ? find_text (p, meant.thing[0]) : -1;
  return next;
}

/* A quotation, words in capitals, or one word at the end. The token after them, or i. */
static int
read_letters (mk_parser *p, int i, const char **letters)
{
  int end = i;
  if (i >= mk_n_tokens (p) || mk_token_at (p, i)->kind == MK_TOKEN_MARK)
    return i;
  if (mk_token_at (p, i)->kind == MK_TOKEN_QUOTE) {
    *letters = mk_token_at (p, i)->text;
    return i + 1;
  }
  while (end < mk_n_tokens (p) && mk_token_at (p, end)->is_capital)
    end++;
  bool is_last = i + 1 == mk_n_tokens (p) || mk_token_at (p, i + 1)->kind == MK_TOKEN_MARK;
  end = end == i && is_last ? i + 1 : end;
  *letters = end > i ? mk_said (p, i, end) : NULL;
  return end;
}

/* "to" behind "change the title", "should say" behind "the sign"; the token after it, or i. */
static int
skip_link (const mk_parser *p, int i, bool is_edit)
{
  static const char *const into[] = { "to", "into", "with", "by", NULL };
  if (is_edit)
    return i < mk_n_tokens (p) && g_strv_contains (into, mk_glue_at (p, i)) ? i + 1 : i;
  int at = i + mk_hit_at (p, i, MK_WORD_lead)->n;
  at += at > i ? mk_hit_at (p, at, MK_WORD_order)->n : 0; /* "should now say" */
  bool says = mk_is_word (p, at, "say") || mk_is_word (p, at, "says") || mk_is_word (p, at, "read") || mk_is_word (p, at, "reads");
  return says ? at + 1 : i;
}

int
mk_parse_retext (mk_parser *p, int i)
{
  const mk_hit *edit = mk_hit_at (p, i, MK_WORD_edit);
  bool is_edit = g_str_equal (mk_hit_text (edit), "make") || g_str_equal (mk_hit_text (edit), "replace");
  int text = -1, from = i + (is_edit ? edit->n : 0);
  if (p->context == NULL || !p->clause.is_start)
    return i;
  int at = read_written (p, from, &text), link = text >= 0 ? skip_link (p, at, is_edit) : at;
  const char *letters = NULL;
  int end = link > at && at > from ? read_letters (p, link, &letters) : link;
  if (letters == NULL)
    return i;
  int command = mk_command_new (p, "text", MK_BUCKET_THING);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return i;
  mk_set_fields (json, mk_thing_at (p, text)->add);
  mk_set_text (json, "text", letters);
  mk_note (p, i, end, "text", command);
  p->subject = p->anchor = p->head = (mk_refs){ .n = 1, .thing = { text } };
  p->has_subject = true;
  return end;
}
