/* Prototypes in scenes: building them in, and finding their parts again. */
#include <string.h>

#include "scene/library.h"

static mk_vec3
offset_of (const mk_prototype *p, int node)
{
  const mk_proto_node *own = mk_prototype_node (p, node);
  return own->parent < 0 ? (mk_vec3){ 0, 0, 0 } : mk_vec3_sub (own->pivot, mk_prototype_node (p, own->parent)->pivot);
}

static mk_mat4
shift (mk_vec3 by)
{
  return mk_mat4_from_trs ((mk_trs){ by, MK_QUAT_IDENTITY, { 1, 1, 1 } });
}

static int
add_skin (mk_scene *scene, const mk_prototype *p, const mk_proto_node *node, int root)
{
  mk_skin skin = { .n_joints = node->binds->len };
  g_autofree int *joints = g_new (int, skin.n_joints);
  g_autofree mk_mat4 *inverse = g_new (mk_mat4, skin.n_joints);
  for (uint32_t i = 0; i < skin.n_joints; i++) {
    int joint = g_array_index (node->binds, int, i);
    joints[i] = root + joint;
    inverse[i] = shift (mk_vec3_sub (node->pivot, mk_prototype_node (p, joint)->pivot));
  }
  skin.joints = joints;
  skin.inverse_bind = inverse;
  return mk_scene_add_skin (scene, &skin);
}

static int
add_bulb (mk_scene *scene, const mk_proto_node *from)
{
  float power = fmaxf (from->light_color.x, fmaxf (from->light_color.y, from->light_color.z));
  if (power <= 0)
    return -1;
  mk_light light = { .kind = MK_LIGHT_POINT, .color = mk_vec3_scale (from->light_color, 1 / power), .intensity = power, .radius_m = 0.03f };
  g_strlcpy (light.name, from->name, sizeof light.name);
  return mk_scene_add_light (scene, &light);
}

static void
add_node (mk_scene *scene, const mk_prototype *p, int index, int root, const int *materials)
{
  const mk_proto_node *from = mk_prototype_node (p, index);
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  g_autofree mk_part *parts = g_new0 (mk_part, from->pieces->len + 1);
  for (guint i = 0; i < from->pieces->len; i++) {
    const mk_proto_piece *piece = &g_array_index (from->pieces, mk_proto_piece, i);
    parts[i] = (mk_part){ piece->mesh, materials[piece->slot] };
  }
  node.name = from->name;
  node.parent = from->parent < 0 ? -1 : root + from->parent;
  node.trs.translation = offset_of (p, index);
  node.parts = parts;
  node.n_parts = from->pieces->len;
  node.light = add_bulb (scene, from);
  mk_scene_add_node (scene, &node);
}

enum { N_VARIANTS = 12 }; /* of a set: a server keeps them all */

/* A recipe with a parameter "seed" that nobody set takes the scene's. */
static const mk_prototype *
find_prototype (const mk_library *library, const mk_scene *scene, const char *object, const mk_json *params, GError **error)
{
  const mk_recipe_info *info = mk_library_find (library, object);
  bool is_seeded = false;
  for (unsigned i = 0; info != NULL && i < info->n_params; i++)
    is_seeded |= g_str_equal (info->params[i].name, "seed");
  if (!is_seeded || mk_json_has (params, "seed"))
    return mk_library_prototype (library, object, params, error);
  g_autoptr (mk_json) own = mk_json_get_kind (params) == MK_JSON_OBJECT ? mk_json_copy (params) : mk_json_new_object ();
  mk_json_set (own, "seed", mk_json_new_int ((int64_t)(scene->seed % N_VARIANTS)));
  return mk_library_prototype (library, object, own, error);
}

