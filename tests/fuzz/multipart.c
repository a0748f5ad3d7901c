/* Forms in pieces: whatever the cut, the parser must neither crash nor tell more than it was given. */
#include <stdlib.h>

#include "net/multipart.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
on_begin (void *user, const char *name, const char *filename, const char *type, GError **error)
{
  (void)user, (void)filename, (void)type, (void)error;
  return g_utf8_validate (name, -1, NULL);
}

static bool
on_data (void *user, const void *bytes, size_t length, GError **error)
{
  (void)bytes, (void)error;
  *(size_t *)user += length;
  return true;
}

static bool
on_end (void *user, GError **error)
{
  (void)user, (void)error;
  return true;
}

/* The first byte says how large the pieces are. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const mk_multipart_events events = { on_begin, on_data, on_end };
  size_t n_told = 0, piece = size > 0 ? (size_t)data[0] + 1 : 1;
  g_autoptr (mk_multipart) parser = mk_multipart_new ("multipart/form-data; boundary=B", &events, &n_told, NULL);
  for (size_t at = 1; at < size; at += piece)
    if (!mk_multipart_feed (parser, data + at, MIN (piece, size - at), NULL))
      return 0;
  mk_multipart_finish (parser, NULL);
  if (n_told > size)
    abort ();
  return 0;
}
