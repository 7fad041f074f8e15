import Diagnostics

/// A line of the Makefile, without its line break.
struct SourceLine {
  let number: Int
  let scalars: [Unicode.Scalar]

  /// Whether an odd number of backslashes at its end joins it with the next one.
  var isContinued: Bool {
    !scalars.reversed().prefix { $0 == "\\" }.count.isMultiple(of: 2)
  }

  func place(from column: Int = 1) -> Place {
    Place(line: number, column: column, width: scalars.count - column + 1)
  }

  /// The place of what is written, without the white space before it.
  var writtenPlace: Place {
    place(from: 1 + scalars.prefix { $0.isBlank }.count)
  }
}

/// Cuts a Makefile into its lines.
struct SourceLines {
  private(set) var lines: [SourceLine] = []
  private(set) var notes: [ImportNote] = []

  init(_ source: SourceText) {
    var number = source.firstLine
    var bytes = source.bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      if let nul = line.firstIndex(of: 0) {
        line = line[..<nul]
        let place = Place(line: number, column: 1, width: 1)
        notes.append(ImportNote("the line holds a NUL; what follows it is left out", at: place))
      }
      let text = String(decoding: line, as: UTF8.self)
      if !text.utf8.elementsEqual(line) {
        let place = Place(line: number, column: 1, width: 1)
        notes.append(ImportNote("the line is not UTF-8; what cannot be read is shown as \u{FFFD}", at: place))
      }
      lines.append(SourceLine(number: number, scalars: Array(text.unicodeScalars)))
      number += 1
    }
  }
}