int
mk_library_build_copy (const mk_library *library, mk_scene *scene, const char *object, const mk_json *params, unsigned copy, GError **error)
{
  const mk_prototype *p = find_prototype (library, scene, object, params, error);
  if (p == NULL)
    return -1;
  g_autofree int *materials = g_new (int, p->slots->len + 1);
  for (guint i = 0; i < p->slots->len; i++)
    materials[i] = -1;
  for (guint n = 0; n < p->nodes->len; n++)
    for (guint k = 0; k < mk_prototype_node (p, (int)n)->pieces->len; k++) {
      int slot = g_array_index (mk_prototype_node (p, (int)n)->pieces, mk_proto_piece, k).slot;
      if (materials[slot] < 0) {
        mk_material material = mk_slot_material (&g_array_index (p->slots, mk_slot, slot), copy);
        materials[slot] = mk_scene_use_material (scene, &material);
      }
    }
  int root = (int)scene->nodes->len;
  for (guint i = 0; i < p->nodes->len; i++)
    add_node (scene, p, (int)i, root, materials);
  for (guint i = 0; i < p->nodes->len; i++)
    if (mk_prototype_node (p, (int)i)->binds != NULL)
      mk_scene_get_node (scene, root + (int)i)->skin = add_skin (scene, p, mk_prototype_node (p, (int)i), root);
  const mk_recipe_info *info = mk_library_find (library, object);
  g_free (mk_scene_get_node (scene, root)->object);
  mk_scene_get_node (scene, root)->object = g_strdup (info->name);
  return root;
}

int
mk_library_build (const mk_library *library, mk_scene *scene, const char *object, const mk_json *params, GError **error)
{
  return mk_library_build_copy (library, scene, object, params, 0, error);
}

/* --- finding again --- */

/* The prototype that the object at `root` was made from, by its recipe and the parameters of its command. */
static const mk_prototype *
prototype_of (const mk_library *library, const mk_scene *scene, int root)
{
  const mk_scene_node *node = mk_scene_get_node (scene, root);
  if (node->object == NULL)
    return NULL;
  const mk_json *command = node->command >= 0 ? mk_json_at (scene->commands, (size_t)node->command) : NULL;
  return find_prototype (library, scene, node->object, mk_json_get (command, "params"), NULL);
}

/* Scene node by prototype node: names below the root are unique; -1 when that part was taken away. */
static int
scene_node_of (const mk_scene *scene, int root, const mk_prototype *p, int index)
{
  if (index == 0)
    return root;
  const char *name = mk_prototype_node (p, index)->name;
  int guess = root + index;
  if (guess < (int)scene->nodes->len && g_strcmp0 (mk_scene_get_node (scene, guess)->name, name) == 0 && mk_scene_is_within (scene, guess, root))
    return guess;
  for (int i = root + 1; i < (int)scene->nodes->len; i++)
    if (g_strcmp0 (mk_scene_get_node (scene, i)->name, name) == 0 && mk_scene_is_within (scene, i, root))
      return i;
  return -1;
}

GArray *
mk_object_joints (const mk_library *library, const mk_scene *scene, int root)
{
  GArray *joints = g_array_new (FALSE, FALSE, sizeof (mk_joint));
  const mk_prototype *p = prototype_of (library, scene, root);
  for (guint i = 0; p != NULL && i < p->joints->len; i++) {
    mk_joint joint = g_array_index (p->joints, mk_joint, i);
    joint.node = scene_node_of (scene, root, p, joint.node);
    if (joint.node >= 0)
      g_array_append_val (joints, joint);
  }
  return joints;
}

const mk_joint *
mk_joint_find (const GArray *joints, mk_joint_role role)
{
  for (guint i = 0; i < joints->len; i++)
    if (g_array_index (joints, mk_joint, i).role == role)
      return &g_array_index (joints, mk_joint, i);
  return NULL;
}

GArray *
mk_object_anchors (const mk_library *library, const mk_scene *scene, int root)
{
  GArray *anchors = g_array_new (FALSE, FALSE, sizeof (mk_anchor));
  const mk_prototype *p = prototype_of (library, scene, root);
  if (p != NULL)
    g_array_append_vals (anchors, p->anchors->data, p->anchors->len);
  return anchors;
}

/* The slot of a part of a node; NULL when the prototype has no such node. */
static const mk_slot *
slot_of (const mk_scene *scene, int root, const mk_prototype *p, int node, unsigned part)
{
  for (guint i = 0; i < p->nodes->len; i++) {
    const mk_proto_node *own = mk_prototype_node (p, (int)i);
    if (part < own->pieces->len && scene_node_of (scene, root, p, (int)i) == node)
      return &g_array_index (p->slots, mk_slot, g_array_index (own->pieces, mk_proto_piece, part).slot);
  }
  return NULL;
}

