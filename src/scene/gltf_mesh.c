/* Meshes: accessors, primitives, copies, skins. */
#include <string.h>

#include "scene/gltf_writer.h"
#include "scene/mesh_build.h"

#define ARRAY_BUFFER 34962
#define ELEMENT_ARRAY_BUFFER 34963
#define MAX_COPIED_TRIANGLES 40000

int
mk_gltf_add_view (mk_gltf_writer *w, const void *bytes, size_t length, int target)
{
  static const uint8_t padding[4];
  g_byte_array_append (w->bin, padding, (4 - w->bin->len % 4) % 4);
  mk_json *view = mk_json_new_object ();
  mk_gltf_set_int (view, "buffer", 0);
  mk_gltf_set_int (view, "byteOffset", w->bin->len);
  mk_gltf_set_int (view, "byteLength", (int64_t)length);
  if (target != 0)
    mk_gltf_set_int (view, "target", target);
  g_byte_array_append (w->bin, bytes, (guint)length);
  mk_json_append (w->views, view);
  return (int)mk_json_length (w->views) - 1;
}

static int
add_accessor (mk_gltf_writer *w, int view, int component, size_t n, const char *type)
{
  mk_json *accessor = mk_json_new_object ();
  mk_gltf_set_int (accessor, "bufferView", view);
  mk_gltf_set_int (accessor, "componentType", component);
  mk_gltf_set_int (accessor, "count", (int64_t)n);
  mk_json_set (accessor, "type", mk_json_new_string (type));
  mk_json_append (w->accessors, accessor);
  return (int)mk_json_length (w->accessors) - 1;
}

int
mk_gltf_add_floats (mk_gltf_writer *w, const float *values, size_t n, unsigned width, const char *type, int target, bool has_bounds)
{
  int view = mk_gltf_add_view (w, values, n * width * sizeof *values, target), accessor = add_accessor (w, view, 5126, n, type);
  if (!has_bounds)
    return accessor;
  float low[4], high[4];
  for (unsigned k = 0; k < width; k++) {
    low[k] = high[k] = values[k];
    for (size_t i = 1; i < n; i++) {
      low[k] = fminf (low[k], values[i * width + k]);
      high[k] = fmaxf (high[k], values[i * width + k]);
    }
  }
  mk_json *entry = mk_json_at (w->accessors, (size_t)accessor);
  mk_json_set (entry, "min", mk_gltf_numbers (low, width));
  mk_json_set (entry, "max", mk_gltf_numbers (high, width));
  return accessor;
}

/* --- attributes of a mesh, each written once --- */

static int
add_normals (mk_gltf_writer *w, const mk_mesh *mesh)
{
  g_autofree mk_vec3 *normals = g_memdup2 (mesh->normals, mesh->n_vertices * sizeof *normals);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    normals[i] = mk_vec3_normalize (normals[i]);
    if (!(mk_vec3_length (normals[i]) > 0.5f))
      normals[i] = (mk_vec3){ 0, 1, 0 };
  }
  return mk_gltf_add_floats (w, &normals[0].x, mesh->n_vertices, 3, "VEC3", ARRAY_BUFFER, false);
}

/* Joints without weight are 0, none is there twice, weights add up to one. */
static void
tidy_weights (const mk_mesh *mesh, uint16_t (*joints)[4], float (*weights)[4])
{
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    float sum = 0;
    for (int k = 0; k < 4; k++) {
      joints[v][k] = mesh->joints[v][k];
      weights[v][k] = fmaxf (mesh->weights[v][k], 0);
      for (int j = 0; j < k; j++)
        if (joints[v][j] == joints[v][k] && weights[v][j] > 0) {
          weights[v][j] += weights[v][k];
          weights[v][k] = 0;
        }
    }
    for (int k = 0; k < 4; k++)
      sum += weights[v][k];
    if (sum <= 0)
      weights[v][0] = sum = 1;
    for (int k = 0; k < 4; k++) {
      weights[v][k] /= sum;
      joints[v][k] = weights[v][k] > 0 ? joints[v][k] : 0;
    }
  }
}

