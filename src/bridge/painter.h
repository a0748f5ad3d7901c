/* painter.h - which of the installed models paint films, and what to install when none does.
 *
 * Purpose   "… in the style of a watercolour" needs a Stable Diffusion 1.x checkpoint and a ControlNet; both are found by
 *           what their headers and names say.
 * Threads   Any; reads the headers of the models below a folder.
 * Tests     tests/bridge/test_painter.c
 */
#pragma once
#include "language/plan.h"
#include "language/understanding.h"

typedef struct mk_painter {
  mk_plan_painter plan; /* its strings are ours */
} mk_painter;

/* NULL when something is missing; then `lacks` has a sentence that says what, with names of files and where they go. */
mk_painter *mk_painter_find (const char *models_folder, const char *painting, char **lacks);
/* The same for what a sentence led to; `commands` is the whole list. NULL also when nothing is to be painted. What is missing
 * is said in the reply and among the assumptions when the sentence itself asks for a painting. */
mk_painter *mk_painter_find_for (const char *models_folder, const mk_json *commands, mk_understanding *understood);
void        mk_painter_free (mk_painter *painter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_painter, mk_painter_free)
