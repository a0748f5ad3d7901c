#include "bridge/config.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>

static const char *const levels[] = { "error", "warning", "info", "debug", NULL };
static const char *const forms[] = { "auto", "text", "json", NULL };

const mk_setting mk_settings[] = {
  { "server.host", MK_SETTING_TEXT, "127.0.0.1", "Address to listen on; beyond loopback a key is needed." },
  { "server.port", MK_SETTING_INTEGER, "8000", "Port; 0 takes a free one.", 0, 65535 },
  { "server.cors_origin", MK_SETTING_TEXT, "", "Pages of these origins may call, with commas between them; * lets all." },
  { "server.tls_certificate", MK_SETTING_TEXT, "", "PEM file of a certificate; with server.tls_key, HTTPS is spoken." },
  { "server.tls_key", MK_SETTING_TEXT, "", "PEM file of its key." },
  { "server.requests_per_minute", MK_SETTING_INTEGER, "6000", "Requests that one key and one address may make; 0 = no limit. Loopback without keys has none.", 0, 10000000, .is_live = true },
  { "server.drain_seconds", MK_SETTING_INTEGER, "10", "How long a stop waits for answers and files that are on their way.", 0, 600, .is_live = true },
  { "log.level", MK_SETTING_CHOICE, "info", "What is told to the operator.", .choices = levels, .is_live = true },
  { "log.form", MK_SETTING_CHOICE, "auto", "On standard error: text on a terminal, else JSON; or always one of them.", .choices = forms },
  { "log.file_mb", MK_SETTING_INTEGER, "10", "A log file that is larger is put aside; 0 writes none.", 0, 10000 },
  { "log.file_days", MK_SETTING_INTEGER, "7", "And one that is older.", 1, 3650 },
  { "log.files", MK_SETTING_INTEGER, "5", "So many of those put aside are kept.", 0, 1000 },
  { "tasks.attempts", MK_SETTING_INTEGER, "3", "How often a task is tried when its engine is lost.", 1, 100, .is_live = true },
  { "tasks.retry_pause_ms", MK_SETTING_INTEGER, "1000", "Before the second retry; each later one waits twice as long.", 0, 600000, .is_live = true },
  { "tasks.deadline_minutes", MK_SETTING_INTEGER, "1440", "A task that is not done by then fails; 0 = never.", 0, 525600, .is_live = true },
  { "engine.own", MK_SETTING_SWITCH, "true", "Start an engine of our own." },
  { "words.url", MK_SETTING_TEXT, "", "An OpenAI-compatible endpoint (http://127.0.0.1:11434/v1) that reads what the built-in parser covers badly; empty asks nobody.", .is_live = true },
  { "words.model", MK_SETTING_TEXT, "", "Its model, as the endpoint names it.", .is_live = true },
  { "words.key", MK_SETTING_TEXT, "", "Its key, if it wants one.", .is_secret = true, .is_live = true },
  { "words.below_percent", MK_SETTING_INTEGER, "60", "It is asked when less of a sentence was understood.", 1, 100, .is_live = true },
  { "words.timeout_s", MK_SETTING_INTEGER, "10", "It is given up after so long, and the built-in reading stands.", 1, 300, .is_live = true },
  { "models.extra_paths", MK_SETTING_TEXT, "", "An extra_model_paths.yaml of ComfyUI, whose models are linked in." },
  { "models.a1111_folder", MK_SETTING_TEXT, "", "A folder of AUTOMATIC1111's web UI, whose models are linked in." },
  { "models.allow_pickle", MK_SETTING_SWITCH, "false", "Install .ckpt, .pt and .bin too. Loading such a file can run what its author wants.", .is_live = true },
  { .name = NULL },
};

typedef enum { FROM_PRESET, FROM_FILE, FROM_ENVIRONMENT, FROM_FLAG } origin;

typedef struct {
  const mk_setting *setting;
  char *value;
  origin from;
} held;

struct mk_config {
  char *path;
  GHashTable *values; /* name -> held */
};

static void
held_free (void *given)
{
  held *h = given;
  g_free (h->value);
  g_free (h);
}

