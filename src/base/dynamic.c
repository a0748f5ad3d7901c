#include "base/dynamic.h"

#include <dlfcn.h>

#define MAX_FILES 8

const char *
mk_dynamic_load (const char *const *files, size_t n_files, const mk_dynamic_function *functions, size_t n_functions, void *table)
{
  void *libraries[MAX_FILES];
  g_assert (n_files <= MAX_FILES);
  for (size_t i = 0; i < n_files; i++) {
    libraries[i] = dlopen (files[i], RTLD_LAZY | RTLD_LOCAL);
    if (libraries[i] == NULL)
      return files[i];
  }
  for (size_t i = 0; i < n_functions; i++) {
    void **place = (void **)(void *)((char *)table + functions[i].offset);
    *place = dlsym (libraries[functions[i].library], functions[i].name);
    if (*place == NULL)
      return functions[i].name;
  }
  return NULL;
}
