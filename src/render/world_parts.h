/* world_parts.h - what the files world*.c share. */
#pragma once
#include "render/bsdf.h"
#include "render/world.h"

/* Embree geometries of all sources; fixed things are in place afterwards. */
bool mk_world_build (mk_world *world, GError **error);
/* Attach to geometries that light may pass: counts what comes through instead of stopping the ray. */
void mk_world_filter_shadow (const struct RTCFilterFunctionNArguments *args);
