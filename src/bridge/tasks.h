/* tasks.h - what was asked for, how far it is and what came of it.
 *
 * Purpose   A task is in the database before anybody hears that it was accepted.
 * States    queued → running → done, failed or cancelled; running → queued after a crash or a lost engine.
 * Shape     JSON as `Task`, `TaskPage`, `TaskEventPage` of assets/openapi.json.
 * Tests     tests/bridge/test_tasks.c
 */
#pragma once
#include "bridge/store.h"

typedef struct mk_task_new {
  const char *kind, *title, *project; /* project may be NULL */
  const mk_json *request;             /* what is needed to run it again: {"workflow": …} */
  const mk_json *understanding;       /* or NULL */
} mk_task_new;

/* The task, queued. */
mk_json *mk_task_create (mk_database *store, const mk_task_new *task, int64_t now_ms, GError **error);
mk_json *mk_task_find (mk_database *store, const char *id, GError **error);
/* Filters may be NULL; `words` is looked for in the title. */
mk_json *mk_task_list (mk_database *store, const mk_page *page, const char *state, const char *project, const char *words, GError **error);
mk_json *mk_task_list_events (mk_database *store, const char *id, const mk_page *page, GError **error);
mk_json *mk_task_get_request (mk_database *store, const char *id, GError **error);
bool     mk_task_delete (mk_database *store, const char *id, GError **error);

/* The id of the queued task that waited longest, g_free; NULL without an error when none waits. */
char *mk_task_find_next (mk_database *store, GError **error);
bool  mk_task_start (mk_database *store, const char *id, const char *engine, int64_t now_ms, GError **error);
/* `state` is done, failed or cancelled; `outputs` and `failure` as in Task, or NULL. USAGE when it has ended already. */
bool  mk_task_finish (mk_database *store, const char *id, const char *state, const mk_json *outputs, const mk_json *failure, int64_t now_ms, GError **error);
/* Back to the queue: after a crash of ours, a lost engine, or by a person's retry. */
bool  mk_task_requeue (mk_database *store, const char *id, const char *why, int64_t now_ms, GError **error);
/* At start: running ones are queued again, those with `max_attempts` behind them fail. */
bool  mk_task_recover (mk_database *store, int max_attempts, int64_t now_ms, GError **error);

bool    mk_task_add_event (mk_database *store, const char *id, const char *type, const mk_json *data, int64_t now_ms, GError **error);
int64_t mk_task_count (mk_database *store, const char *state); /* NULL = all */
