/*
 * Put before a program by LD_PRELOAD, it makes the disk slow: each sync takes SLOW_DISK_MS longer. Each one is a letter in the file
 * SLOW_DISK_LOG. After SLOW_DISK_KILL syncs of files whose path ends with SLOW_DISK_FILE, the process is killed: what was written is
 * on the disk, and nobody was told.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int matching;

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static int ends_with(int descriptor, const char *ending) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  size_t wanted = strlen(ending);
  return (size_t)length >= wanted && strcmp(path + length - wanted, ending) == 0;
}

static int sync_slowly(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(descriptor);
  const char *ms = setting("SLOW_DISK_MS"), *log = setting("SLOW_DISK_LOG"), *killed = setting("SLOW_DISK_KILL");
  const char *file = setting("SLOW_DISK_FILE");
  if (ms) {
    long wait = atol(ms);
    struct timespec pause = {wait / 1000, wait % 1000 * 1000000};
    nanosleep(&pause, NULL);
  }
  if (log) {
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (out >= 0) {
      if (write(out, "s", 1) < 0) result = -1;
      close(out);
    }
  }
  if (killed && file && ends_with(descriptor, file) && atomic_fetch_add(&matching, 1) + 1 == atoi(killed)) raise(SIGKILL);
  return result;
}

int fsync(int descriptor) { return sync_slowly("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_slowly("fdatasync", descriptor); }
