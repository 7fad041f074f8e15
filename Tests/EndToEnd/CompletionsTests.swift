import Foundation
import TaskCLI
import Testing

/// Completion in the shells themselves, on a terminal.
@Suite(.enabled(if: Python.isThere), .timeLimit(.minutes(5))) struct CompletionsTests {
  private static let tasks = """
    version: 1
    profiles: { prod: {}, test: {} }
    tasks:
      seed: {}
      sealed: { private: true, uses: exec, with: { script: ':' } }
      cell: { matrix: { shard: [1/2, 2/2] }, uses: seed }
      release: { aliases: [rel], steps: [seed, { task: say, with: { whoElse: x } }] }
      say: { uses: exec, with: { script: ':', greeting: hi } }
      db:migrate: { uses: exec, with: { script: ':' } }
      db:drop: { uses: exec, with: { script: ':' } }
    defaults: { howLong: 5 }
    """

  /// Types into a shell until it shows what is expected.
  private static let driver = """
    import json, os, pty, re, select, sys, time

    case = json.load(open("case.json"))


    def show(typed, shown):
        # In a shell of its own, until it shows what is expected.
        process, terminal = pty.fork()
        if process == 0:
            os.execvpe(case["shell"][0], case["shell"], case["environment"])
        said = ""

        def wait_for(text):
            nonlocal said
            end = time.monotonic() + 60
            while text not in said:
                if time.monotonic() > end:
                    print(f"{typed!r} never showed {text!r}: {said!r}")
                    return
                if select.select([terminal], [], [], 0.1)[0]:
                    piece = os.read(terminal, 65536).decode(errors="replace")
                    if "\\x1b[6n" in piece:
                        os.write(terminal, b"\\x1b[1;1R")
                    said += re.sub(r"\\x1b\\[[0-9;?]*[a-zA-Z]|\\x1b[()][A-Z0-9]|\\x1b[=>]|\\x08|\\x07", "", piece)

        for line in case["setup"] + ["echo rea''dy"]:
            os.write(terminal, (line + "\\r").encode())
        wait_for("ready")
        said = ""
        os.write(terminal, typed.encode())
        wait_for(shown)
        os.kill(process, 9)
        os.waitpid(process, 0)


    for typed, shown in case["steps"]:
        show(typed, shown)
    """

  private func drive(_ shell: [String], setup: [String], _ steps: [(typed: String, shown: String)]) async throws {
    let binary = Binary(tasks: Self.tasks)
    binary.folder.make("bin")
    #expect(try await binary.shell("ln -s \"$UGC\" bin/ugc-tasks").code == 0)
    let environment: JSONValue = [
      "PATH": .string("\(binary.folder.path)/bin:/usr/local/bin:/usr/bin:/bin"), "HOME": .string(binary.folder.path),
      "TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "$ ",
    ]
    let steps = steps.map { JSONValue.array([.string($0.typed), .string($0.shown)]) }
    let scripted: JSONValue = [
      "shell": .array(shell.map(JSONValue.string)), "environment": environment,
      "setup": .array(setup.map(JSONValue.string)), "steps": .array(steps),
    ]
    binary.folder.write("case.json", scripted.text)
    let said = try await Python.run(Self.driver, in: binary.folder)
    #expect(said == "")
  }

  private static let steps = [
    (typed: "ugc-tasks run se\t", shown: "ugc-tasks run seed "),
    (typed: "ugc-tasks run seed SEED_C\t", shown: "SEED_COUNT="),
    (typed: "ugc-tasks run release WHO\t", shown: "WHO_ELSE="),
    (typed: "ugc-tasks run seed BACKEND=a\t", shown: "BACKEND=aws"),
    (typed: "ugc-tasks run --profile p\t", shown: "--profile prod"),
    (typed: "ugc-tasks conf\t", shown: "ugc-tasks config"),
    (typed: "ugc-tasks run --keep\t", shown: "--keep-going"),
    (typed: "ugc-tasks run --output j\t", shown: "--output json"),
    (typed: "ugc-tasks run db:m\t", shown: "ugc-tasks run db:migrate "),
    (typed: "ugc-tasks run say HOW\t", shown: "HOW_LONG="),
  ]

  /// What the parser's scripts for these shells do not do by themselves.
  private static let ownSteps = [
    (typed: "ugc-tasks run seed SEED_C\t5 ST\t", shown: "SEED_COUNT=5 ST"),
    (typed: "ugc-tasks -f tasks.yaml run se\t", shown: "ugc-tasks -f tasks.yaml run seed "),
    (typed: "ugc-tasks -f tasks.yaml history sho\t", shown: "history show "),
    (typed: "ugc-tasks run db\tm\t", shown: "db:migrate"),
    (typed: "ugc-tasks run seed JSON=case\t", shown: "JSON=case.json"),
  ]

  @Test func `bash completes tasks, values, choices and options`() async throws {
    try await drive(
      ["bash", "--norc", "--noprofile", "-i"], setup: ["source <(ugc-tasks completions bash)"],
      Self.steps + Self.ownSteps + [
        (typed: "ugc-tasks run seed --report json=case\t", shown: "--report json=case.json")
      ])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/zsh")))
  func `zsh completes tasks, values, choices and options`() async throws {
    try await drive(
      ["zsh", "-f", "-i"],
      setup: [
        "mkdir -p functions; ugc-tasks completions zsh > functions/_ugc-tasks",
        "fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D",
      ], Self.steps + Self.ownSteps)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/fish")))
  func `fish completes tasks, values, choices and options`() async throws {
    try await drive(
      ["fish", "--no-config", "-i"], setup: ["ugc-tasks completions fish | source"],
      Self.steps.map { (typed: $0.typed, shown: String($0.shown.split(separator: " ").last ?? "")) })
  }

  @Test func `a matrix key and a private task are not offered, nor what was given`() async {
    let test = ToolTest(tasks: Self.tasks)
    func offered(_ words: String...) async -> [String] {
      let index = String(words.count - 1)
      let run = await test.run(
        ["---completion", "run", "--", "positional@0", index, String(words.last?.count ?? 0)] + words)
      #expect(run.status == .succeeded && run.error.isEmpty)
      return run.output.split(separator: "\n").map(String.init)
    }
    #expect(
      await offered("ugc-tasks", "run", "") == ["seed", "cell", "release", "say", "db:migrate", "db:drop", "rel"])
    let seed = await offered("ugc-tasks", "run", "seed", "STACK=x", "")
    #expect(seed.contains("SHARD=") && !seed.contains("STACK="))
    #expect(!(await offered("ugc-tasks", "run", "cell", "")).contains("SHARD="))
    #expect(await offered("ugc-tasks", "-f", "nowhere.yaml", "run", "") == [])
    #expect(
      await offered("ugc-tasks", "run", "say", "") == [
        "seed", "cell", "release", "say", "db:migrate", "db:drop", "rel", "GREETING=", "HOW_LONG=",
      ])
  }

  @Test func `an unknown shell is told`() async {
    let run = await ToolTest.platform.run("completions", "csh")
    #expect(run.status == .usage && run.error.contains("Please provide one of"))
  }
}
