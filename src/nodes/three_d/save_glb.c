/* save_glb.c - meshes as GLB: one buffer with positions and indices, the workflow in asset.extras. */
#include "base/file.h"
#include "nodes/image/output_file.h"
#include "nodes/three_d/types.h"

#include <string.h>

enum { GLB_MAGIC = 0x46546c67, CHUNK_JSON = 0x4e4f534a, CHUNK_BIN = 0x004e4942, FLOAT = 5126, UINT = 5125, ARRAY_BUFFER = 34962, ELEMENT_BUFFER = 34963, TRIANGLES = 4 };

static const mk_port inputs[] = {
  { "mesh", "MESH" },
  { "filename_prefix", "STRING", MK_TEXT ("mesh/ComfyUI") },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

static void
put (mk_json *object, const char *key, int64_t value)
{
  mk_json_set (object, key, mk_json_new_int (value));
}

/* {key: [one]} */
static void
put_list (mk_json *object, const char *key, mk_json *taken, mk_json *taken_second)
{
  mk_json *list = mk_json_new_array ();
  mk_json_append (list, taken);
  if (taken_second != NULL)
    mk_json_append (list, taken_second);
  mk_json_set (object, key, list);
}

static mk_json *
view_new (size_t offset, size_t length, int target)
{
  mk_json *view = mk_json_new_object ();
  put (view, "buffer", 0);
  put (view, "byteOffset", (int64_t)offset);
  put (view, "byteLength", (int64_t)length);
  put (view, "target", target);
  return view;
}

static mk_json *
accessor_new (int view, int type, size_t n, const char *shape)
{
  mk_json *accessor = mk_json_new_object ();
  put (accessor, "bufferView", view);
  put (accessor, "byteOffset", 0);
  put (accessor, "componentType", type);
  put (accessor, "count", (int64_t)n);
  mk_json_set (accessor, "type", mk_json_new_string (shape));
  return accessor;
}

static void
add_bounds (mk_json *accessor, const GArray *vertices)
{
  mk_json *low = mk_json_new_array (), *high = mk_json_new_array ();
  for (int c = 0; c < 3; c++) {
    float min = G_MAXFLOAT, max = -G_MAXFLOAT;
    for (guint i = 0; i < vertices->len; i++) {
      float v = (&g_array_index (vertices, float, 3 * i))[c];
      min = MIN (min, v);
      max = MAX (max, v);
    }
    mk_json_append (low, mk_json_new_real ((double)min));
    mk_json_append (high, mk_json_new_real ((double)max));
  }
  mk_json_set (accessor, "max", high);
  mk_json_set (accessor, "min", low);
}

static mk_json *
asset_new (const mk_json *texts)
{
  mk_json *asset = mk_json_new_object (), *extras = mk_json_new_object ();
  mk_json_set (asset, "version", mk_json_new_string ("2.0"));
  mk_json_set (asset, "generator", mk_json_new_string ("Miktos"));
  for (mk_json_iter i = mk_json_iterate (texts); mk_json_next (&i);) {
    g_autofree char *text = mk_json_print (i.value);
    mk_json_set (extras, i.key, mk_json_new_string (text));
  }
  if (mk_json_length (extras) > 0)
    mk_json_set (asset, "extras", extras);
  else
    mk_json_unref (extras);
  return asset;
}

static mk_json *
document_new (const mk_triangles *mesh, size_t n_vertex_bytes, size_t n_index_bytes, const mk_json *texts)
{
  mk_json *document = mk_json_new_object (), *buffer = mk_json_new_object (), *primitive = mk_json_new_object (), *attributes = mk_json_new_object ();
  mk_json *shape = mk_json_new_object (), *node = mk_json_new_object (), *scene = mk_json_new_object ();
  put (buffer, "byteLength", (int64_t)(n_vertex_bytes + n_index_bytes));
  put (attributes, "POSITION", 0);
  mk_json_set (primitive, "attributes", attributes);
  put (primitive, "indices", 1);
  put (primitive, "mode", TRIANGLES);
  put_list (shape, "primitives", primitive, NULL);
  put (node, "mesh", 0);
  put_list (scene, "nodes", mk_json_new_int (0), NULL);
  mk_json *positions = accessor_new (0, FLOAT, mesh->vertices->len, "VEC3");
  add_bounds (positions, mesh->vertices);
  mk_json_set (document, "asset", asset_new (texts));
  put_list (document, "buffers", buffer, NULL);
  put_list (document, "bufferViews", view_new (0, n_vertex_bytes, ARRAY_BUFFER), view_new (n_vertex_bytes, n_index_bytes, ELEMENT_BUFFER));
  put_list (document, "accessors", positions, accessor_new (1, UINT, mesh->indices->len, "SCALAR"));
  put_list (document, "meshes", shape, NULL);
  put_list (document, "nodes", node, NULL);
  put_list (document, "scenes", scene, NULL);
  put (document, "scene", 0);
  return document;
}

static void
append_uints (GByteArray *out, const uint32_t *values, guint n)
{
  g_byte_array_append (out, (const guint8 *)values, n * 4);
}

static GByteArray *
encode (const mk_triangles *mesh, const mk_json *texts)
{
  size_t n_vertex_bytes = (size_t)mesh->vertices->len * 12, n_index_bytes = (size_t)mesh->indices->len * 4;
  g_autoptr (mk_json) document = document_new (mesh, n_vertex_bytes, n_index_bytes, texts);
  g_autofree char *json = mk_json_print_compact (document);
  GString *padded = g_string_new (json);
  while (padded->len % 4 != 0)
    g_string_append_c (padded, ' ');
  GByteArray *out = g_byte_array_new ();
  const uint32_t head[5] = { GLB_MAGIC, 2, (uint32_t)(28 + padded->len + n_vertex_bytes + n_index_bytes), (uint32_t)padded->len, CHUNK_JSON };
  const uint32_t bin[2] = { (uint32_t)(n_vertex_bytes + n_index_bytes), CHUNK_BIN };
  append_uints (out, head, 5);
  g_byte_array_append (out, (const guint8 *)padded->str, (guint)padded->len);
  append_uints (out, bin, 2);
  g_byte_array_append (out, (const guint8 *)mesh->vertices->data, (guint)n_vertex_bytes);
  g_byte_array_append (out, (const guint8 *)mesh->indices->data, (guint)n_index_bytes);
  g_string_free (padded, TRUE);
  return out;
}

static bool
run (mk_run *r, GError **error)
{
  const GPtrArray *batch = mk_run_get_data (r, "mesh", &mk_mesh_batch_type);
  if (batch == NULL)
    return mk_error (error, MK_ERROR_TYPE, "mesh: there is none");
  g_autoptr (mk_json) texts = mk_run_get_metadata (r), shown = mk_json_new_object ();
  mk_json *list = mk_json_new_array ();
  mk_json_set (shown, "3d", list);
  g_auto (mk_output_file) file = { 0 };
  for (guint i = 0; i < batch->len; i++) {
    const mk_triangles *mesh = batch->pdata[i];
    if (mesh->indices->len == 0)
      return mk_error (error, MK_ERROR_RANGE, "mesh number %u has no surface; a lower threshold may find one", i);
    g_autoptr (GByteArray) bytes = encode (mesh, texts);
    if (!mk_output_file_next (r, mk_run_folders (r)->output, mk_run_get_string (r, "filename_prefix"), 0, 0, "glb", &file, error) || !mk_file_write (file.path, bytes->data, bytes->len, error))
      return false;
    mk_json_append_file (list, &file, "output");
  }
  mk_run_set_ui (r, g_steal_pointer (&shown));
  return true;
}

const mk_node_def mk_node_save_glb = { .id = "SaveGLB", .category = "3d", .python_module = "comfy_extras.nodes_hunyuan3d", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run };
