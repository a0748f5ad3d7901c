/* A plugin that says it was built for another version. */
#include "packs/plugin_api.h"

static const mk_node_def *const nodes[] = { NULL };

const mk_plugin mk_plugin_record = { MK_PLUGIN_ABI + 1, sizeof (mk_node_def), sizeof (mk_port), "stale", "0", nodes };
