/* lent.h - values that live in the worker while a pack's process holds their numbers: models and what else has no bytes.
 *
 * Purpose   A MODEL goes through a pack's nodes, into its memory and back, and is the same value all the time.
 * Life      A value is held as often as its number was sent. The pack says which numbers its objects let go; that is
 *           heeded when no call of the pack runs, since another thread's results may still name them. A pack's process
 *           that is started anew holds nothing.
 * Threads   Any.
 */
#pragma once
#include "base/json.h"
#include "engine/value_file.h"

typedef struct mk_lent mk_lent;

mk_lent *mk_lent_new (const char *pack);
void     mk_lent_free (mk_lent *lent); /* NULL is fine */

/* Around a call. `generation` is that of the pack's process; another one than before, and nothing is lent any more. */
void mk_lent_begin_call (mk_lent *lent, int generation);
void mk_lent_end_call (mk_lent *lent);
/* What was let go: [[number, times], …]. */
void mk_lent_take_back (mk_lent *lent, const mk_json *let_go);
/* For value_file.h: gives numbers, and finds values by them. */
mk_value_keeper mk_lent_keeper (mk_lent *lent);
size_t          mk_lent_count (mk_lent *lent);
