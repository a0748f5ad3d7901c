#include "scene/scene.h"

#include <string.h>

#define DEFAULT_FPS 24

/* Floats per value, by mk_track_path. */
static const unsigned path_widths[] = { 3, 4, 3, 1, 1 };

/* --- elements: each owns what it points to --- */

static mk_image *
image_ref_or_null (mk_image *image)
{
  return image != NULL ? mk_image_ref (image) : NULL;
}

static mk_material
material_copy (const mk_material *from)
{
  mk_material material = *from;
  material.base_color_texture = image_ref_or_null (from->base_color_texture);
  material.metallic_roughness_texture = image_ref_or_null (from->metallic_roughness_texture);
  material.normal_texture = image_ref_or_null (from->normal_texture);
  material.emission_texture = image_ref_or_null (from->emission_texture);
  return material;
}

static void
material_clear (void *element)
{
  mk_material *material = element;
  mk_image_unref (material->base_color_texture);
  mk_image_unref (material->metallic_roughness_texture);
  mk_image_unref (material->normal_texture);
  mk_image_unref (material->emission_texture);
}

static mk_copies *
copies_copy (const mk_copies *from)
{
  if (from == NULL)
    return NULL;
  mk_copies *copies = g_new (mk_copies, 1);
  copies->n = from->n;
  copies->transforms = g_memdup2 (from->transforms, from->n * sizeof *from->transforms);
  copies->tints = g_memdup2 (from->tints, from->n * sizeof *from->tints);
  return copies;
}

static mk_scene_node
node_copy (const mk_scene_node *from)
{
  mk_scene_node node = *from;
  node.name = g_strdup (from->name);
  node.id = g_strdup (from->id);
  node.object = g_strdup (from->object);
  node.parts = g_memdup2 (from->parts, from->n_parts * sizeof *from->parts);
  for (unsigned i = 0; i < node.n_parts; i++)
    mk_mesh_ref (node.parts[i].mesh);
  node.copies = copies_copy (from->copies);
  return node;
}

static void
node_clear (void *element)
{
  mk_scene_node *node = element;
  g_free (node->name);
  g_free (node->id);
  g_free (node->object);
  for (unsigned i = 0; i < node->n_parts; i++)
    mk_mesh_unref (node->parts[i].mesh);
  g_free (node->parts);
  if (node->copies != NULL) {
    g_free (node->copies->transforms);
    g_free (node->copies->tints);
    g_free (node->copies);
  }
}

static mk_skin
skin_copy (const mk_skin *from)
{
  return (mk_skin){ .n_joints = from->n_joints,
                    .joints = g_memdup2 (from->joints, from->n_joints * sizeof *from->joints),
                    .inverse_bind = g_memdup2 (from->inverse_bind, from->n_joints * sizeof *from->inverse_bind) };
}

static void
skin_clear (void *element)
{
  mk_skin *skin = element;
  g_free (skin->joints);
  g_free (skin->inverse_bind);
}

static size_t
track_n_floats (const mk_track *track)
{
  return (size_t)track->n_keys * path_widths[track->path] * (track->interpolation == MK_TRACK_CUBIC ? 3 : 1);
}

static mk_track
track_copy (const mk_track *from)
{
  mk_track track = *from;
  track.times_s = g_memdup2 (from->times_s, from->n_keys * sizeof (float));
  track.values = g_memdup2 (from->values, track_n_floats (from) * sizeof (float));
  return track;
}

static void
track_clear (void *element)
{
  mk_track *track = element;
  g_free (track->times_s);
  g_free (track->values);
}

/* --- scenes --- */

static GArray *
array_new (size_t element_size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, FALSE, (guint)element_size);
  if (clear != NULL)
    g_array_set_clear_func (array, clear);
  return array;
}

static mk_scene *
scene_new_empty (void)
{
  mk_scene *scene = g_new0 (mk_scene, 1);
  scene->n_refs = 1;
  scene->nodes = array_new (sizeof (mk_scene_node), node_clear);
  scene->materials = array_new (sizeof (mk_material), material_clear);
  scene->lights = array_new (sizeof (mk_light), NULL);
  scene->cameras = array_new (sizeof (mk_camera), NULL);
  scene->skins = array_new (sizeof (mk_skin), skin_clear);
  scene->tracks = array_new (sizeof (mk_track), track_clear);
  scene->active_camera = -1;
  return scene;
}

