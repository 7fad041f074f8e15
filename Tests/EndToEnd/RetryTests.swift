import Foundation
import TaskCLI
import Testing

/// Attempts, failures that are allowed, and preconditions.
@Suite(.timeLimit(.minutes(5))) struct RetryTests {
  /// Fails until it was run as often as a value says.
  private static let flaky = """
    flaky:
        uses: exec
        retry: { attempts: 3, backoff: 20ms }
        with: { script: 'echo try >> tries; [ $(wc -l < tries) -ge $ENOUGH ] || exit 7; echo fine', enough: 3 }
    """

  private func withoutPauses(_ text: String) -> String {
    text.replacing(#/once more in \d+\.\d\d s/#, with: "once more in T")
  }

  @Test func `what fails is tried again, and the summary says how often`() async throws {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  \(Self.flaky)\n  all: { steps: [flaky] }\n")
    let run = await test.run("run", "all")
    #expect(run.output == "all/1:flaky | fine\n" && run.status == .succeeded)
    #expect(
      withoutPauses(run.error) == """
        > all
        > all/1:flaky
        all/1:flaky: attempt 1 of 3 failed: the script of `flaky` ended with exit code 7 (once more in T)
        all/1:flaky: attempt 2 of 3 failed: the script of `flaky` ended with exit code 7 (once more in T)
        ok all/1:flaky (T), 3 attempts
        ok all (T)

        summary
        ok        all/1:flaky  (T), 3 attempts
        ok        all          (T)

        """)
    let json = await test.run("run", "flaky", "ENOUGH=99", "--output", "json")
    #expect(json.status == .failed)
    let events = try json.events()
    let retries = events.filter { $0["event"] == "task-retrying" }
    #expect(retries.map { $0["attempt"] } == [.integer(1), .integer(2)])
    for (retry, most) in zip(retries, [0.02, 0.04]) {
      guard case .number(let text)? = retry["pause"] else { return #expect(Bool(false), "no pause") }
      let pause = try #require(Double(text))
      #expect(pause >= most / 2 - 0.001 && pause <= most + 0.001)
    }
    let finished = events.first { $0["event"] == "task-finished" }
    #expect(finished?["attempts"] == .integer(3) && finished?["status"] == "failed")
    #expect(await test.run("logs", "-f", "tasks.yaml").output.contains("attempt 2 of 3 failed"))
  }

  @Test func `while a task waits for its next attempt, others work`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          slow:
            uses: exec
            retry: { attempts: 2, backoff: 1h }
            with: { script: 'test -e there || { echo waiting > first; exit 1; }' }
          other: { uses: exec, with: { script: 'test -e first && echo worked > other' } }
          all: { needs: [slow, other] }
        """)
    let running = test.start("run", "all", "-j1")
    await test.folder.waitForFile("other")
    let outcome = await running.stop()
    #expect(outcome.status == .terminated)
    #expect(outcome.error.contains("cancelled slow (T) because the run was interrupted by SIGTERM\n"))
  }

  @Test func `nothing is tried again after a signal, a failure elsewhere, or a wrong value`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          hangs:
            uses: exec
            retry: { attempts: 5, backoff: 10ms }
            with: { script: 'echo x >> starts; trap "exit 3" TERM; touch up; while :; do sleep 0.01; done' }
          fails: { uses: exec, with: { script: 'while ! test -e up; do sleep 0.01; done; exit 4' } }
          seed: { retry: { attempts: 5, backoff: 1h }, with: { json: gone.json } }
          both: { needs: [hangs, fails] }
        """)
    #expect(await test.run("run", "both", "-j2").status == .failed)
    #expect(test.folder.read("starts") == "x\n")
    let seed = await test.run("run", "seed", "JSON=nowhere.json")
    #expect(seed.status == .usage && !seed.error.contains("attempt"))
  }

  @Test func `each attempt has the whole timeout`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          slow:
            uses: exec
            timeout: 2s
            retry: { attempts: 2, backoff: 10ms }
            with: { script: 'test -e seen && echo quick && exit; touch seen; sleep 600' }
        """)
    let run = await test.run("run", "slow")
    #expect(run.output == "quick\n" && run.status == .succeeded)
    #expect(run.error.contains("attempt 1 of 2 failed: the task `slow` did not end within 2s"))
  }

  @Test func `a task that may fail does not fail the run, nor what comes after it`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          bad: { uses: exec, with: { script: 'echo no; exit 3' } }
          lint: { allowFailure: true, needs: [bad] }
          build: { needs: [lint], uses: exec, with: { script: echo built } }
          also: { uses: exec, with: { script: echo also } }
          lone: { allowFailure: true, uses: exec, with: { script: exit 5 } }
          hard: { needs: [bad] }
        """)
    await test.run("run", "build", "also").expect(
      output: "bad | no\nbuild | built\nalso | also\n",
      error: """
        > bad
        failed bad (T), which it may: the script of `bad` ended with exit code 3
        skipped lint because `bad` failed
        > build
        ok build (T)
        > also
        ok also (T)

        summary
        failed    bad    (T), which it may
        skipped   lint   because `bad` failed
        ok        build  (T)
        ok        also   (T)

        """)
    let lone = await test.run("run", "lone")
    #expect(lone.status == .succeeded && lone.error.hasPrefix("warning: the script of `lone` ended with exit code 5\n"))
    let event = try await test.run("run", "lone", "--output", "json").events().first { $0["event"] == "task-finished" }
    #expect(event?["status"] == "failed" && event?["allowed"] == true)
    // Whoever else needs what failed is not allowed to go on.
    #expect(await test.run("run", "lint", "hard", "-k").status == .failed)
    #expect(await test.run("run", "hard", "lint").status == .failed)
    // What the user asked for by name must succeed, whoever else needs it.
    for arguments in [["lint", "bad"], ["bad", "lint"], ["lint", "bad", "-k"]] {
      let run = await test.run(["run"] + arguments)
      #expect(run.status == .failed && run.error.contains("error: bad: the script"), "\(run.error)")
    }
  }

  @Test func `preconditions come before the work, and after nothing`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { stage: dev }
        tasks:
          up:
            preconditions:
              - { script: 1️⃣test -e flag, message: 'make a flag for ${stage} first' }
              - echo checked $SEED_COUNT on $STACK
              - 2️⃣test $STAGE != prod
            uses: seed
            retry: { attempts: 4, backoff: 1h }
            finally: [say]
          say: { uses: exec, with: { script: echo finally } }
          group: { preconditions: [test -e flag], steps: [say] }
        """)
    let refused = await test.run("run", "up")
    #expect(refused.output.isEmpty && !refused.error.contains("finally") && !refused.error.contains("attempt"))
    #expect(refused.error.contains("error: up: `up` does not run: make a flag for dev first\n"))
    #expect(refused.error.contains(" --> tasks.yaml:6:19\n"))
    #expect(await test.run("run", "group").status == .failed)
    let flagged = await test.file("flag", "").run("run", "up", "SEED_COUNT=2", "STACK=UGC-dev")
    #expect(
      flagged.output
        == "up | seeded 2 channels and 2 streams in UGC-dev (0 from JSON, 1 offline, 1 live)\nup/finally-1:say | finally\n"
    )
    #expect(flagged.error.contains("up | checked 2 on UGC-dev\n"))
    let prod = await test.run("run", "up", "STAGE=prod")
    #expect(prod.error.contains("`up` does not run: its precondition `test $STAGE != prod` does not hold"))
    let plan = await test.run("plan", "up", "SEED_COUNT=1", "OFFLINE_SESSION_COUNT=0")
    #expect(plan.output.contains("    only if this succeeds: test -e flag\n"))
    #expect(plan.output.contains("    at most 4 attempts\n"))
    #expect(await test.run("run", "group").output == "group/1:say | finally\n")
  }

  @Test func `the time of preconditions is told as theirs, and secrets are masked one by one`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          slow: { timeout: 50ms, preconditions: [sleep 600], uses: exec, with: { script: ':' } }
          a:
            preconditions: [{ script: 'test "$TOKEN" = hunter2secret', message: 'the token is ${token} today' }]
            uses: exec
            with: { script: ':', token: '${given}' }
          count: { retry: { attempts: 2, backoff: 1ms }, uses: exec, with: { script: 'test $UGC_ATTEMPT = 2' } }
        """)
    #expect(
      await test.run("run", "slow").error.hasPrefix("error: the preconditions of `slow` did not end within 50ms\n"))
    #expect(
      await test.run("run", "a", "GIVEN=abcdefgh").error.hasPrefix("error: `a` does not run: the token is *** today\n"))
    #expect(!(await test.run("plan", "a", "GIVEN=hunter2secret").output.contains("hunter2secret")))
    #expect(await test.run("run", "count").status == .succeeded)
  }

  @Test func `mistakes are told with their places`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { retry: 3, uses: exec, with: { script: ':' } }
          b: { retry: { attempts: 0 }, uses: exec, with: { script: ':' } }
          c: { retry: { backoff: 2 }, uses: exec, with: { script: ':' } }
          d: { retry: { attempts: 2 }, steps: [a] }
          e: { preconditions: [{ message: x }], uses: exec, with: { script: ':' } }
          f: { allowFailure: maybe, uses: exec, with: { script: ':' } }
          g: { retry: { attempts: 2 }, needs: [a] }
        """)
    let run = await test.run("check")
    #expect(run.status == .usage)
    for message in [
      "`retry` of the task `a` must be a mapping with `attempts`, not a whole number\n --> tasks.yaml:3:15",
      "`attempts` must be a number from 1 to 100\n --> tasks.yaml:4:27", "`retry` does not say how many `attempts`",
      "the task `d` only calls others, and `retry` is about a task's own work", "a precondition has no `script`",
      "`allowFailure` of the task `f` must be true or false",
      "the task `g` only calls others, and `retry` is about a task's own work",
    ] { #expect(run.error.contains(message), "\(message)\n\(run.error)") }
  }
}
