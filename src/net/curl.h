/* curl.h - libcurl, loaded when the first client is made (base/dynamic.h tells why).
 *
 * Use       mk_curl_load, then through the table: mk_curl.curl_easy_setopt (...).
 */
#pragma once
#include "base/base.h"

#define CURL_DISABLE_TYPECHECK /* which makes macros of the names below */
#include <curl/curl.h>

#define MK_CURL_FUNCTIONS(X)                                                                                       \
  X (curl_easy_cleanup) X (curl_easy_getinfo) X (curl_easy_init) X (curl_easy_recv) X (curl_easy_send)             \
  X (curl_easy_setopt) X (curl_easy_strerror) X (curl_global_init) X (curl_mime_addpart) X (curl_mime_data)        \
  X (curl_mime_filedata) X (curl_mime_filename) X (curl_mime_free) X (curl_mime_init) X (curl_mime_name)           \
  X (curl_mime_type) X (curl_multi_add_handle) X (curl_multi_assign) X (curl_multi_cleanup) X (curl_multi_info_read) \
  X (curl_multi_init) X (curl_multi_remove_handle) X (curl_multi_setopt) X (curl_multi_socket_action)              \
  X (curl_slist_append) X (curl_slist_free_all)

typedef struct mk_curl_table {
#define X(name) __typeof__ (name) *name;
  MK_CURL_FUNCTIONS (X)
#undef X
} mk_curl_table;

extern mk_curl_table mk_curl;

/* UNSUPPORTED, with the package to install, when it is not here. */
bool mk_curl_load (GError **error);
