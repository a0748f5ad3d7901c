/* nn_profile.h - where the time of a network goes.
 *
 * Use       MIKTOS_PROFILE=1: when the program ends, time per kind of operation, operations per second, and their share
 *           of the roof are printed on standard error.
 * Roof      What bare oneDNN products of the layers' own shapes, sides longer than 512 cut to that, reach on all processors. A shape
 *           is measured when it is first met, beside what is timed. Convolutions count all operations of the plain sum.
 * Threads   Counted on the thread that runs the network.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef enum { MK_PROFILE_CONV, MK_PROFILE_LINEAR, MK_PROFILE_ATTENTION, MK_PROFILE_NORM, MK_N_PROFILES } mk_profile_kind;

/* `n` products of rows × n_in times n_in × n_out. */
typedef struct {
  size_t n, rows, n_in, n_out;
} mk_profile_products;

/* Seconds; 0 when nothing is measured. */
double mk_profile_begin (void);
/* Nothing for `start` 0. Products may be fewer than two: those with `n` 0 do not count. */
void   mk_profile_end (mk_profile_kind kind, double start, const mk_profile_products products[2]);

/* Measures from now on without printing. */
void   mk_profile_turn_on (void);
/* What bare products would have taken for all that was counted. */
double mk_profile_bare_seconds (void);
