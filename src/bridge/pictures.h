/* pictures.h - small pictures of films, scenes, pictures and objects, made when first asked for.
 *
 * Purpose   `miktos thumbnail` makes them in a process of its own: a damaged film costs a picture, not the bridge, and
 *           the loop goes on. Made ones stay in a folder.
 * Threads   The loop's.
 */
#pragma once
#include "net/http_server.h"

typedef struct mk_pictures mk_pictures;

/* `program` is miktos. */
mk_pictures *mk_pictures_new (mk_loop *loop, const char *program);
/* Who still waits is told so. */
void         mk_pictures_free (mk_pictures *pictures);

/* Answers the request with the file at `path` (WebP), made first when it is not there: `what` is a file, or an object's
 * name with `is_object`. The folder of `path` must exist. */
void mk_pictures_answer (mk_pictures *pictures, mk_http_request *request, const char *what, bool is_object, const char *path);

/* The same for others than a request: `done` gets the file, or why there is none; maybe before this returns. */
typedef void (*mk_picture_done) (void *user, const char *path, const char *why);
void mk_pictures_make (mk_pictures *pictures, const char *what, bool is_object, const char *path, mk_picture_done done, void *user);
