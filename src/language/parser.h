/* parser.h - the inside of the parser, for the parse_*.c files alone.
 *
 * State     A parser goes from left to right once. `subject` is whom verbs speak of, `anchor` whom relations and
 *           attributes speak of, `action` the latest animate, physics or camera command of the clause.
 * Files     language.c the languages · parse.c the loop · constructions.h the grammar's constructions and their contract
 *             words       hits.c what they may mean · idiom.c sayings, unfolded · split_words.c compounds · word_order.c verbs at the end ·
 *                         parse_repair.c second thoughts · parse_gap.c what a half leaves out · account.c what became of them
 *             things      things.c what there is · looks.c · parse_noun.c noun phrases, parse_name.c their names · parse_number.c counts and measures · parse_which.c which of
 *                         several · parse_some.c some of several · parse_refer.c whom a phrase means · parse_pronoun.c · parse_new.c new things ·
 *                         parse_subject.c what a phrase is in its sentence · parse_with.c what belongs to them · parse_worn.c lists of it · parse_clothes.c · parse_option.c what recipes take, parse_season.c · parse_sizes.c ·
 *                         parse_text.c words that are written
 *             places      parse_relation.c · inside.c what is in what · parse_setting.c places said before things · parse_source.c where from · parse_around.c · parse_arrange.c rows and grids · parse_path.c the ways they go
 *             happenings  parse_motion.c verbs · parse_deed.c what they are done to, parse_mutual.c to each other · parse_act.c those that no picture shows ·
 *                         parse_when.c and parse_time.c · turns.c one after the other · each.c each by itself · again.c once more for others · morph.c · apart.c room for a way · overtake.c
 *             the rest    parse_camera.c · parse_world.c light, sky, ground, render · parse_prompt.c prompt writers' words ·
 *                         parse_painting.c
 *             talk        parse_edit.c follow-ups: parse_remove.c, parse_replace.c, parse_amount.c, parse_move.c, parse_swap.c, parse_more.c, spacing.c, parse_delay.c,
 *                         parse_talk.c · parse_not.c what is not ·
 *                         parse_meant.c whom else the last change meant · parse_question.c
 *             the end     emit.c the list in order · reply.c what is said back, reply_answer.c to questions, reply_words.c bent as the language does · next.c what may be said next · suggest.c and
 *                         spelling.c words near unknown ones
 */
#pragma once
#include <pthread.h>

#include "language/lexicon.h"
#include "language/parse.h"
#include "language/token.h"

#define MK_MAX_COMMANDS 200
#define MK_MAX_THINGS 200
#define MK_MAX_REFS 64
#define MK_MAX_RECENT 8

struct mk_language {
  mk_lexicon *lexicon;
  char *assets, *code;
  const mk_recipe_info **objects; /* the list is ours, the recipes are borrowed */
  unsigned n_objects;
  pthread_mutex_t mutex;          /* guards others */
  GPtrArray *others;              /* mk_language: tried when this one understands little; NULL until then */
};

/* The longest phrase of one kind that begins at a token. */
typedef struct {
  const mk_sense *sense;
  uint8_t n, form; /* tokens; mk_word_form */
} mk_hit;

/* Something in the scene that can be spoken of. */
typedef struct mk_thing {
  char *id, *noun;              /* "ball-1", "ball" */
  char *called;                 /* "max", lower case; NULL = it has no name */
  const mk_recipe_info *info;   /* NULL for text, files and stand-ins */
  mk_json *add;                 /* owned: the command that makes it, ours or a copy of the context's */
  int command;                  /* index of parser.commands; -1 of the context */
  unsigned count;               /* the number of its last copy */
  bool is_vague;                /* several, and nobody said how many */
  char color[8];
  const char *material;
  mk_json *copy_looks;          /* {"3": {"color": "#1f5fd6", "material": "gold"}}: copies that have a look of their own; NULL = none */
  mk_json *gone;                /* {"3": true}: copies that were removed, the last ones not among them; NULL = none */
  bool is_removed;
} mk_thing;

typedef struct mk_refs {
  unsigned n;
  int thing[MK_MAX_REFS];
  int copy[MK_MAX_REFS]; /* 0 = all of its copies, n = ID.n */
  char part[64];         /* a part of them, or "" */
} mk_refs;

