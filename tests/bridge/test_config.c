#include "bridge/config.h"
#include "check.h"

#include <string.h>

static char *
write_file (const char *text)
{
  char *path = g_build_filename (mk_test_folder (), "miktos.conf", NULL);
  CHECK (g_file_set_contents (path, text, -1, NULL));
  return path;
}

TEST (a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default)
{
  g_autofree char *path = write_file ("[server]\nport=1\n[tasks]\nattempts=4\n");
  GError *error = NULL;
  g_setenv ("MIKTOS_SERVER_PORT", "2", TRUE);
  g_autoptr (mk_config) config = mk_config_new (path, &error);
  CHECK_OK (config, error);
  CHECK_INT (mk_config_get_int (config, "server.port"), ==, 2);
  CHECK_STRING (mk_config_origin (config, "server.port"), "environment");
  CHECK_STRING (mk_config_origin (config, "tasks.attempts"), "file");
  CHECK_STRING (mk_config_origin (config, "server.host"), "default");
  CHECK (mk_config_set_flag (config, "server.port", "3", NULL));
  CHECK_INT (mk_config_get_int (config, "server.port"), ==, 3);
  CHECK_STRING (mk_config_origin (config, "server.port"), "flag");
}

TEST (what_is_wrong_in_a_file_is_named)
{
  static const struct {
    const char *text, *hint;
    mk_error_code code;
  } cases[] = { { "[server]\nport=70000\n", "server.port", MK_ERROR_RANGE }, { "[server]\nprot=1\n", "prot", MK_ERROR_USAGE }, { "[engine]\nown=maybe\n", "maybe", MK_ERROR_TYPE },
                { "[log]\nlevel=loud\n", "error, warning", MK_ERROR_RANGE }, { "nonsense", "miktos.conf", MK_ERROR_SYNTAX } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_file (cases[i].text);
    CHECK_FAILS (mk_config_new (path, &error), error, cases[i].code);
    CHECK (strstr (error->message, cases[i].hint) != NULL);
  }
}

TEST (a_setting_is_written_beside_what_a_person_wrote)
{
  g_autofree char *path = write_file ("# mine\n[server]\nport=1\n"), *text = NULL;
  g_autoptr (mk_config) config = mk_config_new (path, NULL);
  CHECK (mk_config_write (config, "tasks.attempts", "7", NULL));
  CHECK_INT (mk_config_get_int (config, "tasks.attempts"), ==, 7);
  CHECK (g_file_get_contents (path, &text, NULL, NULL));
  CHECK (strstr (text, "# mine") != NULL && strstr (text, "attempts=7") != NULL && strstr (text, "port=1") != NULL);
  g_autoptr (GError) error = NULL;
  CHECK (mk_config_set_flag (config, "server.port", "5", NULL));
  CHECK_FAILS (mk_config_write (config, "server.port", "6", &error), error, MK_ERROR_USAGE);
}
