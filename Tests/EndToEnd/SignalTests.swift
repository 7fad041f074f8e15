import Foundation
import Testing

/// How the real binary ends, and that no process outlives it.
@Suite(.timeLimit(.minutes(5))) struct SignalTests {
  /// Writes the numbers of all its processes to `pids`, and ignores SIGTERM.
  private static let stubborn = """
    version: 1
    tasks:
      stubborn:
        uses: exec
        with:
          script: |
            trap "" TERM INT HUP
            echo $$ >> pids
            sleep 1000 & echo $! >> pids
            setsid sleep 1000 & echo $! >> pids
            (sleep 1000 & echo $! >> pids)
            echo ready > ready
            sleep 1000
      timely: { steps: [stubborn], timeout: 200ms }
      early: { uses: exec, timeout: 300ms, with: { script: 'trap "" TERM; echo $$ >> pids; sleep 1000 & sleep 1000' } }
      failing: { uses: exec, with: { script: 'while [ ! -e ready ]; do sleep 0.01; done; exit 7' } }
      both: { needs: [stubborn, failing], uses: exec, with: { script: 'true' } }
      clean: { uses: exec, with: { script: 'echo "$STATUS: $ERROR" >> cleaned', status: none, error: none } }
      cleaned:
        steps: [stubborn, clean]
        finally: [{ task: clean, with: { status: '${run.status}', error: '${run.error}' } }]
    """

  @Test(arguments: [
    (SIGINT, 130, "SIGINT"), (SIGTERM, 143, "SIGTERM"), (SIGHUP, 129, "SIGHUP"), (SIGQUIT, 131, "SIGQUIT"),
  ])
  func `a signal to the runner alone ends all processes, and finally runs`(
    signal: Int32, code: Int32, name: String
  ) async throws {
    let binary = Binary(tasks: Self.stubborn)
    let run = try binary.start("exec $UGC run cleaned --grace 100ms")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, signal)
    let result = await run.finish()
    #expect(result.code == code)
    #expect(result.error.contains("error: the run was interrupted by \(name)\n"))
    #expect(binary.folder.read("cleaned") == "cancelled: the run was interrupted by \(name)\n")
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `a timeout ends all processes, whatever they ignore`() async throws {
    let binary = Binary(tasks: Self.stubborn)
    let result = try await binary.shell("$UGC run early --grace 100ms")
    #expect(result.code == 1)
    #expect(result.error.contains("the task `early` did not end within 300ms"))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `the timeout of a pipeline ends its running step`() async throws {
    let binary = Binary(tasks: Self.stubborn)
    let result = try await binary.shell("$UGC run timely --grace 100ms")
    #expect(result.code == 1)
    #expect(result.error.contains("the task `timely` did not end within 200ms"))
    #expect(result.error.contains("cancelled timely/1:stubborn"))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `the failure of another task ends all processes`() async throws {
    let binary = Binary(tasks: Self.stubborn)
    let result = try await binary.shell("$UGC run both -j2 --grace 100ms")
    #expect(result.code == 1)
    #expect(result.error.contains("cancelled stubborn"))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `a second signal ends at once, finally too`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          long: { uses: exec, with: { script: 'trap "" INT; echo $$ >> pids; echo > ready; sleep 1000' } }
          slow: { uses: exec, with: { script: 'trap "" INT; echo $$ >> pids; echo > cleaning; sleep 1000' } }
          all: { steps: [long], finally: [slow] }
        """)
    let run = try binary.start("exec $UGC run all --grace 100ms")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, SIGINT)
    await binary.folder.waitForFile("cleaning")
    kill(run.process.processIdentifier, SIGINT)
    #expect(await run.finish().code == 130)
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `a script that catches the signal and ends well does not let the next step run`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          polite:
            uses: exec
            with: { script: 'trap "echo caught >> log; exit 0" INT; echo > ready; while :; do sleep 0.01; done' }
          next: { uses: exec, with: { script: echo next >> log } }
          all: { steps: [polite, next] }
        """)
    let run = try binary.start("exec $UGC run all")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, SIGINT)
    #expect(await run.finish().code == 130)
    // Once: a second delivery would have said so.
    #expect(binary.folder.read("log") == "caught\n")
  }

  @Test(arguments: [(SIGTERM, "TERM"), (SIGHUP, "HUP"), (SIGINT, "TERM")])
  func `a background job that handles the signal is told once`(signal: Int32, trapped: String) async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          careful:
            uses: exec
            with:
              script: |
                # A shell's background jobs ignore SIGINT: they are told to end by SIGTERM.
                # A second signal would come while it goes on after the first.
                (trap 'echo told >> told' \(trapped); echo > ready; while [ ! -e told ]; do sleep 0.01 || :; done
                 i=0; while [ $i -lt 50 ]; do i=$((i + 1)); sleep 0.01 || :; done; echo end >> told) &
                wait
        """)
    let run = try binary.start("exec $UGC run careful")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, signal)
    #expect(await run.finish().code == 128 + signal)
    #expect(binary.folder.read("told") == "told\nend\n")
  }

  @Test func `a script may take its time to end, within the grace period`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          careful:
            uses: exec
            with:
              script: |
                # The signal ends the sleep too, which must not end the shell by -e before its trap.
                (trap 'sleep 0.3; echo saved > state; exit' TERM; echo > ready; while :; do sleep 0.01 || :; done) &
                wait
        """)
    let run = try binary.start("exec $UGC run careful")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, SIGTERM)
    #expect(await run.finish().code == 143)
    #expect(binary.folder.read("state") == "saved\n")
  }

  @Test func `what this process was started to ignore stays ignored`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          long: { uses: exec, with: { script: 'echo > ready; while [ ! -e go ]; do sleep 0.01; done; echo done' } }
        """)
    let run = try binary.start("trap '' HUP; exec $UGC run long")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, SIGHUP)
    binary.folder.write("go", "")
    let result = await run.finish()
    #expect(result.code == 0)
    #expect(result.output == "done\n")
  }

  @Test func `a reader that goes away ends the run without a word, and finally runs`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          endless: { uses: exec, with: { script: 'yes' } }
          clean: { uses: exec, with: { script: echo > cleaned } }
          all: { steps: [endless], finally: [clean] }
        """)
    let result = try await binary.shell("($UGC run all -q; echo $? > code) | head -n 1")
    #expect(result.output == "all/1:endless | y\n")
    #expect(result.error == "")
    #expect(binary.folder.read("code") == "141\n")
    #expect(binary.folder.exists("cleaned"))
  }

  @Test func `Ctrl-C that also ends the reader lets finally run`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          work: { uses: exec, with: { script: 'echo begin; echo $PPID > made; mv made ready; sleep 1000' } }
          clean: { uses: exec, with: { script: 'echo cleaning; sleep 0.2; echo cleaned > cleaned' } }
          all: { steps: [work], finally: [clean] }
        """)
    let run = try binary.start("($UGC run all; echo $? > code) | sh -c 'while [ ! -e stop ]; do sleep 0.01; done'")
    await binary.folder.waitForFile("ready")
    // The signal comes before or after the runner has seen that nobody reads.
    binary.folder.write("stop", "")
    kill(try #require(binary.folder.number(in: "ready")), SIGINT)
    _ = await run.finish()
    #expect(binary.folder.read("cleaned") == "cleaned\n")
    #expect(["130\n", "141\n"].contains(binary.folder.read("code")))
  }

  @Test(arguments: ["", "--output json"])
  func `a reader that takes nothing does not keep the run from ending`(options: String) async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          spam: { uses: exec, with: { script: 'seq 1 50000; sleep 1000' } }
          silent: { uses: exec, with: { script: 'echo $$ >> pids; echo $PPID > made; mv made ready; sleep 1000' } }
          clean: { uses: exec, with: { script: echo > cleaned } }
          work: { needs: [spam, silent], uses: exec, with: { script: 'true' } }
          start: { uses: exec, with: { script: 'true' } }
          all: { steps: [start, work], finally: [clean] }
        """)
    let run = try binary.start(
      "($UGC run all -j4 --grace 2s \(options) 2>errors; echo $? > code) | sh -c 'while [ ! -e code ]; do sleep 0.01; done'"
    )
    await binary.folder.waitForFile("ready")
    // The pipe is full once the script that fills it waits for room.
    await binary.folder.waitForFullPipe(of: try #require(binary.folder.number(in: "ready")))
    kill(try #require(binary.folder.number(in: "ready")), SIGTERM)
    await binary.folder.waitForFile("code")
    _ = await run.finish()
    #expect(binary.folder.read("code") == "143\n")
    #expect(binary.folder.exists("cleaned"))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `a runner in a runner's script ends with it`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          outer: { uses: exec, with: { script: '"$UGC" run inner --grace 100ms' } }
          inner: { steps: [stubborn], finally: [clean] }
          stubborn: { uses: exec, with: { script: 'trap "" TERM; echo $$ >> pids; echo > ready; sleep 1000' } }
          clean: { uses: exec, with: { script: echo > cleaned } }
        """)
    let run = try binary.start("exec $UGC run outer")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, SIGTERM)
    #expect(await run.finish().code == 143)
    #expect(binary.folder.exists("cleaned"))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `a closed terminal ends the run and its scripts`() async throws {
    let binary = Binary(tasks: Self.stubborn)
    let run = try binary.start(
      """
      exec python3 -c '
      import os, pty, sys, time
      pid, terminal = pty.fork()
      if pid == 0:
          os.execv(os.environ["UGC"], ["ugc-tasks", "run", "cleaned", "--grace", "100ms"])
      while not os.path.exists("ready"):
          time.sleep(0.01)
      os.close(terminal)
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))'
      """)
    let result = await run.finish()
    #expect(result.code == 129)
    #expect(binary.folder.read("cleaned") == "cancelled: the run was interrupted by SIGHUP\n")
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `output without an end of line, binary output and long lines come whole`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          bytes: { uses: exec, with: { script: "printf 'a\\\\0b\\\\377'; head -c 20000000 /dev/zero; printf end" } }
        """)
    let result = try await binary.shell("$UGC run bytes | { head -c 4 | od -An -tx1; tail -c +1 | wc -c; }")
    #expect(result.output.split(whereSeparator: \.isWhitespace) == ["61", "00", "62", "ff", "20000003"])
  }
}
