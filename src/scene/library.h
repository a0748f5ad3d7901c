/* library.h - the inside of the object library, for its own files alone.
 *
 * Flow      objects.c reads recipes and keeps prototypes; recipe.c resolves inheritance and parameters;
 *           recipe_parts.c turns parts into nodes; recipe_shapes.c into meshes; recipe_body.c into skins.
 */
#pragma once
#include <pthread.h>

#include "scene/expr.h"
#include "scene/gesture.h"
#include "scene/implicit.h"
#include "scene/mesh_build.h"
#include "scene/objects.h"

/* One material of a recipe; "main" ones take the colour that a person says, "second" ones the other of two. */
typedef struct mk_slot {
  char name[64];
  mk_material material;
  bool is_main, is_second;
  const mk_json *palette;  /* that copies take colours of, the library's; NULL = all are alike */
  unsigned group, member;  /* slots of one group take the same row of it, each its own column */
} mk_slot;

typedef struct mk_proto_piece {
  mk_mesh *mesh;
  int slot;
} mk_proto_piece;

typedef struct mk_proto_node {
  char *name;
  int parent;      /* -1 for the root */
  mk_vec3 pivot;   /* in the object's space */
  GArray *pieces;  /* mk_proto_piece */
  GArray *binds;   /* of a skinned body: node indices (int) of its joints; or NULL */
  mk_vec3 light_color; /* W/sr; 0 = no light */
} mk_proto_node;

/* A recipe carried out once for one set of parameters. */
typedef struct mk_prototype {
  GArray *nodes;   /* mk_proto_node; 0 is the root */
  GArray *slots;   /* mk_slot */
  GArray *joints;  /* mk_joint, node = index of nodes */
  GArray *anchors; /* mk_anchor */
  mk_box bounds;
  mk_scene *model; /* what it was made from, when that was a file of another program; or NULL */
} mk_prototype;

mk_prototype *mk_prototype_new (void);
void          mk_prototype_free (mk_prototype *prototype);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_prototype, mk_prototype_free)

static inline mk_proto_node *
mk_prototype_node (const mk_prototype *prototype, int index)
{
  return &g_array_index (prototype->nodes, mk_proto_node, index);
}

typedef struct mk_recipe {
  mk_recipe_info info;
  mk_json *json;       /* inheritance resolved on first use of `json`; guarded by the library's mutex */
  mk_json *said;       /* as it was read, when inheritance made another: what `info` borrows lives there */
  char *folder;        /* that its file is in; a model is beside it */
  bool is_resolved, is_abstract;
  bool is_in_making;   /* guarded by the library's mutex: what is made of itself is never done */
  GPtrArray *owned;    /* lists of info */
} mk_recipe;

struct mk_library {
  char *assets;           /* the folder: fonts are beside the objects */
  mk_json *materials_json, *palettes;
  GArray *materials;      /* mk_material */
  mk_gestures *gestures;
  GPtrArray *all;         /* mk_recipe, owned, by name */
  GPtrArray *recipes;     /* those that are not abstract */
  GHashTable *by_word;    /* folded name or synonym -> mk_recipe, abstract ones by name */
  pthread_mutex_t mutex;  /* guards prototypes and the json of recipes */
  GHashTable *prototypes; /* "name{params}" -> mk_prototype */
};

/* A piece that parts are still added to: the exact shapes of one slot at one node. */
typedef struct mk_growing {
  int node, slot;
  mk_mesh_builder builder;
} mk_growing;

/* A young one's proportions, of its adult's; what they are for is in recipe_young.c. */
typedef struct mk_young {
  bool is_young;
  float size, head, eyes, muzzle, neck, legs, shins, girth, length, tail, wings;
  GArray *maps;     /* mk_young_map */
  GArray *eyeballs; /* mk_young_eyeball */
} mk_young;

/* Where what belongs to a joint comes to: from about the adult's joint to about the young one's, scaled. */
typedef struct mk_young_map {
  int node;
  mk_joint_role role;
  unsigned segment; /* of its chain: 0 for a thigh */
  mk_vec3 from, to, scale;
} mk_young_map;

typedef struct mk_young_eyeball {
  mk_vec3 at;
  float radius;
} mk_young_eyeball;

/* Everything that carrying out one recipe needs; the first thing wrong stays in `error`, and all after it is void. */
typedef struct mk_compiler {
  const mk_library *library;
  const mk_json *json;
  mk_prototype *prototype;
  mk_scope scope;
  GArray *builders;       /* mk_growing */
  GHashTable *names;      /* node names in use */
  unsigned n_parts;
  uint64_t n_taken;       /* corners of objects of the library */
  int depth;
  float scale;            /* to the stated size of an adult; 0 = not known yet */
  mk_young young;
  GError *error;
} mk_compiler;

