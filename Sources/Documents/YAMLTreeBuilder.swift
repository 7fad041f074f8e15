import Diagnostics

/// Builds the tree from libyaml's events and checks every limit as it goes.
struct YAMLTreeBuilder {
  private let source: SourceText
  private let limits: DocumentLimits
  private var open: [Collection] = []
  private var anchors: [String: (node: Node, weight: Int, depth: Int)] = [:]
  private var root: Node?
  private var weight = 0
  /// How many levels are open; a tag that stands for a key is one of its own.
  private var level = 0
  private var problems: [Diagnostic] = []

  /// A sequence or mapping whose end has not come yet.
  private struct Collection {
    var isMapping: Bool
    var start: SourceRange
    var anchor: String?
    /// The key that the collection's tag stands for.
    var tagKey: String?
    var weightBefore: Int
    /// How many levels there are in it, itself among them.
    var depth = 1
    var items: [Node] = []
    var entries: [Node.Entry] = []
    var keys: [String: SourceRange] = [:]
    var pendingKey: (text: String, range: SourceRange, isMerge: Bool)?
    var merges: [Node] = []
  }

  init(source: SourceText, limits: DocumentLimits) {
    self.source = source
    self.limits = limits
  }

  var document: Document {
    let start = SourcePosition(line: 1, column: 1)
    let nothing = Node(.null, range: SourceRange(start: start, end: start))
    return Document(source: source, root: root ?? nothing, problems: problems)
  }

  /// - Parameters:
  ///   - event: The next event.
  ///   - tagKey: The key of the mapping that its tag is short for.
  /// - Throws: A `DiagnosticError` where the event cannot stand here.
  mutating func add(_ event: YAMLEvent, tagKey: String?) throws(DiagnosticError) {
    if tagKey == nil { try requireKnown(event.tag, at: event.range) }
    switch event.kind {
    case .documentStart:
      guard root == nil else {
        throw error("a second document starts here", event.range, help: "keep one document in a file")
      }
    case .documentEnd:
      break
    case .scalar(let text, let isPlain):
      try addScalar(text, isPlain: isPlain, event, tagKey)
    case .alias(let name):
      guard let anchored = anchors[name] else {
        throw error(
          "the alias `*\(name)` has no anchor", event.range, help: Suggestion.help(for: name, among: anchors.keys))
      }
      try count(anchored.weight, at: event.range)
      try requireDepth(level + anchored.depth, at: event.range)
      noteDepth(anchored.depth)
      try place(anchored.node, at: event.range)
    case .sequenceStart, .mappingStart:
      level += tagKey == nil ? 1 : 2
      try requireDepth(level, at: event.range)
      let isMapping = if case .mappingStart = event.kind { true } else { false }
      open.append(
        Collection(
          isMapping: isMapping, start: event.range, anchor: event.anchor, tagKey: tagKey, weightBefore: weight,
          depth: tagKey == nil ? 1 : 2))
      try count(1, at: event.range)
    case .collectionEnd:
      try close(at: event.range)
    }
  }

  private mutating func addScalar(
    _ text: String, isPlain: Bool, _ event: YAMLEvent, _ tagKey: String?
  ) throws(DiagnosticError) {
    let content: Node.Content =
      switch event.tag {
      case "tag:yaml.org,2002:str"?: .string(text)
      case let tag? where tag.hasPrefix("tag:yaml.org,2002:"): ScalarSchema.content(ofPlain: text)
      default: isPlain ? ScalarSchema.content(ofPlain: text) : .string(text)
      }
    try count(1, at: event.range)
    let node = tagged(Node(content, range: event.range), tagKey, at: event.range)
    if let anchor = event.anchor { anchors[anchor] = (node, 1, tagKey == nil ? 0 : 1) }
    let isMerge = isPlain && text == "<<" && event.tag == nil
    try place(node, at: event.range, isMerge: isMerge)
  }

