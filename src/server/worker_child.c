#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/pool.h"
#include "base/release.h"
#include "server/job.h"
#include "server/server_private.h"

/* Pictures of work in progress: more of them than this say nothing more to the eye. */
#define PREVIEW_MS 100

typedef struct {
  int fd;
  const mk_worker_settings *settings;
  mk_engine engine;
  mk_cancel cancel;
  bool has_previews;  /* of the job */
  int64_t preview_us; /* when the last one was sent */
  pthread_mutex_t voice; /* frames are whole: light nodes tell of themselves from several threads */
  pthread_mutex_t lock; /* guards the rest */
  pthread_cond_t came;
  char *job;
  size_t job_length;
  bool must_forget, must_release; /* results; and what is loaded */
} child;

/* A write that fails means that the parent is gone, and with it every reason to go on. */
static void
say (child *c, char kind, const char *text, size_t length)
{
  pthread_mutex_lock (&c->voice);
  if (!mk_worker_write (c->fd, kind, text, length))
    _exit (0);
  pthread_mutex_unlock (&c->voice);
}

static void
say_json (child *c, char kind, mk_json *taken)
{
  g_autofree char *text = mk_json_print_compact (taken);
  mk_json_unref (taken);
  say (c, kind, text, strlen (text));
}

/* --- what the engine tells --- */

static void
on_event (void *user, const char *type, const mk_json *data)
{
  mk_json *pair = mk_json_new_array ();
  mk_json_append (pair, mk_json_new_string (type));
  mk_json_append (pair, mk_json_copy (data));
  say_json (user, 'E', pair);
}

static void
on_state (void *user, const char *node, const char *display, const char *parent, const char *what)
{
  mk_json *list = mk_json_new_array ();
  const char *const texts[] = { node, display, parent, what };
  for (size_t i = 0; i < MK_COUNT (texts); i++)
    mk_json_append (list, mk_json_new_string (texts[i]));
  say_json (user, 'S', list);
}

static void
on_progress (void *user, const char *node, double done, double total)
{
  mk_json *list = mk_json_new_array ();
  mk_json_append (list, mk_json_new_string (node));
  mk_json_append (list, mk_json_new_real (done));
  mk_json_append (list, mk_json_new_real (total));
  say_json (user, 'P', list);
}

static void
send_picture (child *c, const char *node, const uint8_t *rgb8, int width, int height, bool as_png, int side, bool is_result)
{
  GBytes *picture = mk_preview_encode (rgb8, width, height, side > 0 ? side : MAX (width, height), as_png);
  if (picture == NULL)
    return;
  mk_json *head = mk_json_new_array ();
  mk_json_append (head, mk_json_new_string (node));
  mk_json_append (head, mk_json_new_string (as_png ? "image/png" : "image/jpeg"));
  mk_json_append (head, mk_json_new_bool (is_result));
  g_autofree char *text = mk_json_print_compact (head);
  mk_json_unref (head);
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_byte_array_append (frame, (const guint8 *)text, (guint)strlen (text) + 1);
  g_byte_array_append (frame, g_bytes_get_data (picture, NULL), (guint)g_bytes_get_size (picture));
  g_bytes_unref (picture);
  say (c, 'V', (const char *)frame->data, frame->len);
}

static void
on_show (void *user, const char *node, const uint8_t *rgb8, int width, int height, bool as_png, int side)
{
  send_picture (user, node, rgb8, width, height, as_png, side, side == 0); /* what is shrunk is to be looked at, what is whole to be kept */
}

static void
on_preview (void *user, const char *node, const uint8_t *rgb8, int width, int height)
{
  child *c = user;
  int64_t now = g_get_monotonic_time ();
  if (!c->has_previews || now - c->preview_us < PREVIEW_MS * 1000)
    return;
  c->preview_us = now;
  send_picture (c, node, rgb8, width, height, false, c->settings->preview_side, false);
}

static void
on_tell (void *user, const char *node, const char *text)
{
  mk_json *pair = mk_json_new_array ();
  mk_json_append (pair, mk_json_new_string (node));
  mk_json_append (pair, mk_json_new_string (text));
  say_json (user, 'T', pair);
}

static void
on_send (void *user, const mk_json *message)
{
  say_json (user, 'M', mk_json_copy (message));
}

/* --- jobs --- */

/* A head, and two texts as they go into the record. */
static void
say_end (child *c, bool is_good, const mk_execution_result *result)
{
  g_autoptr (mk_json) head = mk_json_new_object ();
  mk_json_set (head, "is_good", mk_json_new_bool (is_good));
  mk_json_set (head, "made", mk_job_describe_outputs (result->ui));
  const mk_json *const parts[] = { head, result->ui, result->meta };
  g_autoptr (GString) frame = g_string_new (NULL);
  for (size_t i = 0; i < MK_COUNT (parts); i++) {
    g_autofree char *text = parts[i] != NULL ? mk_json_print (parts[i]) : g_strdup ("{}");
    g_string_append_len (frame, text, (gssize)strlen (text) + 1);
  }
  say (c, 'D', frame->str, frame->len);
}

