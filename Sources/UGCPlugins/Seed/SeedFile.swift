import FoundationEssentials
import Instants
import TaskKit
import UGCPlatform

/// A JSON file of channels and stream sessions, checked whole.
///
/// `{"users": [channel…], "streamSessions": [session…]}`; any further attributes of an item are kept as they are.
struct SeedFile {
  private static let limits = DocumentLimits(bytes: 512 << 20, nodes: .max)

  /// The channels in the file's order, each with its sessions; then sessions of channels that the file has not.
  let entries: [SeedEntry]
  let channelCount: Int
  let sessionCount: Int
  let warnings: [Finding]

  /// Reads and checks a file.
  ///
  /// - Parameters:
  ///   - path: The absolute path.
  ///   - input: The input that names the file.
  /// - Returns: The file's rows.
  /// - Throws: A `DiagnosticError` with every fault of the file.
  static func read(_ path: String, named input: Input<String?>) throws(DiagnosticError) -> SeedFile {
    let name = input.origin.name(ofFile: input.written)
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try FileContents.read(path, upTo: limits.bytes)
    } catch {
      throw DiagnosticError(
        "the file \(name) cannot be read: \(error)", at: input.origin,
        help: "seed.example.json shows what such a file holds")
    }
    let source = SourceText(name: name, path: path, bytes: bytes)
    var reader = SeedFileReader(try JSON.parse(source, limits: limits))
    return try reader.read()
  }

  fileprivate init(entries: [SeedEntry], channelCount: Int, sessionCount: Int, warnings: [Finding]) {
    self.entries = entries
    self.channelCount = channelCount
    self.sessionCount = sessionCount
    self.warnings = warnings
  }
}

private struct SeedFileReader {
  private let document: Document
  private var problems: [Diagnostic]
  private var warnings: [Finding] = []
  /// By bytes, as DynamoDB compares keys.
  private var taken: [[UInt8]: SourceRange] = [:]
  /// Ids as the file has them with those that the items get.
  private var prefixedIDs: [String: String] = [:]

  init(_ document: Document) {
    self.document = document
    problems = document.problems
  }

  mutating func read() throws(DiagnosticError) -> SeedFile {
    let (users, sessions) = lists()
    var entries: [SeedEntry] = []
    var entryOfArn: [String: Int] = [:]
    for (index, node) in users.enumerated() {
      guard let channel = channel(node, at: "users[\(index)]") else { continue }
      entryOfArn[channel.channelArn] = entries.count
      entries.append(SeedEntry(channel: channel, sessions: []))
    }
    var strays: [SeedEntry] = []
    var sessionCount = 0
    for (index, node) in sessions.enumerated() {
      let path = "streamSessions[\(index)]"
      guard let session = session(node, at: path) else { continue }
      sessionCount += 1
      if let entry = entryOfArn[session.channelArn] {
        entries[entry].sessions.append(session)
      } else {
        strays.append(SeedEntry(channel: nil, sessions: [session]))
        warnAboutStray(session, node, at: path)
      }
    }
    guard problems.isEmpty else { throw DiagnosticError(problems) }
    return SeedFile(
      entries: entries + strays, channelCount: entries.count, sessionCount: sessionCount, warnings: warnings)
  }

  private mutating func lists() -> (users: [Node], sessions: [Node]) {
    guard case .mapping(let members) = document.root.content else {
      complain("a seed file is an object, not \(document.root.kindName)", document.root.range, help: Self.shape)
      return ([], [])
    }
    var lists: [String: [Node]] = [:]
    for member in members {
      guard ["users", "streamSessions"].contains(member.key) else {
        let help = Suggestion.help(for: member.key, among: ["users", "streamSessions"]) ?? Self.shape
        complain("a seed file has no `\(member.key)`", member.keyRange, help: help)
        continue
      }
      guard case .sequence(let items) = member.value.content else {
        complain("`\(member.key)` must be a list, not \(member.value.kindName)", member.value.range, help: Self.shape)
        continue
      }
      lists[member.key] = items
    }
    return (lists["users"] ?? [], lists["streamSessions"] ?? [])
  }

  private mutating func channel(_ node: Node, at path: String) -> Channel? {
    let isComplete = requireKeys(["id", "channelArn", "email", "username"], of: node, at: path)
    requireStorable(node, at: path)
    requireUnique("id", of: node, at: path, as: Channel.seedPrefix.prefixing)
    requireUnique("channelArn", of: node, at: path)
    guard isComplete, let id = node["id"]?.scalarText else { return nil }
    let prefixed = Channel.seedPrefix.prefixing(id)
    prefixedIDs[id] = prefixed
    return Channel(item: JSONValue(node).setting("id", prefixed))
  }

