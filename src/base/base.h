/* base.h - what every room may use: integers, GLib, errors, buffers.
 *
 * Purpose   One include line for the vocabulary all rooms share.
 * Not here  json.h, pool.h, file.h, hash.h, log.h, rng.h: included where used.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/cancel.h"
#include "base/error.h"

/* Widths of stack arrays and loops over fixed tables. */
#define MK_COUNT(array) (sizeof (array) / sizeof ((array)[0]))
