#include "language/lexicon.h"

#include <limits.h>
#include <string.h>

#include "language/lexicon_private.h"
#include "language/token.h"
#include "scene/motion.h"

static const struct {
  const char *name;
  bool inflects;
} kinds[] = {
#define X(name, inflects) { #name, inflects },
  MK_WORD_LIST (X)
#undef X
};

const char *
mk_word_kind_name (mk_word_kind kind)
{
  return kinds[kind].name;
}

static int
find_kind (const char *name)
{
  for (int i = 0; i < MK_N_WORD_KINDS; i++)
    if (g_str_equal (kinds[i].name, name))
      return i;
  return -1;
}

/* --- building --- */

/* The words of a phrase that is cut as it stands, small letters and single spaces, as nine of ten are; else 0. */
static unsigned
count_plain (const char *phrase, unsigned *n_words)
{
  unsigned n = 0;
  char before = ' ';
  for (const char *i = phrase; *i != 0; before = *i++) {
    n += before == ' ';
    if ((*i < 'a' || *i > 'z') && (*i != ' ' || before == ' '))
      return 0;
  }
  return *n_words = before == ' ' ? 0 : n;
}

/* "Close-up" as sentences are cut: "close up"; and the number of words. */
static char *
normalise (const mk_lexicon *lexicon, const char *phrase, unsigned *n_words, char first[48])
{
  if (count_plain (phrase, n_words) > 0) {
    g_strlcpy (first, phrase, MIN (48, strcspn (phrase, " ") + 1));
    return g_strdup (phrase);
  }
  mk_tokens tokens;
  if (!mk_tokens_read (phrase, lexicon->contractions, &tokens, NULL))
    return NULL;
  GString *out = g_string_new (NULL);
  *n_words = tokens.tokens->len;
  for (guint i = 0; i < tokens.tokens->len; i++) {
    const char *text = g_array_index (tokens.tokens, mk_token, i).text;
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", text);
    if (i == 0)
      g_strlcpy (first, text, 48);
  }
  mk_tokens_clear (&tokens);
  return g_string_free (out, FALSE);
}

static void
note_length (mk_lexicon *lexicon, const char *first, unsigned n_words)
{
  unsigned most = GPOINTER_TO_UINT (g_hash_table_lookup (lexicon->longest, first));
  if (n_words > most)
    g_hash_table_insert (lexicon->longest, g_string_chunk_insert_const (lexicon->texts, first), GUINT_TO_POINTER (n_words));
}

static void
add_phrase (mk_lexicon *lexicon, const char *phrase, mk_word_kind kind, const mk_json *value, const mk_recipe_info *object)
{
  unsigned n_words = 0;
  char first[48] = "";
  g_autofree char *words = normalise (lexicon, phrase, &n_words, first);
  if (words == NULL || n_words == 0)
    return;
  mk_sense *sense = g_new0 (mk_sense, 1);
  g_ptr_array_add (lexicon->owned, sense);
  const char *key = g_string_chunk_insert_const (lexicon->texts, words);
  bool is_kin = object != NULL && value != NULL; /* the library's own names are likelier meant */
  mk_spelling_add (lexicon, key, is_kin ? MK_WORD_det : kind);
  *sense = (mk_sense){ .kind = kind, .value = value, .is_kin = is_kin, .object = object, .phrase = key, .next = g_hash_table_lookup (lexicon->phrases, key) };
  for (const mk_sense *i = sense->next; i != NULL; i = i->next)
    if (i->kind == kind)
      return;
  if (sense->next == NULL && kind != MK_WORD_common && kind != MK_WORD_filler)
    g_ptr_array_add (lexicon->list, (void *)key);
  g_hash_table_insert (lexicon->phrases, (void *)key, sense);
  note_length (lexicon, first, n_words);
}

static void
add_phrases (mk_lexicon *lexicon, const char *phrases, mk_word_kind kind, const mk_json *value)
{
  g_auto (GStrv) each = g_strsplit (phrases, "|", -1);
  for (char **i = each; *i != NULL; i++)
    add_phrase (lexicon, *i, kind, value, NULL);
}

