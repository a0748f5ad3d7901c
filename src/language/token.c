#include "language/token.h"

#include <string.h>

typedef struct {
  const char *start, *at;
  GHashTable *contractions; /* or NULL */
  mk_tokens *out;
} reader;

static void
push (reader *r, mk_token_kind kind, const char *from, const char *to, const char *text, double number)
{
  mk_token token = { .kind = kind, .text = text, .from = (unsigned)(from - r->start), .to = (unsigned)(to - r->start), .number = number };
  bool has_lower = false;
  long n = 0;
  for (const char *i = from; kind == MK_TOKEN_WORD && i < to; i = g_utf8_next_char (i), n++)
    has_lower |= !g_unichar_isupper (g_utf8_get_char (i));
  token.is_capital = n >= 2 && !has_lower;
  g_array_append_val (r->out->tokens, token);
}

static const char *
intern (reader *r, const char *from, const char *to)
{
  return g_string_chunk_insert_len (r->out->texts, from, to - from);
}

static void
read_hex (reader *r)
{
  push (r, MK_TOKEN_HEX, r->at, r->at + 7, intern (r, r->at, r->at + 7), 0);
  r->at += 7;
}

static bool
is_hex (const char *at)
{
  for (int i = 1; i <= 6; i++)
    if (at[0] != '#' || !g_ascii_isxdigit (at[i]))
      return false;
  return !g_ascii_isalnum (at[7]);
}

/* Digits, with one point or comma inside; "1,000" is a thousand. At most 18 digits count. */
static void
read_number (reader *r)
{
  char digits[24];
  size_t n = 0;
  const char *from = r->at;
  while (g_ascii_isdigit (*r->at) || ((*r->at == '.' || *r->at == ',') && g_ascii_isdigit (r->at[1]))) {
    bool groups = *r->at == ',' && g_ascii_isdigit (r->at[1]) && g_ascii_isdigit (r->at[2]) && g_ascii_isdigit (r->at[3]) && !g_ascii_isdigit (r->at[4]);
    if (!groups && n < 20)
      digits[n++] = *r->at == ',' ? '.' : *r->at;
    r->at++;
  }
  digits[n] = 0;
  bool is_negative = from > r->start && from[-1] == '-' && (from - 1 == r->start || g_ascii_isspace (from[-2])); /* "-5", but not "2-5" */
  push (r, MK_TOKEN_NUMBER, from - is_negative, r->at, intern (r, from, r->at), g_ascii_strtod (digits, NULL) * (is_negative ? -1 : 1));
}

static const char *
closing_quote (gunichar open)
{
  switch (open) {
  case '"': return "\"";
  case 0x201c: return "”";
  case 0x201e: return "“”";
  case 0xab: return "»";
  case 0x2018: return "’";
  case '\'': return "'";
  case '`': return "`";
  default: return NULL;
  }
}

/* A quotation of at most 400 bytes on one line, or false. */
static bool
read_quote (reader *r)
{
  const char *closers = closing_quote (g_utf8_get_char (r->at));
  const char *from = g_utf8_next_char (r->at);
  if (closers == NULL)
    return false;
  for (const char *i = from; *i != 0 && *i != '\n' && i - from <= 400; i = g_utf8_next_char (i)) {
    gunichar letter = g_utf8_get_char (i);
    /* An apostrophe inside a word closes nothing. */
    bool is_inner = letter == '\'' && g_ascii_isalpha (i[1]);
    if (is_inner || g_utf8_strchr (closers, -1, letter) == NULL)
      continue;
    const char *end = g_utf8_next_char (i);
    if (i > from)
      push (r, MK_TOKEN_QUOTE, r->at, end, intern (r, from, i), 0);
    r->at = end;
    return true;
  }
  return false;
}

static bool
is_apostrophe (const char *at)
{
  gunichar letter = g_utf8_get_char (at);
  return letter == '\'' || letter == 0x2019;
}

static bool
is_contraction (const reader *r, const char *word)
{
  g_autofree char *whole = g_strconcat (word, "'s", NULL);
  return r->contractions != NULL && g_hash_table_contains (r->contractions, whole);
}

