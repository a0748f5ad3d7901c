/* The loop: constructions are tried at each word in their order; then the whole becomes an understanding. */
#include "language/constructions.h"

#include <string.h>

/* "… and finally the green one": does what was done before, when an order word said so and no verb came. */
static void
repeat_action (mk_parser *p)
{
  const mk_json *before = mk_command_json (p, p->last_action);
  if (p->order.now != MK_ORDER_THEN && p->order.now != MK_ORDER_WHILE)
    return;
  if (before == NULL || p->clause.has_verb || p->clause.has_look || p->clause.after_relation || p->clause.in_camera || p->subject.n == 0 || !g_str_equal (mk_json_get_string (mk_json_get (before, "op")), "animate"))
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
  if (p->clause.verb >= 0 && p->latest.n > 0)
    mk_motion_attach (p, p->clause.verb, &p->latest);
  p->previous_action = p->clause.action >= 0 ? p->clause.action : p->previous_action;
  p->clause = (mk_clause){ MK_CLAUSE_NEW, .is_joined = !is_hard };
  if (is_hard) {
    p->list.relation = NULL;
    p->has_subject = false;
    p->subject.n = p->anchor.n = p->head.n = p->deferred.n = 0;
    p->edit.kind = MK_EDIT_NONE;
    p->order.now = p->order.next = MK_ORDER_NONE;
  }
}

/* "desk: laptop, lamp, mug": what is listed behind a thing that others stand on is on it. */
static void
begin_list (mk_parser *p)
{
  const mk_thing *thing = p->subject.n == 1 ? mk_thing_at (p, p->subject.thing[0]) : NULL;
  if (thing == NULL || thing->command < 0 || thing->count > 1 || p->clause.has_verb || p->clause.after_relation || p->clause.in_camera || p->edit.kind != MK_EDIT_NONE || !mk_is_stood_on (p, thing))
    return;
  p->list.relation = "on";
  p->list.to = p->subject;
  p->list.is_carried = p->list.is_row = false;
  p->subject.n = 0;
  p->has_subject = false;
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
    p->is_listed = !p->clause.has_verb;
    p->was_camera = p->clause.in_camera || (p->was_camera && p->subject.n == 0);
    p->clause.is_start = p->clause.is_joined = true;
    p->clause.is_predicate = p->clause.in_camera = p->clause.wants_target = false;
    if (mark == ':')
      begin_list (p);
    if (mk_hit_at (p, i + 1, MK_WORD_relative)->n == 0)
      mk_relate_back (p);
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
  p->clause.is_joined = p->clause.is_start = true;
  p->clause.wants_target = p->is_listed = false;
  mk_note (p, i, i + hit->n, NULL, -1);
  return i + hit->n;
}

/* "a cup, a plate and two spoons that are made of gold": the last one named, unless it is one alone and they are several. */
static void
choose_related (mk_parser *p, int i)
{
  static const char *const plural[] = { "are", "were", "have" };
  mk_refs last = p->mentioned;
  bool is_for_all = false;
  if (p->anchor.n < 2 || last.n != 1 || !mk_refs_has (&p->anchor, last.thing[0]) || mk_is_mark (p, i - 1, ','))
    return;
  for (size_t k = 0; k < MK_COUNT (plural) && mk_thing_at (p, last.thing[0])->count < 2; k++)
    is_for_all |= mk_is_word (p, i + 1, plural[k]) || mk_is_word (p, i, plural[k]);
  if (!is_for_all)
    p->anchor = last;
}

static bool
is_done_by_parts (const mk_parser *p, int i)
{
  const mk_hit *verb = mk_hit_at (p, i, MK_WORD_motion);
  const mk_json *value = verb->n > 0 ? verb->sense->value : NULL;
  return mk_world_has (p, "motions", "of_parts", mk_json_get_string (mk_json_get (value, mk_json_has (value, "thing") ? "thing" : "motion")));
}

