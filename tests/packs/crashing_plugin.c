/* A plugin that crashes as soon as it is opened. */
#include <stdlib.h>

#include "packs/plugin_api.h"

static const mk_node_def *const nodes[] = { NULL };

const mk_plugin mk_plugin_record = MK_PLUGIN ("crashing", "0", nodes);

static __attribute__ ((constructor)) void
crash (void)
{
  abort ();
}
