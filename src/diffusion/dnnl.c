#include "diffusion/dnnl.h"

#include "base/dynamic.h"

mk_dnnl_table mk_dnnl;

static const char *const files[] = { "libdnnl.so." G_STRINGIFY (DNNL_VERSION_MAJOR) };

static const mk_dynamic_function functions[] = {
#define X(name) { 0, #name, offsetof (mk_dnnl_table, name) },
  MK_DNNL_FUNCTIONS (X)
#undef X
};

static mk_dynamic library = MK_DYNAMIC (files, functions, mk_dnnl);

bool
mk_dnnl_load (GError **error)
{
  const char *missing = mk_dynamic_load (&library);
  return missing == NULL || mk_error (error, MK_ERROR_UNSUPPORTED, "models of pictures need %s, which is not here; install it with: apt-get install libdnnl%d", missing, DNNL_VERSION_MAJOR);
}
