import OrderedCollections
import TaskKit

/// What must not be shown while values are settled: before a plan there is no list of all secrets yet.
///
/// A line that mentions a secret's name together with a value is not quoted, and the values that the layers give for
/// secret names are masked.
struct Secrecy: Sendable {
  private let names: Set<String>
  private let masker: SecretMasker

  init(of file: TaskFile, given: GivenValues? = nil, dotenv: [String: String] = [:]) {
    let secrets = Set((file.secrets + file.tasks.values.flatMap(\.secrets)).map(\.text))
    let variables = Set(secrets.map(InputName.variable))
    names = secrets.union(variables)
    let tasks = file.tasks.values
    var written: [WrittenValues] = []
    for part in file.parts { written += [part.defaults] + part.profiles.values }
    for task in tasks { written += [task.values] + (task.needs + task.steps + task.finally).map(\.values) }
    var texts = written.flatMap { values in secrets.flatMap { values[$0]?.content.texts ?? [] } }
    for variable in variables {
      texts += [given?.environment[variable], dotenv[variable]].compactMap { $0 }
      texts += given?.assignments.filter { $0.variable == variable }.map(\.value) ?? []
    }
    masker = SecretMasker(texts)
  }

  func conceal(_ error: DiagnosticError) -> DiagnosticError {
    names.isEmpty ? error : DiagnosticError(error.diagnostics.map(conceal))
  }

  func conceal(_ diagnostic: Diagnostic) -> Diagnostic {
    guard !names.isEmpty else { return diagnostic }
    let masked = masker.mask(diagnostic)
    // What was written where a secret's text should be is not told either.
    let isAboutSecret = names.contains { diagnostic.message.contains("`\($0)` in ") }
    return isAboutSecret || isNamed(in: diagnostic) ? masked.concealed(withHelp: !isAboutSecret) : masked
  }

  /// Whether a line that the diagnostic quotes has a secret's name as a key.
  private func isNamed(in diagnostic: Diagnostic) -> Bool {
    ([diagnostic.origin] + diagnostic.notes.map(\.origin)).compactMap { $0?.quotedLine }.contains { line in
      names.contains { line.hasKey($0) }
    }
  }
}

extension Diagnostic {
  fileprivate func concealed(withHelp: Bool) -> Diagnostic {
    Diagnostic(severity, message, at: origin, help: withHelp ? help : nil, notes: notes, isConcealed: true)
  }
}

extension Origin {
  /// The line that a message about it quotes.
  var quotedLine: String? {
    switch self {
    case .source(let location): location.source.line(location.range.start.line)
    case .commandLine(let variable, let value), .environment(let variable, let value): "\(variable)=\(value)"
    case .word(let word, _): word
    case .plugin: nil
    }
  }
}

extension String {
  /// Whether a key of this line is the name: `token: x`, `"token": x`, `TOKEN=x`, `TOKEN x`.
  fileprivate func hasKey(_ name: String) -> Bool {
    var rest = self[...]
    while let range = rest.firstRange(of: name) {
      let before = rest[..<range.lowerBound].last
      let after = rest[range.upperBound...]
      let isWord = !(before?.isNameCharacter ?? false) && !(after.first?.isNameCharacter ?? false)
      if isWord, before != "{", let next = after.first(where: { $0 != "\"" && $0 != "'" }), ":= \t".contains(next) {
        return true
      }
      rest = after
    }
    return false
  }
}

extension Character {
  fileprivate var isNameCharacter: Bool { isLetter || isNumber || self == "_" || self == "-" }
}
