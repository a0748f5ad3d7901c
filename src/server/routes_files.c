/* Uploads and /view: contract §1.3 and §1.4. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "media/picture.h"
#include "media/png.h"
#include "server/server_private.h"

#define MAX_PICTURE_BYTES ((size_t)256 << 20)
/* Names tried before an upload is refused; each costs a read of the file that has the name. */
#define MAX_NAMES 10000

/* --- names --- */

/* "x.png [input]" says the folder by itself. */
static const char *
strip_annotation (char *name)
{
  static const struct { const char *tag, *type; } tags[] = { { " [output]", "output" }, { " [input]", "input" }, { " [temp]", "temp" } };
  for (size_t i = 0; i < MK_COUNT (tags); i++)
    if (g_str_has_suffix (name, tags[i].tag)) {
      name[strlen (name) - strlen (tags[i].tag)] = '\0';
      return tags[i].type;
    }
  return NULL;
}

/* --- uploads --- */

typedef struct {
  const char *type, *subfolder;
  char *folder; /* absolute */
  char *name;   /* wanted, then taken */
  bool is_there_already; /* equal bytes have this name */
} place;

static const char *
field (mk_http_request *request, const char *name, const char *otherwise)
{
  const mk_http_part *part = mk_http_request_part (request, name);
  return part != NULL && part->text != NULL ? part->text : otherwise;
}

static bool
has_sha256 (const char *path, const char *sha256)
{
  g_autoptr (mk_buffer) bytes = mk_buffer_map_file (path, NULL);
  if (bytes == NULL)
    return false;
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, mk_buffer_read (bytes), mk_buffer_size (bytes));
  return strcmp (sum, sha256) == 0;
}

/* "stem (1).ext", "stem (2).ext" … until one is free or holds the same bytes. */
static bool
find_name (place *p, const char *sha256)
{
  const char *dot = strrchr (p->name, '.');
  g_autofree char *ending = g_strdup (dot != NULL && dot != p->name ? dot : "");
  g_autofree char *stem = g_strndup (p->name, strlen (p->name) - strlen (ending));
  for (unsigned i = 0; i < MAX_NAMES; i++) {
    g_autofree char *name = i == 0 ? g_strdup (p->name) : g_strdup_printf ("%s (%u)%s", stem, i, ending);
    g_autofree char *path = g_build_filename (p->folder, name, NULL);
    bool is_taken = access (path, F_OK) == 0;
    p->is_there_already = is_taken && has_sha256 (path, sha256);
    if (is_taken && !p->is_there_already)
      continue;
    g_free (p->name);
    p->name = g_steal_pointer (&name);
    return true;
  }
  return false;
}

/* 0, or the status to refuse with. */
static unsigned
find_place (mk_server *server, mk_http_request *request, place *p)
{
  const mk_http_part *image = mk_http_request_part (request, "image");
  p->type = field (request, "type", "input");
  p->subfolder = field (request, "subfolder", "");
  const char *root = mk_server_folder (server, p->type);
  if (root == NULL)
    return 500;
  if (image == NULL || image->path == NULL || image->filename[0] == '\0')
    return 400;
  g_autofree char *relative = g_build_filename (p->subfolder[0] != '\0' ? p->subfolder : ".", image->filename, NULL);
  if (image->filename[0] == '/' || p->subfolder[0] == '/' || !mk_path_is_beneath (image->filename)
      || (p->subfolder[0] != '\0' && !mk_path_is_beneath (p->subfolder)))
    return 400;
  g_autofree char *parent = g_path_get_dirname (relative);
  p->folder = g_build_filename (root, parent, NULL);
  if (!mk_folder_make (p->folder, NULL))
    return 500;
  /* A link inside must not lead out either. */
  int fd = mk_file_open_beneath (root, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, NULL);
  if (fd < 0)
    return 400;
  close (fd);
  p->name = g_path_get_basename (image->filename);
  const char *overwrite = field (request, "overwrite", "");
  if (strcmp (overwrite, "true") == 0 || strcmp (overwrite, "1") == 0)
    return 0;
  return find_name (p, image->sha256) ? 0 : 500;
}

static void
place_clear (place *p)
{
  g_free (p->folder);
  g_free (p->name);
}

static void
answer_place (mk_http_request *request, const place *p)
{
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "name", mk_json_new_string (p->name));
  mk_json_set (body, "subfolder", mk_json_new_string (p->subfolder));
  mk_json_set (body, "type", mk_json_new_string (p->type));
  mk_http_answer_json (request, 200, body);
}

static void
refuse (mk_http_request *request, unsigned status)
{
  if (status == 500)
    mk_answer_trouble (request);
  else
    mk_http_answer_empty (request, status);
}

