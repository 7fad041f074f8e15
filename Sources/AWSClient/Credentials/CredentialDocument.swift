import Documents
import FoundationEssentials

/// The JSON that processes, containers and instances give credentials in.
enum CredentialDocument {
  /// - Parameters:
  ///   - bytes: The JSON text.
  ///   - tokenKey: What the session token is called.
  ///   - source: Where it came from.
  /// - Returns: The credentials, or nil where the text holds none.
  static func credentials(in bytes: [UInt8], tokenKey: String, source: String) -> Credentials? {
    guard let json = JSONValue(parsing: bytes),
      let key = json["AccessKeyId"]?.string, !key.isEmpty, let secret = json["SecretAccessKey"]?.string, !secret.isEmpty
    else { return nil }
    return Credentials(
      accessKeyID: key, secretAccessKey: secret, sessionToken: json[tokenKey]?.string,
      expiration: json["Expiration"]?.string.flatMap(instant), source: source)
  }

  /// Reads an ISO 8601 instant, with or without fractions of a second.
  static func instant(_ text: String) -> Date? {
    (try? Date(text, strategy: .iso8601))
      ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }
}
