#include "language/constructions.h"

#include <string.h>

/* --- what words may mean --- */

const mk_hit *
mk_hit_at (const mk_parser *p, int i, mk_word_kind kind)
{
  static const mk_hit none;
  return i >= 0 && i < mk_n_tokens (p) ? &p->hits[(size_t)i * MK_N_WORD_KINDS + kind] : &none;
}

const char *
mk_hit_text (const mk_hit *hit)
{
  return hit->n > 0 ? mk_json_get_string (hit->sense->value) : "";
}

bool
mk_is_mark (const mk_parser *p, int i, char mark)
{
  return i >= 0 && i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_MARK && mk_token_at (p, i)->text[0] == mark;
}

bool
mk_is_word (const mk_parser *p, int i, const char *word)
{
  return g_str_equal (mk_glue_at (p, i), word);
}

const char *
mk_glue_at (const mk_parser *p, int i)
{
  if (i < 0 || i >= mk_n_tokens (p))
    return "";
  const mk_hit *glue = mk_hit_at (p, i, MK_WORD_glue);
  return glue->n > 0 ? mk_hit_text (glue) : mk_token_at (p, i)->text;
}

static bool
inflects (mk_word_kind kind)
{
  static const bool table[] = {
#define X(name, can) can,
    MK_WORD_LIST (X)
#undef X
  };
  return table[kind];
}

static void
add_senses (mk_parser *p, int i, unsigned n, const char *phrase, mk_word_form form)
{
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next) {
    mk_hit *hit = &p->hits[(size_t)i * MK_N_WORD_KINDS + sense->kind];
    bool is_name = sense->kind == MK_WORD_object || sense->kind == MK_WORD_noun || sense->kind == MK_WORD_part; /* "tied" is no tie */
    bool is_verb = sense->kind == MK_WORD_motion || sense->kind == MK_WORD_physics || sense->kind == MK_WORD_transitive || sense->kind == MK_WORD_camera || sense->kind == MK_WORD_act;
    if (hit->n >= n || (is_verb && form == MK_FORM_COMPARE) || (form != MK_FORM_BASE && (!inflects (sense->kind) || (is_name && form != MK_FORM_S))))
      continue;
    *hit = (mk_hit){ sense, (uint8_t)n, (uint8_t)form };
  }
}

/* Phrases of n words from token i: as they stand, then with the first or the last word in a base form. */
static void
find_phrases (mk_parser *p, int i, unsigned n, mk_stem stems[][MK_MAX_STEMS], const unsigned *n_stems)
{
  char phrase[256], head[224], tail[224];
  size_t at = 0;
  for (unsigned k = 0; k < n; k++)
    at += (size_t)g_snprintf (phrase + MIN (at, sizeof phrase - 1), sizeof phrase - MIN (at, sizeof phrase - 1), "%s%s", k > 0 ? " " : "", mk_token_at (p, i + (int)k)->text);
  if (at >= sizeof head - 1)
    return;
  add_senses (p, i, n, phrase, MK_FORM_BASE);
  const char *first_end = strchr (phrase, ' '), *last = strrchr (phrase, ' ');
  g_strlcpy (tail, first_end != NULL ? first_end : "", sizeof tail);
  g_snprintf (head, sizeof head, "%.*s", last != NULL ? (int)(last + 1 - phrase) : 0, phrase);
  for (unsigned k = 0; k < n_stems[i]; k++) {
    g_snprintf (phrase, sizeof phrase, "%s%s", stems[i][k].text, tail);
    add_senses (p, i, n, phrase, stems[i][k].form);
  }
  int end = i + (int)n - 1;
  for (unsigned k = 0; n > 1 && k < n_stems[end]; k++) {
    g_snprintf (phrase, sizeof phrase, "%s%s", head, stems[end][k].text);
    add_senses (p, i, n, phrase, stems[end][k].form);
  }
}

static unsigned
longest_from (const mk_parser *p, int i, mk_stem stems[][MK_MAX_STEMS], const unsigned *n_stems)
{
  unsigned most = mk_lexicon_longest (p->language->lexicon, mk_token_at (p, i)->text);
  for (unsigned k = 0; k < n_stems[i]; k++)
    most = MAX (most, mk_lexicon_longest (p->language->lexicon, stems[i][k].text));
  return MIN (most, (unsigned)(mk_n_tokens (p) - i));
}

