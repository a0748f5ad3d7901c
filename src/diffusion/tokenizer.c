/* tokenizer.c - byte-pair encoding, weights, chunks. */
#include "diffusion/tokenizer.h"
#include "diffusion/vocabulary.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PROMPT_BYTES ((size_t)1 << 20)
#define MAX_DEPTH 1000 /* of parentheses; deeper ones are read as text */

static GHashTable *ranks; /* "left right" to rank + 1 */
static GHashTable *ids;   /* piece to id + 1 */
static char *byte_names[256]; /* the printable character that stands for a byte */
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void
add_id (char *piece)
{
  g_hash_table_insert (ids, piece, GUINT_TO_POINTER (g_hash_table_size (ids) + 1));
}

static bool
is_printable_byte (int byte)
{
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

static void
make_tables (void)
{
  gunichar next = 256;
  ranks = g_hash_table_new (g_str_hash, g_str_equal);
  ids = g_hash_table_new (g_str_hash, g_str_equal);
  for (int byte = 0; byte < 256; byte++) {
    char utf8[8] = { 0 };
    g_unichar_to_utf8 (is_printable_byte (byte) ? (gunichar)byte : next++, utf8);
    byte_names[byte] = g_strdup (utf8);
  }
  for (int end = 0; end < 2; end++)
    for (int printable = 1; printable >= 0; printable--)
      for (int byte = 0; byte < 256; byte++)
        if (is_printable_byte (byte) == (printable == 1))
          add_id (g_strconcat (byte_names[byte], end ? "</w>" : "", NULL));
  for (guint i = 0; i < MK_CLIP_N_MERGES; i++) {
    const char *space = strchr (mk_clip_merges[i], ' ');
    g_hash_table_insert (ranks, (char *)mk_clip_merges[i], GUINT_TO_POINTER (i + 1));
    add_id (g_strdup_printf ("%.*s%s", (int)(space - mk_clip_merges[i]), mk_clip_merges[i], space + 1));
  }
}

/* Ids of one word, lowest rank first. */
static void
encode_word (const char *word, size_t length, GArray *out)
{
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);
  for (size_t i = 0; i < length; i++)
    g_ptr_array_add (pieces, g_strconcat (byte_names[(uint8_t)word[i]], i + 1 == length ? "</w>" : NULL, NULL));
  while (pieces->len > 1) {
    guint best = G_MAXUINT;
    g_autofree char *best_pair = NULL;
    for (guint i = 0; i + 1 < pieces->len; i++) {
      g_autofree char *pair = g_strconcat (pieces->pdata[i], " ", pieces->pdata[i + 1], NULL);
      guint rank = GPOINTER_TO_UINT (g_hash_table_lookup (ranks, pair));
      if (rank != 0 && rank < best) {
        best = rank;
        g_free (best_pair);
        best_pair = g_steal_pointer (&pair);
      }
    }
    if (best == G_MAXUINT)
      break;
    const char *space = strchr (best_pair, ' ');
    size_t left = (size_t)(space - best_pair);
    for (guint i = 0; i + 1 < pieces->len; i++) {
      const char *a = pieces->pdata[i], *b = pieces->pdata[i + 1];
      if (strlen (a) == left && strncmp (a, best_pair, left) == 0 && strcmp (b, space + 1) == 0) {
        char *joined = g_strconcat (a, b, NULL);
        g_free (pieces->pdata[i]);
        pieces->pdata[i] = joined;
        g_ptr_array_remove_index (pieces, i + 1);
      }
    }
  }
  for (guint i = 0; i < pieces->len; i++) {
    int id = (int)GPOINTER_TO_UINT (g_hash_table_lookup (ids, pieces->pdata[i])) - 1;
    g_array_append_val (out, id);
  }
}

static bool
is_ideograph (gunichar c)
{
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x2a6df)
         || (c >= 0x2a700 && c <= 0x2b73f) || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b820 && c <= 0x2ceaf) || (c >= 0x2f800 && c <= 0x2fa1f);
}

static bool
is_dropped (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_CONTROL: case G_UNICODE_FORMAT: case G_UNICODE_UNASSIGNED: case G_UNICODE_PRIVATE_USE: case G_UNICODE_SURROGATE:
    return true;
  default:
    return c == 0xfffd;
  }
}

