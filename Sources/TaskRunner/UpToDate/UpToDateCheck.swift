import Documents
import OrderedCollections
import TaskKit

/// Whether a task's work is done already.
enum UpToDateVerdict: Sendable {
  case upToDate(UpToDateRecord, reason: String)
  /// Without a snapshot the result cannot be kept.
  case run(reason: String, UpToDateSnapshot?)

  var reason: String {
    switch self {
    case .upToDate(_, let reason), .run(let reason, _): reason
    }
  }
}

/// What a task's work is made from, as it was before it began.
struct UpToDateSnapshot: Sendable {
  let shelf: UpToDateStore.Shelf
  let variant: String
  let facts: [String: String]
  let sources: HashedFiles
  /// What earlier runs knew of generated files.
  let known: HashedFiles
  /// Patterns of sources that match nothing.
  let unmatched: [String]
  /// Whether the result may be kept: all that it was made from is known.
  let isKnown: Bool
}

/// Compares what a task's work would be made from with what it was made from, by content.
struct UpToDateCheck: Sendable {
  let store: UpToDateStore
  let call: PlannedCall
  let settlement: Settlement
  /// What is written after `--`, where it reaches the task.
  let arguments: [String]
  /// What its needs made, by path; nil where a need ran and does not say.
  let needs: [String: String?]
  let isForced: Bool
  /// Variables of `.env` files, as the task's script sees them.
  let dotenv: [String: String]
  /// Whether nobody wants to know any more.
  var isStopped: @Sendable () -> Bool = { false }

  private var sourcePatterns: [FilePattern] { (settlement.sources ?? []).compactMap { FilePattern($0.text) } }
  private var generatedPatterns: [FilePattern]? {
    settlement.generates?.compactMap { FilePattern($0.text) }
  }

