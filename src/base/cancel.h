/* cancel.h - stop a long job from outside, and hear how far it is.
 *
 * Purpose   Every job that can outlast a blink takes one `mk_job`.
 * Threads   A token may be fired from any thread or a signal handler.
 *           `report` is called on the thread that runs the job.
 * Use       A NULL job means: never cancelled, nobody listens.
 */
#pragma once
#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
  atomic_bool fired;
} mk_cancel;

typedef struct mk_job {
  mk_cancel *cancel;                                   /* may be NULL */
  void (*report) (void *user, double done, double total); /* may be NULL; 0 <= done <= total */
  void *user;
} mk_job;

static inline void
mk_cancel_fire (mk_cancel *cancel)
{
  atomic_store (&cancel->fired, true);
}

static inline bool
mk_job_is_cancelled (const mk_job *job)
{
  return job != NULL && job->cancel != NULL && atomic_load_explicit (&job->cancel->fired, memory_order_relaxed);
}

static inline void
mk_job_report (const mk_job *job, double done, double total)
{
  if (job != NULL && job->report != NULL)
    job->report (job->user, done, total);
}
