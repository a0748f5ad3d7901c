/* access.h - what every request passes before its handler: who asks, may they, not too often.
 *
 * Purpose   A note per request: its id, who asks and what that one may; and refusals with the reason.
 * Rules     Without any key, loopback may do everything. With keys, "/api", "/ws", "/mcp" and "/metrics" ask for one,
 *           as `Authorization: Bearer KEY` or ?token=KEY; a route asks for its scope.
 * Threads   The loop's.
 * Tests     tests/e2e/test_bridge.py
 */
#pragma once
#include "bridge/keys.h"
#include "net/http_server.h"

typedef struct mk_access mk_access;

/* `master_key` NULL = none but those of the store; it may do everything. `is_exposed`: others than this machine reach us, and a key
 * is always asked for, even after the last one was removed. */
mk_access *mk_access_new (mk_database *store, mk_loop *loop, const char *master_key, bool is_exposed);
void       mk_access_free (mk_access *access);
/* 0 = no limit. */
void       mk_access_set_limit (mk_access *access, int64_t requests_per_minute);

/* For mk_http_config.filter: true when it was refused. */
bool mk_access_check (mk_access *access, mk_http_request *request);

/* A request's note; made when it is not there. */
typedef struct mk_request_note {
  char id[72];           /* X-Request-Id */
  mk_key_holder holder;  /* id "" without keys */
  int64_t began_us;      /* a steady clock */
} mk_request_note;
mk_request_note *mk_request_get_note (mk_http_request *request);
