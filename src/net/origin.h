/* origin.h - may a page from elsewhere talk to us?
 *
 * Purpose   A web page that the person happens to read must not drive a server on their machine: neither by posting
 *           across sites (Origin differs from Host) nor by DNS rebinding (Host is a name that is not ours).
 * Rules     ComfyUI's: with both headers present and Host a loopback name, Origin must name the same host and port,
 *           a port being compared only when both have one; "null" is foreign. And one more, where only loopback is
 *           listened on: Host must be a loopback name or a literal address.
 * Tests     tests/net/test_origin.c
 */
#pragma once
#include "base/base.h"

/* Either header may be NULL (absent). */
bool mk_origin_is_allowed (const char *host, const char *origin, bool listens_on_loopback_only);
/* Whether `list`, origins with commas between them or "*", has this one; `list` and `origin` may be NULL. */
bool mk_origin_is_listed (const char *list, const char *origin);
/* "localhost", "127.x.y.z", "::1", with or without brackets and port. */
bool mk_host_is_loopback (const char *host);
