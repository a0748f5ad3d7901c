/* server_private.h - what the routes share. */
#pragma once
#include "net/http_server.h"
#include "packs/packs.h"
#include "net/backstage.h"
#include "server/clients.h"
#include "server/logs.h"
#include "server/queue.h"
#include "server/runner.h"
#include "server/server.h"

struct mk_server {
  mk_server_config config;
  mk_loop *loop;
  mk_http_server *http;
  mk_queue *queue;
  mk_clients *clients;
  mk_logs *logs;
  mk_runner *runner;
  mk_worker_settings worker_settings;
  int64_t n_posts;       /* the next prompt's number */
  GPtrArray *unanswered; /* accepted prompts that wait for the disk */
  mk_timer *commit;      /* answers them */
  mk_packs *packs;       /* NULL without custom nodes */
  GPtrArray *pack_routes; /* rows that packs added; NULL before they were asked */
  bool has_packs_ready;  /* they have said what nodes they have; before it nothing runs */
  GPtrArray *info_waiters; /* requests for /object_info until the packs have said what is new */
  mk_backstage *backstage; /* reads and writes large prompts */
  bool is_stopping;
  int lock_fd;           /* held as long as the queue is ours */
  GBytes *object_info;   /* as printed at `object_info_ms` */
  int64_t object_info_ms;
  uint64_t object_info_stamp; /* of the folders it lists */
};

extern const mk_http_route mk_routes_prompt[], mk_routes_jobs[], mk_routes_files[], mk_routes_users[], mk_routes_info[],
  mk_routes_packs[], mk_routes_models[], mk_routes_internal[];

/* What ComfyUI answers when its handler throws. */
void     mk_answer_trouble (mk_http_request *request);
/* {"supports_preview_metadata": true, "max_upload_size": …} */
mk_json *mk_server_features (const mk_server *server);
/* Commits what was accepted and answers; the commit timer's function. */
void     mk_prompts_commit (void *server);
/* Whether a client may name a prompt so: a UUID in lower case with hyphens. */
bool     mk_job_id_is_good (const mk_json *id);
/* Once the packs have said what they serve (pack_routes.c). */
void     mk_server_add_pack_routes (mk_server *server);
/* GET /internal/folder_paths and /internal/files/{folder}. */
void     mk_folder_paths_answer (mk_http_request *request, void *server);
void     mk_folder_files_answer (mk_http_request *request, void *server);
/* The folder that "input", "output" or "temp" names, or NULL. */
const char *mk_server_folder (const mk_server *server, const char *type);
/* Serves the front end; 404 without one. */
void     mk_front_end_answer (mk_http_request *request, void *server);
/* Names beneath a model folder that ComfyUI would list; sorted; relative. g_strfreev. */
char   **mk_models_list (const char *folder, const char *const *endings);
/* Milliseconds since 1970 of a file's times, as float seconds for JSON. */
mk_json *mk_file_time (const struct timespec *when);
/* A picture as ComfyUI sends it: fitted into `side` squared, JPEG of quality 95 or PNG. NULL when it cannot be encoded. */
GBytes  *mk_preview_encode (const uint8_t *rgb8, int width, int height, int side, bool as_png);
/* The picture in `fd` (closed) as WebP or JPEG: "webp;90". `channel` may be NULL. */
void     mk_preview_answer (mk_http_request *request, int taken_fd, const char *format, const char *channel);
void     mk_preview_answer_bytes (mk_http_request *request, GBytes *taken, const char *format, const char *channel);
