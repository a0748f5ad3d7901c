#include "net/curl.h"

#include "base/dynamic.h"

mk_curl_table mk_curl;

static const char *const files[] = { "libcurl.so.4" }; /* the only ABI since 2006 */

static const mk_dynamic_function functions[] = {
#define X(name) { 0, #name, offsetof (mk_curl_table, name) },
  MK_CURL_FUNCTIONS (X)
#undef X
};

static mk_dynamic library = MK_DYNAMIC (files, functions, mk_curl);

bool
mk_curl_load (GError **error)
{
  const char *missing = mk_dynamic_load (&library);
  return missing == NULL || mk_error (error, MK_ERROR_UNSUPPORTED, "calling other servers needs %s, which is not here; install it with: apt-get install libcurl4", missing);
}
