/* folder_stamp.h - whether files came to a folder or left it, for the price of looking at its folders.
 *
 * Purpose   Lists of files are read again only when they are others.
 * Threads   No shared state.
 * Limits    Folders to a depth of 16, links followed; 10,000 folders, names that begin with a dot left out.
 * Tests     tests/base/test_file.c
 */
#pragma once
#include "base/base.h"

/* Another number than before when a file beneath `path` has come, gone or got another name since; one whose bytes alone changed
 * is no news. What changed within the last ticks of the disk's clock may change once more unseen, so that it gives
 * another number each time until it has settled. 0 when there is no such folder. */
uint64_t mk_folder_stamp (const char *path);
