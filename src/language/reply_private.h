/* reply_private.h - how one command is put into words, for replies (reply.c), answers (reply_answer.c) and what may come next (next.c). */
#pragma once
#include "language/lexicon.h"
#include "language/parser.h"

static inline const char *
mk_reply_field (const mk_json *command, const char *key)
{
  return mk_json_get_string (mk_json_get (command, key));
}

/* A row of the catalogue of replies. */
static inline const char *
mk_reply_say (const mk_parser *p, const char *text)
{
  return mk_lexicon_say (p->language->lexicon, text);
}

/* "the dog", "behind the dogs", "the roof of the house": one target, in that case. */
void mk_say_target (const mk_parser *p, GString *out, const char *target, const char *grammatical_case, const char *preposition);
/* Whether the command adds something that can be named. */
bool mk_makes_thing (const mk_json *command);
/* "a red ball on the table": what is there, and where. */
void mk_say_thing (const mk_parser *p, GString *out, const mk_json *command);
/* "the dog runs to the tree". */
void mk_say_action (const mk_parser *p, GString *out, const mk_json *command);
/* Any other command; false when it says nothing. */
bool mk_say_command (const mk_parser *p, GString *out, const mk_json *command);
/* What a question is answered with. */
void mk_say_answer (const mk_parser *p, GString *out);
