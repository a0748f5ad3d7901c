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

/* "gzip;q=0.5" is 0.5, "gzip" is 1. */
static double
weight_of (const char *parameters)
{
  const char *q = parameters != NULL ? strchr (parameters, '=') : NULL;
  return q != NULL ? g_ascii_strtod (q + 1, NULL) : 1;
}

bool
mk_gzip_is_accepted (const char *accept_encoding)
{
  g_auto (GStrv) codings = g_strsplit (accept_encoding != NULL ? accept_encoding : "", ",", -1);
  double by_name = -1, by_any = -1;
  for (char **c = codings; *c != NULL; c++) {
    g_auto (GStrv) halves = g_strsplit (*c, ";", 2);
    if (halves[0] == NULL)
      continue;
    const char *name = g_strstrip (halves[0]);
    if (g_ascii_strcasecmp (name, "gzip") == 0)
      by_name = weight_of (halves[1]);
    else if (strcmp (name, "*") == 0)
      by_any = weight_of (halves[1]);
  }
  return (by_name >= 0 ? by_name : by_any) > 0;
}
