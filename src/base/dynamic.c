#include "base/dynamic.h"

#include <dlfcn.h>

#define MAX_FILES 8

static const char *
load (const mk_dynamic *dynamic)
{
  void *libraries[MAX_FILES];
  g_assert (dynamic->n_files <= MAX_FILES);
  for (size_t i = 0; i < dynamic->n_files; i++) {
    libraries[i] = dlopen (dynamic->files[i], RTLD_LAZY | RTLD_LOCAL);
    if (libraries[i] != NULL)
      continue;
    for (size_t k = 0; k < i; k++)
      dlclose (libraries[k]);
    return dynamic->files[i];
  }
  for (size_t i = 0; i < dynamic->n_functions; i++) {
    const mk_dynamic_function *function = &dynamic->functions[i];
    void **place = (void **)(void *)((char *)dynamic->table + function->offset);
    *place = dlsym (libraries[function->library], function->name);
    if (*place == NULL)
      return function->name;
  }
  return NULL;
}

const char *
mk_dynamic_load (mk_dynamic *dynamic)
{
  if (g_atomic_int_get (&dynamic->is_loaded))
    return NULL;
  pthread_mutex_lock (&dynamic->lock);
  const char *missing = g_atomic_int_get (&dynamic->is_loaded) ? NULL : load (dynamic);
  if (missing == NULL)
    g_atomic_int_set (&dynamic->is_loaded, 1);
  pthread_mutex_unlock (&dynamic->lock);
  return missing;
}
