/// Why no whole answer came.
struct HTTPFailure: Error, Sendable, CustomStringConvertible {
  enum Kind: Sendable {
    /// No connection: nothing was sent.
    case connection
    /// The request may have been carried out all the same.
    case lost
    case timedOut
    case cancelled
  }

  let kind: Kind
  /// The end of a sentence, without a full stop.
  let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
