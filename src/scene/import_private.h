/* import_private.h - between the parts of the importer; all of it runs in the child process. */
#pragma once
#include "scene/assimp.h"
#include "scene/import.h"

/* Where a model's own files are looked for. */
typedef struct mk_import_place {
  const char *root, *file; /* `file` beneath `root` */
} mk_import_place;

typedef struct mk_importer {
  const mk_import_place *place;
  const struct aiScene *from;
  mk_scene *to;
  GHashTable *node_by_name; /* char* of `from` -> index + 1 */
  mk_mesh **meshes;         /* by aiMesh; built at first use */
  int *materials;           /* by aiMaterial; -1 = not yet */
  unsigned *uv_channels;    /* by aiMaterial: the channel of its base colour */
  GArray *skinned;          /* skinned_node: nodes whose skin is made once all nodes are there */
  uint64_t n_vertices, n_texture_bytes;
} mk_importer;

/* import_file.c: reads, refuses with Assimp's reason; aiReleaseImport. */
const struct aiScene *mk_import_read (const mk_import_place *place, GError **error);
/* The file itself; g_free. */
char *mk_import_read_file (const mk_import_place *place, size_t *length, GError **error);
/* Bytes of a file beside the model, or NULL. g_free. */
char *mk_import_read_beside (const mk_import_place *place, const char *name, size_t *length);

/* import_material.c: a decoded picture of 3 or 4 channels, made small enough; NULL when it is none, or when it would
 * bring `*n_bytes`, what the model's pictures take so far, over its limit. */
mk_image *mk_import_picture (const void *bytes, size_t length, uint64_t *n_bytes);

/* gltf_read.c: glTF 2.0 by our own reader. `*is_ours` false: it is of another version, for Assimp to try. */
mk_scene *mk_gltf_read (const mk_import_place *place, bool *is_ours, GError **error);

/* import_fit.c */
bool mk_import_has_suffix (const mk_import_place *place, const char *suffix);
/* Nodes 0 and 1 of an empty scene: our root, and the frame that brings other units to metres and other axes upright;
 * the file's own root comes below it. */
void mk_import_begin (mk_scene *scene, const mk_import_place *place);
/* Sets the frame. FORMAT when there is nothing to be seen. */
bool mk_import_fit (mk_scene *scene, const mk_import_place *place, GError **error);
/* The first camera that has the model in its picture; -1 when none has. */
void mk_import_choose_camera (mk_scene *scene);

/* import_scene.c */
mk_scene *mk_import_convert (const struct aiScene *from, const mk_import_place *place, GError **error);
/* import_material.c: the index in `to`. */
int mk_import_material (mk_importer *importer, unsigned index);
mk_mat4  mk_import_mat4 (struct aiMatrix4x4 matrix);
/* import_mesh.c: borrowed; NULL with an error, or without one when there are no triangles in it. */
mk_mesh *mk_import_mesh (mk_importer *importer, unsigned index, GError **error);
int      mk_import_skin (mk_importer *importer, const struct aiMesh *mesh, int node);
/* import_animation.c: the first animation as tracks. */
void mk_import_animation (mk_importer *importer);
/* Every node as it is when the film begins, and the scene as long as its tracks. */
void mk_import_rest (mk_scene *scene);
/* import_lights.c */
void mk_import_lights (mk_importer *importer);
void mk_import_cameras (mk_importer *importer);

static inline mk_vec3
mk_import_vec3 (struct aiVector3D v)
{
  return (mk_vec3){ isfinite (v.x) ? v.x : 0, isfinite (v.y) ? v.y : 0, isfinite (v.z) ? v.z : 0 };
}
static inline mk_quat
mk_import_quat (struct aiQuaternion q)
{
  bool is_good = isfinite (q.x) && isfinite (q.y) && isfinite (q.z) && isfinite (q.w) && q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w > 1e-12f;
  return is_good ? mk_quat_normalize ((mk_quat){ q.x, q.y, q.z, q.w }) : MK_QUAT_IDENTITY;
}
