/// Knows commands that talk with who is at the terminal.
enum InteractiveCommand {
  static func isOne(_ words: [String]) -> Bool {
    let words = words.drop { $0.contains("=") || ["{", "(", "!", "exec", "sudo", "then", "do", "else"].contains($0) }
    guard let program = words.first?.split(separator: "/").last else { return false }
    let options = words.dropFirst().filter { $0.hasPrefix("-") }
    switch program {
    case "docker", "podman", "docker-compose", "kubectl", "oc":
      guard words.contains("exec") || words.contains("run") else { return false }
      if program == "docker-compose" || words.contains("compose"), words.contains("exec") {
        return options.allSatisfy { $0 != "-T" && $0 != "-d" }
      }
      let letters = options.filter { !$0.hasPrefix("--") }.joined()
      return letters.contains("i") && letters.contains("t") || options.contains("--interactive")
    case "psql": return !words.contains { $0.contains("<") } && !options.contains { isCommandOption($0) }
    case "ssh": return words.dropFirst().filter { !$0.hasPrefix("-") }.count == 1
    default: return false
    }
  }

  /// `-c`, `-f` and `-l`, which leave psql nothing to ask.
  private static func isCommandOption(_ option: String) -> Bool {
    ["-c", "-f", "-l"].contains { option.hasPrefix($0) }
      || ["--command", "--file", "--list", "--version", "--help"].contains { option.hasPrefix($0) }
  }
}
