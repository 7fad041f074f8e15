public import Documents

/// A row of the channels table: a user with the user's IVS channel.
public struct Channel: Sendable, Hashable {
  /// What ids of seeded channels begin with.
  public static let seedPrefix = "mock-user-id-"

  public let id: String
  public let channelArn: String
  public let username: String
  public let email: String
  /// Every attribute, the four above among them.
  public let item: JSONValue

  /// Takes the keys out of an item, or gives nil where one of them is missing or empty.
  public init?(item: JSONValue) {
    guard let id = item.key("id"), let channelArn = item.key("channelArn"), let username = item.key("username"),
      let email = item.key("email")
    else { return nil }
    self.id = id
    self.channelArn = channelArn
    self.username = username
    self.email = email
    self.item = item
  }
}
