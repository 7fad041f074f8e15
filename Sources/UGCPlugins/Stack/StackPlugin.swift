import TaskKit
import UGCPlatform

/// Tells what a stack holds.
struct StackPlugin: TaskPlugin {
  static let manifest = PluginManifest(
    name: "stack", version: 1, effects: .reads, summary: "Tell what a stack holds",
    outputs: [
      .integer("channels", "Channels in all."),
      .integer("seededChannels", "Channels that `seed` made."),
      .integer("streams", "Stream sessions in all."),
      .integer("seededStreams", "Stream sessions that `seed` made."),
      .integer("live", "Sessions that are live."),
      .integer("ended", "Sessions that have ended."),
    ] + StackInputs.outputDeclarations,
    example: "with: { stack: UGC-dev }",
    appendices: [IAMPolicy(statements: IAMPolicy.finding + [IAMPolicy.tables("ReadRows", ["Scan"])]).appendix])

  @InputGroup var target: StackInputs

  func validate(_ problems: inout Problems) {
    target.validate(&problems)
  }

  func setupChecks(_ context: TaskContext) -> [SetupCheck] { target.setupChecks(context) }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    ["count the channels and streams of \(target.described)"]
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    let census = try await target.census(context)
    context.print("channels  \(census.channels) (\(census.seededChannels) seeded)")
    context.print(
      "streams   \(census.sessions) (\(census.seededSessions) seeded), \(census.liveSessions) live, \(census.endedSessions) ended"
    )
    return target.outputs(after: [
      "channels": .integer(census.channels), "seededChannels": .integer(census.seededChannels),
      "streams": .integer(census.sessions), "seededStreams": .integer(census.seededSessions),
      "live": .integer(census.liveSessions), "ended": .integer(census.endedSessions),
    ])
  }
}