/* recipe.c */
mk_prototype *mk_recipe_carry_out (const mk_library *library, mk_recipe *recipe, const mk_json *params, GError **error);
/* Values that may be sums; `fallback` when absent or something is already wrong. */
double  mk_compiler_number (mk_compiler *c, const mk_json *value, double fallback);
mk_vec3 mk_compiler_vec3 (mk_compiler *c, const mk_json *value, mk_vec3 fallback);
bool    mk_compiler_fail (mk_compiler *c, mk_error_code code, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* A colour of a part, "#rrggbb" or by a sum; NULL when it has none. */
const char *mk_compiler_color (mk_compiler *c, const mk_json *part);
/* The slot that a part or blob names by "material" and "color"; a slot of the recipe, or a material of the library. */
int     mk_compiler_slot (mk_compiler *c, const mk_json *part, int inherited);
/* -1 = there is none of that name yet. */
int     mk_compiler_find_slot (const mk_compiler *c, const char *name);

/* recipe_varies.c: once the slots are there. */
void        mk_compile_varies (mk_compiler *c);
/* The slot's material on a copy, the first of which is 0. */
mk_material mk_slot_material (const mk_slot *slot, unsigned copy);

/* recipe_young.c. At reading: a recipe that says how its young ones are gets the parameter "age". */
bool    mk_young_prepare (mk_json *recipe, GError **error);
/* Once the parameters are there. */
void    mk_young_read (mk_compiler *c);
/* Where an adult's joint below `parent` is in a young one; then the joint itself, for what is below and what hangs on it. */
mk_vec3 mk_young_joint (mk_compiler *c, int parent, mk_vec3 at);
void    mk_young_grow (mk_compiler *c, int node, mk_joint_role role, mk_vec3 adult);
/* From the adult's space to the young one's for what belongs to the joint at or above a node. */
mk_mat4 mk_young_frame (const mk_compiler *c, int node);
void    mk_young_blob (const mk_compiler *c, int node, mk_mat4 frame, mk_blob *blob);
mk_mat4 mk_young_eye (mk_compiler *c, const mk_json *part, int node, mk_mat4 own);
void    mk_young_anchor (const mk_compiler *c, mk_anchor *anchor);

/* recipe_parts.c: all parts of an array into `node`; `frame` from the part's space to the object's. */
void mk_compile_parts (mk_compiler *c, const mk_json *parts, int node, mk_mat4 frame, int slot, const char *prefix);
/* Closes the growing pieces. */
void mk_compile_finish (mk_compiler *c);
int  mk_compile_node (mk_compiler *c, const char *name, int parent, mk_vec3 pivot);
/* `mesh` in `place`, which leads to the node's own space, to the node's growing piece of that slot. */
void mk_compile_mesh (mk_compiler *c, const mk_mesh *mesh, int node, int slot, mk_mat4 place);
void mk_compile_joint (mk_compiler *c, const mk_json *json, int node, int side, mk_mat4 frame);
mk_joint_role mk_joint_role_find (const char *name);

/* recipe_shapes.c: one shape about its own origin, or NULL. */
mk_mesh *mk_compile_shape (mk_compiler *c, const mk_json *part);
/* recipe_body.c: an implicit body with its joints, as pieces of `node`. */
void mk_compile_body (mk_compiler *c, const mk_json *part, int node, mk_mat4 frame, int slot);

/* recipe_drape.c: `mesh`, which `shape` leads into the object's space, bent by a chain of joints below `node`. */
void     mk_compile_drape (mk_compiler *c, const mk_json *drape, const mk_mesh *mesh, int node, int slot, mk_mat4 frame, mk_mat4 shape);
mk_drape mk_drape_find (const char *name); /* NONE when there is no such kind */

/* recipe_object.c: another object of the library, in rest, as a part of `node`. `color` of its main materials, or NULL. */
void mk_compile_object (mk_compiler *c, const mk_json *part, const char *color, int node, mk_mat4 frame);

/* materials.c */
bool mk_material_read (const mk_json *json, mk_material *material, GError **error);
bool mk_materials_load (mk_library *library, const char *path, GError **error);

/* recipe_model.c: all of "model" into the prototype. */
void mk_compile_model (mk_compiler *c, const mk_recipe *recipe);

/* objects.c: behind the mutex, from the cache or new. */
const mk_prototype *mk_library_prototype (const mk_library *library, const char *object, const mk_json *params, GError **error);
/* The same for who holds the mutex already: recipes that are made of others. */
const mk_prototype *mk_library_prototype_held (const mk_library *library, const char *object, const mk_json *params, GError **error);