/* Where a command goes in the list; within a bucket in the order of the sentence. */
typedef enum { MK_BUCKET_RENDER, MK_BUCKET_REMOVE, MK_BUCKET_SKY, MK_BUCKET_GROUND, MK_BUCKET_THING, MK_BUCKET_LIGHT, MK_BUCKET_ACTION, MK_BUCKET_CAMERA } mk_bucket;

/* How several do one thing: together, one after the other, or to both sides. */
typedef enum { MK_EACH_NONE, MK_EACH_TURN, MK_EACH_APART, MK_EACH_ACROSS } mk_each;

typedef struct mk_command {
  mk_json *json;
  mk_bucket bucket;
  bool is_dropped;
  int index; /* in the list, once emitted */
  int agent; /* the thing that acts, or -1; several begin with it */
  unsigned n_agents;
  bool is_aside; /* "…, waving": beside what else is done */
  mk_each each;
} mk_command;

/* Tokens [from, to). */
typedef struct {
  int from, to;
} mk_words_at;

/* A noun phrase as read, before it is known which thing it means. */
typedef struct mk_np {
  int from, to, head;   /* tokens; head -1 = none */
  bool is_definite, is_new, is_another, is_all, is_one, is_owned, is_plural, is_ones, is_each;
  int ordinal;          /* 0 = none; -1 the last; 1000 the middle */
  double number;        /* < 0 = none */
  const mk_json *group;
  unsigned n_colors;
  char colors[8][8];
  mk_words_at color_at, material_at, size_at; /* the latest of each */
  mk_words_at earlier, later; /* "red blue": two words for one thing, of which the later counts; later.to 0 = none such */
  const char *material, *part, *label, *text, *letters;
  const mk_json *finish;
  double scale, length_m[3]; /* height, width, length; 0 = none */
  const mk_recipe_info *object;
  const char *noun;     /* of the parser's chunk */
  const char *one_of;   /* "the left one": the noun of those that were named in the plural, or NULL */
  const char *pronoun;
  int verb;             /* "running" of "a running horse": its token, or -1 */
  int setting;          /* "desert" of "a desert road": 1 + its token, or 0 */
  int plume;            /* "smoking" of "a smoking volcano": 1 + its token, or 0 */
  const char *option;   /* a word that a recipe's parameter may take */
  const mk_json *lively; /* "bouncy": for what it does */
  const mk_json *trait; /* "blond": a look of people that is no colour of all of them */
  bool is_any;          /* "one of the sheep" */
  int most;             /* 1 "the biggest", -1 "the smallest" of several; 0 = neither */
  const char *owner;    /* "he" or "she" of "his", "her"; "" = anybody */
  bool is_kin;          /* "pigeon": shown as what the library has next to it */
} mk_np;

/* What one clause has said so far; forgotten at its end. */
typedef struct mk_clause {
  bool is_start;         /* nothing of it has been said yet */
  bool is_joined;        /* by "and" or a comma to what came before */
  bool has_verb, has_look, is_negated;
  bool in_camera;        /* it speaks of the camera */
  bool is_predicate;     /* after "is" */
  bool after_relation;
  bool wants_target;     /* the next noun phrase is what the camera sees */
  int action;            /* its latest animate, physics or camera command, or -1 */
  int verb;              /* token of a verb that waits for its subject, or -1 */
  int falls, falls_end;  /* its latest particles command, or -1, and the token after its words */
  double distance_m;     /* "two metres …": how far from what comes next; 0 = nobody said */
  const char *goes;      /* the motion by which what is carried comes to where it is carried, or "" */
} mk_clause;
#define MK_CLAUSE_NEW .is_start = true, .action = -1, .verb = -1, .falls = -1, .goes = ""

/* What is asked: of nobody and no noun, of all there is. */
typedef struct mk_question {
  mk_refs of;
  const char *noun;
  bool is_where;         /* "who is next to the house?" */
  bool is_count;         /* "how many animals are there?" */
  bool is_of_film;       /* "how long is the film?" */
  const char *motion;    /* "how many swans fly?"; NULL = whatever they do */
  bool is_of_change, is_of_camera, is_of_motion; /* "what did you change?", "what does the camera do?", "does it move?" */
} mk_question;

typedef enum { MK_ORDER_NONE, MK_ORDER_THEN, MK_ORDER_WHILE, MK_ORDER_FIRST } mk_order;
typedef enum { MK_EDIT_NONE, MK_EDIT_MAKE, MK_EDIT_ADD, MK_EDIT_MOVE, MK_EDIT_ROTATE, MK_EDIT_SCALE } mk_edit;