  private mutating func close(at range: SourceRange) throws(DiagnosticError) {
    guard let collection = open.popLast() else { return }
    level -= collection.tagKey == nil ? 1 : 2
    noteDepth(collection.depth)
    let whole = SourceRange(start: collection.start.start, end: range.end)
    let content: Node.Content =
      collection.isMapping ? .mapping(try merged(collection)) : .sequence(collection.items)
    let node = tagged(Node(content, range: whole), collection.tagKey, at: collection.start)
    if let anchor = collection.anchor {
      anchors[anchor] = (node, weight - collection.weightBefore, collection.depth)
    }
    try place(node, at: whole)
  }

  /// What a value is with the key that its tag stands for.
  private func tagged(_ node: Node, _ key: String?, at range: SourceRange) -> Node {
    guard let key else { return node }
    return Node(.mapping([Node.Entry(key: key, keyRange: range, value: node)]), range: node.range)
  }

  /// Puts a finished node where it belongs: into the open collection, or at the root.
  private mutating func place(_ node: Node, at range: SourceRange, isMerge: Bool = false) throws(DiagnosticError) {
    guard let innermost = open.indices.last else {
      root = node
      return
    }
    guard open[innermost].isMapping else {
      open[innermost].items.append(node)
      return
    }
    guard let key = open[innermost].pendingKey else {
      open[innermost].pendingKey = (try keyText(node, at: range), range, isMerge)
      return
    }
    open[innermost].pendingKey = nil
    if key.isMerge {
      open[innermost].merges.append(node)
    } else if let first = open[innermost].keys[key.text] {
      let notes = [Diagnostic.Note("first written here", at: origin(first))]
      problems.append(
        Diagnostic(
          .error, "the key `\(key.text)` is written twice", at: origin(key.range), help: "remove one of them",
          notes: notes))
    } else {
      open[innermost].keys[key.text] = key.range
      open[innermost].entries.append(Node.Entry(key: key.text, keyRange: key.range, value: node))
    }
  }

  /// The entries of a mapping with those of its `<<`: its own win, then the earlier merge.
  private func merged(_ collection: Collection) throws(DiagnosticError) -> [Node.Entry] {
    var entries = collection.entries
    var keys = Set(collection.keys.keys)
    for merge in collection.merges {
      let sources: [Node] = if case .sequence(let items) = merge.content { items } else { [merge] }
      for source in sources {
        guard case .mapping(let more) = source.content else {
          throw error("`<<` merges mappings, not \(source.kindName)", merge.range)
        }
        for entry in more where keys.insert(entry.key).inserted {
          entries.append(entry)
        }
      }
    }
    return entries
  }

  private func keyText(_ node: Node, at range: SourceRange) throws(DiagnosticError) -> String {
    switch node.content {
    case .null: return ""
    case .sequence, .mapping:
      throw error(
        "a key must be text, not \(node.kindName)", range, help: "put the key, or a value with braces, in quotes")
    default: return node.scalarText ?? ""
    }
  }

  /// What was put into the open collection has this many levels.
  private mutating func noteDepth(_ depth: Int) {
    guard let innermost = open.indices.last else { return }
    open[innermost].depth = max(open[innermost].depth, depth + 1)
  }

  private func requireDepth(_ depth: Int, at range: SourceRange) throws(DiagnosticError) {
    guard depth <= limits.depth else { throw error("this is nested more than \(limits.depth) levels deep", range) }
  }

  private mutating func count(_ more: Int, at range: SourceRange) throws(DiagnosticError) {
    weight += more
    guard weight <= limits.nodes else {
      throw error("aliases expand this document to more than \(limits.nodes) values", range)
    }
  }

  private func requireKnown(_ tag: String?, at range: SourceRange) throws(DiagnosticError) {
    guard let tag, !tag.hasPrefix("tag:yaml.org,2002:") else { return }
    guard tag != "!" else {
      throw error("YAML takes the `!` before this value for a tag", range, help: "put the whole value in quotes")
    }
    throw error("the tag `\(tag)` has no meaning here", range, help: "remove the tag, or put the value in quotes")
  }

  private func origin(_ range: SourceRange) -> Origin {
    .source(SourceLocation(source: source, range: range))
  }

  private func error(_ message: String, _ range: SourceRange, help: String? = nil) -> DiagnosticError {
    DiagnosticError(message, at: origin(range), help: help)
  }
}