static bool
is_phrase_word (const mk_parser *p, int i)
{
  mk_token_kind kind = mk_token_at (p, i)->kind;
  return kind == MK_TOKEN_WORD || kind == MK_TOKEN_NUMBER;
}

/* Of the phrases that begin at a word the longest is meant: "next to" is no "next". Verbs stand beside each other, as a
 * camera and a thing mean different ones by the same words; a determiner stays what it is, and parts count only for owners. */
static void
keep_longest (mk_parser *p, int i)
{
  static const mk_word_kind verbs[] = { MK_WORD_motion, MK_WORD_physics, MK_WORD_transitive, MK_WORD_camera, MK_WORD_camera_alone, MK_WORD_shot };
  mk_hit *hits = &p->hits[(size_t)i * MK_N_WORD_KINDS];
  int most = 0, most_of_verbs = 0;
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++)
    most = MAX (most, kind == MK_WORD_view_of || kind == MK_WORD_part || kind == MK_WORD_glue || kind == MK_WORD_painting || kind == MK_WORD_gender ? 0 : hits[kind].n);
  for (size_t k = 0; k < MK_COUNT (verbs); k++)
    most_of_verbs = MAX (most_of_verbs, hits[verbs[k]].n);
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++) {
    bool is_verb = false;
    for (size_t k = 0; k < MK_COUNT (verbs); k++)
      is_verb |= kind == (int)verbs[k];
    if (kind == MK_WORD_object && hits[MK_WORD_group].n == most) /* "a tower of 20 metres" is one */
      continue;
    bool is_shared = (kind == MK_WORD_negation && hits[MK_WORD_camera].n == most) /* "does not move" is a camera's, or anybody's */
                     || (kind == MK_WORD_color && hits[MK_WORD_style].n == most);  /* "black and white" is a film's, or a cow's */
    if (is_shared)
      continue;
    if (hits[kind].n < most && kind != MK_WORD_det && kind != MK_WORD_view_of && kind != MK_WORD_glue && kind != MK_WORD_painting && !(is_verb && most_of_verbs == most))
      hits[kind].n = 0;
  }
}

/* "everything but the dog" spares it. */
static void
read_sparing_but (mk_parser *p, int i)
{
  const mk_hit *but = mk_hit_at (p, i, MK_WORD_conj), *all = mk_hit_at (p, i - 1, MK_WORD_pronoun);
  if (g_str_equal (mk_hit_text (but), "but") && g_str_equal (mk_hit_text (all), "all") && mk_hit_at (p, i + but->n, MK_WORD_det)->n > 0)
    p->hits[(size_t)i * MK_N_WORD_KINDS + MK_WORD_except] = *but;
}

static void
find_hits (mk_parser *p)
{
  int n = mk_n_tokens (p);
  mk_stem (*stems)[MK_MAX_STEMS] = g_malloc ((size_t)n * sizeof *stems);
  g_autofree unsigned *n_stems = g_new0 (unsigned, (size_t)n);
  p->hits = g_new0 (mk_hit, (size_t)n * MK_N_WORD_KINDS);
  for (int i = 0; i < n; i++)
    if (mk_token_at (p, i)->kind == MK_TOKEN_WORD && strlen (mk_token_at (p, i)->text) < 40)
      n_stems[i] = mk_lexicon_stem (p->language->lexicon, mk_token_at (p, i)->text, stems[i]);
  for (int i = 0; i < n; i++) {
    if (!is_phrase_word (p, i))
      continue;
    unsigned most = longest_from (p, i, stems, n_stems);
    for (unsigned length = 1; length <= most && is_phrase_word (p, i + (int)length - 1); length++)
      find_phrases (p, i, length, stems, n_stems);
  }
  g_free (stems);
  for (int i = 0; i < n; i++)
    keep_longest (p, i);
  for (int i = 1; i < n; i++)
    read_sparing_but (p, i);
}

