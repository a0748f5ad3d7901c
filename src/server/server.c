#include "server/server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "graph/object_info.h"
#include "net/origin.h"
#include "server/server_private.h"

/* As ComfyUI. */
#define PREVIEW_SIDE 512
#define LOCK_TRIES 50
#define LOCK_PAUSE_US 10000

void
mk_answer_trouble (mk_http_request *request)
{
  mk_http_answer_text (request, 500, "500 Internal Server Error\n\nServer got itself in trouble");
}

mk_json *
mk_server_features (const mk_server *server)
{
  mk_json *features = mk_json_new_object ();
  mk_json_set (features, "supports_preview_metadata", mk_json_new_bool (true));
  mk_json_set (features, "max_upload_size", mk_json_new_uint (server->config.max_upload_bytes));
  return features;
}

const char *
mk_server_folder (const mk_server *server, const char *type)
{
  const mk_folders *f = server->config.folders;
  return strcmp (type, "input") == 0 ? f->input : strcmp (type, "output") == 0 ? f->output : strcmp (type, "temp") == 0 ? f->temp : NULL;
}

/* --- who may ask --- */

static bool
is_equal_in_constant_time (const char *a, const char *b)
{
  size_t n = strlen (a), m = strlen (b);
  unsigned difference = n != m;
  for (size_t i = 0; i < n; i++)
    difference |= (unsigned)(unsigned char)a[i] ^ (unsigned char)b[m > 0 ? i % m : 0];
  return difference == 0;
}

static bool
filter (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  if (server->config.api_key == NULL)
    return false;
  const char *bearer = mk_http_request_header (request, "Authorization"), *key = mk_http_request_header (request, "X-API-Key");
  if (key == NULL && bearer != NULL && g_ascii_strncasecmp (bearer, "Bearer ", 7) == 0)
    key = bearer + 7;
  if (key == NULL)
    key = mk_http_request_query (request, "api_key");
  if (key != NULL && is_equal_in_constant_time (key, server->config.api_key))
    return false;
  mk_http_request_set_header (request, "WWW-Authenticate", "Bearer");
  mk_http_answer_text (request, 401, "401: Unauthorized");
  return true;
}

/* Contract §1.1. */
static void
decorate (mk_http_request *request, unsigned status, void *user)
{
  (void)user;
  static const char *const images[] = { ".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp", NULL };
  const char *path = mk_http_request_path (request);
  if (path == NULL)
    return;
  const char *last = strrchr (path, '/');
  if (g_str_has_suffix (path, ".js") || g_str_has_suffix (path, ".css")
      || (last != NULL && g_str_has_prefix (last + 1, "index") && g_str_has_suffix (path, ".json")))
    mk_http_request_set_header (request, "Cache-Control", "no-cache");
  else if (mk_path_has_ending (path, images)) {
    if (status == 404)
      mk_http_request_set_header (request, "Cache-Control", "public, max-age=3600");
    else if ((status >= 200 && status <= 206) || status == 301 || status == 308)
      mk_http_request_set_header (request, "Cache-Control", "public, max-age=86400");
  }
}

/* --- start and stop --- */

/* What a temporary folder holds belongs to one run of the server. */
static void
empty_folder (const char *path, unsigned depth)
{
  DIR *folder = depth < 16 ? opendir (path) : NULL;
  for (struct dirent *entry; folder != NULL && (entry = readdir (folder)) != NULL;) {
    if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
      continue;
    g_autofree char *child = g_build_filename (path, entry->d_name, NULL);
    struct stat info;
    if (lstat (child, &info) == 0 && S_ISDIR (info.st_mode))
      empty_folder (child, depth + 1);
    remove (child);
  }
  if (folder != NULL)
    closedir (folder);
}

static bool
is_safe_to_listen (const mk_server_config *config, GError **error)
{
  g_auto (GStrv) hosts = g_strsplit (config->host != NULL ? config->host : "127.0.0.1", ",", -1);
  for (char **host = hosts; *host != NULL; host++)
    if (!mk_host_is_loopback (g_strstrip (*host)) && config->api_key == NULL && !config->is_insecure)
      return mk_error (error, MK_ERROR_USAGE, "listening on %s lets others in; set an API key, or say --insecure", *host);
  return true;
}

/* Two servers over one queue would run each prompt twice. */
static bool
take_lock (mk_server *server, GError **error)
{
  g_autofree char *path = g_build_filename (server->config.user_folder, "queue.lock", NULL);
  server->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (server->lock_fd < 0)
    return mk_error (error, MK_ERROR_DISK, "%s: %s", path, g_strerror (errno));
  /* The worker of a server that was just killed may hold it for a blink more. */
  for (int i = 0; i < LOCK_TRIES; i++) {
    if (flock (server->lock_fd, LOCK_EX | LOCK_NB) == 0)
      return true;
    g_usleep (LOCK_PAUSE_US);
  }
  return mk_error (error, MK_ERROR_EXISTS, "another engine uses %s; give this one its own --user-directory", server->config.user_folder);
}

static bool
start_http (mk_server *server, GError **error)
{
  const mk_server_config *c = &server->config;
  mk_http_config http = { .host = c->host, .port = c->port, .temp_folder = c->folders->temp, .max_body = c->max_upload_bytes,
                          .tls_certificate = c->tls_certificate, .tls_key = c->tls_key, .cors_origin = c->cors_origin, .compresses_answers = c->compresses_answers,
                          .filter = filter, .decorate = decorate, .handle_other = mk_front_end_answer, .user = server };
  server->http = mk_http_server_new (server->loop, &http, error);
  if (server->http == NULL)
    return false;
  const mk_http_route *const tables[] = { mk_routes_prompt, mk_routes_jobs, mk_routes_files, mk_routes_users, mk_routes_info, mk_routes_packs, mk_routes_models };
  for (size_t i = 0; i < MK_COUNT (tables); i++) {
    mk_http_server_add_routes (server->http, "", tables[i], server);
    mk_http_server_add_routes (server->http, "/api", tables[i], server);
  }
  mk_http_server_add_routes (server->http, "", mk_routes_internal, server);
  mk_http_server_add_routes (server->http, "/api", mk_routes_internal, server); /* where some clients look */
  return true;
}

