/* Meshes of grounds, and what grows on them. */
#include "scene/ground.h"
#include "scene/layout.h"

#include <string.h>

#include "base/rng.h"
#include "scene/mesh_build.h"
#include "scene/prune.h"
#include "scene/shapes.h"

#define HORIZON_M 600.0f
#define N_RINGS 72
#define N_SPOKES 120
#define LEVEL_M 24.0f      /* from here on outwards the ground may rise */
#define TUFT_BLADES 200u    /* large tufts that hardly overlap: a ray that skims the lawn meets few of them */
#define MAX_TUFTS 900u      /* 180,000 blades: what the renderer's tree holds in a few megabytes by instancing */
#define STUDIO_M 14.0f     /* level radius of a studio for things of a few metres */
#define ROOM_ABOUT 7.0f    /* level radius about what is small, in its reaches: its paper fades where its camera sees it fade */

const char *const mk_ground_surfaces[] = { "grass", "sand", "snow", "stone", "wood", "concrete", "asphalt", "water", "tiles", "checker", "dirt", "marble", "ice", "carpet",
                                           "studio", "none", NULL };

/* How high natural grounds swell towards the horizon, and over what length. */
static const struct {
  const char *surface;
  float height_m, feature_m, roughness;
} swells[] = { { "grass", 7, 90, 0.1f }, { "sand", 9, 70, 0.55f }, { "snow", 8, 100, 0.2f }, { "dirt", 5, 80, 0.3f }, { "stone", 6, 60, 0.7f } };

static float
swell_at (const char *surface, float hills_m, float x, float z, uint64_t seed)
{
  float r = hypotf (x, z), rise = CLAMP ((r - LEVEL_M) / 60, 0, 1), y = 0;
  rise *= rise;
  for (size_t i = 0; i < MK_COUNT (swells); i++)
    if (g_str_equal (swells[i].surface, surface)) {
      mk_vec3 p = { x / swells[i].feature_m, 0.3f, z / swells[i].feature_m };
      float soft = 0.5f + mk_noise_fractal (p, 4, 0.4f, seed), ridge = 1 - 1.6f * fabsf (mk_noise_fractal (p, 3, 0.35f, seed + 9));
      y += swells[i].height_m * (soft + (ridge - soft) * swells[i].roughness);
    }
  if (hills_m > 0) {
    mk_vec3 p = { x / (6 * hills_m + 10), 0.7f, z / (6 * hills_m + 10) };
    y += hills_m * fmaxf (0, 0.45f + 1.1f * mk_noise_fractal (p, 5, 0.4f, seed + 5));
  }
  return y * rise - 0.3f * rise;
}

static mk_mesh *
horizon_mesh (const char *surface, float hills_m, uint64_t seed, GError **error)
{
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (unsigned j = 0; j <= N_RINGS; j++)
    for (unsigned i = 0; i <= N_SPOKES; i++) {
      float t = (float)j / N_RINGS, r = HORIZON_M * (expf (5.5f * t) - 1) / (expf (5.5f) - 1); /* fine in the middle */
      float angle = 2 * MK_PI * (float)(i % N_SPOKES) / N_SPOKES, x = r * sinf (angle), z = r * cosf (angle);
      mk_mesh_builder_vertex (&builder, (mk_vec3){ x, swell_at (surface, hills_m, x, z, seed), z }, (mk_vec3){ 0, 1, 0 }, (mk_vec2){ x, z });
    }
  for (uint32_t j = 0; j < N_RINGS; j++)
    for (uint32_t i = 0; i < N_SPOKES; i++) {
      uint32_t a = j * (N_SPOKES + 1) + i, b = a + N_SPOKES + 1;
      mk_mesh_builder_quad (&builder, a, b, b + 1, a + 1);
    }
  mk_mesh *mesh = mk_mesh_builder_take (&builder, error);
  if (mesh != NULL)
    mk_mesh_smooth_normals (mesh);
  return mesh;
}

