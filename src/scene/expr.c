#include "scene/expr.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

#define MAX_LENGTH 1000
#define MAX_DEPTH 32

typedef struct {
  const char *at;
  const mk_scope *scope;
  int depth;
  const char *wrong; /* what was expected at `at`, once something is wrong */
} parser;

static double parse_or (parser *p);

bool
mk_scope_set (mk_scope *scope, const char *name, double value)
{
  unsigned i = 0;
  while (i < scope->n && !g_str_equal (scope->names[i].name, name))
    i++;
  if (i == MK_SCOPE_MAX)
    return false;
  scope->names[i].name = name;
  scope->names[i].value = value;
  scope->n = MAX (scope->n, i + 1);
  return true;
}

static void
skip_space (parser *p)
{
  while (*p->at == ' ')
    p->at++;
}

static bool
take (parser *p, const char *token)
{
  skip_space (p);
  size_t length = strlen (token);
  if (p->wrong != NULL || strncmp (p->at, token, length) != 0)
    return false;
  p->at += length;
  return true;
}

static double
fail (parser *p, const char *wanted)
{
  if (p->wrong == NULL)
    p->wrong = wanted;
  return 0;
}

static double
random_of (const parser *p, double n)
{
  mk_rng rng = mk_rng_new (p->scope->seed, (uint64_t)(int64_t)CLAMP (n * 1024, -1e15, 1e15));
  return mk_rng_float (&rng);
}

static double
call (parser *p, const char *name, const double *a, int n)
{
  const double degree = G_PI / 180;
  if (n == 1) {
    if (g_str_equal (name, "sin"))
      return sin (a[0] * degree);
    if (g_str_equal (name, "cos"))
      return cos (a[0] * degree);
    if (g_str_equal (name, "tan"))
      return tan (a[0] * degree);
    if (g_str_equal (name, "sqrt"))
      return sqrt (a[0]);
    if (g_str_equal (name, "abs"))
      return fabs (a[0]);
    if (g_str_equal (name, "floor"))
      return floor (a[0]);
    if (g_str_equal (name, "rand"))
      return random_of (p, a[0]);
  }
  if (n == 2 && g_str_equal (name, "min"))
    return fmin (a[0], a[1]);
  if (n == 2 && g_str_equal (name, "max"))
    return fmax (a[0], a[1]);
  if (n == 2 && g_str_equal (name, "pow"))
    return pow (a[0], a[1]);
  if (n == 3 && g_str_equal (name, "if"))
    return a[0] > 0 || a[0] < 0 ? a[1] : a[2];
  return fail (p, "a function: sin cos tan sqrt abs floor rand min max pow if");
}

static double
parse_name (parser *p)
{
  char name[32];
  size_t length = 0;
  while (g_ascii_isalnum (p->at[length]) || p->at[length] == '_')
    length++;
  if (length == 0 || length >= sizeof name)
    return fail (p, "a number or a name");
  memcpy (name, p->at, length);
  name[length] = 0;
  const char *start = p->at;
  p->at += length;
  if (take (p, "(")) {
    double values[3] = { 0 };
    int n = 0;
    do
      values[n++] = parse_or (p);
    while (n < 3 && take (p, ","));
    return take (p, ")") ? call (p, name, values, n) : fail (p, "“)”");
  }
  if (g_str_equal (name, "pi"))
    return G_PI;
  for (unsigned i = 0; i < p->scope->n; i++)
    if (g_str_equal (p->scope->names[i].name, name))
      return p->scope->names[i].value;
  p->at = start;
  return fail (p, "a parameter of the recipe");
}

static double
parse_atom (parser *p)
{
  if (p->wrong != NULL || ++p->depth > MAX_DEPTH)
    return fail (p, "less nesting");
  double value;
  if (take (p, "-"))
    value = -parse_atom (p);
  else if (take (p, "(")) {
    value = parse_or (p);
    if (!take (p, ")"))
      fail (p, "“)”");
  } else if (g_ascii_isdigit (*p->at) || *p->at == '.') {
    char *end;
    value = g_ascii_strtod (p->at, &end);
    if (end == p->at)
      fail (p, "a number");
    p->at = end;
  } else
    value = parse_name (p);
  p->depth--;
  return value;
}

static double
parse_product (parser *p)
{
  double value = parse_atom (p);
  for (;;) {
    if (take (p, "*"))
      value *= parse_atom (p);
    else if (take (p, "/"))
      value /= parse_atom (p);
    else if (take (p, "%"))
      value = fmod (value, parse_atom (p));
    else
      return value;
  }
}

static double
parse_sum (parser *p)
{
  double value = parse_product (p);
  for (;;) {
    if (take (p, "+"))
      value += parse_product (p);
    else if (take (p, "-"))
      value -= parse_product (p);
    else
      return value;
  }
}

static double
parse_comparison (parser *p)
{
  double a = parse_sum (p);
  if (take (p, "<="))
    return a <= parse_sum (p);
  if (take (p, ">="))
    return a >= parse_sum (p);
  if (take (p, "=="))
    return fabs (a - parse_sum (p)) < 1e-9;
  if (take (p, "!="))
    return fabs (a - parse_sum (p)) >= 1e-9;
  if (take (p, "<"))
    return a < parse_sum (p);
  if (take (p, ">"))
    return a > parse_sum (p);
  return a;
}

static bool
is_true (double x)
{
  return x > 0 || x < 0;
}

static double
parse_and (parser *p)
{
  double value = parse_comparison (p);
  while (take (p, "&&")) {
    double other = parse_comparison (p);
    value = is_true (value) && is_true (other);
  }
  return value;
}

static double
parse_or (parser *p)
{
  double value = parse_and (p);
  while (take (p, "||")) {
    double other = parse_and (p);
    value = is_true (value) || is_true (other);
  }
  return value;
}

bool
mk_expr_eval (const char *text, const mk_scope *scope, double *value, GError **error)
{
  if (strlen (text) > MAX_LENGTH)
    return mk_error (error, MK_ERROR_LIMIT, "a sum of %zu characters is longer than %d", strlen (text), MAX_LENGTH);
  parser p = { .at = text, .scope = scope };
  double result = parse_or (&p);
  skip_space (&p);
  if (p.wrong == NULL && *p.at != 0)
    p.wrong = "an operator";
  if (p.wrong != NULL)
    return mk_error (error, MK_ERROR_SYNTAX, "“%s”: wanted %s at “%s”", text, p.wrong, p.at);
  if (!isfinite (result))
    return mk_error (error, MK_ERROR_RANGE, "“%s” is not a finite number", text);
  *value = result;
  return true;
}
