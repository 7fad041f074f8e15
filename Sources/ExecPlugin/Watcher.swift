import CSpawn
import Glibc
import SystemPackage
import TaskKit

/// A process that kills a run's scripts where the runner ends without doing so itself, as by SIGKILL.
///
/// It reads from a pipe whose other end only the runner holds: the pipe ends when the runner does.
final class Watcher: Sendable {
  private static let script = """
    while read -r _; do :; done
    quiet=0
    # A process that waits for a device cannot be killed.
    for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      [ $quiet -lt 2 ] || break
      quiet=$((quiet + 1))
      for file in $(grep -lsxzF "$0" /proc/[0-9]*/environ); do
        process=${file#/proc/}
        kill -9 "${process%/environ}" 2>/dev/null && quiet=0
      done
    done
    """

  private let pipe: Pipe
  private let process: pid_t

  /// Nil where it cannot be started: the run goes on without.
  init?(mark: String) {
    guard let pipe = try? Pipe() else { return nil }
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let request = SpawnRequest(
      program: "/bin/sh", arguments: ["sh", "-c", Self.script, mark], environment: ["PATH=/usr/bin:/bin"],
      directory: "/", input: pipe.readEnd.rawValue, output: null, error: null, terminal: nil)
    guard case .success(let process) = request.start() else {
      pipe.close()
      return nil
    }
    try? pipe.readEnd.close()
    self.pipe = pipe
    self.process = process
  }

  /// Ends it; there is nothing left to watch over.
  func end() {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    try? pipe.writeEnd.close()
  }
}
