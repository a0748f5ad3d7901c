#include "check.h"
#include "desktop/desktop.h"

#include <string.h>

static void
check_reads (const char *uri, const char *wanted)
{
  GError *error = NULL;
  g_autoptr (mk_json) link = mk_deep_link_read (uri, &error);
  CHECK_OK (link != NULL, error);
  g_autofree char *text = mk_json_print_compact (link);
  CHECK_STRING (text, wanted);
}

TEST (links_say_what_to_make_or_open)
{
  check_reads ("miktos://make?sentence=a%20red%20ball+bounces", "{\"type\":\"link\",\"action\":\"make\",\"sentence\":\"a red ball bounces\"}");
  check_reads ("miktos://project/ab-12", "{\"type\":\"link\",\"action\":\"open\",\"kind\":\"project\",\"id\":\"ab-12\"}");
  check_reads ("miktos://task/0f9", "{\"type\":\"link\",\"action\":\"open\",\"kind\":\"task\",\"id\":\"0f9\"}");
}

TEST (links_that_say_anything_else_are_refused)
{
  g_autofree char *many = g_strnfill (5000, 'a'), *long_link = g_strconcat ("miktos://make?sentence=", many, NULL);
  const char *const wrong[] = { "", "miktos:", "miktos://", "miktos://make", "miktos://make?sentence=", "miktos://project/", "miktos://project/Etc",
                                "miktos://project/a/b", "miktos://settings/x", "https://make?sentence=a", "miktos://task/%2e%2e", "javascript:alert(1)", long_link };
  for (size_t i = 0; i < MK_COUNT (wrong); i++) {
    g_autoptr (GError) error = NULL;
    if (mk_deep_link_read (wrong[i], &error) != NULL)
      mk_test_fail (__FILE__, __LINE__, "%.60s was taken", wrong[i]);
    CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_USAGE));
  }
}