static void
add_forms (mk_lexicon *lexicon, GHashTable *table, const mk_json *forms)
{
  for (mk_json_iter i = mk_json_iterate (forms); mk_json_next (&i);) {
    g_auto (GStrv) each = g_strsplit (i.key, "|", -1);
    for (char **form = each; *form != NULL; form++)
      g_hash_table_insert (table, g_string_chunk_insert_const (lexicon->texts, *form), (void *)mk_json_get_string (i.value));
  }
}

/* {"clitic": {"lo|la": "ello"}}: tables of words that are no senses, kept as "clitic lo". */
static bool
add_word_rules (mk_lexicon *lexicon, const char *name, const mk_json *rows)
{
  static const char *const tables[] = { "separable", "clitic", "diminutive", "relative_pronoun", "with_article", "dative", "in_or_on", "both_sides", "begins", "verb_last", "infinitive_last", "infinitive_mark",
                                       "noun_gender", "gender_ending", "weak_noun", "article", "decimal_mark", "genitive_ending", "adjective_ending", "unbending", "contracted", "case", "does", "plural_ending", "said_with_a", "said_alone", "before_object", "at_wheel", "causative" };
  bool is_known = false;
  for (size_t k = 0; k < MK_COUNT (tables); k++)
    is_known |= g_str_equal (tables[k], name);
  for (mk_json_iter i = mk_json_iterate (rows); is_known && mk_json_next (&i);) {
    g_auto (GStrv) each = g_strsplit (*i.key != 0 ? i.key : "|", "|", *i.key != 0 ? -1 : 1); /* the empty word is an ending too */
    for (char **word = each; *word != NULL; word++) {
      g_autofree char *key = g_strconcat (name, " ", g_str_equal (*word, "|") ? "" : *word, NULL);
      g_hash_table_insert (lexicon->word_rules, g_string_chunk_insert_const (lexicon->texts, key), (void *)mk_json_get_string (i.value));
    }
  }
  return is_known;
}

/* The first plural of a word is the one that replies say: "bälle" before "bällen". */
static void
add_plural_of (mk_lexicon *lexicon, const char *word, const char *plurals)
{
  g_autofree char *first = g_strndup (plurals, strcspn (plurals, "|"));
  if (!g_hash_table_contains (lexicon->plural_of, word))
    g_hash_table_insert (lexicon->plural_of, (void *)word, g_string_chunk_insert_const (lexicon->texts, first));
}

/* {"flonk": {"motion": "wlak"}}: what no thing can do is refused where it is written, not where it is said. */
static bool
check_motions (mk_word_kind kind, const mk_json *words, GError **error)
{
  static const char *const fields[] = { "motion", "able", "thing" };
  bool is_motion = kind == MK_WORD_motion || kind == MK_WORD_transitive;
  for (mk_json_iter i = mk_json_iterate (words); is_motion && mk_json_next (&i);)
    for (size_t k = 0; k < MK_COUNT (fields); k++) {
      const char *name = mk_json_get_string (mk_json_get (i.value, fields[k]));
      if (*name != 0 && mk_motion_kind_find (name) == NULL)
        return mk_error (error, MK_ERROR_RANGE, "“%s” is to “%s”, which is no motion; docs/commands.md names them", i.key, name);
    }
  return true;
}

/* What is no word but a table ("object_name", "say", "ending") may stand in several files too; of two rows for one phrase the first counts. */
static const mk_json *
join_rows (mk_lexicon *lexicon, const mk_json *known, const mk_json *rows)
{
  if (known == NULL)
    return rows;
  mk_json *all = mk_json_new_object ();
  for (int k = 0; k < 2; k++)
    for (mk_json_iter i = mk_json_iterate (k == 0 ? known : rows); mk_json_next (&i);)
      if (!mk_json_has (all, i.key))
        mk_json_set (all, i.key, mk_json_copy (i.value));
  g_ptr_array_add (lexicon->files, all);
  return all;
}