typedef struct mk_parser {
  const mk_language *language;
  const char *sentence;
  GArray *tokens;        /* mk_token; borrowed */
  mk_hit *hits;          /* tokens × MK_N_WORD_KINDS */
  GPtrArray *guesses;    /* mk_sense of words that only the thesaurus knows */
  const mk_json *context;

  /* What became of the words. */
  mk_understanding *out;
  bool *is_taken;        /* tokens that mean something */
  bool *is_unshown;      /* known words that no picture shows ("old") */
  bool *is_noise;        /* and those that praise a picture ("masterpiece") */
  bool is_quiet;         /* inside the words of a scene: no spans, no unknowns */
  int depth;             /* of scenes within scenes */
  struct {               /* the latest idiom that was unfolded */
    int at;              /* where, or -1 */
    uint8_t form;        /* its mk_word_form */
  } idiom;

  /* The scene so far. */
  GPtrArray *things;     /* mk_thing */
  GArray *commands;      /* mk_command */
  GStringChunk *texts;
  GHashTable *ids;       /* id prefix -> last number */
  GPtrArray *places;     /* mk_sense of scenes that are furnished at the end; borrowed */
  GPtrArray *unwanted;   /* nouns (of the chunk) that nothing is made for when places are furnished */
  bool is_furnishing;
  guint n_said;          /* things that the sentence itself names; only meant while places are furnished */
  const char *material_of_all; /* said before there was anything; or NULL */
  char color_of_all[8];  /* the same of a colour; "" = none */
  struct {
    mk_refs of, who;
  } company;             /* "a duck with six ducklings": who is with somebody */
  mk_refs spared;        /* "… except the cat": named only to be left out so far */
  bool is_portrait;      /* its first face is to be seen from near */
  bool has_backdrop;     /* a colour was said of the background, and not of the sky */

  /* Whom it speaks of. */
  mk_refs subject, anchor, head, latest, mentioned;
  int mentioned_to;      /* the token behind the words for `mentioned` */
  mk_refs deferred;      /* whom the clause speaks of again after a relative one of another: "…, who waves, and then barks" */
  mk_refs recent[MK_MAX_RECENT]; /* what was named, the latest last: where pronouns look */
  unsigned n_recent;
  mk_refs self;          /* who is placed or moves, and so is not “it” */
  bool is_object;        /* reading what the subject is placed at or goes to */
  bool is_placing;       /* reading what the subject is placed at */
  const char *able;      /* "opens it": the motion that what is meant should know; NULL = none */
  bool has_subject;
  bool is_each;          /* the subject is "each of …": what it has is there as often */
  bool is_listed;        /* the subject's names were joined by commas alone */

  mk_clause clause;
  bool was_camera;       /* the clause before the latest comma spoke of the camera */
  struct {               /* "on it lie a book, a pen and …": where all of the list are */
    const char *relation; /* NULL = no such list */
    mk_refs to;
    bool is_row;         /* "from left to right: …": each is there beside the one before it */
    bool is_carried;     /* "a board with a king and two pawns": those listed are with it, the sentence goes on with it */
  } list;
  struct {               /* what a verb or a loose preposition speaks of */
    int at;              /* token where it may begin; -1 = nowhere */
    bool is_held;        /* and it is in the subject's hands: "reads", "plays" */
    bool is_seat;        /* and the subject sits on it: "plays the piano" */
    bool is_seen_ahead;  /* from the front, not from its side: "plays the cello" */
    double fits;         /* and it is at most so many times as large as the subject: "plays with"; 0 = as it is */
    mk_refs what, agent; /* the latest of them, and who does it */
    int end;             /* the token behind it; -1 = nothing was done to anything */
    bool is_placed;      /* and the verb alone says where it is */
  } object;

  struct {               /* "watches a butterfly", "with its rotor": who is seen may do what the next verb says */
    int at;              /* the token of that verb; -1 = nobody is seen */
    mk_refs who;
  } seen;

  /* What happens, and when. */
  int last_action, last_camera, previous_action; /* commands, or -1 */
  struct {
    int now, next;       /* mk_order of the next action, and of the one after it: "while a bird flies, a dog jumps" */
    bool flips;          /* "before …": the next action comes after the one that follows it */
    int later;           /* that action's command, or -1 */
  } order;
  mk_json *pending;      /* fields for the next action (adverbs, times) */
  mk_json *lively;       /* fields for the next animation, as "bouncy" says */
  const mk_json *sent;   /* how far what the latest action sends off goes, or NULL: "apart_m" */
  mk_each each;          /* of the next action: "one after the other they jump" */
  struct {               /* who does not do it, "move" for anything at all: "a ball that does not move" */
    mk_refs who;
    const char *motion;
  } rest;

  /* What is changed, and what is asked. */
  struct {
    int kind;            /* mk_edit of the clause */
    int end;             /* token after “make it”; -1 = no such edit */
    mk_refs refs;
  } edit;
  mk_question question;
  bool is_thanked;       /* somebody was polite */
} mk_parser;

