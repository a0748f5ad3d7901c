/* client.h - drives any engine that speaks ComfyUI's protocol, ours or another.
 *
 * Purpose   Submit workflows, follow them, fetch what they made; survive an engine that restarts.
 * Following By WebSocket while it holds, with reconnects; and by asking /history and /queue when it is down or silent,
 *           so that each followed prompt ends exactly once, also one that the engine has lost.
 * Tolerant  Unknown messages and keys are ignored; numbers may be integers or floats; NaN is read.
 * Threads   All on the loop's thread.
 * Memory    Everything given is copied; everything told is borrowed during the call.
 * Tests     tests/comfy/test_client.c
 */
#pragma once
#include "net/http_client.h"

typedef struct mk_comfy mk_comfy;

typedef enum { MK_COMFY_SUCCEEDED, MK_COMFY_FAILED, MK_COMFY_CANCELLED, MK_COMFY_LOST } mk_comfy_end;

typedef struct {
  mk_comfy_end end;
  const mk_json *outputs;     /* {node id: {"images": [{filename, subfolder, type}…], …}}; may be NULL */
  const char *message;        /* of a failure, in the engine's words; "" otherwise */
  const char *exception;      /* the kind of a failure, by the engine's name for it; "" otherwise */
  const char *node, *node_type; /* where it failed; "" when not known */
} mk_comfy_result;

/* Any may be NULL. All are about prompts that this client follows, but `up` and `queue`. */
typedef struct {
  void (*up) (void *user, bool is_up);                 /* the WebSocket came or went */
  void (*queue) (void *user, int64_t n_remaining);
  void (*started) (void *user, const char *prompt);
  void (*cached) (void *user, const char *prompt, const mk_json *nodes); /* ids that need not run */
  void (*executing) (void *user, const char *prompt, const char *node);
  void (*progress) (void *user, const char *prompt, const char *node, double done, double total);
  void (*executed) (void *user, const char *prompt, const char *node, const mk_json *output);
  /* `prompt` and `node` are "" when the engine does not say. */
  void (*preview) (void *user, const char *prompt, const char *node, const char *type, const void *image, size_t length);
  void (*ended) (void *user, const char *prompt, const mk_comfy_result *result);
} mk_comfy_events;

/* `url` "http://127.0.0.1:8188", with a path before the routes if need be. `client_id` NULL = a new one. `api_key` may
 * be NULL. Connects at once, and again whenever the connection breaks. */
mk_comfy *mk_comfy_new (mk_loop *loop, mk_http_client *http, const char *url, const char *client_id, const char *api_key,
                        const mk_comfy_events *events, void *user);
/* Nothing is told afterwards, but `done` of what was asked, when the http client gives up on it. */
void      mk_comfy_free (mk_comfy *comfy);
bool      mk_comfy_is_up (const mk_comfy *comfy);
const char *mk_comfy_url (const mk_comfy *comfy);

/* `reply` is what the engine said, also with an error (node_errors); NULL when it said nothing. */
typedef void (*mk_comfy_done) (void *user, const mk_json *reply, const GError *error);

/* POST /prompt, and follows it. `extra_data` may be NULL. `prompt_id` is the caller's (a UUID), so that one that broke off
 * can be looked for; an engine that names it otherwise says so in `reply`. MK_ERROR_WORKFLOW when it is refused. */
void mk_comfy_submit (mk_comfy *comfy, const mk_json *workflow, const mk_json *extra_data, const char *prompt_id, mk_comfy_done done, void *user);
/* Follows a prompt that an earlier life has submitted. */
void mk_comfy_follow (mk_comfy *comfy, const char *prompt_id);
void mk_comfy_unfollow (mk_comfy *comfy, const char *prompt_id);
/* Out of the queue, or interrupted when it runs; `ended` tells. */
void mk_comfy_cancel (mk_comfy *comfy, const char *prompt_id);
/* GET and POST of JSON at any route: "/object_info", "/system_stats", "/free". `body` may be NULL. */
void mk_comfy_get (mk_comfy *comfy, const char *path, mk_comfy_done done, void *user);
void mk_comfy_post (mk_comfy *comfy, const char *path, const mk_json *body, mk_comfy_done done, void *user);
/* A file into input (or `type`): `reply` is {"name", "subfolder", "type"}. */
void mk_comfy_upload (mk_comfy *comfy, const char *path, const char *name, const char *subfolder, const char *type, mk_comfy_done done, void *user);
/* A file of the engine, as named in outputs, to `path`; whole or absent. `reply` is NULL. */
void mk_comfy_download (mk_comfy *comfy, const mk_json *file, const char *path, mk_comfy_done done, void *user);
/* The URL of that file; g_free. */
char *mk_comfy_view_url (const mk_comfy *comfy, const mk_json *file);