static bool
add_kind (mk_lexicon *lexicon, const char *name, const mk_json *words, GError **error)
{
  int kind = find_kind (name);
  if (mk_json_get_kind (words) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_SYNTAX, "“%s” is no object of phrases", name);
  if (g_str_equal (name, "contraction")) /* read before all others */
    ;
  else if (add_word_rules (lexicon, name, words))
    ;
  else if (g_str_equal (name, "ending"))
    lexicon->endings = join_rows (lexicon, lexicon->endings, words);
  else if (g_str_equal (name, "form"))
    add_forms (lexicon, lexicon->forms, words);
  else if (g_str_equal (name, "plural")) {
    add_forms (lexicon, lexicon->plurals, words);
    for (mk_json_iter i = mk_json_iterate (words); mk_json_next (&i);)
      add_plural_of (lexicon, mk_json_get_string (i.value), i.key);
  }
  else if (g_str_equal (name, "rule"))
  {
    if (mk_json_has (words, "name"))
      lexicon->name = mk_json_get_string (mk_json_get (words, "name"));
    if (mk_json_has (words, "compound_links"))
      lexicon->compound_links = mk_json_get_string (mk_json_get (words, "compound_links"));
    lexicon->adds_names |= mk_json_get_bool (mk_json_get (words, "library_names"));
    lexicon->nouns_are_capital |= mk_json_get_bool (mk_json_get (words, "nouns_are_capital"));
    lexicon->pronouns_bend |= mk_json_get_bool (mk_json_get (words, "pronouns_bend"));
    lexicon->has_thesaurus |= mk_json_get_bool (mk_json_get (words, "thesaurus"));
    lexicon->adjectives_follow |= mk_json_get_bool (mk_json_get (words, "adjectives_follow"));
  }
  else if (g_str_equal (name, "say"))
    lexicon->says = join_rows (lexicon, lexicon->says, words);
  else if (g_str_equal (name, "object_name"))
    lexicon->object_names = join_rows (lexicon, lexicon->object_names, words);
  else if (g_str_equal (name, "object_alias"))
    lexicon->object_aliases = join_rows (lexicon, lexicon->object_aliases, words);
  else if (g_str_equal (name, "part_name"))
    lexicon->part_names = join_rows (lexicon, lexicon->part_names, words);
  else if (kind < 0)
    return mk_error (error, MK_ERROR_RANGE, "“%s” is no kind of word; see docs/lexicon.md", name);
  else if (!check_motions ((mk_word_kind)kind, words, error))
    return false;
  else
    for (mk_json_iter i = mk_json_iterate (words); mk_json_next (&i);)
      add_phrases (lexicon, i.key, (mk_word_kind)kind, i.value);
  return true;
}

static bool
read_file (mk_lexicon *lexicon, const char *path, GError **error)
{
  mk_json *json = NULL;
  if (!mk_json_parse_file (path, NULL, &json, error))
    return false;
  g_ptr_array_add (lexicon->files, json);
  for (mk_json_iter i = mk_json_iterate (mk_json_get (json, "contraction")); mk_json_next (&i);) {
    g_auto (GStrv) each = g_strsplit (i.key, "|", -1);
    for (char **word = each; *word != NULL; word++)
      g_hash_table_add (lexicon->contractions, g_string_chunk_insert_const (lexicon->texts, *word));
  }
  return true;
}

static bool
add_file (mk_lexicon *lexicon, const mk_json *json, const char *path, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (json); mk_json_next (&i);)
    if (!add_kind (lexicon, i.key, i.value, error)) {
      g_prefix_error (error, "%s: ", path);
      return false;
    }
  return true;
}

static int
compare_texts (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* In order of names, so that equal folders give equal lexicons. */
static bool
add_folder (mk_lexicon *lexicon, const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  if (dir == NULL)
    return mk_error (error, MK_ERROR_NOT_FOUND, "there is no lexicon at %s", folder);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_texts);
  for (guint i = 0; i < paths->len; i++)
    if (!read_file (lexicon, paths->pdata[i], error))
      return false;
  for (guint i = 0; i < paths->len; i++)
    if (!add_file (lexicon, lexicon->files->pdata[i], paths->pdata[i], error))
      return false;
  return true;
}

/* "front wheel" is called a wheel too. */
static void
add_part (mk_lexicon *lexicon, const char *part)
{
  for (const char *name = part; name != NULL; name = strchr (name, ' ')) {
    name += *name == ' ';
    if (strlen (name) > 2)
      add_phrase (lexicon, name, MK_WORD_part, NULL, NULL);
  }
}

