#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The signals that the process is to have default actions for. What the parent ignores because it was started so, as
/// under nohup, stays ignored; SIGPIPE, SIGTTIN and SIGTTOU the parent ignores for itself alone.
static sigset_t defaults;
static pthread_once_t defaults_once = PTHREAD_ONCE_INIT;

static void collect_defaults(void) {
  sigemptyset(&defaults);
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0) continue;
    int is_own = number == SIGPIPE || number == SIGTTIN || number == SIGTTOU;
    if (action.sa_handler != SIG_IGN || is_own) sigaddset(&defaults, number);
  }
}

static int add_actions(posix_spawn_file_actions_t *actions, const struct spawn_request *request) {
  int error = posix_spawn_file_actions_addchdir_np(actions, request->directory);
  // The three may be any of 0 to 2 themselves, so that they are moved out of the way first.
  int wanted[3] = {request->input, request->output, request->error};
  int moved[3] = {-1, -1, -1};
  for (int target = 0; target < 3 && error == 0; target++) {
    if (wanted[target] > 2 || wanted[target] == target) continue;
    moved[target] = 200 + target;
    error = posix_spawn_file_actions_adddup2(actions, wanted[target], moved[target]);
  }
  for (int target = 0; target < 3 && error == 0; target++) {
    int source = moved[target] >= 0 ? moved[target] : wanted[target];
    error = posix_spawn_file_actions_adddup2(actions, source, target);
  }
  if (error == 0 && request->terminal >= 0) error = posix_spawn_file_actions_addtcsetpgrp_np(actions, 0);
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  return error;
}

int spawn_process(const struct spawn_request *request, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t unmasked;
  sigemptyset(&unmasked);
  pthread_once(&defaults_once, collect_defaults);
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  short group = request->terminal >= 0 ? POSIX_SPAWN_SETPGROUP : POSIX_SPAWN_SETSID;
  error = posix_spawnattr_setflags(&attributes, group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  if (error == 0) error = posix_spawnattr_setpgroup(&attributes, 0);
  if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &defaults);
  if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &unmasked);
  if (error == 0) error = add_actions(&actions, request);
  if (error == 0) {
    error = posix_spawn(pid, request->program, &actions, &attributes, request->arguments, request->environment);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int open_process(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}
