/// How an input's name becomes a variable: `seedCount` is `SEED_COUNT`, and back.
public enum InputName {
  /// Whether a text is `[a-z][A-Za-z0-9]*` without two capitals in a row, so that its variable leads back to it.
  public static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLowercase(first) else { return false }
    var previousIsCapital = false
    for byte in name.utf8 {
      let isCapital = isUppercase(byte)
      guard isCapital || isLowercase(byte) || isDigit(byte), !(isCapital && previousIsCapital) else { return false }
      previousIsCapital = isCapital
    }
    return true
  }

  /// `seedCount` → `SEED_COUNT`.
  public static func variable(for name: String) -> String {
    var variable = ""
    for character in name {
      if character.isUppercase { variable += "_" }
      variable += character.uppercased()
    }
    return variable
  }

  /// `SEED_COUNT` → `seedCount`, or nil where no name has this variable.
  public static func name(for variable: String) -> String? {
    let words = variable.split(separator: "_", omittingEmptySubsequences: false)
    guard let first = words.first else { return nil }
    let name = words.dropFirst().reduce(first.lowercased()) { $0 + $1.prefix(1) + $1.dropFirst().lowercased() }
    return isValid(name) && self.variable(for: name) == variable ? name : nil
  }

  /// Whether a variable steers the process itself, so that no value may take its name.
  public static func isReserved(variable: String) -> Bool {
    reserved.contains(variable) || reservedPrefixes.contains { variable.hasPrefix($0) }
  }

  /// Matches the names whose variables are reserved, for a JSON Schema.
  public static var reservedPattern: String {
    // After the prefix `LD_`, a name has a capital: `ldPreload`.
    let families = reservedPrefixes.map { $0.dropLast().lowercased() + "[A-Z].*" }
    return "^(\((reserved.sorted().map { $0.lowercased() } + families).joined(separator: "|")))$"
  }

  private static let reserved: Set<String> = [
    "PATH", "HOME", "USER", "SHELL", "PWD", "LANG", "TERM", "TMPDIR", "IFS",
  ]
  private static let reservedPrefixes = ["LD_", "UGC_"]

  private static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isUppercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