static void
add_object (mk_lexicon *lexicon, const mk_recipe_info *object)
{
  bool has_names = lexicon->object_names != NULL && !lexicon->adds_names; /* another language has its own */
  if (!has_names)
    add_phrase (lexicon, object->name, MK_WORD_object, NULL, object);
  for (const char *const *i = object->synonyms; *i != NULL && !has_names; i++)
    add_phrase (lexicon, *i, MK_WORD_object, NULL, object);
  for (const char *const *i = object->parts; *i != NULL; i++)
    add_part (lexicon, *i);
  for (unsigned k = 0; k < object->n_params; k++)
    for (const char *const *i = object->params[k].options; i != NULL && *i != NULL; i++)
      add_phrase (lexicon, *i, MK_WORD_option, NULL, NULL);
  if (object->plural == NULL)
    return;
  g_hash_table_insert (lexicon->plurals, g_string_chunk_insert_const (lexicon->texts, object->plural), (void *)object->name);
  if (!has_names) /* before what people write instead: "men", not "mens" */
    g_hash_table_insert (lexicon->plural_of, (void *)object->name, (void *)object->plural);
}

static void
add_rows (mk_lexicon *lexicon, const mk_json *rows, const mk_recipe_info *const *objects, unsigned n_objects)
{
  for (mk_json_iter i = mk_json_iterate (rows); mk_json_next (&i);)
    for (unsigned k = 0; k < n_objects; k++) {
      if (!g_str_equal (objects[k]->name, mk_json_get_string (i.value)))
        continue;
      g_auto (GStrv) each = g_strsplit (i.key, "|", -1);
      for (char **word = each; *word != NULL; word++)
        add_phrase (lexicon, *word, MK_WORD_object, lexicon->adds_names ? i.value : NULL, objects[k]);
    }
}

/* Another language names the library's objects: {"object_name": {"hund|hündin": "dog"}}, and tells by whom others are shown:
 * {"object_alias": {"enkel": "boy"}}. Beside the library's own names they tell what else it may stand for ("pigeon": "bird"), and the
 * sense has a value. */
static void
add_named_objects (mk_lexicon *lexicon, const mk_recipe_info *const *objects, unsigned n_objects)
{
  add_rows (lexicon, lexicon->object_names, objects, n_objects);
  add_rows (lexicon, lexicon->object_aliases, objects, n_objects);
}

static char *
first_word_for (const mk_json *rows, const char *object)
{
  for (mk_json_iter i = mk_json_iterate (rows); mk_json_next (&i);)
    if (g_str_equal (mk_json_get_string (i.value), object))
      return g_strndup (i.key, strcspn (i.key, "|"));
  return NULL;
}

char *
mk_lexicon_object_word (const mk_lexicon *lexicon, const char *object)
{
  if (lexicon->adds_names) /* the library's names are its own */
    return g_strdup (object);
  char *name = first_word_for (lexicon->object_names, object);
  if (name == NULL)
    name = first_word_for (lexicon->object_aliases, object);
  return name != NULL ? name : g_strdup (object);
}

/* The same for parts: {"part_name": {"dach|dächer": "roof"}}. A sense's phrase is what recipes call the part. */
static void
add_named_parts (mk_lexicon *lexicon)
{
  for (mk_json_iter i = mk_json_iterate (lexicon->part_names); mk_json_next (&i);) {
    g_auto (GStrv) each = g_strsplit (i.key, "|", -1);
    if (!g_hash_table_contains (lexicon->part_words, mk_json_get_string (i.value)))
      g_hash_table_insert (lexicon->part_words, (void *)mk_json_get_string (i.value), g_string_chunk_insert_const (lexicon->texts, each[0]));
    for (char **word = each; *word != NULL; word++) {
      guint before = lexicon->owned->len;
      add_phrase (lexicon, *word, MK_WORD_part, NULL, NULL);
      if (lexicon->owned->len > before)
        ((mk_sense *)lexicon->owned->pdata[before])->phrase = g_string_chunk_insert_const (lexicon->texts, mk_json_get_string (i.value));
    }
  }
}

