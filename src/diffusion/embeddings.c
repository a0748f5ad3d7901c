/* embeddings.c - see embeddings.h. */
#include "diffusion/embeddings.h"
#include "base/file.h"
#include "base/log.h"

#include <string.h>

struct mk_embeddings {
  char *folder;
  int encoder, width;
};

mk_embeddings *
mk_embeddings_new (const char *folder, int encoder, int width)
{
  mk_embeddings *embeddings = g_new0 (mk_embeddings, 1);
  embeddings->folder = g_strdup (folder);
  embeddings->encoder = encoder;
  embeddings->width = width;
  return embeddings;
}

void
mk_embeddings_free (mk_embeddings *embeddings)
{
  g_free (embeddings->folder);
  g_free (embeddings);
}

static char *
find_file (const char *folder, const char *name)
{
  static const char *const endings[] = { "", ".safetensors" };
  for (size_t i = 0; i < MK_COUNT (endings) && mk_path_is_beneath (name); i++) {
    g_autofree char *file = g_strconcat (name, endings[i], NULL);
    char *path = g_build_filename (folder, file, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return path;
    g_free (path);
  }
  return NULL;
}

/* One vector may be written without its first size. */
static mk_tensor *
read_vectors (const mk_safetensor *found, GError **error)
{
  int dims[2] = { found->n_dims == 2 ? found->dims[0] : 1, found->n_dims == 2 ? found->dims[1] : found->dims[0] };
  if (found->n_dims < 1 || found->n_dims > 2 || dims[0] > 75) {
    mk_error (error, MK_ERROR_FORMAT, "“%s” must be 1 to 75 vectors", found->name);
    return NULL;
  }
  mk_tensor *vectors = mk_tensor_new (2, dims, error);
  if (vectors != NULL)
    mk_safetensor_read (found, mk_tensor_write (vectors));
  return vectors;
}

mk_tensor *
mk_embeddings_find (void *user, const char *name)
{
  const mk_embeddings *embeddings = user;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = find_file (embeddings->folder, name);
  if (path == NULL)
    return NULL;
  g_autoptr (mk_safetensors) file = mk_safetensors_open (path, &error);
  if (file == NULL) {
    mk_log (MK_LOG_WARNING, "diffusion", "the embedding %s is left out: %s", name, error->message);
    return NULL;
  }
  const mk_safetensor *found = mk_safetensors_find (file, embeddings->encoder == 0 ? "clip_l" : "clip_g");
  if (found == NULL)
    found = mk_safetensors_find (file, "emb_params");
  if (found == NULL && mk_safetensors_n (file) == 1)
    found = mk_safetensors_at (file, 0);
  mk_tensor *vectors = found != NULL ? read_vectors (found, &error) : NULL;
  if (vectors == NULL)
    mk_log (MK_LOG_WARNING, "diffusion", "the embedding %s is left out: %s", name, error != NULL ? error->message : "it holds neither “emb_params” nor “clip_l”");
  if (vectors != NULL && vectors->dims[1] != embeddings->width) {
    mk_log (MK_LOG_WARNING, "diffusion", "the embedding %s is left out: it is %d wide, the text model %d", name, vectors->dims[1], embeddings->width);
    g_clear_pointer (&vectors, mk_tensor_unref);
  }
  return vectors;
}
