import Foundation
import Testing

/// Scripts and the terminal: who has it, and what suspending does.
@Suite(.timeLimit(.minutes(5))) struct TerminalTests {
  @Test func `an interactive script's secrets are masked where it has no terminal`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          login: { uses: exec, interactive: true, with: { token: hunter2secret, script: 'read line; echo "$line $TOKEN"' } }
        """)
    #expect(try await binary.shell("echo typed | $UGC run login").output == "typed ***\n")
  }

  @Test func `an interactive script has the terminal, and gives it back`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          ask: { uses: exec, interactive: true, with: { script: 'read -p "name? " name; echo "hello $name" > greeting', shell: [bash, -c] } }
          next: { uses: exec, with: { script: 'echo next' } }
          all: { steps: [ask, next, ask] }
        """)
    let result = try await binary.shell(
      """
      python3 -c '
      import os, pty, sys
      pid, terminal = pty.fork()
      if pid == 0:
          os.execv(os.environ["UGC"], ["ugc-tasks", "run", "all", "--output", "plain"])
      seen = b""
      for answer in [b"ann", b"bob"]:
          while not seen.endswith(b"name? "):
              seen += os.read(terminal, 1024)
          os.write(terminal, answer + b"\\n")
          seen += os.read(terminal, 1)
      try:
          while os.read(terminal, 1024): pass
      except OSError: pass
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))'
      """)
    #expect(result.code == 0)
    #expect(result.error == "")
    #expect(binary.folder.read("greeting") == "hello bob\n")
  }

  @Test func `a script without leave to the terminal does not wait for it`() async throws {
    let binary = Binary(
      tasks:
        "version: 1\ntasks:\n  ask: { uses: exec, with: { script: 'read answer < /dev/tty; echo \"got $answer\"' } }")
    let result = try await binary.shell(
      """
      python3 -c '
      import os, pty, sys
      pid, terminal = pty.fork()
      if pid == 0:
          os.execv(os.environ["UGC"], ["ugc-tasks", "run", "ask"])
      try:
          while os.read(terminal, 1024): pass
      except OSError: pass
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))'
      """)
    #expect(result.code == 1)
  }

  @Test func `a suspended run holds its scripts, and goes on with them`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          count: { uses: exec, with: { script: 'echo $$ > pid; echo > ready; while [ ! -e go ]; do sleep 0.01; done; echo done' } }
        """)
    let run = try binary.start("exec $UGC run count")
    await binary.folder.waitForFile("ready")
    let script = Int32(binary.folder.read("pid")?.filter(\.isNumber) ?? "") ?? 0
    func isStopped(_ process: Int32) -> Bool {
      guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return false }
      if status.contains("State:\tT") { return true }
      // A shell whose new child was stopped before it became the program waits for that, its own stop pending.
      let pending = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }?.suffix(16)
      return pending.flatMap { UInt64($0, radix: 16) }.map { $0 & (1 << UInt64(SIGSTOP - 1)) != 0 } ?? false
    }
    kill(run.process.processIdentifier, SIGTSTP)
    let end = ContinuousClock.now + .seconds(20)
    while !(isStopped(script) && isStopped(run.process.processIdentifier)), ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(isStopped(script) && isStopped(run.process.processIdentifier))
    binary.folder.write("go", "")
    kill(run.process.processIdentifier, SIGCONT)
    let result = await run.finish()
    #expect(result.code == 0)
    #expect(result.output == "done\n")
  }
}
