public import Documents

/// A row of the streams table: one stream session of a channel.
public struct StreamSession: Sendable, Hashable {
  /// What ids of seeded sessions begin with.
  public static let seedPrefix = "mock-stream-id-"

  public let channelArn: String
  public let id: String
  /// ISO 8601.
  public let startTime: String
  /// Whether the session is in `isOpenIndex`.
  public let isOpen: Bool
  /// Every attribute, those above among them.
  public let item: JSONValue

  /// Takes the keys out of an item, or gives nil where one of them is missing or empty.
  public init?(item: JSONValue) {
    guard let channelArn = item.key("channelArn"), let id = item.key("id"), let startTime = item.key("startTime") else {
      return nil
    }
    self.channelArn = channelArn
    self.id = id
    self.startTime = startTime
    isOpen = item["isOpen"] != nil
    self.item = item
  }
}