/* The upload streamed into the temporary folder; another disk than the target's needs a copy. */
static bool
move_file (const char *from, const char *to)
{
  if (rename (from, to) == 0)
    return true;
  if (errno != EXDEV)
    return false;
  g_autoptr (mk_buffer) bytes = mk_buffer_map_file (from, NULL);
  return bytes != NULL && mk_file_write (to, mk_buffer_read (bytes), mk_buffer_size (bytes), NULL);
}

static void
post_image (mk_http_request *request, void *user)
{
  place p = { 0 };
  unsigned status = find_place (user, request, &p);
  if (status == 0 && !p.is_there_already) {
    g_autofree char *path = g_build_filename (p.folder, p.name, NULL);
    status = move_file (mk_http_request_part (request, "image")->path, path) ? 0 : 500;
  }
  if (status == 0)
    answer_place (request, &p);
  else
    refuse (request, status);
  place_clear (&p);
}

/* --- masks --- */

static bool
read_picture (const char *path, mk_image **image, mk_json **texts)
{
  char *bytes = NULL;
  size_t length;
  if (!mk_file_read (path, MAX_PICTURE_BYTES, &bytes, &length, NULL))
    return false;
  *image = mk_picture_decode (bytes, length, NULL);
  if (texts != NULL && *image != NULL && mk_png_is (bytes, length))
    *texts = mk_png_decode_texts (bytes, length, NULL);
  g_free (bytes);
  return *image != NULL && (*image)->n_channels >= 3;
}

/* The original's colours with the mask's alpha, where both have pixels. */
static mk_image *
join_alpha (const mk_image *original, const mk_image *mask)
{
  mk_image *joined = mk_image_new (1, original->height, original->width, 4, NULL);
  for (int y = 0; joined != NULL && y < original->height; y++)
    for (int x = 0; x < original->width; x++) {
      float *to = mk_image_write (joined, 0) + ((size_t)y * (size_t)original->width + (size_t)x) * 4;
      const float *from = mk_image_read (original, 0) + ((size_t)y * (size_t)original->width + (size_t)x) * (size_t)original->n_channels;
      memcpy (to, from, 3 * sizeof *to);
      to[3] = 1;
      if (mask->n_channels == 4 && x < mask->width && y < mask->height)
        to[3] = mk_image_read (mask, 0)[((size_t)y * (size_t)mask->width + (size_t)x) * 4 + 3];
    }
  return joined;
}

static char *
find_original (mk_server *server, const char *reference)
{
  g_autoptr (mk_json) ref = NULL;
  if (!mk_json_parse (reference, -1, NULL, &ref, NULL))
    return NULL;
  g_autofree char *name = g_strdup (mk_json_get_string (mk_json_get (ref, "filename")));
  const char *annotated = strip_annotation (name), *type = annotated != NULL ? annotated : mk_json_get_string (mk_json_get (ref, "type"));
  const char *subfolder = mk_json_get_string (mk_json_get (ref, "subfolder"));
  const char *root = mk_server_folder (server, type[0] != '\0' ? type : "output");
  g_autofree char *relative = subfolder[0] != '\0' ? g_build_filename (subfolder, name, NULL) : g_strdup (name);
  return root != NULL && mk_path_is_beneath (relative) ? g_build_filename (root, relative, NULL) : NULL;
}

/* Bad references do not abort: the answer names the place, and nothing is written there. */
static void
write_mask (mk_server *server, mk_http_request *request, const place *p)
{
  g_autofree char *original_path = find_original (server, field (request, "original_ref", ""));
  g_autoptr (mk_image) original = NULL;
  g_autoptr (mk_image) mask = NULL;
  g_autoptr (mk_json) texts = NULL;
  if (original_path == NULL || !read_picture (original_path, &original, &texts)
      || !read_picture (mk_http_request_part (request, "image")->path, &mask, NULL))
    return;
  g_autoptr (mk_image) joined = join_alpha (original, mask);
  g_autofree char *path = g_build_filename (p->folder, p->name, NULL);
  mk_png_options options = { .compression = 4, .texts = texts };
  if (joined != NULL)
    mk_png_write (joined, 0, path, &options, NULL);
}

static void
post_mask (mk_http_request *request, void *user)
{
  place p = { 0 };
  unsigned status = find_place (user, request, &p);
  if (status == 0) {
    if (!p.is_there_already)
      write_mask (user, request, &p);
    answer_place (request, &p);
  } else
    refuse (request, status);
  place_clear (&p);
}

/* --- views --- */

typedef struct {
  const char *root;
  char *relative, *name;
} viewed;

