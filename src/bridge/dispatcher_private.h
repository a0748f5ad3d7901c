/* dispatcher_private.h - what engine_link.c, flight.c and dispatcher.c share.
 *
 * Flow      dispatcher.c chooses whose turn it is and who does it; flight.c is one task at one engine, from its
 *           uploads to its downloads; refusal.c what that does not take; engine_link.c is one engine: whether it is up, what it can, what it has cached.
 */
#pragma once
#include "bridge/bridge_private.h"
#include "bridge/engines.h"
#include "bridge/tasks.h"

typedef struct mk_engine_link mk_engine_link;
typedef struct mk_flight mk_flight;
typedef struct mk_table_readers mk_table_readers;

struct mk_engine_link {
  mk_dispatcher *dispatcher;
  char *id, *url, *key;       /* key NULL = none */
  char *client_id;            /* the same for all of its lives and ours: what it goes on with it tells whom it told before */
  bool is_enabled, is_own, is_going; /* is_going: removed as soon as its task has ended */
  mk_engine_process *process; /* of our own alone */
  mk_comfy *comfy;            /* NULL until its address is known */
  mk_json *tables;            /* its /object_info; NULL until it has told */
  bool is_asked, is_asked_again; /* for them; and something changed since the question */
  uint64_t tables_stamp;      /* of our folders when they were asked for */
  int64_t tables_ms;          /* the loop's clock then */
  char *asked_for;            /* the task that lacked something, so that it was asked once more; NULL */
  char *version, *last_error; /* may be NULL */
  int64_t n_remaining;        /* prompts it has, whoever sent them */
  int64_t heard_ms, down_since_ms; /* the loop's clock; down_since 0 = it is up */
  bool is_pinged;
  GHashTable *cached;         /* signatures (uint64) of nodes whose results it has, most likely */
  mk_flight *flight;          /* what it does for us, one at a time; NULL = it is free */
};

struct mk_flight {
  mk_engine_link *link;
  char *task, *project;       /* project NULL = none */
  char *prompt;               /* the engine's name for it: ours, unless it insists on another */
  mk_json *workflow;
  mk_json *progress;          /* as Progress of openapi.json */
  double weight_done, weight_total; /* of nodes, by what they cost */
  GHashTable *nodes_done;
  char *node;                 /* the last that began of those that take long, one at a time; NULL */
  double of_node;             /* how much of it is done, 0..1 */
  bool is_node_new;           /* it has not told yet how far it is */
  bool is_resuming;           /* the engine broke off and is not yet where it was */
  char *broken_node;          /* which told last then; NULL */
  int64_t pace_ms;            /* what is left is judged by what was done since then, */
  double pace_fraction;       /* when so much of all was there */
  int64_t cancelled_ms, told_ms;
  bool is_running;            /* the engine has begun */
  bool is_landing;            /* the engine is done with it; its files come home */
  mk_json *outputs;           /* collected files */
  unsigned n_transfers;       /* uploads or downloads under way */
  GError *failure;            /* of a transfer */
  GBytes *preview;
  char *preview_type;
  unsigned n_previews;
};

struct mk_dispatcher {
  mk_bridge *bridge;
  GPtrArray *links;           /* mk_engine_link; our own first */
  mk_timer *tick;
  mk_table_readers *readers;  /* who waits for tables */
  bool has_orphans;           /* tasks that are leased or running in the database, and nobody's */
};

/* --- engine_link.c --- */
mk_engine_link *mk_engine_link_new (mk_dispatcher *dispatcher, const mk_engine_row *row);
void            mk_engine_link_free (mk_engine_link *link);
bool            mk_engine_link_start_own (mk_engine_link *link, GError **error);
bool            mk_engine_link_is_up (const mk_engine_link *link);
/* Connects to another address, or again to the same. */
void            mk_engine_link_set_url (mk_engine_link *link, const char *url);
/* The node or model that it lacks for this workflow, g_free; NULL when it has all. `*node` is the id, in the workflow, of what asks for it. Only when
 * it has told its tables. */
char           *mk_engine_link_find_missing (const mk_engine_link *link, const mk_json *workflow, const char **node);
/* Models are put there while it runs, so for each task that lacks something it is asked once more: true when the task has to wait
 * for its answer. */
bool            mk_engine_link_ask_again (mk_engine_link *link, const char *task);
/* Asks for its tables again if they may be others by now, or once more when the question that is under way came too early. A
 * status_update tells when they are others than before. */
void            mk_engine_link_refresh (mk_engine_link *link);
/* Higher is better: the share of the workflow that it has cached, minus one for each prompt that waits there. */
double          mk_engine_link_score (const mk_engine_link *link, const mk_json *workflow);
void            mk_engine_link_remember (mk_engine_link *link, const mk_json *workflow);
void            mk_engine_link_ping (mk_engine_link *link);
void            mk_engine_link_set_error (mk_engine_link *link, const char *format, ...) G_GNUC_PRINTF (2, 3);
mk_json        *mk_engine_link_describe (const mk_engine_link *link);

/* --- node_tables.c --- */
mk_table_readers *mk_table_readers_new (mk_dispatcher *dispatcher);
void              mk_table_readers_free (mk_table_readers *readers); /* who waits still gets what there is */
/* An engine has told its tables, or will not. */
void              mk_table_readers_wake (mk_table_readers *readers);

/* --- flight.c --- */
/* Leased already: uploads what it needs and submits. */
void mk_flight_send (mk_engine_link *link, const char *task, const mk_json *workflow, const mk_json *extra);
/* One that an earlier life has sent. */
void mk_flight_resume (mk_engine_link *link, const char *task, const mk_json *workflow);
void mk_flight_cancel (mk_flight *flight);
/* Ends it on our side: the task moves to `to`. The engine is free again. */
void mk_flight_end (mk_flight *flight, mk_task_state to, const mk_task_step *step);
/* The engine is lost to it: again later, or failed when its attempts are used up. */
void mk_flight_lose (mk_flight *flight, const char *why);
/* The engine is gone for the moment: whoever watches is told at once that the task goes on when it is back. NULL is fine. */
void mk_flight_note_break (mk_flight *flight);
void mk_flight_free (mk_flight *flight); /* without a word */
extern const mk_comfy_events mk_flight_events; /* the user is the link */

/* --- refusal.c --- */
/* The first of what ComfyUI's `node_errors` name, for that is where a person begins; `otherwise` where they name nothing. New. */
mk_json *mk_refusal_new (const mk_json *node_errors, const char *otherwise);
/* The same of a workflow that runs without them, with `left_out`: its nodes that do not run. NULL when all do. */
mk_json *mk_refusal_of_part (const mk_json *workflow, const mk_json *node_errors);

/* --- dispatcher.c --- */
/* By its id; NULL when it is gone. */
mk_engine_link *mk_dispatcher_find (mk_dispatcher *dispatcher, const char *id);
/* The task as it is now, told to all. */
void mk_dispatcher_tell (mk_dispatcher *dispatcher, const char *type, const char *task);
mk_json *mk_failure_new (const char *message, const char *type, const char *node, const char *node_type);
