/* plan.h - scene commands become a workflow.
 *
 * Purpose   One command = one node, in a chain of SCENE values; then the nodes that render and save. The result is
 *           what any engine with our nodes runs, and what people see as a graph.
 * Order     Pure: equal commands and options give equal bytes. Nodes are numbered from "1" along the chain.
 * Fields    A node's inputs are the command's fields. Lists and objects travel as JSON text, `targets` as names
 *           with commas between them.
 * Tests     tests/language/test_plan.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"

typedef enum { MK_PLAN_FILM = 1, MK_PLAN_SCENE = 2, MK_PLAN_POSTER = 4, MK_PLAN_ALL = 7 } mk_plan_outputs;

/* What paints frames anew, by the names that loaders know. */
typedef struct mk_plan_painter {
  const char *checkpoint, *control_net;
  int hint; /* which of SceneControlMaps' outputs the ControlNet was taught to read */
} mk_plan_painter;

/* Zero or NULL leaves what the `render` command says, or its default. */
typedef struct mk_plan_options {
  int width, height;
  double fps, seconds;
  const char *quality;
  bool has_seed;
  uint64_t seed;
  bool is_still;        /* no film */
  unsigned outputs;     /* of mk_plan_outputs; 0 = all */
  const char *prefix;   /* of file names; NULL = "miktos" */
  const mk_plan_painter *painter; /* for a film that the render command wants painted; NULL = none, it is rendered */
} mk_plan_options;

/* How the film is to be painted ("watercolour painting on rough paper"), or NULL; borrowed. */
const char *mk_commands_painting (const mk_json *commands);

/* The looks that need no models, "clay, toy, … and noir"; g_free. */
char *mk_plan_looks_new (void);

/* The workflow in API format of a valid list of commands. */
mk_json *mk_commands_plan (const mk_json *commands, const mk_plan_options *options);
