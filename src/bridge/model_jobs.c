/* model_jobs.c - tasks that the bridge does itself: models are fetched, checked and put in place, or checked again.
 *
 * Install   KIND/.NAME.download(.part) grows by resumed downloads, mirror after mirror; what is whole is summed and
 *           looked into beside the loop; only what is right gets its name. So a crash leaves a part that the next
 *           attempt continues, and never half a model under a model's name.
 */
#include "bridge/bridge_private.h"

#include "base/file.h"
#include "base/log.h"
#include "bridge/crash_point.h"
#include "bridge/dispatcher_private.h"
#include "bridge/models.h"
#include "bridge/outputs.h"
#include "bridge/tasks.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MAX_RUNNING 2
#define MAX_RESUMES 5 /* of one mirror that breaks off and yet brings more each time */
#define TELL_MS 250
#define SPARE_BYTES ((uint64_t)256 << 20) /* of disk that is left alone */

typedef struct {
  mk_bridge *bridge;
  char *task;
  mk_json *order;        /* {"kind","name","urls","sha256"?,"bytes"?} or {"kind"?,"name"?} to verify */
  mk_json *progress;
  char *path, *part;     /* where it will be, where it grows */
  size_t n_tried;        /* mirrors */
  bool broke_off;        /* after some of it came, which is kept */
  unsigned n_resumed;    /* how often the last of them was asked to go on */
  bool was_dropped;      /* what it had begun did not fit, once */
  mk_http_call *call;
  gint is_cancelled;     /* atomic: the thread backstage looks at it */
  bool allows_pickle;
  bool is_placed;        /* it is under its name already: only looked at once more */
  int64_t told_ms, rate_ms;
  uint64_t rate_bytes;   /* that were there when the rate began to be measured */
  uint64_t n_fetched, most_fetched; /* bytes that are here, and that any earlier attempt brought it to */
  GError *failure;
  /* of the thread backstage: */
  char *sha256, *models_folder;
  int64_t n_bytes;
  const char *base_model;
  mk_json *models;       /* verify: what there is; then with sums */
} model_job;

struct mk_model_jobs {
  mk_bridge *bridge;
  GPtrArray *running;    /* model_job */
};

static void ask_mirror (model_job *job);
static void try_mirror (model_job *job);

static void
job_free (model_job *job)
{
  g_ptr_array_remove_fast (job->bridge->model_jobs->running, job);
  mk_json_unref (job->order);
  mk_json_unref (job->progress);
  mk_json_unref (job->models);
  g_clear_error (&job->failure);
  g_free (job->task);
  g_free (job->path);
  g_free (job->part);
  g_free (job->sha256);
  g_free (job->models_folder);
  g_free (job);
}

static const char *
order_text (const model_job *job, const char *field)
{
  return mk_json_has (job->order, field) ? mk_json_get_string (mk_json_get (job->order, field)) : NULL;
}

static const char *
mirror_url (const model_job *job)
{
  return mk_json_get_string (mk_json_at (mk_json_get (job->order, "urls"), job->n_tried - 1));
}

/* --- how it ends --- */

static void
end_job (model_job *job, mk_task_state to, const mk_task_step *step)
{
  mk_bridge *bridge = job->bridge;
  g_autofree char *task = g_strdup (job->task);
  g_autoptr (GError) error = NULL;
  job_free (job);
  if (bridge->dispatcher == NULL)
    return; /* it goes on at the next start */
  if (!mk_task_move (bridge->store, task, to, step, mk_bridge_now_ms (), &error)) {
    mk_log (MK_LOG_ERROR, "models", "task %s could not become %s yet: %s", task, mk_task_state_name (to), error->message);
    mk_dispatcher_has_orphans (bridge->dispatcher);
  }
  mk_dispatcher_tell (bridge->dispatcher, to == MK_TASK_DONE ? "workflow_complete" : to == MK_TASK_FAILED ? "error" : "status_update", task);
  mk_dispatcher_wake (bridge->dispatcher);
}

static void
fail_job (model_job *job)
{
  if (job->is_cancelled) {
    end_job (job, MK_TASK_CANCELLED, NULL);
    return;
  }
  g_autoptr (mk_json) failure = mk_failure_new (job->failure->message, job->broke_off ? "broken_off" : mk_error_comfy_type (job->failure), NULL, NULL);
  end_job (job, MK_TASK_FAILED, &(mk_task_step){ .failure = failure });
}

/* --- progress --- */

