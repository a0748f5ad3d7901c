/* multipart.h - multipart/form-data as it arrives (RFC 7578), in pieces of any size.
 *
 * Purpose   Uploads flow through in bounded memory: what is known to be content is passed on at once.
 * Limits    Headers of one part: 8 KB; parts: 128; the boundary: 70 bytes (RFC 2046). Bytes of content are the
 *           caller's to count.
 * Memory    Strings given to `begin` live during the call.
 * Tests     tests/net/test_multipart.c, tests/fuzz/fuzz_multipart.c
 */
#pragma once
#include "base/base.h"

typedef struct mk_multipart mk_multipart;

/* Each may fail, which ends the parse with its error. `filename` and `type` are NULL when absent. */
typedef struct {
  bool (*begin) (void *user, const char *name, const char *filename, const char *type, GError **error);
  bool (*data) (void *user, const void *bytes, size_t length, GError **error);
  bool (*end) (void *user, GError **error);
} mk_multipart_events;

/* `content_type` is the request's header; NULL with MK_ERROR_SYNTAX unless it is multipart/form-data with a boundary.
 * `events` must outlive the parser. */
mk_multipart *mk_multipart_new (const char *content_type, const mk_multipart_events *events, void *user, GError **error);
void          mk_multipart_free (mk_multipart *parser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_multipart, mk_multipart_free)
bool          mk_multipart_feed (mk_multipart *parser, const void *bytes, size_t length, GError **error);
/* False unless the closing boundary has been seen. */
bool          mk_multipart_finish (mk_multipart *parser, GError **error);
/* One parameter of a header like `form-data; name="a"; filename="b"`; NULL when absent; g_free. */
char         *mk_header_parameter (const char *header, const char *name);
