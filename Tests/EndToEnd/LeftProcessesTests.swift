import Foundation
import Testing

/// What scripts leave behind, in the run and after the runner was killed.
@Suite(.timeLimit(.minutes(5))) struct LeftProcessesTests {
  @Test func `where the runner is killed, its scripts are killed too`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          long:
            uses: exec
            with:
              script: |
                trap "" TERM
                sleep 1000 & echo $! >> pids
                setsid sleep 1000 & echo $! >> pids
                echo $$ >> pids
                # The watcher is there once a script has run for a moment.
                sleep 0.3
                echo > ready
                sleep 1000
        """)
    let run = try binary.start("exec $UGC run long")
    await binary.folder.waitForFile("ready")
    kill(run.process.processIdentifier, SIGKILL)
    _ = await run.finish()
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `where the runner is killed as soon as a script has begun, the script is killed too`() async throws {
    for _ in 0..<10 {
      let binary = Binary(
        tasks: """
          version: 1
          tasks:
            long: { uses: exec, with: { script: 'setsid sleep 1000 >/dev/null 2>&1 & echo $! > made; echo $$ >> made; mv made pids; sleep 1000' } }
          """)
      let run = try binary.start("exec $UGC run long")
      await binary.folder.waitForFile("pids")
      kill(run.process.processIdentifier, SIGKILL)
      #expect(await run.finish().code == SIGKILL)
      await binary.folder.waitForEnd(ofProcessesIn: "pids")
    }
  }

  @Test func `background processes live until the run ends, and what they write is kept`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          server:
            uses: exec
            with: { script: '(while [ ! -e stop ]; do sleep 0.01; done; echo late; exec sleep 1000) & echo $! > pids' }
          client: { uses: exec, with: { script: 'kill -0 $(cat pids); echo > stop; sleep 0.2' } }
          both: { steps: [server, client] }
        """)
    let result = try await binary.shell("$UGC run both --output json")
    #expect(result.code == 0)
    #expect(result.output.contains(#""message":"late""#))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `where the runner is killed, what a quick script left is killed too`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          server: { uses: exec, with: { script: 'sleep 1000 >/dev/null 2>&1 & echo $! > pids' } }
          look: { uses: exec, with: { script: 'kill -0 $(cat pids); echo > ready; sleep 1000' } }
          all: { steps: [server, look] }
        """)
    let run = try binary.start("exec $UGC run all")
    await binary.folder.waitForFile("ready")
    // The watcher was started when the first script left a process behind.
    kill(run.process.processIdentifier, SIGKILL)
    _ = await run.finish()
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }

  @Test func `many scripts with background processes do not use up the threads`() async throws {
    let names = (0..<270).map { "t\($0)" }
    let binary = Binary(
      tasks: "version: 1\ntasks:\n"
        + names.map { "  \($0): { uses: exec, with: { script: 'sleep 1000 & echo $! >> pids' } }" }.joined(
          separator: "\n")
        + "\n  all: { needs: [\(names.joined(separator: ", "))], uses: exec, with: { script: 'true' } }")
    let result = try await binary.shell("$UGC run all -j 300 2>&1")
    #expect(result.code == 0)
    #expect(result.output.contains("note: 270 processes that scripts had left behind ended with the run\n"))
    await binary.folder.waitForEnd(ofProcessesIn: "pids")
  }
}
