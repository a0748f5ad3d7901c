/* wide.h - loops over numbers for processors with wide registers.
 *
 * Purpose   A function marked MK_WIDE is built once per kind of processor; the right one is chosen when the program starts.
 * Limits    x86-64 with gcc. Sanitizers get one, since what chooses runs before they are ready; so do other compilers.
 *           Products and sums are never contracted, so that all of them give equal bytes.
 */
#pragma once

#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define MK_WIDE __attribute__ ((target_clones ("arch=x86-64-v3", "default")))
/* Also for registers of 64 bytes. */
#define MK_WIDEST __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MK_WIDE
#define MK_WIDEST
#endif
