import TaskKit
import UGCPlatform

/// Writes a seed in batches: the file's rows, then generated ones, made as they are written.
struct SeedWriter {
  /// Pairs written in one transaction.
  private static let pairsPerBatch = 2_000

  let store: any PlatformStore
  let counts: SeedCounts
  let context: TaskContext

  /// - Throws: A `TaskFailure` that says how many channels were written before the store failed.
  func write(_ entries: [SeedEntry], then items: MockItems) async throws {
    var written = 0
    context.progress(written, of: counts.channels, "channels")
    do {
      for start in stride(from: 0, to: entries.count, by: Self.pairsPerBatch) {
        let batch = entries[start..<min(start + Self.pairsPerBatch, entries.count)]
        try await put(batch, &written)
      }
      for start in stride(from: 0, to: counts.generated, by: Self.pairsPerBatch) {
        let numbers = start..<min(start + Self.pairsPerBatch, counts.generated)
        try await put(numbers.map(items.entry)[...], &written)
      }
    } catch let error as StoreError {
      throw TaskFailure(
        "\(error); \(written) of \(counts.channels) channels were written", help: error.help,
        outputs: ["channels": .integer(written)])
    }
  }

  private func put(_ batch: ArraySlice<SeedEntry>, _ written: inout Int) async throws {
    try Task.checkCancellation()
    try await store.put(batch)
    written += batch.count { $0.channel != nil }
    context.progress(written, of: counts.channels, "channels")
  }
}
