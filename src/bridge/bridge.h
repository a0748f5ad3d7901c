/* bridge.h - what `miktos serve` runs: sentences in, films out, everything durable.
 *
 * Purpose   REST under /api/v1 and a WebSocket at /ws, both described by assets/openapi.json; MCP at /mcp; engines that
 *           it starts and looks after; the interface's files.
 * Flow      api.c (routes, validation, envelope) → handlers_*.c → store (tasks, projects, workflows)
 *           → dispatcher.c → comfy client → engines → outputs; sockets.c tells everybody.
 * Threads   Everything on the loop's thread, but what backstage.h does.
 * Tests     tests/bridge/, tests/e2e/test_bridge.py, tests/crash/test_bridge_crash.py
 */
#pragma once
#include "base/base.h"
#include "bridge/config.h"

/* Everything is borrowed and must outlive the run. */
typedef struct mk_bridge_config {
  mk_config *settings;       /* host, port and all that a person may set */
  const char *data_folder;   /* database, outputs, logs, the engine's folders; made */
  const char *assets;        /* openapi.json, objects, lexicon */
  const char *ui_folder;     /* the built interface, served at "/"; NULL = none */
  const char *engine_url;    /* an engine that runs already; NULL = start our own, unless the settings say no */
  const char *program;       /* of `miktos`, to start `miktos engine` */
  const char *api_key;       /* one that may do everything, beside those of the store; NULL = none */
  const char *version;
  void (*ready) (void *user, const char *url); /* it listens; may be NULL */
  void *user;
} mk_bridge_config;

/* Until `cancel` fires; then what is on its way is waited for, at most server.drain_seconds. What runs then goes on at
 * the next start. USAGE when it would listen beyond loopback without any key, or the folder is in use. */
bool mk_bridge_run (const mk_bridge_config *config, const mk_cancel *cancel, GError **error);