/* A parser that knows what the scene has and was told no sentence yet. What it borrows must live until mk_parser_end; `out` is freed there unless it was taken. */
void mk_parser_begin (mk_parser *p, const mk_language *language, const mk_json *context);
void mk_parser_end (mk_parser *p);

static inline const mk_token *
mk_token_at (const mk_parser *p, int i)
{
  return &g_array_index (p->tokens, mk_token, i);
}
static inline int
mk_n_tokens (const mk_parser *p)
{
  return (int)p->tokens->len;
}
/* Finds what each phrase may mean, in `hits`, which it makes anew. */
void mk_find_hits (mk_parser *p);
/* Senses for words of which the lexicon has none (guess.c). */
void mk_guess_words (mk_parser *p);
/* The hit of a kind at a token; its `n` is 0 when there is none or the sentence has ended. */
const mk_hit *mk_hit_at (const mk_parser *p, int i, mk_word_kind kind);
/* The value of the hit as text, or "". */
const char *mk_hit_text (const mk_hit *hit);
/* "a", "one", "another": a determiner of one new thing. */
bool        mk_is_one_of_new (const mk_parser *p, int i);
bool        mk_is_mark (const mk_parser *p, int i, char mark);
/* Whether token i is this little word, in whatever language: the lexicon's "glue" says which. */
bool        mk_is_word (const mk_parser *p, int i, const char *word);
/* The little word at a token as the grammar knows it, whatever the language calls it ("de" is "of"); else the word itself. */
const char *mk_glue_at (const mk_parser *p, int i);
/* Tokens [from, to) with one space between, shortened to sixty letters. In the chunk. */
const char *mk_words (mk_parser *p, int from, int to);
/* What was typed for tokens [from, to), from the first letter to the last. In the chunk. */
const char *mk_said (mk_parser *p, int from, int to);

/* A name as the language writes it: "Hund". In the parser's chunk. */
const char *mk_noun_written (const mk_parser *p, const char *name);

/* Whether the world's list `of` ("motions", "goes") has the word. */
bool        mk_world_has (const mk_parser *p, const char *of, const char *list, const char *word);
/* What the world says of a category of things: `fact` as "carries". */
const mk_json *mk_world_fact (const mk_parser *p, const char *category, const char *fact);