/* What a pack says outside of its nodes' runs. */
static void
on_pack_event (void *user, const mk_json *message)
{
  mk_clients_send_message (((mk_server *)user)->clients, message);
}

/* Goes on with what an earlier life left. */
static void
on_packs_ready (void *user)
{
  mk_server *server = user;
  server->has_packs_ready = true;
  if (server->packs != NULL)
    mk_server_add_pack_routes (server);
  mk_timer_start (server->commit, 0);
}

static void
start_packs (mk_server *server)
{
  const mk_server_config *c = &server->config;
  mk_packs_config packs = { .loop = server->loop, .registry = c->registry, .folders = c->folders, .places = c->custom_nodes, .only = c->only_packs, .user_folder = c->user_folder,
                            .host_script = c->pack_host, .python = c->python, .value_types = c->value_types, .event = on_pack_event, .user = server };
  if (c->custom_nodes == NULL) {
    on_packs_ready (server);
    return;
  }
  server->packs = mk_packs_new (&packs);
  mk_packs_when_ready (server->packs, on_packs_ready, server);
}

mk_server *
mk_server_new (mk_loop *loop, const mk_server_config *config, GError **error)
{
  if (!is_safe_to_listen (config, error) || !mk_folder_make (config->user_folder, error))
    return NULL;
  mk_server *server = g_new0 (mk_server, 1);
  server->config = *config;
  server->loop = loop;
  if (server->config.max_upload_bytes == 0)
    server->config.max_upload_bytes = (uint64_t)100 << 20;
  server->lock_fd = -1;
  server->backstage = mk_backstage_new (loop);
  server->unanswered = g_ptr_array_new ();
  server->info_waiters = g_ptr_array_new ();
  server->commit = mk_timer_new (loop, mk_prompts_commit, server);
  server->worker_settings = (mk_worker_settings){
    .cache = config->cache, .registry = config->registry, .folders = config->folders, .n_threads = config->n_threads, .has_previews = config->has_previews, .preview_side = config->preview_side > 0 ? config->preview_side : PREVIEW_SIDE, .omits_metadata = config->omits_metadata,
    .cache_bytes = config->cache_bytes, .cache_entries = config->cache_entries, .cache_free_bytes = config->cache_free_bytes,
    .cache_folder = config->cache_folder, .cache_folder_bytes = config->cache_folder_bytes, .value_types = config->value_types };
  if (!take_lock (server, error)) {
    mk_server_free (server);
    return NULL;
  }
  g_autofree char *database = g_build_filename (config->user_folder, "queue.sqlite", NULL);
  server->queue = mk_queue_open (database, error);
  if (server->queue == NULL || !start_http (server, error)) {
    mk_server_free (server);
    return NULL;
  }
  empty_folder (config->folders->temp, 0);
  server->n_posts = mk_queue_next_number (server->queue);
  server->clients = mk_clients_new (mk_server_features (server));
  server->logs = mk_logs_new (loop, server->clients);
  server->runner = mk_runner_new (loop, server->backstage, server->queue, server->clients, &server->worker_settings);
  start_packs (server);
  return server;
}

void
mk_server_free (mk_server *server)
{
  if (server == NULL)
    return;
  server->is_stopping = true;
  if (server->runner != NULL)
    mk_runner_stay_on_loop (server->runner);
  mk_backstage_finish (server->backstage); /* what it has in hand is finished, and told */
  g_clear_pointer (&server->backstage, mk_backstage_free);
  mk_loop_step (server->loop, 0);
  if (server->unanswered->len > 0)
    mk_prompts_commit (server);
  mk_packs_free (server->packs); /* whoever waits for a pack is answered */
  mk_http_server_free (server->http);
  mk_runner_free (server->runner);
  mk_logs_free (server->logs);
  mk_clients_free (server->clients);
  mk_queue_close (server->queue);
  mk_timer_free (server->commit);
  g_ptr_array_free (server->unanswered, TRUE);
  g_ptr_array_free (server->info_waiters, TRUE);
  g_clear_pointer (&server->pack_routes, g_ptr_array_unref);
  g_clear_pointer (&server->object_info, g_bytes_unref);
  if (server->http != NULL) /* it was ours to fill */
    empty_folder (server->config.folders->temp, 0);
  if (server->lock_fd >= 0)
    close (server->lock_fd);
  g_free (server);
}

unsigned
mk_server_port (const mk_server *server)
{
  return mk_http_server_port (server->http);
}

mk_json *
mk_server_list_routes (const mk_server *server)
{
  return mk_http_server_list_routes (server->http);
}

bool
mk_server_run (const mk_server_config *config, const mk_cancel *cancel, GError **error)
{
  struct rlimit files;
  if (getrlimit (RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max; /* sockets are files */
    setrlimit (RLIMIT_NOFILE, &files);
  }
  g_autoptr (mk_loop) loop = mk_loop_new (error);
  mk_server *server = loop != NULL ? mk_server_new (loop, config, error) : NULL;
  if (server == NULL)
    return false;
  if (config->ready != NULL)
    config->ready (config->user, mk_server_port (server));
  mk_loop_run (loop, cancel);
  mk_http_server_stop_listening (server->http);
  mk_server_free (server);
  return true;
}
