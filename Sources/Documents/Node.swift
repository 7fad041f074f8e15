public import Diagnostics

/// A value of a YAML or JSON document, with its place.
public struct Node: Sendable {
  /// What the node is.
  ///
  /// Numbers and truth values keep the text they were written with.
  public enum Content: Sendable {
    case null
    case boolean(Bool, written: String)
    case integer(String)
    case decimal(String)
    case string(String)
    case sequence([Node])
    case mapping([Entry])
  }

  /// A key of a mapping with its value; entries keep the order they were written in.
  public struct Entry: Sendable {
    public let key: String
    public let keyRange: SourceRange
    public let value: Node

    init(key: String, keyRange: SourceRange, value: Node) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }
  }

  public let content: Content
  public let range: SourceRange

  init(_ content: Content, range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// The text of a scalar as the user wrote it, or nil for null, sequences and mappings.
  public var scalarText: String? {
    switch content {
    case .boolean(_, let text), .integer(let text), .decimal(let text), .string(let text): text
    case .null, .sequence, .mapping: nil
    }
  }

  /// What the node is, for messages: "a list", "text".
  public var kindName: String {
    switch content {
    case .null: "nothing"
    case .boolean: "true or false"
    case .integer: "a whole number"
    case .decimal: "a number"
    case .string: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The value of a key, where the node is a mapping that has it.
  public subscript(key: String) -> Node? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }
}

/// A document that could be read, and what is wrong with it all the same, such as keys written twice.
public struct Document: Sendable {
  public let source: SourceText
  public let root: Node
  public let problems: [Diagnostic]
}

/// How large a document may be; each limit is checked while the text is read.
public struct DocumentLimits: Sendable {
  public var bytes: Int
  public var depth: Int
  /// How many nodes the document may have once its aliases are expanded.
  public var nodes: Int

  public init(bytes: Int, depth: Int = 100, nodes: Int = 2_000_000) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }

  /// 16 MiB, 100 levels, two million nodes.
  public static let taskFile = DocumentLimits(bytes: 16 << 20)
}
