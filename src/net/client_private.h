/* client_private.h - what calls and client WebSockets share: curl's multi handle on our loop. */
#pragma once
#include "net/curl.h"
#include "net/http_client.h"

/* Every easy handle's CURLOPT_PRIVATE points at one of these, as the first member of its owner. */
typedef struct mk_transfer {
  mk_http_client *client;
  CURL *easy;
  /* From the loop, once; the handle is still in the multi. */
  void (*ended) (struct mk_transfer *transfer, CURLcode result);
  /* The client is freed first. Must call mk_transfer_end. */
  void (*abandoned) (struct mk_transfer *transfer);
} mk_transfer;

/* Makes the easy handle with the settings that all share. `user` owner is `transfer` itself. */
void mk_transfer_begin (mk_transfer *transfer, mk_http_client *client, const char *url);
void mk_transfer_start (mk_transfer *transfer);
void mk_transfer_end (mk_transfer *transfer);
mk_loop *mk_http_client_loop (mk_http_client *client);