/* A floor that bends up into a wall all round, seen from within. */
static mk_mesh *
studio_mesh (float level_m, GError **error)
{
  enum { BEND = 24, LEVEL = 8 };
  mk_vec2 p[BEND + LEVEL + 2];
  float bend = 0.8f * level_m;
  unsigned n = 0;
  for (int i = 0; i < LEVEL; i++)
    p[n++] = (mk_vec2){ level_m * (float)i / LEVEL, 0 };
  for (int i = 0; i <= BEND; i++) {
    float angle = 0.5f * MK_PI * (float)i / BEND;
    p[n++] = (mk_vec2){ level_m + bend * sinf (angle), bend * (1 - cosf (angle)) };
  }
  p[n++] = (mk_vec2){ level_m + bend, 2.5f * level_m };
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (unsigned j = 0; j < n; j++)
    for (unsigned i = 0; i <= N_SPOKES; i++) {
      float angle = 2 * MK_PI * (float)(i % N_SPOKES) / N_SPOKES;
      mk_vec3 at = { p[j].x * sinf (angle), p[j].y, p[j].x * cosf (angle) };
      mk_mesh_builder_vertex (&builder, at, (mk_vec3){ 0, 1, 0 }, (mk_vec2){ at.x, at.z });
    }
  for (uint32_t j = 0; j + 1 < n; j++)
    for (uint32_t i = 0; i < N_SPOKES; i++) {
      uint32_t a = j * (N_SPOKES + 1) + i, b = a + N_SPOKES + 1;
      mk_mesh_builder_quad (&builder, a, b, b + 1, a + 1);
    }
  mk_mesh *mesh = mk_mesh_builder_take (&builder, error);
  if (mesh == NULL)
    return NULL;
  mk_mesh_smooth_normals (mesh);
  /* Paper that is sprayed darker outwards, as photographers have it: what stands in the middle stands out. */
  mesh->colors = g_new (mk_vec3, mesh->n_vertices);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    mk_vec3 at = mesh->positions[i];
    float r = hypotf (at.x, at.z) / level_m, t = CLAMP ((r - 0.06f) / 0.95f, 0, 1) * 0.75f + CLAMP (at.y / level_m, 0, 1) * 0.25f;
    mesh->colors[i] = mk_vec3_lerp ((mk_vec3){ 1, 1, 1 }, (mk_vec3){ 0.30f, 0.32f, 0.36f }, t * t * (3 - 2 * t));
  }
  return mesh;
}

static mk_mesh *
slab_mesh (float size_m, GError **error)
{
  float thick = fminf (0.5f, 0.05f * size_m);
  mk_mesh *mesh = mk_shape_box ((mk_vec3){ size_m, thick, size_m }, 0.2f * thick, error);
  for (uint32_t i = 0; mesh != NULL && i < mesh->n_vertices; i++)
    mesh->positions[i].y -= thick / 2;
  if (mesh != NULL)
    mk_mesh_update_bounds (mesh);
  return mesh;
}

mk_mesh *
mk_ground_mesh (const char *surface, float size_m, float hills_m, uint64_t seed, GError **error)
{
  if (size_m > 0)
    return slab_mesh (size_m, error);
  if (g_str_equal (surface, "studio"))
    return studio_mesh (STUDIO_M, error);
  return horizon_mesh (surface, hills_m, seed, error);
}

/* One blade: a strip that narrows and bows; both sides are drawn. */
static void
add_blade (mk_mesh_builder *builder, mk_rng *rng)
{
  enum { STEPS = 3 };
  float angle = 2 * MK_PI * mk_rng_float (rng), r = 0.36f * powf (mk_rng_float (rng), 0.6f), lean = mk_rng_range (rng, 0.15f, 0.75f);
  float height = mk_rng_range (rng, 0.045f, 0.1f), width = mk_rng_range (rng, 0.0028f, 0.0045f), turn = 2 * MK_PI * mk_rng_float (rng);
  mk_vec3 root = { r * sinf (angle), -0.004f, r * cosf (angle) }, bow = { sinf (turn), 0, cosf (turn) }, side = { cosf (turn), 0, -sinf (turn) };
  uint32_t last[2] = { 0, 0 };
  for (int i = 0; i <= STEPS; i++) {
    float t = (float)i / STEPS, out = lean * height * t * t, half = width * (1 - t * t);
    mk_vec3 at = mk_vec3_add (root, mk_vec3_add (mk_vec3_scale (bow, out), (mk_vec3){ 0, height * t * (1 - 0.25f * lean * t), 0 }));
    mk_vec3 n = mk_vec3_normalize (mk_vec3_add (mk_vec3_scale (bow, -0.35f), (mk_vec3){ 0, 1, 0 })); /* near the lawn's, so that it is lit as one */
    uint32_t a = mk_mesh_builder_vertex (builder, mk_vec3_sub (at, mk_vec3_scale (side, half)), n, (mk_vec2){ 0, t });
    uint32_t b = i < STEPS ? mk_mesh_builder_vertex (builder, mk_vec3_add (at, mk_vec3_scale (side, half)), n, (mk_vec2){ 1, t }) : a;
    if (i > 0) {
      mk_mesh_builder_triangle (builder, last[0], last[1], b);
      mk_mesh_builder_triangle (builder, last[0], b, a);
    }
    last[0] = a;
    last[1] = b;
  }
}

