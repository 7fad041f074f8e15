import Crypto
import FoundationEssentials
import NIOHTTP1

/// AWS's signature of a request, version 4.
///
/// Source: "Signing AWS API requests", AWS Identity and Access Management User Guide.
struct SignatureV4: Sendable {
  let credentials: Credentials
  let region: String
  /// The service's signing name.
  let service: String

  /// Adds the headers that make the request genuine: `Host`, `X-Amz-Date`, the session token and the signature.
  ///
  /// - Parameters:
  ///   - request: The request, whole; nothing of it may change afterwards.
  ///   - date: The instant that the server's clock shows.
  func sign(_ request: inout HTTPRequest, at date: Date) {
    let time = Self.timestamp(date)
    request.headers.replaceOrAdd(name: "Host", value: request.endpoint.authority)
    request.headers.replaceOrAdd(name: "X-Amz-Date", value: time)
    if let token = credentials.sessionToken {
      request.headers.replaceOrAdd(name: "X-Amz-Security-Token", value: token)
    } else {
      request.headers.remove(name: "X-Amz-Security-Token")
    }
    request.headers.remove(name: "Authorization")
    let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
    let headers = Self.canonicalHeaders(request.headers)
    let names = headers.map(\.name).joined(separator: ";")
    let canonical = [
      request.method.rawValue, URIEncoding.encoded(request.endpoint.path, keeping: [UInt8(ascii: "/")]),
      Self.canonicalQuery(request.query), headers.map { "\($0.name):\($0.value)\n" }.joined(), names,
      Self.hexadecimal(SHA256.hash(data: request.body)),
    ].joined(separator: "\n")
    let toSign = [
      "AWS4-HMAC-SHA256", time, scope, Self.hexadecimal(SHA256.hash(data: Array(canonical.utf8))),
    ].joined(separator: "\n")
    let signature = Self.hexadecimal(
      HMAC<SHA256>.authenticationCode(for: Array(toSign.utf8), using: key(day: String(time.prefix(8)))))
    request.headers.add(
      name: "Authorization",
      value: "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
        + "SignedHeaders=\(names), Signature=\(signature)")
  }

  private func key(day: String) -> SymmetricKey {
    var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
    for part in [day, region, service, "aws4_request"] {
      key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
    }
    return key
  }

  private static func canonicalHeaders(_ headers: HTTPHeaders) -> [(name: String, value: String)] {
    var values: [String: [String]] = [:]
    for (name, value) in headers where !unsigned.contains(name.lowercased()) {
      values[name.lowercased(), default: []].append(value.split(separator: " ").joined(separator: " "))
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }

  /// What a proxy on the way may change.
  private static let unsigned: Set<String> = ["connection", "user-agent", "transfer-encoding", "expect"]

  private static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
    query.map { (URIEncoding.encoded($0.name), URIEncoding.encoded($0.value)) }
      .sorted { $0 < $1 }
      .map { "\($0.0)=\($0.1)" }
      .joined(separator: "&")
  }

  /// `20260131T120000Z`.
  static func timestamp(_ date: Date) -> String {
    date.formatted(
      .iso8601.year().month().day().dateSeparator(.omitted).time(includingFractionalSeconds: false)
        .timeSeparator(.omitted).timeZone(separator: .omitted))
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]] }
    return String(decoding: text, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
