public import Diagnostics
public import Documents
import Instants

/// What EventBridge delivers: an event of IVS, or one that is none of the platform's business.
public enum EventEnvelope: Sendable, Hashable {
  case event(StreamEvent)
  case skipped(EventSkip)

  /// The longest text that becomes part of a row.
  private static let textLimit = ItemLimits.sortKeyBytes

  /// Reads an envelope.
  ///
  /// - Parameters:
  ///   - node: The JSON object.
  ///   - source: The text that it is a part of.
  /// - Throws: A `DiagnosticError` with the place of the first thing that is wrong with it.
  public init(_ node: Node, of source: SourceText) throws(DiagnosticError) {
    let reader = EnvelopeReader(node: node, source: source, textLimit: Self.textLimit)
    self = try reader.read()
  }
}

private struct EnvelopeReader {
  let node: Node
  let source: SourceText
  let textLimit: Int

  func read() throws(DiagnosticError) -> EventEnvelope {
    guard case .mapping = node.content else {
      throw fault("an event is an object, not \(node.kindName)", node)
    }
    guard try text("source", of: node) == "aws.ivs" else { return .skipped(.notIVS) }
    let type = try text("detail-type", of: node)
    guard let nameField = Self.nameFields[type] else { return .skipped(Self.skips[type] ?? .unknownType) }
    let detail = try member("detail", of: node)
    guard case .mapping = detail.content else {
      throw fault("`detail` must be an object, not \(detail.kindName)", detail)
    }
    let name = try text(nameField, of: detail, as: "detail.\(nameField)")
    let time = try time()
    let resources = try resources()
    if type == "IVS Limit Breach", resources.isEmpty { return .skipped(.accountLevel) }
    guard let channelArn = resources.first(where: { $0.contains(":channel/") }) else {
      throw fault("`resources` names no channel", try member("resources", of: node))
    }
    return .event(
      StreamEvent(
        channelArn: try key(channelArn, try member("resources", of: node), as: "resources"),
        streamID: try optionalKey("stream_id", of: detail, as: "detail.stream_id"),
        event: SessionEvent(id: try optionalKey("id", of: node, as: "id"), type: type, name: name, time: time)))
  }

  /// Where each type of a channel's events has its name.
  private static let nameFields = [
    "IVS Stream State Change": "event_name", "IVS Stream Health Change": "event_name", "IVS Limit Breach": "limit_name",
    "IVS Recording State Change": "recording_status",
  ]

  private static let skips: [String: EventSkip] = [
    "IVS Stage Update": .stage, "IVS Composition State Change": .stage,
    "IVS Participant Recording State Change": .stage,
    "IVS Publisher Recording State Change": .stage, "AWS API Call via CloudTrail": .apiCall,
  ]

  private func time() throws(DiagnosticError) -> Instant {
    let node = try member("time", of: self.node)
    guard case .string(let text) = node.content, let time = Instant(iso8601: text) else {
      throw fault("`time` must be an instant such as 2026-01-31T12:00:00Z", node)
    }
    return time
  }

  private func resources() throws(DiagnosticError) -> [String] {
    let node = try member("resources", of: self.node)
    guard case .sequence(let items) = node.content else {
      throw fault("`resources` must be a list, not \(node.kindName)", node)
    }
    var resources: [String] = []
    for item in items { resources.append(try text(item, as: "resources")) }
    return resources
  }

  private func text(_ key: String, of node: Node, as path: String? = nil) throws(DiagnosticError) -> String {
    try text(try member(key, of: node, as: path), as: path ?? key)
  }

  private func optionalKey(_ name: String, of node: Node, as path: String) throws(DiagnosticError) -> String? {
    guard let value = node[name] else { return nil }
    if case .null = value.content { return nil }
    return try key(try text(value, as: path), value, as: path)
  }

  /// Other characters would be another text to one store than to another.
  private func key(_ text: String, _ node: Node, as path: String) throws(DiagnosticError) -> String {
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw fault("`\(path)` may only have printable ASCII characters", node)
    }
    return text
  }

  private func text(_ value: Node, as path: String) throws(DiagnosticError) -> String {
    guard case .string(let text) = value.content else {
      throw fault("`\(path)` must be text, not \(value.kindName)", value)
    }
    guard !text.isEmpty else { throw fault("`\(path)` is empty", value) }
    guard text.utf8.count <= textLimit else { throw fault("`\(path)` is longer than \(textLimit) bytes", value) }
    return text
  }

  private func member(_ key: String, of node: Node, as path: String? = nil) throws(DiagnosticError) -> Node {
    guard let value = node[key] else { throw fault("an event needs `\(path ?? key)`", node) }
    return value
  }

  private func fault(_ message: String, _ node: Node) -> DiagnosticError {
    DiagnosticError(message, at: .source(SourceLocation(source: source, range: node.range)))
  }
}
