import Foundation
import TaskKit
import Testing
import WaitFor

/// The plugin as a unit, its inputs set by hand.
@Suite(.timeLimit(.minutes(1))) struct WaitForTests {
  @Test func `its declarations are in order`() {
    #expect(DeclarationCheck.mistakes(of: WaitForPlugin.self) == [])
  }

  @Test func `it wants a port or a file`() {
    var plugin = WaitForPlugin()
    #expect(problems(of: plugin) == ["has no value, and neither has `file`"])
    plugin.port = 80
    #expect(problems(of: plugin) == [])
    plugin.file = "/dev/null"
    #expect(problems(of: plugin) == ["cannot be waited for together with `port`"])
    plugin.port = nil
    #expect(problems(of: plugin) == [])
  }

  private func problems(of plugin: WaitForPlugin) -> [String] {
    var problems = Problems()
    plugin.validate(&problems)
    return problems.all.map(\.message)
  }

  @Test func `what is there needs one look`() async throws {
    var plugin = WaitForPlugin()
    plugin.file = "/dev/null"
    let outputs = try await plugin.run(context(Silent()))
    #expect(outputs == ["target": "/dev/null", "looks": 1])
  }

  @Test func `in vain, it still says what it looked for`() async throws {
    var plugin = WaitForPlugin()
    (plugin.file, plugin.within, plugin.every) = ("/nonexistent", .milliseconds(20), .seconds(3600))
    let failure = try await #require(throws: TaskFailure.self) { try await plugin.run(context(Silent())) }
    // The last look is at the end of the time, however long the pauses are.
    #expect(failure.outputs == ["target": "/nonexistent", "looks": 2])
    #expect(failure.diagnostics.map(\.message) == ["waited in vain for /nonexistent"])
  }

  @Test(arguments: [true, false])
  func `told to stop, it ends at once`(looksAtPort: Bool) async throws {
    let port = try Listener(listens: false)
    var plugin = WaitForPlugin()
    (plugin.within, plugin.every) = (.seconds(86400), .seconds(86400))
    if looksAtPort { (plugin.host, plugin.port) = ("127.0.0.1", port.port) } else { plugin.file = "/nonexistent" }
    let work = Task { [plugin] in try await plugin.run(context(Stopping())) }
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  private func context(_ reporter: any TaskReporter) -> TaskContext {
    TaskContext(
      task: "wait", call: "wait",
      run: RunSetting(
        identity: RunIdentity(id: "run", startedAt: Date(timeIntervalSince1970: 0), randomSeed: 1),
        state: StateDirectory(path: "/nonexistent"), folder: "/nonexistent"),
      directory: "/", environment: [:], arguments: [], reporter: reporter)
  }
}

/// Takes what a plugin reports, and keeps nothing.
private struct Silent: TaskReporter {
  func write(_ bytes: [UInt8], to stream: TaskKit.OutputStream) {}
  func print(_ line: String) {}
  func progress(_ progress: TaskKit.Progress) {}
  func log(_ level: Logger.Level, _ message: String) {}
  func report(_ finding: Finding) {}
}

/// Cancels the task that makes progress.
private struct Stopping: TaskReporter {
  func write(_ bytes: [UInt8], to stream: TaskKit.OutputStream) {}
  func print(_ line: String) {}
  func progress(_ progress: TaskKit.Progress) { withUnsafeCurrentTask { $0?.cancel() } }
  func log(_ level: Logger.Level, _ message: String) {}
  func report(_ finding: Finding) {}
}
