/* Model folders: contract §1.2, §1.7, §1.8. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "graph/model_paths.h"
#include "server/server_private.h"

#define MAX_DEPTH 16
#define MAX_HEADER ((uint64_t)1 << 20)
#define MAX_COVER_HEADER ((uint64_t)8 << 20)

static const char *const any_ending[] = { "", NULL };
static const char *const yaml_endings[] = { ".yaml", NULL };
static const char *const model_endings[] = { ".ckpt", ".pt", ".pt2", ".bin", ".pth", ".safetensors", ".pkl", ".sft", NULL };

typedef struct {
  const char *name, *second; /* an older name that is read as well */
  const char *const *endings;
} kind;

/* In ComfyUI's order. */
static const kind kinds[] = {
  { "checkpoints", NULL, model_endings },    { "configs", NULL, yaml_endings },       { "loras", NULL, model_endings },
  { "vae", NULL, model_endings },            { "text_encoders", "clip", model_endings }, { "diffusion_models", "unet", model_endings },
  { "clip_vision", NULL, model_endings },    { "style_models", NULL, model_endings }, { "embeddings", NULL, model_endings },
  { "diffusers", NULL, any_ending },         { "vae_approx", NULL, model_endings },   { "controlnet", "t2i_adapter", model_endings },
  { "gligen", NULL, model_endings },         { "upscale_models", NULL, model_endings }, { "custom_nodes", NULL, any_ending },
  { "hypernetworks", NULL, model_endings },  { "photomaker", NULL, model_endings },   { "classifiers", NULL, any_ending },
  { "model_patches", NULL, model_endings },  { "audio_encoders", NULL, model_endings },
};

static const kind *
find_in (const GArray *all, const char *name)
{
  for (guint i = 0; i < all->len; i++)
    if (strcmp (g_array_index (all, kind, i).name, name) == 0)
      return &g_array_index (all, kind, i);
  return NULL;
}

/* Ours, then those that --extra-model-paths-config names besides, which may hold anything. Names are borrowed. */
static GArray *
list_kinds (const mk_server *server)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (kind));
  g_array_append_vals (all, kinds, MK_COUNT (kinds));
  for (guint i = 0;; i++) {
    const char *name = mk_model_paths_kind (server->config.folders->more_models, i);
    const kind other = { name, NULL, any_ending };
    if (name == NULL)
      return all;
    if (find_in (all, name) == NULL)
      g_array_append_val (all, other);
  }
}

static bool
find_kind (const mk_server *server, const char *name, kind *found)
{
  g_autoptr (GArray) all = list_kinds (server);
  const kind *known = find_in (all, name);
  if (known != NULL)
    *found = *known;
  return known != NULL;
}

static void
list_folder (GPtrArray *list, const char *folder, const char *prefix, const char *const *endings, unsigned depth)
{
  DIR *dir = depth < MAX_DEPTH ? opendir (folder) : NULL;
  for (struct dirent *entry; dir != NULL && (entry = readdir (dir)) != NULL;) {
    if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0 || strcmp (entry->d_name, ".git") == 0)
      continue;
    g_autofree char *path = g_build_filename (folder, entry->d_name, NULL);
    g_autofree char *relative = prefix[0] != '\0' ? g_strconcat (prefix, "/", entry->d_name, NULL) : g_strdup (entry->d_name);
    struct stat info;
    if (stat (path, &info) < 0) /* follows links, as ComfyUI does: the person made them */
      continue;
    if (S_ISDIR (info.st_mode))
      list_folder (list, path, relative, endings, depth + 1);
    else if (mk_path_has_ending (entry->d_name, endings))
      g_ptr_array_add (list, g_steal_pointer (&relative));
  }
  if (dir != NULL)
    closedir (dir);
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

char **
mk_models_list (const char *folder, const char *const *endings)
{
  GPtrArray *list = g_ptr_array_new ();
  list_folder (list, folder, "", endings, 0);
  g_ptr_array_sort (list, compare_names);
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (list, FALSE);
}