/* "that", "which": what follows is said of what came before; and "a bear that bows" speaks of no bow. */
bool
mk_is_relative (const mk_parser *p, int i)
{
  int n = mk_hit_at (p, i, MK_WORD_relative)->n;
  const mk_hit *verb = mk_hit_at (p, i + n, MK_WORD_motion);
  if (n == 0 || p->anchor.n == 0)
    return false;
  bool is_done = verb->n > 0 && (verb->form == MK_FORM_S || mk_is_several (p, &p->anchor)) && mk_thing_is_living (mk_thing_at (p, p->anchor.thing[0]));
  return is_done || !mk_np_is_head_ahead (p, i + n);
}

/* "is", "that", "which": what follows speaks of what came before. */
static int
parse_copula (mk_parser *p, int i)
{
  const mk_hit *relative = mk_hit_at (p, i, MK_WORD_relative), *copula = mk_hit_at (p, i, MK_WORD_copula);
  int n = 0;
  if (mk_is_relative (p, i)) {
    n = relative->n;
    choose_related (p, i);
    if (i == p->seen.at && p->seen.who.part[0] != 0 && is_done_by_parts (p, i + n)) /* "a clock with hands that turn fast" */
      p->anchor = p->seen.who;
    mk_relate_to_goal (p, i, mk_is_word (p, i, "who"));
    p->subject = p->anchor;
    p->has_subject = p->clause.is_predicate = true;
    p->clause.is_start = false;
  }
  else if (copula->n > 0 && (p->subject.n > 0 || p->clause.in_camera)) {
    n = copula->n;
    p->is_listed = false;
    p->clause.is_predicate = !p->clause.in_camera;
    if (p->subject.n > 0 && !p->clause.in_camera)
      p->anchor = p->head = p->subject;
  }
  mk_note (p, i, i + n, NULL, -1);
  return i + n;
}

static int
parse_filler (mk_parser *p, int i)
{
  static const mk_word_kind kinds[] = { MK_WORD_rests, MK_WORD_wait, MK_WORD_filler, MK_WORD_conj, MK_WORD_prep, MK_WORD_copula, MK_WORD_relative, MK_WORD_det, MK_WORD_pronoun, MK_WORD_view_of, MK_WORD_one, MK_WORD_wear, MK_WORD_adjective };
  for (size_t k = 0; k < MK_COUNT (kinds); k++) {
    const mk_hit *hit = mk_hit_at (p, i, kinds[k]);
    if (hit->n == 0)
      continue;
    if (kinds[k] == MK_WORD_adjective)
      mk_note_unshown (p, i, hit->n);
    if ((kinds[k] == MK_WORD_rests || kinds[k] == MK_WORD_wait) && p->subject.n > 0 && !p->clause.in_camera) /* "a man with a hat stands …" speaks of the man */
      p->anchor = p->head = p->subject;
    int end = i + hit->n;
    bool is_last = end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK;
    p->clause.has_verb |= (kinds[k] == MK_WORD_wait || kinds[k] == MK_WORD_rests) && is_last && p->subject.n > 0; /* "while two cars wait": they do not go as well */
    bool is_oblique = kinds[k] == MK_WORD_prep && p->subject.n > 0 && !p->clause.is_start && !p->clause.in_camera && !p->clause.wants_target && !mk_is_word (p, i, "with"); /* "hangs from a frame" */
    p->object.at = is_oblique ? i + hit->n : p->object.at;
    p->object.is_held &= !is_oblique;
    mk_note (p, i, i + hit->n, NULL, -1);
    return i + hit->n;
  }
  return i;
}

/* "sits in a church", "sits on a beach": who is there sits. */
static int
rest_there (mk_parser *p, int i, int next)
{
  if (next > i + 1 && p->subject.n > 0 && !p->clause.has_verb && !p->clause.in_camera)
    mk_take_pose (p, i, next - i, &p->subject);
  return next;
}

static int
parse_scene (mk_parser *p, int i)
{
  return rest_there (p, i, mk_parse_scene (p, i));
}

static int
parse_ground (mk_parser *p, int i)
{
  return rest_there (p, i, mk_parse_ground (p, i));
}

typedef int (*construction) (mk_parser *p, int i);

