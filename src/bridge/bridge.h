/* bridge.h - what `miktos serve` runs: sentences in, films out, everything durable.
 *
 * Purpose   REST under /api/v1 and a WebSocket at /ws, both described by assets/openapi.json; an engine that it
 *           starts and looks after; the interface's files.
 * Flow      api.c (routes, validation, envelope) → handlers_*.c → store (tasks, projects, workflows)
 *           → dispatcher.c → comfy client → engine → outputs; sockets.c tells everybody.
 * Threads   Everything on the loop's thread.
 * Tests     tests/bridge/
 */
#pragma once
#include "base/base.h"

/* Everything is borrowed and must outlive the run. */
typedef struct mk_bridge_config {
  const char *host;          /* NULL = 127.0.0.1; anything but loopback needs an api_key */
  unsigned port;             /* 0 = any free one */
  const char *data_folder;   /* database, outputs, the engine's folders; made */
  const char *assets;        /* openapi.json, objects, lexicon */
  const char *ui_folder;     /* the built interface, served at "/"; NULL = none */
  const char *engine_url;    /* an engine that runs already; NULL = start our own */
  const char *program;       /* of `miktos`, to start `miktos engine` */
  const char *api_key;       /* asked for as Bearer or ?token=; NULL = loopback only */
  const char *version;
  void (*ready) (void *user, unsigned port); /* it listens; may be NULL */
  void *user;
} mk_bridge_config;

/* Until `cancel` fires. What runs then is queued again at the next start. */
bool mk_bridge_run (const mk_bridge_config *config, const mk_cancel *cancel, GError **error);
