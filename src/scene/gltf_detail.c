/* How fine a mesh is written where a limit is given: what many nodes draw, what is far away, what is one large surface. */
#include <stdlib.h>
#include <string.h>

#include "scene/gltf_writer.h"
#include "scene/mesh_build.h"

/* Of things that are there many times, so many next to the camera's way are as fine as any, and all within FAR_M. */
#define N_NEAR 8
#define FAR_M 9
/* Of bodies that are there several times, one so tall in the frame is as fine as any. */
#define TALL 0.7f
/* From here on their heads and hair are, too: the skin below would show through coarser ones. */
#define TALL_FACE 0.3f
#define LEAST_OF_BODY 700
/* A large surface without things on it. */
#define GROUND_SHARE 0.5

/* A surface; loose leaves would vanish in a coarser mesh. */
static bool
hangs_together (const mk_gltf_writer *w, const mk_mesh *mesh)
{
  int known = GPOINTER_TO_INT (g_hash_table_lookup (w->loose, mesh));
  if (known == 0)
    g_hash_table_insert (w->loose, (void *)mesh, GINT_TO_POINTER (known = mk_mesh_is_loose (mesh) ? 1 : 2));
  return known == 2;
}

/* What lies below a coarser surface, as an eye in a face, would show through it; leaves hide nothing. */
#define LEAST_OF_SURFACE 6200
#define LEAST_OF_LEAVES 1500

/* Triangles of a mesh that `n` nodes share, when none may have more than `most`. A skin bends, and shows it when it is coarse. */
static double
triangles_of (const mk_gltf_writer *w, const mk_mesh *mesh, int n, double most)
{
  double all = mesh->n_indices / 3, repeated = w->options.max_repeated_triangles;
  if (n < 2 || (mesh->joints != NULL && !hangs_together (w, mesh)))
    return all;
  if (repeated > 0 && mesh->joints == NULL && hangs_together (w, mesh))
    all = fmin (all, repeated / n);
  return fmin (all, fmax (most, hangs_together (w, mesh) ? LEAST_OF_SURFACE : LEAST_OF_LEAVES));
}

/* How many each may have so that all together stay within the limit: small ones, as faces, stay whole. */
static double
most_of_each (const mk_gltf_writer *w)
{
  const double step = 0.9;
  double most = 1e9, sum = 0;
  do {
    GHashTableIter iter;
    gpointer mesh, n;
    sum = 0;
    g_hash_table_iter_init (&iter, w->uses);
    while (g_hash_table_iter_next (&iter, &mesh, &n)) {
      double own = GPOINTER_TO_INT (n) > 1 ? triangles_of (w, mesh, GPOINTER_TO_INT (n), most) : 0;
      sum += own * GPOINTER_TO_INT (n);
    }
    if (sum > w->options.max_shared_triangles)
      most = fmin (most, 2e5) * step;
  } while (sum > w->options.max_shared_triangles && most > LEAST_OF_LEAVES);
  return most;
}

/* --- near and far --- */

typedef struct { int node; float away_m; float tall; /* share of the frame's height where it comes nearest */ } stand;

static int
compare_stands (const void *a, const void *b)
{
  const stand *left = a, *right = b;
  return left->away_m < right->away_m ? -1 : left->away_m > right->away_m ? 1 : left->node - right->node;
}

enum { N_MOMENTS = 3 }; /* the begin, half-way, the end */

typedef struct {
  mk_pose *poses[N_MOMENTS];
  mk_vec3 eyes[N_MOMENTS];
} views;

static void
views_init (views *v, const mk_scene *scene)
{
  int camera = -1;
  for (guint i = 0; i < scene->nodes->len && camera < 0; i++)
    camera = mk_scene_get_node (scene, (int)i)->camera >= 0 ? (int)i : -1;
  for (int m = 0; m < N_MOMENTS; m++) {
    v->poses[m] = mk_pose_new (scene, (double)scene->duration_s * m / (N_MOMENTS - 1));
    v->eyes[m] = camera >= 0 ? mk_mat4_point (v->poses[m]->world[camera], (mk_vec3){ 0, 0, 0 }) : (mk_vec3){ 0, 0, 0 };
  }
}

