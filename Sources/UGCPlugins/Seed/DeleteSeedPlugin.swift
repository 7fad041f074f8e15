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
    example: "with: { stack: UGC-dev }",
    appendices: [
      IAMPolicy(statements: IAMPolicy.finding + [IAMPolicy.tables("DeleteRows", ["Scan", "BatchWriteItem"])]).appendix
    ])

  @InputGroup var target: StackInputs

  func validate(_ problems: inout Problems) {
    target.validate(&problems)
  }

  func setupChecks(_ context: TaskContext) -> [SetupCheck] { target.setupChecks(context) }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    let census = try await target.census(context)
    let rows = "\(census.seededChannels.counted("channel")) and \(census.seededSessions.counted("stream"))"
    return ["delete \(rows) from \(target.described)"]
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    let deleted = try await target.withStack(context) { stack in
      do throws(PartialWork) {
        return try await stack.store.deleteSeeded { done in context.progress(done.rows, of: nil, "items") }
      } catch {
        throw error.end("deleted", of: nil, outputs: outputs(error.done), context)
      }
    }
    context.print(
      deleted == RowCounts()
        ? "nothing seeded in \(target.stack)"
        : "deleted \(deleted.channels.counted("channel")) and \(deleted.sessions.counted("stream")) from \(target.stack)"
    )
    return target.outputs(after: outputs(deleted))
  }

  private func outputs(_ deleted: RowCounts) -> TaskOutputs {
    ["channels": .integer(deleted.channels), "streams": .integer(deleted.sessions)]
  }
}
