/* understanding.h - what a sentence was taken to mean, with an honest account of it.
 *
 * Memory    The understanding owns everything in it.
 */
#pragma once
#include "base/base.h"
#include "base/json.h"

/* What the caller is asked to do with it. */
typedef enum {
  MK_INTENT_SCENE, /* the commands make or change a scene */
  MK_INTENT_UNDO, MK_INTENT_REDO, /* of the caller's list of commands */
  MK_INTENT_CLEAR, /* a new scene: the commands stand alone */
  MK_INTENT_ASK    /* the reply answers; no commands */
} mk_intent;

typedef struct mk_span {
  unsigned from, to; /* bytes of the sentence */
  const char *kind;  /* static: "object" "color" "material" "size" "count" "relation" "motion" "camera" "light" "sky" "ground" "time" "render" "text" "edit" */
  int command;       /* index of `commands` that it led to, or -1 */
} mk_span;

typedef struct mk_unknown {
  unsigned from, to;
  char *word;
  char **suggestions; /* nearest known words, NULL-terminated */
  bool is_stand_in;   /* a labelled stand-in was placed for it */
} mk_unknown;

typedef struct mk_understanding {
  mk_intent intent;
  mk_json *commands;      /* valid after mk_commands_merge with the context */
  GArray *spans;          /* mk_span, in order */
  GArray *unknown;        /* mk_unknown, in order */
  GPtrArray *assumptions; /* sentences */
  char *reply;            /* plain words for a person */
  double confidence;      /* 0-1: the share of letters that was understood */
} mk_understanding;

/* Empty: nothing is understood yet. */
mk_understanding *mk_understanding_new (void);
void mk_understanding_free (mk_understanding *understanding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_understanding, mk_understanding_free)

/* {"intent", "commands", "reply", "confidence", "spans": [{"from","to","kind","command"}],
 *  "unknown": [{"from","to","word","suggestions","stand_in"}], "assumptions"}. A new reference. */
mk_json *mk_understanding_to_json (const mk_understanding *understanding);
