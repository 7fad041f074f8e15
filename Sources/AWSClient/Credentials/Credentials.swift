public import FoundationEssentials

/// What requests are signed with; it never shows the secrets.
public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public let accessKeyID: String
  let secretAccessKey: String
  let sessionToken: String?
  /// When they end; nil where they do not.
  public let expiration: Date?
  /// Where they came from, as users know it: "the environment".
  public let source: String

  init(
    accessKeyID: String, secretAccessKey: String, sessionToken: String?, expiration: Date? = nil, source: String
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken.flatMap { $0.isEmpty ? nil : $0 }
    self.expiration = expiration
    self.source = source
  }

  func isSame(as other: Credentials) -> Bool {
    accessKeyID == other.accessKeyID && secretAccessKey == other.secretAccessKey && sessionToken == other.sessionToken
  }

  /// A text without the secrets.
  func masked(_ text: String) -> String {
    [secretAccessKey, sessionToken].compactMap { $0 }.filter { !$0.isEmpty }
      .reduce(text) { $0.replacing($1, with: "***") }
  }

  public var description: String { "\(accessKeyID) from \(source)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID, "source": source]) }
}
