/* dnnl.h - oneDNN, loaded when the first network is made (base/dynamic.h tells why).
 *
 * Use       mk_dnnl_load, then through the table: mk_dnnl.dnnl_sgemm (...).
 */
#pragma once
#include "base/base.h"

#include <oneapi/dnnl/dnnl.h>

#define MK_DNNL_FUNCTIONS(X) \
  X (dnnl_engine_create) X (dnnl_matmul_desc_init) X (dnnl_memory_create) X (dnnl_memory_desc_get_size) \
  X (dnnl_memory_desc_init_by_tag) X (dnnl_memory_destroy) X (dnnl_memory_set_data_handle) X (dnnl_post_ops_append_sum) \
  X (dnnl_post_ops_create) X (dnnl_post_ops_destroy) X (dnnl_primitive_attr_create) \
  X (dnnl_primitive_attr_destroy) X (dnnl_primitive_attr_set_post_ops) \
  X (dnnl_primitive_attr_set_scratchpad_mode) X (dnnl_primitive_create) X (dnnl_primitive_desc_create) \
  X (dnnl_primitive_desc_destroy) X (dnnl_primitive_desc_query_md) X (dnnl_primitive_execute) X (dnnl_sgemm) \
  X (dnnl_stream_create) X (dnnl_stream_destroy) X (dnnl_stream_wait)

typedef struct mk_dnnl_table {
#define X(name) __typeof__ (name) *name;
  MK_DNNL_FUNCTIONS (X)
#undef X
} mk_dnnl_table;

extern mk_dnnl_table mk_dnnl;

/* UNSUPPORTED, with the package to install, when it is not here. Any thread. */
bool mk_dnnl_load (GError **error);
