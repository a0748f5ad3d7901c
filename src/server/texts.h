/* texts.h - the queue's large texts, in a database of their own.
 *
 * Purpose   A workflow of 100,000 nodes is 10 MB and its record more. Written beside the loop, into a file that nothing else
 *           writes, they hold up neither the loop nor a small prompt that is accepted meanwhile.
 * Crash     A text is on disk before a row of the queue names it, and goes after its row. What no row names any more, because
 *           the process died in between, goes at the next start.
 * Threads   `put` and `get_beside` on one thread at a time, which need not be the loop's; all else on the loop's.
 * Tests     tests/server/test_queue.c
 */
#pragma once
#include "base/base.h"

/* Worth a trip: shorter ones are kept in the row itself. */
#define MK_TEXT_LARGE ((size_t)256 << 10)

typedef struct mk_texts mk_texts;

/* The file is made with the first text. */
mk_texts *mk_texts_new (const char *path);
void      mk_texts_free (mk_texts *texts);

/* Its row, once it is on disk; 0 with an error. What was dropped makes room for it. */
int64_t mk_texts_put (mk_texts *texts, const char *text, GError **error);
/* g_free; NULL with an error. */
char   *mk_texts_get (mk_texts *texts, int64_t row, GError **error);
char   *mk_texts_get_beside (mk_texts *texts, int64_t row, GError **error);
/* Nobody asks for it any more: it goes with the next `put`, or at the next start. 0 is fine. */
void    mk_texts_drop (mk_texts *texts, int64_t row);
/* Drops all but those, `rows` of int64_t, and gives those of them that are not there; NULL with an error. Before anything else. */
GArray *mk_texts_keep_only (mk_texts *texts, const GArray *rows, GError **error);