static void
tell (model_job *job, const char *step, uint64_t done, uint64_t total)
{
  int64_t now = mk_loop_now_ms (job->bridge->loop);
  if (job->told_ms != 0 && now - job->told_ms < TELL_MS && done != total)
    return;
  double seconds = (double)(now - job->rate_ms) / 1000, rate = seconds > 0.2 ? (double)(done - MIN (job->rate_bytes, done)) / seconds : 0;
  job->told_ms = now;
  mk_json_set (job->progress, "fraction", mk_json_new_real (total > 0 ? MIN ((double)done / (double)total, 1) : 0));
  mk_json_set (job->progress, "step", mk_json_new_string (step));
  mk_json_set (job->progress, "bytes_done", mk_json_new_uint (done));
  mk_json_set (job->progress, "bytes_total", mk_json_new_uint (total));
  mk_json_set (job->progress, "bytes_per_s", mk_json_new_real (rate));
  mk_json_set (job->progress, "seconds_left", rate > 0 && total > done ? mk_json_new_real ((double)(total - done) / rate) : NULL);
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "task_id", mk_json_new_string (job->task));
  mk_json_set (data, "project_id", NULL);
  mk_json_set (data, "progress", mk_json_copy (job->progress));
  mk_sockets_tell (job->bridge->sockets, "task_progress", data, job->task);
}

/* --- install: checked, then put in place --- */

static void
check_part (void *user)
{
  model_job *job = user;
  const char *wanted = order_text (job, "sha256");
  int64_t expected = mk_json_get_int (mk_json_get (job->order, "bytes"));
  if (!mk_model_check (job->part, order_text (job, "name"), job->allows_pickle, &job->base_model, &job->failure))
    return;
  job->sha256 = mk_file_sum (job->part, &job->n_bytes, &job->failure);
  if (job->sha256 != NULL && wanted != NULL && g_ascii_strcasecmp (job->sha256, wanted) != 0)
    mk_error (&job->failure, MK_ERROR_FORMAT, "what came has the SHA-256 %s, wanted was %s: it is another file, or was changed on its way", job->sha256, wanted);
  else if (job->sha256 != NULL && expected > 0 && expected != job->n_bytes)
    mk_error (&job->failure, MK_ERROR_FORMAT, "what came has %" G_GINT64_FORMAT " bytes, wanted were %" G_GINT64_FORMAT, job->n_bytes, expected);
}

static void
keep_sum (mk_bridge *bridge, const char *path, const char *sum, int64_t bytes, int64_t modified_ms)
{
  mk_database_run (bridge->store, NULL, "INSERT OR REPLACE INTO sums (path, bytes, modified, sha256) VALUES (?, ?, ?, ?)", "siis", path, bytes, modified_ms, sum);
}

static void
put_in_place (void *user)
{
  model_job *job = user;
  if (job->failure == NULL && job->sha256 == NULL) /* the bridge is at its end: nothing was looked at */
    mk_error (&job->failure, MK_ERROR_CANCELLED, "the program is ending");
  else if (job->failure == NULL && !job->is_cancelled) {
    mk_crash_point ("model.checked");
    if (rename (job->part, job->path) != 0)
      mk_error (&job->failure, MK_ERROR_DISK, "%s could not be put in place", job->path);
  }
  if (job->failure == NULL && !job->is_cancelled) {
    mk_crash_point ("model.placed");
    struct stat info;
    if (stat (job->path, &info) == 0)
      keep_sum (job->bridge, job->path, job->sha256, job->n_bytes, (int64_t)info.st_mtim.tv_sec * 1000);
    mk_log (MK_LOG_INFO, "models", "installed %s, %" G_GINT64_FORMAT " bytes, SHA-256 %s", job->path, job->n_bytes, job->sha256);
    mk_dispatcher_refresh_tables (job->bridge->dispatcher);
    end_job (job, MK_TASK_DONE, NULL);
    return;
  }
  bool is_wrong = !job->is_placed && job->failure != NULL && !g_error_matches (job->failure, MK_ERROR, MK_ERROR_CANCELLED) && !g_error_matches (job->failure, MK_ERROR, MK_ERROR_DISK);
  if (is_wrong) {
    unlink (job->part);
    try_mirror (job); /* another may have the right one */
    return;
  }
  fail_job (job);
}

/* --- install: fetched --- */

