#include "base/folder_stamp.h"

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#define MAX_DEPTH 16
#define MAX_FOLDERS 10000
#define SETTLED_NS 30000000 /* three ticks of a clock of 100 Hz, the slowest that Linux gives to files */

typedef struct {
  uint64_t sum;
  int64_t now_ns;
  unsigned n_folders;
} stamp;

static int64_t
in_ns (struct timespec time)
{
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void
mix (stamp *s, uint64_t value)
{
  s->sum = (s->sum ^ value) * 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio: spreads the bits */
  s->sum ^= s->sum >> 32;
}

static void
add_folder (stamp *s, const char *path, int depth)
{
  struct stat info;
  if (depth > MAX_DEPTH || s->n_folders >= MAX_FOLDERS || stat (path, &info) != 0 || !S_ISDIR (info.st_mode))
    return;
  int64_t changed_ns = in_ns (info.st_mtim);
  s->n_folders++;
  mix (s, info.st_ino);
  mix (s, (uint64_t)changed_ns);
  if (s->now_ns - changed_ns < SETTLED_NS)
    mix (s, (uint64_t)s->now_ns);
  DIR *dir = opendir (path);
  for (const struct dirent *entry; dir != NULL && (entry = readdir (dir)) != NULL;) {
    if (entry->d_name[0] == '.' || entry->d_type == DT_REG)
      continue;
    g_autofree char *below = g_build_filename (path, entry->d_name, NULL);
    add_folder (s, below, depth + 1);
  }
  if (dir != NULL)
    closedir (dir);
}

uint64_t
mk_folder_stamp (const char *path)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  stamp s = { .now_ns = in_ns (now) };
  add_folder (&s, path, 0);
  return s.sum;
}