mk_mesh *
mk_ground_tuft (unsigned n_blades, uint64_t seed, GError **error)
{
  mk_rng rng = mk_rng_new (seed, 3);
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (unsigned i = 0; i < n_blades; i++)
    add_blade (&builder, &rng);
  mk_mesh *mesh = mk_mesh_builder_take (&builder, error);
  if (mesh == NULL)
    return NULL;
  /* Little light reaches the roots, and tips are dry: without it a lawn is a flat green. */
  mesh->colors = g_new (mk_vec3, mesh->n_vertices);
  for (uint32_t i = 0; i < mesh->n_vertices; i++)
    mesh->colors[i] = mk_vec3_lerp ((mk_vec3){ 0.42f, 0.48f, 0.34f }, (mk_vec3){ 1.18f, 1.05f, 0.78f }, sqrtf (mesh->uvs[i].y));
  return mesh;
}

int
mk_ground_find (const mk_scene *scene)
{
  for (guint i = 0; i < scene->nodes->len; i++)
    if (mk_scene_get_node (scene, (int)i)->is_ground && mk_scene_get_node (scene, (int)i)->parent < 0)
      return (int)i;
  return -1;
}

bool
mk_ground_is_level (const mk_scene_node *node, float x, float z)
{
  const float ring = 3; /* longer than a triangle is there */
  return node->is_ground && !node->is_hidden && node->parent < 0 && node->n_parts == 1 && node->parts[0].mesh->bounds.max.x > HORIZON_M - 1 && hypotf (x, z) < LEVEL_M - ring;
}

/* --- dressing --- */

/* How far things reach from the middle, over the whole duration; `least_m` where they reach less. */
static float
scene_reach (const mk_scene *scene, float least_m)
{
  float reach = least_m;
  for (int k = 0; k <= 4; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)scene->duration_s * k / 4);
    mk_box box = mk_scene_bounds (scene, pose, -1);
    if (box.min.x <= box.max.x)
      reach = fmaxf (reach, hypotf (fmaxf (fabsf (box.min.x), fabsf (box.max.x)), fmaxf (fabsf (box.min.z), fabsf (box.max.z))));
  }
  return reach;
}

#define NEAR_GROUND_M 0.5f

/* Whether something comes so far over the ground that it would drive into the hills: it then goes over a plain. */
static bool
travels_far (const mk_scene *scene)
{
  g_autoptr (GArray) travellers = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint t = 0; t < scene->tracks->len; t++) {
    const mk_track *track = &g_array_index (scene->tracks, mk_track, t);
    const mk_scene_node *node = mk_scene_get_node (scene, track->node);
    if (track->path == MK_TRACK_TRANSLATION && node->parent < 0 && !node->is_ground && !node->is_hidden)
      g_array_append_val (travellers, track->node);
  }
  for (int k = 1; k <= 4 && travellers->len > 0; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)scene->duration_s * k / 4);
    for (guint i = 0; i < travellers->len; i++) {
      mk_box box = mk_scene_bounds (scene, pose, g_array_index (travellers, int, i));
      if (box.min.y < NEAR_GROUND_M && hypotf (box.min.x + box.max.x, box.min.z + box.max.z) > 2 * LEVEL_M)
        return true;
    }
  }
  return false;
}

static void
undress (mk_scene *scene, int ground)
{
  g_autofree bool *is_gone = g_new0 (bool, scene->nodes->len);
  for (int i = ground + 1; i < (int)scene->nodes->len; i++)
    is_gone[i] = mk_scene_is_within (scene, i, ground);
  mk_scene_prune (scene, is_gone);
}