/* Notes that tokens [from, to) were understood as `kind`, leading to a command (or -1). */
void mk_note (mk_parser *p, int from, int to, const char *kind, int command);
void mk_assume (mk_parser *p, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Of two things said of one, the later is taken, and that is told. */
/* What was assumed so, and is not any more. */
void mk_unassume (mk_parser *p, const char *format, ...) G_GNUC_PRINTF (2, 3);
#define MK_SAID_THREE "I took “%s” in the plural to mean three."
void mk_assume_later (mk_parser *p, const char *earlier, const char *later);
/* Sets a field that can hold one value alone; what was said before it is told. */
void mk_choice_set (mk_parser *p, mk_json *json, const char *key, const char *value);
void mk_note_unshown (mk_parser *p, int i, int n);
void mk_note_unknown (mk_parser *p, int from, int to, bool is_stand_in);
/* Tells which known words no picture shows. */
void mk_say_unshown (mk_parser *p);
/* The share of the letters that were understood, 0 to 1. */
double mk_confidence (const mk_parser *p);

/* The other languages there are, mk_language, read when a sentence is first not understood. */
const GPtrArray *mk_language_others (mk_language *language);
/* A conversation goes on in the language in which it began: the one that has most of the scene's names. */
const mk_language *mk_language_of_talk (const mk_language *asked, const mk_json *context);
/* In which a sentence was said to that scene; that of the talk when it is clear in none. */
const mk_language *mk_language_of_sentence (const mk_language *asked, const char *sentence, const mk_json *context);

/* --- commands --- */
/* A new command {"op": op}; -1 when there are too many. */
int      mk_command_new (mk_parser *p, const char *op, mk_bucket bucket);
mk_json *mk_command_json (const mk_parser *p, int command);
/* A new animation of this motion, of these targets; -1 when there are too many commands. */
int      mk_animate_new (mk_parser *p, const char *motion, const mk_refs *who);
/* What was begun is not done after all, and nothing speaks of it. */
void     mk_action_drop (mk_parser *p, int command);
/* The one of its op in this sentence, made when absent. */
int      mk_command_single (mk_parser *p, const char *op, mk_bucket bucket);
/* "ball-2": the first free number after `prefix`. In the parser's chunk. */
const char *mk_new_id (mk_parser *p, const char *prefix);
void     mk_set_text (mk_json *object, const char *key, const char *value);
void     mk_set_real (mk_json *object, const char *key, double value);
/* Falling things keep their own time: physics takes no speed. */
void     mk_set_speed (mk_json *command, double speed);
/* The length of the film, the nearest that there can be, which is told. */
void     mk_set_film_seconds (mk_parser *p, mk_json *render, double seconds);
/* Rounded to 4 decimals; whole numbers become integers. */
mk_json *mk_json_new_number (double value);
void     mk_set_fields (mk_json *object, const mk_json *fields);

/* --- things --- */
void      mk_things_load (mk_parser *p);
void      mk_thing_free (mk_thing *thing);
mk_thing *mk_thing_at (const mk_parser *p, int index);
/* A person or an animal. */
bool      mk_thing_is_living (const mk_thing *thing);
/* The thing that a target names, or whose copy or part it names; -1 = there is none. */
int       mk_thing_find (const mk_parser *p, const char *target);
/* The recipe of this name, or NULL. */
const mk_recipe_info *mk_info_find (const mk_parser *p, const char *name);
/* The colour of copy `copy`, or of all; "" = nobody said. */
const char *mk_thing_color (const mk_thing *thing, unsigned copy);
/* Another of the same look and size as thing `index`, without its place; -1 when there are too many. */
int       mk_thing_copy (mk_parser *p, int index);
/* Whether two lists name a thing in common. */
bool      mk_refs_meet (const mk_refs *a, const mk_refs *b);
/* Whether the scene had all of them before this sentence. */
bool      mk_is_all_known (const mk_parser *p, const mk_refs *refs);
int       mk_thing_new (mk_parser *p, const char *op, const char *noun, const mk_recipe_info *info);
mk_json  *mk_refs_to_json (const mk_parser *p, const mk_refs *refs);
/* "ball-1", "ball-1.2" or "car-1/wheel". In the chunk. */
const char *mk_ref_text (const mk_parser *p, const mk_refs *refs, unsigned i);
void      mk_refs_add (mk_refs *refs, int thing, int copy);
void      mk_refs_join (mk_refs *refs, const mk_refs *more);
/* Whether two colours are both its own: of one thing, and of each of several piebald animals; other several share them out. */
bool      mk_is_two_tone (const mk_thing *thing);
/* "black and white cows": an animal that has a place for each of two colours. */
bool      mk_is_piebald (const mk_thing *thing);
void      mk_look_set (mk_parser *p, const mk_refs *refs, const mk_np *look);
/* A look for one part or material of a thing that this sentence makes. */
void      mk_part_set (mk_thing *thing, const char *part, const char *key, const mk_json *value);
/* Whether `who` can have it in the hands: a person, and something that is not too big or alive. */
bool      mk_can_hold (const mk_parser *p, const mk_thing *who, const mk_thing *thing);
/* Or carry it: what is in the mouth of an animal, who is small in the arms. */
bool      mk_can_carry (const mk_parser *p, const mk_thing *who, const mk_thing *thing);
/* "two men with rackets": of what can be held and nobody counted there are as many as hold it. */
bool      mk_can_carry_these (const mk_parser *p, const mk_thing *who, const mk_refs *what); /* the last of three balloons is one */
void      mk_one_each (mk_parser *p, const mk_refs *who, const mk_refs *what); /* several that nobody counted are as many as those that have one each */
void      mk_hold_each (mk_parser *p, const mk_refs *who, const mk_refs *what);
void      mk_place_add (mk_parser *p, const mk_refs *who, const char *relation, const mk_refs *to, double distance_m);
void      mk_material_set (mk_parser *p, const mk_refs *refs, const char *key, mk_json *taken);

/* --- the end --- */
void  mk_emit (mk_parser *p);
char *mk_reply_new (const mk_parser *p);
