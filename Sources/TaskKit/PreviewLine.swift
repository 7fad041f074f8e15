/// One thing that a task would do.
public struct PreviewLine: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// What would be done, beginning with a verb; it may have several lines, as a script has.
  public let text: String

  public init(_ text: String) {
    self.text = text
  }

  public init(stringLiteral value: String) {
    self.init(value)
  }
}
