import Documents
import FoundationEssentials
import Subprocess
import SystemPackage

/// A program that prints credentials.
struct CredentialCommand: Sendable {
  private static let largestOutput = 1 << 20

  let words: [String]
  let source: String

  /// Runs the program, without a shell.
  ///
  /// - Throws: A `CredentialFault` where it fails, or prints something else.
  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> Credentials {
    guard let name = words.first else { throw CredentialFault("\(source) is an empty command") }
    let (output, error, isDone): (String, String, Bool)
    do {
      let variables = situation.environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
      let result = try await Subprocess.run(
        name.contains("/") ? .path(FilePath(name)) : .name(name), arguments: Arguments(Array(words.dropFirst())),
        environment: .custom(Dictionary(variables) { first, _ in first }),
        input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
        output: .string(limit: Self.largestOutput), error: .string(limit: Self.largestOutput))
      (output, error) = (result.standardOutput, result.standardError)
      isDone = result.terminationStatus.isSuccess
    } catch {
      guard !Task.isCancelled else { throw CredentialFault("\(source) was stopped") }
      throw CredentialFault(
        "\(source) cannot be run: `\(name)` was not found, may not be run, or printed more than 1 MiB")
    }
    guard !Task.isCancelled else { throw CredentialFault("\(source) was stopped") }
    guard isDone else {
      let reason = error.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
      throw CredentialFault("\(source) failed: \(reason.map(String.init)?.trimmingEnds ?? "it said nothing")")
    }
    guard JSONValue(parsing: output.utf8)?["Version"]?.integer == 1,
      let credentials = CredentialDocument.credentials(
        in: Array(output.utf8), tokenKey: "SessionToken", source: source)
    else { throw CredentialFault("\(source) printed no credentials (JSON of Version 1)") }
    if let end = credentials.expiration, end <= situation.now() {
      throw CredentialFault("\(source) printed credentials that ended at \(end.formatted(.iso8601))")
    }
    return credentials
  }
}

/// Splits a command line as a POSIX shell does, without expanding anything.
enum CommandLineSplitter {
  /// - Returns: The words, or nil where a quote is not closed.
  static func words(of line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        if quote == "\"", !"\"\\$`".contains(character) { word?.append("\\") }
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
        word = word ?? ""
      } else if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
