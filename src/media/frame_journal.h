/* frame_journal.h - frames of a film that is being made, kept on disk so that a crash or a stop costs few of them.
 *
 * Purpose   A film that was half done is taken up where it was, and its frames have the same bytes as if nothing had happened.
 * Layout    NAME.frames: a head with the size, then for each frame its sum and its pixels, as they are. NAME.memory: what
 *           the maker remembered after one of them, without which it would make the next one otherwise.
 * Crash     One goes on behind the frame of the memory; frames after it, and all when either is damaged, count as absent.
 *           Nothing is synced: what a loss of power leaves has a wrong sum.
 * Budget    Beyond 2 GB no more frames are kept. When another is opened, files that nobody has asked for in three days go,
 *           and the oldest of those beyond 2 GB together.
 * Threads   One at a time; a file that another journal has open is not opened.
 * Tests     tests/media/test_frame_journal.c
 */
#pragma once
#include "base/base.h"

typedef struct mk_frame_journal mk_frame_journal;

/* The files `name` in `folder`, which is made; with what is in them of that size and with so much memory. */
mk_frame_journal *mk_frame_journal_open (const char *folder, const char *name, int width, int height, size_t memory_length, GError **error);
int               mk_frame_journal_n_frames (const mk_frame_journal *journal);
/* Frame `index` of those that are there into width*height*3 bytes. */
bool              mk_frame_journal_read (mk_frame_journal *journal, int index, uint8_t *rgb8, GError **error);
/* What was remembered after the last of them, `memory_length` bytes; borrowed, until the next mark; NULL without frames. */
const void       *mk_frame_journal_memory (const mk_frame_journal *journal);
/* The next one. What finds no room is not kept, nor what follows. */
void              mk_frame_journal_add (mk_frame_journal *journal, const uint8_t *rgb8);
/* From behind the frame that was added last one can go on with this memory. */
void              mk_frame_journal_mark (mk_frame_journal *journal, const void *memory);
/* The film is done, or nobody wants it: the files go. */
void              mk_frame_journal_remove (mk_frame_journal *journal);
/* NULL is fine. */
void              mk_frame_journal_free (mk_frame_journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_frame_journal, mk_frame_journal_free)