/* Lower case as Python's: GLib leaves Roman numerals and circled letters, and ends even a lone sigma as a word. */
static void
append_lower (GString *out, const char *word)
{
  g_autofree char *low = g_utf8_strdown (word, -1);
  gunichar before = 0;
  for (const char *at = low; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    if (c >= 0x2160 && c <= 0x216f)
      c += 16;
    else if (c >= 0x24b6 && c <= 0x24cf)
      c += 26;
    else if (c == 0x3c2 && !g_unichar_isalpha (before) && strstr (word, "\u03c2") == NULL)
      c = 0x3c3;
    g_string_append_unichar (out, c);
    before = c;
  }
}

/* Control characters out, every blank a space, ideographs apart, composed, in lower case. */
static char *
clean_text (const char *text, size_t length)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  for (const char *at = text; at < text + length; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    if (c == '\t' || c == '\n' || c == '\r' || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR)
      g_string_append_c (clean, ' ');
    else if (is_ideograph (c)) {
      g_string_append_c (clean, ' ');
      g_string_append_unichar (clean, c);
      g_string_append_c (clean, ' ');
    } else if (!is_dropped (c))
      g_string_append_unichar (clean, c);
  }
  g_autofree char *composed = g_utf8_normalize (clean->str, -1, G_NORMALIZE_NFC);
  g_auto (GStrv) words = g_strsplit (composed, " ", -1); /* lower case by word: the final sigma depends on it */
  g_autoptr (GString) lower = g_string_new (NULL);
  for (char **word = words; *word != NULL; word++) {
    append_lower (lower, *word);
    g_string_append_c (lower, ' ');
  }
  return g_string_free (g_steal_pointer (&lower), FALSE);
}

static const char *const markers[] = { "<|startoftext|>", "<|endoftext|>" };

/* Bytes of the piece that begins at `at`, as CLIP's regular expression cuts; sets `*marker` for the two markers. */
static size_t
cut_piece (const char *at, int *marker)
{
  static const char *const endings[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };
  *marker = 0;
  for (int i = 0; i < 2; i++)
    if (g_str_has_prefix (at, markers[i])) {
      *marker = MK_CLIP_START + i;
      return strlen (markers[i]);
    }
  for (size_t i = 0; i < MK_COUNT (endings); i++)
    if (g_str_has_prefix (at, endings[i]))
      return strlen (endings[i]);
  const char *end = at;
  gunichar c = g_utf8_get_char (at);
  GUnicodeType type = g_unichar_type (c);
  if (type == G_UNICODE_DECIMAL_NUMBER || type == G_UNICODE_LETTER_NUMBER || type == G_UNICODE_OTHER_NUMBER)
    return (size_t)(g_utf8_next_char (at) - at);
  bool letters = g_unichar_isalpha (c);
  for (; *end != '\0' && *end != ' '; end = g_utf8_next_char (end)) {
    c = g_utf8_get_char (end);
    type = g_unichar_type (c);
    bool number = type == G_UNICODE_DECIMAL_NUMBER || type == G_UNICODE_LETTER_NUMBER || type == G_UNICODE_OTHER_NUMBER;
    if (number || g_unichar_isalpha (c) != letters)
      break;
  }
  return (size_t)(end - at);
}

static void
encode_part (const char *text, size_t length, GArray *out)
{
  g_autofree char *clean = clean_text (text, length);
  for (const char *at = clean; *at != '\0';) {
    int marker;
    if (*at == ' ') {
      at++;
      continue;
    }
    size_t n = cut_piece (at, &marker);
    if (marker != 0)
      g_array_append_val (out, marker);
    else
      encode_word (at, n, out);
    at += n;
  }
}

/* The literal markers are cut out first, in their exact case. */
static void
encode_text (const char *text, GArray *out)
{
  while (*text != '\0') {
    const char *found = NULL;
    int marker = 0;
    for (int i = 0; i < 2; i++) {
      const char *at = strstr (text, markers[i]);
      if (at != NULL && (found == NULL || at < found)) {
        found = at;
        marker = MK_CLIP_START + i;
      }
    }
    encode_part (text, found != NULL ? (size_t)(found - text) : strlen (text), out);
    if (found == NULL)
      return;
    g_array_append_val (out, marker);
    text = found + strlen (markers[marker - MK_CLIP_START]);
  }
}

typedef struct {
  char *text;
  float weight;
} segment;

static void
clear_segment (gpointer data)
{
  g_free (((segment *)data)->text);
}

