#include "language/reply_words.h"

#include <string.h>

#include "language/constructions.h"
#include "language/reply_private.h"

static const char *
rule (const mk_parser *p, const char *table, const char *word)
{
  return mk_lexicon_word_rule (p->language->lexicon, table, word);
}

/* The row of the longest ending of a word that the table has, down to none at all; `cut` gets where the ending begins. */
static const char *
rule_of_ending (const mk_parser *p, const char *table, const char *word, const char **cut)
{
  const char *ending = word;
  while (rule (p, table, ending) == NULL && *ending != 0)
    ending = g_utf8_next_char (ending);
  if (cut != NULL)
    *cut = ending;
  return rule (p, table, ending);
}

static bool
is_noun (const mk_parser *p, const char *word)
{
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, word); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_object || sense->kind == MK_WORD_noun)
      return true;
  return false;
}

const char *
mk_noun_written (const mk_parser *p, const char *name)
{
  if (!mk_lexicon_nouns_are_capital (p->language->lexicon) || *name == 0)
    return name;
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  g_autoptr (GString) whole = g_string_new (NULL);
  for (char **i = words; *i != NULL; i++) { /* "Tasse Tee", "runder Tisch" */
    bool is_capital = i[1] == NULL || is_noun (p, *i);
    g_autofree char *first = g_utf8_strup (*i, **i != 0 ? g_utf8_next_char (*i) - *i : 0);
    g_string_append_printf (whole, "%s%s%s", i > words ? " " : "", is_capital ? first : "", is_capital && **i != 0 ? g_utf8_next_char (*i) : *i);
  }
  return g_string_chunk_insert (p->texts, whole->str);
}

const char *
mk_noun_gender (const mk_parser *p, const char *name)
{
  const char *known = NULL;
  bool is_head_first = mk_lexicon_adjectives_follow (p->language->lexicon); /* "reloj de pulsera" */
  g_autofree char *begin = g_strndup (name, strcspn (name, " "));
  is_head_first |= mk_lexicon_nouns_are_capital (p->language->lexicon) && is_noun (p, begin); /* "Tasse Tee", not "runder Tisch" */
  g_autofree char *head = is_head_first ? g_strndup (name, strcspn (name, " ")) : g_strdup (strrchr (name, ' ') != NULL ? strrchr (name, ' ') + 1 : name);
  for (const char *i = head; *i != 0 && known == NULL && (i == head || strlen (i) > 2); i = g_utf8_next_char (i))
    known = rule (p, "noun_gender", i);
  known = known != NULL ? known : rule_of_ending (p, "gender_ending", head, NULL);
  return known != NULL ? known : "";
}

/* "scissors", "gafas": one thing whose word is a plural. */
bool
mk_noun_is_always_many (const mk_parser *p, const char *name)
{
  const char *alone = rule (p, "said_alone", name);
  return alone != NULL && g_str_equal (alone, "pl");
}