static void
add_alias (mk_lexicon *lexicon, const char *alias, const mk_sense *senses)
{
  if (g_hash_table_contains (lexicon->phrases, alias) || strchr (alias, '?') != NULL) /* no letter of ours */
    return;
  const char *key = g_string_chunk_insert_const (lexicon->texts, alias);
  char first[48];
  unsigned n_words = 0;
  g_strlcpy (first, key, MIN (sizeof first, strcspn (key, " ") + 1));
  for (const char *i = key; i != NULL; i = strchr (i + 1, ' '))
    n_words++;
  g_hash_table_insert (lexicon->phrases, (void *)key, (void *)senses);
  note_length (lexicon, first, n_words);
}

static bool
is_name (mk_word_kind kind)
{
  return kind == MK_WORD_object || kind == MK_WORD_noun || kind == MK_WORD_shot || kind == MK_WORD_surface || kind == MK_WORD_scene;
}

/* Who lacks the keys types "fussball", "gruen" or "arbol", who is in haste "palmtree" and "closeup": what is written without its
 * marks or its space means the same where it means nothing else. */
static void
add_plain_spellings (mk_lexicon *lexicon)
{
  static const char *const manners[] = { "C", "de" };
  for (guint i = 0; i < lexicon->owned->len; i++) {
    const mk_sense *sense = lexicon->owned->pdata[i];
    const mk_sense *all = g_hash_table_lookup (lexicon->phrases, sense->phrase);
    for (size_t k = 0; k < MK_COUNT (manners) && !g_str_is_ascii (sense->phrase); k++) {
      g_autofree char *plain = g_str_to_ascii (sense->phrase, manners[k]);
      add_alias (lexicon, plain, all);
    }
    const char *space = strchr (sense->phrase, ' ');
    if (space == NULL || strchr (space + 1, ' ') != NULL || !is_name (sense->kind) || space - sense->phrase < 3 || strlen (space) < 4)
      continue;
    g_autofree char *joined = g_strdup_printf ("%.*s%s", (int)(space - sense->phrase), sense->phrase, space + 1);
    add_alias (lexicon, joined, all);
  }
}

/* The same for irregular forms: "faehrt", "baeume". */
static void
add_plain_forms (mk_lexicon *lexicon, GHashTable *forms)
{
  static const char *const manners[] = { "C", "de" };
  guint n = 0;
  g_autofree const char **keys = (const char **)g_hash_table_get_keys_as_array (forms, &n);
  qsort (keys, n, sizeof *keys, compare_texts);
  for (guint i = 0; i < n; i++)
    for (size_t k = 0; k < MK_COUNT (manners) && !g_str_is_ascii (keys[i]); k++) {
      g_autofree char *plain = g_str_to_ascii (keys[i], manners[k]);
      if (!g_hash_table_contains (forms, plain))
        g_hash_table_insert (forms, g_string_chunk_insert_const (lexicon->texts, plain), g_hash_table_lookup (forms, keys[i]));
    }
}

mk_lexicon *
mk_lexicon_new (const char *assets_folder, const char *language, const mk_recipe_info *const *objects, unsigned n_objects, GError **error)
{
  g_autofree char *folder = g_build_filename (assets_folder, "lexicon", language, NULL);
  g_autoptr (mk_lexicon) lexicon = g_new0 (mk_lexicon, 1);
  lexicon->phrases = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->longest = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->forms = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->contractions = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->plurals = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->plural_of = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->word_rules = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->part_words = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->texts = g_string_chunk_new (4096);
  lexicon->name = "";
  lexicon->owned = g_ptr_array_new_with_free_func (g_free);
  lexicon->list = g_ptr_array_new ();
  lexicon->ranks = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->sounds = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon->words = g_ptr_array_new ();
  lexicon->files = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_json_unref);
  g_autofree char *world = g_build_filename (assets_folder, "lexicon", "world.json", NULL);
  mk_json *known = NULL;
  if (!mk_json_parse_file (world, NULL, &known, error) || !add_folder (lexicon, folder, error)) {
    mk_json_unref (known);
    return NULL;
  }
  g_ptr_array_add (lexicon->files, known);
  lexicon->world = known;
  for (unsigned i = 0; i < n_objects; i++)
    if (!g_str_equal (objects[i]->name, "stand-in")) /* what takes the place of the unknown has no name of its own */
      add_object (lexicon, objects[i]);
  add_named_objects (lexicon, objects, n_objects);
  add_named_parts (lexicon);
  add_plain_spellings (lexicon);
  add_plain_forms (lexicon, lexicon->forms);
  add_plain_forms (lexicon, lexicon->plurals);
  mk_lexicon_index (lexicon);
  mk_spelling_index (lexicon);
  return g_steal_pointer (&lexicon);
}

