import NIOHTTP1

/// A request to be sent, signed or not.
struct HTTPRequest: Sendable {
  var method = HTTPMethod.POST
  var endpoint: Endpoint
  /// Not encoded.
  var query: [(name: String, value: String)] = []
  var headers = HTTPHeaders()
  var body: [UInt8] = []

  /// The path with the query, encoded.
  var target: String {
    guard !query.isEmpty else { return endpoint.path }
    let pairs = query.map { "\(URIEncoding.encoded($0.name))=\(URIEncoding.encoded($0.value))" }
    return "\(endpoint.path)?\(pairs.joined(separator: "&"))"
  }

  var url: String { "\(endpoint.origin)\(target)" }
}

/// What was answered, whole.
struct HTTPAnswer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: [UInt8]
}
