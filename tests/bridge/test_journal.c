#include "bridge/journal.h"
#include "check.h"

#include <string.h>
#include <sys/stat.h>

TEST (the_log_is_listed_filtered_and_put_aside_when_it_is_full)
{
  const char *folder = mk_test_folder ();
  mk_journal_options options = { .folder = folder, .max_bytes = 2000, .max_age_s = 3600, .n_files = 2 };
  mk_log_set_level (MK_LOG_INFO);
  mk_journal *journal = mk_journal_new (&options);
  for (int i = 0; i < 60; i++)
    mk_log (i % 2 == 0 ? MK_LOG_INFO : MK_LOG_WARNING, "test", "line %d", i);
  mk_log_fields (MK_LOG_ERROR, "test", (const char *const[]){ "task_id", "t-1", NULL }, "broke");
  mk_page page;
  CHECK (mk_page_parse (NULL, 10, &page, NULL));
  g_autoptr (mk_json) all = mk_journal_list (journal, &page, NULL, NULL, NULL), bad = mk_journal_list (journal, &page, "warning", "line 5", NULL), task = mk_journal_list (journal, &page, NULL, NULL, "t-1");
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (mk_json_get (all, "items"), 0), "message")), "broke");
  CHECK (mk_json_get (all, "next_cursor") != NULL);
  CHECK_INT (mk_json_length (mk_json_get (bad, "items")), ==, 6); /* 5, 51, 53, 55, 57, 59 */
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_get (mk_json_at (mk_json_get (task, "items"), 0), "fields"), "task_id")), "t-1");
  mk_journal_free (journal);
  for (int i = 0; i <= 3; i++) {
    g_autofree char *name = i == 0 ? g_strdup ("miktos.log") : g_strdup_printf ("miktos.log.%d", i), *path = g_build_filename (folder, name, NULL);
    struct stat info;
    CHECK_INT (stat (path, &info) == 0, ==, i <= 2);
    CHECK (i > 2 || info.st_size <= 2000);
  }
}
