import Synchronization
import TaskKit

/// Does nothing but say when it began and ended: what schedulers are tested with.
struct ProbePlugin: TaskPlugin {
  static let manifest = PluginManifest(
    name: "probe", version: 1, effects: .reads, summary: "Say when it runs",
    outputs: [.string("word", "What it was given")], example: "with: { word: hello }")

  @Input("What it gives.") var word = "nothing"
  @Input("Whether it fails.") var fails = false
  @Input("How often it lets others go first.", .atLeast(0)) var yields = 3
  @Input("Whether it waits until it is told to stop.") var waits = false

  /// What the probes of one folder did, in order: `+call`, `-call`.
  private static let moments = Mutex<[String: [String]]>([:])

  static func moments(of test: ToolTest) -> [String] {
    moments.withLock { $0[test.folder.path] ?? [] }
  }

  static func forget(_ test: ToolTest) {
    moments.withLock { $0[test.folder.path] = nil }
  }

  private func say(_ moment: String, _ context: TaskContext) {
    Self.moments.withLock { $0[context.directory, default: []].append(moment + context.call) }
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    say("+", context)
    defer { say("-", context) }
    for _ in 0..<yields { await Task.yield() }
    if waits { try await Task.sleep(for: .seconds(3600)) }
    if fails { throw DiagnosticError("the probe fails") }
    return ["word": .string(word)]
  }
}