/* The order is the grammar: what is tried first wins. */
static const construction constructions[] = {
  mk_parse_prompt, parse_mark, mk_parse_also, mk_parse_meant, mk_parse_painting, mk_parse_naming, mk_parse_apiece, mk_parse_lead, mk_parse_when, mk_parse_order, mk_parse_keep, mk_parse_same, mk_parse_retext, mk_parse_edit, mk_parse_wait, mk_parse_halt, mk_parse_let_not, mk_parse_negation, mk_parse_figure, mk_parse_group, mk_parse_render, mk_parse_more, mk_parse_shot, mk_parse_light, mk_parse_camera, mk_parse_plume, mk_parse_weather, mk_parse_sky,
  parse_scene, mk_parse_sizes, mk_parse_bare_material, mk_parse_option, parse_ground, mk_parse_row, mk_parse_letters, mk_parse_compare, mk_parse_time, mk_parse_adverb, mk_parse_lively, mk_parse_morph, mk_parse_causative, mk_parse_motion, mk_parse_act, mk_parse_mount, mk_parse_source, mk_parse_path, mk_parse_clothes, mk_parse_except, mk_parse_made_of, mk_parse_relation, mk_parse_crew, mk_parse_with,
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

/* "a woman puts a vase on the table": what is a command of edits elsewhere is done by somebody here. */
static bool
is_finite_edit (const mk_parser *p, int i)
{
  const mk_hit *edit = mk_hit_at (p, i, MK_WORD_edit);
  return edit->n == 1 && (edit->form == MK_FORM_S || edit->form == MK_FORM_ED);
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
      bool goes_on = p->clause.is_joined && is_finite_edit (p, i); /* "takes a cube and puts it …" */
      bool is_verb = p->subject.n > 0 && (!p->clause.is_start || goes_on) && !p->clause.in_camera; /* most likely what it does */
      if (is_known (p, i) && !(is_verb && is_finite_edit (p, i)))
        mk_assume (p, "I found nothing that “%s” speaks of.", mk_token_at (p, i)->text);
      else if (mk_token_at (p, i)->kind == MK_TOKEN_WORD || mk_token_at (p, i)->kind == MK_TOKEN_NUMBER) {
        if (is_known (p, i))
          mk_note_unshown (p, i, 1);
        else
          mk_note_unknown (p, i, i + 1, false);
        p->clause.has_verb |= is_verb;
        p->clause.is_start &= !is_verb;
        p->clause.is_joined &= !is_verb;
        p->object.at = is_verb ? i + 1 : p->object.at;
        p->object.is_held &= !is_verb;
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
  mk_find_hits (p);
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
  int command = mk_animate_new (p, thing->info->motions[0], &one);
  if (command < 0)
    return;
  mk_set_fields (mk_command_json (p, command), p->lively);
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

void
mk_parser_begin (mk_parser *p, const mk_language *language, const mk_json *context)
{
  *p = (mk_parser){ .language = language, .context = context, .out = mk_understanding_new (), .clause = { MK_CLAUSE_NEW }, .last_action = -1,
                    .last_camera = -1, .previous_action = -1, .order.later = -1, .edit.end = -1, .object.at = -1, .object.end = -1, .seen.at = -1, .idiom.at = -1 };
  p->things = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_thing_free);
  p->commands = g_array_new (FALSE, TRUE, sizeof (mk_command));
  p->texts = g_string_chunk_new (512);
  p->guesses = g_ptr_array_new_with_free_func (g_free);
  p->places = g_ptr_array_new ();
  p->unwanted = g_ptr_array_new ();
  p->ids = g_hash_table_new (g_str_hash, g_str_equal);
  p->pending = mk_json_new_object ();
  p->lively = mk_json_new_object ();
  mk_things_load (p);
}

void
mk_parser_end (mk_parser *p)
{
  mk_understanding_free (p->out);
  for (guint i = 0; i < p->commands->len; i++)
    mk_json_unref (g_array_index (p->commands, mk_command, i).json);
  g_array_unref (p->commands);
  g_ptr_array_unref (p->things);
  g_hash_table_unref (p->ids);
  g_string_chunk_free (p->texts);
  g_ptr_array_unref (p->guesses);
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
  mk_find_hits (p);
  return true;
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
  mk_parser p;
  mk_parser_begin (&p, language, context);
  p.sentence = sentence;
  p.tokens = tokens.tokens;
  mk_find_hits (&p);
  rewrite (&p, mk_split_words);
  rewrite (&p, mk_correct_words);
  for (int n = 0; n < MAX_REPAIRS && rewrite (&p, mk_idioms_unfold); n++)
    mk_idiom_set_form (&p);
  for (int n = 0; n < MAX_REPAIRS && rewrite (&p, mk_repair); n++)
    ;
  for (int n = 0; n < MAX_REPAIRS && rewrite (&p, mk_fill_gap); n++)
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
  mk_provide_tools (&p);
  mk_furnish (&p);
  mk_dress_all (&p);
  mk_street_follow (&p);
  mk_backdrop_complete (&p);
  mk_surroundings_assume (&p);
  mk_say_unshown (&p);
  mk_say_noise (&p);
  p.out->confidence = mk_confidence (&p);
  mk_emit (&p);
  p.out->reply = mk_reply_new (&p);
  *out = g_steal_pointer (&p.out);
  mk_parser_end (&p);
  mk_tokens_clear (&tokens);
  return true;
}

#define CLEAR 0.6   /* share of letters understood that make it this language */
#define SURE 0.8    /* from which nobody looks further: "ein tiger" is 0.62 of English */
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

/* How many things of the scene the language calls as they were called when they were made. */
static unsigned
count_named (const mk_language *language, const mk_json *context, unsigned *n_all)
{
  unsigned n = 0;
  *n_all = 0;
  for (size_t i = 0; i < mk_json_length (context); i++) {
    const mk_json *command = mk_json_at (context, i);
    const char *name = mk_json_get_string (mk_json_get (command, "name")), *object = mk_json_get_string (mk_json_get (command, "object"));
    bool is_named = false;
    if (*name == 0 || *object == 0 || mk_json_has (command, "label") || g_unichar_isupper (g_utf8_get_char (name))) /* Otto is Otto in every language */
      continue;
    for (const mk_sense *sense = mk_lexicon_find (language->lexicon, name); sense != NULL; sense = sense->next)
      is_named |= sense->kind == MK_WORD_object && g_str_equal (sense->object->name, object);
    n += is_named;
    ++*n_all;
  }
  return n;
}

const mk_language *
mk_language_of_talk (const mk_language *asked, const mk_json *context)
{
  const mk_language *best = asked;
  unsigned n_all, most = count_named (asked, context, &n_all);
  const GPtrArray *others = most < n_all ? mk_language_others ((mk_language *)asked) : NULL;
  for (guint i = 0; others != NULL && i < others->len; i++) {
    unsigned n = count_named (others->pdata[i], context, &n_all);
    best = n > most ? others->pdata[i] : best;
    most = MAX (n, most);
  }
  return best;
}

/* Also tells in which of the languages that is. */
static bool
parse_in_any (const mk_language *language, const char *sentence, const mk_json *context, mk_understanding **out, const mk_language **in, GError **error)
{
  const mk_language *first = mk_language_of_talk (language, context);
  *in = first;
  if (!parse_in (first, sentence, context, out, error))
    return false;
  if ((*out)->confidence >= SURE)
    return true;
  const GPtrArray *others = mk_language_others ((mk_language *)language);
  for (guint i = 0; i <= others->len; i++) {
    const mk_language *next = i == 0 ? language : others->pdata[i - 1];
    mk_understanding *said = NULL;
    if (next == first || !parse_in (next, sentence, context, &said, NULL))
      continue;
    if (said->confidence > (*out)->confidence + 0.2) {
      mk_understanding *worse = *out;
      *out = said;
      *in = next;
      said = worse;
    }
    mk_understanding_free (said);
  }
  if ((*out)->confidence < FOREIGN)
    name_languages (language, others, *out);
  return true;
}

bool
mk_language_parse (const mk_language *language, const char *sentence, const mk_json *context, mk_understanding **out, GError **error)
{
  const mk_language *in;
  return parse_in_any (language, sentence, context, out, &in, error);
}

const mk_language *
mk_language_of_sentence (const mk_language *asked, const char *sentence, const mk_json *context)
{
  g_autoptr (mk_understanding) said = NULL;
  const mk_language *in;
  return parse_in_any (asked, sentence, context, &said, &in, NULL) && said->confidence >= CLEAR ? in : mk_language_of_talk (asked, context);
}
