import AWSTestSupport
import Foundation
import TaskCLI
import Testing

/// What `doctor` finds of a machine's set-up.
@Suite struct DoctorTests {
  private static let tasks = """
    version: 1
    tasks:
      seed: {}
      deleteSeed: {}
      say: { uses: exec, with: { script: echo } }
      bashful: { uses: exec, with: { script: echo, shell: [no-such-shell, -c] } }
      late: { uses: seed, with: { stack: '${who}' } }
      hidden: { private: true, uses: exec, with: { script: echo, shell: [nor-this, -c] } }
    """

  /// The lines without the versions of libraries.
  private func lines(_ outcome: Outcome) -> [String] {
    outcome.output.replacing(#/libyaml [0-9.]+|SQLite [0-9.]+/#, with: "LIBRARY").split(separator: "\n").map(
      String.init)
  }

  @Test func `it looks at what the public tasks need, once, and says what to do`() async {
    let test = ToolTest(tasks: Self.tasks)
    let outcome = await test.run("doctor")
    #expect(outcome.status == .failed && outcome.error == "")
    #expect(
      lines(outcome) == [
        "ok       the tool: ugc-tasks 1.2.3, LIBRARY",
        "ok       the output: no terminal: plain lines, and nothing can be asked",
        "ok       the task file: tasks.yaml, 6 tasks",
        "ok       the folder .ugc: can be written to",
        "ok       the local stack UGC-dev: empty; LIBRARY",
        "ok       the folder FOLDER: scripts can work there",
        "ok       the shell sh: \(sh)",
        "problem  the shell no-such-shell: there is no program `no-such-shell` to run the script",
        "         help: install it, or name another `shell`",
        "warning  the task late: not looked at: nothing gives `${who}` a value",
        "         help: give it under `defaults`, set WHO, or write `${who:-text}`",
      ])
    #expect(!test.folder.exists(".ugc"))
    let named = await test.run("doctor", "say", "late", "WHO=x", "--json")
    #expect(named.status == .succeeded)
    #expect(named.output.contains(#""subject": "the local stack x""#) && !named.output.contains("no-such-shell"))
  }

  @Test func `a value is for the tasks that know it, and one that no task knows is a mistake`() async {
    let test = ToolTest(tasks: Self.tasks)
    let given = await test.run("doctor", "STAGE=x")
    #expect(lines(given).contains { $0.hasPrefix("ok       the local stack UGC-x") }, "\(given.output)")
    #expect(
      lines(given).contains("problem  the shell no-such-shell: there is no program `no-such-shell` to run the script"))
    let below = ToolTest(tasks: "version: 1\ndefaults: { stack: 'UGC-${team}' }\ntasks: { seed: {} }")
    #expect(lines(await below.run("doctor", "TEAM=b")).contains { $0.hasPrefix("ok       the local stack UGC-b") })
    let wrong = await test.run("doctor", "STAK=x")
    #expect(wrong.status == .usage)
    #expect(wrong.error.hasPrefix("error: no task of this run has a value named STAK\n"), "\(wrong.error)")
  }

  @Test func `what is known only in a run is said, and what stands where a folder is needed`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          gives: { uses: exec, with: { script: echo x=1 >> $UGC_OUTPUT } }
          takes: { private: true, uses: exec, with: { script: echo, shell: [no-such-shell], x: '' } }
          all: { steps: [gives, { task: takes, with: { x: '${steps.gives.x}' } }] }
          elsewhere: { uses: exec, dir: file, with: { script: echo } }
        """
    ).file(".ugc", "").file("file", "")
    let said = lines(await test.run("doctor"))
    #expect(
      said.contains("ok       the task all/2:takes: looked at only in a run: its values come from others"), "\(said)")
    #expect(said.contains { $0.hasPrefix("problem  the folder .ugc: ") })
    #expect(said.contains("problem  the folder FOLDER/file: it is no folder"))
  }

  private var sh: String {
    ["/usr/local/bin/sh", "/usr/bin/sh", "/bin/sh"].first { FileManager.default.isExecutableFile(atPath: $0) } ?? ""
  }

  @Test func `a bad task file and a task that is not there are told`() async {
    let broken = await ToolTest(tasks: "version: 1\ntasks: { a: { uses: exce } }").run("doctor")
    #expect(broken.status == .failed)
    #expect(
      lines(broken).suffix(2) == [
        "problem  the task file: tasks.yaml:2:21: there is no plugin `exce`", "         help: did you mean `exec`?",
      ])
    let unknown = await ToolTest(tasks: Self.tasks).run("doctor", "sed")
    #expect(unknown.status == .usage && unknown.output == "")
    #expect(unknown.error.hasPrefix("error: tasks.yaml has no task `sed`"), "\(unknown.error)")
  }

  @Test func `what is wrong for all tasks is told once, and a shell must be a program`() async {
    let test = ToolTest(tasks: Self.tasks.replacing("no-such-shell", with: "./file")).file("file", "")
    let all = await test.run("doctor", "--profile", "nope")
    #expect(all.status == .failed)
    #expect(lines(all).filter { $0.contains("nope") } == ["problem  the task file: tasks.yaml has no profile `nope`"])
    let shell = await test.run("doctor", "bashful")
    #expect(shell.status == .failed)
    #expect(lines(shell).contains("problem  the shell ./file from FOLDER: `./file` cannot be run"), "\(shell.output)")
  }

  @Test func `folders that are not there are warnings, each of them, and a shell is told once`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { dir: one, uses: exec, with: { script: echo } }
          b: { dir: two, uses: exec, with: { script: echo } }
          both: { steps: [a, b] }
        """)
    let outcome = await test.run("doctor", "both")
    #expect(outcome.status == .succeeded)
    #expect(
      lines(outcome).dropFirst(4) == [
        "warning  the folder FOLDER/one: not there",
        "         help: make it, or let a task do so before; or change `dir`", "ok       the shell sh: \(sh)",
        "warning  the folder FOLDER/two: not there",
        "         help: make it, or let a task do so before; or change `dir`",
      ])
  }

  @Test func `many tasks are looked at in a moment each`() async {
    let tasks = (1...1000).map { "  t\($0): { uses: exec, with: { script: echo } }" }.joined(separator: "\n")
    let outcome = await ToolTest(tasks: "version: 1\ntasks:\n\(tasks)\n").run("doctor")
    #expect(outcome.status == .succeeded && lines(outcome).count == 6, "\(outcome.output)")
  }

  @Test func `credentials that a local stack does not use are a warning`() async {
    let outcome = await ToolTest.platform.variable("AWS_ACCESS_KEY_ID", "x").run("doctor", "seed")
    #expect(outcome.status == .succeeded)
    #expect(
      lines(outcome).suffix(2) == [
        "warning  the local stack UGC-dev: empty; LIBRARY",
        "         help: AWS credentials are set, but this is a local stack; BACKEND=aws works on the deployed one",
      ])
  }

  @Test func `without a region and credentials it says how to get them`() async {
    let outcome = await ToolTest.platform.run("doctor", "seed", "BACKEND=aws")
    #expect(outcome.status == .failed)
    #expect(
      lines(outcome).suffix(2) == [
        "problem  the AWS credentials: no AWS region is set",
        "         help: set AWS_REGION, or give the profile a region",
      ])
  }

  @Test(.enabled(if: Emulator.areThere), arguments: Emulator.open)
  func `a deployed stack is found, and one that is not there is told`(emulator: Emulator) async throws {
    let stack = "UGC-\(UUID().uuidString.prefix(8))"
    let tables = try await PlatformTemplate.deploy(stack, on: emulator)
    var test = ToolTest.platform
    for (name, value) in emulator.environment(at: nil) { test = test.variable(name, value) }
    let found = await test.run("doctor", "seed", "BACKEND=aws", "STACK=\(stack)")
    #expect(found.status == .succeeded)
    #expect(
      lines(found).suffix(2) == [
        "ok       the AWS credentials: account \(emulator.account), region us-west-2",
        "ok       the AWS stack \(stack): region us-west-2, tables \(tables.channels) and \(tables.streams)",
      ])
    let missing = await test.run("doctor", "stack", "BACKEND=aws", "STACK=\(stack)-x")
    #expect(missing.status == .failed)
    #expect(lines(missing).contains { $0.hasPrefix("problem  the AWS stack \(stack)-x: ") }, "\(missing.output)")
  }
}
