/* queue.h - accepted prompts and what became of them, on disk.
 *
 * Purpose   An accepted prompt is in SQLite before its client hears of it; a finished one has its history record and
 *           leaves the queue in one transaction. What is pending is also held in memory, in the order it will run.
 * Crash     After kill -9: pending prompts are pending in order; one that was running is pending again with one more
 *           attempt counted, until MK_QUEUE_MAX_ATTEMPTS, when `mk_queue_take_spent` gives it up for a record that
 *           says so.
 * Large     Items and records of MK_TEXT_LARGE and more may be written beside the loop, first, into mk_queue_texts: texts.h.
 * Threads   The loop's.
 * Item      As /queue prints it: [number, prompt_id, prompt, extra_data, outputs].
 * Tests     tests/server/test_queue.c, tests/crash/
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "server/texts.h"

#define MK_QUEUE_MAX_ATTEMPTS 3

typedef struct mk_queue mk_queue;

typedef struct {
  int64_t row;
  double number;
  char *id;
  char *text;        /* the item as JSON */
  int64_t text_row;  /* where `text` lies on disk: mk_queue_texts; 0 = in its own row */
  unsigned attempts; /* how often it was begun */
  char *secrets;     /* what no answer and no record may hold, as JSON; NULL = none */
  char *job;         /* its row of /api/jobs (job.h) as JSON */
  char *client_id;   /* who is told of it; NULL = nobody in particular */
  bool is_restored;  /* read from disk: what an earlier life wrote */
  char *workflow_id; /* of that row; "" = none */
  double created_ms; /* of that row; 0 = unknown */
} mk_queued;

mk_queue *mk_queue_open (const char *path, GError **error);
void      mk_queue_close (mk_queue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_queue, mk_queue_close)
/* Borrowed. */
mk_texts *mk_queue_texts (mk_queue *queue);

/* Joins the batch that the next `flush` makes durable. Of `given` all but row and attempts is copied. Borrowed. */
const mk_queued *mk_queue_add (mk_queue *queue, const mk_queued *given, GError **error);
/* One wait for the disk for all that was added. On failure none of them is in the queue. */
bool             mk_queue_flush (mk_queue *queue, GError **error);

/* Lowest number first, then by id; it is running from here on. NULL without error when nothing waits. */
const mk_queued *mk_queue_take (mk_queue *queue, GError **error);
/* One whose attempts are used up, running as well; NULL when there is none. */
const mk_queued *mk_queue_take_spent (mk_queue *queue);
const mk_queued *mk_queue_running (const mk_queue *queue);
/* How a prompt ended. */
typedef struct {
  const char *record; /* for the history, as JSON; unused with a row */
  int64_t record_row; /* where it lies already: mk_queue_texts; 0 = nowhere */
  const mk_json *job; /* its row of /api/jobs; NULL: only id and status of it are known */
  const char *status; /* as in that row */
} mk_ended;

/* Ends the running one. */
bool             mk_queue_finish (mk_queue *queue, const mk_ended *ended, GError **error);

bool   mk_queue_remove (mk_queue *queue, const char *id, GError **error); /* pending ones only; false when absent */
bool   mk_queue_clear (mk_queue *queue, GError **error);
size_t mk_queue_n_pending (const mk_queue *queue);
size_t mk_queue_n_remaining (const mk_queue *queue); /* pending and running */
/* The first number that is above all that wait. */
int64_t mk_queue_next_number (const mk_queue *queue);
/* {"queue_running": [...], "queue_pending": [...]}, printed anew only after a change; g_bytes_unref. */
GBytes *mk_queue_print (mk_queue *queue);
/* A pending one; NULL when absent. Borrowed. */
const mk_queued *mk_queue_find (const mk_queue *queue, const char *id);
void   mk_queue_foreach (const mk_queue *queue, void (*visit) (void *user, const mk_queued *item), void *user);

/* {prompt_id: record} in the order of finishing; `max_items` -1 = all, `offset` -1 = the last ones. g_free. */
char *mk_history_print (mk_queue *queue, int64_t max_items, int64_t offset, GError **error);
/* A record as JSON: here (g_free), or in a row of mk_queue_texts. */
typedef struct {
  char *text;
  int64_t row; /* 0 = it is here */
} mk_record;
bool  mk_history_find (mk_queue *queue, const char *id, mk_record *found);
bool  mk_history_remove (mk_queue *queue, const char *id, GError **error);
bool  mk_history_clear (mk_queue *queue, GError **error);

/* One finished prompt as /api/jobs chooses and sorts it. */
typedef struct {
  int64_t row;
  double created_ms, duration_ms;      /* 0 = unknown */
  const char *status, *workflow_id;    /* borrowed; "" = none */
} mk_finished;

/* By `created_ms`, out of an index: cheap for all of them. */
bool  mk_history_foreach (mk_queue *queue, void (*visit) (void *user, const mk_finished *finished), void *user, GError **error);
/* The row of /api/jobs of one that was visited, as JSON; NULL when it is gone. g_free. */
char *mk_history_print_job (mk_queue *queue, int64_t row);
