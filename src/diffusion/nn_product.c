/* nn_product.c - see nn_product.h. */
#include "diffusion/nn_product.h"

#include <pthread.h>

/* From libgomp, which oneDNN was built with: keeps it on the calling thread. */
extern void omp_set_num_threads (int);

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void
make_engine (void)
{
  if (mk_dnnl.dnnl_engine_create (&engine, dnnl_cpu, 0) != dnnl_success)
    g_error ("oneDNN has no CPU engine");
}

void
mk_sgemm (bool transpose_b, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
  omp_set_num_threads (1);
  mk_dnnl.dnnl_sgemm ('N', transpose_b ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k, 1.0f, a, (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, beta, c, (dnnl_dim_t)ldc);
}

static pthread_mutex_t products_lock = PTHREAD_MUTEX_INITIALIZER; /* guards the table */
static GHashTable *products;

static guint
hash_product (gconstpointer key)
{
  const mk_product *p = key;
  return ((guint)p->rows * 31 + (guint)p->n_in) * 4099 + (guint)p->n;
}

static gboolean
products_equal (gconstpointer a, gconstpointer b)
{
  const mk_product *p = a, *q = b;
  return p->rows == q->rows && p->n_in == q->n_in && p->n == q->n;
}

/* `like` NULL = weights in the layout that oneDNN likes best. */
static bool
make_product (mk_product *p, const mk_product *like)
{
  dnnl_dims_t a = { p->rows, p->n_in }, b = { p->n_in, p->n }, c = { p->rows, p->n };
  dnnl_memory_desc_t from, with, to;
  dnnl_matmul_desc_t description;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t chosen = NULL;
  omp_set_num_threads (1);
  bool good = mk_dnnl.dnnl_memory_desc_init_by_tag (&from, 2, a, dnnl_f32, dnnl_ab) == dnnl_success
              && mk_dnnl.dnnl_memory_desc_init_by_tag (&with, 2, b, dnnl_f32, dnnl_format_tag_any) == dnnl_success
              && mk_dnnl.dnnl_memory_desc_init_by_tag (&to, 2, c, dnnl_f32, dnnl_ab) == dnnl_success
              && mk_dnnl.dnnl_matmul_desc_init (&description, &from, like != NULL ? &like->layout : &with, NULL, &to) == dnnl_success
              && mk_dnnl.dnnl_primitive_attr_create (&attributes) == dnnl_success
              && mk_dnnl.dnnl_post_ops_create (&after) == dnnl_success && mk_dnnl.dnnl_post_ops_append_sum (after, 1.0f) == dnnl_success
              && mk_dnnl.dnnl_primitive_attr_set_post_ops (attributes, after) == dnnl_success
              && mk_dnnl.dnnl_primitive_attr_set_scratchpad_mode (attributes, dnnl_scratchpad_mode_user) == dnnl_success
              && mk_dnnl.dnnl_primitive_desc_create (&chosen, &description, attributes, engine, NULL) == dnnl_success
              && mk_dnnl.dnnl_primitive_create (&p->primitive, chosen) == dnnl_success;
  if (good) {
    p->layout = *mk_dnnl.dnnl_primitive_desc_query_md (chosen, dnnl_query_weights_md, 0);
    p->n_scratch_bytes = mk_dnnl.dnnl_memory_desc_get_size (mk_dnnl.dnnl_primitive_desc_query_md (chosen, dnnl_query_scratchpad_md, 0));
  }
  if (chosen != NULL)
    mk_dnnl.dnnl_primitive_desc_destroy (chosen);
  if (after != NULL)
    mk_dnnl.dnnl_post_ops_destroy (after);
  if (attributes != NULL)
    mk_dnnl.dnnl_primitive_attr_destroy (attributes);
  return good;
}

/* With the table locked. */
static const mk_product *
find_or_make (int rows, int n_in, int n)
{
  mk_product wanted = { .rows = rows, .n_in = n_in, .n = n };
  mk_product *found = g_hash_table_lookup (products, &wanted);
  const mk_product *like = found == NULL && rows != MK_PRODUCT_ROWS ? find_or_make (MK_PRODUCT_ROWS, n_in, n) : NULL;
  if (found != NULL || (rows != MK_PRODUCT_ROWS && like == NULL) || !make_product (&wanted, like))
    return found;
  found = g_memdup2 (&wanted, sizeof wanted);
  g_hash_table_add (products, found);
  return found;
}

const mk_product *
mk_product_find (size_t rows, int n_in, int n)
{
  pthread_once (&engine_once, make_engine);
  pthread_mutex_lock (&products_lock);
  if (products == NULL)
    products = g_hash_table_new (hash_product, products_equal);
  const mk_product *found = find_or_make (rows <= MK_PRODUCT_ROWS / 4 ? MK_PRODUCT_ROWS / 4 : rows <= MK_PRODUCT_ROWS / 2 ? MK_PRODUCT_ROWS / 2 : MK_PRODUCT_ROWS, n_in, n);
  pthread_mutex_unlock (&products_lock);
  return found;
}

size_t
mk_product_place (const dnnl_memory_desc_t *layout, int dim, size_t i)
{
  const dnnl_blocking_desc_t *b = &layout->format_desc.blocking;
  size_t offset = 0, inner = 1, rest = i;
  for (int k = b->inner_nblks - 1; k >= 0; k--) {
    size_t size = (size_t)b->inner_blks[k];
    if (b->inner_idxs[k] == dim) {
      offset += rest % size * inner;
      rest /= size;
    }
    inner *= size;
  }
  return offset + rest * (size_t)b->strides[dim];
}

/* What oneDNN wants to know of the arguments of one product; made anew costs as much as a small product takes. */
typedef struct {
  const mk_product *product;
  dnnl_memory_t from, with, to, space;
  dnnl_stream_t stream;
} arguments;

static _Thread_local arguments held; /* of the last product: the next is mostly the same one */
static pthread_key_t held_key;
static pthread_once_t held_once = PTHREAD_ONCE_INIT;

static void
drop_arguments (void *given)
{
  arguments *a = given;
  dnnl_memory_t all[] = { a->from, a->with, a->to, a->space };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_dnnl.dnnl_memory_destroy (all[i]);
  mk_dnnl.dnnl_stream_destroy (a->stream);
  *a = (arguments) { 0 };
}

static void
make_key (void)
{
  pthread_key_create (&held_key, drop_arguments);
}

static void
hold_arguments (const mk_product *p)
{
  dnnl_dims_t a = { p->rows, p->n_in }, c = { p->rows, p->n }, s = { (dnnl_dim_t)p->n_scratch_bytes };
  dnnl_memory_desc_t from, to, space;
  pthread_once (&held_once, make_key);
  if (held.product != NULL)
    drop_arguments (&held);
  mk_dnnl.dnnl_memory_desc_init_by_tag (&from, 2, a, dnnl_f32, dnnl_ab);
  mk_dnnl.dnnl_memory_desc_init_by_tag (&to, 2, c, dnnl_f32, dnnl_ab);
  mk_dnnl.dnnl_memory_desc_init_by_tag (&space, 1, s, dnnl_u8, dnnl_a);
  mk_dnnl.dnnl_memory_create (&held.from, &from, engine, DNNL_MEMORY_NONE);
  mk_dnnl.dnnl_memory_create (&held.with, &p->layout, engine, DNNL_MEMORY_NONE);
  mk_dnnl.dnnl_memory_create (&held.to, &to, engine, DNNL_MEMORY_NONE);
  mk_dnnl.dnnl_memory_create (&held.space, &space, engine, DNNL_MEMORY_NONE);
  mk_dnnl.dnnl_stream_create (&held.stream, engine, dnnl_stream_default_flags);
  held.product = p;
  pthread_setspecific (held_key, &held);
}

void
mk_product_run (const mk_product *p, const float *a, const float *weights, float *c, float *scratch)
{
  omp_set_num_threads (1);
  if (held.product != p)
    hold_arguments (p);
  mk_dnnl.dnnl_memory_set_data_handle (held.from, (void *)a);
  mk_dnnl.dnnl_memory_set_data_handle (held.with, (void *)weights);
  mk_dnnl.dnnl_memory_set_data_handle (held.to, c);
  mk_dnnl.dnnl_memory_set_data_handle (held.space, scratch);
  dnnl_exec_arg_t all[] = { { DNNL_ARG_SRC, held.from }, { DNNL_ARG_WEIGHTS, held.with }, { DNNL_ARG_DST, held.to }, { DNNL_ARG_SCRATCHPAD, held.space } };
  mk_dnnl.dnnl_primitive_execute (p->primitive, held.stream, MK_COUNT (all), all);
  mk_dnnl.dnnl_stream_wait (held.stream);
}