/* "a m acc": what the table says of that, else of less of it. */
static const char *
bent (const mk_parser *p, const char *table, const char *what, const char *gender, const char *grammatical_case)
{
  char key[64];
  for (int less = 0; less < 4; less++) {
    g_snprintf (key, sizeof key, "%s%s%s%s%s", what, less < 2 ? " " : "", less < 2 ? gender : "", less % 2 == 0 ? " " : "", less % 2 == 0 ? grammatical_case : "");
    const char *found = rule (p, table, key);
    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Of several: by a rule for all of the word, by the lexicon, else by its ending; NULL when neither knows. */
static char *
plural_of (const mk_parser *p, const char *name)
{
  const char *known = mk_lexicon_plural (p->language->lexicon, name), *cut = NULL, *tail = rule_of_ending (p, "plural_ending", name, &cut);
  if (tail != NULL && cut == name) /* all of it: "sheep" */
    return g_strdup (tail);
  if (known != NULL || mk_noun_is_always_many (p, name))
    return g_strdup (known != NULL ? known : name);
  if (mk_lexicon_adjectives_follow (p->language->lexicon) && strchr (name, ' ') != NULL) { /* the head comes first */
    g_autofree char *head = g_strndup (name, strcspn (name, " ")), *many = plural_of (p, head);
    return many != NULL ? g_strconcat (many, strchr (name, ' '), NULL) : NULL;
  }
  return tail != NULL ? g_strdup_printf ("%.*s%s", (int)(cut - name), name, tail) : NULL;
}

static bool
is_dative (const char *grammatical_case)
{
  return g_str_equal (grammatical_case, MK_DATIVE);
}

/* The noun alone: "Bällen", "Löwen", "des Hauses". A gender that bends in the genitive has a row of its own. */
static char *
bend_noun (const mk_parser *p, const char *name, const char *many, const char *grammatical_case)
{
  const char *weak = NULL;
  size_t n = strlen (many != NULL ? many : name);
  bool has_cases = rule (p, "article", "the m dat") != NULL;
  if (many != NULL && has_cases && is_dative (grammatical_case) && many[n - 1] != 'n' && many[n - 1] != 's')
    return g_strconcat (many, "n", NULL);
  if (many != NULL)
    return g_strdup (many);
  for (const char *i = name; *i != 0 && weak == NULL && !g_str_equal (grammatical_case, MK_NOMINATIVE); i = g_utf8_next_char (i))
    weak = rule (p, "weak_noun", i);
  if (weak != NULL)
    return g_strconcat (name, name[n - 1] == 'e' ? "n" : weak, NULL);
  const char *ending = g_str_equal (grammatical_case, MK_GENITIVE) ? rule (p, "genitive_ending", mk_noun_gender (p, name)) : NULL;
  return ending != NULL ? g_strconcat (name, rule_of_ending (p, "genitive_ending", name, NULL), NULL) : g_strdup (name);
}

static char *
bend_color (const mk_parser *p, const mk_noun *noun, bool is_many, const char *gender, const char *grammatical_case)
{
  bool stays = rule (p, "unbending", noun->color) != NULL;
  const char *what = is_many ? "pl" : noun->is_definite ? "the" : "a";
  const char *ending = stays ? NULL : bent (p, "adjective_ending", what, gender, grammatical_case);
  return g_strdup_printf ("%s%s ", noun->color, ending != NULL ? ending : "");
}

/* "in" and "dem" are "im"; the preposition may be of several words. */
static void
join_article (const mk_parser *p, GString *out, const char *preposition, const char *article)
{
  const char *last = strrchr (preposition, ' ') != NULL ? strrchr (preposition, ' ') + 1 : preposition;
  g_autofree char *both = g_strconcat (last, " ", article, NULL);
  const char *melted = rule (p, "contracted", both);
  if (melted != NULL)
    g_string_append_printf (out, "%.*s%s ", (int)(last - preposition), preposition, melted);
  else
    g_string_append_printf (out, "%s%s%s%s", preposition, *preposition != 0 ? " " : "", article, *article != 0 ? " " : "");
}

bool
mk_noun_is_company (const mk_parser *p, const char *name)
{
  const char *last = strrchr (name, ' ') != NULL ? strrchr (name, ' ') + 1 : name;
  const mk_sense *sense = mk_lexicon_find (p->language->lexicon, last);
  while (sense != NULL && sense->kind != MK_WORD_company)
    sense = sense->next;
  return sense != NULL;
}

void
mk_say_noun (const mk_parser *p, GString *out, const mk_noun *noun, const char *grammatical_case, const char *preposition)
{
  bool is_company = noun->count > 1 && mk_noun_is_company (p, noun->name);
  if (is_company) {
    mk_noun whole = *noun;
    whole.count = 1;
    mk_say_noun (p, out, &whole, grammatical_case, preposition);
    if (!noun->is_definite && !noun->is_uncounted)
      g_string_append_printf (out, mk_lexicon_say (p->language->lexicon, " of %d"), (int)noun->count);
    return;
  }
  g_autofree char *many = noun->count < 2 ? NULL : noun->is_as_written ? g_strdup (noun->name) : plural_of (p, noun->name);
  bool is_many = noun->count > 1 || mk_noun_is_always_many (p, noun->name), has_color = *noun->color != 0, follows = mk_lexicon_adjectives_follow (p->language->lexicon);
  const char *gender = mk_noun_gender (p, noun->name);
  g_autofree char *name = bend_noun (p, noun->name, many, grammatical_case), *color = has_color && !follows && strchr (noun->color, ',') == NULL ? bend_color (p, noun, is_many, gender, grammatical_case) : g_strdup ("");
  const char *article = is_many && !noun->is_definite ? "" : bent (p, "article", noun->is_definite ? is_many ? "the pl" : "the" : "a", gender, grammatical_case);
  const char *first = *color != 0 ? color : name;
  if (!noun->is_definite && !is_many && *first != 0 && strchr ("aeiou", *first) != NULL && rule (p, "article", "an") != NULL && rule (p, "said_with_a", first) == NULL)
    article = rule (p, "article", "an");
  if (!noun->is_definite && rule (p, "said_alone", noun->name) != NULL) /* "grapes", "Mars" */
    article = "";
  join_article (p, out, preposition, article != NULL ? article : "");
  if (noun->count > 1 && !noun->is_definite && !noun->is_uncounted)
    g_string_append_printf (out, many != NULL ? "%d " : "%d × ", (int)noun->count);
  g_string_append_printf (out, "%s%s", color, mk_noun_written (p, name));
  if (has_color && *color == 0)
    g_string_append_printf (out, mk_lexicon_say (p->language->lexicon, " in %s"), noun->color);
}

static bool
is_quote (const char *at, const char *const *marks)
{
  for (; *marks != NULL; marks++)
    if (g_str_has_prefix (at, *marks))
      return true;
  return false;
}

char *
mk_say_numbers (const mk_lexicon *lexicon, char *text)
{
  static const char *const opening[] = { "„", "«", NULL }, *const closing[] = { "“", "»", NULL };
  bool is_quoted = false;
  if (mk_lexicon_word_rule (lexicon, "decimal_mark", ".") == NULL)
    return text;
  for (char *i = text; *i != 0; i++) {
    is_quoted = is_quote (i, opening) || (is_quoted && !is_quote (i, closing));
    if (*i == '.' && !is_quoted && i > text && g_ascii_isdigit (i[-1]) && g_ascii_isdigit (i[1]))
      *i = *mk_lexicon_word_rule (lexicon, "decimal_mark", ".");
  }
  return text;
}

const char *
mk_case_of (const mk_parser *p, const char *role)
{
  const char *asked = rule (p, "case", role);
  return asked != NULL ? asked : MK_DATIVE;
}

const char *
mk_say_verb (const mk_parser *p, const char *motion, bool is_plural)
{
  const char *forms = rule (p, "does", motion), *bar = forms != NULL ? strchr (forms, '|') : NULL;
  if (bar == NULL)
    return forms;
  return is_plural ? bar + 1 : g_string_chunk_insert_len (p->texts, forms, (gssize)(bar - forms));
}

/* In the mouth of an animal; whoever lives is in the arms. */
static const char *
words_of_holding (const mk_thing *held, const mk_thing *holder)
{
  bool bites = holder != NULL && holder->info != NULL && g_str_equal (holder->info->category, "animal");
  return bites ? "in the mouth of" : held != NULL && mk_thing_is_living (held) ? "in the arms of" : "in the hands of";
}

const char *
mk_say_relation (const mk_parser *p, const char *relation, const mk_thing *own, const mk_thing *other)
{
  if (g_str_equal (relation, "held"))
    return mk_reply_say (p, words_of_holding (own, other));
  static const char *const words[][2] = { { "left", "to the left of" }, { "right", "to the right of" }, { "front", "in front of" }, { "far", "far from" }, { "center", "in the middle of" }, { "written", "on" }, { "hung", "hanging from" }, { "above", "over" }, { "facing", "opposite" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (g_str_equal (words[i][0], relation))
      return mk_reply_say (p, words[i][1]);
  return mk_reply_say (p, relation);
}

const char *
mk_say_side (const mk_parser *p, const char *relation)
{
  static const char *const words[][2] = { { "left", " on the left" }, { "right", " on the right" }, { "front", " in front" }, { "behind", " at the back" }, { "above", " above" }, { "below", " below" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (g_str_equal (words[i][0], relation))
      return mk_reply_say (p, words[i][1]);
  if (g_str_equal (relation, "aloft"))
    return mk_reply_say (p, " in the sky");
  return mk_reply_say (p, " in the middle");
}
