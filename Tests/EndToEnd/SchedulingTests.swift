import Foundation
import TaskCLI
import Testing

/// Which task runs when, and what a failure means for the others.
@Suite(.timeLimit(.minutes(5))) struct SchedulingTests {
  /// Races show themselves when a test is repeated: UGC_TEST_REPETITIONS=200.
  private static let repetitions =
    ProcessInfo.processInfo.environment["UGC_TEST_REPETITIONS"].flatMap(Int.init) ?? 25

  private func statuses(_ outcome: Outcome) throws -> [String: String] {
    var statuses: [String: String] = [:]
    for event in try outcome.events() where event["event"] == "task-finished" {
      let call = event["call"]?.string ?? ""
      #expect(statuses[call] == nil, "\(call) ended twice")
      statuses[call] = event["status"]?.string
    }
    return statuses
  }

  private let diamond = """
    version: 1
    tasks:
      base: { uses: probe }
      left: { uses: probe, needs: [base] }
      right: { uses: probe, needs: [base] }
      top: { uses: probe, needs: [left, right] }
    """

  @Test(arguments: [1, 2, 16]) func `a diamond runs its base once, before both sides`(jobs: Int) async throws {
    let test = ToolTest(tasks: diamond)
    for _ in 0..<Self.repetitions {
      ProbePlugin.forget(test)
      let run = await test.run("run", "top", "-q", "-j", "\(jobs)")
      #expect(run.status == .succeeded)
      let moments = ProbePlugin.moments(of: test)
      #expect(moments.count == 8)
      #expect(moments.prefix(2) == ["+base", "-base"])
      #expect(moments.suffix(2) == ["+top", "-top"])
    }
    ProbePlugin.forget(test)
  }

  @Test func `one worker goes depth first, in the order of the file`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { uses: probe, needs: [b, c] }
          b: { uses: probe, needs: [d] }
          c: { uses: probe, needs: [d, e] }
          d: { uses: probe }
          e: { uses: probe }
        """)
    #expect(await test.run("run", "a", "-q", "-j1").status == .succeeded)
    #expect(ProbePlugin.moments(of: test).filter { $0.hasPrefix("+") } == ["+d", "+b", "+e", "+c", "+a"])
    ProbePlugin.forget(test)
  }

  @Test func `needs that do not need each other run at the same time`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { uses: exec, with: { script: 'echo > a; while [ ! -e b ]; do sleep 0.01; done' } }
          b: { uses: exec, with: { script: 'echo > b; while [ ! -e a ]; do sleep 0.01; done' } }
          both: { needs: [a, b] , uses: probe }
        """)
    #expect(await test.run("run", "both", "-q", "-j2").status == .succeeded)
    ProbePlugin.forget(test)
  }

  @Test func `tasks of the command line run one after the other`() async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  a: { uses: probe, with: { yields: 50 } }\n  b: { uses: probe }")
    #expect(await test.run("run", "a", "b", "-q", "-j8").status == .succeeded)
    #expect(ProbePlugin.moments(of: test) == ["+a", "-a", "+b", "-b"])
    ProbePlugin.forget(test)
  }

  private let failing = """
    version: 1
    tasks:
      bad: { uses: probe, with: { fails: true } }
      long: { uses: probe, with: { waits: true } }
      good: { uses: probe }
      needsBad: { uses: probe, needs: [bad] }
      needsGood: { uses: probe, needs: [good] }
      needsLong: { uses: probe, needs: [long] }
      all: { uses: probe, needs: [needsBad, needsLong, needsGood] }
      most: { uses: probe, needs: [needsBad, needsGood] }
    """

  @Test func `a failure cancels what runs, and what waits is skipped with its cause`() async throws {
    let test = ToolTest(tasks: failing)
    let run = await test.run("run", "all", "-j3", "--output", "json")
    #expect(run.status == .failed)
    let statuses = try statuses(run)
    #expect(statuses["bad"] == "failed")
    #expect(statuses["long"] == "cancelled")
    #expect(statuses["needsLong"] == "skipped")
    #expect(statuses["all"] == "skipped")
    let error = try run.events().first { $0["call"] == "all" && $0["event"] == "task-finished" }?["error"]
    #expect(error == "the probe fails")
    ProbePlugin.forget(test)
  }

  @Test func `keep-going runs all that does not depend on the failure`() async throws {
    let test = ToolTest(tasks: failing)
    let run = await test.run("run", "most", "good", "-k", "-j1")
    run.expect(
      error: """
        > bad
        failed bad (T): the probe fails
        skipped needsBad because `bad` failed
        > good
        ok good (T)
        > needsGood
        ok needsGood (T)
        skipped most because `bad` failed

        summary
        failed    bad        (T)
        skipped   needsBad   because `bad` failed
        ok        good       (T)
        ok        needsGood  (T)
        skipped   most       because `bad` failed
        error: bad: the probe fails
        to go on, run `ugc-tasks resume 20270115t080000000z-7`

        """, status: .failed)
    ProbePlugin.forget(test)
  }

  @Test func `the first failure is told last, with what the task wrote`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          first: { uses: exec, with: { script: 'seq 30; exit 4' } }
          second: { uses: exec, with: { script: 'echo so; exit 5' } }
          all: { needs: [first, second], uses: probe }
        """)
    let run = await test.run("run", "all", "-k", "-j1", "--color", "never")
    #expect(run.status == .failed)
    let end = run.error.split(separator: "\n").map(String.init)
    #expect(end.last?.hasPrefix("to go on, run") == true)
    let errors = end.filter { $0.hasPrefix("error:") }
    #expect(
      errors == [
        "error: second: the script of `second` ended with exit code 5",
        "error: first: the script of `first` ended with exit code 4",
      ])
    let tail = end.drop { $0 != "the last lines of first:" }.dropFirst().prefix { $0.hasPrefix("  | ") }
    #expect(Array(tail) == (11...30).map { "  | \($0)" })
  }

  @Test func `whoever waits for a shared task gets its failure`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          shared: { uses: probe, with: { fails: true, yields: 20 } }
          one: { uses: probe, needs: [shared] }
          two: { uses: probe, needs: [shared] }
          both: { uses: probe, needs: [one, two] }
        """)
    for _ in 0..<50 {
      let run = await test.run("run", "both", "-k", "-j8", "--output", "json")
      #expect(
        try statuses(run) == ["shared": "failed", "one": "skipped", "two": "skipped", "both": "skipped"])
    }
    ProbePlugin.forget(test)
  }

  @Test func `what finally needs runs, though the failure stopped it`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          bad: { uses: probe, with: { fails: true } }
          build: { uses: probe, with: { yields: 50 } }
          clean: { needs: [build], uses: probe }
          a: { steps: [bad], finally: [clean] }
          x: { needs: [a, build], uses: probe }
        """)
    for jobs in ["1", "2", "4"] {
      let run = await test.run("run", "x", "-j", jobs, "--output", "json")
      let ends = try run.events().filter { $0["event"] == "task-finished" && $0["call"] == "a/finally-1:clean" }
      #expect(ends.map { $0["status"]?.string } == ["succeeded"], "-j \(jobs)")
    }
    ProbePlugin.forget(test)
  }

  @Test func `the first failure is the root, though its finally fails later`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          bad: { uses: probe, with: { fails: true } }
          first: { uses: exec, with: { script: 'echo w; exit 3' }, finally: [bad] }
        """)
    let run = await test.run("run", "first", "--output", "json")
    #expect(try run.events().last?["error"] == "the script of `first` ended with exit code 3")
    ProbePlugin.forget(test)
  }

  @Test func `a step whose need fails fails its task, with and without keep-going`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          bad: { uses: probe, with: { fails: true } }
          step: { needs: [bad], uses: probe }
          all: { steps: [step] }
        """)
    for options in [[], ["-k"]] {
      let statuses = try statuses(await test.run(["run", "all", "--output", "json"] + options))
      #expect(statuses == ["bad": "failed", "all/1:step": "skipped", "all": "failed"])
    }
    ProbePlugin.forget(test)
  }

  @Test func `the timeout of a task with steps counts, though its step waits for its turn`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          long: { uses: exec, with: { script: 'sleep 1.5' } }
          quick: { uses: probe }
          timely: { steps: [quick], timeout: 100ms }
          all: { needs: [long, timely], uses: probe }
        """)
    let ends = try await test.run("run", "all", "-k", "-j1", "--output", "json").events()
      .filter { $0["event"] == "task-finished" }.map { "\($0["call"]?.string ?? "") \($0["status"]?.string ?? "")" }
    #expect(ends == ["timely/1:quick skipped", "timely failed", "long succeeded", "all skipped"])
    ProbePlugin.forget(test)
  }

  @Test func `a chain of ten thousand needs, and as many side by side, come to their ends`() async {
    let chain = (1..<10_000).map { "  t\($0): { uses: probe, needs: [t\($0 - 1)], with: { yields: 0 } }" }
    let names = (0..<5_000).map { "t\($0 * 2)" }.joined(separator: ", ")
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  t0: { uses: probe }\n" + chain.joined(separator: "\n")
        + "\n  all: { uses: probe, needs: [\(names)] }")
    #expect(await test.run("run", "all", "-q", "-j2").status == .succeeded)
    #expect(ProbePlugin.moments(of: test).count == 20_000)
    ProbePlugin.forget(test)
  }

  @Test func `ten thousand tasks without work of their own come to their ends`() async {
    let chain = (1..<10_000).map { "  t\($0): { needs: [t\($0 - 1)] }" }
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  t0: { uses: probe }\n" + chain.joined(separator: "\n"))
    #expect(await test.run("run", "t9999", "-q").status == .succeeded)
    ProbePlugin.forget(test)
  }

  /// Tasks that need any of those before them; some fail.
  private struct RandomGraph {
    var generator: SplitMix
    var needs: [[Int]] = []
    var failing: Set<Int> = []

    init(seed: UInt64) {
      generator = SplitMix(state: seed)
      for task in 0..<Int.random(in: 2...25, using: &generator) {
        needs.append((0..<task).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 })
        if Int.random(in: 0..<12, using: &generator) == 0 { failing.insert(task) }
      }
    }

    var yaml: String {
      let tasks = needs.enumerated().map { task, needs in
        "  t\(task): { uses: probe, needs: [\(needs.map { "t\($0)" }.joined(separator: ", "))], "
          + "with: { fails: \(failing.contains(task)) } }"
      }
      return "version: 1\ntasks:\n" + tasks.joined(separator: "\n")
    }

    /// The tasks that a task waits for, itself too.
    func reach(_ task: Int) -> Set<Int> {
      needs[task].reduce(into: [task]) { $0.formUnion(reach($1)) }
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test(arguments: [1, 2, 16]) func `any graph keeps its order, its limit and its failures`(jobs: Int) async throws {
    for seed in 0..<UInt64(Self.repetitions) {
      let graph = RandomGraph(seed: seed)
      let last = graph.needs.count - 1
      let test = ToolTest(tasks: graph.yaml)
      let keepsGoing = seed % 2 == 0
      let run = await test.run(
        ["run", "t\(last)", "-j", "\(jobs)", "--output", "json"] + (keepsGoing ? ["-k"] : []))
      let statuses = try statuses(run)
      let reach = graph.reach(last)
      #expect(Set(statuses.keys) == Set(reach.map { "t\($0)" }) || !keepsGoing, "seed \(seed)")
      check(ProbePlugin.moments(of: test), graph, statuses, jobs, seed: seed)
      #expect((run.status == .succeeded) == reach.isDisjoint(with: graph.failing), "seed \(seed)")
      if keepsGoing {
        for task in reach where graph.reach(task).isDisjoint(with: graph.failing) {
          #expect(statuses["t\(task)"] == "succeeded", "seed \(seed)")
        }
      }
      ProbePlugin.forget(test)
    }
  }

  private func check(
    _ moments: [String], _ graph: RandomGraph, _ statuses: [String: String], _ jobs: Int, seed: UInt64
  ) {
    var running: Set<String> = []
    var ended: Set<String> = []
    for moment in moments {
      let call = String(moment.dropFirst())
      if moment.hasPrefix("+") {
        running.insert(call)
        #expect(running.count <= jobs, "seed \(seed)")
        let task = Int(call.dropFirst()) ?? 0
        for need in graph.needs[task] {
          #expect(ended.contains("t\(need)") && statuses["t\(need)"] == "succeeded", "seed \(seed)")
        }
      } else {
        running.remove(call)
        #expect(ended.insert(call).inserted, "\(call) ran twice, seed \(seed)")
      }
    }
    #expect(running.isEmpty)
  }
}
