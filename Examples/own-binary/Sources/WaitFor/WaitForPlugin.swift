import FoundationEssentials
import TaskKit

/// Waits until a TCP port takes connections, or a file is there.
public struct WaitForPlugin: TaskPlugin {
  public static let manifest = PluginManifest(
    name: "wait-for", version: 1, effects: .reads, summary: "Wait until a port answers, or a file is there",
    outputs: [.string("target", "What was waited for."), .integer("looks", "How often it was looked for.")],
    example: "with: { port: 5432, within: 30s }")

  @Input("The host of the port.") public var host = "localhost"
  @Input("The TCP port that is to take connections.", .between(1...65535)) public var port: Int? = nil
  @Input("The file that is to be there.", .path) public var file: String? = nil
  @Input("How long to wait.", .atLeast(.milliseconds(1))) public var within = Duration.seconds(60)
  @Input("The pause between two looks.", .atLeast(.milliseconds(10))) public var every = Duration.milliseconds(500)

  public init() {}

  public func validate(_ problems: inout Problems) {
    if port == nil, file == nil { problems.add("has no value, and neither has `file`", at: $port, help: "give one") }
    if port != nil, file != nil { problems.add("cannot be waited for together with `port`", at: $file) }
  }

  public func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    ["wait at most \(within.inputText ?? "") for \(target)"]
  }

  public func run(_ context: TaskContext) async throws -> TaskOutputs {
    let deadline = ContinuousClock.now + within
    var outputs: TaskOutputs = ["target": .string(target), "looks": 0]
    for look in 1... {
      context.progress(look, of: nil, "looks")
      outputs["looks"] = .integer(look)
      guard let problem = try await problem(before: deadline) else { break }
      guard ContinuousClock.now < deadline else {
        context.report(
          Finding(
            code: "no-answer", severity: .error, subject: target, message: "\(target) is not there",
            expected: "an answer within \(within.inputText ?? "")", found: problem))
        throw TaskFailure("waited in vain for \(target)", help: "start it, or raise WITHIN", outputs: outputs)
      }
      // Where the task is told to stop, it is cancelled: the pause ends at once.
      try await Task.sleep(until: min(.now + every, deadline), clock: .continuous)
    }
    context.print("\(target) is there")
    return outputs
  }

  /// A file's name as the user wrote it: its value is an absolute path.
  private var target: String { port.map { "\(host):\($0)" } ?? $file.written }

  private func problem(before deadline: ContinuousClock.Instant) async throws -> String? {
    guard let port else { return FileManager.default.fileExists(atPath: file ?? "") ? nil : "no such file" }
    let patience = max(.milliseconds(100), min(.seconds(5), deadline - .now))
    return try await TCPPort(host: host, number: port).refusal(within: patience)
  }
}
