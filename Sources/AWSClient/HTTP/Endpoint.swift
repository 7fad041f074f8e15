import FoundationEssentials

/// Where a service listens.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  let scheme: String
  let host: String
  /// Nil for the scheme's own.
  let port: Int?
  /// Begins with a slash.
  let path: String

  /// Takes an `http` or `https` address without a query.
  init?(_ text: String) {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = url.host(), !host.isEmpty, url.query() == nil, (1...65_535).contains(url.port ?? 1)
    else { return nil }
    self.scheme = scheme
    self.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    port = url.port
    let path = url.path()
    self.path = path.isEmpty ? "/" : path
  }

  init(host: String) {
    scheme = "https"
    self.host = host
    port = nil
    path = "/"
  }

  /// The value of the `Host` header.
  var authority: String {
    let ownPort = scheme == "https" ? 443 : 80
    guard let port, port != ownPort else { return host }
    return "\(host):\(port)"
  }

  /// The scheme and the authority.
  var origin: String { "\(scheme)://\(authority)" }

  public var description: String { path == "/" ? origin : origin + path }

  /// The same place with another path.
  func at(_ path: String) -> Endpoint? {
    Endpoint("\(origin)\(path)")
  }
}
