/* gltf_writer.h - the document while it is written; for gltf_*.c alone. */
#pragma once
#include "scene/gltf.h"
#include "scene/pattern_table.h"

typedef struct mk_gltf_writer {
  const mk_scene *scene;
  mk_gltf_options options;
  GByteArray *bin;
  mk_pattern_tables *own_tables; /* where none are given */
  mk_json *views, *accessors, *meshes, *materials, *textures, *images, *samplers, *nodes, *skins, *cameras, *lights, *animations; /* arrays */
  GHashTable *used;         /* names of extensions */
  GHashTable *mesh_cache;   /* what a node's mesh is made of -> index + 1 */
  GHashTable *loose;        /* mk_mesh of loose pieces, as leaves -> 1, others -> 2 */
  GHashTable *uses;         /* mk_mesh -> how many nodes draw it */
  double most_of_each;      /* triangles of a mesh that several nodes draw */
  GHashTable *coarse, *far; /* mk_mesh -> its coarser one, owned; one of those -> its coarsest, owned */
  GHashTable *seen;         /* mk_mesh -> triangles that are seen of it, where rows are given */
  int *owners;              /* by scene node: the root of the object it belongs to, or -1 */
  bool *is_far;             /* by scene node */
  float *far_share;         /* by scene node: of its triangles, where it is part of a body seen small; else 0 */
  GHashTable *shape_cache;  /* mk_mesh and kind of attribute -> accessor + 1 */
  int *node_map;            /* scene node -> glTF node; -1 = left out */
  GHashTable *grays;        /* pattern and ratio of its colours -> the texture that its materials share */
  int *material_map;        /* scene material -> glTF material; -1 = not yet */
  bool *is_textured;        /* by scene material */
} mk_gltf_writer;

/* Bytes at a multiple of four; `target` 0 = none, else OpenGL's. The index of the view. */
int mk_gltf_add_view (mk_gltf_writer *w, const void *bytes, size_t length, int target);
/* Floats, `width` per element; min and max are written when `has_bounds`. */
int mk_gltf_add_floats (mk_gltf_writer *w, const float *values, size_t n, unsigned width, const char *type, int target, bool has_bounds);
/* The glTF material, written at first use; sets is_textured. -1 with an error. */
int mk_gltf_material (mk_gltf_writer *w, int material, GError **error);
/* glTF meshes of a node's rigid and of its skinned parts; -1 where there is none. */
bool mk_gltf_node_meshes (mk_gltf_writer *w, const mk_scene_node *node, int *rigid, int *skinned, GError **error);
/* Counts how many nodes draw each mesh, what that makes, and which are far: before mk_gltf_node_meshes. */
void mk_gltf_plan_detail (mk_gltf_writer *w);
/* The mesh to write in the place of one that `node` draws, borrowed; NULL with an error. */
const mk_mesh *mk_gltf_shown_mesh (mk_gltf_writer *w, const mk_scene_node *node, const mk_mesh *mesh, GError **error);
bool mk_gltf_is_far (const mk_gltf_writer *w, const mk_scene_node *node);
/* All tracks as one animation; what glTF cannot animate goes to `extras` of the node in `nodes`. */
void mk_gltf_animation (mk_gltf_writer *w);
void mk_gltf_skins (mk_gltf_writer *w);
void mk_gltf_use (mk_gltf_writer *w, const char *extension);

mk_json *mk_gltf_numbers (const float *values, size_t n);
static inline void
mk_gltf_set_int (mk_json *object, const char *key, int64_t value)
{
  mk_json_set (object, key, mk_json_new_int (value));
}
static inline void
mk_gltf_set_real (mk_json *object, const char *key, float value)
{
  mk_json_set (object, key, mk_json_new_real ((double)value));
}
