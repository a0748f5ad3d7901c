#include "net/gzip.h"

#include <zlib.h>

GBytes *
mk_gzip (GBytes *bytes)
{
  enum { WINDOW_BITS = 15, WITH_GZIP_HEADER = 16, MEMORY = 8 }; /* zlib's defaults but for the header */
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);
  z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)data, .avail_in = (uInt)length };
  if (length > G_MAXUINT32 / 2 || deflateInit2 (&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS + WITH_GZIP_HEADER, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
    return NULL;
  uLong most = deflateBound (&z, (uLong)length);
  Bytef *out = g_try_malloc (most);
  z.next_out = out;
  z.avail_out = (uInt)most;
  bool is_good = out != NULL && deflate (&z, Z_FINISH) == Z_STREAM_END;
  gsize n = z.total_out;
  deflateEnd (&z);
  if (is_good)
    return g_bytes_new_take (out, n);
  g_free (out);
  return NULL;
}
