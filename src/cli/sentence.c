#include "cli/sentence.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

#define MAX_SENTENCE_BYTES 200000

char *
mk_cli_read_sentence (char **words, GError **error)
{
  if (words[0] == NULL) {
    mk_error (error, MK_ERROR_USAGE, "say what you want to see, in quotes: miktos make \"a red ball bounces on grass\"");
    return NULL;
  }
  if (!g_str_equal (words[0], "-") || words[1] != NULL)
    return g_strjoinv (" ", words);
  char *text = NULL;
  size_t length = 0;
  if (!mk_file_read ("/dev/stdin", MAX_SENTENCE_BYTES, &text, &length, error))
    return NULL;
  if (strlen (text) == length)
    return text;
  g_free (text);
  mk_error (error, MK_ERROR_SENTENCE, "standard input holds no text");
  return NULL;
}

mk_understanding *
mk_cli_understand (const char *sentence, GError **error)
{
  mk_understanding *understanding = NULL;
  const char *assets = mk_cli_assets (error);
  const mk_library *library = assets != NULL ? mk_library_shared (assets, error) : NULL;
  g_autoptr (mk_language) language = library != NULL ? mk_language_new (assets, "en", library, error) : NULL;
  if (language == NULL || !mk_language_parse (language, sentence, NULL, &understanding, error))
    return NULL;
  if (mk_json_length (understanding->commands) > 0)
    return understanding;
  mk_error (error, MK_ERROR_SENTENCE, "%s", understanding->reply);
  mk_understanding_free (understanding);
  return NULL;
}

/* The words that led to one command, in their order: “red ball” “on”. */
static void
print_words (const char *sentence, const mk_understanding *understanding, int command)
{
  unsigned end = 0;
  for (guint i = 0; i < understanding->spans->len; i++) {
    const mk_span *span = &g_array_index (understanding->spans, mk_span, i);
    if (span->command != command)
      continue;
    bool goes_on = end > 0 && span->from >= end && span->from - end <= 1; /* neighbours are one phrase */
    fprintf (stderr, "%s%.*s", goes_on ? " " : end > 0 ? " … " : "", (int)(span->to - span->from), sentence + span->from);
    end = span->to;
  }
  fputs (end > 0 ? "\n" : "(taken for granted)\n", stderr);
}

void
mk_cli_print_account (const char *sentence, const mk_understanding *understanding)
{
  fprintf (stderr, "%s\n", understanding->reply);
  for (size_t i = 0; i < mk_json_length (understanding->commands); i++) {
    const mk_json *command = mk_json_at (understanding->commands, i), *targets = mk_json_get (command, "targets");
    const char *id = mk_json_get_string (mk_json_get (command, "id"));
    fprintf (stderr, "  %-9s %-16s ", mk_json_get_string (mk_json_get (command, "op")), *id != 0 ? id : mk_json_get_string (mk_json_at (targets, 0)));
    print_words (sentence, understanding, (int)i);
  }
  fprintf (stderr, "Understood: %.0f %% of the letters.\n", 100 * understanding->confidence);
}
