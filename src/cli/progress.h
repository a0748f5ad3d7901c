/* progress.h - one line on a terminal that tells how far a long job is.
 *
 * Output    Standard error, only when that is a terminal: bar, done of total, rate, time left.
 */
#pragma once
#include "base/base.h"

typedef struct mk_progress mk_progress;

/* `unit` is what is counted: "frames". `is_quiet` prints nothing wherever. */
mk_progress *mk_progress_new (const char *unit, bool is_quiet);
/* `now_s` is a steady clock's. Redraws at most ten times a second. */
void mk_progress_update (mk_progress *progress, const char *what, double done, double total, double now_s);
/* Wipes the line. */
void mk_progress_free (mk_progress *progress);
