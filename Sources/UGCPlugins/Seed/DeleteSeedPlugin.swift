import TaskKit
import UGCPlatform

/// Deletes what `seed` made.
struct DeleteSeedPlugin: TaskPlugin {
  static let manifest = PluginManifest(
    name: "deleteSeed", version: 1, effects: .writes, summary: "Delete every seeded channel and stream session",
    outputs: [
      .integer("channels", "Channels deleted."),
      .integer("streams", "Stream sessions deleted."),
    ] + StackInputs.outputDeclarations,
    example: "with: { stack: UGC-dev }")

  @InputGroup var target: StackInputs

  func validate(_ problems: inout Problems) {
    target.validate(&problems)
  }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    let store = try target.store(context, creating: false)
    let census = try await withStoreErrors { try await store.census() }
    let rows = "\(census.seededChannels.counted("channel")) and \(census.seededSessions.counted("stream"))"
    return ["delete \(rows) from \(target.described)"]
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    target.announce(context)
    let store = try target.store(context, creating: false)
    let deleted = try await withStoreErrors {
      try await store.deleteSeeded { counts in context.progress(counts.channels + counts.sessions, of: nil, "items") }
    }
    context.print(
      deleted == RowCounts()
        ? "nothing seeded in \(target.stack)"
        : "deleted \(deleted.channels.counted("channel")) and \(deleted.sessions.counted("stream")) from \(target.stack)"
    )
    return target.outputs(after: [
      "channels": .integer(deleted.channels), "streams": .integer(deleted.sessions),
    ])
  }
}
