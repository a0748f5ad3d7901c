#include "bridge/models.h"

#include "base/file.h"
#include "bridge/store.h"
#include "graph/model_paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 16
#define MAX_HEADER_BYTES ((uint64_t)100 << 20) /* of safetensors, as the format's own readers have it */

const char *const mk_model_kinds[] = { "checkpoints", "loras", "vae", "text_encoders", "clip", "diffusion_models", "unet", "clip_vision", "style_models", "embeddings", "diffusers", "vae_approx",
                                       "controlnet", "t2i_adapter", "gligen", "upscale_models", "hypernetworks", "photomaker", "classifiers", "model_patches", "audio_encoders", "configs", NULL };

static const char *const safe_endings[] = { ".safetensors", ".sft", ".gguf", ".yaml", ".onnx", NULL };
static const char *const pickle_endings[] = { ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl", NULL };

bool
mk_model_kind_is (const char *kind)
{
  return g_strv_contains (mk_model_kinds, kind);
}

bool
mk_model_name_check (const char *name, bool allows_pickle, GError **error)
{
  if (!mk_path_is_beneath (name) || strlen (name) > 400 || strstr (name, "//") != NULL || name[0] == '.' || strstr (name, "/.") != NULL || !g_utf8_validate (name, -1, NULL))
    return mk_error (error, MK_ERROR_RANGE, "name: “%.80s” is no name for a model's file", name);
  if (mk_path_has_ending (name, safe_endings))
    return true;
  if (!mk_path_has_ending (name, pickle_endings))
    return mk_error (error, MK_ERROR_RANGE, "name: “%.80s” has no ending of a model; those are .safetensors, .sft, .gguf, .onnx and .yaml", name);
  return allows_pickle || mk_error (error, MK_ERROR_UNSUPPORTED, "%s is a pickle file: loading one runs whatever its author put into it, so it is refused. Look for a .safetensors of the same model, or set models.allow_pickle if you trust where it comes from", name);
}

/* --- what a file is --- */

static bool
read_at (int fd, void *bytes, size_t length, off_t offset)
{
  return pread (fd, bytes, length, offset) == (ssize_t)length;
}

static const char *
name_base (const mk_json *header)
{
  static const struct {
    const char *tensor, *base;
  } marks[] = { { "conditioner.embedders.1.model.ln_final.weight", "SDXL" },
                { "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", "SD 3" },
                { "double_blocks.0.img_attn.norm.key_norm.scale", "Flux" },
                { "cond_stage_model.model.ln_final.weight", "SD 2" },
                { "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", "SD 1.5" } };
  static const struct {
    const char *part, *base;
  } words[] = { { "sdxl", "SDXL" }, { "xl", "SDXL" }, { "flux", "Flux" }, { "v1", "SD 1.5" }, { "sd_1", "SD 1.5" }, { "v2", "SD 2" }, { "sd3", "SD 3" } };
  const mk_json *metadata = mk_json_get (header, "__metadata__");
  for (size_t i = 0; i < MK_COUNT (marks); i++)
    if (mk_json_has (header, marks[i].tensor))
      return marks[i].base;
  g_autofree char *said = g_strdup_printf ("%s %s", mk_json_get_string (mk_json_get (metadata, "modelspec.architecture")), mk_json_get_string (mk_json_get (metadata, "ss_base_model_version")));
  g_autofree char *lower = g_ascii_strdown (said, -1);
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (strstr (lower, words[i].part) != NULL)
      return words[i].base;
  return NULL;
}

static bool
check_offsets (const mk_json *header, uint64_t n_data, const char *name, GError **error)
{
  uint64_t end = 0, sum = 0;
  for (mk_json_iter i = mk_json_iterate (header); mk_json_next (&i);) {
    const mk_json *offsets = mk_json_get (i.value, "data_offsets");
    if (g_str_equal (i.key, "__metadata__"))
      continue;
    uint64_t from = mk_json_get_uint (mk_json_at (offsets, 0)), to = mk_json_get_uint (mk_json_at (offsets, 1));
    if (mk_json_length (offsets) != 2 || from > to || to > n_data)
      return mk_error (error, MK_ERROR_FORMAT, "%s: the tensor “%.80s” lies outside of the file, which seems to be cut off", name, i.key);
    end = MAX (end, to);
    sum += to - from;
  }
  return (end == n_data && sum == n_data) || mk_error (error, MK_ERROR_FORMAT, "%s: its tensors fill %" G_GUINT64_FORMAT " bytes of %" G_GUINT64_FORMAT "; it is cut off or damaged", name, sum, n_data);
}

/* https://github.com/huggingface/safetensors: 8 bytes of length, JSON, tensors. */
static bool
check_safetensors (int fd, uint64_t size, const char *name, const char **base, GError **error)
{
  uint64_t length = 0;
  if (size < 10 || !read_at (fd, &length, sizeof length, 0) || length < 2 || length > MIN (size - 8, MAX_HEADER_BYTES))
    return mk_error (error, MK_ERROR_FORMAT, "%s is no safetensors file: its header would have %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes", name, length, size);
  g_autofree char *text = g_try_malloc (length + 1);
  g_autoptr (mk_json) header = NULL;
  mk_json_limits limits = { .max_bytes = MAX_HEADER_BYTES, .max_depth = 8 };
  if (text == NULL)
    return mk_error (error, MK_ERROR_MEMORY, "%s: no memory for a header of %" G_GUINT64_FORMAT " bytes", name, length);
  if (!read_at (fd, text, length, 8) || !mk_json_parse (text, (gssize)length, &limits, &header, NULL) || mk_json_get_kind (header) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_FORMAT, "%s is no safetensors file: its header cannot be read", name);
  if (base != NULL)
    *base = name_base (header);
  return check_offsets (header, size - 8 - length, name, error);
}

static bool
is_web_page (const char *start)
{
  g_autofree char *lower = g_ascii_strdown (start, -1);
  const char *text = lower + strspn (lower, " \t\r\n\xef\xbb\xbf");
  return g_str_has_prefix (text, "<!doctype html") || g_str_has_prefix (text, "<html") || g_str_has_prefix (text, "<head") || g_str_has_prefix (text, "<?xml");
}

/* A zip that torch.save wrote, or a bare pickle. The length of a safetensors header may begin with the same bytes as that; then
 * its JSON follows. */
static bool
is_pickle (const char *start)
{
  return memcmp (start, "PK\x03\x04", 4) == 0 || (start[8] != '{' && (unsigned char)start[0] == 0x80 && (unsigned char)start[1] >= 2 && (unsigned char)start[1] <= 5);
}

static bool
check_open (int fd, const char *name, bool allows_pickle, const char **base, GError **error)
{
  char start[512] = "";
  struct stat info;
  if (fstat (fd, &info) != 0 || pread (fd, start, sizeof start - 1, 0) < 4)
    return mk_error (error, MK_ERROR_FORMAT, "%s is empty", name);
  if (is_web_page (start))
    return mk_error (error, MK_ERROR_FORMAT, "%s is a web page, not a model; the server may want a login or a licence to be accepted", name);
  if (is_pickle (start) && !allows_pickle)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "%s holds pickled objects, whatever its name says: loading them runs what their author wants", name);
  g_autofree char *lower = g_ascii_strdown (name, -1);
  if (g_str_has_suffix (lower, ".safetensors") || g_str_has_suffix (lower, ".sft"))
    return check_safetensors (fd, (uint64_t)info.st_size, name, base, error);
  return !g_str_has_suffix (lower, ".gguf") || memcmp (start, "GGUF", 4) == 0 || mk_error (error, MK_ERROR_FORMAT, "%s is no GGUF file", name);
}

