/* gzip.h - bytes made smaller for a slow line.
 *
 * Threads   Any; large bytes belong beside the loop.
 * Tests     tests/e2e/test_bridge.py
 */
#pragma once
#include "base/base.h"

/* New bytes with gzip's header; NULL when there is no memory for them, or they are 2 GB and more. */
GBytes *mk_gzip (GBytes *bytes);
