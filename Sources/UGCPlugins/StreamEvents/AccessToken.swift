import Crypto
import FoundationEssentials
import HTTPTypes

/// What clients must show: as `Authorization: Bearer TOKEN`, or as `X-Api-Key: TOKEN`.
struct AccessToken: Sendable {
  private let digest: SHA256.Digest

  init(_ token: String) {
    digest = Self.digest(token)
  }

  /// Takes the same time for every wrong token: digests are compared, in constant time.
  func admits(_ headers: HTTPFields) -> Bool {
    let bearer = headers[.authorization].flatMap { value in
      value.lowercased().hasPrefix("bearer ") ? String(value.dropFirst("bearer ".count)) : nil
    }
    let shown = bearer ?? HTTPField.Name("X-Api-Key").flatMap { headers[$0] } ?? ""
    return Self.digest(shown) == digest
  }

  private static func digest(_ text: String) -> SHA256.Digest {
    SHA256.hash(data: Data(text.utf8))
  }
}