bool
mk_model_check (const char *path, const char *name, bool allows_pickle, const char **base_model, GError **error)
{
  if (base_model != NULL)
    *base_model = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return mk_error (error, errno == ENOENT ? MK_ERROR_NOT_FOUND : MK_ERROR_DISK, "%s: %s", name, g_strerror (errno));
  bool is_good = check_open (fd, name, allows_pickle, base_model, error);
  close (fd);
  return is_good;
}

/* --- what there is --- */

#define MAX_KNOWN 20000 /* files; beyond, all are read anew */

/* The base model that a file's header tells, read once for a file as it is: headers have megabytes, and every sentence that
 * asks for a painting asks for them all. */
static const char *
base_model_of (const char *path, const char *name, const struct stat *info)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards `known`: what a pure function gave before */
  static GHashTable *known;                                /* path, size and time -> static text, or NULL */
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld %s", (int64_t)info->st_size, (int64_t)info->st_mtim.tv_sec, info->st_mtim.tv_nsec, path);
  void *kept = NULL;
  pthread_mutex_lock (&lock);
  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  bool is_known = g_hash_table_lookup_extended (known, key, NULL, &kept);
  pthread_mutex_unlock (&lock);
  if (is_known)
    return kept;
  const char *base = NULL;
  mk_model_check (path, name, true, &base, NULL);
  pthread_mutex_lock (&lock);
  if (g_hash_table_size (known) >= MAX_KNOWN)
    g_hash_table_remove_all (known);
  g_hash_table_insert (known, g_steal_pointer (&key), (void *)base);
  pthread_mutex_unlock (&lock);
  return base;
}

