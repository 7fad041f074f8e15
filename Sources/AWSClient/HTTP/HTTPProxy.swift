import AsyncHTTPClient
import FoundationEssentials

/// The proxy that the environment names for a request.
struct HTTPProxy: Sendable, Hashable {
  let host: String
  let port: Int
  private let user: String?
  private let password: String?

  /// Nil where the endpoint is called directly.
  init?(for endpoint: Endpoint, in environment: [String: String]) {
    func value(_ name: String) -> String? {
      [name.lowercased(), name].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    guard let text = value(endpoint.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY"),
      let url = URL(string: text.contains("://") ? text : "http://\(text)"), let host = url.host(), !host.isEmpty,
      (1...65_535).contains(url.port ?? 1),
      !Self.isExempt(endpoint.host, value("NO_PROXY") ?? "")
    else { return nil }
    self.host = host
    port = url.port ?? 80
    user = url.user(percentEncoded: false)
    password = url.password(percentEncoded: false)
  }

  var setting: HTTPClient.Configuration.Proxy {
    guard let user else { return .server(host: host, port: port) }
    return .server(host: host, port: port, authorization: .basic(username: user, password: password ?? ""))
  }

  /// Machines on this network and this machine are never behind the proxy.
  private static func isExempt(_ host: String, _ list: String) -> Bool {
    if host == "localhost" || host == "[::1]" || host.hasPrefix("127.") || host.hasPrefix("169.254.")
      || host.hasPrefix("[fd00:ec2::")
    {
      return true
    }
    return list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { entry in
      let name = entry.hasPrefix("*") ? entry.dropFirst() : entry
      guard !name.isEmpty else { return true }
      return host == name || host.hasSuffix(name.hasPrefix(".") ? String(name) : ".\(name)")
    }
  }
}