/* What is not worth fetching to its end is stopped; on_fetched follows and finds the reason in job->failure. */
static void
on_progress (void *user, uint64_t done, uint64_t total)
{
  model_job *job = user;
  struct statvfs disk;
  if (job->rate_ms == 0) {
    job->rate_ms = mk_loop_now_ms (job->bridge->loop);
    job->rate_bytes = done;
  }
  if (job->failure != NULL)
    return;
  job->n_fetched = done;
  uint64_t room = statvfs (job->models_folder, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX, expected = mk_json_get_uint (mk_json_get (job->order, "bytes"));
  if (total > done && total - done + SPARE_BYTES > room) {
    mk_error (&job->failure, MK_ERROR_DISK, "%s needs %" G_GUINT64_FORMAT " MB more; the disk of the models has %" G_GUINT64_FORMAT " MB free, of which %" G_GUINT64_FORMAT " are left to everything else. Make room there, then try again", order_text (job, "name"), (total - done) >> 20, room >> 20, SPARE_BYTES >> 20);
    mk_http_call_cancel (job->call);
  } else if (expected > 0 && MAX (done, total) > expected) {
    mk_error (&job->failure, MK_ERROR_FORMAT, "%s sends %" G_GUINT64_FORMAT " bytes or more, wanted were %" G_GUINT64_FORMAT ": it is another file", mirror_url (job), MAX (done, total), expected);
    mk_http_call_cancel (job->call);
  } else
    tell (job, "downloading", done, total);
}

/* What is wrong with an answer that came whole, as far as it can be told without looking into the file. */
static void
judge_reply (model_job *job, const mk_http_reply *reply)
{
  if (reply->status / 100 != 2)
    mk_error (&job->failure, reply->status == 404 ? MK_ERROR_NOT_FOUND : MK_ERROR_UNAVAILABLE, "%s answered with status %u%s", mirror_url (job), reply->status, reply->status == 401 || reply->status == 403 ? ": it wants a login, or its licence to be accepted" : "");
  else if (g_str_has_prefix (reply->type, "text/html")) {
    unlink (job->part);
    mk_error (&job->failure, MK_ERROR_FORMAT, "%s sent a web page instead of a model; it may want a login", mirror_url (job));
  }
}

/* No mirror makes room, and nobody waits for what was cancelled. */
static bool
is_final (const GError *failure)
{
  return g_error_matches (failure, MK_ERROR, MK_ERROR_DISK) || g_error_matches (failure, MK_ERROR, MK_ERROR_CANCELLED);
}

/* The same mirror again: it broke off and yet brought more than there ever was, or what was begun did not fit and is gone. */
static bool
is_worth_another_try (model_job *job)
{
  if (g_error_matches (job->failure, MK_ERROR, MK_ERROR_CHANGED)) {
    bool is_first = !job->was_dropped;
    job->was_dropped = true;
    return is_first;
  }
  bool broke_off = g_error_matches (job->failure, MK_ERROR, MK_ERROR_UNAVAILABLE) || g_error_matches (job->failure, MK_ERROR, MK_ERROR_TIMEOUT);
  if (!broke_off || job->n_fetched <= job->most_fetched || job->n_resumed >= MAX_RESUMES)
    return false;
  job->most_fetched = job->n_fetched;
  job->n_resumed++;
  return true;
}

static void
on_fetched (void *user, const mk_http_reply *reply, const GError *error)
{
  model_job *job = user;
  job->call = NULL;
  mk_crash_point ("model.fetched");
  if (error != NULL && (job->failure == NULL || g_error_matches (error, MK_ERROR, MK_ERROR_DISK))) {
    g_clear_error (&job->failure);
    job->failure = g_error_copy (error); /* it names the address */
  }
  if (job->is_cancelled || is_final (job->failure)) {
    if (job->failure == NULL)
      mk_error (&job->failure, MK_ERROR_CANCELLED, "it was cancelled");
    fail_job (job);
    return;
  }
  bool may_go_on = error != NULL && is_worth_another_try (job);
  if (error == NULL)
    judge_reply (job, reply);
  if (may_go_on)
    ask_mirror (job);
  else if (job->failure != NULL)
    try_mirror (job);
  else {
    tell (job, "checking", 1, 1);
    mk_backstage_run (job->bridge->backstage, check_part, put_in_place, job);
  }
}

/* The one whose turn it is, from where the part ends. */
static void
ask_mirror (model_job *job)
{
  if (job->failure != NULL)
    mk_log (MK_LOG_WARNING, "models", "%s; trying %s", job->failure->message, mirror_url (job));
  g_clear_error (&job->failure);
  g_clear_pointer (&job->sha256, g_free);
  job->rate_ms = 0;
  job->n_fetched = 0;
  mk_http_order order = { .url = mirror_url (job), .download_path = job->part, .is_resumed = true, .progress = on_progress, .done = on_fetched, .user = job };
  job->call = mk_http_client_start (job->bridge->client, &order);
}

/* What to do about the last mirror's silence. */
static void
advise (model_job *job)
{
  g_autofree char *part = g_strconcat (job->part, ".part", NULL), *said = NULL;
  int code = job->failure->code;
  if (!g_error_matches (job->failure, MK_ERROR, MK_ERROR_UNAVAILABLE) && !g_error_matches (job->failure, MK_ERROR, MK_ERROR_TIMEOUT))
    return;
  said = g_strdup (job->failure->message);
  g_clear_error (&job->failure);
  job->broke_off = g_file_test (part, G_FILE_TEST_EXISTS);
  mk_error (&job->failure, (mk_error_code)code, "%s; %s", said,
            job->broke_off ? "what came is kept, and trying again goes on from there" : "see whether the address is right and the network is there, then try again");
}

static void
try_mirror (model_job *job)
{
  if (job->n_tried >= mk_json_length (mk_json_get (job->order, "urls"))) {
    advise (job);
    fail_job (job);
    return;
  }
  job->n_tried++;
  job->n_resumed = 0;
  job->most_fetched = 0;
  ask_mirror (job);
}

static bool
begin_install (model_job *job)
{
  const char *kind = order_text (job, "kind"), *name = order_text (job, "name");
  job->path = g_build_filename (job->models_folder, kind, name, NULL);
  g_autofree char *folder = g_path_get_dirname (job->path), *base = g_path_get_basename (job->path);
  job->part = g_strdup_printf ("%s/.%s.download", folder, base);
  g_autoptr (mk_json) task = mk_task_find (job->bridge->store, job->task, NULL);
  job->is_placed = g_file_test (job->path, G_FILE_TEST_EXISTS);
  if (!job->is_placed)
    return mk_folder_make (folder, &job->failure);
  /* An earlier attempt may have put it there and ended before that was written down. */
  if (mk_json_get_int (mk_json_get (task, "attempt")) < 2)
    return mk_error (&job->failure, MK_ERROR_EXISTS, "there is a %s/%s already; delete it first", kind, name);
  g_free (job->part);
  job->part = g_strdup (job->path);
  return true;
}

/* --- verify --- */

static void
verify_models (void *user)
{
  model_job *job = user;
  const char *kind = order_text (job, "kind"), *name = order_text (job, "name");
  g_autoptr (mk_json) all = mk_models_scan (job->models_folder);
  job->models = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (all) && !g_atomic_int_get (&job->is_cancelled); i++) {
    mk_json *model = mk_json_at (all, i);
    const char *its_kind = mk_json_get_string (mk_json_get (model, "kind")), *its_name = mk_json_get_string (mk_json_get (model, "name"));
    if ((kind != NULL && !g_str_equal (kind, its_kind)) || (name != NULL && !g_str_equal (name, its_name)))
      continue;
    int64_t bytes = 0;
    g_autoptr (GError) error = NULL;
    g_autofree char *path = g_build_filename (job->models_folder, its_kind, its_name, NULL), *sum = mk_model_check (path, its_name, true, NULL, &error) ? mk_file_sum (path, &bytes, &error) : NULL;
    mk_json_set (model, "path", mk_json_new_string (path));
    mk_json_set (model, "sha256", mk_json_new_string (sum));
    mk_json_set (model, "wrong", mk_json_new_string (error != NULL ? error->message : NULL));
    mk_json_append (job->models, mk_json_ref (model));
  }
}