/* Nothing lasts, measures or counts less than nothing; only turns have another way round. */
static void
read_negative_numbers (mk_parser *p)
{
  for (int i = 0; i < mk_n_tokens (p); i++) {
    mk_token *token = &g_array_index (p->tokens, mk_token, i);
    const mk_hit *unit = mk_hit_at (p, i + 1, MK_WORD_unit);
    const char *of = mk_json_get_string (mk_json_at (unit->n > 0 ? unit->sense->value : NULL, 0));
    if (token->kind != MK_TOKEN_NUMBER || token->number >= 0 || g_str_equal (of, "deg") || g_str_equal (of, "turn"))
      continue;
    mk_assume (p, "There is no amount below nothing; I read “-%s” as “%s”.", token->text, token->text);
    token->number = -token->number;
  }
}

/* --- notes --- */

void
mk_note (mk_parser *p, int from, int to, const char *kind, int command)
{
  if (p->is_quiet || from >= to)
    return;
  for (int i = from; i < to; i++)
    p->is_taken[i] = true;
  if (kind == NULL)
    return;
  mk_span span = { G_MAXUINT, 0, kind, command };
  for (int i = from; i < to; i++) { /* verbs may have moved */
    span.from = MIN (span.from, mk_token_at (p, i)->from);
    span.to = MAX (span.to, mk_token_at (p, i)->to);
  }
  g_array_append_val (p->out->spans, span);
}

void
mk_assume (mk_parser *p, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  char *text = g_strdup_vprintf (mk_lexicon_say (p->language->lexicon, format), args);
  va_end (args);
  bool is_known = false; /* what is read twice is told once */
  for (guint i = 0; i < p->out->assumptions->len; i++)
    is_known |= g_str_equal (p->out->assumptions->pdata[i], text);
  if (p->is_quiet || is_known || p->out->assumptions->len >= 20)
    g_free (text);
  else
    g_ptr_array_add (p->out->assumptions, text);
}

void
mk_assume_later (mk_parser *p, const char *earlier, const char *later)
{
  mk_assume (p, "It cannot be both “%s” and “%s”; I took “%s”, which was said last.", earlier, later, later);
}

void
mk_choice_set (mk_parser *p, mk_json *json, const char *key, const char *value)
{
  const char *before = mk_json_get_string (mk_json_get (json, key));
  if (json != NULL && *before != 0 && !g_str_equal (before, value))
    mk_assume_later (p, *before == '#' ? mk_lexicon_color_name (p->language->lexicon, before) : before, *value == '#' ? mk_lexicon_color_name (p->language->lexicon, value) : mk_lexicon_say (p->language->lexicon, value));
  mk_set_text (json, key, value);
}

void
mk_note_unknown (mk_parser *p, int from, int to, bool is_stand_in)
{
  if (p->is_quiet || p->out->unknown->len >= 200)
    return;
  unsigned start = MIN (mk_token_at (p, from)->from, mk_token_at (p, to - 1)->from), end = MAX (mk_token_at (p, from)->to, mk_token_at (p, to - 1)->to);
  for (int i = from; i < to; i++)
    p->is_taken[i] = is_stand_in;
  for (guint i = 0; i < p->out->unknown->len; i++)
    if (g_array_index (p->out->unknown, mk_unknown, i).from == start)
      return;
  mk_unknown unknown = { start, end, g_strndup (p->sentence + start, end - start), NULL, is_stand_in };
  const char *near[4] = { NULL };
  /* Long texts of nothing known get no suggestions beyond the first sixteen: nobody reads them. */
  const char *word = mk_token_at (p, to - 1)->text;
  unsigned n = p->out->unknown->len < 16 ? mk_lexicon_suggest (p->language->lexicon, word, near, 3, NULL) : 0, n_kept = 0;
  for (unsigned k = 0; k < n; k++)
    if (!g_str_equal (near[k], word)) /* a part's name is known, but nothing stands for it alone */
      near[n_kept++] = near[k];
  near[n_kept] = NULL;
  unknown.suggestions = g_strdupv ((char **)near);
  g_array_append_val (p->out->unknown, unknown);
}

void
mk_note_unshown (mk_parser *p, int i, int n)
{
  for (int k = i; k < i + n && !p->is_quiet; k++)
    p->is_unshown[k] = true;
}

