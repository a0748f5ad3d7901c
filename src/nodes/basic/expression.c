#include "nodes/basic/expression.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { MAX_DEPTH = 128 /* two a bracket */, MAX_ARGUMENTS = 64 };

typedef struct {
  const char *text, *at;
  const mk_named_number *values;
  size_t n_values;
  int depth;
  GError *error;   /* it cannot be read: the first, and reading ends */
  GError *trouble; /* what has no value is NaN, and an error only if it is what all comes to: x / y if y else 0 */
} reader;

mk_number
mk_number_whole (int64_t value)
{
  return (mk_number){ true, value, (double)value };
}

mk_number
mk_number_real (double value)
{
  return (mk_number){ false, 0, value };
}

static void
tell (const reader *r, GError **place, mk_error_code code, const char *format, va_list args)
{
  g_autofree char *what = g_strdup_vprintf (format, args);
  if (*place == NULL)
    mk_error (place, code, "the expression “%.200s”: %s", r->text, what);
}

static mk_number fail (reader *r, const char *format, ...) G_GNUC_PRINTF (2, 3);
static mk_number no_number (reader *r, const char *format, ...) G_GNUC_PRINTF (2, 3);

static mk_number
fail (reader *r, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  tell (r, &r->error, MK_ERROR_SYNTAX, format, args);
  va_end (args);
  r->at = r->text + strlen (r->text);
  return mk_number_whole (0);
}

static mk_number
no_number (reader *r, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  tell (r, &r->trouble, MK_ERROR_RANGE, format, args);
  va_end (args);
  return mk_number_real (NAN);
}

static bool
is_true (mk_number x)
{
  return x.real != 0;
}

/* --- operators --- */

static mk_number
calculate (reader *r, char sign, mk_number a, mk_number b)
{
  int64_t whole = 0;
  if (!a.is_whole || !b.is_whole)
    return mk_number_real (sign == '+' ? a.real + b.real : sign == '-' ? a.real - b.real : a.real * b.real);
  bool overflows = sign == '+' ? __builtin_add_overflow (a.whole, b.whole, &whole) : sign == '-' ? __builtin_sub_overflow (a.whole, b.whole, &whole) : __builtin_mul_overflow (a.whole, b.whole, &whole);
  return overflows ? no_number (r, "a whole number does not fit in 64 bits") : mk_number_whole (whole);
}

/* `sign` is '/', 'f' for //, or '%'; both of these go with the floor. */
static mk_number
divide (reader *r, char sign, mk_number a, mk_number b)
{
  if (b.real == 0)
    return no_number (r, "a division by zero");
  if (sign == '/')
    return mk_number_real (a.real / b.real);
  if (!a.is_whole || !b.is_whole)
    return mk_number_real (sign == 'f' ? floor (a.real / b.real) : a.real - floor (a.real / b.real) * b.real);
  if (b.whole == -1)
    return sign == '%' ? mk_number_whole (0) : calculate (r, '-', mk_number_whole (0), a);
  int64_t rest = a.whole % b.whole;
  bool is_below = rest != 0 && (rest < 0) != (b.whole < 0);
  return mk_number_whole (sign == '%' ? rest + (is_below ? b.whole : 0) : a.whole / b.whole - is_below);
}

static mk_number
raise_to (reader *r, mk_number base, mk_number power)
{
  if (!base.is_whole || !power.is_whole || power.whole < 0) {
    double result = pow (base.real, power.real);
    return isfinite (result) ? mk_number_real (result) : no_number (r, "%g ** %g is no number", base.real, power.real);
  }
  mk_number result = mk_number_whole (1);
  for (int64_t left = power.whole; left > 0; left >>= 1) {
    if (left & 1)
      result = calculate (r, '*', result, base);
    if (left > 1)
      base = calculate (r, '*', base, base);
  }
  return result;
}

/* --- functions --- */

static mk_number
to_whole (reader *r, double x)
{
  return fabs (x) < 0x1p63 ? mk_number_whole ((int64_t)x) : no_number (r, "%g does not fit in 64 bits", x);
}

static mk_number
round_number (reader *r, const mk_number *x, size_t n)
{
  if (n == 1)
    return x->is_whole ? *x : to_whole (r, rint (x->real));
  double scale = pow (10, x[1].real);
  double result = rint (x->real * scale) / scale;
  return x->is_whole && x[1].real >= 0 ? *x : isfinite (result) ? mk_number_real (result) : *x;
}

static mk_number
fold (reader *r, const char *name, const mk_number *x, size_t n)
{
  mk_number result = name[0] == 's' ? mk_number_whole (0) : n > 0 ? x[0] : fail (r, "%s () of nothing", name);
  for (size_t i = 0; i < n; i++) {
    if (name[0] == 's')
      result = calculate (r, '+', result, x[i]);
    else if (isnan (x[i].real) || (name[1] == 'i' ? x[i].real < result.real : x[i].real > result.real))
      result = x[i];
    if (isnan (result.real))
      return result;
  }
  return result;
}

