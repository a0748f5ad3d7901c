/* plan_private.h - what the files that make workflows share. */
#pragma once
#include "language/plan.h"

typedef struct mk_planner {
  const mk_plan_options *options;
  const mk_json *commands;
  const mk_json *render; /* the command, or NULL */
  mk_json *workflow;
  unsigned n_nodes;
  char last[16];         /* id of the node whose SCENE comes next */
} mk_planner;

/* A new node's inputs; its number in `id`. */
mk_json *mk_plan_add_node (mk_planner *p, const char *class_type, const char *title, char id[16]);
mk_json *mk_plan_link (const char *id, int output);
/* What the render command says, or the default. */
mk_json *mk_plan_field_or (const mk_planner *p, const char *name, mk_json *taken_default);
mk_json *mk_plan_seed (const mk_planner *p);

/* --- plan_painting.c --- */
/* Pictures a second of a painted film for which none were asked: each takes minutes, and brushes flicker anyway. */
#define MK_PLAN_PAINTED_FPS 8
/* The nodes that paint the frames and save what `outputs` (of mk_plan_outputs) asks for. */
void mk_plan_add_painting (mk_planner *p, unsigned outputs, bool is_still, const char *prefix);
