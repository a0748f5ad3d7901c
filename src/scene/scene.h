/* scene.h - a scene is a value.
 *
 * Purpose   glTF's vocabulary in memory: nodes, meshes, materials, lights, cameras, skins,
 *           tracks; plus what glTF has no place for (patterns, sky, scattered copies).
 * Units     Metres, seconds, radians, linear-light RGB, Y up, right-handed, as glTF.
 *           Objects stand on y = 0 and face +Z; the default camera looks from +Z towards -Z.
 * Threads   Immutable once published; any thread may read.
 * Memory    mk_scene, mk_mesh, mk_texture are reference counted (atomic). The arrays of a scene
 *           belong to it. To change a scene: mk_scene_edit (a shallow copy with a unique owner),
 *           change, publish by returning it.
 * Not here  How scenes are made from objects: objects.h, layout.h. Motions: motion.h. Files: gltf.h.
 * Tests     tests/scene/test_scene.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "media/image.h"
#include "scene/vec.h"

#define MK_USUAL_FILM_S 4 /* how long a film is of which nobody says it; longer where what happens takes longer */

typedef struct mk_mesh {
  int n_refs;
  uint32_t n_vertices, n_indices;  /* triangles: n_indices is a multiple of 3, counter-clockwise outside */
  mk_vec3 *positions, *normals;    /* normals: unit; never NULL */
  mk_vec2 *uvs;                    /* v downwards as glTF; in metres on pattern surfaces; may be NULL */
  uint32_t *indices;
  uint16_t (*joints)[4];           /* with weights, or NULL */
  float (*weights)[4];             /* sum 1 */
  mk_vec3 *colors;                 /* linear RGB multiplied into base colour, or NULL */
  mk_box bounds;
  mk_box *chunks;                  /* mesh_surface.c's own, made at first use */
  struct mk_skin_runs *runs;       /* skin_bounds.c's own, made at first use */
} mk_mesh;

/* Room for so many vertices and indices, zeroed, uvs included; MEMORY or LIMIT when refused. */
mk_mesh *mk_mesh_new (uint32_t n_vertices, uint32_t n_indices, GError **error);
mk_mesh *mk_mesh_ref (mk_mesh *mesh);
void     mk_mesh_unref (mk_mesh *mesh);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_mesh, mk_mesh_unref)
/* Recomputes bounds after positions were written. */
void     mk_mesh_update_bounds (mk_mesh *mesh);

/* A surface whose colour is computed; colour 1 is the material's base colour. `scale_m` is the size of
 * one repeat. Evaluated from uv in metres: the renderer calls it per hit, export bakes one repeat. */
typedef enum {
  MK_PATTERN_NONE, MK_PATTERN_CHECKER, MK_PATTERN_STRIPES, MK_PATTERN_DOTS, MK_PATTERN_BRICK, MK_PATTERN_WOOD,
  MK_PATTERN_MARBLE, MK_PATTERN_NOISE, MK_PATTERN_GRASS, MK_PATTERN_TILES, MK_PATTERN_RIPPLES, MK_PATTERN_PLANKS,
  MK_PATTERN_SPECKLES, MK_PATTERN_PORES, MK_PATTERN_HAIR, MK_PATTERN_HIDE, MK_PATTERN_CREASES, MK_PATTERN_CRACKS,
  MK_PATTERN_KNIT, MK_PATTERN_FLUTES, MK_PATTERN_RUST
} mk_pattern_kind;

enum { MK_N_PATTERNS = MK_PATTERN_RUST + 1 }; /* the last one's */

typedef struct mk_material {
  char name[64];
  mk_vec3 base_color;      /* linear */
  float opacity;           /* 1 = opaque; below 1 blends */
  float metallic, roughness;
  mk_vec3 emission;        /* linear radiance factor; may exceed 1 */
  float transmission, ior; /* glass: transmission 1, ior 1.5 */
  float clearcoat, clearcoat_roughness;
  float sheen;             /* cloth, 0..1 */
  bool double_sided, unlit;
  mk_pattern_kind pattern;
  mk_vec3 pattern_color;   /* the second colour */
  float pattern_scale_m, pattern_strength; /* strength 0..1 also bumps the normal where the kind does */
  mk_image *base_color_texture;         /* sRGB RGB or RGBA; sampled at uv, wraps; or NULL */
  mk_image *metallic_roughness_texture; /* G roughness, B metallic, linear; or NULL */
  mk_image *normal_texture;             /* tangent space, linear; or NULL */
  mk_image *emission_texture;           /* sRGB; or NULL */
} mk_material;

