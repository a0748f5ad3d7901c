/* Word order: where verbs leave a part behind ("springt … weg") or stand at the end of their clause ("der um den Baum läuft"), they are
 * put where the grammar looks for them. What does so, the language's tables say; a language without them is read as it stands. */
#include <string.h>

#include "language/constructions.h"

static bool
is_verb_at (const mk_parser *p, int i)
{
  static const mk_word_kind verbs[] = { MK_WORD_motion, MK_WORD_transitive, MK_WORD_physics, MK_WORD_camera, MK_WORD_act, MK_WORD_rests, MK_WORD_copula, MK_WORD_wear, MK_WORD_sky };
  for (size_t k = 0; k < MK_COUNT (verbs); k++)
    if (mk_hit_at (p, i, verbs[k])->n > 0 && !mk_is_word (p, i, "with"))
      return true;
  return g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_quote)), "name"); /* "soll Otto heißen" */
}

static bool
is_stop (const mk_parser *p, int i)
{
  return i >= mk_n_tokens (p) || mk_token_at (p, i)->kind == MK_TOKEN_MARK;
}

static const char *
rule_at (const mk_parser *p, const char *table, int i)
{
  return i >= 0 && i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_WORD ? mk_lexicon_word_rule (p->language->lexicon, table, mk_token_at (p, i)->text) : NULL;
}

/* --- verbs and the part that they left behind --- */

static bool
ends_clause (const mk_parser *p, int i)
{
  return is_stop (p, i + 1) || mk_hit_at (p, i + 1, MK_WORD_conj)->n > 0 || mk_hit_at (p, i + 1, MK_WORD_order)->n > 0 || rule_at (p, "infinitive_mark", i + 1) != NULL;
}

/* "springt der Hund weg": "wegspringen der Hund", where that is a word. */
static bool
join_part (mk_parser *p, int at)
{
  char whole[64];
  for (int i = at - 1; i >= 0 && !is_stop (p, i); i--) {
    if (mk_token_at (p, i)->kind != MK_TOKEN_WORD || !mk_find_joined_verb (p, mk_token_at (p, at)->text, mk_token_at (p, i)->text, whole))
      continue;
    mk_token *verb = &g_array_index (p->tokens, mk_token, i);
    verb->text = g_string_chunk_insert_const (p->texts, whole);
    g_array_remove_index (p->tokens, (guint)at);
    return true;
  }
  return false;
}

bool
mk_join_parted_verbs (mk_parser *p)
{
  bool has_changed = false;
  for (int i = mk_n_tokens (p) - 1; i > 0; i--) /* from the end, so that hits before it still fit their words */
    if (rule_at (p, "separable", i) != NULL && ends_clause (p, i))
      has_changed |= join_part (p, i);
  return has_changed;
}

/* --- verbs at the end --- */

/* The first token behind the noun phrase at i, or i when there is none. */
static int
skip_subject (const mk_parser *p, int i)
{
  static const mk_word_kind nouns[] = { MK_WORD_object, MK_WORD_noun, MK_WORD_part, MK_WORD_camera_word };
  const mk_hit *pronoun = mk_hit_at (p, i, MK_WORD_pronoun);
  if (pronoun->n > 0 && !mk_np_is_head_ahead (p, i + pronoun->n))
    return i + pronoun->n;
  for (int at = i; at < i + 6 && !is_stop (p, at); at++)
    for (size_t k = 0; k < MK_COUNT (nouns); k++)
      if (mk_hit_at (p, at, nouns[k])->n > 0)
        return at + mk_hit_at (p, at, nouns[k])->n;
  return i;
}

static void
move_token (mk_parser *p, int from, int to)
{
  mk_token token = *mk_token_at (p, from);
  g_array_remove_index (p->tokens, (guint)from);
  g_array_insert_val (p->tokens, (guint)to, token);
}

/* The verb that ends the clause at i, at its last word or before "und" and another one; -1 = the clause does not end so. */
static int
last_verb (const mk_parser *p, int i)
{
  int end = i;
  while (!is_stop (p, end) && !(mk_hit_at (p, end, MK_WORD_conj)->n > 0 && end > i && is_verb_at (p, end - 1)))
    end++;
  return end - 1 > i && is_verb_at (p, end - 1) ? end - 1 : -1;
}

/* ", springt der Hund weg" behind a clause that ended with its verb: the verb goes behind whom it is about. Where the clause goes on,
 * or i. */
static int
turn_main_clause (mk_parser *p, int i)
{
  int start = i + 1;
  if (!mk_is_mark (p, i, ',') || !is_verb_at (p, start) || mk_hit_at (p, start + 1, MK_WORD_det)->n == 0)
    return i;
  int end = skip_subject (p, start + 1);
  if (end == start + 1)
    return i;
  move_token (p, start, end - 1);
  return end;
}

/* "den Wolf zum Fluss laufen": between whom and what is done stands where. */
static bool
has_way (const mk_parser *p, int from, int to)
{
  bool has = false;
  for (int i = from; i < to; i++)
    has |= mk_hit_at (p, i, MK_WORD_prep)->n > 0 || mk_hit_at (p, i, MK_WORD_relation)->n > 0;
  return has;
}

bool
mk_order_words (mk_parser *p)
{
  bool has_changed = false;
  for (int i = 0; i < mk_n_tokens (p); i++) {
    const char *relative = i > 0 && mk_is_mark (p, i - 1, ',') ? rule_at (p, "relative_pronoun", i) : NULL;
    bool is_owner = relative != NULL && mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_json_get_bool (mk_json_get (mk_hit_at (p, i, MK_WORD_det)->sense->value, "owned"));
    int start = i + 1, verb = -1;
    if (relative != NULL && (is_owner || !(mk_np_is_head_ahead (p, i + 1) || mk_hit_at (p, i + 1, MK_WORD_camera_word)->n > 0))) { /* ", die Katze springt", ", die Kamera kreist" begin anew */
      start = is_owner ? skip_subject (p, i + 1) : i + 1;
      verb = last_verb (p, start - 1);
      if (verb >= start && !is_owner)
        g_array_index (p->tokens, mk_token, i).text = relative;
    }
    else if (rule_at (p, "verb_last", i) != NULL) {
      start = skip_subject (p, i + 1);
      verb = start > i + 1 ? last_verb (p, start - 1) : -1;
    }
    else if (rule_at (p, "infinitive_last", i) != NULL) { /* "er soll schneller laufen", "soll der Hund laufen" */
      start = i == 0 || is_stop (p, i - 1) ? skip_subject (p, i + 1) : i + 1;
      verb = last_verb (p, start - 1);
      if (g_str_equal (rule_at (p, "infinitive_last", i), "way") && !has_way (p, start, verb))
        continue;
    }
    if (verb < start || verb < 0)
      continue;
    if (verb > start)
      move_token (p, verb, start);
    has_changed = true;
    i = rule_at (p, "verb_last", i) != NULL ? turn_main_clause (p, verb + 1) - 1 : verb;
  }
  return has_changed;
}
