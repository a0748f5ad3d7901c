/* particles_make.h - for the particles*.c files alone: the maker of one command, keys on their way into tracks, and where things come from. */
#pragma once
#include "base/rng.h"
#include "scene/motion.h"
#include "scene/particles.h"

/* In the order of mk_particle_kinds. */
enum { MK_RAIN, MK_SNOW, MK_LEAVES, MK_PETALS, MK_CONFETTI, MK_FIREWORKS, MK_SPARKS, MK_SMOKE, MK_STEAM, MK_FIRE };

#define MK_PARTICLE_NAME "particles " /* of their nodes: how they are found again */
#define MK_JUMP_S 5e-4                /* from the end of a fall to its next start */

typedef struct {
  const mk_stage *stage;
  mk_scene *scene;
  const mk_json *command;
  int kind;
  float amount;
  mk_vec3 color;
  bool has_color;
  double start_s, end_s;
  mk_rng rng;
  mk_vec3 eye, right, up, forward; /* of the camera when they start */
  float distance_m;                /* to what it shows */
  float tan_x, tan_y;
  mk_vec3 middle;                  /* of what it shows, on the ground */
} mk_maker;

float   mk_maker_between (mk_maker *m, float low, float high);
mk_quat mk_maker_any_turn (mk_maker *m);
/* A node of the kind's name; its index. */
int     mk_maker_add_node (mk_maker *m, const char *what, mk_mesh *mesh, const mk_material *material, mk_copies *copies, mk_trs trs, float opacity);
/* The command's colour goes before `color`. */
mk_material mk_maker_material (const mk_maker *m, const char *name, mk_vec3 color, float glow);
/* A dark picture is exposed long: what glows there keeps its colour only when it is dim. */
float   mk_maker_glow (const mk_maker *m);

/* Keys on their way into a track. */
typedef struct {
  GArray *times, *values; /* float */
  unsigned n_floats;
} mk_keys;

mk_keys mk_keys_new (unsigned n_floats);
/* Times that do not ascend are put right behind the one before. */
void    mk_keys_add (mk_keys *k, double time_s, const float *values);
void    mk_keys_add_vec3 (mk_keys *k, double time_s, mk_vec3 v);
/* Writes the track, when there are any, and frees them. */
void    mk_keys_end (mk_keys *k, mk_maker *m, int node, mk_track_path path);

/* What the command names, when it begins. */
typedef struct {
  int node;   /* -1 = nothing */
  mk_box box;
} mk_source;

mk_source mk_source_find (const mk_maker *m);
/* `share` of the way up the middle of its box; in the middle of the scene when nothing is named. */
mk_vec3   mk_source_place (const mk_maker *m, const mk_source *s, float share);

/* Smoke and steam: particles_plume.c. */
bool mk_make_plume (mk_maker *m, GError **error);
/* Flames that rise from what burns, or shoot out of where its recipe says; and what a gesture of the command breathes: particles_fire.c. */
bool mk_make_fire (mk_maker *m, GError **error);
bool mk_make_breath (mk_maker *m, GError **error);
