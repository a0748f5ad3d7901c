#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define REDRAW_S 0.1

struct mk_progress {
  const char *unit;
  bool is_shown;
  char *what;
  double started_s, drawn_s;
};

mk_progress *
mk_progress_new (const char *unit, bool is_quiet)
{
  mk_progress *progress = g_new0 (mk_progress, 1);
  progress->unit = unit;
  progress->is_shown = !is_quiet && isatty (STDERR_FILENO);
  return progress;
}

static void
draw_bar (double share)
{
  static const char *const eighths[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
  int filled = (int)(share * BAR_WIDTH * 8);
  for (int i = 0; i < BAR_WIDTH; i++)
    fputs (filled >= (i + 1) * 8 ? "█" : filled > i * 8 ? eighths[filled - i * 8] : " ", stderr);
}

void
mk_progress_update (mk_progress *progress, const char *what, double done, double total, double now_s)
{
  if (!progress->is_shown || total <= 0)
    return;
  if (g_strcmp0 (what, progress->what) != 0) {
    g_free (progress->what);
    progress->what = g_strdup (what);
    progress->started_s = now_s;
    progress->drawn_s = 0;
  }
  if (now_s - progress->drawn_s < REDRAW_S && done < total)
    return;
  progress->drawn_s = now_s;
  double spent = now_s - progress->started_s;
  double rate = spent > 0 ? done / spent : 0;
  fprintf (stderr, "\r\033[K%-12s ", what);
  draw_bar (done / total);
  fprintf (stderr, " %.0f/%.0f %s", done, total, progress->unit);
  if (rate > 0 && done > 0)
    fprintf (stderr, " · %.1f/s · %d:%02d left", rate, (int)((total - done) / rate) / 60, (int)((total - done) / rate) % 60);
  fflush (stderr);
}

void
mk_progress_free (mk_progress *progress)
{
  if (progress == NULL)
    return;
  if (progress->drawn_s > 0)
    fputs ("\r\033[K", stderr);
  g_free (progress->what);
  g_free (progress);
}