/* The folders that are read for a kind; g_strfreev. */
static char **
paths_of (const mk_server *server, const kind *k)
{
  return mk_model_paths_list (server->config.folders, k->name, k->second);
}

static mk_json *
list_kind (const mk_server *server, const kind *k)
{
  g_auto (GStrv) paths = paths_of (server, k);
  mk_json *list = mk_json_new_array ();
  for (char **path = paths; *path != NULL; path++) {
    g_auto (GStrv) names = mk_models_list (*path, k->endings);
    for (char **name = names; *name != NULL; name++)
      mk_json_append (list, mk_json_new_string (*name));
  }
  return list;
}

static void
get_models (mk_http_request *request, void *user)
{
  g_autoptr (GArray) all = list_kinds (user);
  mk_json *list = mk_json_new_array ();
  for (guint i = 0; i < all->len; i++)
    mk_json_append (list, mk_json_new_string (g_array_index (all, kind, i).name));
  mk_http_answer_json (request, 200, list);
}

static void
get_models_of (mk_http_request *request, void *user)
{
  kind k;
  if (find_kind (user, mk_http_request_param (request, "folder"), &k))
    mk_http_answer_json (request, 200, list_kind (user, &k));
  else
    mk_http_answer_empty (request, 404);
}

static void
get_embeddings (mk_http_request *request, void *user)
{
  kind k;
  g_autoptr (mk_json) names = find_kind (user, "embeddings", &k) ? list_kind (user, &k) : NULL;
  mk_json *list = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (names); i++) {
    const char *name = mk_json_get_string (mk_json_at (names, i));
    const char *dot = strrchr (name, '.');
    mk_json_append (list, mk_json_new_string_length (name, dot != NULL ? (size_t)(dot - name) : strlen (name)));
  }
  mk_http_answer_json (request, 200, list);
}

/* --- the metadata of a safetensors file --- */

static mk_json *
read_metadata (int fd, uint64_t max_header)
{
  uint8_t size[8];
  if (pread (fd, size, 8, 0) != 8)
    return NULL;
  uint64_t length = 0;
  for (int i = 7; i >= 0; i--)
    length = length << 8 | size[i];
  if (length > max_header)
    return NULL;
  g_autofree char *text = g_malloc (length + 1);
  g_autoptr (mk_json) header = NULL;
  if (pread (fd, text, length, 8) != (ssize_t)length || !mk_json_parse (text, (gssize)length, NULL, &header, NULL))
    return NULL;
  return mk_json_ref (mk_json_get (header, "__metadata__"));
}

static void
get_metadata (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  kind k;
  const char *name = mk_http_request_query (request, "filename");
  mk_json *metadata = NULL;
  if (find_kind (server, mk_http_request_param (request, "folder"), &k) && name != NULL && g_str_has_suffix (name, ".safetensors") && mk_path_is_beneath (name)) {
    g_auto (GStrv) paths = paths_of (server, &k);
    for (char **path = paths; metadata == NULL && *path != NULL; path++) {
      int fd = mk_file_open_beneath (*path, name, O_RDONLY | O_CLOEXEC, NULL);
      metadata = fd >= 0 ? read_metadata (fd, MAX_HEADER) : NULL;
      if (fd >= 0)
        close (fd);
    }
  }
  if (metadata != NULL)
    mk_http_answer_json (request, 200, metadata);
  else
    mk_http_answer_empty (request, 404);
}

/* --- the model manager's view --- */

static mk_json *
list_paths (const mk_server *server, const kind *k)
{
  g_auto (GStrv) paths = paths_of (server, k);
  mk_json *list = mk_json_new_array ();
  /* An older folder of our own is named first, as ComfyUI does. */
  g_autofree char *older = g_build_filename (server->config.folders->models, "unet", NULL);
  bool is_first = strcmp (k->name, "diffusion_models") == 0;
  if (is_first)
    mk_json_append (list, mk_json_new_string (older));
  for (char **path = paths; *path != NULL; path++)
    if (!is_first || strcmp (*path, older) != 0)
      mk_json_append (list, mk_json_new_string (*path));
  return list;
}