static bool
is_model (const char *name)
{
  return mk_path_has_ending (name, safe_endings) || mk_path_has_ending (name, pickle_endings);
}

char *
mk_model_find_preview (const char *path)
{
  static const char *const endings[] = { ".png", ".preview.png", ".jpg", ".jpeg", ".webp", ".preview.jpg" };
  const char *dot = strrchr (path, '.');
  for (size_t i = 0; dot != NULL && i < MK_COUNT (endings); i++) {
    g_autofree char *picture = g_strdup_printf ("%.*s%s", (int)(dot - path), path, endings[i]);
    if (g_file_test (picture, G_FILE_TEST_IS_REGULAR))
      return g_steal_pointer (&picture);
  }
  return NULL;
}

static mk_json *
print_model (const char *kind, const char *name, const char *path, const struct stat *info)
{
  struct stat link;
  const char *base = base_model_of (path, name, info), *dot = strrchr (name, '.');
  g_autofree char *preview = mk_model_find_preview (path);
  mk_json *model = mk_json_new_object ();
  mk_json_set (model, "kind", mk_json_new_string (kind));
  mk_json_set (model, "name", mk_json_new_string (name));
  mk_json_set (model, "bytes", mk_json_new_int (info->st_size));
  mk_json_set (model, "modified_at", mk_json_new_time ((int64_t)info->st_mtim.tv_sec * 1000));
  mk_json_set (model, "format", mk_json_new_string (dot != NULL ? dot + 1 : ""));
  mk_json_set (model, "base_model", mk_json_new_string (base));
  mk_json_set (model, "linked", mk_json_new_bool (lstat (path, &link) == 0 && S_ISLNK (link.st_mode)));
  mk_json_set (model, "preview", mk_json_new_string (preview));
  return model;
}

/* Called for each model file beneath a folder. */
typedef void (*model_func) (void *user, const char *name, const char *path, const struct stat *info);

static void
walk (const char *folder, const char *prefix, int depth, model_func found, void *user)
{
  struct dirent **entries = NULL;
  int n = depth < MAX_DEPTH ? scandir (folder, &entries, NULL, alphasort) : 0;
  for (int i = 0; i < n; i++) {
    const char *entry = entries[i]->d_name;
    g_autofree char *path = g_build_filename (folder, entry, NULL), *name = g_strconcat (prefix, entry, NULL);
    struct stat info;
    if (entry[0] != '.' && stat (path, &info) == 0 && S_ISDIR (info.st_mode)) {
      g_autofree char *below = g_strconcat (name, "/", NULL);
      walk (path, below, depth + 1, found, user);
    } else if (entry[0] != '.' && is_model (entry) && stat (path, &info) == 0 && S_ISREG (info.st_mode))
      found (user, name, path, &info);
    free (entries[i]);
  }
  free (entries);
}

