#ifndef CSPAWN_H
#define CSPAWN_H

#include <sys/types.h>

/// What a process starts with. Its signals have their default actions, except those that the parent was told to ignore;
/// of the parent's descriptors it gets the three that are named.
struct spawn_request {
  const char *program;
  char *const *arguments;
  char *const *environment;
  const char *directory;
  int input;
  int output;
  int error;
  /// Below 0: the process leads a session of its own, without a terminal. Otherwise it leads a process group of its own
  /// in the foreground of the terminal behind this descriptor.
  int terminal;
};

/// Starts a process.
///
/// Returns 0, or the errno that says why it could not be started.
int spawn_process(const struct spawn_request *request, pid_t *pid);

/// A descriptor that can be read from once the process has ended, or -1.
int open_process(pid_t pid);

#endif
