/* server.h - what `miktos engine` runs: an engine that any ComfyUI client can drive.
 *
 * Purpose   ComfyUI's routes and sockets over our queue, worker and registry.
 * Flow      routes_*.c -> queue (durable) -> runner -> worker (a child process) -> clients (/ws).
 * Threads   Everything on the loop's thread. The caller must have no other threads when the first prompt comes: the
 *           worker is forked.
 * Refuses   To listen beyond loopback without an API key, unless `is_insecure`.
 * Use       mk_server_run (&config, mk_cli_cancel (), &error);
 * Tests     tests/server/
 */
#pragma once
#include "graph/registry.h"
#include "net/loop.h"

typedef struct mk_server mk_server;

/* What is kept between prompts: results by content up to `cache_bytes`; as ComfyUI's classic mode, those that the last
 * prompt used; or nothing. */
typedef enum { MK_SERVER_CACHE_BOUNDED, MK_SERVER_CACHE_CLASSIC, MK_SERVER_CACHE_NONE } mk_server_cache;

/* Everything is borrowed and must outlive the server. Zero is a good default where nothing else is said. */
typedef struct {
  mk_registry *registry;         /* needed; custom nodes are added to it */
  const mk_folders *folders;     /* needed; absolute; all exist */
  const char *user_folder;       /* needed: users, settings, and the queue's database */
  const char *front_end_root;    /* a folder with index.html, served at "/"; NULL = none */
  const char *host;              /* NULL = 127.0.0.1; "0.0.0.0,::" for all */
  unsigned port;                 /* 0 = any free one */
  const char *api_key;           /* asked for as "Authorization: Bearer", "X-API-Key" or ?api_key= */
  bool is_insecure;
  const char *tls_certificate, *tls_key;
  const char *cors_origin;       /* --enable-cors-header: NULL = check origins */
  uint64_t max_upload_bytes;     /* 0 = 100 MB */
  bool is_multi_user, has_previews, omits_metadata, compresses_answers;
  int preview_side;              /* --preview-size: 0 = 512 pixels */
  unsigned n_threads;            /* 0 = the machine's */
  mk_server_cache cache;
  size_t cache_bytes;            /* 0 = the engine's default */
  size_t cache_entries;          /* --cache-lru; 0 = no limit */
  size_t cache_free_bytes;       /* --cache-ram: memory to leave free; 0 = no limit */
  const char *cache_folder;      /* results that outlive the process; NULL = none do */
  size_t cache_folder_bytes;     /* 0 = 4 GB */
  const mk_value_type *const *value_types; /* those that may be in it, and that packs may be given; needed with either */
  const char *const *custom_nodes; /* folders of custom nodes (packs/packs.h), ends with NULL; NULL = none */
  const char *const *only_packs;   /* of those only these, ends with NULL; NULL = all */
  const char *pack_host, *python;  /* python-host/main.py, and what runs it (NULL = python3); needed with packs in Python */
  const char *const *argv;       /* for /system_stats; NULL-terminated; may be NULL */
  void (*ready) (void *user, unsigned port); /* it listens; may be NULL */
  void *user;
} mk_server_config;

/* Until `cancel` fires; then what runs is interrupted and stays in the queue for the next start. */
bool mk_server_run (const mk_server_config *config, const mk_cancel *cancel, GError **error);

/* The same on a loop of the caller's. */
mk_server *mk_server_new (mk_loop *loop, const mk_server_config *config, GError **error);
void       mk_server_free (mk_server *server);
unsigned   mk_server_port (const mk_server *server);
/* [{"method", "path", "summary"}…] of all that it serves. */
mk_json   *mk_server_list_routes (const mk_server *server);
