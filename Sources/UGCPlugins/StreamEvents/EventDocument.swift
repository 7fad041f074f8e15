import TaskKit
import UGCPlatform

/// A JSON text that holds events: an envelope, a list of them, or what SQS, SNS and Lambda wrap around them.
enum EventDocument {
  /// One of the things that a text holds.
  enum Item: Sendable {
    case envelope(EventEnvelope)
    /// What should be an envelope is none, and why.
    case fault(Diagnostic)
  }

  /// How deep wrappings go into each other: a queue's message that holds a notification that holds the event.
  private static let deepest = 5

  /// Reads a text; of a list, each item for itself.
  static func items(in source: SourceText) -> [Item] {
    items(in: source, wrappings: 0)
  }

  /// Reads a text that is one envelope.
  ///
  /// - Throws: A `DiagnosticError` with the place of the first fault.
  static func envelope(in source: SourceText) throws(DiagnosticError) -> EventEnvelope {
    try EventEnvelope(try parse(source).root, of: source)
  }

  private static func parse(_ source: SourceText) throws(DiagnosticError) -> Document {
    let document = try JSON.parse(source, limits: DocumentLimits(bytes: .max))
    guard document.problems.isEmpty else { throw DiagnosticError(document.problems) }
    return document
  }

  private static func items(in source: SourceText, wrappings: Int) -> [Item] {
    do throws(DiagnosticError) {
      return items(in: try parse(source).root, of: source, wrappings)
    } catch {
      return [fault(error)]
    }
  }

  private static func items(in node: Node, of source: SourceText, _ wrappings: Int) -> [Item] {
    if case .sequence(let nodes) = node.content { return nodes.flatMap { items(in: $0, of: source, wrappings) } }
    if node["detail-type"] == nil, wrappings < deepest {
      for list in ["Messages", "Records"] {
        guard case .sequence(let nodes)? = node[list]?.content else { continue }
        return nodes.flatMap { items(in: $0, of: source, wrappings + 1) }
      }
      if let notification = node["Sns"] { return items(in: notification, of: source, wrappings + 1) }
      for text in ["Body", "body", "Message"] {
        guard let body = node[text], case .string(let content) = body.content else { continue }
        let inner = SourceText(
          name: "\(source.name):\(body.range.start.line), the text of \(text)", path: source.path,
          bytes: Array(content.utf8))
        return items(in: inner, wrappings: wrappings + 1)
      }
    }
    do throws(DiagnosticError) {
      return [.envelope(try EventEnvelope(node, of: source))]
    } catch {
      return [fault(error)]
    }
  }

  private static func fault(_ error: DiagnosticError) -> Item {
    .fault(error.diagnostics.first ?? Diagnostic(.error, "this is no event"))
  }
}