static held *
find (const mk_config *config, const char *name)
{
  held *h = g_hash_table_lookup (config->values, name);
  g_assert (h != NULL); /* names are our own */
  return h;
}

static bool
check_value (const mk_setting *setting, const char *value, const char *where, GError **error)
{
  gint64 number;
  g_autoptr (GError) detail = NULL;
  if (setting->type == MK_SETTING_INTEGER && !g_ascii_string_to_signed (value, 10, setting->min, setting->max, &number, &detail))
    return mk_error (error, MK_ERROR_RANGE, "%s: %s is “%s”; it is a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, where, setting->name, value, setting->min, setting->max);
  if (setting->type == MK_SETTING_SWITCH && !g_str_equal (value, "true") && !g_str_equal (value, "false"))
    return mk_error (error, MK_ERROR_TYPE, "%s: %s is “%s”; it is true or false", where, setting->name, value);
  if (setting->type == MK_SETTING_CHOICE && !g_strv_contains (setting->choices, value)) {
    g_autofree char *all = g_strjoinv (", ", (char **)setting->choices);
    return mk_error (error, MK_ERROR_RANGE, "%s: %s is “%s”; it is one of %s", where, setting->name, value, all);
  }
  return g_utf8_validate (value, -1, NULL) || mk_error (error, MK_ERROR_TYPE, "%s: %s is not UTF-8", where, setting->name);
}

static bool
take (mk_config *config, const char *name, const char *value, origin from, const char *where, GError **error)
{
  held *h = find (config, name);
  if (!check_value (h->setting, value, where, error))
    return false;
  char *copy = g_strdup (value); /* before: it may be our own */
  g_free (h->value);
  h->value = copy;
  h->from = from;
  return true;
}

/* "server.port" -> "server", "port". */
static void
split (const char *name, char **group, const char **key)
{
  const char *dot = strchr (name, '.');
  *group = g_strndup (name, (gsize)(dot - name));
  *key = dot + 1;
}

static bool
read_group (mk_config *config, GKeyFile *file, const char *group, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, error);
  for (char **key = keys; key != NULL && *key != NULL; key++) {
    g_autofree char *name = g_strdup_printf ("%s.%s", group, *key), *value = g_key_file_get_string (file, group, *key, error);
    if (value == NULL)
      return false;
    if (!g_hash_table_contains (config->values, name))
      return mk_error (error, MK_ERROR_USAGE, "%s: there is no setting %s in [%s]; GET /api/v1/settings and docs/bridge.md list them", config->path, *key, group);
    if (!take (config, name, value, FROM_FILE, config->path, error))
      return false;
  }
  return keys != NULL;
}

static bool
read_file (mk_config *config, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) detail = NULL;
  if (config->path == NULL || !g_file_test (config->path, G_FILE_TEST_EXISTS))
    return true;
  if (!g_key_file_load_from_file (file, config->path, G_KEY_FILE_NONE, &detail))
    return mk_error (error, MK_ERROR_SYNTAX, "%s: %s", config->path, detail->message);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group != NULL; group++)
    if (!read_group (config, file, *group, error))
      return false;
  return true;
}

static char *
environment_name (const char *setting)
{
  g_autofree char *flat = g_strdelimit (g_strdup (setting), ".", '_'), *upper = g_ascii_strup (flat, -1);
  return g_strconcat ("MIKTOS_", upper, NULL);
}

static bool
read_environment (mk_config *config, GError **error)
{
  for (const mk_setting *s = mk_settings; s->name != NULL; s++) {
    g_autofree char *name = environment_name (s->name);
    const char *value = g_getenv (name);
    if (value != NULL && !take (config, s->name, value, FROM_ENVIRONMENT, name, error))
      return false;
  }
  return true;
}

mk_config *
mk_config_new (const char *path, GError **error)
{
  g_autoptr (mk_config) config = g_new0 (mk_config, 1);
  config->path = g_strdup (path);
  config->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, held_free);
  for (const mk_setting *s = mk_settings; s->name != NULL; s++) {
    held *h = g_new (held, 1);
    *h = (held){ s, g_strdup (s->preset), FROM_PRESET };
    g_hash_table_insert (config->values, (void *)s->name, h);
  }
  return read_file (config, error) && read_environment (config, error) ? g_steal_pointer (&config) : NULL;
}

