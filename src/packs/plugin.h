/* plugin.h - C plugins seen from the engine: described in a child process, run in the worker.
 *
 * Threads   `scan` on the server's loop while it has one thread (it forks); the hooks in the worker, from any thread.
 * Errors    A library that crashes, hangs or is of another version while it is scanned gives a sentence, no more.
 */
#pragma once
#include "packs/pack.h"

/* {"nodes": [description…], "version": "…"} as pack.h wants them. NULL with FORMAT, TIMEOUT (ten seconds) or UNSUPPORTED. */
mk_json *mk_plugin_scan (const mk_pack *pack, const mk_folders *folders, GError **error);

bool mk_plugin_call_run (mk_run *run, GError **error);
void mk_plugin_call_need (mk_run *run);
bool mk_plugin_call_fingerprint (mk_run *run, mk_hasher *hasher, GError **error);
