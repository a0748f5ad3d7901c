/* Meshes: each primitive of triangles becomes a part. */
#include <string.h>

#include "scene/gltf_read.h"
#include "scene/mesh_build.h"

#define MAX_VERTICES 20000000u

typedef enum { TRIANGLES = 4, STRIP = 5, FAN = 6 } primitive_mode;

/* --- triangles --- */

/* Corners of the primitive as a list of triangles, g_free. `n_corners` vertices in order when there are no indices. */
static uint32_t *
triangles_of (mk_gltf_reader *reader, const mk_json *primitive, primitive_mode mode, size_t n_vertices, size_t *n_indices)
{
  int64_t accessor = mk_gltf_index (primitive, "indices");
  size_t n = n_vertices;
  g_autofree uint32_t *corners = accessor >= 0 ? mk_gltf_integers (reader, accessor, 1, &n) : g_new (uint32_t, n_vertices + 1);
  if (corners == NULL)
    return NULL;
  for (size_t i = 0; accessor < 0 && i < n; i++)
    corners[i] = (uint32_t)i;
  size_t n_triangles = mode == TRIANGLES ? n / 3 : n >= 3 ? n - 2 : 0, n_kept = 0;
  uint32_t *indices = g_new (uint32_t, n_triangles * 3 + 1);
  for (size_t t = 0; t < n_triangles; t++) {
    size_t first = mode == TRIANGLES ? 3 * t : mode == STRIP ? t : 0, odd = mode == STRIP && t % 2 == 1;
    size_t second = mode == FAN ? t + 1 : first + 1 + odd, third = mode == FAN ? t + 2 : first + 2 - odd;
    const uint32_t own[3] = { corners[first], corners[second], corners[third] };
    if (own[0] >= n_vertices || own[1] >= n_vertices || own[2] >= n_vertices)
      continue;
    memcpy (indices + 3 * n_kept++, own, sizeof own);
  }
  *n_indices = 3 * n_kept;
  return indices;
}

/* --- attributes --- */

/* The attribute when it is there and has a value per vertex; g_free. */
static float *
attribute (mk_gltf_reader *reader, const mk_json *attributes, const char *name, unsigned width, size_t n_vertices)
{
  int64_t accessor = mk_gltf_index (attributes, name);
  size_t n = 0;
  float *values = accessor >= 0 ? mk_gltf_floats (reader, accessor, width, &n) : NULL;
  if (values == NULL || n == n_vertices)
    return values;
  g_free (values);
  mk_gltf_fail (reader, MK_ERROR_FORMAT, "%s has %zu values for %zu vertices", name, n, n_vertices);
  return NULL;
}

static void
set_uvs (mk_gltf_reader *reader, const mk_json *attributes, int64_t material, mk_mesh *mesh)
{
  float m[6];
  g_autofree char *name = g_strdup_printf ("TEXCOORD_%d", mk_gltf_read_uv_transform (reader, material, m));
  g_autofree float *uvs = attribute (reader, attributes, name, 2, mesh->n_vertices);
  for (uint32_t i = 0; uvs != NULL && i < mesh->n_vertices; i++) {
    float u = uvs[2 * i], v = uvs[2 * i + 1];
    mesh->uvs[i] = (mk_vec2){ m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5] };
  }
}

static void
set_colors (mk_gltf_reader *reader, const mk_json *attributes, mk_mesh *mesh)
{
  const mk_json *accessor = mk_gltf_element (reader, "accessors", mk_gltf_index (attributes, "COLOR_0"));
  if (accessor == NULL)
    return;
  unsigned width = g_str_equal (mk_json_get_string (mk_json_get (accessor, "type")), "VEC4") ? 4 : 3;
  g_autofree float *colors = attribute (reader, attributes, "COLOR_0", width, mesh->n_vertices);
  if (colors == NULL)
    return;
  mesh->colors = g_new (mk_vec3, mesh->n_vertices);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    const float *c = colors + (size_t)i * width;
    mesh->colors[i] = (mk_vec3){ CLAMP (c[0], 0, 1), CLAMP (c[1], 0, 1), CLAMP (c[2], 0, 1) };
  }
}

