import NIOHTTP1

/// The role of an EC2 instance, from its metadata service, version 2.
struct InstanceCredentials: CredentialProvider {
  private static let tokenHeader = "X-aws-ec2-metadata-token"
  private static let lifetime = "21600"

  let source = "the EC2 instance"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    if situation.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
      return .absent("AWS_EC2_METADATA_DISABLED is true")
    }
    do throws(HTTPFailure) {
      let service = try Self.service(situation)
      var request = HTTPRequest(method: .PUT, endpoint: try service.path("/latest/api/token"))
      request.headers.add(name: "\(Self.tokenHeader)-ttl-seconds", value: Self.lifetime)
      let token = try await Self.text(request, situation)
      func get(_ path: String) async throws(HTTPFailure) -> String {
        var request = HTTPRequest(method: .GET, endpoint: try service.path(path))
        request.headers.add(name: Self.tokenHeader, value: token)
        return try await Self.text(request, situation)
      }
      let roles = "/latest/meta-data/iam/security-credentials/"
      guard let role = try await get(roles).split(separator: "\n").first else {
        return .absent("this instance has no role")
      }
      let document = try await get(roles + role)
      guard
        let found = CredentialDocument.credentials(in: Array(document.utf8), tokenKey: "Token", source: source)
      else { return .absent("the metadata service gave no credentials") }
      return .found(found)
    } catch {
      return .absent("the metadata service gives nothing: \(error)")
    }
  }

  private static func service(_ situation: CredentialSituation) throws(HTTPFailure) -> Endpoint {
    let isIPv6 = situation.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
    let text =
      situation.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
      ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    guard let endpoint = Endpoint(text) else { throw HTTPFailure(.connection, "`\(text)` is no address") }
    return endpoint
  }

  private static func text(
    _ request: HTTPRequest, _ situation: CredentialSituation
  ) async throws(HTTPFailure) -> String {
    let tries = situation.variable("AWS_METADATA_SERVICE_NUM_ATTEMPTS").flatMap(Int.init) ?? 1
    let seconds = situation.variable("AWS_METADATA_SERVICE_TIMEOUT").flatMap(Double.init) ?? 1
    var failure = HTTPFailure(.timedOut, "it was not asked")
    for _ in 0..<min(max(tries, 1), 100) {
      do throws(HTTPFailure) {
        let answer = try await situation.http.send(request, timeout: .seconds(min(max(seconds, 0.1), 3600)))
        if answer.status == 200 { return String(decoding: answer.body, as: UTF8.self) }
        failure = HTTPFailure(.connection, "it answered with status \(answer.status)")
      } catch {
        failure = error
      }
    }
    throw failure
  }
}

extension Endpoint {
  fileprivate func path(_ path: String) throws(HTTPFailure) -> Endpoint {
    guard let endpoint = at(path) else { throw HTTPFailure(.connection, "`\(path)` is no path") }
    return endpoint
  }
}
