public import TaskKit

/// A value settled from all layers.
public struct Resolution: Sendable {
  public let name: String
  /// The value, every `${name}` in it expanded.
  public let content: InputContent
  /// The value as its layer gives it.
  public let winner: LayerValue
  public let isSecret: Bool
  /// What weaker layers would have given, strongest first.
  public let overridden: [LayerValue]
  /// Whether the value becomes known only while the run goes on.
  public let isDeferred: Bool
  /// What was read to expand it.
  let read: ReadNames
}

/// What was read to settle a value.
struct ReadNames: Sendable {
  var names: Set<String> = []
  /// The texts of the secrets among them, and what was made of these.
  var secrets: Set<String> = []

  mutating func formUnion(_ other: ReadNames) {
    names.formUnion(other.names)
    secrets.formUnion(other.secrets)
  }
}

/// What became of a text when its `${name}` were expanded.
struct Expansion: Sendable {
  var text = ""
  var isSecret = false
  var isDeferred = false
  var read = ReadNames()

  mutating func append(_ other: Expansion) {
    text += other.text
    isSecret = isSecret || other.isSecret
    isDeferred = isDeferred || other.isDeferred
    read.formUnion(other.read)
  }
}
