/* workflow_text.h - what ComfyUI's editor does to texts at the moment it queues a workflow (contract §3.3, step 8).
 *
 * Purpose   In a browser the editor chooses among {a|b|c} and fills in %date:yyyy-MM-dd% and %Node.widget%; whoever runs its
 *           file without it gets the same.
 * Chance    Comes in as a generator: equal seeds choose equally.
 * Limits    Choices 64 deep; what lies deeper stays as it is.
 * Tests     tests/engine/test_workflow.c
 */
#pragma once
#include "base/base.h"
#include "base/rng.h"

/* Comments go, of {a|b|{c|d}} one is left; \{ \| and \} mean the signs themselves. g_free. */
char *mk_text_choose (const char *text, mk_rng *rng);

/* The value of a node's widget as text; NULL when there is no such thing. g_free. */
typedef char *(*mk_text_find) (void *user, const char *node, const char *widget);

/* %date:FORMAT% of yyyy yy MM M dd d hh h mm m ss s in the system's time zone, and %Node.widget%, in which signs that no
 * file name may hold become "_". What is neither stays: the server knows %width% and others. g_free. */
char *mk_text_fill_in (const char *text, int64_t now_s, mk_text_find find, void *user);
