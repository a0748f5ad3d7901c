/* sky_kinds.h - what each kind of sky looks like; for sky.c alone. */
#pragma once
#include "render/sky.h"

/* Fills gain, atmosphere, clouds and sun from light->sky. */
void mk_sky_kind_prepare (mk_sky_light *light, mk_pool *pool, const mk_cancel *cancel);
/* `is_sharp`: with stars, clouds and edges that the table is too coarse for. */
vec3 mk_sky_kind_radiance (const mk_sky_light *light, vec3 direction, bool is_sharp);
/* What the eye itself sees of it: behind a studio's soft boxes hangs an even paper. */
vec3 mk_sky_kind_backdrop (const mk_sky_light *light, vec3 direction);
