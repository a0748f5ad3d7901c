#include "scene/assimp.h"

#include "base/dynamic.h"

mk_assimp_table mk_assimp;

static const char *const files[] = { "libassimp.so.5" }; /* of the major version that its headers are of */

static const mk_dynamic_function functions[] = {
#define X(name) { 0, #name, offsetof (mk_assimp_table, name) },
  MK_ASSIMP_FUNCTIONS (X)
#undef X
};

static mk_dynamic library = MK_DYNAMIC (files, functions, mk_assimp);

bool
mk_assimp_load (GError **error)
{
  const char *missing = mk_dynamic_load (&library);
  return missing == NULL || mk_error (error, MK_ERROR_UNSUPPORTED, "models of other programs need %s, which is not here; install it with: apt-get install libassimp5", missing);
}