/* As Python's float (): blanks around, underscores between digits, inf and nan, no hexadecimal. */
static bool
read_number (const char *text, double *value)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));
  g_autoptr (GString) digits = g_string_new (NULL);
  for (const char *at = copy; *at != '\0'; at++) {
    if (*at == 'x' || *at == 'X' || *at == '(')
      return false;
    if (*at != '_')
      g_string_append_c (digits, *at);
    else if (at == copy || !g_ascii_isdigit (at[-1]) || !g_ascii_isdigit (at[1]))
      return false;
  }
  char *end;
  *value = g_ascii_strtod (digits->str, &end);
  return digits->len > 0 && *end == '\0';
}

static void split_weights (const char *text, size_t length, double weight, int depth, GArray *out);

/* "(…)" : 1.1 times, or the number after the last colon. */
static void
add_group (const char *text, size_t length, double weight, int depth, GArray *out)
{
  g_autofree char *inner = g_strndup (text + 1, length - 2);
  char *colon = strrchr (inner, ':');
  double number;
  weight *= 1.1;
  if (colon != NULL && colon > inner && read_number (colon + 1, &number)) {
    weight = number;
    *colon = '\0';
  }
  split_weights (inner, strlen (inner), weight, depth + 1, out);
}

static void
add_text (const char *text, size_t length, double weight, int depth, GArray *out)
{
  if (length == 0)
    return;
  if (length >= 2 && text[0] == '(' && text[length - 1] == ')' && depth < MAX_DEPTH) {
    add_group (text, length, weight, depth, out);
    return;
  }
  segment s = { g_strndup (text, length), (float)weight };
  g_array_append_val (out, s);
}

static void
split_weights (const char *text, size_t length, double weight, int depth, GArray *out)
{
  size_t begin = 0;
  int nesting = 0;
  for (size_t i = 0; i < length; i++)
    if (text[i] == '(') {
      if (nesting == 0) {
        add_text (text + begin, i - begin, weight, depth, out);
        begin = i;
      }
      nesting++;
    } else if (text[i] == ')' && --nesting == 0) {
      add_text (text + begin, i + 1 - begin, weight, depth, out);
      begin = i + 1;
    }
  add_text (text + begin, length - begin, weight, depth, out);
}

static char *
replace (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);
  return g_strjoinv (to, parts);
}

typedef struct {
  mk_tokens *tokens;
  GArray *chunk; /* of mk_token */
  GArray *all;
  int pad;
} chunker;

static void
push_token (GArray *to, int id, float weight)
{
  mk_token token = { .id = id, .weight = weight };
  g_array_append_val (to, token);
}

static void
close_chunk (chunker *c)
{
  push_token (c->chunk, MK_CLIP_END, 1);
  while (c->chunk->len < MK_CLIP_CHUNK)
    push_token (c->chunk, c->pad, 1);
  g_array_append_vals (c->all, c->chunk->data, c->chunk->len);
  g_array_set_size (c->chunk, 0);
  push_token (c->chunk, MK_CLIP_START, 1);
}

/* A group of eight and more may be cut in two; a shorter one moves to the next chunk. */
static void
add_tokens (chunker *c, const mk_token *tokens, guint n)
{
  bool large = n >= 8;
  while (n > 0) {
    if (n + c->chunk->len <= MK_CLIP_CHUNK - 1) {
      g_array_append_vals (c->chunk, tokens, n);
      return;
    }
    guint fits = large ? MK_CLIP_CHUNK - 1 - c->chunk->len : 0;
    g_array_append_vals (c->chunk, tokens, fits);
    tokens += fits;
    n -= fits;
    close_chunk (c);
  }
}

static void
add_words (chunker *c, const char *text, float weight)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) group = g_array_new (FALSE, FALSE, sizeof (mk_token));
  encode_text (text, found);
  for (guint i = 0; i < found->len; i++)
    push_token (group, g_array_index (found, int, i), weight);
  add_tokens (c, (mk_token *)(void *)group->data, group->len);
}

static bool
add_embedding (chunker *c, const char *name, mk_embedding_func find, void *user, float weight)
{
  mk_tensor *vectors = find (user, name);
  if (vectors == NULL)
    return false;
  g_autoptr (GArray) group = g_array_new (FALSE, FALSE, sizeof (mk_token));
  g_ptr_array_add (c->tokens->embeddings, vectors);
  for (int row = 0; row < vectors->dims[0]; row++) {
    mk_token token = { -1, vectors, row, weight };
    g_array_append_val (group, token);
  }
  add_tokens (c, (mk_token *)(void *)group->data, group->len);
  return true;
}

