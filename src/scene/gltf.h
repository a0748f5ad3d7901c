/* gltf.h - scenes as GLB.
 *
 * Purpose   glTF 2.0 is the scene's public form: hierarchy, materials, cameras, lights, skins, animation, and in
 *           `asset.extras` how it was made. Valid for the Khronos validator without errors or warnings.
 * Mapping   Patterns are baked to one repeat (KHR_texture_transform gives its size). Scattered copies become one mesh.
 *           Area lights become spots or points with their face in extras. What glTF has no word for (fades, fields of
 *           view that change) stands in extras.miktos, the sky and how a style prints in the asset's. The sun of the sky is written as a light named "sun".
 * Bytes     Equal for equal scenes and options.
 * Not here  Reading: import.h.
 * Tests     tests/scene/test_gltf.c, checked by tests/scene/validate_glb.mjs
 */
#pragma once
#include "scene/scene.h"

/* Viewers without automatic exposure expect a sun of about this many "lux" for white paint to look white. */
#define MK_GLTF_LIGHT_SCALE 3.0f

typedef struct mk_gltf_options {
  const mk_json *extras;    /* members of asset.extras besides "commands": "workflow", "prompt"; or NULL */
  unsigned texture_px;      /* side of baked patterns; 0 = 512, and 256 for those of hard edges */
  struct mk_pool *pool;     /* for baking; NULL = this thread */
  struct mk_pattern_tables *tables; /* kept by who writes many files; NULL = this file's own */
  unsigned max_copied_triangles; /* of one node's scattered copies; 0 = 40000; beyond, fewer copies */
  unsigned max_repeated_triangles; /* drawn of one rigid mesh that several nodes share; 0 = all; beyond, a coarser mesh */
  unsigned max_shared_triangles;   /* drawn of all meshes that several nodes share: beyond, the largest become coarser within reason, and leaves fewer and larger; 0 = all */
  unsigned max_single_triangles;   /* of a rigid surface that one node draws, half of it for the ground; 0 = all; beyond, a coarser mesh */
  unsigned max_far_triangles;      /* of each mesh of things that are there many times, where they are far from the camera's way; 0 = as near */
  unsigned max_framed_triangles;   /* of a body with a skin that would fill the frame's height, less the smaller it is seen, where there are several; 0 = all */
  unsigned rows;                   /* of the picture that it is drawn in: meshes need no finer cells than its pixels; 0 = as fine as they are */
  unsigned max_triangles;          /* where `rows` are given: beyond, cells are wider than pixels, within reason */
} mk_gltf_options;

/* `options` may be NULL. */
GByteArray *mk_gltf_encode (const mk_scene *scene, const mk_gltf_options *options, const mk_job *job, GError **error);
/* To a file that is whole or absent. */
bool        mk_gltf_write (const mk_scene *scene, const char *path, const mk_gltf_options *options, const mk_job *job, GError **error);
