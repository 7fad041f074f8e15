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

  /// In the order of the places in a file; those without a place come first.
  var inOrderOfTheFile: [Diagnostic] {
    let placed = all.enumerated().map { index, diagnostic in
      var start = SourcePosition(line: 0, column: 0)
      if case .source(let location)? = diagnostic.origin { start = location.range.start }
      return (start: start, index: index, diagnostic: diagnostic)
    }
    return placed.sorted { ($0.start, $0.index) < ($1.start, $1.index) }.map(\.diagnostic)
  }
}
