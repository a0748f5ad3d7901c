/* pattern_table.h - one repeat of each kind of pattern, once for materials of all colours and sizes.
 *
 * Purpose   Baking: where a pattern's colours meet is the same for all materials that have it, and costs nearly all of the time.
 * Threads   Any thread may ask; a table is made once, under a lock.
 * Memory    One table per kind, of the side that was asked for last.
 * Tests     tests/scene/test_pattern.c
 */
#pragma once
#include "scene/pattern.h"

struct mk_pool;

/* How much of the pattern's own colour, and how bright. */
typedef struct { float share, shade; } mk_pattern_texel;

typedef struct mk_pattern_tables mk_pattern_tables;

mk_pattern_tables *mk_pattern_tables_new (void);
void               mk_pattern_tables_free (mk_pattern_tables *tables);
/* side × side texels, a new reference. `pool` NULL = on this thread. */
GBytes            *mk_pattern_tables_get (mk_pattern_tables *tables, mk_pattern_kind kind, unsigned side, struct mk_pool *pool);

mk_vec3 mk_pattern_texel_color (mk_pattern_texel texel, const mk_material *material);