/* 0, or the status to refuse with. */
static unsigned
find_viewed (mk_server *server, mk_http_request *request, viewed *v)
{
  const char *given = mk_http_request_query (request, "filename"), *type = mk_http_request_query (request, "type");
  const char *subfolder = mk_http_request_query (request, "subfolder");
  if (given == NULL)
    return 404;
  g_autofree char *name = g_strdup (given);
  const char *annotated = strip_annotation (name);
  if (name[0] == '\0' || name[0] == '/' || strstr (name, "..") != NULL)
    return 400;
  v->root = mk_server_folder (server, annotated != NULL ? annotated : type != NULL ? type : "output");
  if (v->root == NULL)
    return 400;
  if (subfolder != NULL && subfolder[0] != '\0' && !mk_path_is_beneath (subfolder))
    return 403;
  v->name = g_path_get_basename (name);
  v->relative = subfolder != NULL && subfolder[0] != '\0' ? g_build_filename (subfolder, v->name, NULL) : g_strdup (v->name);
  return 0;
}

static int
open_viewed (const viewed *v, GError **error)
{
  return mk_file_open_beneath (v->root, v->relative, O_RDONLY | O_CLOEXEC | O_NONBLOCK, error);
}

static mk_image *
pick_channel (const mk_image *image, bool is_alpha)
{
  mk_image *out = mk_image_new (1, image->height, image->width, is_alpha ? 4 : 3, NULL);
  size_t n = (size_t)image->height * (size_t)image->width;
  const float *from = mk_image_read (image, 0);
  float *to = out != NULL ? mk_image_write (out, 0) : NULL;
  for (size_t i = 0; to != NULL && i < n; i++, from += image->n_channels) {
    if (is_alpha)
      to[i * 4 + 3] = image->n_channels == 4 ? from[3] : 1;
    else
      memcpy (to + i * 3, from, 3 * sizeof *to);
  }
  return out;
}

static void
answer_channel (mk_http_request *request, int taken_fd, bool is_alpha)
{
  g_autoptr (mk_image) image = NULL;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", taken_fd);
  bool is_read = read_picture (path, &image, NULL);
  close (taken_fd);
  g_autoptr (mk_image) out = is_read ? pick_channel (image, is_alpha) : NULL;
  GByteArray *png = out != NULL ? mk_png_encode (out, 0, NULL, NULL) : NULL;
  if (png == NULL)
    mk_answer_trouble (request);
  else
    mk_http_answer_bytes (request, 200, "image/png", g_byte_array_free_to_bytes (png));
}

/* What a browser would run as a page of ours: it is to be kept, not shown. */
static bool
is_active (const char *name)
{
  static const char *const active[] = { "text/html", "application/xhtml+xml", "text/javascript", "application/javascript", "text/css", "image/svg+xml", "text/xml", "application/xml", NULL };
  return g_strv_contains (active, mk_mime_type (name));
}

static void
get_view (mk_http_request *request, void *user)
{
  viewed v = { 0 };
  unsigned status = find_viewed (user, request, &v);
  const char *channel = mk_http_request_query (request, "channel");
  g_autoptr (GError) error = NULL;
  int fd = status == 0 ? open_viewed (&v, &error) : -1;
  struct stat info;
  if (fd < 0 || fstat (fd, &info) < 0 || !S_ISREG (info.st_mode)) {
    if (fd >= 0)
      close (fd);
    mk_http_answer_empty (request, status != 0 ? status : g_error_matches (error, MK_ERROR, MK_ERROR_FORBIDDEN) ? 403 : 404);
  } else {
    bool has_script = is_active (v.name);
    g_autofree char *disposition = g_strdup_printf ("%sfilename=\"%s\"", has_script ? "attachment; " : "", g_strdelimit (v.name, "\"\r\n", '_'));
    mk_http_request_set_header (request, "Content-Disposition", disposition);
    if (has_script)
      mk_http_request_set_header (request, "X-Content-Type-Options", "nosniff");
    mk_http_file file = { .type = has_script ? "application/octet-stream" : NULL };
    if (mk_http_request_query (request, "preview") != NULL)
      mk_preview_answer (request, fd, mk_http_request_query (request, "preview"), channel);
    else if (g_strcmp0 (channel, "rgb") == 0 || g_strcmp0 (channel, "a") == 0)
      answer_channel (request, fd, channel[0] == 'a');
    else
      mk_http_answer_fd (request, fd, v.name, &file);
  }
  g_free (v.name);
  g_free (v.relative);
}

const mk_http_route mk_routes_files[] = {
  { "POST", "/upload/image", post_image, "Takes a file into input, temp or output.", MK_BODY_FORM, 0, 0 },
  { "POST", "/upload/mask", post_mask, "Gives a picture the alpha of the uploaded one.", MK_BODY_FORM, 0, 0 },
  { "GET", "/view", get_view, "A file of input, temp or output, whole, as preview, or one channel.", MK_BODY_NONE, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