#define MARK "embedding:"

/* `text` is "embedding:NAME rest"; what is not the name is tokenised. */
static bool
add_reference (chunker *c, const char *text, mk_embedding_func find, void *user, float weight, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (text + strlen (MARK), " \t\n\r\v\f", -1);
  g_autoptr (GString) rest = g_string_new (NULL);
  const char *name = NULL;
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0') {
      if (name == NULL)
        name = *word;
      else
        g_string_append_printf (rest, "%s%s", rest->len > 0 ? " " : "", *word);
    }
  if (name == NULL)
    return mk_error (error, MK_ERROR_SYNTAX, "“embedding:” needs a name");
  if (!add_embedding (c, name, find, user, weight)) {
    size_t begin = strspn (name, ","), end = strlen (name);
    while (end > begin && name[end - 1] == ',')
      end--;
    g_autofree char *stripped = g_strndup (name + begin, end - begin);
    if (strlen (stripped) < strlen (name)) {
      add_embedding (c, stripped, find, user, weight);
      g_string_prepend_c (rest, ' ');
      g_string_prepend (rest, name + strlen (stripped));
    }
  }
  if (rest->len > 0)
    add_words (c, rest->str, weight);
  return true;
}

static bool
add_segment (chunker *c, const char *text, mk_embedding_func find, void *user, float weight, GError **error)
{
  if (find == NULL) {
    add_words (c, text, weight);
    return true;
  }
  while (*text != '\0') {
    const char *next = text;
    do
      next = strstr (next + 1, MARK);
    while (next != NULL && next[-1] != ' ' && next[-1] != '\n');
    g_autofree char *part = next != NULL ? g_strndup (text, (size_t)(next - 1 - text)) : g_strdup (text);
    if (!g_str_has_prefix (part, MARK))
      add_words (c, part, weight);
    else if (!add_reference (c, part, find, user, weight, error))
      return false;
    text = next != NULL ? next : text + strlen (text);
  }
  return true;
}

mk_tokens *
mk_tokenize (const char *prompt, int pad, mk_embedding_func find, void *user, GError **error)
{
  if (strlen (prompt) > MAX_PROMPT_BYTES || !g_utf8_validate (prompt, -1, NULL)) {
    mk_error (error, strlen (prompt) > MAX_PROMPT_BYTES ? MK_ERROR_LIMIT : MK_ERROR_SYNTAX, "the prompt is longer than 1 MB or no UTF-8 text");
    return NULL;
  }
  pthread_once (&tables_once, make_tables);
  g_autofree char *no_close = replace (prompt, "\\)", "\001\002");
  g_autofree char *escaped = replace (no_close, "\\(", "\001\003");
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (segment));
  g_array_set_clear_func (segments, clear_segment);
  split_weights (escaped, strlen (escaped), 1.0, 0, segments);
  g_autoptr (mk_tokens) tokens = g_new0 (mk_tokens, 1);
  tokens->embeddings = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_tensor_unref);
  chunker c = { tokens, g_array_new (FALSE, FALSE, sizeof (mk_token)), g_array_new (FALSE, FALSE, sizeof (mk_token)), pad };
  push_token (c.chunk, MK_CLIP_START, 1);
  bool good = true;
  for (guint i = 0; good && i < segments->len; i++) {
    segment *s = &g_array_index (segments, segment, i);
    g_autofree char *half = replace (s->text, "\001\002", ")");
    g_autofree char *text = replace (half, "\001\003", "(");
    good = add_segment (&c, text, find, user, s->weight, error);
  }
  if (c.chunk->len > 1 || c.all->len == 0)
    close_chunk (&c);
  g_array_unref (c.chunk);
  tokens->n_chunks = (int)(c.all->len / MK_CLIP_CHUNK);
  tokens->tokens = (mk_token *)(void *)g_array_free (c.all, FALSE);
  return good ? g_steal_pointer (&tokens) : NULL;
}

void
mk_tokens_free (mk_tokens *tokens)
{
  if (tokens == NULL)
    return;
  g_ptr_array_unref (tokens->embeddings);
  g_free (tokens->tokens);
  g_free (tokens);
}
