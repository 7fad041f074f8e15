import FoundationEssentials
import TaskKit
import UGCPlatform

/// Seeds mock channels, each with one stream session.
struct SeedPlugin: TaskPlugin {
  static let manifest = PluginManifest(
    name: "seed", version: 1, effects: .writes, summary: "Seed mock channels, each with one stream session",
    outputs: [
      .integer("channels", "Channels written: fromJSON + offline + live."),
      .integer("streams", "Stream sessions written."),
      .integer("fromJSON", "Channels that came from the JSON file."),
      .integer("offline", "Generated channels whose session has ended."),
      .integer("live", "Generated channels whose session is live."),
    ] + StackInputs.outputDeclarations,
    example: "with: { stack: UGC-dev, seedCount: 10 }",
    appendices: [
      IAMPolicy(statements: IAMPolicy.finding + [IAMPolicy.tables("WriteRows", ["BatchWriteItem"])]).appendix
    ])

  @Input("How many channels there are to be in all, those of the JSON file among them.", .between(0...10_000_000))
  var seedCount = 50
  @Input("How many of the generated channels have a session that has ended.", .between(0...10_000_000))
  var offlineSessionCount = 1
  @Input("A JSON file of channels and sessions, which are created first.", .path) var json: String? = nil
  @Input("What the generated items follow from; the same seed and startAt give the same items.", .atLeast(0))
  var randomSeed: Int? = nil
  @Input("The instant that generated sessions started before; the run's start where it is left out.")
  var startAt: Date? = nil
  @Input("The part that this run writes, such as 3/16; all parts together are what one run would write.")
  var shard: Shard? = nil
  @InputGroup var target: StackInputs

  func validate(_ problems: inout Problems) {
    target.validate(&problems)
    if shard != nil, randomSeed == nil {
      problems.add(
        "is given without randomSeed: the parts would not fit together", at: $shard,
        help: "give every part the same RANDOM_SEED, and the same START_AT")
    }
    guard let json, isJSONThere(json) else { return }
    do throws(DiagnosticError) {
      _ = try SeedFile.read(json, named: $json)
    } catch {
      problems.add(error.diagnostics)
    }
  }

  func setupChecks(_ context: TaskContext) -> [SetupCheck] { target.setupChecks(context) }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    // A file that an earlier task makes is not there yet.
    if let json, case .source = $json.origin, !FileManager.default.fileExists(atPath: json) {
      return ["put the channels and streams of \($json.written), which is not there yet, in \(target.described)"]
    }
    let file = try readFile()
    let counts = counts(file)
    return [
      """
      put \(counts.channels.counted("channel")) and \(counts.sessions.counted("stream")) in \(target.described) \
      \(kinds(counts))
      """
    ]
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    let file = try readFile()
    return try await target.withStack(context, creating: true) { stack in try await put(file, in: stack, context) }
  }

  private func put(_ file: SeedFile?, in stack: OpenStack, _ context: TaskContext) async throws -> TaskOutputs {
    warn(file, context)
    let whole = wholeCounts(file)
    let items = MockItems(
      seed: randomSeed.map(UInt64.init) ?? context.run.identity.randomSeed,
      startAt: startAt ?? context.run.identity.startedAt, place: stack.place, endedCount: whole.offline)
    let entries = SeedEntries(fromFile: file?.entries ?? [], items: items, generatedCount: whole.generated)
    let counts = counts(file)
    context.progress(0, of: counts.channels, "channels")
    do throws(PartialWork) {
      try await stack.store.put(entries[range(of: entries.count)]) { done in
        context.progress(done.channels, of: counts.channels, "channels")
      }
    } catch {
      throw error.end(
        "written", of: counts.rows,
        outputs: ["channels": .integer(error.done.channels), "streams": .integer(error.done.sessions)], context)
    }
    context.print(
      "seeded \(counts.channels.counted("channel")) and \(counts.sessions.counted("stream")) in \(target.stack)"
        + " \(kinds(counts))")
    return target.outputs(after: [
      "channels": .integer(counts.channels), "streams": .integer(counts.sessions),
      "fromJSON": .integer(counts.fromFile), "offline": .integer(counts.offline), "live": .integer(counts.live),
    ])
  }

  /// The counts of all parts together.
  private func wholeCounts(_ file: SeedFile?) -> SeedCounts {
    SeedCounts(
      total: seedCount, file: RowCounts(channels: file?.channelCount ?? 0, sessions: file?.sessionCount ?? 0),
      offline: offlineSessionCount)
  }

  /// The counts of what this run writes.
  private func counts(_ file: SeedFile?) -> SeedCounts {
    let whole = wholeCounts(file)
    let entries = file?.entries ?? []
    return whole.part(range(of: entries.count + whole.generated), of: entries)
  }

  private func range(of total: Int) -> Range<Int> {
    shard?.range(of: total) ?? 0..<total
  }

  private func kinds(_ counts: SeedCounts) -> String {
    let kinds = "\(counts.fromFile) from JSON, \(counts.offline) offline, \(counts.live) live"
    return "(\(kinds)\(shard.map { ", part \($0.number) of \($0.count)" } ?? ""))"
  }

  /// Whether the file is to be read before the run.
  ///
  /// One that tasks.yaml names may be made by an earlier task, and a
  /// pipe can be read only once: the run looks at them when it gets there.
  private func isJSONThere(_ path: String) -> Bool {
    var isDirectory = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if case .source = $json.origin, !exists { return false }
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    return !exists || isDirectory || type == .typeRegular
  }

  private func readFile() throws(InvalidInput) -> SeedFile? {
    guard let json else { return nil }
    do throws(DiagnosticError) {
      return try SeedFile.read(json, named: $json)
    } catch {
      throw InvalidInput(error.diagnostics)
    }
  }

  private func warn(_ file: SeedFile?, _ context: TaskContext) {
    let counts = wholeCounts(file)
    file?.warnings.forEach(context.report)
    if shard != nil, startAt == nil {
      context.logger.warning("without startAt, the times of each part follow from its own start")
    }
    if counts.fromFile > seedCount {
      context.logger.warning(
        "the JSON file has \(counts.fromFile) channels, more than seedCount (\(seedCount)): all are created, none is generated"
      )
    }
    if case .plugin = $offlineSessionCount.origin { return }
    if offlineSessionCount > counts.generated {
      context.logger.warning(
        "offlineSessionCount (\(offlineSessionCount)) is more than the \(counts.generated) generated channels: all of them are offline"
      )
    }
  }
}
