/// Something to tell the user: what, where, and what to do about it.
public struct Diagnostic: Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    case error
    case warning
  }

  /// What explains it, often with a second place.
  public struct Note: Sendable {
    public let message: String
    public let origin: Origin?

    public init(_ message: String, at origin: Origin? = nil) {
      self.message = message
      self.origin = origin
    }
  }

  public let severity: Severity
  /// One sentence, without a full stop.
  public let message: String
  public let origin: Origin?
  /// What to do, where there is something to suggest.
  public let help: String?
  public let notes: [Note]
  /// Whether the place holds a secret: then its text is not shown.
  public let isConcealed: Bool

  public init(
    _ severity: Severity = .error, _ message: String, at origin: Origin? = nil, help: String? = nil,
    notes: [Note] = [], isConcealed: Bool = false
  ) {
    self.severity = severity
    self.message = message
    self.origin = origin
    self.help = help
    self.notes = notes
    self.isConcealed = isConcealed
  }
}

extension Diagnostic {
  /// The diagnostic as bad as this.
  public func with(_ severity: Severity) -> Diagnostic {
    Diagnostic(severity, message, at: origin, help: help, notes: notes, isConcealed: isConcealed)
  }

  /// The diagnostic with one more note.
  public func with(_ note: Note) -> Diagnostic {
    Diagnostic(
      severity, message, at: origin, help: help, notes: notes + [note], isConcealed: isConcealed)
  }
}

/// Diagnostics that end what was under way.
public struct DiagnosticError: Error, Sendable {
  public let diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  public init(_ diagnostic: Diagnostic) {
    self.init([diagnostic])
  }

  public init(_ message: String, at origin: Origin? = nil, help: String? = nil) {
    self.init(Diagnostic(.error, message, at: origin, help: help))
  }
}
