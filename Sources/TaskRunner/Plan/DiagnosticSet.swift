import TaskKit

/// Diagnostics in the order they were found; the same sentence about the same place is kept once.
struct DiagnosticSet {
  private(set) var all: [Diagnostic] = []
  private var known: Set<[String]> = []

  var isEmpty: Bool { all.isEmpty }
  var count: Int { all.count }

  mutating func insert(_ diagnostic: Diagnostic) {
    if known.insert([diagnostic.message, diagnostic.origin?.description ?? ""]).inserted { all.append(diagnostic) }
  }

  mutating func formUnion(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { insert(diagnostic) }
  }

  /// In the order of the places in the files; those without a place come first.
  func inOrder(of files: [SourceText]) -> [Diagnostic] {
    let numbers = Dictionary(files.enumerated().map { ($1.path, $0) }) { first, _ in first }
    let placed = all.enumerated().map { index, diagnostic in
      var start = SourcePosition(line: 0, column: 0)
      var file = -1
      if case .source(let location)? = diagnostic.origin {
        start = location.range.start
        file = numbers[location.source.path] ?? files.count
      }
      return (file: file, start: start, index: index, diagnostic: diagnostic)
    }
    return placed.sorted { ($0.file, $0.start, $0.index) < ($1.file, $1.start, $1.index) }.map(\.diagnostic)
  }
}
