/* gzip.h - bytes made smaller for a slow line.
 *
 * Threads   Any; large bytes belong beside the loop.
 * Tests     tests/net/test_http.c, tests/e2e/test_bridge.py
 */
#pragma once
#include "base/base.h"

/* New bytes with gzip's header; NULL when there is no memory for them, or they are 2 GB and more. */
GBytes *mk_gzip (GBytes *bytes);
/* Whether who sends this Accept-Encoding takes gzip: it is named, or else * is, with a weight above 0 (RFC 9110, 12.5.3).
 * NULL, for no such header, takes it not. */
bool    mk_gzip_is_accepted (const char *accept_encoding);
