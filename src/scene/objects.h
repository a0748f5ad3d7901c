/* objects.h - the object library: recipes in, nodes out.
 *
 * Purpose   Objects are data: assets/objects/NAME.json, as docs/objects.md describes. The lexicon is built from what
 *           stands here; motions find the joints, layout finds the places to stand on.
 * Threads   A library may be used by any thread; meshes are built once, on first use, behind a mutex.
 * Memory    What `get` and `find` hand out is borrowed and lives as long as the library.
 * Form      An object is a root node (its trs places it; name and recipe on it) and below it one node per named
 *           part and per joint. Every node of a recipe lies at its pivot, without rotation or scale, so that joint
 *           axes are the object's own axes: front +Z, up +Y, the object's left +X. It stands on y = 0.
 *           Node names are unique within an object: "left front wheel", "leg 1".
 * Tests     tests/scene/test_objects.c
 */
#pragma once
#include "scene/apply.h"

/* Reads ASSETS/materials.json, ASSETS/gestures.json and all of ASSETS/objects/; errors name the file. */
mk_library *mk_library_new (const char *assets_folder, GError **error);
void        mk_library_free (mk_library *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_library, mk_library_free)

/* The library of a folder, read once and kept until the program ends; for whoever asks for the same folder. */
const mk_library *mk_library_shared (const char *assets_folder, GError **error);

/* Adds the recipe of a file, or puts it in the place of the one of the same name. Only before anything else is asked of
 * the library. A recipe may have a "model" in its folder instead of parts: docs/objects.md. NULL with the reason. */
const struct mk_recipe_info *mk_library_add (mk_library *library, const char *path, GError **error);
/* All of a folder, in order of their names; what is wrong is said in the log and left out. A folder may be absent. */
void  mk_library_add_folder (mk_library *library, const char *folder);
/* Where one's own objects are: $MIKTOS_OBJECTS, or miktos/objects in the user's data folder. g_free. The shared library
 * has them already. */
char *mk_objects_own_folder (void);

/* A number or one of several words that a recipe takes: a tree by season. */
typedef struct mk_recipe_param {
  const char *name;
  double def, min, max;         /* with options: an index */
  const char *const *options;   /* NULL-terminated, or NULL for numbers */
} mk_recipe_param;

/* Where on a body it is worn; its point `at`, in metres of its own, comes to the top of the head, the middle of the neck or between
 * the eyes, and it is made as large as its opening (or the distance of its glasses) asks for. */
typedef struct mk_worn {
  const char *on;               /* "head", "neck", "eyes"; NULL = nobody wears it */
  mk_vec3 at;
  float width_m;
} mk_worn;

/* What a recipe says of itself. Lists are NULL-terminated, never NULL. */
typedef struct mk_recipe_info {
  const char *name;             /* "car"; "street lamp" has a space */
  const char *plural;           /* when irregular, else NULL */
  const char *category;         /* "vehicle" */
  const char *dimension;        /* which of height, width, length is stated */
  float size_m;                 /* and its metres */
  const char *const *synonyms;  /* unique over the library */
  const char *const *parts;     /* "wheel", "door": as written, without left or right */
  const char *const *slots;     /* names of its materials, which can be dressed by name too: "shirt" */
  const char *const *joints;    /* roles: "leg", "wheel" */
  const char *const *motions;   /* those it does well, the most typical first; "float" for what hovers */
  const char *const *gestures;  /* of assets/gestures.json, those that suit its body */
  const mk_recipe_param *params;
  unsigned n_params;
  const char *ground;           /* the surface that suits it ("water" for a boat), or NULL */
  int ground_rank;              /* of several such wishes in a scene the one of the highest rank holds, of equals the first */
  const char *sky;              /* where it is at home when nothing stands on a ground ("space" for a planet), or NULL */
  float hover_m;                /* how high its lowest point is at rest when nothing carries it; 0 = stands */
  float draught;                /* the share of its height that is under water where it swims; 0 = it does not float */
  bool carries;                 /* has a place for others on it */
  bool seats;                   /* and one to sit on */
  bool is_gripped;              /* says where a hand holds it */
  bool has_mouth;               /* says where its mouth is */
  mk_worn worn;
  bool is_joined;               /* several in a row touch: a fence, a wall */
  bool is_around;               /* a set that one stands in, where its place to stand on is: a street between houses */
  bool is_two_tone;             /* has surfaces for the second of two colours */
  bool is_set;                  /* a place or a background (mountain, river), not a thing */
} mk_recipe_info;

/* People and animals; false for NULL. */
bool mk_recipe_lives (const mk_recipe_info *info);

/* In order of names. */
unsigned              mk_library_n_recipes (const mk_library *library);
const mk_recipe_info *mk_library_get (const mk_library *library, unsigned index);
/* By name or synonym; case, hyphens and underscores do not count. NULL when absent. */
const mk_recipe_info *mk_library_find (const mk_library *library, const char *name);

