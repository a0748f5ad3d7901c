/* tasks.h - what was asked for, how far it is and what came of it.
 *
 * Purpose   A task is in the database before anybody hears that it was accepted.
 * States    One table, in tasks.c: which state may follow which, and why. docs/bridge.md shows it as
 *           mk_task_print_states prints it. Each step is one transaction with its event.
 * Order     Keys take turns, so that one person's thousand tasks do not hold up another's first; within a key higher
 *           priority first, then the order of coming.
 * Shape     JSON as `Task`, `TaskPage`, `TaskEventPage`, `OutputPage` of assets/openapi.json.
 * Tests     tests/bridge/test_tasks.c
 */
#pragma once
#include "bridge/store.h"

typedef enum { MK_TASK_QUEUED, MK_TASK_LEASED, MK_TASK_RUNNING, MK_TASK_DONE, MK_TASK_FAILED, MK_TASK_CANCELLED, MK_N_TASK_STATES } mk_task_state;
const char *mk_task_state_name (mk_task_state state);
/* A Markdown table of all steps; g_free. */
char *mk_task_print_states (void);

typedef struct mk_task_new {
  const char *kind, *title, *project; /* project may be NULL */
  const char *owner;                  /* the key's id; NULL = "" */
  int priority;
  int64_t deadline_ms;                /* since 1970; 0 = none */
  const mk_json *request;             /* what is needed to run it again: {"workflow": …} */
  const mk_json *understanding;       /* or NULL */
} mk_task_new;

/* The task, queued. */
mk_json *mk_task_create (mk_database *store, const mk_task_new *task, int64_t now_ms, GError **error);
mk_json *mk_task_find (mk_database *store, const char *id, GError **error);
/* The same as text, which is quicker; with this progress unless it is NULL. g_free. */
char    *mk_task_find_text (mk_database *store, const char *id, const mk_json *progress, GError **error);
/* Filters may be NULL; `words` is looked for in the title. */
mk_json *mk_task_list (mk_database *store, const mk_page *page, const char *state, const char *project, const char *words, GError **error);
mk_json *mk_task_list_events (mk_database *store, const char *id, const mk_page *page, GError **error);
mk_json *mk_task_get_request (mk_database *store, const char *id, GError **error);
/* Its place in the queue; EXISTS when it waits no more. Said again, it is no change. */
bool     mk_task_set_priority (mk_database *store, const char *id, int priority, int64_t now_ms, GError **error);
/* Those that have ended alone. */
bool     mk_task_delete (mk_database *store, const char *id, GError **error);

/* `Progress` of openapi.json at its beginning, or at its end. */
mk_json *mk_task_progress_new (const char *step, double fraction);

/* Between two tries. One that would last longer is over: the clock has gone backwards. */
#define MK_TASK_MAX_PAUSE_MS ((int64_t)1800 * 1000)

/* What a step brings along; zero where it does not matter. */
typedef struct mk_task_step {
  const char *engine;         /* LEASED: to whom */
  const char *why;            /* QUEUED: for the event */
  int64_t not_before_ms;      /* QUEUED: a pause before it is tried again */
  const mk_json *outputs;     /* DONE */
  const mk_json *failure;     /* FAILED: TaskError; what DONE was left without is told by mk_task_leave_out */
} mk_task_step;
/* EXISTS when that step is not in the table, naming the state it has; NOT_FOUND. `step` may be NULL. */
bool     mk_task_move (mk_database *store, const char *id, mk_task_state to, const mk_task_step *step, int64_t now_ms, GError **error);

/* Its engine does not run all of it: `failure` says why, and what (TaskError with `left_out`). It is no step; false when it has not begun. */
bool     mk_task_leave_out (mk_database *store, const char *id, const mk_json *failure, int64_t now_ms, GError **error);

/* Ids of queued tasks whose turn it is, in that order; the first few of each owner. NULL-terminated, g_strfreev. */
char   **mk_task_list_next (mk_database *store, int64_t now_ms, GError **error);
/* The same of what the bridge does itself: installing and verifying models. */
char   **mk_task_list_next_jobs (mk_database *store, int64_t now_ms, GError **error);
/* Ids that an engine had when the program ended, each followed by the engine's. */
char   **mk_task_list_unfinished (mk_database *store, GError **error);
/* Ids of those whose deadline is over. */
char   **mk_task_list_late (mk_database *store, int64_t now_ms, GError **error);

bool    mk_task_add_event (mk_database *store, const char *id, const char *type, const mk_json *data, int64_t now_ms, GError **error);
int64_t mk_task_count (mk_database *store, const char *state); /* NULL = all */

/* Files of tasks, the newest first. */
mk_json *mk_output_list (mk_database *store, const mk_page *page, const char *kind, const char *project, const char *words, GError **error);
/* {…, "request", "understanding"}: how it was made, as far as its task is still there. */
mk_json *mk_output_find (mk_database *store, const char *task, const char *file, GError **error);
bool     mk_output_forget (mk_database *store, const char *task, GError **error);
/* One file, also of its task; NOT_FOUND when there is none. */
bool     mk_output_forget_file (mk_database *store, const char *task, const char *file, GError **error);
