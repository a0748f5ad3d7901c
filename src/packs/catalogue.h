/* catalogue.h - what the engine tells each pack about its own nodes, so that packs find, subclass and call them. */
#pragma once
#include "graph/registry.h"

/* Sealed shared memory with /object_info as JSON; the caller closes it. -1 with MEMORY. */
int mk_pack_catalogue_share (const mk_registry *registry, const mk_folders *folders, GError **error);
