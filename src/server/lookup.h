/* lookup.h - a prompt's record looked up for an answer: small ones at once, large ones beside the loop.
 *
 * Why       The record of 100,000 nodes is 20 MB; read, taken apart and printed it would hold up everybody for seconds.
 * Threads   Begun on the loop; `print` may run beside it and sees nothing but the lookup.
 * Tests     tests/server/test_server.c
 */
#pragma once
#include "server/server_private.h"

typedef struct mk_lookup {
  mk_http_request *request;
  mk_texts *texts;
  char *id;
  char *text;      /* the record, or what the caller found elsewhere; NULL = there is none */
  int64_t row;     /* where `text` still lies: texts.h; 0 = it is here */
  bool is_record;
  mk_json *job;    /* the caller's, for `print`; or NULL */
  /* The answer as JSON; g_free. NULL = there is no such prompt. */
  char *(*print) (const struct mk_lookup *lookup);
  char *answer;
} mk_lookup;

/* Finds where the record of a finished prompt is; `is_record` says whether there is one. */
mk_lookup *mk_lookup_new (mk_server *server, mk_http_request *request, const char *id);
/* Answers with what `print` makes of it, or with 404 and {"error": "Job not found"}. */
void       mk_lookup_answer (mk_server *server, mk_lookup *taken, char *(*print) (const mk_lookup *lookup));
