#include "base/presence.h"
#include "check.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TEST (who_is_there_is_found_until_it_leaves)
{
  const char *folder = mk_test_folder ();
  CHECK (mk_presence_find (folder, "bridge") == NULL);
  mk_presence *presence = mk_presence_take (folder, "bridge", NULL);
  CHECK (mk_presence_find (folder, "bridge") == NULL);
  CHECK (mk_presence_announce (presence, "http://127.0.0.1:8000", NULL));
  g_autofree char *url = mk_presence_find (folder, "bridge");
  CHECK_STRING (url, "http://127.0.0.1:8000");
  mk_presence_free (presence);
  CHECK (mk_presence_find (folder, "bridge") == NULL);
}

TEST (a_second_one_is_told_where_the_first_is)
{
  const char *folder = mk_test_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_presence) first = mk_presence_take (folder, "bridge", NULL);
  mk_presence_announce (first, "http://127.0.0.1:8123", NULL);
  CHECK (mk_presence_take (folder, "bridge", &error) == NULL);
  CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_EXISTS));
  CHECK (strstr (error->message, "http://127.0.0.1:8123") != NULL);
}

TEST (one_that_was_killed_is_not_there)
{
  const char *folder = mk_test_folder ();
  pid_t child = fork ();
  if (child == 0) {
    mk_presence_announce (mk_presence_take (folder, "bridge", NULL), "http://127.0.0.1:1", NULL);
    _exit (0);
  }
  waitpid (child, NULL, 0);
  CHECK (mk_presence_find (folder, "bridge") == NULL);
  g_autoptr (mk_presence) next = mk_presence_take (folder, "bridge", NULL);
  CHECK (next != NULL);
}