  private mutating func session(_ node: Node, at path: String) -> StreamSession? {
    let isComplete = requireKeys(["channelArn", "id", "startTime"], of: node, at: path)
    requireStorable(node, at: path)
    requireUnique("id", of: node, at: path, as: StreamSession.seedPrefix.prefixing)
    if let start = node["startTime"], case .string(let text) = start.content, !text.isEmpty,
      Date(inputText: text) == nil
    {
      complain("`\(path).startTime` must be an instant such as 2026-01-31T12:00:00Z, not `\(text)`", start.range)
    }
    if let isOpen = node["isOpen"], isOpen.stringText != "true" {
      complain(
        "`\(path).isOpen` must be \"true\" where the session is live", isOpen.range,
        help: "leave it out where the session has ended")
    }
    guard isComplete, let id = node["id"]?.scalarText else { return nil }
    var item = JSONValue(node).setting("id", StreamSession.seedPrefix.prefixing(id))
    // The table's order of sessions is that of the texts.
    if let start = item["startTime"]?.string, !start.hasSuffix("Z"), let instant = Instant(iso8601: start) {
      item = item.setting("startTime", instant.iso8601)
    }
    // The platform joins a session with its channel by the user's id.
    if let user = item["userSub"]?.string, let prefixed = prefixedIDs[user] { item = item.setting("userSub", prefixed) }
    return StreamSession(item: item)
  }

  /// Keys of the tables and of their indexes: DynamoDB refuses an item without one, or with an empty one.
  private mutating func requireKeys(_ keys: [String], of node: Node, at path: String) -> Bool {
    guard case .mapping = node.content else {
      complain("`\(path)` must be an object, not \(node.kindName)", node.range)
      return false
    }
    let before = problems.count
    for key in keys {
      guard let value = node[key] else {
        let start = SourceRange(start: node.range.start, end: node.range.start)
        complain("`\(path).\(key)` is missing", start, help: "add \"\(key)\": \"…\"")
        continue
      }
      guard let text = value.stringText else {
        complain("`\(path).\(key)` must be text, not \(value.kindName)", value.range, help: "put it in double quotes")
        continue
      }
      if text.isEmpty { complain("`\(path).\(key)` is empty", value.range, help: "a key of a table cannot be empty") }
      let isSortKey = path.hasPrefix("streamSessions") && key != "channelArn"
      let limit = isSortKey ? ItemLimits.sortKeyBytes : ItemLimits.partitionKeyBytes
      // An id may still get its prefix.
      if text.utf8.count + StreamSession.seedPrefix.utf8.count > limit {
        complain("`\(path).\(key)` is too long for a key: DynamoDB takes \(limit) bytes", value.range)
      }
    }
    return problems.count == before
  }

  private mutating func requireUnique(
    _ key: String, of node: Node, at path: String, as identity: (String) -> String = { $0 }
  ) {
    guard let value = node[key], let text = value.stringText, !text.isEmpty else { return }
    let list = path.prefix { $0 != "[" }
    let slot = Array("\(list).\(key)=\(identity(text))".utf8)
    if let first = taken[slot] {
      problems.append(
        Diagnostic(
          .error, "`\(path).\(key)` is `\(text)`, which an earlier item has", at: origin(value.range),
          help: "each item needs its own", notes: [Diagnostic.Note("the earlier item", at: origin(first))]))
    } else {
      taken[slot] = value.range
    }
  }

  private mutating func requireStorable(_ node: Node, at path: String) {
    let start = SourceRange(start: node.range.start, end: node.range.start)
    // Names and texts take as many bytes in DynamoDB as in the file, at the most.
    if JSONValue(node).text.utf8.count > ItemLimits.bytes {
      complain("`\(path)` is larger than 400 KB, DynamoDB's limit of an item", start, help: "leave attributes out")
    }
    requireStorable(node, at: path, depth: 0)
  }

  private mutating func requireStorable(_ node: Node, at path: String, depth: Int) {
    guard depth <= ItemLimits.depth else {
      complain("`\(path)` is nested more than \(ItemLimits.depth) levels deep, DynamoDB's limit", node.range)
      return
    }
    switch node.content {
    case .integer(let text), .decimal(let text):
      if !ItemLimits.fits(number: text) {
        complain(
          "`\(path)` is a number that DynamoDB cannot keep", node.range,
          help: "it keeps 38 digits, up to 9.99e125; put it in quotes to keep it as text")
      }
    case .sequence(let items):
      for (index, item) in items.enumerated() { requireStorable(item, at: "\(path)[\(index)]", depth: depth + 1) }
    case .mapping(let entries):
      for entry in entries { requireStorable(entry.value, at: "\(path).\(entry.key)", depth: depth + 1) }
    case .null, .boolean, .string: break
    }
  }

  private mutating func warnAboutStray(_ session: StreamSession, _ node: Node, at path: String) {
    let range = node["channelArn"]?.range ?? node.range
    warnings.append(
      Finding(
        code: "session-without-channel", severity: .warning, subject: session.id,
        message: "`\(path).channelArn` is `\(session.channelArn)`, which no user of the file has",
        help: "add the user, unless the stack has it", place: origin(range).description))
  }

  private mutating func complain(_ message: String, _ range: SourceRange, help: String? = nil) {
    problems.append(Diagnostic(.error, message, at: origin(range), help: help))
  }

  private func origin(_ range: SourceRange) -> Origin {
    .source(SourceLocation(source: document.source, range: range))
  }

  private static let shape = "write {\"users\": […], \"streamSessions\": […]}"
}

extension Node {
  /// The text, where the node is one.
  fileprivate var stringText: String? {
    if case .string(let text) = content { text } else { nil }
  }
}

extension String {
  /// The text with this prefix before it, unless it has it.
  fileprivate func prefixing(_ text: String) -> String {
    text.hasPrefix(self) ? text : self + text
  }
}

extension JSONValue {
  /// The object with another text under a key that it has.
  fileprivate func setting(_ key: String, _ text: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.map { $0.key == key ? Member(key, .string(text)) : $0 })
  }
}