static void
set_weights (mk_gltf_reader *reader, const mk_json *attributes, uint32_t n_joints, mk_mesh *mesh)
{
  size_t n = 0;
  int64_t accessor = mk_gltf_index (attributes, "JOINTS_0");
  g_autofree uint32_t *joints = accessor >= 0 ? mk_gltf_integers (reader, accessor, 4, &n) : NULL;
  g_autofree float *weights = joints != NULL && n == mesh->n_vertices ? attribute (reader, attributes, "WEIGHTS_0", 4, mesh->n_vertices) : NULL;
  if (weights == NULL)
    return;
  mesh->joints = g_malloc0 (mesh->n_vertices * sizeof *mesh->joints);
  mesh->weights = g_malloc0 (mesh->n_vertices * sizeof *mesh->weights);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    float sum = 0;
    for (int k = 0; k < 4; k++) {
      uint32_t joint = joints[4 * (size_t)v + (size_t)k];
      bool is_good = joint < n_joints && joint <= G_MAXUINT16 && weights[4 * (size_t)v + (size_t)k] > 0;
      mesh->joints[v][k] = is_good ? (uint16_t)joint : 0;
      mesh->weights[v][k] = is_good ? weights[4 * (size_t)v + (size_t)k] : 0;
      sum += mesh->weights[v][k];
    }
    if (sum <= 0)
      mesh->weights[v][0] = sum = 1;
    for (int k = 0; k < 4; k++)
      mesh->weights[v][k] /= sum;
  }
}

/* --- primitives --- */

static mk_mesh *
build (mk_gltf_reader *reader, const mk_json *primitive, primitive_mode mode, uint32_t n_joints)
{
  const mk_json *attributes = mk_json_get (primitive, "attributes");
  size_t n = 0, n_indices = 0;
  g_autofree float *positions = mk_gltf_floats (reader, mk_gltf_index (attributes, "POSITION"), 3, &n);
  reader->n_vertices += n;
  if (positions == NULL || reader->n_vertices > MAX_VERTICES) {
    mk_gltf_fail (reader, MK_ERROR_LIMIT, "it has more than %u million vertices", MAX_VERTICES / 1000000);
    return NULL;
  }
  g_autofree uint32_t *indices = triangles_of (reader, primitive, mode, n, &n_indices);
  if (indices == NULL || n_indices == 0 || n_indices > 3 * (size_t)MAX_VERTICES)
    return NULL;
  mk_mesh *mesh = mk_mesh_new ((uint32_t)n, (uint32_t)n_indices, &reader->error);
  if (mesh == NULL)
    return NULL;
  memcpy (mesh->positions, positions, n * sizeof *mesh->positions);
  memcpy (mesh->indices, indices, n_indices * sizeof *indices);
  g_autofree float *normals = attribute (reader, attributes, "NORMAL", 3, n);
  if (normals == NULL)
    mk_mesh_smooth_normals (mesh);
  for (size_t i = 0; i < n; i++) {
    if (normals != NULL)
      mesh->normals[i] = mk_vec3_normalize ((mk_vec3){ normals[3 * i], normals[3 * i + 1], normals[3 * i + 2] });
    if (!(mk_vec3_length (mesh->normals[i]) > 0.5f))
      mesh->normals[i] = (mk_vec3){ 0, 1, 0 };
  }
  set_uvs (reader, attributes, mk_gltf_index (primitive, "material"), mesh);
  set_colors (reader, attributes, mesh);
  if (n_joints > 0)
    set_weights (reader, attributes, n_joints, mesh);
  mk_mesh_update_bounds (mesh);
  return mesh;
}

GArray *
mk_gltf_read_mesh (mk_gltf_reader *reader, int64_t index, uint32_t n_joints)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (mk_part));
  const mk_json *primitives = mk_json_get (mk_gltf_element (reader, "meshes", index), "primitives");
  for (size_t i = 0; mk_json_get_kind (primitives) == MK_JSON_ARRAY && i < mk_json_length (primitives) && reader->error == NULL; i++) {
    const mk_json *primitive = mk_json_at (primitives, i);
    int64_t mode = mk_json_has (primitive, "mode") ? mk_gltf_index (primitive, "mode") : TRIANGLES;
    if (mk_json_get_kind (primitive) != MK_JSON_OBJECT || mode < TRIANGLES || mode > FAN) /* points and lines */
      continue;
    g_autofree char *key = g_strdup_printf ("%d %zu %u", (int)index, i, n_joints);
    mk_mesh *mesh = g_hash_table_lookup (reader->meshes, key);
    if (mesh == NULL) {
      mesh = build (reader, primitive, (primitive_mode)mode, n_joints);
      if (mesh == NULL)
        continue;
      g_hash_table_insert (reader->meshes, g_steal_pointer (&key), mesh);
    }
    mk_part part = { mesh, mk_gltf_read_material (reader, mk_gltf_index (primitive, "material")) };
    g_array_append_val (parts, part);
  }
  return parts;
}