  /// Compares.
  ///
  /// - Parameter keepsHashing: Whether anything may be written: not by who only looks.
  /// - Returns: Whether the work is done already, and why.
  /// - Throws: A `DiagnosticError` where a file cannot be read; a `CancellationError`.
  func verdict(keepsHashing: Bool) throws -> UpToDateVerdict {
    let shelf = store.shelf(of: call)
    let hashing = keepsHashing ? try store.makeHashing() : store.hashing ?? SaltedHash(salt: "")
    let facts = facts.mapValues { hashing.hash($0) }
    let variant = SaltedHash(salt: "").hash(facts.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    let last = store.lastVariant(on: shelf)
    let record = store.record(variant, on: shelf)
    let earlier = record ?? last.flatMap { store.record($0, on: shelf) }
    let search = try FileSearch(
      sourcePatterns, in: settlement.directory, leavingOut: generatedPatterns ?? [], isStopped: isStopped)
    let sources = try HashedFiles(
      search.files, in: settlement.directory, known: earlier?.sources ?? HashedFiles(), isStopped: isStopped)
    let silent = needs.filter { $0.value == nil }.keys.sorted()
    let snapshot = UpToDateSnapshot(
      shelf: shelf, variant: variant, facts: facts, sources: sources, known: earlier?.generated ?? HashedFiles(),
      unmatched: search.unmatched.map(\.written),
      isKnown: silent.isEmpty && search.unmatched.isEmpty && search.problem == nil)
    func run(_ reason: String) -> UpToDateVerdict { .run(reason: reason, snapshot) }

    if isForced { return run("--force was given") }
    if let need = silent.first { return run("`\(need)` runs before it, and does not say what it generates") }
    if let pattern = search.unmatched.first { return run(try reason(forUnmatched: pattern)) }
    if let problem = search.problem { return run(problem) }
    guard let earlier else { return run("no run of it that ended well is known") }
    var changes = changedFacts(facts, since: earlier).map { "\($0) changed" } + sources.changes(since: earlier.sources)
    guard var record, changes.isEmpty else { return run(listed(changes)) }
    guard let patterns = generatedPatterns else {
      // Nothing tells what other values made of what it makes.
      guard variant == last else { return run("it ran with other values since") }
      return upToDate(&record, sources, nil, shelf, variant, keeps: keepsHashing)
    }
    let made = try FileSearch(patterns, in: settlement.directory, isStopped: isStopped)
    if let pattern = made.unmatched.first { return run("`\(pattern.written)` is not there") }
    if let problem = made.problem { return run(problem) }
    let generated = try HashedFiles(
      made.files, in: settlement.directory, known: record.generated ?? HashedFiles(), isStopped: isStopped)
    changes = generated.changes(since: record.generated ?? HashedFiles())
    guard changes.isEmpty else { return run("\(listed(changes)) since it was generated") }
    return upToDate(&record, sources, generated, shelf, variant, keeps: keepsHashing)
  }

  private func upToDate(
    _ record: inout UpToDateRecord, _ sources: HashedFiles, _ generated: HashedFiles?, _ shelf: UpToDateStore.Shelf,
    _ variant: String, keeps: Bool
  ) -> UpToDateVerdict {
    record.sources = sources
    record.generated = generated
    // What had to be read need not be read again.
    if keeps, sources.readCount + (generated?.readCount ?? 0) > 0 {
      try? store.keep(record, as: variant, on: shelf)
    }
    return .upToDate(record, reason: "nothing changed: \(counted(sources, generated))")
  }

  private func counted(_ sources: HashedFiles, _ generated: HashedFiles?) -> String {
    func files(_ count: Int, _ kind: String) -> String { "\(count) \(kind)\(count == 1 ? "" : "s")" }
    let made = generated.map { ", " + files($0.entries.count, "generated file") } ?? ""
    return files(sources.entries.count, "source") + made
  }

  /// What the work is made from besides files, by name.
  private var facts: [String: [String]] {
    var facts: [String: [String]] = [:]
    let manifest = settlement.entry?.manifest
    facts["the plugin"] = [manifest?.name ?? "", "\(manifest?.version ?? 0)"]
    for (name, texts) in settlement.identities { facts["`\(name)`"] = texts }
    for variable in settlement.task.environment.keys {
      facts["`\(variable)` of `env`"] = [settlement.variables[variable] ?? ""]
    }
    for (variable, text) in dotenv { facts["`\(variable)` of .env"] = [text] }
    facts["`dir`"] = [settlement.directory]
    facts["what is written after --"] = arguments
    facts["`sources`"] = (settlement.sources ?? []).map(\.text)
    facts["`generates`"] = settlement.generates.map { ["said"] + $0.map(\.text) } ?? []
    for (path, trace) in needs { facts["what `\(path)` makes"] = [trace ?? ""] }
    return facts
  }

  private func changedFacts(_ facts: [String: String], since record: UpToDateRecord) -> [String] {
    Set(facts.keys).union(record.facts.keys).filter { facts[$0] != record.facts[$0] }.sorted()
  }

  /// The first few, and how many more there are.
  private func listed(_ changes: [String]) -> String {
    let most = 3
    let more = changes.count > most ? ["and \(changes.count - most) more"] : []
    return (changes.prefix(most) + more).joined(separator: ", ")
  }

  private func reason(forUnmatched pattern: FilePattern) throws -> String {
    let all = try FileSearch([pattern], in: settlement.directory, isStopped: isStopped)
    return all.unmatched.contains { $0.written == pattern.written }
      ? "`\(pattern.written)` matches no file"
      : "`\(pattern.written)` matches only files that are left out or generated"
  }
}

extension UpToDateSnapshot {
  /// Keeps what came of the work.
  ///
  /// - Returns: What others can depend on, and what to tell the user.
  func keep(
    _ outputs: TaskOutputs, of settlement: Settlement, _ work: UpToDateStore.Work, in store: UpToDateStore,
    hidesOutputs: Bool, isStopped: @escaping () -> Bool
  ) throws -> (trace: String, notes: [String]) {
    let made = try GeneratedFiles(of: settlement, known: known, isStopped: isStopped)
    let record = UpToDateRecord(facts: facts, sources: sources, generated: made?.files, outputs: outputs)
    var notes = made?.missing.map { "it did not make `\($0)`, which `generates` names" } ?? []
    if hidesOutputs {
      notes.append("an output is secret, so that it will run again")
    } else if !unmatched.isEmpty {
      notes += unmatched.map { "`\($0)` matches no file, so that it is never up to date" }
    } else if isKnown, made?.missing.isEmpty ?? true {
      try store.keep(record, as: variant, on: shelf)
    }
    // Asked last: what went on beside it may have made some of what was found; then nothing stays kept.
    if !store.end(work) { notes.append("it worked twice at the same time, so that it will run again") }
    return (record.trace, notes)
  }
}

/// What a task's work has made.
struct GeneratedFiles {
  let files: HashedFiles
  /// The patterns that match nothing.
  let missing: [String]

  /// Nil where the task file does not say what it makes.
  ///
  /// - Throws: A `DiagnosticError` where a file cannot be read.
  init?(of settlement: Settlement, known: HashedFiles = HashedFiles(), isStopped: @escaping () -> Bool) throws {
    guard let patterns = settlement.generates?.compactMap({ FilePattern($0.text) }) else { return nil }
    let search = try FileSearch(patterns, in: settlement.directory, isStopped: isStopped)
    files = try HashedFiles(search.files, in: settlement.directory, known: known, isStopped: isStopped)
    missing = search.unmatched.map(\.written) + [search.problem].compactMap { $0 }
  }
}
