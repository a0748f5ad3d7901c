/* Triangles, and the weights that bind them to joints. */
#include <assimp/types.h>
#include <assimp/mesh.h>
#include <string.h>

#include "scene/import_private.h"
#include "scene/mesh_build.h"

#define MAX_VERTICES 20000000u

static void
fill_vertices (const mk_importer *importer, const struct aiMesh *from, mk_mesh *mesh)
{
  unsigned channel = from->mMaterialIndex < importer->from->mNumMaterials ? importer->uv_channels[from->mMaterialIndex] : 0;
  const struct aiVector3D *uvs = channel < AI_MAX_NUMBER_OF_TEXTURECOORDS && from->mTextureCoords[channel] != NULL ? from->mTextureCoords[channel] : from->mTextureCoords[0];
  if (from->mColors[0] != NULL)
    mesh->colors = g_new (mk_vec3, mesh->n_vertices);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    mesh->positions[i] = mk_import_vec3 (from->mVertices[i]);
    mesh->normals[i] = from->mNormals != NULL ? mk_vec3_normalize (mk_import_vec3 (from->mNormals[i])) : (mk_vec3){ 0, 0, 0 };
    if (uvs != NULL)
      mesh->uvs[i] = (mk_vec2){ mk_import_vec3 (uvs[i]).x, mk_import_vec3 (uvs[i]).y };
    if (mesh->colors != NULL) {
      struct aiColor4D c = from->mColors[0][i];
      mesh->colors[i] = (mk_vec3){ isfinite (c.r) ? CLAMP (c.r, 0, 1) : 1, isfinite (c.g) ? CLAMP (c.g, 0, 1) : 1, isfinite (c.b) ? CLAMP (c.b, 0, 1) : 1 };
    }
  }
}

/* Triangles whose corners exist; how many indices that makes. */
static uint32_t
fill_indices (const struct aiMesh *from, uint32_t *indices)
{
  uint32_t n = 0;
  for (unsigned f = 0; f < from->mNumFaces; f++) {
    const struct aiFace *face = &from->mFaces[f];
    if (face->mNumIndices != 3 || face->mIndices[0] >= from->mNumVertices || face->mIndices[1] >= from->mNumVertices || face->mIndices[2] >= from->mNumVertices)
      continue;
    memcpy (indices + n, face->mIndices, 3 * sizeof *indices);
    n += 3;
  }
  return n;
}

/* The heaviest four of each vertex; those that no bone holds stay with joint `loose`. */
static void
fill_weights (const struct aiMesh *from, uint16_t loose, mk_mesh *mesh)
{
  mesh->joints = g_malloc0 (mesh->n_vertices * sizeof *mesh->joints);
  mesh->weights = g_malloc0 (mesh->n_vertices * sizeof *mesh->weights);
  for (unsigned b = 0; b < from->mNumBones; b++)
    for (unsigned w = 0; w < from->mBones[b]->mNumWeights; w++) {
      struct aiVertexWeight own = from->mBones[b]->mWeights[w];
      if (own.mVertexId >= mesh->n_vertices || !(own.mWeight > 0) || !isfinite (own.mWeight))
        continue;
      float *weights = mesh->weights[own.mVertexId];
      int lightest = 0;
      for (int k = 1; k < 4; k++)
        if (weights[k] < weights[lightest])
          lightest = k;
      if (own.mWeight > weights[lightest]) {
        weights[lightest] = own.mWeight;
        mesh->joints[own.mVertexId][lightest] = (uint16_t)b;
      }
    }
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    float *weights = mesh->weights[v], sum = weights[0] + weights[1] + weights[2] + weights[3];
    if (!(sum > 1e-6f)) {
      mesh->joints[v][0] = loose;
      weights[0] = sum = 1;
    }
    for (int k = 0; k < 4; k++)
      weights[k] /= sum;
  }
}

mk_mesh *
mk_import_mesh (mk_importer *importer, unsigned index, GError **error)
{
  const struct aiMesh *from = importer->from->mMeshes[index];
  if (importer->meshes[index] != NULL || from->mNumVertices == 0 || from->mNumFaces == 0 || from->mVertices == NULL)
    return importer->meshes[index];
  importer->n_vertices += from->mNumVertices;
  if (importer->n_vertices > MAX_VERTICES || from->mNumFaces > MAX_VERTICES) {
    mk_error (error, MK_ERROR_LIMIT, "it has more than %u million vertices", MAX_VERTICES / 1000000);
    return NULL;
  }
  g_autoptr (mk_mesh) mesh = mk_mesh_new (from->mNumVertices, from->mNumFaces * 3, error);
  if (mesh == NULL)
    return NULL;
  fill_vertices (importer, from, mesh);
  mesh->n_indices = fill_indices (from, mesh->indices);
  if (mesh->n_indices == 0)
    return NULL;
  if (from->mNumBones > 0 && from->mNumBones < G_MAXUINT16)
    fill_weights (from, (uint16_t)from->mNumBones, mesh);
  if (from->mNormals == NULL)
    mk_mesh_smooth_normals (mesh);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) /* of triangles without area */
    if (!(mk_vec3_length (mesh->normals[i]) > 0.5f))
      mesh->normals[i] = (mk_vec3){ 0, 1, 0 };
  mk_mesh_update_bounds (mesh);
  importer->meshes[index] = g_steal_pointer (&mesh);
  return importer->meshes[index];
}

mk_mat4
mk_import_mat4 (struct aiMatrix4x4 a)
{
  return (mk_mat4){ { a.a1, a.b1, a.c1, a.d1, a.a2, a.b2, a.c2, a.d2, a.a3, a.b3, a.c3, a.d3, a.a4, a.b4, a.c4, a.d4 } };
}

int
mk_import_skin (mk_importer *importer, const struct aiMesh *mesh, int node)
{
  unsigned n = mesh->mNumBones + 1; /* and one for what no bone holds: the node itself */
  g_autofree int *joints = g_new (int, n);
  g_autofree mk_mat4 *inverse = g_new (mk_mat4, n);
  for (unsigned b = 0; b < n; b++) {
    int found = b < mesh->mNumBones ? GPOINTER_TO_INT (g_hash_table_lookup (importer->node_by_name, mesh->mBones[b]->mName.data)) : 0;
    joints[b] = found > 0 ? found - 1 : node;
    inverse[b] = found > 0 ? mk_import_mat4 (mesh->mBones[b]->mOffsetMatrix) : MK_MAT4_IDENTITY;
  }
  return mk_scene_add_skin (importer->to, &(mk_skin){ n, joints, inverse });
}