typedef struct {
  const char *kind;
  mk_json *list;
} scan;

static void
add_model (void *user, const char *name, const char *path, const struct stat *info)
{
  scan *s = user;
  mk_json_append (s->list, print_model (s->kind, name, path, info));
}

mk_json *
mk_models_scan (const char *root)
{
  scan s = { .list = mk_json_new_array () };
  for (const char *const *kind = mk_model_kinds; *kind != NULL; kind++) {
    g_autofree char *folder = g_build_filename (root, *kind, NULL);
    s.kind = *kind;
    walk (folder, "", 0, add_model, &s);
  }
  return s.list;
}

/* --- models of others --- */

typedef struct {
  const char *folder; /* ROOT/KIND */
  unsigned n_links;
} linking;

static void
link_model (void *user, const char *name, const char *path, const struct stat *info)
{
  (void)info;
  linking *l = user;
  g_autofree char *target = g_build_filename (l->folder, name, NULL), *parent = g_path_get_dirname (target);
  if (mk_folder_make (parent, NULL) && symlink (path, target) == 0)
    l->n_links++;
}

/* `source` holds models of `kind`. One that lies within our own folders is no other's. */
static void
link_folder (const char *root, const char *kind, const char *source, unsigned *n_links)
{
  g_autofree char *folder = g_build_filename (root, kind, NULL), *real_root = realpath (root, NULL), *real = realpath (source, NULL);
  if (real == NULL || (real_root != NULL && g_str_has_prefix (real, real_root)))
    return;
  linking l = { folder, 0 };
  walk (real, "", 0, link_model, &l);
  *n_links += l.n_links;
}

static void
unlink_dangling (const char *folder, int depth)
{
  g_autoptr (GDir) dir = depth < MAX_DEPTH ? g_dir_open (folder, 0, NULL) : NULL;
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    struct stat info;
    if (lstat (path, &info) == 0 && S_ISDIR (info.st_mode))
      unlink_dangling (path, depth + 1);
    else if (lstat (path, &info) == 0 && S_ISLNK (info.st_mode) && stat (path, &info) != 0)
      unlink (path);
  }
}

/* Where AUTOMATIC1111's web UI keeps what ComfyUI calls so. */
static const struct {
  const char *kind, *folder;
} a1111_folders[] = { { "checkpoints", "models/Stable-diffusion" }, { "vae", "models/VAE" }, { "loras", "models/Lora" }, { "loras", "models/LyCORIS" },
                      { "upscale_models", "models/ESRGAN" }, { "upscale_models", "models/RealESRGAN" }, { "upscale_models", "models/SwinIR" }, { "embeddings", "embeddings" },
                      { "hypernetworks", "models/hypernetworks" }, { "controlnet", "models/ControlNet" } };

bool
mk_models_link (const char *root, const char *extra_paths_yaml, const char *a1111_folder, unsigned *n_links, GError **error)
{
  *n_links = 0;
  unlink_dangling (root, 0);
  for (size_t i = 0; a1111_folder != NULL && i < MK_COUNT (a1111_folders); i++) {
    g_autofree char *source = g_build_filename (a1111_folder, a1111_folders[i].folder, NULL);
    link_folder (root, a1111_folders[i].kind, source, n_links);
  }
  const char *files[] = { extra_paths_yaml, NULL };
  g_autoptr (mk_model_paths) others = mk_model_paths_read (files, error);
  for (unsigned i = 0; mk_model_paths_kind (others, i) != NULL; i++)
    if (mk_model_kind_is (mk_model_paths_kind (others, i)))
      link_folder (root, mk_model_paths_kind (others, i), mk_model_paths_folder (others, i), n_links);
  return others != NULL;
}
