/// The names of the tasks that targets become.
struct TaskNames {
  private var names: [String: String] = [:]
  private var used: Set<String> = []
  /// The target that make builds where none is named.
  var defaultTarget: String?

  /// The task of a target; nil where the target became none.
  subscript(target: String) -> String? { names[target] }

  /// Chooses the name of a target's task: its own, where a task can have it.
  mutating func choose(for target: String) -> String {
    if let name = names[target] { return name }
    var name = Self.isValid(target) ? target : Self.normalized(target)
    if used.contains(name) {
      var number = nextNumbers[name] ?? 2
      while used.contains("\(name)-\(number)") { number += 1 }
      nextNumbers[name] = number + 1
      name += "-\(number)"
    }
    used.insert(name)
    names[target] = name
    return name
  }

  private var nextNumbers: [String: Int] = [:]

  static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ":") else { return false }
    return name.unicodeScalars.allSatisfy(isValid)
  }

  private static func isValid(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isOfName || "-.:".unicodeScalars.contains(scalar)
  }

  private static func normalized(_ target: String) -> String {
    let name = String(target.unicodeScalars.map { isValid($0) ? $0 : "-" })
    let rest = String(name.unicodeScalars.drop { $0 == "-" || $0 == ":" })
    return rest.isEmpty ? "target" : rest
  }
}
