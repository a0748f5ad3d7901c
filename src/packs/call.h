/* call.h - a node of a Python pack is run by its pack's process.
 *
 * Purpose   The hooks of a pack's tables: they put the call on the wire and wait for what comes back.
 * Threads   The worker's; several calls at once each have a connection of their own.
 * Errors    A pack that dies gives UNAVAILABLE; what its code raises gives FAILED with its class and traceback in
 *           run->exception. A pack that does not stop within GRACE of an interrupt is killed.
 */
#pragma once
#include "graph/run.h"
#include "packs/pack.h"

bool mk_pack_call_run (mk_run *run, GError **error);
void mk_pack_call_need (mk_run *run);
bool mk_pack_call_fingerprint (mk_run *run, mk_hasher *hasher, GError **error);
