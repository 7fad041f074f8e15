import ExecPlugin
import FoundationEssentials
import Glibc
import Synchronization
import TaskCLI
import Testing
import UGCPlugins

/// One use of the tool, in process, in a folder of its own: whole outputs and the exit code are compared.
///
/// In texts, `1️⃣` to `9️⃣` mark places of tasks.yaml: they are taken out of the file, and in expected texts they stand
/// for `line:column`. The folder's path reads `FOLDER` in what the tool said, durations read `(T)`.
struct ToolTest {
  let folder = TemporaryFolder()
  private var marks: [Character: String] = [:]
  private var environment: [String: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"]
  private var terminal = Terminal()
  private var answers: [String] = []
  private var directory: String?
  private var now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_800_000_000) }
  /// Whether the tasks use the plugin that is only there for tests.
  private var hasProbes = false
  /// How a test tells a run something while it goes on.
  let telegraph = Telegraph()

  init() {}

  init(tasks yaml: String) {
    hasProbes = yaml.contains("uses: probe")
    var text = ""
    var (line, column) = (1, 1)
    for character in yaml {
      if let digit = character.unicodeScalars.first, character.unicodeScalars.count == 3, ("1"..."9").contains(digit) {
        marks[character] = "\(line):\(column)"
        continue
      }
      text.append(character)
      (line, column) = character == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    folder.write("tasks.yaml", text)
  }

  /// A task file with the platform's tasks as they are.
  static var platform: ToolTest {
    ToolTest(tasks: "version: 1\ntasks:\n  seed: {}\n  deleteSeed: {}\n  stack: {}\n  stream-events: {}\n")
  }

  func file(_ name: String, _ text: String) -> Self {
    folder.write(name, text)
    return self
  }

  func variable(_ name: String, _ value: String?) -> Self {
    var copy = self
    copy.environment[name] = value
    return copy
  }

  func terminal(_ terminal: Terminal) -> Self {
    var copy = self
    copy.terminal = terminal
    return copy
  }

  /// What the user types at a terminal.
  func answer(_ lines: String...) -> Self {
    var copy = self
    copy.answers = lines
    copy.terminal = Terminal(isInput: true, isOutput: true, isError: true)
    return copy
  }

  /// Lets the clock go on, where it is what matters.
  func realTime() -> Self {
    var copy = self
    copy.now = { Date() }
    return copy
  }

  /// Stands in a folder below the test's.
  func standing(in name: String) -> Self {
    var copy = self
    folder.make(name)
    copy.directory = name
    return copy
  }

  /// Runs the tool.
  func run(_ arguments: String...) async -> Outcome {
    await run(arguments)
  }

  func run(_ arguments: [String]) async -> Outcome {
    await run(arguments, error: MemorySink(), telegraph)
  }

  /// A use of the tool that goes on beside the test, such as a server's.
  struct Running {
    fileprivate let error: MemorySink
    fileprivate let telegraph: Telegraph
    let ending: Task<Outcome, Never>

    /// Tells it to stop, and waits for its end.
    func stop() async -> Outcome {
      telegraph.tell(.stop(signal: SIGTERM))
      return await ending.value
    }

    /// Waits until the tool has said something on standard error; gives what follows it on the line.
    func said(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async -> String {
      let end = ContinuousClock.now + .seconds(120)
      while ContinuousClock.now < end {
        for line in error.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
          if let range = line.firstRange(of: text) { return String(line[range.upperBound...]) }
        }
        try? await Task.sleep(for: .milliseconds(5))
      }
      Issue.record("the tool never said \(text): \(error.text)", sourceLocation: sourceLocation)
      return ""
    }
  }

  func start(_ arguments: String...) -> Running {
    let (error, telegraph) = (MemorySink(), Telegraph())
    let ending = Task { await run(arguments, error: error, telegraph) }
    return Running(error: error, telegraph: telegraph, ending: ending)
  }

  private func run(_ arguments: [String], error: MemorySink, _ telegraph: Telegraph) async -> Outcome {
    let output = MemorySink()
    let answers = Lines(answers)
    let world = World(
      environment: environment, directory: directory.map { "\(folder.path)/\($0)" } ?? folder.path, output: output,
      error: error, terminal: terminal, now: now, makeSeed: { 7 },
      signals: { telegraph.connect() }, suspend: { telegraph.suspended() },
      readLine: { answers.next() })
    let tool = TaskTool(
      name: "ugc-tasks", version: "1.2.3", plugins: [execPlugin] + ugcPlugins + (hasProbes ? [ProbePlugin.self] : []))
    let status = await tool.run(arguments, in: world)
    return Outcome(
      status: status, output: shown(output.text), error: shown(error.text), outputBytes: output.bytes, marks: marks)
  }

  private func shown(_ text: String) -> String {
    let timed = text.replacing(#/\((\d+ min )?\d+(\.\d\d)? s\)/#, with: "(T)").replacing(
      #/"seconds":[0-9.]+/#, with: #""seconds":0"#)
    return timed.replacing(folder.path, with: "FOLDER")
  }
}

/// What one use of the tool said and how it ended.
struct Outcome {
  let status: TaskCLI.ExitStatus
  let output: String
  let error: String
  let outputBytes: [UInt8]
  fileprivate let marks: [Character: String]

  /// Compares all three; what is not named is expected to be empty.
  @discardableResult
  func expect(
    output: String = "", error: String = "", status: TaskCLI.ExitStatus = .succeeded,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Outcome {
    #expect(self.status == status, sourceLocation: sourceLocation)
    #expect(self.output == placed(output), sourceLocation: sourceLocation)
    #expect(self.error == placed(error), sourceLocation: sourceLocation)
    return self
  }

  /// The events of `--output json`.
  func events(sourceLocation: SourceLocation = #_sourceLocation) throws -> [JSONValue] {
    try output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  /// The outputs of a task, as JSON text.
  func outputs(of call: String) throws -> String? {
    try events().first { $0["event"] == "task-finished" && $0["call"] == .string(call) }?["outputs"]?.text
  }

  private func placed(_ text: String) -> String {
    String(text.flatMap { marks[$0].map(Array.init) ?? [$0] })
  }
}

typealias SourceLocation = Testing.SourceLocation

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    path = "/tmp/ugc-tasks-test-\(UUID().uuidString)"
    make("")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func make(_ name: String) {
    try? FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  func write(_ name: String, _ text: String) {
    if let slash = name.lastIndex(of: "/") { make(String(name[..<slash])) }
    #expect(throws: Never.self) { try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)")) }
  }

  func read(_ name: String) -> String? {
    (try? Data(contentsOf: URL(filePath: "\(path)/\(name)"))).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The texts of all files below a folder.
  func allTexts(below name: String) -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(name)")) ?? []
    return names.compactMap { read("\(name)/\($0)") }
  }

  /// Waits until a script has made a file.
  func waitForFile(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) async {
    let end = ContinuousClock.now + .seconds(120)
    while !exists(name), ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
    #expect(exists(name), "no script made \(name)", sourceLocation: sourceLocation)
  }

  /// The number that a script wrote to a file.
  func number(in name: String) -> Int32? {
    read(name).flatMap { Int32($0.filter(\.isNumber)) }
  }

  /// Waits until a thread of a process waits for room in its standard output.
  func waitForFullPipe(of process: Int32, sourceLocation: SourceLocation = #_sourceLocation) async {
    let end = ContinuousClock.now + .seconds(120)
    var polled = pollfd(fd: open("/proc/\(process)/fd/1", O_WRONLY | O_NONBLOCK), events: Int16(POLLOUT), revents: 0)
    defer { close(polled.fd) }
    #expect(polled.fd >= 0, sourceLocation: sourceLocation)
    while poll(&polled, 1, 0) != 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
    #expect(poll(&polled, 1, 0) == 0, "the pipe is not full", sourceLocation: sourceLocation)
  }

  /// Waits until none of the processes is left whose numbers scripts wrote to a file, one a line.
  func waitForEnd(ofProcessesIn name: String, sourceLocation: SourceLocation = #_sourceLocation) async {
    let numbers = (read(name) ?? "").split(separator: "\n").compactMap { Int32($0) }
    #expect(!numbers.isEmpty, sourceLocation: sourceLocation)
    var status = stat()
    stat("\(path)/\(name)", &status)
    let written = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    func isLeft(_ number: Int32) -> Bool { beginning(of: number).map { $0 <= written + 1 } ?? false }
    let end = ContinuousClock.now + .seconds(10)
    while numbers.contains(where: isLeft), ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(5))
    }
    for number in numbers { #expect(!isLeft(number), "\(number) is left", sourceLocation: sourceLocation) }
  }

  /// When a process began, in seconds since 1970; nil where it has ended, be it not reaped yet.
  ///
  /// Numbers are used again: one that began later than it was written down is another process.
  private func beginning(of process: Int32) -> Double? {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = status.lastIndex(of: ")"), !status[end...].hasPrefix(") Z"), !status[end...].hasPrefix(") X"),
      let uptime = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ").first,
      let sinceBoot = Double(uptime)
    else { return nil }
    // The state is the third field, the start the twenty-second, in hundredths of a second since the machine's.
    let fields = status[end...].dropFirst(2).split(separator: " ")
    guard fields.count > 19, let start = Double(fields[19]) else { return nil }
    return Date().timeIntervalSince1970 - sinceBoot + start / 100
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(name)")
  }
}

/// Keeps what is written to it.
private final class MemorySink: ByteSink {
  private let kept = Mutex<[UInt8]>([])

  func write(_ bytes: [UInt8]) {
    kept.withLock { $0 += bytes }
  }

  var bytes: [UInt8] { kept.withLock { $0 } }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Gives lines one by one, then the end of input.
private final class Lines: Sendable {
  private let rest: Mutex<[String]>

  init(_ lines: [String]) {
    rest = Mutex(lines.reversed())
  }

  func next() -> String? {
    rest.withLock { $0.popLast() }
  }
}

extension JSONValue {
  init(parsing text: String) throws {
    self = try #require(JSONValue(parsing: text.utf8), "this is no JSON: \(text.prefix(200))")
  }
}
