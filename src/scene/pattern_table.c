#include "scene/pattern_table.h"

#include <pthread.h>

#include "base/pool.h"

struct mk_pattern_tables {
  pthread_mutex_t lock; /* guards the rest */
  GBytes *made[MK_N_PATTERNS];
  unsigned side[MK_N_PATTERNS];
};

typedef struct {
  mk_material white; /* of which the shade is read */
  float size_m;
  unsigned side;
  mk_pattern_texel *texels;
} making;

mk_pattern_tables *
mk_pattern_tables_new (void)
{
  mk_pattern_tables *tables = g_new0 (mk_pattern_tables, 1);
  pthread_mutex_init (&tables->lock, NULL);
  return tables;
}

void
mk_pattern_tables_free (mk_pattern_tables *tables)
{
  if (tables == NULL)
    return;
  for (int kind = 0; kind < MK_N_PATTERNS; kind++)
    g_clear_pointer (&tables->made[kind], g_bytes_unref);
  pthread_mutex_destroy (&tables->lock);
  g_free (tables);
}

static void
make_row (void *user, size_t y, unsigned worker)
{
  const making *m = user;
  float texel_m = m->size_m / (float)m->side;
  (void)worker;
  for (unsigned x = 0; x < m->side; x++) {
    mk_pattern_sample s;
    mk_pattern_evaluate (&m->white, (mk_vec2){ ((float)x + 0.5f) * texel_m, ((float)y + 0.5f) * texel_m }, texel_m, &s);
    m->texels[y * m->side + x] = (mk_pattern_texel){ s.share, s.color.x };
  }
}

static GBytes *
make (mk_pattern_kind kind, unsigned side, mk_pool *pool)
{
  making m = { .white = MK_MATERIAL_DEFAULT, .side = side };
  m.white.base_color = m.white.pattern_color = (mk_vec3){ 1, 1, 1 };
  m.white.pattern = kind;
  m.white.pattern_scale_m = 1;
  m.white.pattern_strength = 0; /* no bumps */
  m.size_m = mk_pattern_size (&m.white).x;
  m.texels = g_new (mk_pattern_texel, (size_t)side * side);
  mk_pool_run (pool, side, make_row, &m, NULL);
  return g_bytes_new_take (m.texels, (size_t)side * side * sizeof *m.texels);
}

GBytes *
mk_pattern_tables_get (mk_pattern_tables *tables, mk_pattern_kind kind, unsigned side, mk_pool *pool)
{
  pthread_mutex_lock (&tables->lock);
  if (tables->made[kind] == NULL || tables->side[kind] != side) {
    g_clear_pointer (&tables->made[kind], g_bytes_unref);
    tables->made[kind] = make (kind, side, pool);
    tables->side[kind] = side;
  }
  GBytes *table = g_bytes_ref (tables->made[kind]);
  pthread_mutex_unlock (&tables->lock);
  return table;
}

mk_vec3
mk_pattern_texel_color (mk_pattern_texel texel, const mk_material *material)
{
  return mk_vec3_scale (mk_vec3_lerp (material->base_color, material->pattern_color, texel.share), texel.shade);
}
