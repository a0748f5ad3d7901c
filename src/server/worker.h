/* worker.h - the child process that runs prompts, and the words it exchanges with the server.
 *
 * Purpose   A node that crashes takes down a worker, not the server.
 * How       The server forks while it has one thread; the child keeps the registry and the settings that it was born
 *           with, closes everything but one socket, and dies with its parent. A worker that died is replaced when the
 *           next prompt comes.
 * Wire      Frames over a socket pair: 4 bytes length (host order), 1 byte kind, payload.
 *             to the child   'J' job: JSON {"id", "prompt", "outputs", "extra_pnginfo"}   'I' interrupt   'F' free memory   'U' unload models
 *             from the child 'E' event: JSON [type, data]     'S' state: JSON [node, display, parent, what]
 *                            'P' progress: JSON [node, done, total]
 *                            'V' preview: JSON [node, format], NUL, image bytes          'D' done: JSON result
 *                            'T' text: JSON [node, text]                 'M' message of a pack: JSON {"event", "data", "sid"}
 * Threads   The server's side on the loop; the child has a reader thread, so that an interrupt reaches a busy node.
 * Tests     tests/server/test_server.c, tests/crash/
 */
#pragma once
#include "engine/executor.h"
#include "net/loop.h"
#include "server/server.h"

typedef struct mk_worker mk_worker;

typedef struct {
  mk_server_cache cache;
  const mk_registry *registry;
  const mk_folders *folders;
  unsigned n_threads;     /* 0 = the machine's */
  size_t cache_bytes;     /* 0 = the engine's default */
  bool has_previews, omits_metadata;
  int preview_side;       /* pixels */
  size_t cache_entries, cache_free_bytes, cache_folder_bytes;
  const char *cache_folder;
  const mk_value_type *const *value_types;
} mk_worker_settings;

/* How a job ended. What it made is as large as its graph, so it stays the text that it came as. */
typedef struct {
  bool is_good;
  const char *ui, *meta; /* JSON, for the record */
  const mk_json *made;   /* what a row of /api/jobs says of it: job.h */
} mk_worker_result;

typedef struct {
  void (*event) (void *user, const char *type, mk_json *data);
  /* What happened to a node: "running", "finished" or "cached". */
  void (*state) (void *user, const char *node, const char *display, const char *parent, const char *what);
  void (*progress) (void *user, const char *node, double done, double total);
  /* `is_result`: it is sent whole and must arrive; else it is a look at the way there. */
  void (*preview) (void *user, const char *node, const char *type, bool is_result, const void *image, size_t length);
  void (*tell) (void *user, const char *node, const char *text);
  void (*message) (void *user, const mk_json *message);
  void (*done) (void *user, const mk_worker_result *result);
  /* The child died; `why` says how. A job that it had is over. */
  void (*died) (void *user, const char *why);
} mk_worker_events;

/* Borrows `settings` and `events`. Nothing is forked before the first job. */
mk_worker *mk_worker_new (mk_loop *loop, const mk_worker_settings *settings, const mk_worker_events *events, void *user);
/* Kills the child. */
void       mk_worker_free (mk_worker *worker);
bool       mk_worker_start (mk_worker *worker, GError **error);
/* Starts a child when there is none. `job` is {"item": of the queue, "secrets"} as JSON. */
bool       mk_worker_run (mk_worker *worker, const char *job, GError **error);
/* A node that does not listen for ten seconds is killed with its worker. */
void       mk_worker_interrupt (mk_worker *worker);
/* What is loaded; with `results`, everything that was kept. */
void       mk_worker_free_memory (mk_worker *worker, bool results);

/* The child's life; never returns. */
void       mk_worker_child_run (int fd, const mk_worker_settings *settings) G_GNUC_NORETURN;
/* One whole frame; false when the other side is gone. */
bool       mk_worker_write (int fd, char kind, const void *bytes, size_t length);
