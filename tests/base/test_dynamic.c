#include "check.h"

#include <dlfcn.h>
#include <unistd.h>

#include "base/dynamic.h"

TEST (a_library_that_is_installed_later_is_found_when_it_is_asked_for_again)
{
  struct {
    double (*cos) (double);
  } table = { 0 };
  g_autofree char *path = g_build_filename (mk_test_folder (), "later.so", NULL);
  const char *const files[] = { "libm.so.6", path };
  const mk_dynamic_function functions[] = { { 1, "cos", 0 } };
  mk_dynamic library = MK_DYNAMIC (files, functions, table);
  CHECK_STRING (mk_dynamic_load (&library), path);
  CHECK_STRING (mk_dynamic_load (&library), path);
  Dl_info info;
  void *handle = dlopen ("libm.so.6", RTLD_LAZY);
  void *symbol = dlsym (handle, "cos");
  CHECK (symbol != NULL && dladdr (symbol, &info) != 0);
  CHECK_INT (symlink (info.dli_fname, path), ==, 0);
  CHECK (mk_dynamic_load (&library) == NULL);
  CHECK_REAL (table.cos (0), ==, 1.0);
}
