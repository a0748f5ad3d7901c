/* How Assimp gets at files: beneath one folder, with limits. */
#include <assimp/cfileio.h>
#include <assimp/config.h>
#include <assimp/postprocess.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "scene/import_private.h"

#define MAX_FILE_BYTES ((size_t)1 << 30)

/* --- beneath one folder --- */

/* `name` as the model wrote it, "..\\textures/a.png", as a path beneath the root; g_free. */
static char *
fold (const char *name)
{
  g_autofree char *slashes = g_strdup (name);
  for (char *at = slashes; *at != 0; at++)
    if (*at == '\\')
      *at = '/';
  g_autofree char *whole = g_canonicalize_filename (slashes, "/");
  return g_strdup (whole + 1);
}

static char *
read_beneath (const char *root, const char *path, size_t *length, GError **error)
{
  int fd = mk_file_open_beneath (root, path, O_RDONLY | O_NONBLOCK, error); /* a pipe does not hold us up */
  if (fd < 0)
    return NULL;
  struct stat info;
  bool is_file = fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  char *bytes = NULL;
  bool is_read = is_file ? mk_file_read (link, MAX_FILE_BYTES, &bytes, length, error) : mk_error (error, MK_ERROR_FORMAT, "%s is no file", path);
  close (fd);
  return is_read ? bytes : NULL;
}

char *
mk_import_read_file (const mk_import_place *place, size_t *length, GError **error)
{
  return read_beneath (place->root, place->file, length, error);
}

static char *
read_named (const mk_import_place *place, const char *name, size_t *length)
{
  g_autofree char *path = fold (name);
  return read_beneath (place->root, path, length, NULL);
}

char *
mk_import_read_beside (const mk_import_place *place, const char *name, size_t *length)
{
  g_autofree char *folder = g_path_get_dirname (place->file), *beside = g_build_filename (folder, name, NULL);
  g_autofree char *bare = g_path_get_basename (name), *last = g_build_filename (folder, bare, NULL);
  char *bytes = read_named (place, beside, length);
  return bytes != NULL ? bytes : read_named (place, last, length); /* names of another machine's folders */
}

/* --- a file in memory, as Assimp asks for it --- */

typedef struct {
  char *bytes;
  size_t length, at;
} memory_file;

static size_t
memory_read (struct aiFile *file, char *to, size_t size, size_t count)
{
  memory_file *own = (void *)file->UserData;
  size_t n = size > 0 ? MIN (count, (own->length - own->at) / size) : 0;
  memcpy (to, own->bytes + own->at, n * size);
  own->at += n * size;
  return n;
}

static size_t
memory_write (struct aiFile *file, const char *from, size_t size, size_t count)
{
  (void)file, (void)from, (void)size, (void)count;
  return 0;
}

static size_t
memory_tell (struct aiFile *file)
{
  return ((memory_file *)(void *)file->UserData)->at;
}

static size_t
memory_size (struct aiFile *file)
{
  return ((memory_file *)(void *)file->UserData)->length;
}

static enum aiReturn
memory_seek (struct aiFile *file, size_t offset, enum aiOrigin origin)
{
  memory_file *own = (void *)file->UserData;
  size_t from = origin == aiOrigin_SET ? 0 : origin == aiOrigin_CUR ? own->at : own->length;
  size_t at = from + offset; /* offsets backwards come as wrapped numbers */
  if (at > own->length)
    return aiReturn_FAILURE;
  own->at = at;
  return aiReturn_SUCCESS;
}

static void
memory_flush (struct aiFile *file)
{
  (void)file;
}

static struct aiFile *
open_file (struct aiFileIO *io, const char *name, const char *mode)
{
  const mk_import_place *place = (const void *)io->UserData;
  size_t length = 0;
  char *bytes = mode[0] == 'r' ? read_named (place, name, &length) : NULL;
  if (bytes == NULL)
    return NULL;
  memory_file *own = g_new (memory_file, 1);
  struct aiFile *file = g_new (struct aiFile, 1);
  *own = (memory_file){ bytes, length, 0 };
  *file = (struct aiFile){ memory_read, memory_write, memory_tell, memory_size, memory_seek, memory_flush, (aiUserData)(void *)own };
  return file;
}

static void
close_file (struct aiFileIO *io, struct aiFile *file)
{
  (void)io;
  memory_file *own = (void *)file->UserData;
  g_free (own->bytes);
  g_free (own);
  g_free (file);
}

/* --- reading --- */

#define STEPS (aiProcess_Triangulate | aiProcess_JoinIdenticalVertices | aiProcess_GenSmoothNormals | aiProcess_SortByPType | aiProcess_LimitBoneWeights | \
               aiProcess_FindInvalidData | aiProcess_FlipUVs | aiProcess_TransformUVCoords | aiProcess_GenUVCoords | aiProcess_GlobalScale)

const struct aiScene *
mk_import_read (const mk_import_place *place, GError **error)
{
  struct aiFileIO io = { open_file, close_file, (aiUserData)(void *)place };
  if (!mk_assimp_load (error))
    return NULL;
  if (!mk_import_is_known (place->file)) {
    mk_error (error, MK_ERROR_UNSUPPORTED, "%s is of no kind that can be read; GLB, glTF, OBJ, FBX, STL, PLY, DAE, 3DS and others can", place->file);
    return NULL;
  }
  struct aiPropertyStore *settings = mk_assimp.aiCreatePropertyStore ();
  mk_assimp.aiSetImportPropertyInteger (settings, AI_CONFIG_PP_SBP_REMOVE, aiPrimitiveType_POINT | aiPrimitiveType_LINE);
  mk_assimp.aiSetImportPropertyInteger (settings, AI_CONFIG_IMPORT_FBX_PRESERVE_PIVOTS, 0);
  mk_assimp.aiSetImportPropertyInteger (settings, AI_CONFIG_IMPORT_NO_SKELETON_MESHES, 1);
  const struct aiScene *scene = mk_assimp.aiImportFileExWithProperties (place->file, STEPS, &io, settings);
  mk_assimp.aiReleasePropertyStore (settings);
  if (scene == NULL) {
    g_autofree char *reason = g_utf8_make_valid (mk_assimp.aiGetErrorString (), -1);
    mk_error (error, MK_ERROR_FORMAT, "%s cannot be read: %s", place->file, reason[0] != 0 ? g_strchomp (reason) : "it is damaged or of another kind");
  }
  return scene;
}

bool
mk_import_is_known (const char *file)
{
  const char *dot = strrchr (file, '.');
  g_autofree char *small = dot != NULL ? g_ascii_strdown (dot, -1) : NULL;
  return small != NULL && mk_assimp_load (NULL) && mk_assimp.aiIsExtensionSupported (small);
}