static void
views_clear (views *v)
{
  for (int m = 0; m < N_MOMENTS; m++)
    mk_pose_free (v->poses[m]);
}

/* From the camera where it comes nearest. */
static void
measure_stands (const views *v, GArray *stands)
{
  for (guint i = 0; i < stands->len; i++) {
    stand *s = &g_array_index (stands, stand, i);
    s->away_m = INFINITY;
    for (int m = 0; m < N_MOMENTS; m++)
      s->away_m = fminf (s->away_m, mk_vec3_length (mk_vec3_sub (mk_mat4_point (v->poses[m]->world[s->node], (mk_vec3){ 0, 0, 0 }), v->eyes[m])));
  }
}

/* Of each node, the root of the object it belongs to, or -1. */
static void
find_owners (const mk_scene *scene, int *owners)
{
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    owners[i] = node->object != NULL ? i : node->parent >= 0 ? owners[node->parent] : -1;
  }
}

/* Roots of things by the object they are, of those with a skin or of the rigid ones. */
static GHashTable *
things_by_object (const mk_scene *scene, const int *owners, bool are_skinned)
{
  GHashTable *things = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
  int n = (int)scene->nodes->len;
  g_autofree bool *has_skin = g_new0 (bool, n + 1);
  for (int i = 0; i < n; i++)
    if (owners[i] >= 0 && mk_scene_get_node (scene, i)->skin >= 0)
      has_skin[owners[i]] = true;
  for (int i = 0; i < n; i++) {
    const char *object = mk_scene_get_node (scene, i)->object;
    if (object == NULL || has_skin[i] != are_skinned)
      continue;
    GArray *stands = g_hash_table_lookup (things, object);
    if (stands == NULL)
      g_hash_table_insert (things, (void *)object, stands = g_array_new (FALSE, FALSE, sizeof (stand)));
    g_array_append_val (stands, ((stand){ .node = i }));
  }
  return things;
}

/* All but those nearest are far. */
static void
find_far_things (mk_gltf_writer *w, const views *v, GArray *stands)
{
  if (w->options.max_far_triangles == 0 || stands->len <= N_NEAR)
    return;
  measure_stands (v, stands);
  qsort (stands->data, stands->len, sizeof (stand), compare_stands);
  for (guint i = N_NEAR; i < stands->len; i++)
    w->is_far[g_array_index (stands, stand, i).node] = g_array_index (stands, stand, i).away_m > FAR_M;
}

/* Triangles of all that belongs to a thing. */
static double
triangles_of_thing (const mk_gltf_writer *w, int root)
{
  double sum = 0;
  for (guint i = (guint)root; i < w->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (w->scene, (int)i);
    for (unsigned k = 0; k < node->n_parts && w->owners[i] == root && !node->is_hidden; k++)
      sum += triangles_of (w, node->parts[k].mesh, GPOINTER_TO_INT (g_hash_table_lookup (w->uses, node->parts[k].mesh)), w->most_of_each);
  }
  return sum;
}

/* Bodies that are there several times share one coarser level, which suits the largest in the frame that is not tall in it. */
static void
find_small_bodies (mk_gltf_writer *w, const views *v, GArray *stands, bool *has_face)
{
  float tallest = 0;
  if (w->options.max_framed_triangles == 0 || stands->len < 2)
    return;
  measure_stands (v, stands);
  for (guint i = 0; i < stands->len; i++) {
    stand *s = &g_array_index (stands, stand, i);
    mk_box box = mk_scene_bounds (w->scene, v->poses[0], s->node);
    s->tall = (box.max.y - box.min.y) / fmaxf (1e-3f, 2 * s->away_m * tanf (v->poses[0]->camera_yfov_rad / 2));
    tallest = s->tall < TALL ? fmaxf (tallest, s->tall) : tallest;
  }
  double all = triangles_of_thing (w, g_array_index (stands, stand, 0).node), share = w->options.max_framed_triangles * tallest * tallest / fmax (all, 1);
  for (guint i = 0; i < stands->len && share > 0 && share < 1; i++)
    if (g_array_index (stands, stand, i).tall < TALL) {
      w->is_far[g_array_index (stands, stand, i).node] = true;
      w->far_share[g_array_index (stands, stand, i).node] = (float)share;
      has_face[g_array_index (stands, stand, i).node] = g_array_index (stands, stand, i).tall > TALL_FACE;
    }
}