/* “old” and “wet”: known words that no picture shows, as they were written. */
static void
say_unshown (mk_parser *p)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (int i = 0; i < mk_n_tokens (p); i++) {
    if (!p->is_unshown[i])
      continue;
    unsigned from = mk_token_at (p, i)->from;
    while (i + 1 < mk_n_tokens (p) && p->is_unshown[i + 1])
      i++;
    g_autofree char *words = g_strndup (p->sentence + from, mk_token_at (p, i)->to - from);
    g_string_append (list, list->len > 0 ? ", " : "");
    g_string_append_printf (list, mk_lexicon_say (p->language->lexicon, "“%s”"), words);
  }
  if (list->len > 0)
    mk_assume (p, "I cannot show %s.", list->str);
}

/* --- the loop --- */

/* "… and finally the green one": does what was done before, when an order word said so and no verb came. */
static void
repeat_action (mk_parser *p)
{
  const mk_json *before = mk_command_json (p, p->last_action);
  if (p->order != MK_ORDER_THEN && p->order != MK_ORDER_WHILE)
    return;
  if (before == NULL || p->has_verb || p->has_look || p->after_relation || p->in_camera || p->subject.n == 0 || !g_str_equal (mk_json_get_string (mk_json_get (before, "op")), "animate"))
    return;
  g_autoptr (mk_json) targets = mk_refs_to_json (p, &p->subject);
  if (mk_json_equal (targets, mk_json_get (before, "targets")))
    return;
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  mk_set_fields (json, before);
  mk_json_remove (json, "after");
  mk_json_remove (json, "with");
  mk_set_text (json, "id", mk_new_id (p, mk_json_get_string (mk_json_get (before, "motion"))));
  if (json == NULL)
    return;
  mk_json_set (json, "targets", mk_json_ref (targets));
  mk_action_begin (p, command);
}

void
mk_clause_end (mk_parser *p, bool is_hard)
{
  repeat_action (p);
  if (p->subject.n > 0)
    p->latest = p->subject;
  if (p->pending_verb >= 0 && p->latest.n > 0)
    mk_motion_attach (p, p->pending_verb, &p->latest);
  p->pending_verb = -1;
  p->has_verb = p->has_look = p->in_camera = p->is_predicate = p->is_negated = p->after_relation = false;
  p->is_clause_start = true;
  p->is_joined = !is_hard;
  p->previous_action = p->action >= 0 ? p->action : p->previous_action;
  p->action = -1;
  p->wants_target = false;
  p->pending_distance_m = 0;
  p->goes = "";
  if (is_hard) {
    p->list_relation = NULL;
    p->has_subject = false;
    p->subject.n = p->anchor.n = p->head.n = 0;
    p->edit = MK_EDIT_NONE;
    p->order = p->next_order = MK_ORDER_NONE;
  }
}

static int
parse_mark (mk_parser *p, int i)
{
  if (mk_token_at (p, i)->kind != MK_TOKEN_MARK)
    return i;
  char mark = mk_token_at (p, i)->text[0];
  if (mark == '.' || mark == '!' || mark == '?' || mark == ';')
    mk_clause_end (p, true);
  else if (mark == ',' || mark == ':') {
    p->is_listed = !p->has_verb;
    p->was_camera = p->in_camera || (p->was_camera && p->subject.n == 0);
    p->is_clause_start = p->is_joined = true;
    p->is_predicate = p->in_camera = p->wants_target = false;
  }
  p->is_taken[i] = true;
  return i + 1;
}

static int
parse_joint (mk_parser *p, int i)
{
  const mk_hit *hit = mk_hit_at (p, i, MK_WORD_conj);
  if (hit->n == 0 || g_str_equal (mk_hit_text (hit), "with"))
    return i;
  p->is_joined = p->is_clause_start = true;
  p->wants_target = p->is_listed = false;
  mk_note (p, i, i + hit->n, NULL, -1);
  return i + hit->n;
}

/* "is", "that", "which": what follows speaks of what came before. */
static int
parse_copula (mk_parser *p, int i)
{
  const mk_hit *relative = mk_hit_at (p, i, MK_WORD_relative), *copula = mk_hit_at (p, i, MK_WORD_copula);
  int n = 0;
  if (relative->n > 0 && p->anchor.n > 0 && !mk_np_is_head_ahead (p, i + relative->n)) {
    n = relative->n;
    p->subject = p->anchor;
    p->has_subject = p->is_predicate = true;
    p->is_clause_start = false;
  }
  else if (copula->n > 0 && (p->subject.n > 0 || p->in_camera)) {
    n = copula->n;
    p->is_listed = false;
    p->is_predicate = !p->in_camera;
    if (p->subject.n > 0 && !p->in_camera)
      p->anchor = p->head = p->subject;
  }
  mk_note (p, i, i + n, NULL, -1);
  return i + n;
}

