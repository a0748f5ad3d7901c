/* config.h - settings: one table, four places that they come from.
 *
 * Purpose   defaults < miktos.conf (a GLib key file) < environment (MIKTOS_…) < flags; `miktos doctor` and
 *           GET /settings say which of them each value comes from.
 * Names     "server.port" is `port` of [server] in the file and MIKTOS_SERVER_PORT in the environment.
 * Threads   The loop's.
 * Tests     tests/bridge/test_config.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"

typedef enum { MK_SETTING_TEXT, MK_SETTING_INTEGER, MK_SETTING_SWITCH, MK_SETTING_CHOICE } mk_setting_type;

typedef struct mk_setting {
  const char *name;
  mk_setting_type type;
  const char *preset;           /* as text */
  const char *help;             /* one sentence */
  int64_t min, max;             /* of INTEGER */
  const char *const *choices;   /* of CHOICE */
  bool is_secret;               /* never printed */
  bool is_live;                 /* takes effect at once; others at the next start */
} mk_setting;

extern const mk_setting mk_settings[]; /* ends with name NULL */

typedef struct mk_config mk_config;

/* Reads the file (which need not be there) and the environment; what is wrong is named with its place. */
mk_config *mk_config_new (const char *path, GError **error);
void       mk_config_free (mk_config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_config, mk_config_free)

/* A flag's value; RANGE or TYPE when it does not fit. `value` NULL changes nothing. */
bool mk_config_set_flag (mk_config *config, const char *name, const char *value, GError **error);
/* Into the file, for this run and later ones; its comments stay. USAGE when a flag or the environment overrides it. */
bool mk_config_write (mk_config *config, const char *name, const char *value, GError **error);

const char *mk_config_get (const mk_config *config, const char *name); /* borrowed; NULL when empty */
int64_t     mk_config_get_int (const mk_config *config, const char *name);
bool        mk_config_get_switch (const mk_config *config, const char *name);
/* "default", "file", "environment" or "flag". */
const char *mk_config_origin (const mk_config *config, const char *name);
const char *mk_config_path (const mk_config *config);
/* `Setting` of openapi.json; secrets as "set" or "". */
mk_json    *mk_config_describe (const mk_config *config, const mk_setting *setting);
