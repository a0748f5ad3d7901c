/* networks.c - see networks.h. */
#include "diffusion/networks.h"
#include "base/release.h"
#include "diffusion/taesd.h"
#include "diffusion/text_encoder.h"
#include "diffusion/unet.h"
#include "diffusion/upscaler.h"
#include "diffusion/vae.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct mk_network {
  mk_network_kind kind;
  mk_weights *weights;
  void *data;
  size_t n_bytes;
  unsigned n_users;
  uint64_t last_use;
};

/* Guards everything below. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *networks;  /* of mk_network */
static size_t budget, n_bytes_loaded;
static uint64_t clock_of_use;
static GHashTable *files;    /* "path size mtime inode" to mk_safetensors */

#define MAX_OPEN_FILES 64

typedef void *(*load_func) (mk_nn *nn, mk_weights *weights);
static const struct {
  load_func load;
  GDestroyNotify free;
} kinds[MK_N_NETWORKS] = {
  [MK_NETWORK_UNET] = { (load_func)(void (*) (void))mk_unet_load, (GDestroyNotify)(void (*) (void))mk_unet_free },
  [MK_NETWORK_TEXT] = { (load_func)(void (*) (void))mk_text_encoder_load, (GDestroyNotify)(void (*) (void))mk_text_encoder_free },
  [MK_NETWORK_VAE] = { (load_func)(void (*) (void))mk_vae_load, (GDestroyNotify)(void (*) (void))mk_vae_free },
  [MK_NETWORK_UPSCALER] = { (load_func)(void (*) (void))mk_upscaler_load, (GDestroyNotify)(void (*) (void))mk_upscaler_free },
  [MK_NETWORK_TAESD] = { (load_func)(void (*) (void))mk_taesd_load, (GDestroyNotify)(void (*) (void))mk_taesd_free },
};

size_t
mk_memory_available (void)
{
  size_t kilobytes = 0;
  char line[128];
  FILE *file = fopen ("/proc/meminfo", "re");
  while (file != NULL && kilobytes == 0 && fgets (line, sizeof line, file) != NULL)
    if (sscanf (line, "MemAvailable: %zu kB", &kilobytes) != 1)
      kilobytes = 0;
  if (file != NULL)
    fclose (file);
  return kilobytes << 10;
}

static size_t
get_budget (void)
{
  const char *given = g_getenv ("MIKTOS_MODEL_MEMORY");
  if (budget != 0)
    return budget;
  if (given != NULL && atoll (given) > 0)
    return (size_t)atoll (given) << 20;
  return (size_t)sysconf (_SC_PHYS_PAGES) * (size_t)sysconf (_SC_PAGESIZE) / 2;
}

static void
free_network (mk_network *network)
{
  n_bytes_loaded -= network->n_bytes;
  kinds[network->kind].free (network->data);
  mk_weights_unref (network->weights);
  g_free (network);
}

/* Least recently used first, until `limit` bytes remain. */
static void
evict (size_t limit)
{
  while (networks != NULL && n_bytes_loaded > limit) {
    guint oldest = networks->len;
    for (guint i = 0; i < networks->len; i++) {
      const mk_network *network = networks->pdata[i];
      if (network->n_users == 0 && (oldest == networks->len || network->last_use < ((mk_network *)networks->pdata[oldest])->last_use))
        oldest = i;
    }
    if (oldest == networks->len)
      return;
    free_network (g_ptr_array_remove_index (networks, oldest));
    malloc_trim (0); /* thousands of blocks below the size that is mapped by itself: without it the system would not get them back */
  }
}

static mk_network *
find (mk_network_kind kind, const mk_weights *weights)
{
  for (guint i = 0; networks != NULL && i < networks->len; i++) {
    mk_network *network = networks->pdata[i];
    if (network->kind == kind && mk_weights_equal (network->weights, weights))
      return network;
  }
  return NULL;
}

static mk_network *
load (mk_network_kind kind, mk_weights *weights, mk_nn *nn, GError **error)
{
  size_t wanted = mk_weights_n_bytes (weights), limit = get_budget ();
  mk_release_register (mk_networks_clear);
  evict (wanted < limit ? limit - wanted : 0);
  size_t available = mk_memory_available ();
  if (available != 0 && wanted > available)
    evict (0);
  available = mk_memory_available ();
  if (available != 0 && wanted > available) {
    mk_error (error, MK_ERROR_MEMORY, "%s needs %zu MB of memory, %zu MB are free", mk_safetensors_get_name (mk_weights_get_file (weights)), wanted >> 20, available >> 20);
    return NULL;
  }
  void *data = kinds[kind].load (nn, weights);
  if (!mk_nn_finish (nn, error))
    return NULL;
  mk_network *network = g_new0 (mk_network, 1);
  *network = (mk_network) { .kind = kind, .weights = mk_weights_ref (weights), .data = data, .n_bytes = wanted };
  n_bytes_loaded += wanted;
  if (networks == NULL)
    networks = g_ptr_array_new ();
  g_ptr_array_add (networks, network);
  return network;
}

mk_network *
mk_networks_use (mk_network_kind kind, mk_weights *weights, mk_nn *nn, GError **error)
{
  if (!mk_nn_finish (nn, error))
    return NULL;
  pthread_mutex_lock (&lock);
  mk_network *network = find (kind, weights);
  if (network == NULL)
    network = load (kind, weights, nn, error);
  if (network != NULL) {
    network->n_users++;
    network->last_use = ++clock_of_use;
  }
  pthread_mutex_unlock (&lock);
  return network;
}

void
mk_network_release (mk_network *network)
{
  pthread_mutex_lock (&lock);
  network->n_users--;
  evict (get_budget ());
  pthread_mutex_unlock (&lock);
}

const void *
mk_network_get (const mk_network *network)
{
  return network->data;
}

void
mk_networks_set_budget (size_t n_bytes)
{
  pthread_mutex_lock (&lock);
  budget = n_bytes;
  evict (get_budget ());
  pthread_mutex_unlock (&lock);
}

void
mk_networks_clear (void)
{
  pthread_mutex_lock (&lock);
  evict (0);
  g_clear_pointer (&files, g_hash_table_unref);
  pthread_mutex_unlock (&lock);
}

size_t
mk_networks_n_bytes (void)
{
  pthread_mutex_lock (&lock);
  size_t n = n_bytes_loaded;
  pthread_mutex_unlock (&lock);
  return n;
}

size_t
mk_networks_n (void)
{
  pthread_mutex_lock (&lock);
  size_t n = networks != NULL ? networks->len : 0;
  pthread_mutex_unlock (&lock);
  return n;
}

mk_safetensors *
mk_networks_open_file (const char *path, GError **error)
{
  struct stat info;
  if (stat (path, &info) != 0) {
    mk_error (error, MK_ERROR_NOT_FOUND, "there is no file %s", path);
    return NULL;
  }
  char *key = g_strdup_printf ("%s %lld %lld.%09ld %llu", path, (long long)info.st_size, (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (unsigned long long)info.st_ino);
  pthread_mutex_lock (&lock);
  if (files == NULL)
    files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)mk_safetensors_unref);
  mk_safetensors *file = g_hash_table_lookup (files, key);
  if (file != NULL)
    mk_safetensors_ref (file);
  else if ((file = mk_safetensors_open (path, error)) != NULL) {
    if (g_hash_table_size (files) >= MAX_OPEN_FILES) /* those in use live on by their references */
      g_hash_table_remove_all (files);
    g_hash_table_insert (files, g_steal_pointer (&key), mk_safetensors_ref (file));
  }
  pthread_mutex_unlock (&lock);
  g_free (key);
  return file;
}
