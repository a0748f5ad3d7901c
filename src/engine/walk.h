/* walk.h - the state of one execution, shared by executor.c, keys.c and expand.c; for engine/ alone. */
#pragma once
#include "engine/executor.h"
#include "graph/run.h"

typedef enum { MK_STEP_WAITING, MK_STEP_DONE } mk_step_state;

/* A node of this execution: of the prompt, or made by an expansion. */
typedef struct mk_step {
  char *id;
  const char *display_id; /* of the prompt's node that people see */
  const char *parent_id;  /* of the expanding node, or NULL */
  const mk_node_def *def;
  mk_json *inputs;        /* borrowed from the prompt or the expansion */
  mk_step_state state;
  bool is_pending;        /* is to be run */
  bool has_key, is_uncacheable;
  mk_key key;
  mk_outcome *outcome;    /* when DONE */
  unsigned n_blocks;      /* steps it waits for */
  GPtrArray *dependents;  /* steps that wait for it */
  GPtrArray *pending_expansion; /* mk_expansion per call, when it was replaced by a graph */
  mk_json *pending_ui;
} mk_step;

/* What one call gave: values, or links into its expansion. */
typedef struct mk_expansion {
  GPtrArray **values; /* per output; NULL when `result` says where they come from */
  mk_json *result;
} mk_expansion;

typedef struct mk_walk {
  mk_engine *engine;
  const mk_execution *execution;
  mk_execution_result *result;
  GHashTable *steps;      /* id -> mk_step */
  GPtrArray *pending;     /* in order of insertion */
  GPtrArray *expansions;  /* mk_json graphs that stay alive */
  mk_run_context context;
  mk_job job;
  mk_step *current;
  unsigned n_uncacheable;
} mk_walk;

mk_step *mk_walk_find (mk_walk *walk, const char *id);
mk_step *mk_walk_add_step (mk_walk *walk, const char *id, const char *display_id, const char *parent_id, mk_json *node, GError **error);
/* Makes the step and what it needs pending; what is known already completes at once. */
bool     mk_walk_want (mk_walk *walk, mk_step *step, GError **error);
/* `step` waits for `source`. */
void     mk_walk_block (mk_step *step, mk_step *source);
/* The content of the step's result: §5.8, without node numbers. */
const mk_key *mk_walk_key (mk_walk *walk, mk_step *step, GError **error);
/* Adds the graph's nodes; every link of `result` becomes something `step` waits for. */
bool     mk_walk_expand (mk_walk *walk, mk_step *step, mk_json *graph, mk_json *result, GError **error);
/* The lists of an expanded step whose children are done. */
GPtrArray **mk_walk_collect (mk_walk *walk, mk_step *step);
