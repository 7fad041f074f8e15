import OrderedCollections

/// One combination of a matrix: a value for each of its keys.
struct MatrixCell: Sendable {
  /// The cell as paths and references name it: `os=linux,arch=arm64`.
  struct Name: Hashable, Sendable, CustomStringConvertible {
    let description: String

    /// Takes `ID[os=linux]` apart.
    static func split(_ text: Substring) -> (id: String, cell: Name?) {
      guard text.last == "]", let bracket = text.firstIndex(of: "[") else { return (String(text), nil) }
      let cell = text[text.index(after: bracket)...].dropLast()
      return (String(text[..<bracket]), Name(description: String(cell)))
    }
  }

  let values: WrittenValues

  var name: Name {
    Name(description: values.map { "\($0.key)=\($0.value.content.text)" }.joined(separator: ","))
  }
}

/// Values for each of some keys; a task runs once for each combination.
public struct Matrix: Sendable {
  /// More combinations are a mistake.
  static let mostCells = 1000

  /// The values of each key, in the order of the file.
  var axes: OrderedDictionary<String, [WrittenValue]> = [:]

  public var isEmpty: Bool { axes.isEmpty }

  /// How many combinations there are; nil where there are too many.
  var count: Int? {
    var count = 1
    for values in axes.values {
      let (product, isTooMuch) = count.multipliedReportingOverflow(by: values.count)
      guard !isTooMuch, product <= Self.mostCells else { return nil }
      count = product
    }
    return count
  }

  /// All combinations; the last key changes fastest.
  var cells: [MatrixCell] {
    guard !axes.isEmpty, count != nil else { return [] }
    return axes.reduce([MatrixCell(values: [:])]) { cells, axis in
      cells.flatMap { cell in
        axis.value.map { value in
          var values = cell.values
          values[axis.key] = value
          return MatrixCell(values: values)
        }
      }
    }
  }

  /// The values of each key, in order.
  public var texts: [(key: String, values: [String])] {
    axes.map { ($0.key, $0.value.map(\.content.text)) }
  }

  /// `os=linux|mac, arch=arm64`.
  public var summary: String {
    axes.map { "\($0.key)=\($0.value.map(\.content.text).joined(separator: "|"))" }.joined(separator: ", ")
  }
}
