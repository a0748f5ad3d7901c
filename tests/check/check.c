#include "check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, SKIPPED = 77 };

static mk_test *tests, **tests_end = &tests;
static char *folder;

void
mk_test_register (mk_test *test)
{
  *tests_end = test;
  tests_end = &test->next;
}

void
mk_test_fail (const char *file, int line, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  printf ("# %s:%d: ", file, line);
  vprintf (format, args);
  printf ("\n");
  va_end (args);
  fflush (stdout);
  _exit (FAILED);
}

void
mk_test_skip (const char *why)
{
  printf ("# skipped: %s\n", why);
  fflush (stdout);
  _exit (SKIPPED);
}

const char *
mk_test_folder (void)
{
  return folder;
}

const char *
mk_test_source (void)
{
  return MK_TEST_SOURCE;
}

static void
remove_folder (const char *path)
{
  g_autofree char *quoted = g_shell_quote (path);
  g_autofree char *command = g_strdup_printf ("rm -rf -- %s", quoted);
  if (system (command) != 0)
    printf ("# %s could not be removed\n", path);
}

/* Instrumented code takes up to this many times as long. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PATIENCE 10
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PATIENCE 10
#endif
#endif
#ifndef PATIENCE
#define PATIENCE 1
#endif

/* In the child: run, then leave through exit, so that leak checkers look. */
static void
run_in_child (const mk_test *test)
{
  setpgid (0, 0);
  alarm (test->max_seconds * PATIENCE);
  test->run ();
  fflush (stdout);
  exit (PASSED);
}

static int
run_one (const mk_test *test)
{
  folder = g_strdup_printf ("%s/miktos-test-XXXXXX", g_get_tmp_dir ());
  if (mkdtemp (folder) == NULL) {
    printf ("# no temporary folder\n");
    return FAILED;
  }
  fflush (stdout);
  pid_t child = fork ();
  if (child == 0)
    run_in_child (test);
  int status = 0;
  waitpid (child, &status, 0);
  kill (-child, SIGKILL); /* servers that a failed test left behind */
  remove_folder (folder);
  g_clear_pointer (&folder, g_free);
  if (WIFSIGNALED (status))
    printf ("# ended by signal %d (%s)\n", WTERMSIG (status), WTERMSIG (status) == SIGALRM ? "too slow" : strsignal (WTERMSIG (status)));
  return WIFEXITED (status) ? WEXITSTATUS (status) : FAILED;
}

static bool
is_wanted (const mk_test *test, int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (strstr (test->name, argv[i]) != NULL)
      return true;
  return argc < 2;
}

int
main (int argc, char **argv)
{
  int n = 0, n_failed = 0;
  for (const mk_test *test = tests; test != NULL; test = test->next) {
    if (!is_wanted (test, argc, argv))
      continue;
    int result = run_one (test);
    n_failed += result != PASSED && result != SKIPPED;
    printf ("%s %d - %s%s\n", result == PASSED || result == SKIPPED ? "ok" : "not ok", ++n, test->name, result == SKIPPED ? " # SKIP" : "");
    fflush (stdout);
  }
  printf ("1..%d\n", n);
  return n_failed > 0;
}