static int
parse_filler (mk_parser *p, int i)
{
  static const mk_word_kind kinds[] = { MK_WORD_rests, MK_WORD_filler, MK_WORD_conj, MK_WORD_prep, MK_WORD_copula, MK_WORD_relative, MK_WORD_det, MK_WORD_pronoun, MK_WORD_view_of, MK_WORD_one, MK_WORD_wear, MK_WORD_adjective };
  for (size_t k = 0; k < MK_COUNT (kinds); k++) {
    const mk_hit *hit = mk_hit_at (p, i, kinds[k]);
    if (hit->n == 0)
      continue;
    if (kinds[k] == MK_WORD_adjective)
      mk_note_unshown (p, i, hit->n);
    if (kinds[k] == MK_WORD_rests && p->subject.n > 0 && !p->in_camera) /* "a man with a hat stands …" speaks of the man */
      p->anchor = p->head = p->subject;
    bool is_oblique = kinds[k] == MK_WORD_prep && p->subject.n > 0 && !p->is_clause_start && !p->in_camera && !p->wants_target && !mk_is_word (p, i, "with"); /* "hangs from a frame" */
    p->object_at = is_oblique ? i + hit->n : p->object_at;
    p->object_is_held &= !is_oblique;
    mk_note (p, i, i + hit->n, NULL, -1);
    return i + hit->n;
  }
  return i;
}

typedef int (*construction) (mk_parser *p, int i);

/* The order is the grammar: what is tried first wins. */
static const construction constructions[] = {
  mk_parse_prompt, parse_mark, mk_parse_meant, mk_parse_painting, mk_parse_naming, mk_parse_lead, mk_parse_when, mk_parse_order, mk_parse_keep, mk_parse_edit, mk_parse_wait, mk_parse_let_not, mk_parse_negation, mk_parse_render, mk_parse_more, mk_parse_shot, mk_parse_light, mk_parse_camera, mk_parse_weather, mk_parse_sky,
  mk_parse_scene, mk_parse_option, mk_parse_ground, mk_parse_group, mk_parse_compare, mk_parse_time, mk_parse_adverb, mk_parse_lively, mk_parse_morph, mk_parse_motion, mk_parse_act, mk_parse_mount, mk_parse_path, mk_parse_clothes, mk_parse_except, mk_parse_made_of, mk_parse_relation, mk_parse_with,
  mk_parse_noun, parse_copula, parse_joint, parse_filler,
};

static bool
is_known (const mk_parser *p, int i)
{
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++)
    if (kind != MK_WORD_common && kind != MK_WORD_painting && mk_hit_at (p, i, (mk_word_kind)kind)->n > 0)
      return true;
  return mk_token_at (p, i)->kind == MK_TOKEN_HEX;
}

static void
parse_tokens (mk_parser *p)
{
  int i = 0;
  while (i < mk_n_tokens (p)) {
    int next = i;
    for (size_t k = 0; k < MK_COUNT (constructions) && next == i; k++)
      next = constructions[k](p, i);
    if (next <= i) {
      if (is_known (p, i))
        mk_assume (p, "I found nothing that “%s” speaks of.", mk_token_at (p, i)->text);
      else if (mk_token_at (p, i)->kind == MK_TOKEN_WORD || mk_token_at (p, i)->kind == MK_TOKEN_NUMBER) {
        mk_note_unknown (p, i, i + 1, false);
        bool is_verb = p->subject.n > 0 && !p->is_clause_start && !p->in_camera; /* most likely what it does */
        p->has_verb |= is_verb;
        p->object_at = is_verb ? i + 1 : p->object_at;
        p->object_is_held &= !is_verb;
      }
      next = i + 1;
    }
    i = next;
  }
  mk_clause_end (p, true);
}

