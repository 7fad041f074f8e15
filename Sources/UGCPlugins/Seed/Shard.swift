import TaskKit

/// One of several equal parts of a data set: `3/16` is the third of sixteen.
struct Shard: InputValue, Equatable {
  private static let most = 10_000

  let number: Int
  let count: Int

  static var inputType: InputType {
    InputType(.string, expectation: "a part such as 3/16, the third of sixteen", pattern: "^[0-9]+/[0-9]+$")
  }

  init?(inputText: String) {
    let parts = inputText.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      let number = Int(parts[0]), let count = Int(parts[1]), (1...Self.most).contains(count),
      (1...count).contains(number)
    else { return nil }
    self.number = number
    self.count = count
  }

  var inputText: String? { "\(number)/\(count)" }

  /// The part of so many entries; all parts together are the whole, without overlap.
  func range(of total: Int) -> Range<Int> {
    // Divided first: the product of two large counts might not fit.
    func bound(_ part: Int) -> Int { total / count * part + total % count * part / count }
    return bound(number - 1)..<bound(number)
  }
}
