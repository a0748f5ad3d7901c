/* client_private.h - the client's inside, shared by client.c and messages.c. */
#pragma once
#include "comfy/client.h"

/* Outlives the client while answers are on their way. */
typedef struct {
  unsigned n_refs;
  mk_comfy *comfy; /* NULL once freed */
} mk_comfy_alive;

typedef struct {
  char *id;
  int64_t heard_ms;    /* when the engine last told of it */
  unsigned n_absences; /* times in a row that the engine did not know of it */
  bool is_asked, is_cancelled, is_ended;
} mk_comfy_followed;

struct mk_comfy {
  mk_loop *loop;
  mk_http_client *http;
  mk_comfy_events events;
  void *user;
  char *url, *client_id, *api_key;
  mk_ws *ws;
  bool is_up;
  int64_t reconnect_ms;
  mk_timer *reconnect, *check;
  GHashTable *followed; /* id -> mk_comfy_followed */
  mk_comfy_alive *alive;
};

void  mk_comfy_alive_unref (mk_comfy_alive *alive);
char *mk_comfy_make_url (const mk_comfy *comfy, const char *path);
/* Fills in url, headers and `done` of the order. */
void  mk_comfy_ask (mk_comfy *comfy, const char *path, mk_http_order *order, mk_comfy_done done, void *user);
/* The engine told of this prompt; and: it told that it is over. */
void  mk_comfy_note (mk_comfy *comfy, const char *prompt);
void  mk_comfy_note_end (mk_comfy *comfy, const char *prompt);

/* messages.c: one text message; one binary one. What is not understood is passed over. */
void  mk_comfy_read_message (mk_comfy *comfy, const char *text, size_t length);
void  mk_comfy_read_preview (mk_comfy *comfy, const uint8_t *bytes, size_t length);
