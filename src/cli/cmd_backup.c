/* cmd_backup.c - `miktos backup` and `miktos restore`: the bridge's database in one file, also while it runs. */
#include "base/file.h"
#include "base/presence.h"
#include "bridge/store.h"
#include "cli/bridge_options.h"
#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

const GOptionEntry *
mk_cli_backup_options (void)
{
  static const GOptionEntry entries[] = { MK_CLI_DATA_OPTIONS, { 0 } };
  return entries;
}

mk_exit
mk_cli_backup (char **arguments)
{
  GError *error = NULL;
  if (arguments[0] == NULL || arguments[1] != NULL)
    return mk_cli_fail_usage ("backup takes the file to write");
  g_autofree char *folder = mk_cli_data_folder (), *path = g_build_filename (folder, "bridge.db", NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return mk_cli_fail_usage ("there is nothing in %s yet", folder);
  umask (0077); /* keys of engines are in it */
  g_autoptr (mk_database) store = mk_store_open (path, &error);
  if (store != NULL && !mk_database_backup (store, arguments[0], &error))
    g_prefix_error (&error, "%s cannot be written: ", arguments[0]);
  if (error != NULL)
    return mk_cli_fail (error);
  printf ("%s holds projects, workflows, tasks and keys. Films and models are files: copy %s/outputs as well.\n", arguments[0], folder);
  return MK_EXIT_OK;
}

/* Who restores for a service, as root, must not take its database away from it. */
static bool
give_to_owner (const char *part, const char *path, const char *folder, GError **error)
{
  struct stat owner;
  bool is_known = stat (path, &owner) == 0 || stat (folder, &owner) == 0;
  if (chmod (part, 0600) == 0 && is_known && (owner.st_uid == geteuid () || chown (part, owner.st_uid, owner.st_gid) == 0))
    return true;
  return mk_error (error, MK_ERROR_DISK, "%s cannot be given to the owner of %s: %s", part, folder, g_strerror (errno));
}

/* The copy is opened before anything is replaced: what is no database of ours changes nothing. */
static bool
restore (const char *from, const char *folder, char **kept, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "bridge.db", NULL), *part = g_strconcat (path, ".restore", NULL), *wal = g_strconcat (path, "-wal", NULL), *shm = g_strconcat (path, "-shm", NULL);
  g_autofree char *bytes = NULL, *day = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000000);
  size_t length = 0;
  g_autoptr (mk_presence) presence = mk_presence_take (folder, "bridge", error);
  if (presence == NULL) {
    g_prefix_error (error, "nothing was restored, stop the bridge first: ");
    return false;
  }
  if (!mk_file_read (from, (size_t)8 << 30, &bytes, &length, error) || !mk_file_write (part, bytes, length, error))
    return false;
  mk_database *copy = mk_store_open (part, error);
  if (copy == NULL) {
    g_prefix_error (error, "%s is no database that backup wrote: ", from);
    unlink (part);
    return false;
  }
  mk_database_close (copy);
  if (!give_to_owner (part, path, folder, error)) {
    unlink (part);
    return false;
  }
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    mk_database *old = mk_store_open (path, NULL); /* takes its journal in, so that the file alone is all of it */
    mk_database_close (old);
    *kept = g_strconcat (path, ".before-", day, NULL);
    rename (path, *kept);
  }
  unlink (wal);
  unlink (shm);
  return rename (part, path) == 0 || mk_error (error, MK_ERROR_DISK, "%s: %s", path, g_strerror (errno));
}

mk_exit
mk_cli_restore (char **arguments)
{
  GError *error = NULL;
  if (arguments[0] == NULL || arguments[1] != NULL)
    return mk_cli_fail_usage ("restore takes a file that backup wrote");
  g_autofree char *folder = mk_cli_data_folder (), *kept = NULL;
  if (!mk_folder_make (folder, &error) || !restore (arguments[0], folder, &kept, &error))
    return mk_cli_fail (error);
  printf ("Restored from %s.%s%s\n", arguments[0], kept != NULL ? " What was there before is in " : "", kept != NULL ? kept : "");
  return MK_EXIT_OK;
}
