import FoundationEssentials
import NIOHTTP1

/// The role of an ECS task or an EKS pod, which the container's agent gives.
struct ContainerCredentials: CredentialProvider {
  private static let agent = "http://169.254.170.2"
  private static let tries = 3

  let source = "the container"
  /// The time of one try.
  var timeout = Duration.seconds(2)

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    guard let (address, query) = try Self.address(situation) else {
      return .absent("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set")
    }
    var request = HTTPRequest(method: .GET, endpoint: address, query: query)
    request.headers.add(name: "Accept", value: "application/json")
    if let token = try Self.token(situation) { request.headers.add(name: "Authorization", value: token) }
    var reason = ""
    for _ in 0..<Self.tries {
      do throws(HTTPFailure) {
        let answer = try await situation.http.send(request, timeout: timeout)
        if answer.status == 200,
          let found = CredentialDocument.credentials(in: answer.body, tokenKey: "Token", source: source)
        {
          return .found(found)
        }
        reason = answer.status == 200 ? "it gave no credentials" : "it answered with status \(answer.status)"
      } catch {
        reason = error.description
      }
    }
    throw CredentialFault("the container's credentials at \(address) cannot be had: \(reason)")
  }

  private static func address(
    _ situation: CredentialSituation
  ) throws(CredentialFault) -> (Endpoint, query: [(name: String, value: String)])? {
    let relative = situation.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    let text = relative.map { "\(agent)\($0.hasPrefix("/") ? "" : "/")\($0)" }
    guard let text = text ?? situation.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
    let parts = text.split(separator: "?", maxSplits: 1)
    guard let endpoint = parts.first.flatMap({ Endpoint(String($0)) }),
      endpoint.scheme == "https" || isTrusted(endpoint.host)
    else {
      throw CredentialFault(
        "the container's credentials are at `\(text)`, which is neither https nor an address of this machine",
        help: "check AWS_CONTAINER_CREDENTIALS_FULL_URI")
    }
    let query = parts.dropFirst().flatMap { $0.split(separator: "&") }.map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return (name: sides.first ?? "", value: sides.dropFirst().first ?? "")
    }
    return (endpoint, query)
  }

  private static func isTrusted(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
      || ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host)
  }

  private static func token(_ situation: CredentialSituation) throws(CredentialFault) -> String? {
    guard let path = situation.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") else {
      return situation.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CredentialFault("the container's token file \(path) cannot be read")
    }
    return String(decoding: bytes, as: UTF8.self).trimmingEnds
  }
}