typedef enum { POSITION, NORMAL, TEXCOORD, COLOR, JOINTS, WEIGHTS, INDICES } attribute;

static int
add_skin_attribute (mk_gltf_writer *w, const mk_mesh *mesh, attribute kind)
{
  g_autofree uint16_t (*joints)[4] = g_malloc0 (mesh->n_vertices * sizeof *joints);
  g_autofree float (*weights)[4] = g_malloc0 (mesh->n_vertices * sizeof *weights);
  tidy_weights (mesh, joints, weights);
  if (kind == WEIGHTS)
    return mk_gltf_add_floats (w, weights[0], mesh->n_vertices, 4, "VEC4", ARRAY_BUFFER, false);
  int view = mk_gltf_add_view (w, joints, mesh->n_vertices * sizeof *joints, ARRAY_BUFFER);
  return add_accessor (w, view, 5123, mesh->n_vertices, "VEC4");
}

static int
add_indices (mk_gltf_writer *w, const mk_mesh *mesh)
{
  if (mesh->n_vertices >= 65535)
    return add_accessor (w, mk_gltf_add_view (w, mesh->indices, mesh->n_indices * sizeof (uint32_t), ELEMENT_ARRAY_BUFFER), 5125, mesh->n_indices, "SCALAR");
  g_autofree uint16_t *small = g_new (uint16_t, mesh->n_indices);
  for (uint32_t i = 0; i < mesh->n_indices; i++)
    small[i] = (uint16_t)mesh->indices[i];
  return add_accessor (w, mk_gltf_add_view (w, small, mesh->n_indices * sizeof *small, ELEMENT_ARRAY_BUFFER), 5123, mesh->n_indices, "SCALAR");
}

static int
add_attribute (mk_gltf_writer *w, const mk_mesh *mesh, attribute kind)
{
  switch (kind) {
  case POSITION:
    return mk_gltf_add_floats (w, &mesh->positions[0].x, mesh->n_vertices, 3, "VEC3", ARRAY_BUFFER, true);
  case NORMAL:
    return add_normals (w, mesh);
  case TEXCOORD:
    return mk_gltf_add_floats (w, &mesh->uvs[0].x, mesh->n_vertices, 2, "VEC2", ARRAY_BUFFER, false);
  case COLOR:
    return mk_gltf_add_floats (w, &mesh->colors[0].x, mesh->n_vertices, 3, "VEC3", ARRAY_BUFFER, false);
  case INDICES:
    return add_indices (w, mesh);
  default:
    return add_skin_attribute (w, mesh, kind);
  }
}

static int
attribute_of (mk_gltf_writer *w, const mk_mesh *mesh, attribute kind)
{
  g_autofree char *key = g_strdup_printf ("%p %d", (const void *)mesh, kind);
  int known = GPOINTER_TO_INT (g_hash_table_lookup (w->shape_cache, key));
  if (known > 0)
    return known - 1;
  int accessor = add_attribute (w, mesh, kind);
  g_hash_table_insert (w->shape_cache, g_steal_pointer (&key), GINT_TO_POINTER (accessor + 1));
  return accessor;
}

/* --- primitives --- */

static mk_json *
primitive_of (mk_gltf_writer *w, const mk_mesh *mesh, int material, bool is_skinned, GError **error)
{
  int own = mk_gltf_material (w, material, error);
  if (own < 0)
    return NULL;
  mk_json *attributes = mk_json_new_object (), *primitive = mk_json_new_object ();
  mk_json_set (primitive, "attributes", attributes);
  mk_gltf_set_int (attributes, "POSITION", attribute_of (w, mesh, POSITION));
  mk_gltf_set_int (attributes, "NORMAL", attribute_of (w, mesh, NORMAL));
  if (mesh->uvs != NULL && w->is_textured[material])
    mk_gltf_set_int (attributes, "TEXCOORD_0", attribute_of (w, mesh, TEXCOORD));
  if (mesh->colors != NULL)
    mk_gltf_set_int (attributes, "COLOR_0", attribute_of (w, mesh, COLOR));
  if (is_skinned) {
    mk_gltf_set_int (attributes, "JOINTS_0", attribute_of (w, mesh, JOINTS));
    mk_gltf_set_int (attributes, "WEIGHTS_0", attribute_of (w, mesh, WEIGHTS));
  }
  mk_gltf_set_int (primitive, "indices", attribute_of (w, mesh, INDICES));
  mk_gltf_set_int (primitive, "material", own);
  return primitive;
}

