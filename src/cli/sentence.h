/* sentence.h - from words on the command line to scene commands. */
#pragma once
#include "cli/cli.h"
#include "language/parse.h"

/* The words joined; "-" reads standard input. g_free; NULL with an error. */
char *mk_cli_read_sentence (char **words, GError **error);
/* With the object library of this program. */
mk_understanding *mk_cli_understand (const char *sentence, GError **error);
/* On standard error: the reply (what was made, assumed and not understood), the words that led to each command, and how much
 * was understood. */
void  mk_cli_print_account (const char *sentence, const mk_understanding *understanding);