/* Tufts lie on a spiral of equal areas, shaken: even without rows, denser in the middle where one looks. */
static mk_copies *
strew_tufts (float reach, uint64_t seed)
{
  mk_rng rng = mk_rng_new (seed, 11);
  float radius = CLAMP (3.6f * reach, 5.0f, 60.0f);
  unsigned n = (unsigned)CLAMP (radius * radius * MK_PI / 0.07f, 100.0f, (float)MAX_TUFTS);
  float spacing = sqrtf (radius * radius * MK_PI / (float)n), grow = CLAMP (spacing / 0.37f, 1, 2.2f);
  mk_copies *copies = g_new0 (mk_copies, 1);
  copies->n = n;
  copies->transforms = g_new (mk_mat4, n);
  copies->tints = g_new (mk_vec3, n);
  for (unsigned i = 0; i < n; i++) {
    float r = radius * powf (((float)i + 0.5f) / (float)n, 0.62f), angle = 2.39996323f * (float)i; /* the golden angle */
    mk_vec3 at = { r * sinf (angle) + mk_rng_range (&rng, -0.7f, 0.7f) * spacing, 0, r * cosf (angle) + mk_rng_range (&rng, -0.7f, 0.7f) * spacing };
    float fade = CLAMP ((radius - r) / (0.45f * radius), 0, 1); /* towards the rim they sink into the painted lawn */
    float size = grow * mk_rng_range (&rng, 0.7f, 1.25f) * (0.3f + 0.7f * fade), tall = size * (0.85f + 0.4f * mk_noise ((mk_vec3){ at.x * 0.6f, 0, at.z * 0.6f }, seed));
    mk_trs trs = { at, mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, 2 * MK_PI * mk_rng_float (&rng)), { size, tall, size } };
    float patch = 0.5f + 0.5f * mk_noise ((mk_vec3){ at.x * 0.35f, 5, at.z * 0.35f }, seed), bright = mk_rng_range (&rng, 1.0f, 1.5f);
    copies->transforms[i] = mk_mat4_from_trs (trs);
    copies->tints[i] = (mk_vec3){ bright * (0.8f + 0.45f * patch), bright, bright * (0.85f - 0.15f * patch) };
  }
  return copies;
}

#define LEVEL 0.001f /* of the height of its swells: a place brings its own hills, and those of the ground would lie over it */

/* The set that people stand in, a street or a canyon; -1 = none. */
static int
place_of (const mk_stage *stage, const mk_scene *scene)
{
  for (int i = 0; i < (int)scene->nodes->len && stage->library != NULL; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    const mk_recipe_info *info = node->parent < 0 && node->object != NULL ? mk_library_find (stage->library, node->object) : NULL;
    if (info != NULL && info->is_around)
      return i;
  }
  return -1;
}

#define FLAT_M 0.12f /* what lies on the lawn and is no higher, a carpet, presses the grass down */
#define TUFT_REACH_M 0.3f
#define LOW_SHARE 0.25f /* as high as wide: a pond with its reeds, whose water lies on the lawn; none grows through it */

static bool
lies_over (const mk_scene *scene, int root, mk_vec3 at)
{
  for (int k = 0; k < 5; k++) {
    float x = at.x + (k == 1 ? TUFT_REACH_M : k == 2 ? -TUFT_REACH_M : 0), z = at.z + (k == 3 ? TUFT_REACH_M : k == 4 ? -TUFT_REACH_M : 0), y;
    if (mk_layout_surface (scene, root, x, z, FLAT_M, &y))
      return true;
  }
  return false;
}

static void
press_down (const mk_scene *scene, int place, mk_copies *copies)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    bool is_own = node->parent < 0 || (place >= 0 && node->parent == place);
    mk_box box = is_own && !node->is_ground && !node->is_hidden ? mk_scene_bounds (scene, pose, i) : MK_BOX_EMPTY;
    bool is_flat = box.max.y < FLAT_M && box.min.x + 4 * TUFT_REACH_M < box.max.x && box.min.z + 4 * TUFT_REACH_M < box.max.z;
    float wide = fmaxf (box.max.x - box.min.x, box.max.z - box.min.z);
    bool is_low = !is_flat && box.min.y < FLAT_M && wide > 10 * TUFT_REACH_M && box.max.y < LOW_SHARE * wide;
    uint32_t n = 0;
    for (uint32_t k = 0; k < copies->n && (is_flat || is_low); k++) {
      mk_vec3 at = mk_mat4_point (copies->transforms[k], (mk_vec3){ 0, 0, 0 });
      bool is_in = at.x > box.min.x - TUFT_REACH_M && at.x < box.max.x + TUFT_REACH_M && at.z > box.min.z - TUFT_REACH_M && at.z < box.max.z + TUFT_REACH_M;
      if (is_in && (is_flat || lies_over (scene, i, at)))
        continue;
      copies->transforms[n] = copies->transforms[k];
      copies->tints[n++] = copies->tints[k];
    }
    copies->n = is_flat || is_low ? n : copies->n;
  }
}

