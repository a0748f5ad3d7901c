/* host.h - the process of one Python pack: started, spoken to, started again.
 *
 * Purpose   A pack's code runs in a process of its own, in a sandbox (bubblewrap: no network; files are read-only but
 *           for its own folder and the input, output and temp folders), with its own virtual environment if it has one.
 * Flow      spawn -> it imports the pack and says what nodes it has (READY) -> questions and answers on one control
 *           connection; calls come from the worker over the listening socket that it was given (call.h).
 * Failure   A process that dies is started again with growing pauses; three deaths before it was ready give it up,
 *           and so does a pack whose import fails. One that does not answer in time is killed. Whoever waits is told NULL.
 * Threads   The loop's. The process ends with ours.
 */
#pragma once
#include "net/loop.h"
#include "packs/pack.h"

typedef struct mk_pack_host mk_pack_host;

/* Borrowed; outlives the host. */
typedef struct {
  mk_loop *loop;
  const mk_folders *folders;
  const char *user_folder;
  const char *script;          /* the host's own code: python-host/main.py */
  const char *python;          /* for packs without a virtual environment */
  int catalogue;               /* of the engine's nodes: catalogue.h; -1 = none */
  bool has_network, has_sandbox; /* what the pack is granted */
  void (*described) (void *user, mk_pack *pack, const mk_json *description); /* each time it has started */
  void (*failed) (void *user, mk_pack *pack);                /* given up */
  void (*event) (void *user, const mk_json *message);        /* {"event": type, "data", "sid"}: for clients */
  void *user;
} mk_pack_host_config;

mk_pack_host *mk_pack_host_new (mk_pack *pack, const mk_pack_host_config *config);
/* Kills it. Whoever waits is told NULL. */
void          mk_pack_host_free (mk_pack_host *host);

void          mk_pack_host_ask (mk_pack_host *host, mk_json *taken_request, int64_t timeout_ms, mk_pack_answer answer, void *user);

bool          mk_pack_host_is_ready (const mk_pack_host *host);
bool          mk_pack_host_is_given_up (const mk_pack_host *host);
/* A sentence about its last failure, or NULL. */
const char   *mk_pack_host_trouble (const mk_pack_host *host);
unsigned      mk_pack_host_n_restarts (const mk_pack_host *host);
