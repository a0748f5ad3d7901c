/* walk.h - the state of one execution, shared by the files of engine/ and by nobody else.
 *
 * Reading order   steps.c who waits for whom, and who is next · keys.c · call.c one node's calls · expand.c · tell.c
 *                 what the listener hears · executor.c the whole.
 * Threads         The executing thread, except where call.c runs light nodes side by side.
 */
#pragma once
#include <pthread.h>

#include "engine/executor.h"
#include "graph/run.h"

/* A node of this execution: of the prompt, or made by an expansion. */
typedef struct mk_step {
  const char *id;         /* borrowed from the prompt or the expansion, as `inputs` */
  const char *display_id; /* of the prompt's node that people see */
  const char *parent_id;  /* of the expanding node, or NULL */
  const mk_node_def *def;
  mk_json *inputs;
  bool is_pending;        /* is to be run */
  bool is_done;
  bool is_ready;          /* stands in walk->ready */
  bool is_shown;          /* its ui was told */
  bool is_key_begun, has_key, is_uncacheable;
  mk_key key;
  mk_outcome *outcome;    /* when done, or known from the start */
  unsigned n_blocks;      /* steps it waits for */
  unsigned rank, sequence; /* its place among those that are ready */
  GPtrArray *dependents;  /* NULL, or steps that wait for it; one that waits for two of its outputs stands here twice */
  GPtrArray *answers;     /* mk_answer per call, while it waits for its expansion */
  mk_json *ui;
} mk_step;

/* What one call gave: values, or links into its expansion. */
typedef struct mk_answer {
  GPtrArray **values; /* per output, ends with NULL; NULL when `result` says where they come from */
  mk_json *graph, *result, *ui;
  const char *blocked; /* what a blocker had to say, for telling it once; borrowed from the input */
} mk_answer;

typedef struct mk_walk {
  mk_engine *engine;
  const mk_execution *execution;
  mk_execution_result *result;
  GHashTable *steps;      /* id -> mk_step */
  GPtrArray *pending;     /* every step that was ever pending, in order of insertion */
  unsigned n_unfinished;  /* of them */
  unsigned n_sorted;      /* so many of `pending` have been looked at for being ready */
  GTree *ready;           /* by rank, then by order of insertion */
  GPtrArray *expansions;  /* mk_json graphs that stay alive */
  mk_step *current;       /* the one to blame */
  mk_json *current_inputs; /* its inputs, once it failed */
  mk_json *current_exception; /* and what another language says of it, or NULL */
  unsigned n_uncacheable;
  GHashTable *file_numbers; /* mk_run_file_numbers of node.h */
  pthread_mutex_t lock;   /* guards the listener's progress and preview */
} mk_walk;

/* --- steps.c --- */
void     mk_walk_init (mk_walk *walk, mk_engine *engine, const mk_execution *execution, mk_execution_result *result);
void     mk_walk_clear (mk_walk *walk);
mk_step *mk_walk_find (mk_walk *walk, const char *id);
mk_step *mk_walk_add_step (mk_walk *walk, const char *id, const char *display_id, const char *parent_id, mk_json *node, GError **error);
/* Makes the step and what it needs pending. */
bool     mk_walk_want (mk_walk *walk, mk_step *step, GError **error);
/* `step` waits for `source`. */
void     mk_walk_block (mk_walk *walk, mk_step *step, mk_step *source);
/* Takes `outcome`; what waited may become ready. */
void     mk_walk_finish (mk_walk *walk, mk_step *step, mk_outcome *taken);
/* The next step, no longer ready; NULL when none is. */
mk_step *mk_walk_take (mk_walk *walk);
/* The same without taking it. */
mk_step *mk_walk_peek (mk_walk *walk);
void     mk_answer_free (mk_answer *answer);
/* Takes what memory remembers; true when the step's result is there or on disk, from where it comes when wanted. */
bool     mk_walk_look_up (mk_walk *walk, mk_step *step);
void     mk_walk_remember (mk_walk *walk, const mk_step *step);

/* --- keys.c: the content of the step's result, §5.8, without node numbers --- */
bool mk_walk_make_key (mk_walk *walk, mk_step *step, GError **error);

/* --- call.c --- */
/* Runs the step, and light ones that are ready as well beside it. */
bool mk_walk_run (mk_walk *walk, mk_step *step, GError **error);

/* --- expand.c --- */
/* Adds the graph's nodes; every link of `result` becomes something `step` waits for. */
bool        mk_walk_expand (mk_walk *walk, mk_step *step, mk_json *graph, mk_json *result, GError **error);
/* The lists of a step whose children are done. */
GPtrArray **mk_walk_collect (mk_walk *walk, mk_step *step);

/* --- tell.c --- */
void mk_walk_tell (mk_walk *walk, const char *type, mk_json *taken_data);
void mk_walk_tell_state (mk_walk *walk, const mk_step *step, const char *what);
void mk_walk_tell_executing (mk_walk *walk, const mk_step *step);
/* What the step shows; `ui` may be NULL. */
void mk_walk_show (mk_walk *walk, mk_step *step, const mk_json *ui);
void mk_walk_tell_blocked (mk_walk *walk, const mk_step *step, const char *message);
/* execution_error or execution_interrupted, told and kept as the result's failure; the error is prefixed. */
void mk_walk_tell_failure (mk_walk *walk, GError **error);
/* {input: [values]} as the wire shows them. */
mk_json *mk_run_describe_inputs (const mk_run *run);