void
mk_lexicon_free (mk_lexicon *lexicon)
{
  if (lexicon == NULL)
    return;
  g_hash_table_unref (lexicon->phrases);
  g_hash_table_unref (lexicon->longest);
  g_hash_table_unref (lexicon->forms);
  g_hash_table_unref (lexicon->contractions);
  g_hash_table_unref (lexicon->plurals);
  g_hash_table_unref (lexicon->plural_of);
  g_hash_table_unref (lexicon->word_rules);
  g_hash_table_unref (lexicon->part_words);
  g_string_chunk_free (lexicon->texts);
  g_ptr_array_unref (lexicon->owned);
  g_ptr_array_unref (lexicon->list);
  g_hash_table_unref (lexicon->ranks);
  g_hash_table_unref (lexicon->sounds);
  g_ptr_array_unref (lexicon->words);
  g_ptr_array_unref (lexicon->files);
  g_free (lexicon->masks);
  g_free (lexicon);
}

/* --- finding --- */

const char *
mk_lexicon_word_rule (const mk_lexicon *lexicon, const char *table, const char *word)
{
  char key[96];
  if (g_hash_table_size (lexicon->word_rules) == 0)
    return NULL;
  return (size_t)g_snprintf (key, sizeof key, "%s %s", table, word) < sizeof key ? g_hash_table_lookup (lexicon->word_rules, key) : NULL;
}

const char *
mk_lexicon_plural (const mk_lexicon *lexicon, const char *word)
{
  return g_hash_table_lookup (lexicon->plural_of, word);
}

const char *
mk_lexicon_compound_links (const mk_lexicon *lexicon)
{
  return lexicon->compound_links;
}

bool
mk_lexicon_nouns_are_capital (const mk_lexicon *lexicon)
{
  return lexicon->nouns_are_capital;
}

bool
mk_lexicon_has_thesaurus (const mk_lexicon *lexicon)
{
  return lexicon->has_thesaurus;
}

bool
mk_lexicon_pronouns_bend (const mk_lexicon *lexicon)
{
  return lexicon->pronouns_bend;
}

bool
mk_lexicon_adjectives_follow (const mk_lexicon *lexicon)
{
  return lexicon->adjectives_follow;
}

const mk_json *
mk_lexicon_world (const mk_lexicon *lexicon)
{
  return lexicon->world;
}

GHashTable *
mk_lexicon_contractions (const mk_lexicon *lexicon)
{
  return lexicon->contractions;
}

const char *
mk_lexicon_language_name (const mk_lexicon *lexicon)
{
  return lexicon->name;
}

/* The next place for a value in a format, or NULL; formats of replies know %s, %d, %u and %g. */
static const char *
next_place (const char *format)
{
  for (const char *i = strchr (format, '%'); i != NULL; i = strchr (i + 2, '%'))
    if (i[1] != '%')
      return i;
    else if (i[2] == 0)
      break;
  return NULL;
}

const char *
mk_lexicon_part_name (const mk_lexicon *lexicon, const char *part)
{
  const char *word = g_hash_table_lookup (lexicon->part_words, part);
  return word != NULL ? word : part;
}

const char *
mk_lexicon_say (const mk_lexicon *lexicon, const char *text)
{
  const char *said = mk_json_get_string (mk_json_get (lexicon->says, text));
  if (*said == 0)
    return text;
  const char *a = next_place (text), *b = next_place (said);
  for (; a != NULL && b != NULL && a[1] == b[1] && a[1] != 0; a = next_place (a + 2), b = next_place (b + 2))
    ;
  return a == NULL && b == NULL ? said : text;
}

/* Squared distance of two "#rrggbb". */
static int
color_distance (const char *a, const char *b)
{
  int sum = 0;
  for (int i = 1; i < 7; i += 2) {
    int d = g_ascii_xdigit_value (a[i]) * 16 + g_ascii_xdigit_value (a[i + 1]) - g_ascii_xdigit_value (b[i]) * 16 - g_ascii_xdigit_value (b[i + 1]);
    sum += d * d;
  }
  return sum;
}

