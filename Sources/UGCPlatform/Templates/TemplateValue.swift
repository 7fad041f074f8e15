public import Documents

/// What a value of a template is when it is deployed, as far as the template tells.
public enum TemplateValue: Sendable {
  /// A text, number or truth value as it is written. What only deploying tells stands in it as `${…}`, and the resources
  /// that it comes from are mentioned.
  case text(String, mentions: Set<String>)
  case list([TemplateValue])
  /// A mapping, whose values are not resolved yet.
  case mapping(Node)
  /// `AWS::NoValue`.
  case none
  case unknown(reason: String)

  /// The text, where deploying adds nothing to it.
  public var literal: String? {
    if case .text(let text, let mentions) = self, mentions.isEmpty { text } else { nil }
  }

  /// The resources that it comes from.
  public var mentions: Set<String> {
    switch self {
    case .text(_, let mentions): mentions
    case .list(let items): items.reduce(into: []) { $0.formUnion($1.mentions) }
    case .mapping, .none, .unknown: []
    }
  }
}
