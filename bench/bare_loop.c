/* bare_loop.c - the least that a server can do: one epoll loop, one fixed answer, one fixed frame to all listeners.
 *
 * Purpose   What our server is measured against. Prints its port. Requests are not looked at beyond their first letter
 *           and the path /ws: no headers, no limits, nothing that a real server needs.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_SOCKETS 2048

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 42\r\n\r\n{\"queue_running\": [], \"queue_pending\": []}";
static const char upgrade[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static const char frame[] = "\x81\x4d{\"type\": \"status\", \"data\": {\"status\": {\"exec_info\": {\"queue_remaining\": 0}}}}";

static int listeners[MAX_SOCKETS];
static int n_listeners;

static int
start (void)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind (fd, (struct sockaddr *)&address, sizeof address) < 0 || listen (fd, 1024) < 0 || getsockname (fd, (struct sockaddr *)&address, &length) < 0)
    exit (1);
  printf ("%u\n", (unsigned)ntohs (address.sin_port));
  fflush (stdout);
  return fd;
}

static bool
put (int fd, const char *bytes, size_t length)
{
  return send (fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static void
respond (int fd, const char *request)
{
  if (strncmp (request, "GET /ws", 7) == 0 && n_listeners < MAX_SOCKETS) {
    put (fd, upgrade, sizeof upgrade - 1);
    put (fd, frame, sizeof frame - 1);
    listeners[n_listeners++] = fd;
    return;
  }
  for (int i = 0; request[0] == 'P' && i < n_listeners; i++)
    put (listeners[i], frame, sizeof frame - 1);
  put (fd, answer, sizeof answer - 1);
}

int
main (void)
{
  int door = start (), loop = epoll_create1 (0);
  epoll_ctl (loop, EPOLL_CTL_ADD, door, &(struct epoll_event){ .events = EPOLLIN, .data.fd = door });
  for (;;) {
    struct epoll_event events[64];
    int n = epoll_wait (loop, events, 64, -1);
    for (int i = 0; i < n; i++) {
      char request[8192];
      int fd = events[i].data.fd;
      if (fd == door) {
        int guest = accept (door, NULL, NULL);
        epoll_ctl (loop, EPOLL_CTL_ADD, guest, &(struct epoll_event){ .events = EPOLLIN, .data.fd = guest });
        continue;
      }
      ssize_t got = recv (fd, request, sizeof request - 1, 0);
      request[got > 0 ? got : 0] = '\0';
      if (got > 0)
        respond (fd, request);
      else
        close (fd);
    }
  }
}
