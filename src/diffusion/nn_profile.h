/* nn_profile.h - where the time of a network goes.
 *
 * Use       MIKTOS_PROFILE=1: when the program ends, time per kind of operation, operations per second, and their share
 *           of what a bare oneDNN product reaches on this machine (measured then) are printed on standard error.
 * Threads   Counted on the thread that runs the network.
 */
#pragma once
#include <stdbool.h>

typedef enum { MK_PROFILE_CONV, MK_PROFILE_LINEAR, MK_PROFILE_ATTENTION, MK_PROFILE_NORM, MK_N_PROFILES } mk_profile_kind;

/* Seconds; 0 when nothing is measured. */
double mk_profile_begin (void);
void   mk_profile_end (mk_profile_kind kind, double start, double n_operations);
