import Foundation
import TaskCLI
import Testing

/// Going on after a failure, an interruption or SIGKILL.
@Suite(.timeLimit(.minutes(5))) struct ResumeTests {
  /// Tasks that write down that they ran, and fail unless a file says otherwise.
  private static func tasks(_ rest: String) -> String {
    """
    version: 1
    tasks:
      a: { uses: exec, with: { script: 'echo a >> log; echo n=41 >> $UGC_OUTPUT' } }
      b: { uses: exec, with: { script: 'echo b $N >> log; test -e ok', n: '' } }
      c: { uses: exec, with: { script: echo c >> log } }
      clean: { uses: exec, with: { script: echo clean >> log } }
    \(rest)
    """
  }

  private func log(_ test: ToolTest) -> [String] {
    (test.folder.read("log") ?? "").split(separator: "\n").map(String.init)
  }

  @Test func `a failed run goes on where it failed, with the outputs of before`() async {
    let test = ToolTest(
      tasks: Self.tasks("  all: { needs: [c], steps: [a, { task: b, with: { n: '${steps.a.n}' } }, c] }"))
    #expect(await test.run("run", "all").status == .failed)
    #expect(log(test) == ["c", "a", "b 41"])
    #expect(await test.run("resume").status == .failed)
    let again = await test.file("ok", "").run("resume")
    again.expect(
      error: """
        going on with 20270115t080000000z-7: all
        ok c (done before)
        > all
        ok all/1:a (done before)
        > all/2:b
        ok all/2:b (T)
        > all/3:c
        ok all/3:c (T)
        ok all (T)

        summary
        ok        c        (done before)
        ok        all/1:a  (done before)
        ok        all/2:b  (T)
        ok        all/3:c  (T)
        ok        all      (T)

        """)
    #expect(log(test) == ["c", "a", "b 41", "b 41", "b 41", "c"])
    await test.run("resume").expect(
      error: """
        error: the run 20270115t080000000z-7 succeeded: there is nothing to resume
        help: `history` lists the others

        """, status: .usage)
  }

  @Test func `finally runs again where steps ran again, and not where it had ended`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [a, b], finally: [clean] }"))
    #expect(await test.run("run", "all").status == .failed)
    #expect(log(test) == ["a", "b", "clean"])
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    #expect(log(test) == ["a", "b", "clean", "b", "clean"])
    let other = ToolTest(tasks: Self.tasks("  all: { steps: [a], finally: [clean, b, c] }"))
    #expect(await other.run("run", "all").status == .failed)
    #expect(log(other) == ["a", "clean", "b", "c"])
    #expect(await other.file("ok", "").run("resume").status == .succeeded)
    #expect(log(other) == ["a", "clean", "b", "c", "b"])
  }

  @Test func `it keeps the values, the start and the seed of the run`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { word: yaml }
        tasks:
          seed: {}
          b: { uses: exec, with: { script: 'echo "$WORD $NAME $UGC_RUN $@" >> log; test -e ok', name: x } }
        """)
    #expect(
      await test.variable("WORD", "env").run("run", "b", "seed", "NAME=given", "SEED_COUNT=3", "--", "x y").status
        == .failed)
    _ = test.file("ok", "")
    #expect(await test.variable("WORD", "other").variable("NAME", "late").run("resume").status == .succeeded)
    #expect(log(test) == ["env given 20270115t080000000z-7 x y", "env given 20270115t080000000z-7 x y"])
    #expect(try StackFile(test).text("SELECT count(*) FROM channels") == "3")
    let wrong = await test.run("run", "b", "NAME=given")
    #expect(wrong.status == .succeeded)
  }

  @Test func `no other values can be given`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [a, b] }"))
    #expect(await test.run("run", "all").status == .failed)
    await test.run("resume", "N=3").expect(
      error: """
        error: a resumed run has the values that it began with: N cannot be given
        help: leave it out, or run the tasks anew

        """, status: .usage)
  }

  @Test func `what changed in what still has to run is refused, unless it is accepted`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [a, b, c] }"))
    #expect(await test.run("run", "all").status == .failed)
    let text = test.folder.read("tasks.yaml") ?? ""
    // What is done may change.
    test.folder.write("tasks.yaml", text.replacing("echo a >>", with: "echo A >>"))
    #expect(await test.run("resume").error.contains("> all/2:b"))
    test.folder.write("tasks.yaml", text.replacing("echo c >>", with: "echo C >>"))
    _ = test.file("ok", "")
    await test.run("resume").expect(
      error: """
        error: what still has to run has changed since the run 20270115t080000000z-7 began: `all/3:c`
        help: add --accept-changes to go on with what tasks.yaml says now, or run the tasks anew

        """, status: .usage)
    #expect(await test.run("resume", "--accept-changes").status == .succeeded)
    #expect(log(test) == ["a", "b", "b", "b", "C"])
  }

  @Test func `a step that was added, or a call's new values, are changes`() async {
    for (old, new) in [("[a, b]", "[a, b, c]"), ("[a, b]", "[a, { task: b, with: { n: 3 } }]"), ("[a, b]", "[b, a]")] {
      let test = ToolTest(tasks: Self.tasks("  all: { steps: [a, b] }"))
      #expect(await test.run("run", "all").status == .failed)
      test.folder.write("tasks.yaml", (test.folder.read("tasks.yaml") ?? "").replacing(old, with: new))
      #expect(await test.run("resume").error.contains("has changed since the run"))
    }
  }

  @Test func `a secret is read again, and must be the same`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token, key]
        tasks:
          b: { uses: exec, with: { script: 'echo "$TOKEN $KEY" > got; test -e ok', token: '', key: '' } }
        """)
    let first = test.variable("TOKEN", "token-of-the-environment")
    #expect(await first.run("run", "b", "KEY=key-of-the-command-line").status == .failed)
    #expect(!test.folder.allTexts(below: ".ugc").contains { $0.contains("-of-the-") })
    await test.run("resume").expect(
      error: """
        error: the run 20270115t080000000z-7 had the secret KEY, which is not kept
        help: add KEY=…
        error: the run 20270115t080000000z-7 had the secret TOKEN, which is not kept
        help: set TOKEN in the environment, as then

        """, status: .usage)
    await first.run("resume", "KEY=another-key").expect(
      error: """
        error: the secret KEY is not the one that the run 20270115t080000000z-7 began with
        help: give the same one, or run the tasks anew

        """, status: .usage)
    _ = test.file("ok", "")
    #expect(await first.run("resume", "KEY=key-of-the-command-line").status == .succeeded)
    #expect(test.folder.read("got") == "token-of-the-environment key-of-the-command-line\n")
  }

  @Test func `a task whose secret output is not kept runs again`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          login: { uses: exec, with: { script: 'echo login >> log; echo token=fresh-token >> $UGC_OUTPUT' } }
          b: { uses: exec, with: { script: 'test "$TOKEN" = fresh-token; echo b >> log; test -e ok', token: '' } }
          all: { steps: [login, { task: b, with: { token: '${steps.login.token}' } }] }
        """)
    #expect(await test.run("run", "all").status == .failed)
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    #expect(log(test) == ["login", "b", "login", "b"])
  }

  @Test func `a secret output that nothing reads is no reason to run a task again`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          login: { uses: exec, with: { script: 'echo login >> log; echo token=fresh-token >> $UGC_OUTPUT; echo n=3 >> $UGC_OUTPUT' } }
          b: { uses: exec, with: { script: 'echo b $N >> log; test -e ok', n: '' } }
          all: { steps: [login, { task: b, with: { n: '${steps.login.n}' } }] }
        """)
    #expect(await test.run("run", "all").status == .failed)
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    #expect(log(test) == ["login", "b 3", "b 3"])
  }

  @Test func `a damaged line is told, and not trusted`() async throws {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [c, a, b] }"))
    #expect(await test.run("run", "all").status == .failed)
    let path = ".ugc/runs/20270115t080000000z-7/journal"
    let journal = try #require(test.folder.read(path))
    // Somebody changed a line, and the last one was cut off.
    let changed = journal.replacing(#""finished","call":"all/2:a""#, with: #""finished","call":"all/9:a""#).dropLast(40)
    #expect(changed.count == journal.count - 40)
    test.folder.write(path, String(changed))
    let run = await test.file("ok", "").run("resume", "-q")
    run.expect(
      error: """
        warning: the journal of the run 20270115t080000000z-7 is damaged in line 7, 11
        help: what it said is not trusted: a task whose end it told counts as not ended

        """)
    #expect(log(test) == ["c", "a", "b", "a", "b"])
    test.folder.write(path, "{}\n" + journal)
    #expect(
      await test.run("resume").error.hasPrefix("error: the journal of the run 20270115t080000000z-7 is damaged in its"))
  }

  @Test func `finally runs again where the task's own work ran again`() async {
    let test = ToolTest(
      tasks: Self.tasks("  all: { uses: exec, with: { script: echo w >> log }, finally: [clean, b] }"))
    #expect(await test.run("run", "all").status == .failed)
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    #expect(log(test) == ["w", "clean", "b", "w", "clean", "b"])
  }

  @Test func `finally is due where a step was done before, though the next one cannot begin`() async {
    let test = ToolTest(
      tasks: Self.tasks("  n: { needs: [b], steps: [c] }\n  all: { steps: [a, n], finally: [clean] }"))
    #expect(await test.run("run", "all").status == .failed)
    #expect(await test.run("resume").status == .failed)
    #expect(log(test) == ["a", "b", "clean", "b", "clean"])
  }

  @Test func `what succeeded stays so where a later attempt does not come to it`() async {
    let test = ToolTest(tasks: Self.tasks(""))
    #expect(await test.run("run", "b", "c", "-k").status == .failed)
    #expect(await test.run("resume").status == .failed)
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    #expect(log(test) == ["b", "c", "b", "b"])
  }

  @Test func `it says that finally has run before`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [a, b], finally: [clean] }"))
    #expect(await test.run("run", "all").status == .failed)
    #expect(
      await test.run("resume").error.hasPrefix(
        "going on with 20270115t080000000z-7: all\n"
          + "`finally` of all has run before; its steps that were done are not done again\n"))
  }

  @Test func `a change of finally is a change of what still has to run`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [a, b], finally: [clean] }"))
    #expect(await test.run("run", "all").status == .failed)
    test.folder.write("tasks.yaml", (test.folder.read("tasks.yaml") ?? "").replacing("echo clean", with: "echo clear"))
    #expect(await test.run("resume").error.contains("`all/finally-1:clean`"))
  }

  @Test func `without a name the run that began last is meant`() async {
    let binary = Binary(
      tasks:
        "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'true' } }\n  b: { uses: exec, with: { script: 'false' } }"
    )
    let result = try? await binary.shell(
      "for i in 1 2 3 4 5; do $UGC run a -q; $UGC run b -q 2>/dev/null; $UGC history show | head -2 | tail -1; done")
    #expect(result?.output == String(repeating: "tasks: b\n", count: 5))
  }

  @Test func `the effects of a run that is killed at any moment end as in one that is not`() async throws {
    let names = (0..<10).map { "s\($0)" }
    let tasks =
      "version: 1\ntasks:\n"
      + names.map {
        """
          \($0)n1: { uses: exec, with: { script: 'echo run >> \($0)n1.log; sleep 0.02; echo done > \($0)n1' } }
          \($0)n2: { uses: exec, with: { script: 'echo run >> \($0)n2.log; sleep 0.01; echo done > \($0)n2' } }
          \($0): { needs: [\($0)n1, \($0)n2], uses: exec, with: { script: 'echo run >> \($0).log; sleep 0.01; cat \($0)n1 \($0)n2 > \($0)' } }

        """
      }.joined() + "  all: { steps: [\(names.joined(separator: ", "))] }\n"
    var kills = 0
    for round in 0..<10 {
      let binary = Binary(tasks: tasks)
      let run = try await binary.shell(
        """
        $UGC run all -q -j2 & runner=$!
        while [ ! -e s0n1.log ]; do sleep 0.01; done
        sleep 0.0\(round * 7 % 10); sleep 0.\(round / 4)
        kill -9 $runner
        while [ "$(ps -o stat= -p $runner | cut -c1)" = S ]; do sleep 0.01; done
        $UGC history show | head -n 1
        """)
      if run.output.hasSuffix("  interrupted\n") { kills += 1 }
      let finished = try await finishedCalls(binary)
      let resumed = try await binary.shell("$UGC resume -q -j2 2>&1 || $UGC history show")
      #expect(resumed.output == "" || resumed.output.contains("nothing to resume"), "round \(round)")
      for name in names {
        #expect(binary.folder.read(name) == "done\ndone\n", "round \(round)")
        for task in [name, "\(name)n1", "\(name)n2"] {
          let runs = (binary.folder.read("\(task).log") ?? "").split(separator: "\n").count
          let wasFinished = finished.contains { $0 == task || $0.hasSuffix(":\(task)") }
          #expect(wasFinished ? runs == 1 : (1...2).contains(runs), "\(task) ran \(runs) times, round \(round)")
        }
      }
      #expect(try processes(of: binary).isEmpty)
    }
    #expect(kills >= 8)
  }

  private func finishedCalls(_ binary: Binary) async throws -> [String] {
    let shown = try await binary.shell("$UGC history show").output
    return shown.split(separator: "\n").filter { $0.hasPrefix("succeeded") }.map {
      String($0.split(separator: " ")[1])
    }
  }

  /// The processes that still work in the test's folder.
  private func processes(of binary: Binary) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      Int32(name) != nil
        && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) == binary.folder.path
    }
  }

  @Test func `what a killed run has left is ended before it goes on`() async throws {
    let binary = Binary(tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'test -e ok' } }")
    #expect(try await binary.shell("$UGC run a -q").code == 1)
    // As if the runner had been killed before its watcher was there. Foundation waits for the end of all that has its
    // descriptors, so that what is left must not have them.
    let left = try await binary.shell(
      """
      UGC_RUN_DIR=$PWD/$(echo .ugc/runs/*) bash -c '
        for file in /proc/self/fd/*; do number=${file##*/}; [ $number -le 2 ] || eval "exec $number>&-"; done
        exec sleep 1000' >/dev/null 2>&1 &
      echo $! > pids
      echo > ok
      """)
    #expect(left.code == 0)
    #expect(try await binary.shell("kill -0 $(cat pids) && $UGC resume -q").code == 0)
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `a live run cannot be resumed, and others are not disturbed`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          wait: { uses: exec, with: { script: 'echo > ready; while [ ! -e go ]; do sleep 0.01; done' } }
          quick: { uses: exec, with: { script: echo quick } }
        """)
    let run = try binary.start("exec $UGC run wait")
    await binary.folder.waitForFile("ready")
    let other = try await binary.shell("id=$(ls .ugc/runs); $UGC run quick; $UGC history; $UGC resume $id")
    #expect(other.code == 2)
    #expect(other.error.contains("is under way"))
    #expect(other.output.hasPrefix("quick\n"))
    #expect(other.output.contains("  running                 wait\n"))
    binary.folder.write("go", "")
    #expect(await run.finish().code == 0)
  }
}
