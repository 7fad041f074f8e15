import UGCPlatform

/// What a seed writes, in order: the file's entries, then generated ones, each made when it is asked for.
struct SeedEntries: RandomAccessCollection, Sendable {
  let fromFile: [SeedEntry]
  let items: MockItems
  let generatedCount: Int

  var startIndex: Int { 0 }
  var endIndex: Int { fromFile.count + generatedCount }

  subscript(position: Int) -> SeedEntry {
    position < fromFile.count ? fromFile[position] : items.entry(position - fromFile.count)
  }
}