/* Whole pieces from the front of a mesh whose pieces follow each other, as blades of grass in a tuft: `most` triangles or the first piece. */
static mk_mesh *
first_pieces (const mk_mesh *mesh, unsigned most, GError **error)
{
  uint32_t n_indices = 0, n_vertices = 0, highest = 0;
  for (uint32_t i = 0; i <= mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    bool is_end = i == mesh->n_indices, is_piece = i > 0 && (is_end || MIN (t[0], MIN (t[1], t[2])) > highest);
    if (is_piece && (i / 3 <= most || n_indices == 0)) {
      n_indices = i;
      n_vertices = highest + 1;
    }
    if (!is_end)
      highest = MAX (highest, MAX (t[0], MAX (t[1], t[2])));
  }
  mk_mesh *part = mk_mesh_new (n_vertices, n_indices, error);
  if (part == NULL)
    return NULL;
  memcpy (part->positions, mesh->positions, n_vertices * sizeof *part->positions);
  memcpy (part->normals, mesh->normals, n_vertices * sizeof *part->normals);
  if (mesh->uvs != NULL)
    memcpy (part->uvs, mesh->uvs, n_vertices * sizeof *part->uvs);
  memcpy (part->indices, mesh->indices, n_indices * sizeof *part->indices);
  if (mesh->colors != NULL) {
    part->colors = g_malloc (n_vertices * sizeof *part->colors);
    memcpy (part->colors, mesh->colors, n_vertices * sizeof *part->colors);
  }
  mk_mesh_update_bounds (part);
  return part;
}

/* All copies as one mesh; tints become vertex colours. Where that is more than the limit allows, what is strewn on the ground
 * loses pieces of each copy, other things whole copies, evenly chosen. */
static mk_mesh *
merge_copies (const mk_gltf_writer *w, const mk_mesh *mesh, const mk_copies *copies, bool is_strewn, GError **error)
{
  unsigned most = w->options.max_copied_triangles > 0 ? w->options.max_copied_triangles : MAX_COPIED_TRIANGLES;
  g_autoptr (mk_mesh) less = NULL;
  if (is_strewn && copies->n > 0 && (uint64_t)copies->n * (mesh->n_indices / 3) > most) {
    mesh = less = first_pieces (mesh, most / copies->n, error);
    if (less == NULL)
      return NULL;
  }
  unsigned each = MAX (mesh->n_indices / 3, 1), n = MIN (copies->n, MAX (most / each, 1));
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (unsigned i = 0; i < n; i++)
    mk_mesh_builder_append (&builder, mesh, copies->transforms[(uint64_t)i * copies->n / n]);
  mk_mesh *whole = mk_mesh_builder_take (&builder, error);
  if (whole == NULL || copies->tints == NULL || whole->n_vertices != n * mesh->n_vertices)
    return whole;
  whole->colors = g_malloc (whole->n_vertices * sizeof *whole->colors);
  for (uint32_t v = 0; v < whole->n_vertices; v++) {
    mk_vec3 tint = copies->tints[(uint64_t)(v / mesh->n_vertices) * copies->n / n];
    mk_vec3 own = mesh->colors != NULL ? mk_vec3_mul (tint, mesh->colors[v % mesh->n_vertices]) : tint;
    whole->colors[v] = (mk_vec3){ CLAMP (own.x, 0, 1), CLAMP (own.y, 0, 1), CLAMP (own.z, 0, 1) };
  }
  return whole;
}

