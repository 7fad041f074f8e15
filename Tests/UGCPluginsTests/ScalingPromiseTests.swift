import AWSClient
import AWSTestSupport
import FoundationEssentials
import Synchronization
import TaskKit
import Testing
import UGCPlatform

@testable import UGCPlugins

@Suite struct ScalingPromiseTests {
  private func verdict(_ minutes: [(desired: Int, cpu: Double?)]) -> ScalingPromise.Verdict {
    ScalingPromise(expectations: ScalingExpectations(), minimum: 1, maximum: 4).verdict(
      on: minutes.map { ScalingSample(desired: $0.desired, running: $0.desired, cpu: $0.cpu) })
  }

  private func minutes(_ count: Int, _ desired: Int, _ cpu: Double?) -> [(desired: Int, cpu: Double?)] {
    Array(repeating: (desired, cpu), count: count)
  }

  @Test func `three high minutes are to be followed by more tasks`() {
    #expect(verdict(minutes(3, 1, 90) + minutes(4, 1, 95) + minutes(5, 2, 60)).missedOut == nil)
    #expect(verdict(minutes(3, 1, 90) + minutes(6, 1, 95)).missedOut == 2)
    #expect(verdict(minutes(2, 1, 90) + minutes(1, 1, 70) + minutes(2, 1, 90) + minutes(9, 1, 50)).missedOut == nil)
    #expect(verdict(minutes(3, 1, 90) + minutes(4, 1, 95)).missedOut == nil, "not watched long enough")
    #expect(verdict(minutes(12, 4, 95)).missedOut == nil, "at its maximum")
    #expect(verdict([(1, 90), (1, nil)] + minutes(2, 1, 90) + minutes(9, 1, 10)).missedOut == 3)
    #expect(verdict([(1, 90), (1, nil)] + minutes(1, 1, 90) + minutes(9, 1, 10)).missedOut == nil)
  }

  @Test func `fifteen low minutes are to be followed by fewer tasks`() {
    #expect(verdict(minutes(21, 3, 10)).missedIn == 14)
    #expect(verdict(minutes(17, 3, 10) + minutes(9, 1, 20)).missedIn == nil)
    #expect(verdict(minutes(30, 1, 10)).missedIn == nil, "at its minimum")
    #expect(verdict(minutes(30, 3, 60)).missedIn == nil, "fewer tasks would have too much to do")
  }

  @Test func `moves are counted`() {
    let verdict = verdict([(1, 90), (3, 60), (2, 60), (4, 60)])
    #expect(verdict.mostOut == 4)
    #expect(verdict.mostIn == 1)
  }

  @Test func `values become columns`() {
    #expect("\(Sparkline([0, 50, nil, 100], unit: " %"))" == "▁▅ █  0 to 100 %")
    #expect("\(Sparkline([2, 2], unit: ""))" == "▁▁  2 to 2")
    #expect("\(Sparkline([nil], unit: ""))" == "unknown")
  }
}

@Suite struct ScalingWatchTests {
  private final class Said: TaskReporter {
    let lines = Mutex<[String]>([])

    func write(_ bytes: [UInt8], to stream: OutputStream) {}
    func print(_ line: String) { lines.withLock { $0.append(line) } }
    func progress(_ progress: Progress) {}
    func log(_ level: Logger.Level, _ message: String) {}
    func report(_ finding: Finding) {}
  }

  private let said = Said()

  /// Whoever sleeps wakes at once, when it is time.
  private final class HastyClock: Clock {
    struct Instant: InstantProtocol {
      let offset: Duration

      func advanced(by duration: Duration) -> Self { Self(offset: offset + duration) }
      func duration(to other: Self) -> Duration { other.offset - offset }
      static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Instant(offset: .zero))
    let minimumResolution = Duration.zero

    var now: Instant { time.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
      time.withLock { $0 = max($0, deadline) }
    }
  }

  /// Watches a service by a clock that does not wait.
  private func watch(
    minutes: Int, _ script: @escaping @Sendable (Int, inout ScalingPeer.World) -> Void
  ) async throws -> [Finding] {
    let peer = try await ScalingPeer()
    peer.onLook(script)
    let setting = RunSetting(
      identity: RunIdentity(id: "r", startedAt: Date(), randomSeed: 1), state: StateDirectory(path: "/nonexistent"),
      folder: "/nonexistent")
    let context = TaskContext(
      task: "scaling-check", call: "scaling-check", run: setting, directory: "/", environment: [:], arguments: [],
      reporter: said)
    let watch = ScalingWatch(
      session: try Emulator.moto.session(at: peer.url), region: "us-west-2", expectations: ScalingExpectations(),
      context: context, clock: HastyClock())
    let name = try #require(
      ElasticContainerService.ServiceName(arn: "arn:aws:ecs:us-west-2:1:\(ScalingPeer.resource)"))
    let findings = await watch.run([name], for: .seconds(60 * (minutes - 1)))
    await peer.close()
    return findings
  }

  @Test func `a service that scales with its load keeps its promise`() async throws {
    let findings = try await watch(minutes: 10) { minute, world in
      let tasks = minute < 5 ? 1 : 2
      world.cpu = Array(repeating: 0, count: minute) + [minute < 2 ? 20 : minute < 5 ? 90 : 55]
      world.service = world.service?.with(["desiredCount"], .integer(tasks)).with(["runningCount"], .integer(tasks))
    }
    #expect(findings.isEmpty)
    let lines = said.lines.withLock { $0 }
    #expect(lines.count == 14)
    #expect(lines[3] == "Shared: desired 1, running 1, CPU 90 %, high OK, low ALARM")
    #expect(
      lines.suffix(4) == [
        "Shared, a column a minute:", "  CPU    ▁▁███▅▅▅▅▅  20 to 90 %", "  tasks  ▁▁▁▁▁▁████  1 to 2",
        "Shared scaled out by 1 task, as its policy promises",
      ])
  }

  @Test func `a service that stays as it is under load breaks it`() async throws {
    let findings = try await watch(minutes: 10) { minute, world in
      world.cpu = Array(repeating: 95, count: minute + 1)
      world.alarms[0] = world.alarms[0].with(["StateValue"], "ALARM")
    }
    #expect(findings.map(\.code) == ["scale-out-missed"])
  }

  @Test func `a minute that cannot be read is a gap, and told`() async throws {
    let findings = try await watch(minutes: 4) { minute, world in
      world.cpu = Array(repeating: 50, count: minute + 1)
      if minute == 1 { world.refusedOnce["DescribeAlarms"] = "AccessDenied" }
    }
    #expect(findings.map(\.code) == ["service-unreadable"])
    #expect(said.lines.withLock { $0 }.contains { $0.hasPrefix("  CPU    ") && $0.contains(" ▁") })
  }

  @Test func `a metric that cannot be read is told`() async throws {
    let findings = try await watch(minutes: 2) { _, world in world.refused["GetMetricData"] = "AccessDenied" }
    #expect(findings.map(\.code) == ["metric-unreadable"])
  }
}
