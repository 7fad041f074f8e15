/// What a plugin finds wrong with its inputs, each with the place it came from.
public struct Problems: Sendable {
  /// One complaint about one input.
  public struct Problem: Sendable {
    public let input: String
    /// The end of a sentence that begins with the input's name: "is more than seedCount".
    public let message: String
    public let origin: Origin
    public let isSecret: Bool
    public let help: String?
  }

  public private(set) var all: [Problem] = []
  /// What is wrong with files that inputs name, each with its place in the file.
  public private(set) var diagnostics: [Diagnostic] = []

  public init() {}

  /// Complains about an input.
  ///
  /// - Parameters:
  ///   - message: The end of a sentence that begins with the input's name, without a full stop.
  ///   - input: The input, as `$name`.
  ///   - help: What to do, where there is something to suggest.
  public mutating func add(_ message: String, at input: Input<some InputValue>, help: String? = nil) {
    all.append(
      Problem(input: input.name, message: message, origin: input.origin, isSecret: input.isSecret, help: help))
  }

  /// Complains about a file that an input names.
  public mutating func add(_ diagnostics: [Diagnostic]) {
    self.diagnostics += diagnostics
  }
}
