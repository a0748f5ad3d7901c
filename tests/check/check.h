/* check.h - tests whose names are sentences, each in a process of its own.
 *
 * Purpose   TEST (cache_forgets_the_oldest_first) { ... CHECK_INT (n, ==, 3); }
 * Output    TAP on standard output; a failing check prints the values that differ.
 * Limits    A test that runs longer than its seconds (60, or TEST_WITHIN's; ten times under a sanitizer) is killed
 *           and fails.
 * Use       One program per file or room; link check.c. `PROGRAM name…` runs only those.
 */
#pragma once
#include "base/base.h"

typedef struct mk_test {
  const char *name;
  void (*run) (void);
  unsigned max_seconds;
  struct mk_test *next;
} mk_test;

void mk_test_register (mk_test *test);
/* Ends the running test. */
void mk_test_fail (const char *file, int line, const char *format, ...) G_GNUC_PRINTF (3, 4) G_GNUC_NORETURN;
void mk_test_skip (const char *why) G_GNUC_NORETURN;
/* A fresh folder for this test alone, removed when it ends. Absolute; static. */
const char *mk_test_folder (void);
/* Folder of the repository's tests, and of its root. Absolute; static. */
const char *mk_test_source (void);

#define TEST_WITHIN(sentence, seconds)                                         \
  static void sentence (void);                                                 \
  __attribute__ ((constructor)) static void register_##sentence (void)         \
  {                                                                            \
    static mk_test test = { #sentence, sentence, seconds, NULL };              \
    mk_test_register (&test);                                                  \
  }                                                                            \
  static void sentence (void)
#define TEST(sentence) TEST_WITHIN (sentence, 60)

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition))                                                          \
      mk_test_fail (__FILE__, __LINE__, "not so: %s", #condition);             \
  } while (0)
#define CHECK_INT(a, op, b)                                                    \
  do {                                                                         \
    long long a_ = (long long)(a), b_ = (long long)(b);                        \
    if (!(a_ op b_))                                                           \
      mk_test_fail (__FILE__, __LINE__, "%s is %lld, wanted %s %lld", #a, a_, #op, b_); \
  } while (0)
#define CHECK_REAL(a, op, b)                                                   \
  do {                                                                         \
    double a_ = (double)(a), b_ = (double)(b);                                 \
    if (!(a_ op b_))                                                           \
      mk_test_fail (__FILE__, __LINE__, "%s is %.9g, wanted %s %.9g", #a, a_, #op, b_); \
  } while (0)
#define CHECK_NEAR(a, b, tolerance)                                            \
  do {                                                                         \
    double a_ = (double)(a), b_ = (double)(b), t_ = (double)(tolerance);       \
    if (!(a_ - b_ <= t_ && b_ - a_ <= t_))                                     \
      mk_test_fail (__FILE__, __LINE__, "%s is %.9g, wanted %.9g within %g", #a, a_, b_, t_); \
  } while (0)
#define CHECK_STRING(a, b)                                                     \
  do {                                                                         \
    const char *a_ = (a), *b_ = (b);                                           \
    if (g_strcmp0 (a_, b_) != 0)                                               \
      mk_test_fail (__FILE__, __LINE__, "%s is\n#   %s\n# wanted\n#   %s", #a, a_ ? a_ : "NULL", b_ ? b_ : "NULL"); \
  } while (0)
/* The call succeeded: `error` is a GError* that must still be NULL. */
#define CHECK_OK(result, error)                                                \
  do {                                                                         \
    bool r_ = (result) ? true : false;                                         \
    if (!r_ || (error) != NULL)                                                \
      mk_test_fail (__FILE__, __LINE__, "%s failed: %s", #result, (error) != NULL ? (error)->message : "no reason given"); \
  } while (0)
/* The call failed with this code of MK_ERROR. */
#define CHECK_FAILS(result, error, wanted)                                     \
  do {                                                                         \
    bool r_ = (result) ? true : false;                                         \
    if (r_)                                                                    \
      mk_test_fail (__FILE__, __LINE__, "%s succeeded, wanted %s", #result, #wanted); \
    if (!g_error_matches ((error), MK_ERROR, (wanted)))                        \
      mk_test_fail (__FILE__, __LINE__, "%s failed with “%s”, wanted %s", #result, (error) != NULL ? (error)->message : "no reason", #wanted); \
  } while (0)
