/* job.h - a prompt as one row of /api/jobs, whatever its state (contract, Appendix A).
 *
 * Row       {"id", "status", "priority", "create_time", "execution_start_time", "execution_end_time", "execution_error",
 *           "outputs_count", "previewable_outputs_count", "preview_output", "workflow_id"}; times in ms since 1970; what
 *           is not known is left out.
 * States    pending, in_progress, completed, failed, cancelled.
 * Threads   Any; nothing is kept.
 * Tests     tests/server/test_server.c
 */
#pragma once
#include "base/json.h"

/* Of a queue's item [number, id, prompt, extra_data, outputs]. */
mk_json *mk_job_of_item (const mk_json *item, const char *status);
/* Of a history record. */
mk_json *mk_job_of_record (const mk_json *record);
/* What outputs say in a row: the two counts and "preview_output". NULL = nothing was made. */
mk_json *mk_job_describe_outputs (const mk_json *outputs);
/* Of the row that waited, `status` as in the record, and what `mk_job_describe_outputs` gave; NULL = nothing was made. */
mk_json *mk_job_end (const mk_json *waiting, const mk_json *status, const mk_json *made);
/* With all that one look at it wants: "workflow", and of a record "outputs" and "execution_status". `record` or `item`. */
mk_json *mk_job_with_details (mk_json *taken_job, const mk_json *item, const mk_json *record);

/* What rows are chosen and sorted by, so that only those of one page need to be read. */
typedef struct {
  const char *workflow_id;        /* borrowed from the row; "" = none */
  double created_ms, duration_ms; /* 0 = unknown */
} mk_job_key;

mk_job_key mk_job_get_key (const mk_json *job);
/* What the queue keeps as text: items and rows, which clients may have made large. NULL with an error, and of NULL. */
mk_json *mk_job_parse (const char *text, GError **error);