static bool
grow_grass (mk_scene *scene, int ground, int place, GError **error)
{
  mk_material blade = *mk_scene_get_material (scene, mk_scene_get_node (scene, ground)->parts[0].material);
  blade.pattern = MK_PATTERN_NONE;
  blade.double_sided = true;
  blade.roughness = 0.7f;
  g_strlcpy (blade.name, "grass blade", sizeof blade.name);
  g_autoptr (mk_mesh) tuft = mk_ground_tuft (TUFT_BLADES, scene->seed, error);
  if (tuft == NULL)
    return false;
  mk_copies *copies = strew_tufts (scene_reach (scene, 1), scene->seed);
  press_down (scene, place, copies);
  mk_part part = { tuft, mk_scene_use_material (scene, &blade) };
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = (char *)"grass";
  node.parent = ground;
  node.trs.scale.y = 1 / mk_scene_get_node (scene, ground)->trs.scale.y;
  node.is_ground = true;
  node.parts = &part;
  node.n_parts = 1;
  node.copies = copies;
  mk_scene_add_node (scene, &node);
  g_free (copies->transforms);
  g_free (copies->tints);
  g_free (copies);
  return true;
}

#define STUDIO_MOMENTS 13 /* of the film, at which it holds all that moves */

/* A room for all of the film: who looks at a tower, or after a rocket, stands far off. */
static void
fit_studio (mk_scene *scene, int ground)
{
  float tall = 0, far = 0;
  for (int i = 0; i < STUDIO_MOMENTS; i++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)scene->duration_s * i / (STUDIO_MOMENTS - 1));
    mk_box box = mk_scene_bounds (scene, pose, -1);
    if (box.min.x > box.max.x)
      continue;
    tall = fmaxf (tall, box.max.y);
    far = fmaxf (far, fmaxf (fmaxf (box.max.x, -box.min.x), fmaxf (box.max.z, -box.min.z)));
  }
  float reach = scene_reach (scene, 0.1f), level_m = fmaxf (fminf (STUDIO_M, ROOM_ABOUT * reach), fmaxf (3.5f * reach, fmaxf (2.2f * tall, 1.25f * far)));
  float scale = level_m / STUDIO_M;
  mk_scene_get_node (scene, ground)->trs.scale = (mk_vec3){ scale, scale, scale };
}

/* Nights of neon are rainy ones: dark floors that mirror the tubes. */
static void
wet_street (mk_scene *scene, int ground)
{
  mk_material *m = mk_scene_get_material (scene, mk_scene_get_node (scene, ground)->parts[0].material);
  float most = fmaxf (m->base_color.x, fmaxf (m->base_color.y, m->base_color.z)), dark = most > 0.05f ? 0.05f / most : 1;
  m->base_color = mk_vec3_scale (m->base_color, dark);
  m->pattern_color = mk_vec3_scale (m->pattern_color, dark);
  m->pattern_strength = 0;
  m->roughness = 1;
  m->clearcoat = 1;
  m->clearcoat_roughness = 0.06f;
}

/* The material's name, "grass ground"; NULL when there is nothing to stand on. */
static const char *
name_of (const mk_scene *scene, int ground)
{
  const mk_scene_node *node = ground >= 0 ? mk_scene_get_node (scene, ground) : NULL;
  return node != NULL && node->n_parts > 0 ? mk_scene_get_material (scene, node->parts[0].material)->name : NULL;
}

bool
mk_ground_is_floor (const mk_scene *scene)
{
  static const char *const floors[] = { "studio ground", "wood ground", "tiles ground", "checker ground", "marble ground", "carpet ground", NULL };
  const char *name = name_of (scene, mk_ground_find (scene));
  return name != NULL && g_strv_contains (floors, name);
}

bool
mk_ground_dress (const mk_stage *stage, mk_scene *scene, GError **error)
{
  int ground = mk_ground_find (scene), place = place_of (stage, scene);
  const char *surface = name_of (scene, ground);
  if (surface == NULL)
    return true;
  mk_scene_get_node (scene, ground)->trs.scale.y = place >= 0 || travels_far (scene) ? LEVEL : 1;
  undress (scene, ground);
  if (g_str_equal (surface, "grass ground"))
    return grow_grass (scene, ground, place, error);
  if (g_str_equal (surface, "studio ground"))
    fit_studio (scene, ground);
  if (scene->sky.kind == MK_SKY_NEON && (g_str_equal (surface, "asphalt ground") || g_str_equal (surface, "concrete ground") || g_str_equal (surface, "stone ground")))
    wet_street (scene, ground);
  return true;
}
