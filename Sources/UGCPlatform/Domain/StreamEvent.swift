public import Instants

/// Something that Amazon IVS told of a channel.
public struct StreamEvent: Sendable, Hashable {
  public let channelArn: String
  /// The stream session's id; nil where IVS does not say it: then it is the newest session that had started by then.
  public let streamID: String?
  public let event: SessionEvent

  public init(channelArn: String, streamID: String?, event: SessionEvent) {
    self.channelArn = channelArn
    self.streamID = streamID
    self.event = event
  }
}

/// An event of a stream session, as the session's `truncatedEvents` keeps it.
public struct SessionEvent: Sendable {
  /// What an event means for its session; at equal times, the smaller one was first.
  public enum Kind: Int, Sendable, Comparable {
    case sessionCreated
    case streamStart
    case starvationStart
    case starvationEnd
    /// A limit was breached, or the stream failed.
    case fault
    case other
    case streamEnd
    case sessionEnded

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// The envelope's id; nil where it was not kept.
  public let id: String?
  /// The envelope's `detail-type`: `IVS Stream State Change`.
  public let type: String
  /// As IVS writes it: `Session Created`.
  public let name: String
  /// Nil in rows that were written without it.
  public let time: Instant?
  public let kind: Kind
  /// What the row has: these values, and any other attributes.
  public let item: JSONValue

  /// - Parameters:
  ///   - id: The envelope's id.
  ///   - type: The envelope's `detail-type`.
  ///   - name: In any case.
  ///   - time: The envelope's time.
  public init(id: String?, type: String, name: String, time: Instant) {
    self.id = id
    self.type = type
    self.name = Self.standardName(name)
    self.time = time
    kind = Self.kind(self.name, type)
    var members: [JSONValue.Member] = [
      .init("eventTime", .string(time.iso8601)), .init("name", .string(self.name)), .init("type", .string(type)),
    ]
    if let id { members.append(.init("id", .string(id))) }
    item = .object(members)
  }

  /// Takes what a row has; what is missing there is nil or empty.
  init(item: JSONValue) {
    id = item["id"]?.string
    type = item["type"]?.string ?? ""
    name = Self.standardName(item["name"]?.string ?? "")
    time = (item["eventTime"]?.string).flatMap(Instant.init(iso8601:))
    kind = Self.kind(name, type)
    self.item = item
  }

  private static func kind(_ name: String, _ type: String) -> Kind {
    kinds[name] ?? (type == "IVS Limit Breach" ? .fault : .other)
  }

  private static let kinds: [String: Kind] = [
    "Session Created": .sessionCreated, "Stream Start": .streamStart, "Starvation Start": .starvationStart,
    "Starvation End": .starvationEnd, "Stream Failure": .fault, "Stream End": .streamEnd,
    "Session Ended": .sessionEnded,
  ]

  /// A name as IVS writes it, where it is one that says something of the session's state.
  private static func standardName(_ name: String) -> String {
    kinds[name] == nil ? standardNames[name.lowercased()] ?? name : name
  }

  private static let standardNames = Dictionary(
    kinds.keys.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
}

extension SessionEvent: Hashable, Comparable {
  public static func == (left: Self, right: Self) -> Bool {
    left.id == right.id && left.isLike(right)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(time)
    hasher.combine(name)
  }

  /// By time; those without one are first.
  public static func < (left: Self, right: Self) -> Bool {
    if left.time != right.time {
      guard let time = left.time else { return true }
      return right.time.map { time < $0 } ?? false
    }
    return (left.kind.rawValue, left.type, left.name, left.id ?? "")
      < (right.kind.rawValue, right.type, right.name, right.id ?? "")
  }

  /// Whether all but the ids are equal.
  func isLike(_ other: Self) -> Bool {
    time == other.time && name == other.name && type == other.type
  }
}
