/* second_reader.h - sentences that the built-in parser covers badly, offered to a language model that the settings name.
 *
 * Purpose   An OpenAI-compatible endpoint (Ollama, llama.cpp server, LM Studio) gets the sentence, the commands so far
 *           and the scene-command schema; its answer passes the same checks as anybody's.
 * Rules     Off until words.url is set. Asked when fewer than words.below_percent of the letters were understood.
 *           Late, unreachable or wrong: the built-in reading stands. The reply always says that it was asked, and where.
 * Threads   The loop's; it waits in the loop.
 * Tests     tests/e2e/test_words.py
 */
#pragma once
#include "base/json.h"

typedef struct mk_bridge mk_bridge;

typedef struct mk_reading {
  mk_json *commands; /* valid after the earlier ones; NULL = of no use */
  char *account;     /* for people: who was asked, and what came of it */
} mk_reading;
void mk_reading_free (mk_reading *reading);

/* False when nobody is asked. Else `done` follows exactly once, from the loop, and takes the reading. */
bool mk_second_reader_ask (mk_bridge *bridge, const char *sentence, const mk_json *earlier, void (*done) (void *user, mk_reading *taken), void *user);