mk_scene *
mk_scene_new (void)
{
  mk_scene *scene = scene_new_empty ();
  scene->duration_s = MK_USUAL_FILM_S;
  scene->fps = DEFAULT_FPS;
  scene->sky = (mk_sky){ .kind = MK_SKY_DAY, .sun_elevation_rad = 0.75f, .sun_azimuth_rad = 0.7f, .sun_intensity = 1,
                         .sky_intensity = 1, .color = { 1, 1, 1 }, .turbidity = 3 };
  return scene;
}

mk_scene *
mk_scene_ref (mk_scene *scene)
{
  __atomic_fetch_add (&scene->n_refs, 1, __ATOMIC_RELAXED);
  return scene;
}

void
mk_scene_unref (mk_scene *scene)
{
  if (scene == NULL || __atomic_fetch_sub (&scene->n_refs, 1, __ATOMIC_ACQ_REL) > 1)
    return;
  g_array_unref (scene->nodes);
  g_array_unref (scene->materials);
  g_array_unref (scene->lights);
  g_array_unref (scene->cameras);
  g_array_unref (scene->skins);
  g_array_unref (scene->tracks);
  mk_json_unref (scene->commands);
  g_free (scene);
}

mk_scene *
mk_scene_edit (const mk_scene *from)
{
  mk_scene *scene = scene_new_empty ();
  scene->duration_s = from->duration_s;
  scene->is_duration_fixed = from->is_duration_fixed;
  scene->fps = from->fps;
  scene->seed = from->seed;
  scene->sky = from->sky;
  scene->print = from->print;
  scene->active_camera = from->active_camera;
  scene->commands = mk_json_copy (from->commands);
  for (guint i = 0; i < from->nodes->len; i++)
    mk_scene_add_node (scene, mk_scene_get_node (from, (int)i));
  for (guint i = 0; i < from->materials->len; i++)
    mk_scene_add_material (scene, mk_scene_get_material (from, (int)i));
  for (guint i = 0; i < from->skins->len; i++)
    mk_scene_add_skin (scene, &g_array_index (from->skins, mk_skin, i));
  for (guint i = 0; i < from->tracks->len; i++)
    mk_scene_add_track (scene, &g_array_index (from->tracks, mk_track, i));
  g_array_append_vals (scene->lights, from->lights->data, from->lights->len);
  g_array_append_vals (scene->cameras, from->cameras->data, from->cameras->len);
  return scene;
}

int
mk_scene_add_node (mk_scene *scene, const mk_scene_node *node)
{
  g_assert (node->parent < (int)scene->nodes->len);
  mk_scene_node copy = node_copy (node);
  g_array_append_val (scene->nodes, copy);
  return (int)scene->nodes->len - 1;
}

int
mk_scene_add_material (mk_scene *scene, const mk_material *material)
{
  mk_material copy = material_copy (material);
  g_array_append_val (scene->materials, copy);
  return (int)scene->materials->len - 1;
}

int
mk_scene_add_light (mk_scene *scene, const mk_light *light)
{
  g_array_append_val (scene->lights, *light);
  return (int)scene->lights->len - 1;
}

int
mk_scene_add_camera (mk_scene *scene, const mk_camera *camera)
{
  g_array_append_val (scene->cameras, *camera);
  return (int)scene->cameras->len - 1;
}

int
mk_scene_add_skin (mk_scene *scene, const mk_skin *skin)
{
  mk_skin copy = skin_copy (skin);
  g_array_append_val (scene->skins, copy);
  return (int)scene->skins->len - 1;
}

int
mk_scene_add_track (mk_scene *scene, const mk_track *track)
{
  mk_track copy = track_copy (track);
  g_array_append_val (scene->tracks, copy);
  return (int)scene->tracks->len - 1;
}

int
mk_scene_find (const mk_scene *scene, const char *id)
{
  for (guint i = 0; i < scene->nodes->len; i++)
    if (g_strcmp0 (mk_scene_get_node (scene, (int)i)->id, id) == 0)
      return (int)i;
  return -1;
}

int
mk_scene_thing_of (const mk_scene *scene, int node)
{
  while (mk_scene_get_node (scene, node)->parent >= 0 && mk_scene_get_node (scene, node)->id == NULL)
    node = mk_scene_get_node (scene, node)->parent;
  return node;
}

bool
mk_scene_is_within (const mk_scene *scene, int node, int root)
{
  while (node > root)
    node = mk_scene_get_node (scene, node)->parent;
  return node == root;
}

bool
mk_scene_is_thing (const mk_scene *scene, int node)
{
  const mk_scene_node *n = mk_scene_get_node (scene, node);
  return n->parent < 0 && n->id != NULL && !n->is_ground && n->light < 0 && n->camera < 0;
}
