/* expr.h - small sums in recipes: "=height*0.5 + (i-1)*0.2".
 *
 * Grammar   Numbers, names of the scope, + - * / %, unary -, parentheses, comparisons (1 or 0),
 *           && ||, and sin cos tan (degrees), sqrt abs floor min max pow, rand (n) in 0..1, if (test, a, b).
 * Limits    1,000 characters, nesting of 32; no names but those of the scope.
 * Tests     tests/scene/test_objects.c
 */
#pragma once
#include "base/base.h"

#define MK_SCOPE_MAX 64

typedef struct mk_scope {
  unsigned n;
  struct {
    const char *name; /* borrowed */
    double value;
  } names[MK_SCOPE_MAX];
  uint64_t seed; /* of rand */
} mk_scope;

/* Replaces a name or adds it; false when the scope is full. */
bool mk_scope_set (mk_scope *scope, const char *name, double value);
/* SYNTAX naming the place, RANGE when the result is not finite. */
bool mk_expr_eval (const char *text, const mk_scope *scope, double *value, GError **error);
