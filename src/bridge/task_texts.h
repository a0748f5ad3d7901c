/* task_texts.h - tasks as they were answered last: who waits for a task asks for it again and again.
 *
 * Rules     A text is kept until any row of the database changes; inside a transaction nothing is kept. A task that runs
 *           has a progress that no row knows, and is printed anew each time.
 * Threads   The loop's.
 * Tests     tests/bridge/test_tasks.c
 */
#pragma once
#include "bridge/store.h"

typedef struct mk_task_texts mk_task_texts;

/* The database is borrowed; only this process may change its tasks. */
mk_task_texts *mk_task_texts_new (mk_database *store);
void           mk_task_texts_free (mk_task_texts *texts);

/* A copy of the task as `Task` of assets/openapi.json; NOT_FOUND. `progress` may be NULL. */
char *mk_task_texts_find (mk_task_texts *texts, const char *id, const mk_json *progress, GError **error);
