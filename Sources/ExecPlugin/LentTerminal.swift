import Glibc

/// The terminal, while an interactive script has it.
struct LentTerminal: Sendable {
  /// The terminal's descriptor in this process.
  static let descriptor = STDIN_FILENO

  private let group = getpgrp()

  /// Nil where standard input is no terminal, or this process is in its background.
  init?() {
    guard isatty(Self.descriptor) == 1, tcgetpgrp(Self.descriptor) == getpgrp() else { return nil }
  }

  /// Suspends this process where the user suspended the script, and lets the script go on afterwards.
  func followSuspension(of process: pid_t, _ suspend: () -> Void) {
    var info = siginfo_t()
    guard waitid(P_PID, id_t(process), &info, WSTOPPED | WNOHANG) == 0, info.si_signo == SIGCHLD else { return }
    takeBack()
    suspend()
    give(to: process)
    kill(-process, SIGCONT)
  }

  /// Makes this process the terminal's foreground again.
  func takeBack() {
    give(to: group)
  }

  private func give(to group: pid_t) {
    // A process in the background that does so would be stopped by this signal.
    let previous = signal(SIGTTOU, SIG_IGN)
    tcsetpgrp(Self.descriptor, group)
    signal(SIGTTOU, previous)
  }
}
