/* packs.h - all custom nodes there are: found, described, watched.
 *
 * Purpose   Entries of custom_nodes/: NAME.so (a C plugin), NAME.py or a folder with __init__.py (a pack written for
 *           ComfyUI). Names that end with ".disabled" are left alone. Their nodes join the registry; built-in names
 *           cannot be taken.
 * Flow      new (plugins are scanned, packs begin to start) -> when_ready -> refresh before /object_info, check before
 *           a prompt is validated.
 * Rights    A Python pack has no network and writes only to its own folder and input, output and temp. A miktos.json
 *           beside its code may ask for more ({"permissions": ["network", "unsandboxed"], "why": "…"}); a person
 *           grants it with `miktos plugins grant`, which is kept in packs.json of the user folder.
 * Threads   The loop's.
 * Tests     tests/packs/
 */
#pragma once
#include "net/loop.h"
#include "packs/pack.h"

typedef struct mk_packs mk_packs;

/* Borrowed; outlives the packs. */
typedef struct {
  mk_loop *loop;
  mk_registry *registry;       /* nodes are added to it */
  const mk_folders *folders;
  const char *const *places;   /* custom_nodes folders, ends with NULL; those that are not there are passed over */
  const char *const *only;     /* names of the packs to take, ends with NULL; NULL = all */
  const char *user_folder;
  const char *host_script;     /* python-host/main.py */
  const char *python;          /* for packs without a virtual environment; NULL = python3 */
  const mk_value_type *const *value_types; /* those that packs can be given, ends with NULL */
  void (*event) (void *user, const mk_json *message); /* what a pack sends to clients outside of runs: {"event": type, "data", "sid"} */
  void *user;
} mk_packs_config;

/* Never fails: what cannot be used is in the list with its trouble. */
mk_packs *mk_packs_new (const mk_packs_config *config);
void      mk_packs_free (mk_packs *packs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_packs, mk_packs_free)
void      mk_packs_set_event (mk_packs *packs, void (*event) (void *user, const mk_json *message), void *user);

/* Whether there are none, neither in C nor in Python: then nothing adds to the registry or changes it. */
bool      mk_packs_is_empty (const mk_packs *packs);

/* Each calls `done` exactly once, at once when nothing is to be waited for. */
void mk_packs_when_ready (mk_packs *packs, mk_loop_func done, void *user);     /* every pack runs or was given up */
void mk_packs_refresh (mk_packs *packs, mk_loop_func done, void *user);        /* lists in their tables are new */
void mk_packs_check (mk_packs *packs, const mk_json *prompt, mk_loop_func done, void *user); /* validate inside `done` */

/* [{"pack","method","path"}…] of the routes that packs add (PromptServer.instance.routes), paths as net/http_server.h has them. */
mk_json *mk_packs_list_routes (const mk_packs *packs);
/* `answer` is called exactly once. */
void     mk_packs_ask (mk_packs *packs, const char *name, mk_json *taken_request, int64_t timeout_ms, mk_pack_answer answer, void *user);
/* The body of POST /prompt as the prompt handlers of all packs leave it; one that does not answer changes nothing. */
typedef void (*mk_packs_rewritten) (void *user, mk_json *taken_body);
void     mk_packs_rewrite (mk_packs *packs, mk_json *taken_body, mk_packs_rewritten done, void *user);

/* [{"name","path","kind","state","trouble","restarts","nodes","permissions","granted"}…] */
mk_json    *mk_packs_list (const mk_packs *packs);
/* The folder that a pack's scripts for the front end are in; NULL without. */
const char *mk_packs_find_web (const mk_packs *packs, const char *name);
/* {name: folder} of all. */
mk_json    *mk_packs_list_web (const mk_packs *packs);

/* What is granted, {"NAME": ["network"]}, in packs.json of the user folder. */
mk_json *mk_pack_grants_read (const char *user_folder);
bool     mk_pack_grants_change (const char *user_folder, const char *pack, const char *permission, bool is_granted, GError **error);