void
mk_folder_paths_answer (mk_http_request *request, void *user)
{
  g_autoptr (GArray) all = list_kinds (user);
  mk_json *body = mk_json_new_object ();
  for (guint i = 0; i < all->len; i++)
    mk_json_set (body, g_array_index (all, kind, i).name, list_paths (user, &g_array_index (all, kind, i)));
  mk_http_answer_json (request, 200, body);
}

static void
get_experiment (mk_http_request *request, void *user)
{
  g_autoptr (GArray) all = list_kinds (user);
  mk_json *body = mk_json_new_array ();
  for (guint i = 0; i < all->len; i++) {
    const kind *k = &g_array_index (all, kind, i);
    if (strcmp (k->name, "configs") == 0 || strcmp (k->name, "custom_nodes") == 0)
      continue;
    mk_json *row = mk_json_new_object ();
    mk_json_set (row, "name", mk_json_new_string (k->name));
    mk_json_set (row, "folders", list_paths (user, k));
    mk_json_append (body, row);
  }
  mk_http_answer_json (request, 200, body);
}

static void
get_experiment_of (mk_http_request *request, void *user)
{
  kind k;
  if (!find_kind (user, mk_http_request_param (request, "folder"), &k)) {
    mk_http_answer_empty (request, 404);
    return;
  }
  g_autoptr (mk_json) paths = list_paths (user, &k);
  mk_json *body = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (paths); i++) {
    const char *path = mk_json_get_string (mk_json_at (paths, i));
    g_auto (GStrv) names = mk_models_list (path, k.endings);
    for (char **name = names; *name != NULL; name++) {
      g_autofree char *whole = g_build_filename (path, *name, NULL);
      struct stat info;
      if (stat (whole, &info) < 0)
        continue;
      mk_json *row = mk_json_new_object ();
      mk_json_set (row, "name", mk_json_new_string (*name));
      mk_json_set (row, "pathIndex", mk_json_new_uint (i));
      mk_json_set (row, "modified", mk_file_time (&info.st_mtim));
      mk_json_set (row, "created", mk_file_time (&info.st_ctim));
      mk_json_set (row, "size", mk_json_new_int (info.st_size));
      mk_json_append (body, row);
    }
  }
  mk_http_answer_json (request, 200, body);
}

/* --- pictures of models --- */

/* "x.png" or "x.preview.png" beside "x.safetensors"; -1 = none. */
static int
open_picture_beside (const char *folder, const char *file)
{
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp" };
  const char *slash = strrchr (file, '/'), *dot = strrchr (slash != NULL ? slash : file, '.');
  g_autofree char *stem = dot != NULL ? g_strndup (file, (gsize)(dot - file)) : g_strdup (file);
  for (int is_preview = 0; is_preview < 2; is_preview++)
    for (size_t i = 0; i < MK_COUNT (endings); i++) {
      g_autofree char *name = g_strconcat (stem, is_preview ? ".preview" : "", endings[i], NULL);
      int fd = mk_file_open_beneath (folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK, NULL);
      if (fd >= 0)
        return fd;
    }
  return -1;
}

/* What trainers write into a safetensors file: a list of pictures in base64. NULL = none. */
static GBytes *
read_cover (const char *folder, const char *file)
{
  int fd = g_str_has_suffix (file, ".safetensors") ? mk_file_open_beneath (folder, file, O_RDONLY | O_CLOEXEC, NULL) : -1;
  g_autoptr (mk_json) metadata = fd >= 0 ? read_metadata (fd, MAX_COVER_HEADER) : NULL;
  g_autoptr (mk_json) covers = NULL;
  mk_json_limits limits = { .max_bytes = MAX_COVER_HEADER, .max_depth = 4 };
  if (fd >= 0)
    close (fd);
  if (!mk_json_parse (mk_json_get_string (mk_json_get (metadata, "ssmd_cover_images")), -1, &limits, &covers, NULL) || mk_json_length (covers) == 0)
    return NULL;
  gsize length;
  guchar *bytes = g_base64_decode (mk_json_get_string (mk_json_at (covers, 0)), &length);
  return g_bytes_new_take (bytes, length);
}