void
mk_parse_words (mk_parser *p, const char *words)
{
  mk_tokens tokens;
  if (p->depth >= 2 || !mk_tokens_read (words, mk_lexicon_contractions (p->language->lexicon), &tokens, NULL))
    return;
  GArray *outer_tokens = p->tokens;
  mk_hit *outer_hits = p->hits;
  bool *outer_taken = p->is_taken, was_quiet = p->is_quiet;
  p->tokens = tokens.tokens;
  p->is_taken = g_new0 (bool, tokens.tokens->len + 1);
  p->is_quiet = true;
  p->depth++;
  find_hits (p);
  mk_clause_end (p, true);
  parse_tokens (p);
  g_free (p->hits);
  g_free (p->is_taken);
  p->tokens = outer_tokens;
  p->hits = outer_hits;
  p->is_taken = outer_taken;
  p->is_quiet = was_quiet;
  p->depth--;
  mk_tokens_clear (&tokens);
}

/* --- the whole --- */

/* "a bouncy ball": lively as it is, it does what it does best. */
static void
act_lively (mk_parser *p)
{
  const mk_thing *thing = p->things->len > 0 ? mk_thing_at (p, 0) : NULL;
  if (mk_json_length (p->lively) == 0 || thing == NULL || thing->info == NULL || thing->info->motions[0] == NULL || p->context != NULL)
    return;
  mk_refs one = { 0 };
  mk_refs_add (&one, 0, 0);
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return;
  mk_set_text (json, "id", mk_new_id (p, thing->info->motions[0]));
  mk_json_set (json, "targets", mk_refs_to_json (p, &one));
  mk_set_text (json, "motion", thing->info->motions[0]);
  mk_set_fields (json, p->lively);
  mk_assume (p, "I let the %s %s.", thing->noun, thing->info->motions[0]);
}

static bool
has_words (const GArray *tokens)
{
  for (guint i = 0; i < tokens->len; i++)
    if (g_array_index (tokens, mk_token, i).kind != MK_TOKEN_MARK)
      return true;
  return false;
}

static void
unknown_clear (void *data)
{
  mk_unknown *unknown = data;
  g_free (unknown->word);
  g_strfreev (unknown->suggestions);
}

static mk_understanding *
understanding_new (void)
{
  mk_understanding *out = g_new0 (mk_understanding, 1);
  out->spans = g_array_new (FALSE, FALSE, sizeof (mk_span));
  out->unknown = g_array_new (FALSE, FALSE, sizeof (mk_unknown));
  g_array_set_clear_func (out->unknown, unknown_clear);
  out->assumptions = g_ptr_array_new_with_free_func (g_free);
  return out;
}

/* A stand-in takes a word's place; that is no understanding of it. */
static bool
is_stand_in (const mk_parser *p, const mk_token *token)
{
  for (guint i = 0; i < p->out->unknown->len; i++) {
    const mk_unknown *unknown = &g_array_index (p->out->unknown, mk_unknown, i);
    if (unknown->is_stand_in && token->from >= unknown->from && token->to <= unknown->to)
      return true;
  }
  return false;
}

static double
confidence_of (const mk_parser *p)
{
  size_t all = 0, taken = 0;
  for (int i = 0; i < mk_n_tokens (p); i++) {
    const mk_token *token = mk_token_at (p, i);
    size_t length = token->kind == MK_TOKEN_MARK ? 0 : token->to - token->from;
    all += length;
    taken += p->is_taken[i] && !is_stand_in (p, token) ? (token->is_corrected ? length / 2 : length) : 0; /* a guess is half an understanding */
  }
  return all > 0 ? (double)taken / (double)all : 0;
}

static void
parser_clear (mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++)
    mk_json_unref (g_array_index (p->commands, mk_command, i).json);
  g_array_unref (p->commands);
  g_ptr_array_unref (p->things);
  g_hash_table_unref (p->ids);
  g_string_chunk_free (p->texts);
  g_ptr_array_unref (p->places);
  g_ptr_array_unref (p->unwanted);
  mk_json_unref (p->pending);
  mk_json_unref (p->lively);
  g_free (p->hits);
  g_free (p->is_taken);
  g_free (p->is_unshown);
  g_free (p->is_noise);
}

/* What the words mean is looked up anew when they changed. */
static bool
rewrite (mk_parser *p, bool (*change) (mk_parser *p))
{
  if (!change (p))
    return false;
  g_free (p->hits);
  find_hits (p);
  return true;
}

#define MAX_REPAIRS 8 /* in one text; each reads it anew */