typedef enum { MK_LIGHT_SUN, MK_LIGHT_POINT, MK_LIGHT_SPOT, MK_LIGHT_AREA } mk_light_kind;

/* Shines along the node's -Z (sun, spot, area), as KHR_lights_punctual. */
typedef struct mk_light {
  char name[64];
  mk_light_kind kind;
  mk_vec3 color;           /* linear */
  float intensity;         /* sun: irradiance facing it, 1 gives white paint radiance 1/pi; point, spot: W/sr; area: radiance */
  float radius_m;          /* size of point and spot bulbs; sun: angular radius in radians */
  float inner_cone_rad, outer_cone_rad;
  float width_m, height_m; /* area */
} mk_light;

typedef struct mk_camera {
  char name[64];
  float yfov_rad;          /* vertical field of view */
  float near_m, far_m;
  float aperture_radius_m; /* 0 = pinhole */
  float focus_distance_m;
} mk_camera;

typedef enum { MK_SKY_DAY, MK_SKY_SUNSET, MK_SKY_NIGHT, MK_SKY_STUDIO, MK_SKY_NEON, MK_SKY_FOG, MK_SKY_OVERCAST, MK_SKY_SPACE, MK_SKY_COLOR, MK_SKY_UNDERWATER } mk_sky_kind;

typedef struct mk_sky {
  mk_sky_kind kind;
  float sun_elevation_rad, sun_azimuth_rad; /* azimuth 0 = from +Z, growing towards +X */
  float sun_intensity, sky_intensity;       /* 1 = the kind's own */
  mk_vec3 color;                            /* MK_SKY_COLOR, and the tint of studio and neon */
  float turbidity;                          /* Preetham/Hosek: 2 clear .. 10 hazy */
  float fog_density;                        /* per metre; 0 = none */
  mk_vec3 fog_color;
  float wind;                               /* 0 = nobody speaks of it; 1 = a fresh wind, 2 = a storm */
  float aurora;                             /* northern lights in the sky of a night; 1 = bright ones */
  float exposure_ev;                        /* added to the camera's automatic exposure */
} mk_sky;

/* How a picture is printed when it is traced; all zero = as a camera sees it. */
typedef struct mk_print {
  float lines;             /* of edges and borders of colour: inked 0..1, or how bright they glow */
  bool do_lines_glow;      /* in the hue of their surface; else they are inked */
  mk_vec3 line_color;      /* of ink, display-encoded */
  float gray, contrast, vignette; /* 0..1 */
} mk_print;

typedef struct mk_skin {
  uint32_t n_joints;
  int *joints;                 /* scene node indices */
  mk_mat4 *inverse_bind;
} mk_skin;

/* Copies of one mesh that stay with their node: grass, leaves, crowds. */
typedef struct mk_copies {
  uint32_t n;
  mk_mat4 *transforms;         /* in the node's space */
  mk_vec3 *tints;              /* multiplied into base colour, or NULL */
} mk_copies;

/* One piece of an object's surface. */
typedef struct mk_part {
  mk_mesh *mesh;
  int material;                /* index into the scene's materials */
} mk_part;

typedef struct mk_scene_node {
  char *name;                  /* what a person said: "ball", "ball 2", "left front wheel" */
  char *id;                    /* id in the commands on an object's root ("ball-1"), else NULL */
  char *object;                /* recipe on an object's root, else NULL */
  int command;                 /* index of the command that made the object; -1 */
  int parent;                  /* always a smaller index; -1 = root */
  mk_trs trs;
  float opacity;               /* 1; multiplied into its subtree, animated by fades */
  mk_part *parts;
  unsigned n_parts;
  mk_copies *copies;           /* or NULL */
  int light, camera, skin;     /* indices; -1 = none */
  bool is_ground, is_hidden;   /* ground carries others; hidden is neither rendered nor exported */
  bool is_posed;               /* on a root: at rest it is as its joints' tracks begin, sitting on a chair */
} mk_scene_node;

typedef enum { MK_TRACK_TRANSLATION, MK_TRACK_ROTATION, MK_TRACK_SCALE, MK_TRACK_OPACITY, MK_TRACK_YFOV } mk_track_path;
typedef enum { MK_TRACK_STEP, MK_TRACK_LINEAR, MK_TRACK_CUBIC } mk_track_interpolation;