static void
keep_sums (void *user)
{
  model_job *job = user;
  GString *wrong = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (job->models); i++) {
    const mk_json *model = mk_json_at (job->models, i);
    const char *path = mk_json_get_string (mk_json_get (model, "path")), *sum = mk_json_get_string (mk_json_get (model, "sha256")), *why = mk_json_get_string (mk_json_get (model, "wrong"));
    struct stat info;
    mk_statement *row = sum[0] != '\0' ? mk_database_query (job->bridge->store, NULL, "SELECT sha256 FROM sums WHERE path = ? AND bytes = ? AND modified = ?", "sii", path, mk_json_get_int (mk_json_get (model, "bytes")), stat (path, &info) == 0 ? (int64_t)info.st_mtim.tv_sec * 1000 : 0) : NULL;
    bool was_known = row != NULL && mk_statement_next (row, NULL);
    if (was_known && !g_str_equal (mk_statement_text (row, 0), sum))
      g_string_append_printf (wrong, "%s/%s has changed on disk without a new date; ", mk_json_get_string (mk_json_get (model, "kind")), mk_json_get_string (mk_json_get (model, "name")));
    if (row != NULL && was_known)
      mk_statement_end (row);
    if (why[0] != '\0')
      g_string_append_printf (wrong, "%s; ", why);
    if (sum[0] != '\0' && stat (path, &info) == 0)
      keep_sum (job->bridge, path, sum, info.st_size, (int64_t)info.st_mtim.tv_sec * 1000);
  }
  if (job->models == NULL)
    mk_error (&job->failure, MK_ERROR_CANCELLED, "the program is ending");
  else if (mk_json_length (job->models) == 0 && mk_json_has (job->order, "name"))
    mk_error (&job->failure, MK_ERROR_NOT_FOUND, "there is no model %s", order_text (job, "name"));
  else if (wrong->len > 0)
    mk_error (&job->failure, MK_ERROR_FORMAT, "%.*s", (int)wrong->len - 2, wrong->str);
  g_string_free (wrong, TRUE);
  if (job->failure != NULL || job->is_cancelled)
    fail_job (job);
  else
    end_job (job, MK_TASK_DONE, NULL);
}

