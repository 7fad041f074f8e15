import CSpawn
import Glibc
import Synchronization
import TaskKit

/// All processes of a run's scripts: none of them outlives the run.
final class ScriptProcesses: RunResource {
  /// How long processes that scripts left behind may take to end with the run.
  private static let longestFarewell = Duration.seconds(2)
  private static let pause = Duration.milliseconds(20)

  private struct State {
    var watcher: Watcher?
    var hasWatcher = false
    var isClosed = false
    /// The sessions of scripts that ended and left a process behind.
    var sessions: [pid_t] = []
    /// How many threads still pass output through.
    var readers = 0
  }

  private let setting: RunSetting
  private let state = Mutex(State())

  init(_ setting: RunSetting) {
    self.setting = setting
    adopt_orphans()
    if setting.isResumed { endEarlierProcesses() }
  }

  /// A runner that was killed may have left scripts whose effects would mix with those to come.
  private func endEarlierProcesses() {
    let mark = ProcessTable.Mark(session: nil, variables: [setting.processMark])
    for process in ProcessTable.processes(with: mark) { kill(process, SIGKILL) }
  }

  /// Lets a process watch over the run: where the runner is killed, it kills the scripts.
  ///
  /// A run whose scripts all end at once does without.
  func startWatcher() {
    state.withLock { state in
      guard !state.hasWatcher, !state.isClosed else { return }
      state.hasWatcher = true
      state.watcher = Watcher(mark: setting.processMark)
    }
  }

  func readerStarted() {
    state.withLock { $0.readers += 1 }
  }

  func readerEnded() {
    state.withLock { $0.readers -= 1 }
  }

  /// Remembers the session of a script that has ended, where a process of it lives on.
  func sessionEnded(_ session: pid_t) {
    guard kill(-session, 0) == 0 else { return }
    state.withLock { $0.sessions.append(session) }
  }

  func close() async {
    let (sessions, watcher) = state.withLock { state in
      state.isClosed = true
      return (state.sessions, state.watcher)
    }
    if hasChildren {
      await endProcesses(sessions: sessions)
      await waitForReaders()
    }
    watcher?.end()
  }

  /// Whether any process could be left: this process adopts those whose parents have ended.
  private var hasChildren: Bool {
    var info = siginfo_t()
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
  }

  private func endProcesses(sessions: [pid_t]) async {
    let marks =
      [ProcessTable.Mark(session: nil, variables: [setting.processMark])]
      + sessions.map { .init(session: $0, variables: []) }
    func left() -> [pid_t] { Array(Set(marks.flatMap(ProcessTable.processes(with:)))) }
    var processes = left()
    for process in processes { kill(process, SIGTERM) }
    let end = ContinuousClock.now + Self.longestFarewell
    while !processes.isEmpty, ContinuousClock.now < end {
      try? await Task.sleep(for: Self.pause)
      processes = left()
    }
    // A process that waits for a device cannot be killed.
    let lastEnd = ContinuousClock.now + Self.longestFarewell
    while !processes.isEmpty, ContinuousClock.now < lastEnd {
      for process in processes { kill(process, SIGKILL) }
      try? await Task.sleep(for: Self.pause)
      processes = left()
    }
  }

  private func waitForReaders() async {
    let end = ContinuousClock.now + Self.longestFarewell
    while state.withLock({ $0.readers }) > 0, ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(2))
    }
  }
}