const char *
mk_lexicon_color_name (const mk_lexicon *lexicon, const char *hex)
{
  const char *best = "";
  int least = INT_MAX;
  for (guint i = 0; i < lexicon->owned->len && strlen (hex) == 7; i++) {
    const mk_sense *sense = lexicon->owned->pdata[i];
    const char *color = sense->kind == MK_WORD_color ? mk_json_get_string (sense->value) : "";
    int distance = strlen (color) == 7 ? color_distance (hex, color) : INT_MAX;
    if (distance < least) {
      least = distance;
      best = sense->phrase;
    }
  }
  return best;
}

const mk_sense *
mk_lexicon_find (const mk_lexicon *lexicon, const char *phrase)
{
  return g_hash_table_lookup (lexicon->phrases, phrase);
}

unsigned
mk_lexicon_longest (const mk_lexicon *lexicon, const char *word)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (lexicon->longest, word));
}

static unsigned
add_stem (mk_stem *stems, unsigned n, const char *text, size_t length, const char *tail, mk_word_form form)
{
  if (n == MK_MAX_STEMS || length < 1 || length + strlen (tail) >= sizeof stems->text)
    return n;
  g_snprintf (stems[n].text, sizeof stems->text, "%.*s%s", (int)length, text, tail);
  stems[n].form = form;
  return n + 1;
}

static mk_word_form
form_of_ending (const char *ending)
{
  if (g_str_has_suffix (ending, "s"))
    return MK_FORM_S;
  if (g_str_has_prefix (ending, "end")) /* "ein tanzender Bär" */
    return MK_FORM_ING;
  if (g_str_has_suffix (ending, "er") || g_str_equal (ending, "r") || g_str_has_suffix (ending, "est")) /* "tower" does not tow */
    return MK_FORM_COMPARE;
  if (g_str_has_suffix (ending, "ing") || g_str_has_suffix (ending, "ndo"))
    return MK_FORM_ING;
  return g_str_has_suffix (ending, "d") ? MK_FORM_ED : MK_FORM_OTHER;
}

/* "spinn" of "spinning": the doubled consonant goes. */
static bool
is_doubled (const char *word, size_t length)
{
  return length > 2 && word[length - 1] == word[length - 2] && strchr ("bdgklmnprtv", word[length - 1]) != NULL;
}

unsigned
mk_lexicon_stem (const mk_lexicon *lexicon, const char *word, mk_stem stems[MK_MAX_STEMS])
{
  unsigned n = 0;
  size_t length = strlen (word);
  const char *plural = g_hash_table_lookup (lexicon->plurals, word), *form = g_hash_table_lookup (lexicon->forms, word);
  if (plural != NULL)
    n = add_stem (stems, n, plural, strlen (plural), "", MK_FORM_S);
  if (form != NULL)
    n = add_stem (stems, n, form, strlen (form), "", length > 3 && g_str_has_suffix (word, "ing") ? MK_FORM_ING : MK_FORM_ED);
  for (mk_json_iter i = mk_json_iterate (lexicon->endings); mk_json_next (&i);) {
    size_t cut = strlen (i.key);
    if (length < cut + 2 || !g_str_has_suffix (word, i.key))
      continue;
    size_t rest = length - cut;
    mk_word_form how = form_of_ending (i.key);
    g_auto (GStrv) tails = g_strsplit (mk_json_get_string (i.value), "|", -1); /* "a" of "salta" may have been ar, er or ir */
    for (char **tail = tails; *tail != NULL; tail++)
      n = add_stem (stems, n, word, rest, *tail, how);
    if (tails[0] == NULL)
      n = add_stem (stems, n, word, rest, "", how);
    if (how != MK_FORM_S && is_doubled (word, rest))
      n = add_stem (stems, n, word, rest - 1, "", how);
    if (how != MK_FORM_S && *mk_json_get_string (i.value) == 0 && (g_str_equal (i.key, "ing") || g_str_equal (i.key, "ed")))
      n = add_stem (stems, n, word, rest, "e", how);
  }
  return n;
}