static void
run_job (child *c, const mk_json *job)
{
  mk_listener listener = { .user = c, .event = on_event, .state = on_state, .progress = on_progress, .preview = on_preview, .show = on_show, .tell = on_tell, .send = on_send };
  const mk_json *item = mk_json_get (job, "item"), *extra = mk_json_at (item, 3);
  mk_execution execution = { .prompt = mk_json_at (item, 2), .outputs = mk_json_at (item, 4), .extra_pnginfo = mk_json_get (extra, "extra_pnginfo"), .prompt_id = mk_json_get_string (mk_json_at (item, 1)),
                             .client_id = mk_json_get_string (mk_json_get (extra, "client_id")), .secrets = mk_json_get (job, "secrets"), .cancel = &c->cancel, .listener = &listener };
  g_auto (mk_execution_result) result = { 0 };
  g_autoptr (GError) error = NULL;
  c->preview_us = 0;
  /* A prompt may choose for itself, as newer ComfyUI lets it. */
  const char *method = mk_json_get_string (mk_json_get (extra, "preview_method"));
  c->has_previews = method[0] == '\0' || g_str_equal (method, "default") ? c->settings->has_previews : !g_str_equal (method, "none");
  if (!c->has_previews)
    listener.preview = NULL;
  bool is_classic = c->settings->cache == MK_SERVER_CACHE_CLASSIC;
  if (c->engine.cache != NULL)
    mk_cache_begin (c->engine.cache);
  bool is_good = mk_engine_run (&c->engine, &execution, &result, &error);
  if (is_classic)
    mk_cache_keep_used (c->engine.cache);
  say_end (c, is_good, &result);
}

/* Interrupts belong to the job that runs, so the token is cleared before the job is seen by anybody. */
static void
run_jobs (child *c)
{
  for (;;) {
    pthread_mutex_lock (&c->lock);
    while (c->job == NULL && !c->must_forget && !c->must_release)
      pthread_cond_wait (&c->came, &c->lock);
    g_autofree char *text = g_steal_pointer (&c->job);
    size_t length = c->job_length;
    bool must_forget = c->must_forget, must_release = c->must_release;
    c->must_forget = c->must_release = false;
    pthread_mutex_unlock (&c->lock);
    if (must_forget && c->engine.cache != NULL)
      mk_cache_clear (c->engine.cache);
    if (must_release)
      mk_release_all ();
    mk_json_limits limits = { .max_bytes = (size_t)1 << 30, .max_depth = 512 };
    g_autoptr (mk_json) job = NULL;
    if (text != NULL && mk_json_parse (text, (gssize)length, &limits, &job, NULL))
      run_job (c, job);
  }
}

static bool
read_exactly (int fd, void *bytes, size_t length)
{
  for (size_t at = 0; at < length;) {
    ssize_t n = recv (fd, (char *)bytes + at, length - at, 0);
    if (n == 0 || (n < 0 && errno != EINTR))
      return false;
    at += (size_t)MAX (n, 0);
  }
  return true;
}

static void *
listen_to_parent (void *user)
{
  child *c = user;
  uint32_t length;
  char kind;
  while (read_exactly (c->fd, &length, 4) && read_exactly (c->fd, &kind, 1)) {
    char *bytes = g_malloc ((size_t)length + 1);
    if (!read_exactly (c->fd, bytes, length))
      break;
    bytes[length] = '\0';
    if (kind == 'I')
      mk_cancel_fire (&c->cancel);
    pthread_mutex_lock (&c->lock);
    if (kind == 'J') {
      atomic_store (&c->cancel.fired, false);
      c->job = g_steal_pointer (&bytes);
      c->job_length = length;
    }
    c->must_forget = c->must_forget || kind == 'F';
    c->must_release = c->must_release || kind == 'F' || kind == 'U';
    pthread_cond_signal (&c->came);
    pthread_mutex_unlock (&c->lock);
    g_free (bytes);
  }
  _exit (0);
}

/* Without its folder on disk the worker works all the same. */
static void
open_caches (mk_engine *engine, const mk_worker_settings *settings)
{
  g_autoptr (GError) error = NULL;
  if (settings->cache == MK_SERVER_CACHE_NONE)
    return;
  engine->cache = mk_cache_new (settings->cache_bytes);
  mk_cache_set_limits (engine->cache, settings->cache_entries, settings->cache_free_bytes);
  if (settings->cache_folder == NULL)
    return;
  engine->disk = mk_disk_cache_open (settings->cache_folder, settings->cache_folder_bytes, settings->value_types, &error);
  if (engine->disk == NULL)
    mk_log (MK_LOG_WARNING, "server", "%s", error->message);
}

void
mk_worker_child_run (int fd, const mk_worker_settings *settings)
{
  child c = { .fd = fd, .settings = settings };
  mk_log_set_listener (NULL, NULL); /* it was the parent's */
  c.engine = (mk_engine){ .registry = settings->registry, .pool = mk_pool_new (settings->n_threads), .folders = settings->folders, .omits_metadata = settings->omits_metadata };
  open_caches (&c.engine, settings);
  pthread_mutex_init (&c.lock, NULL);
  pthread_mutex_init (&c.voice, NULL);
  pthread_cond_init (&c.came, NULL);
  pthread_t thread;
  if (pthread_create (&thread, NULL, listen_to_parent, &c) != 0)
    _exit (1);
  run_jobs (&c);
  abort (); /* run_jobs has no end */
}
