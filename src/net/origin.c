#include "net/origin.h"

#include <arpa/inet.h>
#include <string.h>

/* The name without brackets and port; g_free. `*port` is inside `host` or "". */
static char *
split_host (const char *host, const char **port)
{
  *port = "";
  if (host[0] == '[') {
    const char *end = strchr (host, ']');
    if (end == NULL)
      return g_strdup (host);
    if (end[1] == ':')
      *port = end + 2;
    return g_ascii_strdown (host + 1, end - host - 1);
  }
  const char *colon = strchr (host, ':');
  if (colon == NULL || strchr (colon + 1, ':') != NULL) /* a bare IPv6 address has no port */
    return g_ascii_strdown (host, -1);
  *port = colon + 1;
  return g_ascii_strdown (host, colon - host);
}

static bool
is_address (const char *name)
{
  struct in6_addr bytes;
  return inet_pton (AF_INET, name, &bytes) == 1 || inet_pton (AF_INET6, name, &bytes) == 1;
}

bool
mk_host_is_loopback (const char *host)
{
  const char *port;
  g_autofree char *name = split_host (host, &port);
  struct in_addr four;
  struct in6_addr six;
  if (inet_pton (AF_INET, name, &four) == 1)
    return (ntohl (four.s_addr) >> 24) == 127;
  if (inet_pton (AF_INET6, name, &six) == 1)
    return IN6_IS_ADDR_LOOPBACK (&six);
  return strcmp (name, "localhost") == 0 || g_str_has_suffix (name, ".localhost");
}

static bool
is_same (const char *host, const char *origin)
{
  const char *scheme_end = strstr (origin, "://");
  if (scheme_end == NULL)
    return false;
  g_autofree char *authority = g_strndup (scheme_end + 3, strcspn (scheme_end + 3, "/?#"));
  const char *host_port, *origin_port;
  g_autofree char *host_name = split_host (host, &host_port);
  g_autofree char *origin_name = split_host (authority, &origin_port);
  if (strcmp (host_name, origin_name) != 0)
    return false;
  return host_port[0] == '\0' || origin_port[0] == '\0' || strcmp (host_port, origin_port) == 0;
}

bool
mk_origin_is_allowed (const char *host, const char *origin, bool listens_on_loopback_only)
{
  if (host == NULL)
    return true;
  bool is_loopback = mk_host_is_loopback (host);
  if (listens_on_loopback_only && !is_loopback) {
    const char *port;
    g_autofree char *name = split_host (host, &port);
    if (!is_address (name))
      return false;
  }
  return origin == NULL || !is_loopback || is_same (host, origin);
}

bool
mk_origin_is_listed (const char *list, const char *origin)
{
  if (list == NULL || g_str_equal (list, "*"))
    return list != NULL;
  g_auto (GStrv) allowed = g_strsplit (list, ",", 0);
  for (char **one = allowed; origin != NULL && *one != NULL; one++)
    if (g_ascii_strcasecmp (g_strstrip (*one), origin) == 0)
      return true;
  return false;
}