static mk_number
call_real (reader *r, const char *name, const mk_number *x, size_t n)
{
  static const struct { const char *name; double (*function) (double); } functions[] = {
    { "sqrt", sqrt }, { "log2", log2 }, { "log10", log10 }, { "sin", sin }, { "cos", cos }, { "tan", tan }, { "log", log } };
  for (size_t i = 0; i < MK_COUNT (functions); i++)
    if (g_str_equal (functions[i].name, name)) {
      double result = functions[i].function (x[0].real);
      if (n == 2)
        result /= log (x[1].real);
      return isfinite (result) ? mk_number_real (result) : no_number (r, "%s (%g) is no number", name, x[0].real);
    }
  return fail (r, "there is no function %s", name);
}

static mk_number
call (reader *r, const char *name, const mk_number *x, size_t n)
{
  static const char *const folds[] = { "sum", "min", "max", NULL }, *const of_two[] = { "round", "log", "pow", NULL };
  if (g_strv_contains (folds, name))
    return fold (r, name, x, n);
  if (n < 1 || n > (g_strv_contains (of_two, name) ? 2 : 1))
    return fail (r, "%s () cannot take %zu numbers", name, n);
  if (g_str_equal (name, "pow"))
    return n == 2 ? raise_to (r, x[0], x[1]) : fail (r, "pow () takes two numbers");
  if (g_str_equal (name, "round"))
    return round_number (r, x, n);
  if (g_str_equal (name, "abs"))
    return x->real < 0 ? calculate (r, '-', mk_number_whole (0), *x) : *x;
  if (g_str_equal (name, "float"))
    return mk_number_real (x->real);
  if (g_str_equal (name, "int") || g_str_equal (name, "ceil") || g_str_equal (name, "floor"))
    return x->is_whole ? *x : to_whole (r, name[0] == 'i' ? trunc (x->real) : name[0] == 'c' ? ceil (x->real) : floor (x->real));
  return call_real (r, name, x, n);
}

/* --- reading, loosest first --- */

static mk_number read_choice (reader *r);

static void
skip_blanks (reader *r)
{
  while (g_ascii_isspace (*r->at))
    r->at++;
}

/* Whether `sign` comes next, and takes it. Words end where no letter follows. */
static bool
take (reader *r, const char *sign)
{
  skip_blanks (r);
  size_t n = strlen (sign);
  if (strncmp (r->at, sign, n) != 0 || (g_ascii_isalpha (*sign) && (g_ascii_isalnum (r->at[n]) || r->at[n] == '_')))
    return false;
  r->at += n;
  return true;
}

static mk_number
read_literal (reader *r)
{
  char *end = NULL;
  size_t n_digits = strspn (r->at, "0123456789");
  bool is_whole = n_digits > 0 && strchr (".eE", r->at[n_digits]) == NULL;
  errno = 0;
  mk_number x = is_whole || r->at[n_digits] == '\0' ? mk_number_whole (g_ascii_strtoll (r->at, &end, 10)) : mk_number_real (g_ascii_strtod (r->at, &end));
  if (errno == ERANGE)
    return no_number (r, "a number does not fit");
  r->at = end;
  return x;
}

static char *
read_name (reader *r)
{
  const char *start = r->at;
  while (g_ascii_isalnum (*r->at) || *r->at == '_')
    r->at++;
  return g_strndup (start, (gsize)(r->at - start));
}

/* Whether all values come next, as one argument; takes the word. */
static bool
take_all_values (reader *r)
{
  skip_blanks (r);
  const char *start = r->at;
  if (!take (r, "values"))
    return false;
  skip_blanks (r);
  if (*r->at != '[')
    return true;
  r->at = start;
  return false;
}

/* After the bracket that opens. */
static size_t
read_arguments (reader *r, mk_number *x)
{
  size_t n = 0;
  if (take (r, ")"))
    return 0;
  do {
    if (take_all_values (r))
      for (size_t i = 0; i < r->n_values && n < MAX_ARGUMENTS; i++)
        x[n++] = r->values[i].value;
    else if (n < MAX_ARGUMENTS)
      x[n++] = read_choice (r);
  } while (take (r, ","));
  if (!take (r, ")"))
    fail (r, "a ) is missing");
  return n;
}

static mk_number
read_value_at (reader *r)
{
  mk_number place = read_choice (r);
  if (!take (r, "]"))
    return fail (r, "a ] is missing");
  int64_t i = place.whole < 0 ? place.whole + (int64_t)r->n_values : place.whole;
  if (!place.is_whole || i < 0 || i >= (int64_t)r->n_values)
    return no_number (r, "there are %zu values, and none at %g", r->n_values, place.real);
  return r->values[i].value;
}

static mk_number
read_named (reader *r)
{
  g_autofree char *name = read_name (r);
  if (take (r, "(")) {
    mk_number arguments[MAX_ARGUMENTS];
    size_t n = read_arguments (r, arguments);
    return r->error == NULL ? call (r, name, arguments, n) : mk_number_whole (0);
  }
  if (g_str_equal (name, "True") || g_str_equal (name, "False"))
    return mk_number_whole (name[0] == 'T');
  if (g_str_equal (name, "values") && take (r, "["))
    return read_value_at (r);
  for (size_t i = 0; i < r->n_values; i++)
    if (g_str_equal (r->values[i].name, name))
      return r->values[i].value;
  return fail (r, "%s stands for nothing", name);
}

