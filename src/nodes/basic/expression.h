/* expression.h - what a line of arithmetic comes to, by Python's rules.
 *
 * Language  Numbers, names, + - * / // % **, comparisons, and or not, x if c else y, brackets, and sum min max abs round pow
 *           sqrt ceil floor log log2 log10 sin cos tan int float. Whole numbers stay whole, // and % round down, / never
 *           gives a whole number. `values` is the list of all that is given: sum(values), values[0].
 * Limits    64 brackets deep; whole numbers of 64 bits, beyond which it is an error.
 * Tests     tests/engine/test_basic.c
 */
#pragma once
#include "base/base.h"

typedef struct {
  bool is_whole;
  int64_t whole; /* when it is */
  double real;   /* always */
} mk_number;

/* A value that the expression calls by `name`. */
typedef struct {
  const char *name;
  mk_number value;
} mk_named_number;

mk_number mk_number_whole (int64_t value);
mk_number mk_number_real (double value);

/* SYNTAX and RANGE say what is wrong and where. The result is finite. */
bool mk_expression_evaluate (const char *text, const mk_named_number *values, size_t n, mk_number *result, GError **error);
