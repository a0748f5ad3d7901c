/* release.h - libraries that hold memory between runs say how to let go of it.
 *
 * Purpose   "Free memory" reaches what is loaded without the asker knowing who loads.
 * Threads   Any thread may call anything.
 * Tests     tests/diffusion/test_models.c
 */
#pragma once

/* `func` is called by mk_release_all, from its thread; once registered it stays. The same one twice counts once. */
void mk_release_register (void (*func) (void));
/* Everything that is held and not in use is let go of. */
void mk_release_all (void);
