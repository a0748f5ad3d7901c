/* render_ports.h - what the nodes that render have in common. */
#pragma once
#include "nodes/scene/command_node.h"
#include "render/render.h"

extern const char *const mk_scene_qualities[];

#define RENDER_INS                                                                                                  \
  { "width", "INT", "Pixels.", MK_INT_RANGE (16, 8192, 640, 1) }, { "height", "INT", "Pixels.", MK_INT_RANGE (16, 8192, 360, 1) },    \
  { "quality", "COMBO", "draft is quick, final is clean.", MK_TEXT ("standard"), .options = mk_scene_qualities },   \
  { "seed", "INT", "Where the chance of the light begins.", .need = MK_OPTIONAL, MK_SEED },                         \
  { "samples", "INT", "Paths per pixel; 0 suits the quality.", .need = MK_OPTIONAL, MK_INT_RANGE (0, 65536, 0, 1) }, \
  { "denoise", "BOOLEAN", "Smooths what few paths leave noisy.", .need = MK_OPTIONAL, MK_DEFAULT (1) }

/* Of the film, where one picture of it is taken: what happens has begun and is not over. */
#define MK_POSTER_SHARE 0.4

/* The scene made complete and a renderer for it with the sizes and quality of this run. */
mk_renderer *mk_run_renderer (mk_run *run, unsigned passes, mk_scene **complete, GError **error);