static void
get_preview (mk_http_request *request, void *user)
{
  kind k;
  const char *file = mk_http_request_param (request, "file"), *index = mk_http_request_param (request, "pathIndex");
  g_autoptr (mk_json) paths = find_kind (user, mk_http_request_param (request, "folder"), &k) ? list_paths (user, &k) : NULL;
  bool is_number = index[0] != '\0' && strspn (index, "0123456789") == strlen (index) && strlen (index) < 6;
  const char *folder = is_number && mk_path_is_beneath (file) ? mk_json_get_string (mk_json_at (paths, (size_t)atoi (index))) : "";
  int fd = folder[0] != '\0' ? open_picture_beside (folder, file) : -1;
  GBytes *cover = folder[0] != '\0' && fd < 0 ? read_cover (folder, file) : NULL;
  if (fd >= 0)
    mk_preview_answer (request, fd, "webp", NULL);
  else if (cover != NULL)
    mk_preview_answer_bytes (request, cover, "webp", NULL);
  else
    mk_http_answer_empty (request, 404);
}

/* --- /internal --- */

typedef struct {
  char *name;
  int64_t modified_ns;
} dated;

static int
compare_dated (const void *a, const void *b)
{
  const dated *x = a, *y = b;
  return x->modified_ns > y->modified_ns ? -1 : x->modified_ns < y->modified_ns ? 1 : strcmp (y->name, x->name);
}

void
mk_folder_files_answer (mk_http_request *request, void *user)
{
  const char *root = mk_server_folder (user, mk_http_request_param (request, "folder"));
  mk_json *body = root != NULL ? mk_json_new_array () : mk_json_new_object ();
  if (root == NULL) {
    mk_json_set (body, "error", mk_json_new_string ("Invalid directory type"));
    mk_http_answer_json (request, 400, body);
    return;
  }
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (dated));
  DIR *dir = opendir (root);
  for (struct dirent *entry; dir != NULL && (entry = readdir (dir)) != NULL;) {
    struct stat info;
    if (entry->d_name[0] == '.' || fstatat (dirfd (dir), entry->d_name, &info, 0) < 0 || !S_ISREG (info.st_mode))
      continue;
    dated d = { g_strdup (entry->d_name), (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec };
    g_array_append_val (found, d);
  }
  if (dir != NULL)
    closedir (dir);
  qsort (found->data, found->len, sizeof (dated), compare_dated);
  for (guint i = 0; i < found->len; i++) {
    dated *d = &g_array_index (found, dated, i);
    mk_json_append (body, mk_json_new_string (d->name));
    g_free (d->name);
  }
  mk_http_answer_json (request, 200, body);
}

const mk_http_route mk_routes_models[] = {
  { "GET", "/models", get_models, "The kinds of model there are.", MK_BODY_NONE, 0, 0 },
  { "GET", "/models/{folder}", get_models_of, "The models of one kind.", MK_BODY_NONE, 0, 0 },
  { "GET", "/embeddings", get_embeddings, "The text embeddings, without their endings.", MK_BODY_NONE, 0, 0 },
  { "GET", "/view_metadata/{folder}", get_metadata, "What a safetensors file says of itself.", MK_BODY_NONE, 0, 0 },
  { "GET", "/experiment/models", get_experiment, "Kinds of model and their folders.", MK_BODY_NONE, 0, 0 },
  { "GET", "/experiment/models/preview/{folder}/{pathIndex}/{file...}", get_preview, "The picture of a model, as WebP.", MK_BODY_NONE, 0, 0 },
  { "GET", "/experiment/models/{folder}", get_experiment_of, "Models of one kind with size and dates.", MK_BODY_NONE, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
