/* speaker.h - a language and the library that it speaks of, for tests that say something. */
#pragma once
#include "check.h"
#include "language/parse.h"
#include "scene/objects.h"

static mk_library *library; /* lives as long as the language, which borrows from it */
static mk_language *language;

static void
fall_silent (void)
{
  mk_language_free (language);
  mk_library_free (library);
}

/* Until the test ends; `code` as in assets/lexicon. */
static void
speak (const char *code)
{
  GError *error = NULL;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  CHECK_OK (library = mk_library_new (assets, &error), error);
  CHECK_OK (language = mk_language_new (assets, code, library, &error), error);
  atexit (fall_silent);
}
