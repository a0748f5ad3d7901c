#include "check.h"
#include "base/file.h"
#include "desktop/desktop.h"

#include <string.h>
#include <sys/stat.h>

typedef struct {
  GMainLoop *loop;
  char *kind, *why;
} heard;

static void
on_up (void *user, const char *url)
{
  (void)user;
  mk_test_fail (__FILE__, __LINE__, "%s is up", url);
}

static void
on_failed (void *user, const char *kind, const char *message)
{
  heard *h = user;
  h->kind = g_strdup (kind);
  h->why = g_strdup (message);
  g_main_loop_quit (h->loop);
}

/* What the window hears of a bridge that says `words` on its standard error and ends, "KIND|WHY". */
static char *
heard_of (const char *words)
{
  GError *error = NULL;
  g_autofree char *program = g_build_filename (mk_test_folder (), "miktos", NULL), *script = g_strdup_printf ("#!/bin/sh\ncat >&2 <<'END'\n%s\nEND\nexit 1\n", words);
  CHECK_OK (mk_file_write (program, script, strlen (script), &error), error);
  CHECK_INT (chmod (program, 0755), ==, 0);
  heard h = { g_main_loop_new (NULL, FALSE), NULL, NULL };
  mk_bridge_link_events events = { on_up, on_failed, &h };
  mk_bridge_link *link = mk_bridge_link_new (program, mk_test_folder (), &events);
  mk_bridge_link_connect (link);
  g_main_loop_run (h.loop);
  mk_bridge_link_free (link);
  g_main_loop_unref (h.loop);
  g_autofree char *kind = h.kind, *why = h.why;
  return g_strconcat (kind, "|", why, NULL);
}

TEST (a_bridge_that_does_not_start_is_told_by_kind_and_in_its_last_words_alone)
{
  g_autofree char *why = heard_of ("{\"level\":\"info\",\"room\":\"bridge\"}\nmiktos failed: FORBIDDEN\nmiktos: /data cannot be written: Read-only file system");
  CHECK_STRING (why, "forbidden|/data cannot be written: Read-only file system");
}

TEST (a_bridge_that_breaks_is_told_by_all_that_it_said)
{
  g_autofree char *why = heard_of ("error while loading shared libraries");
  CHECK_STRING (why, "other|error while loading shared libraries");
}
