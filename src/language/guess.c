/* Words that nobody taught: what the thesaurus knows of them becomes senses, as if the lexicon had them. "A corgi" is shown as a
 * dog, and the reply says so; who ambles walks; "gleeful" says nothing that could be shown. */
#include <string.h>

#include "language/constructions.h"
#include "language/thesaurus.h"

/* How far above a word a name still tells what it looks like: a person is a person, whatever else; a shrub is no shelf. */
#define STEPS_OF_PERSONS 12
#define STEPS_OF_NOUNS 5
#define STEPS_OF_VERBS 2
#define MAX_WORDS 3     /* of a phrase of the thesaurus */
#define LEAST_LETTERS 4 /* shorter words are as often another language's, or part of a name */

typedef struct {
  const mk_lexicon *lexicon;
  bool is_person;
  const mk_sense *senses; /* found: of the phrase that it is shown as */
} search;

static mk_kind_class
class_of (const char *category)
{
  if (g_str_equal (category, "animal"))
    return MK_CLASS_ANIMAL;
  if (g_str_equal (category, "person"))
    return MK_CLASS_PERSON;
  return g_str_equal (category, "food") || g_str_equal (category, "plant") ? MK_CLASS_FOOD : MK_CLASS_THING;
}

static const mk_sense *
object_of (const mk_sense *senses)
{
  while (senses != NULL && senses->kind != MK_WORD_object)
    senses = senses->next;
  return senses;
}

static bool
is_deed (const mk_sense *sense)
{
  return sense->kind == MK_WORD_motion || sense->kind == MK_WORD_transitive || sense->kind == MK_WORD_physics || (sense->kind == MK_WORD_act && mk_json_has (sense->value, "how"));
}

static bool
is_object_of (const char *name, mk_kind_class of, void *user)
{
  search *look = user;
  look->is_person = of == MK_CLASS_PERSON;
  const mk_sense *sense = object_of (mk_lexicon_find (look->lexicon, name));
  if (sense == NULL || class_of (sense->object->category) != of)
    return false;
  look->senses = sense;
  return true;
}

static bool
is_deed_of (const char *name, mk_kind_class of, void *user)
{
  search *look = user;
  const mk_sense *sense = of == MK_CLASS_DEED ? mk_lexicon_find (look->lexicon, name) : NULL;
  while (sense != NULL && !is_deed (sense))
    sense = sense->next;
  look->senses = sense;
  return sense != NULL;
}

/* A sense that lives as long as the parser. */
static mk_sense *
new_sense (mk_parser *p, mk_word_kind kind, const char *phrase)
{
  mk_sense *sense = g_new0 (mk_sense, 1);
  *sense = (mk_sense){ .kind = kind, .phrase = g_string_chunk_insert_const (p->texts, phrase) };
  g_ptr_array_add (p->guesses, sense);
  return sense;
}

typedef struct {
  int at;
  unsigned n;         /* tokens */
  const char *phrase; /* in its base form */
  mk_word_form form;
  bool is_known_noun; /* of the lexicon, without a picture: that is all it may get */
} guess;

static void
set_hit (mk_parser *p, const guess *word, const mk_sense *sense)
{
  mk_hit *hit = &p->hits[(size_t)word->at * MK_N_WORD_KINDS + sense->kind];
  if (hit->n < word->n)
    *hit = (mk_hit){ sense, (uint8_t)word->n, (uint8_t)word->form };
}

/* Only what has a picture becomes a sense: a word for which a stand-in must do is read as one that nobody knows, by where it stands. */
static void
read_noun (mk_parser *p, const guess *word, unsigned kind)
{
  search look = { .lexicon = p->language->lexicon };
  bool is_near = mk_thesaurus_climb (kind, STEPS_OF_NOUNS, is_object_of, &look);
  if (!is_near && !(look.is_person && mk_thesaurus_climb (kind, STEPS_OF_PERSONS, is_object_of, &look) && g_str_equal (look.senses->object->category, "person")))
    return;
  bool is_person = g_str_equal (look.senses->object->category, "person");
  if (word->is_known_noun && is_person) /* a diner is a place, as the lexicon knows it */
    return;
  mk_sense *sense = new_sense (p, MK_WORD_object, word->phrase);
  sense->object = look.senses->object;
  sense->is_kin = true;
  set_hit (p, word, sense);
}

static bool
is_after_determiner (const mk_parser *p, int i)
{
  return mk_hit_at (p, i - 1, MK_WORD_det)->n > 0 || mk_hit_at (p, i - 1, MK_WORD_number)->n > 0 || mk_hit_at (p, i - 1, MK_WORD_color)->n > 0;
}

static void
read_verb (mk_parser *p, const guess *word, unsigned kind)
{
  search look = { .lexicon = p->language->lexicon };
  if (word->form == MK_FORM_BASE && is_after_determiner (p, word->at)) /* "a roast turkey" */
    return;
  if (!mk_thesaurus_climb (kind, STEPS_OF_VERBS, is_deed_of, &look)) {
    set_hit (p, word, new_sense (p, MK_WORD_act, word->phrase));
    return;
  }
  for (const mk_sense *sense = look.senses; sense != NULL; sense = sense->next)
    if (is_deed (sense))
      set_hit (p, word, sense);
}

