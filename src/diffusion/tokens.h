/* tokens.h - which tokens of a picture ask in self-attention, and whom.
 *
 * Purpose   Large pictures cost attention of the square of their cells. HyperTile lets tiles look at parts of the picture only; token
 *           merging lets tokens that are alike ask together. Both are a map from tokens to the rows that ask.
 * Source    T. Fernandez, "HyperTile", 2023; Bolya and Hoffman, "Token Merging for Fast Stable Diffusion", 2023. As ComfyUI's nodes do
 *           it: only who asks is rearranged, so a tile looks at as many tokens in a row as it has, of the whole picture's order.
 * Order     Where the papers draw lots, the same are drawn at the same timestep: pictures depend on nothing else.
 * Threads   Pure functions over the context's pool.
 * Tests     tests/diffusion/test_guide.c
 */
#pragma once
#include "diffusion/nn.h"

typedef enum { MK_TOKENS_ALL, MK_TOKENS_TILED, MK_TOKENS_MERGED } mk_token_kind;

typedef struct {
  mk_token_kind kind;
  int tile;         /* TILED: pixels, at least */
  int swap;         /* of so many sizes from there on one is drawn */
  int depth;        /* how often the picture may be halved and still be tiled */
  bool scales;      /* tiles keep their cells, not their share, when it is */
  double ratio;     /* MERGED: share of the tokens that ask with others; only of pictures in full size */
} mk_token_choice;

/* Who asks together in one self-attention. */
typedef struct {
  bool is_plain;    /* every token for itself, of everybody */
  int n_rows;       /* that ask, per picture */
  int n_parts;      /* the rows are so many parts; each looks at its part of the tokens */
  int *rows;        /* n × tokens; NULL while nothing is computed */
} mk_token_map;

/* For `x`, normed tokens of a network run whose latent is height × width; `lot` is another number for each question asked. */
mk_token_map mk_token_map_make (mk_nn *nn, const mk_token_choice *tokens, mk_act x, int height, int width, uint32_t lot);
void         mk_token_map_clear (mk_token_map *map);
/* What the rows ask with: the mean of their tokens, (n × parts) × rows per part × 1 × c. */
mk_act       mk_token_map_join (mk_nn *nn, const mk_token_map *map, mk_act x);
/* Every token gets what its row got; shaped as `like`. */
mk_act       mk_token_map_spread (mk_nn *nn, const mk_token_map *map, mk_act rows, mk_act like);
