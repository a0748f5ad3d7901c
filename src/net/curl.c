#include "net/curl.h"

#include "base/dynamic.h"

#include <pthread.h>

mk_curl_table mk_curl;

static const char *const files[] = { "libcurl.so.4" }; /* the only ABI since 2006 */

static const mk_dynamic_function functions[] = {
#define X(name) { 0, #name, offsetof (mk_curl_table, name) },
  MK_CURL_FUNCTIONS (X)
#undef X
};

static const char *missing; /* written once */

static void
load_once (void)
{
  missing = mk_dynamic_load (files, MK_COUNT (files), functions, MK_COUNT (functions), &mk_curl);
}

bool
mk_curl_load (GError **error)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once (&once, load_once);
  return missing == NULL || mk_error (error, MK_ERROR_UNSUPPORTED, "calling other servers needs %s, which is not here; install it with: apt-get install libcurl4", missing);
}