static bool
parse_in (const mk_language *language, const char *sentence, const mk_json *context, mk_understanding **out, GError **error)
{
  mk_tokens tokens = { 0 };
  if (!mk_tokens_read (sentence, mk_lexicon_contractions (language->lexicon), &tokens, error))
    return false;
  if (!has_words (tokens.tokens)) {
    mk_tokens_clear (&tokens);
    return mk_error (error, MK_ERROR_SENTENCE, "there are no words to make a scene of; try “a red ball bounces on grass”");
  }
  mk_parser p = { .language = language, .sentence = sentence, .tokens = tokens.tokens, .context = context, .out = understanding_new (), .action = -1,
                  .last_action = -1, .last_camera = -1, .previous_action = -1, .comes_later = -1, .edit_end = -1, .pending_verb = -1, .goes = "", .object_at = -1, .idiom_at = -1, .is_clause_start = true };
  p.things = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_thing_free);
  p.commands = g_array_new (FALSE, TRUE, sizeof (mk_command));
  p.texts = g_string_chunk_new (512);
  p.places = g_ptr_array_new ();
  p.unwanted = g_ptr_array_new ();
  p.ids = g_hash_table_new (g_str_hash, g_str_equal);
  p.pending = mk_json_new_object ();
  p.lively = mk_json_new_object ();
  mk_things_load (&p);
  find_hits (&p);
  rewrite (&p, mk_split_words);
  rewrite (&p, mk_correct_words);
  for (int n = 0; n < MAX_REPAIRS && rewrite (&p, mk_idioms_unfold); n++)
    mk_idiom_set_form (&p);
  for (int n = 0; n < MAX_REPAIRS && rewrite (&p, mk_repair); n++)
    ;
  rewrite (&p, mk_join_parted_verbs);
  rewrite (&p, mk_order_words);
  size_t n_words = (size_t)mk_n_tokens (&p) + 1;
  p.is_taken = g_new0 (bool, n_words);
  p.is_unshown = g_new0 (bool, n_words);
  p.is_noise = g_new0 (bool, n_words);
  read_negative_numbers (&p);
  parse_tokens (&p);
  act_lively (&p);
  mk_furnish (&p);
  mk_dress_all (&p);
  mk_backdrop_complete (&p);
  mk_surroundings_assume (&p);
  say_unshown (&p);
  mk_say_noise (&p);
  p.out->confidence = confidence_of (&p);
  mk_emit (&p);
  p.out->reply = mk_reply_new (&p);
  *out = p.out;
  parser_clear (&p);
  mk_tokens_clear (&tokens);
  return true;
}

#define CLEAR 0.6   /* share of letters understood from which nobody looks further */
#define FOREIGN 0.2 /* and below which it is most likely another language */

/* Which languages there are, for who speaks another one. */
static void
name_languages (const mk_language *language, const GPtrArray *others, mk_understanding *out)
{
  g_autoptr (GString) names = g_string_new (mk_lexicon_language_name (language->lexicon));
  for (guint i = 0; i < others->len; i++)
    g_string_append_printf (names, "%s%s", i + 1 < others->len ? ", " : mk_lexicon_say (language->lexicon, " and "), mk_lexicon_language_name (((const mk_language *)others->pdata[i])->lexicon));
  char *text = g_strdup_printf (mk_lexicon_say (language->lexicon, "I understood next to nothing of this; the languages that I know are %s."), names->str);
  g_autofree char *reply = out->reply;
  g_ptr_array_add (out->assumptions, text);
  out->reply = g_strconcat (reply, " ", text, NULL);
}

bool
mk_language_parse (const mk_language *language, const char *sentence, const mk_json *context, mk_understanding **out, GError **error)
{
  if (!parse_in (language, sentence, context, out, error))
    return false;
  if ((*out)->confidence >= CLEAR)
    return true;
  const GPtrArray *others = mk_language_others ((mk_language *)language);
  for (guint i = 0; i < others->len; i++) {
    mk_understanding *said = NULL;
    if (!parse_in (others->pdata[i], sentence, context, &said, NULL))
      continue;
    if (said->confidence > (*out)->confidence + 0.2) {
      mk_understanding *worse = *out;
      *out = said;
      said = worse;
    }
    mk_understanding_free (said);
  }
  if ((*out)->confidence < FOREIGN)
    name_languages (language, others, *out);
  return true;
}