const char *
mk_object_slot (const mk_library *library, const mk_scene *scene, int root, int node, unsigned part)
{
  const mk_prototype *p = prototype_of (library, scene, root);
  const mk_slot *slot = p != NULL ? slot_of (scene, root, p, node, part) : NULL;
  return slot != NULL ? slot->name : "";
}

bool
mk_object_is_main (const mk_library *library, const mk_scene *scene, int root, int node, unsigned part)
{
  const mk_prototype *p = prototype_of (library, scene, root);
  if (p == NULL)
    return true;
  bool has_main = false;
  for (guint i = 0; i < p->slots->len; i++)
    has_main |= g_array_index (p->slots, mk_slot, i).is_main;
  const mk_slot *slot = has_main ? slot_of (scene, root, p, node, part) : NULL;
  return slot != NULL ? slot->is_main : !has_main;
}

bool
mk_object_is_second (const mk_library *library, const mk_scene *scene, int root, int node, unsigned part)
{
  const mk_prototype *p = prototype_of (library, scene, root);
  const mk_slot *slot = p != NULL ? slot_of (scene, root, p, node, part) : NULL;
  return slot != NULL && slot->is_second;
}

/* "wheels" and "wheel" are one word here; "leaves" and "leaf" too. */
static bool
is_same_word (const char *a, const char *b)
{
  size_t la = strlen (a), lb = strlen (b);
  if (la > lb)
    return is_same_word (b, a);
  if (g_ascii_strcasecmp (a, b) == 0)
    return true;
  if (g_ascii_strncasecmp (a, b, la) == 0 && (g_str_equal (b + la, "s") || g_str_equal (b + la, "es")))
    return true;
  if (la >= 2 && lb == la + 2 && g_ascii_strncasecmp (a, b, la - 1) == 0 && a[la - 1] == 'f' && g_str_equal (b + la - 1, "ves"))
    return true;
  return la >= 2 && lb == la + 2 && g_ascii_strncasecmp (a, b, la - 1) == 0 && a[la - 1] == 'y' && g_str_equal (b + la - 1, "ies");
}

static bool
holds_words (const char *name, char *const *words)
{
  g_auto (GStrv) own = g_strsplit (name, " ", -1);
  for (size_t i = 0; words[i] != NULL; i++) {
    bool is_there = *words[i] == 0;
    for (size_t k = 0; own[k] != NULL && !is_there; k++)
      is_there = is_same_word (own[k], words[i]);
    if (!is_there)
      return false;
  }
  return true;
}

GArray *
mk_object_find_parts (const mk_scene *scene, int root, const char *part)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));
  g_auto (GStrv) words = g_strsplit (part, " ", -1);
  for (int i = root + 1; i < (int)scene->nodes->len; i++) {
    const char *name = mk_scene_get_node (scene, i)->name;
    if (name != NULL && mk_scene_is_within (scene, i, root) && holds_words (name, words))
      g_array_append_val (found, i);
  }
  return found;
}

static bool
names_target (const char *id, const char *target, size_t length)
{
  return id != NULL && strncmp (id, target, length) == 0 && (id[length] == 0 || (id[length] == '.' && g_ascii_isdigit (id[length + 1])));
}

GArray *
mk_scene_find_targets (const mk_scene *scene, const char *target, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (int));
  const char *slash = strchr (target, '/');
  size_t length = slash != NULL ? (size_t)(slash - target) : strlen (target);
  GString *known = g_string_new (NULL);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const char *id = mk_scene_get_node (scene, i)->id;
    if (id != NULL && known->len < 200)
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", id);
    if (!names_target (id, target, length))
      continue;
    if (slash == NULL) {
      g_array_append_val (found, i);
      continue;
    }
    g_autoptr (GArray) parts = mk_object_find_parts (scene, i, slash + 1);
    g_array_append_vals (found, parts->data, parts->len);
  }
  g_autofree char *names = g_string_free (known, FALSE);
  if (found->len > 0)
    return g_steal_pointer (&found);
  mk_error (error, MK_ERROR_NOT_FOUND, "there is no “%s”; there is: %s", target, *names != 0 ? names : "nothing yet");
  return NULL;
}