bool
mk_gltf_is_far (const mk_gltf_writer *w, const mk_scene_node *node)
{
  return w->is_far[node - mk_scene_get_node (w->scene, 0)];
}

/* --- as a picture of so many rows shows it --- */

#define LEAST_SEEN 100      /* triangles of what is a point in the frame */
#define LEAST_SEEN_LEAVES 150
#define COARSEST_PX 2.4    /* cells of a mesh, where there is too much of all; wider ones lose arms and eyes */
#define NEAR_SHARE 0.75f    /* of a thing's own radius: who stands in it sees most of it from farther away */

typedef struct {
  int n_uses;
  double area_m2, pixel_m; /* what a row of the picture shows of it where it comes nearest, in its own metres */
} sight;

static void
see (const views *v, float rows, int node, const mk_mesh *mesh, sight *s)
{
  mk_vec3 half = mk_vec3_scale (mk_vec3_sub (mesh->bounds.max, mesh->bounds.min), 0.5f), middle = mk_vec3_add (mesh->bounds.min, half);
  s->n_uses++;
  for (int m = 0; m < N_MOMENTS; m++) {
    const mk_mat4 *world = &v->poses[m]->world[node];
    float scale = mk_vec3_length ((mk_vec3){ world->m[0], world->m[1], world->m[2] });
    float away = mk_vec3_length (mk_vec3_sub (mk_mat4_point (*world, middle), v->eyes[m])), least = NEAR_SHARE * scale * mk_vec3_length (half);
    s->pixel_m = fmin (s->pixel_m, (double)(2 * fmaxf (away, least) * tanf (v->poses[m]->camera_yfov_rad / 2) / rows / fmaxf (scale, 1e-6f)));
  }
}

/* Of one mesh, when its cells are so many pixels wide; leaves become fewer as cells do. A whole number: their sum is the same in any order. */
static double
triangles_seen (const mk_gltf_writer *w, const mk_mesh *mesh, const sight *s, double cell_px)
{
  double all = mesh->n_indices / 3, cell_m = cell_px * s->pixel_m;
  if (!hangs_together (w, mesh))
    return floor (fmin (all, fmax (LEAST_SEEN_LEAVES, all / (cell_px * cell_px))));
  return floor (fmin (all, fmax (LEAST_SEEN, 3 * s->area_m2 / fmax (cell_m * cell_m, 1e-12))));
}

static GHashTable *
sights_of (const mk_gltf_writer *w, const views *v)
{
  GHashTable *sights = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (guint i = 0; i < w->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (w->scene, (int)i);
    for (unsigned k = 0; k < node->n_parts && !node->is_hidden && node->copies == NULL; k++) {
      const mk_mesh *mesh = node->parts[k].mesh;
      sight *s = g_hash_table_lookup (sights, mesh);
      if (s == NULL) {
        g_hash_table_insert (sights, (void *)mesh, s = g_new (sight, 1));
        *s = (sight){ 0, mk_mesh_area (mesh), INFINITY };
      }
      see (v, (float)w->options.rows, (int)i, mesh, s);
    }
  }
  return sights;
}

/* Cells of a pixel are enough for all, larger ones where all would be too many. */
static void
find_seen (mk_gltf_writer *w, const views *v)
{
  const double step = 1.15;
  g_autoptr (GHashTable) sights = sights_of (w, v);
  GHashTableIter iter;
  gpointer mesh, s;
  double sum = 0, cell_px = 1 / step;
  do {
    cell_px *= step;
    sum = 0;
    for (g_hash_table_iter_init (&iter, sights); g_hash_table_iter_next (&iter, &mesh, &s);)
      sum += ((sight *)s)->n_uses * triangles_seen (w, mesh, s, cell_px);
  } while (sum > w->options.max_triangles && cell_px < COARSEST_PX);
  for (g_hash_table_iter_init (&iter, sights); g_hash_table_iter_next (&iter, &mesh, &s);)
    g_hash_table_insert (w->seen, mesh, GUINT_TO_POINTER ((guint)triangles_seen (w, mesh, s, cell_px)));
}