static bool
add_part (mk_gltf_writer *w, mk_json *primitives, const mk_scene_node *node, const mk_part *part, bool is_skinned, GError **error)
{
  if (part->mesh->n_indices == 0 || part->mesh->n_vertices == 0)
    return true;
  g_autoptr (mk_mesh) whole = NULL;
  if (node->copies != NULL) {
    whole = merge_copies (w, part->mesh, node->copies, node->is_ground, error);
    if (whole == NULL)
      return false;
  }
  const mk_mesh *mesh = whole != NULL ? whole : mk_gltf_shown_mesh (w, node, part->mesh, error);
  if (mesh == NULL)
    return false;
  if (mesh->n_indices == 0)
    return true;
  mk_json *primitive = primitive_of (w, mesh, part->material, is_skinned, error);
  if (primitive == NULL)
    return false;
  mk_json_append (primitives, primitive);
  if (whole != NULL) /* its address may come again for another mesh */
    for (int kind = POSITION; kind <= INDICES; kind++) {
      g_autofree char *key = g_strdup_printf ("%p %d", (void *)whole, kind);
      g_hash_table_remove (w->shape_cache, key);
    }
  return true;
}

/* The mesh of those parts that are skinned or are not; -1 when there are none. */
static bool
mesh_of (mk_gltf_writer *w, const mk_scene_node *node, bool is_skinned, int *index, GError **error)
{
  g_autoptr (GString) key = g_string_new (is_skinned ? "s" : "r");
  g_autoptr (mk_json) primitives = mk_json_new_array ();
  *index = -1;
  if (mk_gltf_is_far (w, node))
    g_string_append_c (key, 'f');
  for (unsigned i = 0; i < node->n_parts; i++)
    if ((node->skin >= 0 && node->parts[i].mesh->joints != NULL) == is_skinned)
      g_string_append_printf (key, " %p %d", (const void *)node->parts[i].mesh, node->parts[i].material);
  int known = node->copies == NULL ? GPOINTER_TO_INT (g_hash_table_lookup (w->mesh_cache, key->str)) : 0;
  if (known > 0) {
    *index = known - 1;
    return true;
  }
  for (unsigned i = 0; i < node->n_parts; i++)
    if ((node->skin >= 0 && node->parts[i].mesh->joints != NULL) == is_skinned && !add_part (w, primitives, node, &node->parts[i], is_skinned, error))
      return false;
  if (mk_json_length (primitives) == 0)
    return true;
  mk_json *mesh = mk_json_new_object ();
  if (node->name != NULL)
    mk_json_set (mesh, "name", mk_json_new_string (node->name));
  mk_json_set (mesh, "primitives", g_steal_pointer (&primitives));
  mk_json_append (w->meshes, mesh);
  *index = (int)mk_json_length (w->meshes) - 1;
  if (node->copies == NULL)
    g_hash_table_insert (w->mesh_cache, g_strdup (key->str), GINT_TO_POINTER (*index + 1));
  return true;
}

bool
mk_gltf_node_meshes (mk_gltf_writer *w, const mk_scene_node *node, int *rigid, int *skinned, GError **error)
{
  return mesh_of (w, node, false, rigid, error) && mesh_of (w, node, true, skinned, error);
}

void
mk_gltf_skins (mk_gltf_writer *w)
{
  for (guint i = 0; i < w->scene->skins->len; i++) {
    const mk_skin *skin = &g_array_index (w->scene->skins, mk_skin, i);
    mk_json *entry = mk_json_new_object (), *joints = mk_json_new_array ();
    g_autofree mk_mat4 *inverse = g_memdup2 (skin->inverse_bind, skin->n_joints * sizeof *inverse);
    for (uint32_t k = 0; k < skin->n_joints; k++) {
      inverse[k].m[3] = inverse[k].m[7] = inverse[k].m[11] = 0;
      inverse[k].m[15] = 1;
      mk_json_append (joints, mk_json_new_int (w->node_map[skin->joints[k]]));
    }
    mk_gltf_set_int (entry, "inverseBindMatrices", mk_gltf_add_floats (w, inverse[0].m, skin->n_joints, 16, "MAT4", 0, false));
    mk_json_set (entry, "joints", joints);
    mk_json_append (w->skins, entry);
  }
}
