import FoundationEssentials
import NIOHTTP1

/// The role of an ECS task or an EKS pod, which the container's agent gives.
struct ContainerCredentials: CredentialProvider {
  private static let agent = "http://169.254.170.2"
  private static let tries = 3

  let source = "the container"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    guard let address = try Self.address(situation) else {
      return .absent("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set")
    }
    var request = HTTPRequest(method: .GET, endpoint: address)
    request.headers.add(name: "Accept", value: "application/json")
    if let token = try Self.token(situation) { request.headers.add(name: "Authorization", value: token) }
    var reason = ""
    for _ in 0..<Self.tries {
      do throws(HTTPFailure) {
        let answer = try await situation.http.send(request, timeout: .seconds(2))
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

  private static func address(_ situation: CredentialSituation) throws(CredentialFault) -> Endpoint? {
    if let path = situation.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      return Endpoint("\(agent)\(path.hasPrefix("/") ? "" : "/")\(path)")
    }
    guard let text = situation.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
    guard let endpoint = Endpoint(text), endpoint.scheme == "https" || isTrusted(endpoint.host) else {
      throw CredentialFault(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is `\(text)`, which is neither https nor an address of this machine")
    }
    return endpoint
  }

  private static func isTrusted(_ host: String) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "[::1]"
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