/* --- the plan, and what it gives --- */

static void
find_far (mk_gltf_writer *w)
{
  views v;
  if (w->options.max_far_triangles == 0 && w->options.max_framed_triangles == 0 && w->options.rows == 0)
    return;
  g_autofree bool *has_face = g_new0 (bool, w->scene->nodes->len + 1);
  views_init (&v, w->scene);
  for (int are_skinned = 0; are_skinned < 2; are_skinned++) {
    g_autoptr (GHashTable) things = things_by_object (w->scene, w->owners, are_skinned);
    GHashTableIter iter;
    gpointer stands;
    g_hash_table_iter_init (&iter, things);
    while (g_hash_table_iter_next (&iter, NULL, &stands))
      if (are_skinned)
        find_small_bodies (w, &v, stands, has_face);
      else
        find_far_things (w, &v, stands);
  }
  if (w->options.rows > 0)
    find_seen (w, &v);
  views_clear (&v);
  for (guint i = 0; i < w->scene->nodes->len; i++) {
    int owner = w->owners[i];
    w->is_far[i] = owner >= 0 && w->is_far[owner] && (!has_face[owner] || (int)i == owner || mk_scene_get_node (w->scene, (int)i)->skin >= 0);
    w->far_share[i] = owner >= 0 ? w->far_share[owner] : 0;
  }
}

void
mk_gltf_plan_detail (mk_gltf_writer *w)
{
  for (guint i = 0; i < w->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (w->scene, (int)i);
    for (unsigned k = 0; k < node->n_parts && !node->is_hidden; k++)
      g_hash_table_insert (w->uses, node->parts[k].mesh, GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (w->uses, node->parts[k].mesh)) + 1));
  }
  w->most_of_each = w->options.max_shared_triangles > 0 ? most_of_each (w) : 1e9;
  find_owners (w->scene, w->owners);
  find_far (w);
}

static const mk_mesh *
reduced (const mk_gltf_writer *w, GHashTable *known, const mk_mesh *mesh, double most, GError **error)
{
  if (mesh->n_indices / 3 <= most)
    return mesh;
  mk_mesh *coarse = g_hash_table_lookup (known, mesh);
  if (coarse == NULL && (coarse = hangs_together (w, mesh) ? mk_mesh_coarser (mesh, (uint32_t)most, error) : mk_mesh_thinner (mesh, (uint32_t)most, error)) != NULL)
    g_hash_table_insert (known, (void *)mesh, coarse);
  return coarse;
}

const mk_mesh *
mk_gltf_shown_mesh (mk_gltf_writer *w, const mk_scene_node *node, const mk_mesh *mesh, GError **error)
{
  int n = GPOINTER_TO_INT (g_hash_table_lookup (w->uses, mesh));
  double most = triangles_of (w, mesh, n, w->most_of_each), alone = w->options.max_single_triangles;
  bool is_ours = node->is_ground || w->owners[node - mk_scene_get_node (w->scene, 0)] >= 0; /* what a person brought stays as it is */
  if (n < 2 && alone > 0 && is_ours && mesh->joints == NULL && hangs_together (w, mesh))
    most = fmin (most, node->is_ground ? alone * GROUND_SHARE : alone);
  if (is_ours && g_hash_table_contains (w->seen, mesh))
    most = fmin (most, GPOINTER_TO_UINT (g_hash_table_lookup (w->seen, mesh)));
  const mk_mesh *shown = reduced (w, w->coarse, mesh, most, error);
  if (shown == NULL || !mk_gltf_is_far (w, node))
    return shown;
  float share = w->far_share[node - mk_scene_get_node (w->scene, 0)];
  return reduced (w, w->far, shown, share > 0 ? fmax (LEAST_OF_BODY, share * (shown->n_indices / 3)) : w->options.max_far_triangles, error);
}
