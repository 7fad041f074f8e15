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
    var variable = Self.isShellName(name) ? name : "MAKE_" + normal
    if variable != name {
      while used.contains(variable) { variable += "_" }
      used.insert(variable)
    }
    return Name(input: nil, variable: variable)
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

  private static func isShellName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return name.unicodeScalars.allSatisfy(\.isOfName)
  }
}
