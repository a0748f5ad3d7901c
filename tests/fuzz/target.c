/* Targets of requests, their queries, and the parameters that headers carry. */
#include <stdlib.h>
#include <string.h>

#include "net/multipart.h"
#include "net/origin.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  mk_url_target target = { 0 };
  if (mk_url_target_parse (text, &target, NULL)) {
    g_autofree char *path = mk_url_decode (target.path, -1, false);
    if (path != NULL && strlen (path) > size)
      abort ();
    for (guint i = 0; i < target.query->len; i++)
      if (!g_utf8_validate (target.query->pdata[i], -1, NULL))
        abort ();
    mk_url_target_clear (&target);
  }
  g_free (mk_header_parameter (text, "filename"));
  mk_origin_is_allowed (text, text, true);
  mk_origin_is_allowed ("localhost:1", text, true);
  return 0;
}