/* As a glTF sampler and channel in one. CUBIC holds in-tangent, value, out-tangent per key. */
typedef struct mk_track {
  int node;
  mk_track_path path;
  mk_track_interpolation interpolation;
  uint32_t n_keys;
  float *times_s;              /* ascending, from 0 */
  float *values;               /* 3, 4 (quaternion), 3, 1, 1 floats per value */
} mk_track;

typedef struct mk_scene {
  int n_refs;
  float duration_s;            /* of the film; 0 = still */
  bool is_duration_fixed;      /* said by a person: motions do not lengthen it */
  float fps;
  uint64_t seed;
  GArray *nodes;               /* mk_scene_node; parents before children */
  GArray *materials;           /* mk_material */
  GArray *lights;              /* mk_light */
  GArray *cameras;             /* mk_camera */
  GArray *skins;               /* mk_skin */
  GArray *tracks;              /* mk_track */
  mk_sky sky;
  mk_print print;
  int active_camera;           /* node index; -1 = none yet */
  mk_json *commands;           /* array: what made this scene; or NULL */
} mk_scene;

/* An empty scene: day sky, no ground, no camera, 4 s at 24 fps. */
mk_scene *mk_scene_new (void);
mk_scene *mk_scene_ref (mk_scene *scene);
void      mk_scene_unref (mk_scene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_scene, mk_scene_unref)
/* A copy that may be changed by its only owner: deep but for meshes and textures, which are shared. */
mk_scene *mk_scene_edit (const mk_scene *scene);

/* Append; everything handed in is copied, meshes are referenced. Return the new index. */
int mk_scene_add_node (mk_scene *scene, const mk_scene_node *node);
int mk_scene_add_material (mk_scene *scene, const mk_material *material);
int mk_scene_add_light (mk_scene *scene, const mk_light *light);
int mk_scene_add_camera (mk_scene *scene, const mk_camera *camera);
int mk_scene_add_skin (mk_scene *scene, const mk_skin *skin);
int mk_scene_add_track (mk_scene *scene, const mk_track *track);
#define MK_SCENE_NODE_DEFAULT { .command = -1, .parent = -1, .trs = MK_TRS_IDENTITY, .opacity = 1, .light = -1, .camera = -1, .skin = -1 }
#define MK_MATERIAL_DEFAULT { .base_color = { 0.8f, 0.8f, 0.8f }, .opacity = 1, .roughness = 0.5f, .ior = 1.5f, .pattern_scale_m = 1, .pattern_strength = 1 }

static inline mk_scene_node *
mk_scene_get_node (const mk_scene *scene, int index)
{
  return &g_array_index (scene->nodes, mk_scene_node, index);
}
static inline mk_material *
mk_scene_get_material (const mk_scene *scene, int index)
{
  return &g_array_index (scene->materials, mk_material, index);
}
/* The object's root by its id in the commands, or -1. */
int mk_scene_find (const mk_scene *scene, const char *id);
/* Whether `node` is `root` or below it. */
bool mk_scene_is_within (const mk_scene *scene, int node, int root);
/* The thing that a node is a part of: the nearest above it, itself included, that a command has named, else the topmost. */
int  mk_scene_thing_of (const mk_scene *scene, int node);
/* A whole one of its own, with an id: no ground, light or camera. */
bool mk_scene_is_thing (const mk_scene *scene, int node);

/* Where everything is at one moment. */
typedef struct mk_pose {
  unsigned n_nodes;
  mk_mat4 *world;              /* per node */
  float *opacity;              /* per node, ancestors multiplied in */
  float camera_yfov_rad;       /* of the active camera */
} mk_pose;
/* One track at one moment, before its first and after its last key held; `out` gets 1, 3 or 4 floats. */
void     mk_track_sample (const mk_track *track, double time_s, float out[4]);
mk_pose *mk_pose_new (const mk_scene *scene, double time_s);
void     mk_pose_free (mk_pose *pose);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_pose, mk_pose_free)
/* World bounds of a subtree at the pose, skins included; `root` -1 = everything but ground and sky. Empty box when nothing. */
mk_box mk_scene_bounds (const mk_scene *scene, const mk_pose *pose, int root);
/* World matrix times inverse bind, per joint; g_free. And a vertex under them, in world space. */
mk_mat4 *mk_skin_matrices (const mk_scene *scene, const mk_pose *pose, int skin);
mk_vec3  mk_mesh_skinned_point (const mk_mesh *mesh, uint32_t vertex, const mk_mat4 *matrices);
/* The box around all of them. */
mk_box   mk_mesh_skinned_bounds (const mk_mesh *mesh, const mk_mat4 *matrices);
