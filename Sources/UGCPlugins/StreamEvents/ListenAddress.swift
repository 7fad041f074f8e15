import TaskKit

/// Where a server listens: `127.0.0.1:8080`, `[::1]:8080`.
struct ListenAddress: Sendable, Hashable, InputValue {
  let host: String
  /// 0 for any free one.
  let port: Int

  static var inputType: InputType { InputType(.string, expectation: "HOST:PORT, such as 127.0.0.1:8080") }

  init?(inputText: String) {
    guard let colon = inputText.lastIndex(of: ":"), let port = UInt16(inputText[inputText.index(after: colon)...]),
      !inputText.contains("+")
    else { return nil }
    var host = inputText[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = Int(port)
  }

  var inputText: String? { description(port: port) }

  /// With the port that it came to.
  func description(port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Whether only this machine can connect.
  var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
