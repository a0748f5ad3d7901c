/* asked.h - what a pack asks of the engine in the middle of a call: that a node be run.
 *
 * Purpose   nodes.KSampler ().sample (…), vae.decode (…), clip.encode_from_tokens (…) of a pack's code are nodes of the
 *           engine, run where the models are.
 * Flow      {"ask": "run", "class", "names"} with the values in shared memory -> {"ui"} with the outputs, or {"error"}.
 *           The node runs inside the call: it reports its progress as that of the calling node, and hears its interrupt.
 * Limits    Nodes that ask for nodes that ask: MAX_DEPTH. Nodes that expand into graphs cannot be asked for.
 * Threads   That of the call.
 */
#pragma once
#include "engine/value_file.h"
#include "graph/run.h"
#include "packs/pack.h"

bool mk_pack_answer_question (mk_run *run, int connection, const mk_json *question, int fd, GError **error);
/* The values in shared memory, one list per slot, and back; for packs/ alone. NULL and -1 with the reason. */
mk_outcome *mk_pack_read_values (mk_pack *pack, int fd, GError **error);
int         mk_pack_share_values (mk_pack *pack, const mk_outcome *outcome, GError **error);