void
mk_config_free (mk_config *config)
{
  if (config == NULL)
    return;
  g_hash_table_unref (config->values);
  g_free (config->path);
  g_free (config);
}

bool
mk_config_set_flag (mk_config *config, const char *name, const char *value, GError **error)
{
  return value == NULL || take (config, name, value, FROM_FLAG, "flag", error);
}

bool
mk_config_write (mk_config *config, const char *name, const char *value, GError **error)
{
  held *h = find (config, name);
  if (h->from > FROM_FILE)
    return mk_error (error, MK_ERROR_USAGE, "%s comes from the %s, which a file cannot change", name, mk_config_origin (config, name));
  if (config->path == NULL)
    return mk_error (error, MK_ERROR_USAGE, "there is no configuration file to write to");
  if (!check_value (h->setting, value, "settings", error))
    return false;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_load_from_file (file, config->path, G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS, NULL);
  g_autofree char *group = NULL, *folder = g_path_get_dirname (config->path);
  const char *key;
  split (name, &group, &key);
  g_key_file_set_string (file, group, key, value);
  gsize length;
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);
  if (!mk_folder_make (folder, error) || !mk_file_write (config->path, text, length, error))
    return false;
  if (h->setting->is_secret)
    chmod (config->path, 0600);
  return take (config, name, value, FROM_FILE, config->path, error);
}

const char *
mk_config_get (const mk_config *config, const char *name)
{
  const held *h = find (config, name);
  return h->value[0] != '\0' ? h->value : NULL;
}

int64_t
mk_config_get_int (const mk_config *config, const char *name)
{
  return g_ascii_strtoll (find (config, name)->value, NULL, 10);
}

bool
mk_config_get_switch (const mk_config *config, const char *name)
{
  return g_str_equal (find (config, name)->value, "true");
}

const char *
mk_config_origin (const mk_config *config, const char *name)
{
  static const char *const names[] = { "default", "file", "environment", "flag" };
  return names[find (config, name)->from];
}

const char *
mk_config_path (const mk_config *config)
{
  return config->path;
}

static mk_json *
as_json (const mk_setting *setting, const char *value)
{
  if (setting->is_secret)
    return mk_json_new_string (value[0] != '\0' ? "set" : "");
  switch (setting->type) {
  case MK_SETTING_INTEGER:
    return mk_json_new_int (g_ascii_strtoll (value, NULL, 10));
  case MK_SETTING_SWITCH:
    return mk_json_new_bool (g_str_equal (value, "true"));
  default:
    return mk_json_new_string (value);
  }
}

mk_json *
mk_config_describe (const mk_config *config, const mk_setting *setting)
{
  static const char *const types[] = { "text", "integer", "switch", "choice" };
  mk_json *described = mk_json_new_object (), *choices = mk_json_new_array ();
  bool is_number = setting->type == MK_SETTING_INTEGER;
  for (const char *const *c = setting->choices; c != NULL && *c != NULL; c++)
    mk_json_append (choices, mk_json_new_string (*c));
  mk_json_set (described, "name", mk_json_new_string (setting->name));
  mk_json_set (described, "type", mk_json_new_string (types[setting->type]));
  mk_json_set (described, "value", as_json (setting, find (config, setting->name)->value));
  mk_json_set (described, "default", as_json (setting, setting->preset));
  mk_json_set (described, "origin", mk_json_new_string (mk_config_origin (config, setting->name)));
  mk_json_set (described, "help", mk_json_new_string (setting->help));
  mk_json_set (described, "minimum", is_number ? mk_json_new_int (setting->min) : NULL);
  mk_json_set (described, "maximum", is_number ? mk_json_new_int (setting->max) : NULL);
  mk_json_set (described, "choices", choices);
  mk_json_set (described, "needs_restart", mk_json_new_bool (!setting->is_live));
  return described;
}