/* --- which ones run --- */

static void
begin (mk_model_jobs *jobs, const char *task)
{
  mk_bridge *bridge = jobs->bridge;
  g_autoptr (mk_json) request = mk_task_get_request (bridge->store, task, NULL);
  bool is_install = mk_json_has (request, "install");
  int64_t now = mk_bridge_now_ms ();
  if (!mk_task_move (bridge->store, task, MK_TASK_LEASED, &(mk_task_step){ .engine = "bridge" }, now, NULL) || !mk_task_move (bridge->store, task, MK_TASK_RUNNING, NULL, now, NULL))
    return;
  model_job *job = g_new0 (model_job, 1);
  *job = (model_job){ .bridge = bridge, .task = g_strdup (task), .order = mk_json_copy (mk_json_get (request, is_install ? "install" : "verify")), .progress = mk_task_progress_new ("starting", 0),
                      .allows_pickle = mk_config_get_switch (bridge->config->settings, "models.allow_pickle"), .models_folder = g_strdup (bridge->models_folder) };
  g_ptr_array_add (jobs->running, job);
  mk_dispatcher_tell (bridge->dispatcher, "status_update", task);
  if (!is_install)
    mk_backstage_run (bridge->backstage, verify_models, keep_sums, job);
  else if (!begin_install (job))
    fail_job (job);
  else if (job->is_placed)
    mk_backstage_run (bridge->backstage, check_part, put_in_place, job);
  else
    try_mirror (job);
}

void
mk_model_jobs_wake (mk_model_jobs *jobs)
{
  if (jobs->running->len >= MAX_RUNNING)
    return;
  char **tasks = mk_task_list_next_jobs (jobs->bridge->store, mk_bridge_now_ms (), NULL);
  for (char **task = tasks; task != NULL && *task != NULL && jobs->running->len < MAX_RUNNING; task++)
    begin (jobs, *task);
  g_strfreev (tasks);
}

static model_job *
find_job (mk_model_jobs *jobs, const char *task)
{
  for (guint i = 0; i < jobs->running->len; i++) {
    model_job *job = jobs->running->pdata[i];
    if (g_str_equal (job->task, task))
      return job;
  }
  return NULL;
}

bool
mk_model_jobs_cancel (mk_model_jobs *jobs, const char *task)
{
  model_job *job = find_job (jobs, task);
  if (job == NULL)
    return false;
  g_atomic_int_set (&job->is_cancelled, 1);
  if (job->call != NULL)
    mk_http_call_cancel (job->call);
  return true;
}

mk_json *
mk_model_jobs_progress (mk_model_jobs *jobs, const char *task)
{
  model_job *job = find_job (jobs, task);
  return job != NULL ? mk_json_copy (job->progress) : NULL;
}

mk_model_jobs *
mk_model_jobs_new (mk_bridge *bridge)
{
  mk_model_jobs *jobs = g_new (mk_model_jobs, 1);
  *jobs = (mk_model_jobs){ bridge, g_ptr_array_new () };
  return jobs;
}

/* What still runs frees itself when the client and the thread backstage let go of it. */
void
mk_model_jobs_free (mk_model_jobs *jobs)
{
  if (jobs == NULL)
    return;
  g_ptr_array_unref (jobs->running);
  g_free (jobs);
}