/* Whether a word of that sort may have that form. */
static bool
may_have_form (mk_reading_sort sort, mk_word_form form)
{
  if (sort == MK_READ_VERB)
    return form != MK_FORM_COMPARE;
  if (sort == MK_READ_ADJECTIVE)
    return form == MK_FORM_BASE || form == MK_FORM_COMPARE;
  return form == MK_FORM_BASE || (form == MK_FORM_S && sort != MK_READ_ADVERB);
}

/* Whether the thesaurus has it. */
static bool
read_phrase (mk_parser *p, const guess *word)
{
  mk_reading readings[MK_MAX_READINGS];
  unsigned n_readings = strlen (word->phrase) >= LEAST_LETTERS ? mk_thesaurus_find (word->phrase, readings) : 0;
  bool is_word = false;
  for (unsigned k = 0; k < n_readings; k++) {
    mk_reading_sort sort = readings[k].sort;
    if (!may_have_form (sort, word->form))
      continue;
    is_word = true;
    if (sort == MK_READ_NOUN)
      read_noun (p, word, readings[k].kind);
    else if (word->is_known_noun)
      continue;
    else if (sort == MK_READ_VERB)
      read_verb (p, word, readings[k].kind);
    else
      set_hit (p, word, new_sense (p, sort == MK_READ_ADJECTIVE ? MK_WORD_adjective : MK_WORD_common, word->phrase));
  }
  return is_word;
}

/* Of what the lexicon says a word may be, if it is a noun and has no picture that is all. */
typedef enum { IS_KNOWN, IS_NOUN, IS_FREE } freedom;

static bool
may_be_guessed (const mk_parser *p, int i)
{
  const mk_token *token = mk_token_at (p, i);
  bool is_name = token->is_capital || mk_is_called (p, token->text) || (p->depth == 0 && i > 0 && g_unichar_isupper (g_utf8_get_char (p->sentence + token->from)) && !mk_is_mark (p, i - 1, '.'));
  return token->kind == MK_TOKEN_WORD && !is_name && strlen (token->text) < sizeof (mk_stem);
}

/* Of every token, before any guess is in: one is no reason against another. */
static freedom *
freedoms_of (const mk_parser *p)
{
  int n = mk_n_tokens (p);
  freedom *are = g_new (freedom, (size_t)n + 1);
  for (int i = 0; i < n; i++)
    are[i] = IS_FREE;
  for (int i = 0; i < n; i++)
    for (int kind = 0; kind < MK_N_WORD_KINDS; kind++) {
      int length = p->hits[(size_t)i * MK_N_WORD_KINDS + (size_t)kind].n;
      bool is_bare_noun = kind == MK_WORD_noun && length == 1;
      if (is_bare_noun && are[i] == IS_FREE)
        are[i] = IS_NOUN;
      for (int k = 0; k < length && !is_bare_noun; k++)
        are[i + k] = IS_KNOWN;
    }
  for (int i = 0; i < n; i++)
    if (are[i] != IS_KNOWN && !may_be_guessed (p, i))
      are[i] = IS_KNOWN;
  return are;
}

/* The phrase of n words from token i as it stands and with its last word in a base form; whether the thesaurus knows it. */
static bool
guess_phrase (mk_parser *p, int i, unsigned n, bool is_known_noun)
{
  char head[160] = "", phrase[216];
  const char *last = mk_token_at (p, i + (int)n - 1)->text;
  for (unsigned k = 0; k + 1 < n; k++) {
    g_strlcat (head, mk_token_at (p, i + (int)k)->text, sizeof head);
    g_strlcat (head, " ", sizeof head);
  }
  mk_stem stems[MK_MAX_STEMS + 1] = { { .form = MK_FORM_BASE } };
  g_strlcpy (stems[0].text, last, sizeof stems[0].text);
  unsigned n_stems = 1 + mk_lexicon_stem (p->language->lexicon, last, stems + 1);
  bool is_known = false;
  for (unsigned k = 0; k < n_stems; k++) {
    g_snprintf (phrase, sizeof phrase, "%s%s", head, stems[k].text);
    is_known |= read_phrase (p, &(guess){ i, n, phrase, stems[k].form, is_known_noun });
  }
  return is_known;
}

void
mk_guess_words (mk_parser *p)
{
  if (!mk_lexicon_has_thesaurus (p->language->lexicon))
    return;
  int n_tokens = mk_n_tokens (p);
  g_autofree freedom *are = freedoms_of (p);
  for (int i = 0; i < n_tokens; i++) {
    unsigned n = 0;
    while (n < MAX_WORDS && i + (int)n < n_tokens && are[i + (int)n] != IS_KNOWN)
      n++;
    while (n > 0 && !guess_phrase (p, i, n, n == 1 && are[i] == IS_NOUN))
      n--;
    for (unsigned k = 0; k < n; k++)
      g_array_index (p->tokens, mk_token, i + (int)k).is_guessed = are[i + (int)k] == IS_FREE;
    i += (int)MAX (n, 1) - 1;
  }
}
