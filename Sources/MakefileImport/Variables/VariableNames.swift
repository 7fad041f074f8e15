import TaskKit

/// Gives each of make's variables a name in tasks.yaml and one in scripts.
struct VariableNames {
  struct Name {
    /// The name in tasks.yaml; nil where only the scripts can have the variable.
    let input: String?
    /// The variable's name in scripts.
    let variable: String
  }

  /// Inputs of `exec`: a value of their name would be taken for them.
  private static let taken: Set<String> = ["SCRIPT", "SHELL"]

  private var used: Set<String>
  private var nextNumbers: [String: Int] = [:]

  /// - Parameter names: All names of the Makefile, those of the scripts' own variables among them.
  init(avoiding names: some Sequence<String>) {
    used = Set(names)
  }

  /// Chooses a name; no other variable gets it.
  mutating func choose(for name: String) -> Name {
    if let input = Self.input(for: name) { return Name(input: input, variable: name) }
    if Self.isShellName(name), InputName.isReserved(variable: name), name != "SHELL" {
      return Name(input: nil, variable: name)
    }
    let normal = Self.normalized(name)
    for candidate in [normal, normal + "_VALUE", normal + "_OF_MAKE", "MAKE_" + normal] where !used.contains(candidate)
    {
      guard let input = Self.input(for: candidate) else { continue }
      used.insert(candidate)
      return Name(input: input, variable: candidate)
    }
    guard !Self.isShellName(name) else { return Name(input: nil, variable: name) }
    let base = "MAKE_" + normal
    var number = nextNumbers[base] ?? 1
    let variable = { (number: Int) in number == 1 ? base : "\(base)_\(number)" }
    while used.contains(variable(number)) { number += 1 }
    nextNumbers[base] = number + 1
    used.insert(variable(number))
    return Name(input: nil, variable: variable(number))
  }

  private static func input(for variable: String) -> String? {
    guard !taken.contains(variable), !InputName.isReserved(variable: variable) else { return nil }
    return InputName.name(for: variable)
  }

  /// `imageTag`, `image-tag` and `image__tag` are `IMAGE_TAG`; a digit joins the word before it.
  private static func normalized(_ name: String) -> String {
    var normal = ""
    var previousIsLower = false
    for scalar in name.unicodeScalars {
      if scalar.isOfName, scalar != "_" {
        let isUpper = ("A"..."Z").contains(scalar)
        if isUpper, previousIsLower, !normal.hasSuffix("_") { normal += "_" }
        if ("0"..."9").contains(scalar), normal.hasSuffix("_") { normal.removeLast() }
        previousIsLower = ("a"..."z").contains(scalar)
        normal += String(scalar).uppercased()
      } else if !normal.isEmpty, !normal.hasSuffix("_") {
        normal += "_"
        previousIsLower = false
      }
    }
    while normal.hasSuffix("_") { normal.removeLast() }
    return normal
  }

  static func isShellName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return name.unicodeScalars.allSatisfy(\.isOfName)
  }
}
