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

void
mk_cli_print_unknown (const mk_understanding *understanding)
{
  for (guint i = 0; i < understanding->unknown->len; i++) {
    const mk_unknown *unknown = &g_array_index (understanding->unknown, mk_unknown, i);
    g_autofree char *near = unknown->suggestions != NULL ? g_strjoinv (", ", unknown->suggestions) : g_strdup ("");
    fprintf (stderr, "miktos: “%s” is not known%s%s%s\n", unknown->word, unknown->is_stand_in ? "; a stand-in takes its place" : "", near[0] != '\0' ? "; near it are " : "", near);
  }
}