/* Materials of ASSETS/materials.json by name. */
unsigned    mk_library_n_materials (const mk_library *library);
const char *mk_library_get_material (const mk_library *library, unsigned index);
bool        mk_material_find (const mk_library *library, const char *name, mk_material *material);
/* Another colour, linear. The second one of a pattern follows where it is a shade of the first: a red wood has darker red rings. */
void        mk_material_paint (mk_material *material, mk_vec3 color);
/* "#rrggbb" (sRGB) to linear light. */
bool        mk_color_parse (const char *text, mk_vec3 *linear);
/* The index of an equal material of the scene, or of a new one. */
int         mk_scene_use_material (mk_scene *scene, const mk_material *material);

/* Adds an object; its root's index, or -1. `params` may be NULL. The caller sets id, name, command and trs. */
int mk_library_build (const mk_library *library, mk_scene *scene, const char *object, const mk_json *params, GError **error);
/* The same, of several of one kind: `copy` counts from 0, which is the recipe as it is; the others vary where it says so. */
int mk_library_build_copy (const mk_library *library, mk_scene *scene, const char *object, const mk_json *params, unsigned copy, GError **error);

typedef enum {
  MK_ROLE_NONE, MK_ROLE_BODY, MK_ROLE_HEAD, MK_ROLE_NECK, MK_ROLE_LEG, MK_ROLE_ARM, MK_ROLE_WING, MK_ROLE_TAIL, MK_ROLE_FIN, MK_ROLE_JAW,
  MK_ROLE_EAR, MK_ROLE_WHEEL, MK_ROLE_PROPELLER, MK_ROLE_DOOR, MK_ROLE_LID, MK_ROLE_PENDULUM, MK_ROLE_HAND, MK_ROLE_FLAME,
  MK_ROLE_DRAPE, MK_N_ROLES
} mk_joint_role;
const char *mk_joint_role_name (mk_joint_role role);

/* What hangs and blows: drape.h. */
typedef enum {
  MK_DRAPE_NONE, MK_DRAPE_HAIR, MK_DRAPE_CAPE, MK_DRAPE_SKIRT, MK_DRAPE_FLAG, MK_DRAPE_SAIL, MK_DRAPE_CURTAIN, MK_DRAPE_STREAMER, MK_N_DRAPES
} mk_drape;

/* A node that moves, and how. Limbs are chains of nodes: hip (segment 0), knee (1), ankle (2). */
typedef struct mk_joint {
  int node;                /* scene node; it lies at the pivot */
  mk_joint_role role;
  int side;                /* 1 left (+X), -1 right, 0 in the middle */
  int limb;                /* counts the limbs of one role, front before back, left before right */
  int segment;             /* place in its chain, from the body outwards */
  mk_vec3 axis;            /* unit; turning about it swings a leg (X), wags a tail (Y), flaps a wing (Z), rolls a wheel (X) */
  mk_vec3 tip;             /* where the segment ends, from the pivot */
  float length_m;          /* of `tip`; radius of a wheel or propeller */
  float min_rad, max_rad;  /* how far it may turn; equal = freely */
  mk_drape drape;          /* as what it swings behind what it hangs on */
  mk_vec3 out;             /* of a drape: unit, away from the body, into which it never swings; 0 = freely */
} mk_joint;
/* Those of the object at `root`, parents first; scales of the object are not in lengths. g_array_unref. */
GArray *mk_object_joints (const mk_library *library, const mk_scene *scene, int root);
/* The first of them that has this role, or NULL. */
const mk_joint *mk_joint_find (const GArray *joints, mk_joint_role role);

typedef enum { MK_ANCHOR_ON, MK_ANCHOR_IN, MK_ANCHOR_SEAT, MK_ANCHOR_UNDER, MK_ANCHOR_HAND, MK_ANCHOR_MOUTH, MK_ANCHOR_SHOULDER, MK_ANCHOR_SHOULDERS } mk_anchor_kind;
/* A flat place in the object's space: its middle and its sides along x and z, and the free height over it (0 = sky). */
typedef struct mk_anchor {
  mk_anchor_kind kind;
  mk_vec3 at;
  float width_m, length_m, height_m;
  float turn_rad;  /* of a seat: where who sits there looks, from the object's front, to its left */
  float pitch_rad; /* of a hand: how far the thing leans forward in it; of a mouth: how far down what it breathes goes */
} mk_anchor;
/* mk_anchor; g_array_unref. */
GArray *mk_object_anchors (const mk_library *library, const mk_scene *scene, int root);

/* Whether a part of the node takes the colour of its object ("a red car": the paint, not the tyres). */
bool mk_object_is_main (const mk_library *library, const mk_scene *scene, int root, int node, unsigned part);
/* Whether it takes the second of two colours ("a black and white cow": the patches). */
bool mk_object_is_second (const mk_library *library, const mk_scene *scene, int root, int node, unsigned part);
/* The recipe's name for the material of a part of the node ("shirt"), or "". */
const char *mk_object_slot (const mk_library *library, const mk_scene *scene, int root, int node, unsigned part);
/* Node indices (int) below `root` whose name holds the words of `part`, plural or not: "wheels", "left front wheel". */
GArray *mk_object_find_parts (const mk_scene *scene, int root, const char *part);
/* What a target means: "car-1", "car" of several copies ("car.1", "car.2"), "car-1/wheel". Node indices (int),
 * at least one, or NULL with NOT_FOUND naming what there is. */
GArray *mk_scene_find_targets (const mk_scene *scene, const char *target, GError **error);
