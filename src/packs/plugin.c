#include "packs/plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graph/object_info.h"
#include "graph/run.h"
#include "packs/plugin_api.h"

#define SCAN_MS 10000
#define MAX_DESCRIPTION (16 << 20)

/* --- opening --- */

static const mk_plugin *
open_library (const char *path, void **library, GError **error)
{
  *library = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  const mk_plugin *plugin = *library != NULL ? dlsym (*library, MK_PLUGIN_SYMBOL) : NULL;
  if (plugin == NULL)
    mk_error (error, MK_ERROR_FORMAT, "%s", dlerror ());
  else if (plugin->abi != MK_PLUGIN_ABI)
    mk_error (error, MK_ERROR_UNSUPPORTED, "it was built for version %u of the plugin interface, this program has version %u: build it again", plugin->abi, MK_PLUGIN_ABI);
  else if (plugin->size_of_node != sizeof (mk_node_def) || plugin->size_of_port != sizeof (mk_port))
    mk_error (error, MK_ERROR_UNSUPPORTED, "its tables are of %u and %u bytes, this program's of %zu and %zu: build it again with this version's headers",
              plugin->size_of_node, plugin->size_of_port, sizeof (mk_node_def), sizeof (mk_port));
  else
    return plugin;
  return NULL;
}

/* --- describing, in the child --- */

static mk_json *
describe_node (const mk_node_def *def, const mk_folders *folders)
{
  mk_json *description = mk_json_new_object ();
  mk_json_set (description, "info", mk_object_info_of (def, folders));
  mk_json_set (description, "version", mk_json_new_int (MAX (def->version, 1)));
  mk_json_set (description, "lazy", mk_json_new_bool (def->need != NULL));
  mk_json_set (description, "fingerprint", mk_json_new_bool (def->fingerprint != NULL));
  mk_json_set (description, "async", mk_json_new_bool ((def->flags & MK_NODE_LIGHT) != 0));
  mk_json_set (description, "input_is_list", mk_json_new_bool ((def->flags & MK_NODE_INPUT_IS_LIST) != 0));
  mk_json_set (description, "not_idempotent", mk_json_new_bool ((def->flags & MK_NODE_NOT_IDEMPOTENT) != 0));
  mk_json_set (description, "v3", mk_json_new_bool ((def->flags & MK_NODE_SCHEMA_V3) != 0));
  return description;
}

static void
write_all (int fd, const char *text)
{
  size_t length = strlen (text);
  for (size_t at = 0; at < length;) {
    ssize_t n = write (fd, text + at, length - at);
    if (n < 0 && errno != EINTR)
      _exit (1);
    at += (size_t)MAX (n, 0);
  }
}

static void
describe (const char *path, const mk_folders *folders, int fd)
{
  GError *error = NULL;
  void *library;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  const mk_plugin *plugin = open_library (path, &library, &error);
  mk_json *all = mk_json_new_object (), *nodes = mk_json_new_array ();
  for (const mk_node_def *const *def = plugin != NULL ? plugin->nodes : NULL; def != NULL && *def != NULL; def++)
    mk_json_append (nodes, describe_node (*def, folders));
  mk_json_set (all, "nodes", nodes);
  mk_json_set (all, "error", mk_json_new_string (error != NULL ? error->message : NULL));
  mk_json_set (all, "version", mk_json_new_string (plugin != NULL ? plugin->version : NULL));
  g_autofree char *text = mk_json_print_compact (all);
  write_all (fd, text);
  _exit (0);
}

/* --- listening to it --- */

/* Until the child closes its end; false when it took too long or says too much. */
static bool
read_description (int fd, GByteArray *text)
{
  int64_t end_us = g_get_monotonic_time () + SCAN_MS * (int64_t)1000;
  for (;;) {
    char bytes[65536];
    struct pollfd watched = { .fd = fd, .events = POLLIN };
    int64_t left_ms = (end_us - g_get_monotonic_time ()) / 1000;
    if (left_ms <= 0 || poll (&watched, 1, (int)left_ms) == 0)
      return false;
    ssize_t n = read (fd, bytes, sizeof bytes);
    if (n == 0)
      return true;
    if (n > 0)
      g_byte_array_append (text, (const guint8 *)bytes, (guint)n);
    if ((n < 0 && errno != EINTR) || text->len > MAX_DESCRIPTION)
      return false;
  }
}

static mk_json *
understand (const GByteArray *text, int status, GError **error)
{
  mk_json *description = NULL;
  if (WIFSIGNALED (status))
    mk_error (error, MK_ERROR_FORMAT, "it crashed while it was opened: signal %d (%s)", WTERMSIG (status), strsignal (WTERMSIG (status)));
  else if (!mk_json_parse ((const char *)text->data, (gssize)text->len, NULL, &description, NULL) || mk_json_get_kind (description) != MK_JSON_OBJECT)
    mk_error (error, MK_ERROR_FORMAT, "it ended while it was opened");
  else if (mk_json_get (description, "error") != NULL)
    mk_error (error, MK_ERROR_UNSUPPORTED, "%s", mk_json_get_string (mk_json_get (description, "error")));
  else
    return description;
  mk_json_unref (description);
  return NULL;
}

mk_json *
mk_plugin_scan (const mk_pack *pack, const mk_folders *folders, GError **error)
{
  int ends[2], status = 0;
  if (pipe (ends) != 0) {
    mk_error (error, MK_ERROR_FAILED, "%s", g_strerror (errno));
    return NULL;
  }
  pid_t child = fork ();
  if (child == 0) {
    close (ends[0]);
    describe (pack->path, folders, ends[1]);
  }
  close (ends[1]);
  g_autoptr (GByteArray) text = g_byte_array_new ();
  bool is_whole = child > 0 && read_description (ends[0], text);
  close (ends[0]);
  if (child > 0) {
    if (!is_whole)
      kill (child, SIGKILL);
    waitpid (child, &status, 0);
  }
  if (is_whole)
    return understand (text, status, error);
  mk_error (error, MK_ERROR_TIMEOUT, "it did not describe its nodes within %d s", SCAN_MS / 1000);
  return NULL;
}

/* --- running, in the worker --- */

static const mk_node_def *
find_def (const mk_run *run, GError **error)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  const mk_plugin *plugin = NULL;
  pthread_mutex_lock (&pack->lock);
  if (pack->library == NULL)
    plugin = open_library (pack->path, &pack->library, error);
  else
    plugin = dlsym (pack->library, MK_PLUGIN_SYMBOL);
  pthread_mutex_unlock (&pack->lock);
  for (const mk_node_def *const *def = plugin != NULL ? plugin->nodes : NULL; def != NULL && *def != NULL; def++)
    if (g_str_equal ((*def)->id, run->def->id))
      return *def;
  if (plugin != NULL)
    mk_error (error, MK_ERROR_NOT_FOUND, "the plugin %s no longer has a node %s: restart the engine", pack->name, run->def->id);
  return NULL;
}

bool
mk_plugin_call_run (mk_run *run, GError **error)
{
  const mk_node_def *def = find_def (run, error);
  return def != NULL && (def->check == NULL || def->check (run, error)) && def->run (run, error);
}

void
mk_plugin_call_need (mk_run *run)
{
  const mk_node_def *def = find_def (run, NULL);
  if (def != NULL && def->need != NULL)
    def->need (run);
}

bool
mk_plugin_call_fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  const mk_node_def *def = find_def (run, error);
  return def != NULL && (def->fingerprint == NULL || def->fingerprint (run, hasher, error));
}
