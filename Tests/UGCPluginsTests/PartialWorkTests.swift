import FoundationEssentials
import Synchronization
import TaskKit
import Testing
import UGCPlatform

@testable import UGCPlugins

@Suite struct PartialWorkTests {
  private final class Warnings: TaskReporter {
    let all = Mutex<[String]>([])

    func write(_ bytes: [UInt8], to stream: OutputStream) {}
    func print(_ line: String) {}
    func progress(_ progress: Progress) {}
    func log(_ level: Logger.Level, _ message: String) { all.withLock { $0.append("\(level): \(message)") } }
    func report(_ finding: Finding) {}
  }

  private let warnings = Warnings()

  private var context: TaskContext {
    let setting = RunSetting(
      identity: RunIdentity(id: "r", startedAt: Date(), randomSeed: 1), state: StateDirectory(path: "/nonexistent"),
      folder: "/nonexistent")
    return TaskContext(
      task: "seed", call: "seed", run: setting, directory: "/", environment: [:], arguments: [], reporter: warnings)
  }

  @Test func `a store that fails leaves a count of what was written`() throws {
    let work = PartialWork(
      .failed(StoreError("no space is left", help: "free some")), done: RowCounts(channels: 2_000, sessions: 1_999))
    let total = RowCounts(channels: 5_000, sessions: 5_000)
    let end = work.end("written", of: total, outputs: ["channels": 2_000], context)
    let failure = try #require(end as? TaskFailure)
    #expect(
      failure.diagnostics.first?.message
        == "no space is left; 2000 of 5000 channels and 1999 of 5000 streams were written")
    #expect(failure.diagnostics.first?.help == "free some")
    #expect(failure.outputs["channels"] == .integer(2_000))
  }

  @Test func `a task that was told to stop says what is done, and what may be`() throws {
    let work = PartialWork(
      .cancelled, done: RowCounts(channels: 1, sessions: 7), uncertain: RowCounts(channels: 20, sessions: 5))
    let end = work.end("deleted", of: nil, outputs: ["channels": 1], context)
    #expect((end as? TaskCancellation)?.outputs["channels"] == .integer(1))
    #expect(
      warnings.all.withLock { $0 }
        == ["warning: stopped: 1 channel and 7 streams were deleted, and perhaps 25 rows more"])
  }
}
