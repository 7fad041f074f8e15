import FoundationEssentials
import Synchronization
import TaskKit
import Testing
import UGCPlatform

@testable import UGCPlugins

@Suite struct SeedWriterTests {
  /// Takes some batches, then fails.
  private final class FullStore: PlatformStore {
    private let left: Mutex<Int>
    init(batches: Int) { left = Mutex(batches) }

    func put(_ entries: some Sequence<SeedEntry> & Sendable) async throws {
      let hasRoom = left.withLock { left in
        left -= 1
        return left >= 0
      }
      if !hasRoom { throw StoreError("no space is left", help: "free some") }
    }
    func deleteSeeded(progress: @Sendable (RowCounts) -> Void) async throws -> RowCounts { RowCounts() }
    func census() async throws -> Census { Census() }
  }

  private struct Silent: TaskReporter {
    func write(_ bytes: [UInt8], to stream: OutputStream) {}
    func print(_ line: String) {}
    func progress(_ progress: Progress) {}
    func log(_ level: Logger.Level, _ message: String) {}
    func report(_ finding: Finding) {}
  }

  @Test func `a store that fails leaves a count of what was written`() async throws {
    let setting = RunSetting(
      identity: RunIdentity(id: "r", startedAt: Date(), randomSeed: 1), state: StateDirectory(path: "/nonexistent"),
      folder: "/nonexistent")
    let context = TaskContext(
      task: "seed", call: "seed", run: setting, directory: "/", environment: [:], arguments: [], reporter: Silent())
    let counts = SeedCounts(total: 5_000, fromFile: 0, offline: 1)
    let items = MockItems(
      seed: 1, startAt: Date(), place: PlatformPlace(region: "us-west-2", account: "1"), endedCount: 1)
    let writer = SeedWriter(store: FullStore(batches: 1), counts: counts, context: context)
    do {
      try await writer.write([], then: items)
      Issue.record("the failure was lost")
    } catch let failure as TaskFailure {
      #expect(failure.diagnostics.first?.message == "no space is left; 2000 of 5000 channels were written")
      #expect(failure.diagnostics.first?.help == "free some")
      #expect(failure.outputs["channels"] == .integer(2_000))
    }
  }
}
