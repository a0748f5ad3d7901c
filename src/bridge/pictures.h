/* pictures.h - small pictures of films, scenes, pictures and objects, made when first asked for.
 *
 * Purpose   `miktos thumbnail` makes them in a process of its own: a damaged film costs a picture, not the bridge, and
 *           the loop goes on. Made ones stay in a folder.
 * Threads   The loop's.
 */
#pragma once
#include "net/http_server.h"

typedef struct mk_pictures mk_pictures;

/* `program` is miktos, of that version; scenes are kept in `folder` and import from `inputs`. */
typedef struct mk_picture_place {
  const char *program, *version, *folder, *inputs; /* borrowed for its life */
} mk_picture_place;
mk_pictures *mk_pictures_new (mk_loop *loop, const mk_picture_place *place);
/* Who still waits is told so. */
void         mk_pictures_free (mk_pictures *pictures);

typedef enum { MK_PICTURE_OF_FILE, MK_PICTURE_OF_OBJECT, MK_PICTURE_OF_COMMANDS } mk_picture_kind;

/* `done` gets the file at `path` (WebP), made first when it is not there, or why there is none; maybe before this
 * returns. `what` is a file or an object's name. The folder of `path` must exist. */
typedef void (*mk_picture_done) (void *user, const char *path, const char *why);
void mk_pictures_make (mk_pictures *pictures, mk_picture_kind kind, const char *what, const char *path, mk_picture_done done, void *user);
/* The same of a list of scene commands, which are good ones. Equal lists share a picture. */
void mk_pictures_make_scene (mk_pictures *pictures, const mk_json *commands, mk_picture_done done, void *user);

/* A `done` that answers its `user`, an mk_http_request, with the file. */
void mk_pictures_answer (void *request, const char *path, const char *why);
