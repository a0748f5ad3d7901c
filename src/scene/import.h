/* import.h - models of other programs: GLB, glTF, OBJ, FBX, STL, Collada, PLY, 3DS and what else Assimp reads.
 *
 * Purpose   A file becomes a scene of its own: hierarchy, meshes, materials with textures, skins, cameras, lights and
 *           the first animation. `apply.h` puts it into another scene.
 * Safety    A stranger's file is read by a child process with a limit on time and memory; what comes back is checked
 *           byte by byte (scene_bytes.h). A file that makes a reader crash is refused like any other that is damaged.
 *           Files that the model names (materials, textures, buffers) are opened beneath `root` only.
 * Size      Metres when the format says so (glTF, FBX, Collada); a model of another format whose longest side is below
 *           5 cm or above 20 m is taken to be in another unit and becomes 2 m long. STL and Blender's files are turned from Z up to Y up.
 * Form      Node 0 is the only root, at rest; the file's own root is below it. Skins are as glTF's.
 * Left out  Lines and points, morph targets, orthographic cameras, pictures that are not PNG, JPEG or WebP.
 * Tests     tests/scene/test_import.c
 */
#pragma once
#include "scene/scene.h"

/* 0 takes the default. */
typedef struct mk_import_limits {
  unsigned max_seconds;   /* 60 */
  unsigned max_memory_mb; /* 4096, of the child, beyond what this process has mapped */
} mk_import_limits;

/* `file` beneath `root`; `limits` may be NULL. NOT_FOUND, FORBIDDEN, UNSUPPORTED (no reader for its kind), FORMAT
 * (damaged, or nothing to be seen in it), LIMIT, TIMEOUT. */
mk_scene *mk_import_model (const char *root, const char *file, const mk_import_limits *limits, GError **error);
/* Whether there is a reader for names that end so. */
bool      mk_import_is_known (const char *file);
