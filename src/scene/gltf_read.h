/* gltf_read.h - a glTF document and its numbers; for gltf_read*.c alone, in the importer's child process.
 *
 * Why own   glTF is the scene's public form: what was exported comes back as it was. Assimp's reader loses cubic
 *           tangents, the size of repeats and the strength of glowing things.
 * Covers    glTF 2.0: GLB and .gltf with embedded or neighbouring files, sparse accessors, skins, all interpolations,
 *           KHR_lights_punctual, KHR_materials_{clearcoat,emissive_strength,ior,sheen,transmission,unlit},
 *           KHR_mesh_quantization, KHR_texture_transform, EXT_texture_webp; our own extras.
 * Safety    Nothing in the document is trusted: every index, offset and length is checked; cycles are refused.
 */
#pragma once
#include "base/json.h"
#include "scene/import_private.h"

typedef struct mk_gltf_bytes {
  char *data; /* owned when `is_owned` */
  size_t length;
  bool is_owned;
} mk_gltf_bytes;

typedef struct mk_gltf_reader {
  const mk_import_place *place;
  mk_json *json;
  char *file;              /* the whole of it */
  GArray *buffers;         /* mk_gltf_bytes */
  mk_scene *to;
  int *node_map;           /* glTF node -> scene node; -1 = not in the scene */
  int *material_map;       /* -1 = not yet */
  mk_image **images;       /* by glTF image; NULL = not yet */
  GHashTable *meshes;      /* "mesh primitive joints" -> mk_mesh, owned */
  uint64_t n_texture_bytes, n_vertices;
  GError *error;           /* the first thing wrong; all after it is void */
} mk_gltf_reader;

/* --- the document --- */

/* The element of a list of the document, or NULL. */
const mk_json *mk_gltf_element (const mk_gltf_reader *reader, const char *list, int64_t index);
/* An index field, -1 when absent or none. */
int64_t mk_gltf_index (const mk_json *object, const char *key);
float   mk_gltf_real (const mk_json *object, const char *key, float fallback);
/* `n` numbers of a list into `values`, which stay when it is absent or of another length. */
void    mk_gltf_reals (const mk_json *object, const char *key, float *values, size_t n);
const mk_json *mk_gltf_extension (const mk_json *object, const char *name);
const mk_json *mk_gltf_own_extras (const mk_json *object); /* extras.miktos, or NULL */
bool    mk_gltf_fail (mk_gltf_reader *reader, mk_error_code code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Bytes of a buffer view, borrowed; NULL with the reader's error. */
const char *mk_gltf_view (mk_gltf_reader *reader, int64_t view, size_t *length);
/* Bytes of a "data:" URI or of a file beside the model; g_free; NULL when there are none. */
char *mk_gltf_uri (const mk_gltf_reader *reader, const char *uri, size_t *length);
/* An accessor as floats, `width` each (normalized integers become 0..1 or -1..1); g_free; NULL with the reader's error. */
float *mk_gltf_floats (mk_gltf_reader *reader, int64_t accessor, unsigned width, size_t *n);
/* An accessor of whole numbers, `width` each. */
uint32_t *mk_gltf_integers (mk_gltf_reader *reader, int64_t accessor, unsigned width, size_t *n);

/* --- its parts --- */

int  mk_gltf_read_material (mk_gltf_reader *reader, int64_t material);
/* What the base colour's picture asks of uvs: which set, and a transform u' = m[0] u + m[1] v + m[2], v' = m[3] u + ... */
int  mk_gltf_read_uv_transform (const mk_gltf_reader *reader, int64_t material, float m[6]);
/* mk_part of a glTF mesh, its meshes borrowed; g_array_unref. `n_joints` 0 = not skinned. */
GArray *mk_gltf_read_mesh (mk_gltf_reader *reader, int64_t mesh, uint32_t n_joints);
void mk_gltf_read_animations (mk_gltf_reader *reader);