static void
read_word (reader *r)
{
  g_autoptr (GString) word = g_string_sized_new (16);
  const char *from = r->at;
  while (*r->at != 0) {
    gunichar letter = g_utf8_get_char (r->at);
    const char *next = g_utf8_next_char (r->at);
    if (is_apostrophe (r->at) && g_ascii_isalpha (*next)) {
      /* The owner's 's says nothing that the order of words does not. */
      if (*next == 's' && !g_ascii_isalpha (next[1]) && !is_contraction (r, word->str))
        break;
      g_string_append_c (word, '\'');
    }
    else if (g_unichar_isalpha (letter) || g_unichar_ismark (letter))
      g_string_append_unichar (word, g_unichar_tolower (letter));
    else
      break;
    r->at = next;
  }
  push (r, MK_TOKEN_WORD, from, r->at, intern (r, word->str, word->str + word->len), 0);
  g_array_index (r->out->tokens, mk_token, r->out->tokens->len - 1).is_owner = is_apostrophe (r->at);
  const char *after = is_apostrophe (r->at) ? g_utf8_next_char (r->at) : r->at;
  r->at = after > r->at && *after == 's' ? after + 1 : after;
}

static void
read_mark (reader *r)
{
  const char *from = r->at;
  r->at = g_utf8_next_char (r->at);
  gunichar letter = g_utf8_get_char (from);
  if (letter == 0xb0 || letter == '%' || letter == '&')
    push (r, MK_TOKEN_WORD, from, r->at, intern (r, from, r->at), 0);
  else if (letter == 0xd7)
    push (r, MK_TOKEN_WORD, from, r->at, "x", 0);
  else if (letter >= 0x1f000 && g_unichar_isprint (letter) && !g_unichar_ismark (letter)) /* pictographs are words: the lexicon knows some */
    push (r, MK_TOKEN_WORD, from, r->at, intern (r, from, r->at), 0);
  else if (g_unichar_ispunct (letter) && letter != '-' && letter != '_' && letter != '\'')
    push (r, MK_TOKEN_MARK, from, r->at, intern (r, from, r->at), 0);
  else if (letter == '\n')
    push (r, MK_TOKEN_MARK, from, r->at, ".", 0);
  else if (letter > 0x2bff && !g_unichar_ismark (letter) && g_unichar_isprint (letter))
    push (r, MK_TOKEN_WORD, from, r->at, intern (r, from, r->at), 0);
}

bool
mk_tokens_read (const char *sentence, GHashTable *contractions, mk_tokens *tokens, GError **error)
{
  size_t length = strnlen (sentence, MK_MAX_SENTENCE + 1);
  if (length > MK_MAX_SENTENCE)
    return mk_error (error, MK_ERROR_LIMIT, "the text is longer than %d bytes; describe the scene in fewer words", MK_MAX_SENTENCE);
  if (!g_utf8_validate (sentence, (gssize)length, NULL))
    return mk_error (error, MK_ERROR_SENTENCE, "this is not text in UTF-8");
  tokens->tokens = g_array_new (FALSE, TRUE, sizeof (mk_token));
  tokens->texts = g_string_chunk_new (1024);
  reader r = { sentence, sentence, contractions, tokens };
  while (*r.at != 0 && tokens->tokens->len <= MK_MAX_TOKENS) {
    if (is_hex (r.at))
      read_hex (&r);
    else if (g_ascii_isdigit (*r.at))
      read_number (&r);
    else if (g_unichar_isalpha (g_utf8_get_char (r.at)))
      read_word (&r);
    else if (!read_quote (&r))
      read_mark (&r);
  }
  if (tokens->tokens->len <= MK_MAX_TOKENS)
    return true;
  mk_tokens_clear (tokens);
  return mk_error (error, MK_ERROR_LIMIT, "the text has more than %d words; describe the scene in fewer", MK_MAX_TOKENS);
}

void
mk_tokens_clear (mk_tokens *tokens)
{
  g_clear_pointer (&tokens->tokens, g_array_unref);
  g_clear_pointer (&tokens->texts, g_string_chunk_free);
}
