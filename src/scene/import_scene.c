/* From Assimp's tree to a scene. */
#include <string.h>

#include "scene/import_private.h"

#define MAX_NODES 100000u
#define MAX_DEPTH 500

typedef struct {
  int node;
  const struct aiMesh *mesh;
} skinned_node;

/* --- nodes --- */

static bool
add_skinned (mk_importer *importer, const struct aiMesh *from, const mk_part *part, int parent)
{
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  g_autofree char *name = g_utf8_make_valid (from->mName.data, -1);
  node.name = name;
  node.parent = parent;
  node.parts = (mk_part *)part;
  node.n_parts = 1;
  skinned_node own = { mk_scene_add_node (importer->to, &node), from };
  g_array_append_val (importer->skinned, own);
  return true;
}

/* Rigid meshes become parts of the node, each skinned one a node below it. */
static bool
add_meshes (mk_importer *importer, const struct aiNode *from, int index, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (mk_part));
  for (unsigned i = 0; i < from->mNumMeshes; i++) {
    if (from->mMeshes[i] >= importer->from->mNumMeshes)
      continue;
    const struct aiMesh *own = importer->from->mMeshes[from->mMeshes[i]];
    GError *failure = NULL;
    int material = mk_import_material (importer, own->mMaterialIndex); /* before the mesh: it says which uvs are wanted */
    mk_part part = { mk_import_mesh (importer, from->mMeshes[i], &failure), material };
    if (failure != NULL) {
      g_propagate_error (error, failure);
      return false;
    }
    if (part.mesh != NULL && part.mesh->joints != NULL)
      add_skinned (importer, own, &part, index);
    else if (part.mesh != NULL)
      g_array_append_val (parts, part);
  }
  mk_scene_node *node = mk_scene_get_node (importer->to, index);
  for (guint i = 0; i < parts->len; i++)
    mk_mesh_ref (g_array_index (parts, mk_part, i).mesh);
  node->n_parts = parts->len;
  node->parts = g_memdup2 (parts->data, parts->len * sizeof (mk_part));
  return true;
}

static bool
add_node (mk_importer *importer, const struct aiNode *from, int parent, int depth, GError **error)
{
  if (depth > MAX_DEPTH || importer->to->nodes->len >= MAX_NODES)
    return mk_error (error, MK_ERROR_LIMIT, "it has more than %u nodes or is nested deeper than %d", MAX_NODES, MAX_DEPTH);
  g_autofree char *name = g_utf8_make_valid (from->mName.data, -1);
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = name;
  node.parent = parent;
  node.trs = mk_mat4_to_trs (mk_import_mat4 (from->mTransformation));
  int index = mk_scene_add_node (importer->to, &node);
  if (!g_hash_table_contains (importer->node_by_name, from->mName.data))
    g_hash_table_insert (importer->node_by_name, (void *)from->mName.data, GINT_TO_POINTER (index + 1));
  if (!add_meshes (importer, from, index, error))
    return false;
  for (unsigned i = 0; i < from->mNumChildren; i++)
    if (!add_node (importer, from->mChildren[i], index, depth + 1, error))
      return false;
  return true;
}

/* --- the whole --- */

static void
importer_clear (mk_importer *importer)
{
  for (unsigned i = 0; i < importer->from->mNumMeshes; i++)
    mk_mesh_unref (importer->meshes[i]);
  g_free (importer->meshes);
  g_free (importer->materials);
  g_free (importer->uv_channels);
  g_array_unref (importer->skinned);
  g_hash_table_unref (importer->node_by_name);
  mk_scene_unref (importer->to);
}

static bool
convert (mk_importer *importer, GError **error)
{
  mk_import_begin (importer->to, importer->place);
  if (importer->from->mRootNode == NULL)
    return mk_error (error, MK_ERROR_FORMAT, "%s holds nothing", importer->place->file);
  if (!add_node (importer, importer->from->mRootNode, 1, 0, error))
    return false;
  for (guint i = 0; i < importer->skinned->len; i++) {
    skinned_node *own = &g_array_index (importer->skinned, skinned_node, i);
    mk_scene_get_node (importer->to, own->node)->skin = mk_import_skin (importer, own->mesh, own->node);
  }
  mk_import_animation (importer);
  if (!mk_import_fit (importer->to, importer->place, error))
    return false;
  mk_import_lights (importer);
  mk_import_cameras (importer);
  return true;
}

mk_scene *
mk_import_convert (const struct aiScene *from, const mk_import_place *place, GError **error)
{
  mk_importer importer = { .place = place, .from = from, .to = mk_scene_new (), .node_by_name = g_hash_table_new (g_str_hash, g_str_equal),
                           .meshes = g_new0 (mk_mesh *, from->mNumMeshes + 1), .materials = g_new (int, from->mNumMaterials + 1),
                           .uv_channels = g_new0 (unsigned, from->mNumMaterials + 1), .skinned = g_array_new (FALSE, FALSE, sizeof (skinned_node)) };
  for (unsigned i = 0; i < from->mNumMaterials; i++)
    importer.materials[i] = -1;
  mk_scene *scene = convert (&importer, error) ? mk_scene_ref (importer.to) : NULL;
  importer_clear (&importer);
  return scene;
}