static mk_number
read_atom (reader *r)
{
  if (take (r, "(")) {
    mk_number x = read_choice (r);
    return take (r, ")") ? x : fail (r, "a ) is missing");
  }
  if (g_ascii_isdigit (*r->at) || *r->at == '.')
    return read_literal (r);
  if (g_ascii_isalpha (*r->at) || *r->at == '_')
    return read_named (r);
  return *r->at == '\0' ? fail (r, "something is missing at its end") : fail (r, "“%c” means nothing here", *r->at);
}

/* -x ** y is -(x ** y), and x ** -y is allowed. */
static mk_number
read_signed (reader *r)
{
  if (r->depth >= MAX_DEPTH)
    return fail (r, "it is nested deeper than %d", MAX_DEPTH);
  r->depth++;
  mk_number x;
  if (take (r, "-"))
    x = calculate (r, '-', mk_number_whole (0), read_signed (r));
  else if (take (r, "+"))
    x = read_signed (r);
  else {
    x = read_atom (r);
    if (take (r, "**"))
      x = raise_to (r, x, read_signed (r));
  }
  r->depth--;
  return x;
}

static mk_number
read_product (reader *r)
{
  mk_number x = read_signed (r);
  for (;;) {
    if (take (r, "//"))
      x = divide (r, 'f', x, read_signed (r));
    else if (take (r, "/"))
      x = divide (r, '/', x, read_signed (r));
    else if (take (r, "%"))
      x = divide (r, '%', x, read_signed (r));
    else if (take (r, "*"))
      x = calculate (r, '*', x, read_signed (r));
    else
      return x;
  }
}

static mk_number
read_sum (reader *r)
{
  mk_number x = read_product (r);
  for (;;) {
    if (take (r, "+"))
      x = calculate (r, '+', x, read_product (r));
    else if (take (r, "-"))
      x = calculate (r, '-', x, read_product (r));
    else
      return x;
  }
}

/* a < b < c asks for both. */
static mk_number
read_comparison (reader *r)
{
  static const char *const signs[] = { "<=", ">=", "==", "!=", "<", ">" };
  mk_number x = read_sum (r);
  bool holds = true, is_any = false;
  for (size_t i = 0; i < MK_COUNT (signs); i++) {
    if (!take (r, signs[i]))
      continue;
    mk_number y = read_sum (r);
    const bool results[] = { x.real <= y.real, x.real >= y.real, x.real == y.real, x.real != y.real, x.real < y.real, x.real > y.real };
    holds = holds && results[i];
    is_any = true;
    if (isnan (x.real) || isnan (y.real))
      return mk_number_real (NAN);
    x = y;
    i = (size_t)-1;
  }
  return is_any ? mk_number_whole (holds) : x;
}

static mk_number
read_not (reader *r)
{
  bool is_turned = false, is_logic = false;
  for (; take (r, "not"); is_turned = !is_turned)
    is_logic = true;
  mk_number x = read_comparison (r);
  return is_logic && !isnan (x.real) ? mk_number_whole (is_true (x) != is_turned) : x;
}

static mk_number
read_and (reader *r)
{
  mk_number x = read_not (r);
  while (take (r, "and")) {
    mk_number y = read_not (r);
    x = is_true (x) && !isnan (x.real) ? y : x;
  }
  return x;
}

static mk_number
read_or (reader *r)
{
  mk_number x = read_and (r);
  while (take (r, "or")) {
    mk_number y = read_and (r);
    x = is_true (x) ? x : y;
  }
  return x;
}

static mk_number
read_choice (reader *r)
{
  if (r->depth >= MAX_DEPTH)
    return fail (r, "it is nested deeper than %d", MAX_DEPTH);
  r->depth++;
  mk_number x = read_or (r);
  if (take (r, "if")) {
    mk_number condition = read_or (r);
    if (!take (r, "else"))
      fail (r, "an else is missing");
    mk_number otherwise = read_choice (r);
    x = isnan (condition.real) ? condition : is_true (condition) ? x : otherwise;
  }
  r->depth--;
  return x;
}

bool
mk_expression_evaluate (const char *text, const mk_named_number *values, size_t n, mk_number *result, GError **error)
{
  reader r = { .text = text, .at = text, .values = values, .n_values = n };
  mk_number x = read_choice (&r);
  skip_blanks (&r);
  if (r.error == NULL && *r.at != '\0')
    fail (&r, "“%.20s” is more than it can say", r.at);
  if (r.error == NULL && !isfinite (x.real)) {
    no_number (&r, "it comes to no finite number");
    r.error = g_steal_pointer (&r.trouble);
  }
  g_clear_error (&r.trouble);
  if (r.error == NULL) {
    *result = x;
    return true;
  }
  g_propagate_error (error, r.error);
  return false;
}
