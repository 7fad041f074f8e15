import FoundationEssentials
import Glibc
import Synchronization
import TaskKit

/// All processes of a run's scripts: none of them outlives the run.
final class ScriptProcesses: RunResource {
  /// How long processes that scripts left behind may take to end with the run.
  private static let longestFarewell = Duration.seconds(2)
  /// How long the run waits for what processes that hold an output still have to say.
  private static let timeForLastWords = Duration.seconds(1)
  private static let pause = Duration.milliseconds(20)

  private struct State {
    /// The sessions of scripts that ended and left a process behind.
    var sessions: Set<pid_t> = []
    /// How many threads still pass output through.
    var readers = 0
  }

  private let setting: RunSetting
  private let state = Mutex(State())
  /// There before the first script is, so that no moment is left in which killing the runner leaves one.
  private let watcher: Watcher?

  init(_ setting: RunSetting) {
    self.setting = setting
    watcher = Watcher(mark: setting.processMark)
    if setting.isResumed { endEarlierProcesses() }
  }

  /// A runner that was killed may have left scripts whose effects would mix with those to come.
  private func endEarlierProcesses() {
    let mark = ProcessTable.Mark(variables: [setting.processMark], mayBeOlder: true)
    for process in ProcessTable.processes(with: mark) { kill(process, SIGKILL) }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: setting.folder)) ?? []
    for file in files where file.hasPrefix(Script.outputPrefix) {
      try? FileManager.default.removeItem(atPath: "\(setting.folder)/\(file)")
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
    state.withLock { _ = $0.sessions.insert(session) }
  }

  func close() async -> [String] {
    let sessions = state.withLock { $0.sessions }
    await waitForReaders(atMost: Self.timeForLastWords)
    let count = await endProcesses(ProcessTable.Mark(sessions: sessions, variables: [setting.processMark]))
    await waitForReaders(atMost: Self.longestFarewell)
    watcher?.end()
    return count == 0
      ? [] : ["\(count) \(count == 1 ? "process" : "processes") that scripts had left behind ended with the run"]
  }

  /// - Returns: How many there were.
  private func endProcesses(_ mark: ProcessTable.Mark) async -> Int {
    var processes = ProcessTable.processes(with: mark)
    let count = processes.count
    for process in processes { kill(process, SIGTERM) }
    let start = ContinuousClock.now
    // A process that waits for a device cannot be killed.
    while !processes.isEmpty, ContinuousClock.now < start + Self.longestFarewell * 2 {
      try? await Task.sleep(for: Self.pause)
      processes = ProcessTable.processes(with: mark)
      guard ContinuousClock.now >= start + Self.longestFarewell else { continue }
      for process in processes { kill(process, SIGKILL) }
    }
    return count
  }

  private func waitForReaders(atMost longest: Duration) async {
    let end = ContinuousClock.now + longest
    while state.withLock({ $0.readers }) > 0, ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(2))
    }
  }
}
