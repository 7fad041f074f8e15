import Documents
import FoundationEssentials

extension AWSService {
  package static let securityTokenService = AWSService(
    name: "STS", wire: .query(version: "2011-06-15"), endpointPrefix: "sts", signingName: "sts", environmentKey: "STS",
    transientCodes: ["IDPCommunicationError"])
}

/// AWS Security Token Service.
public struct SecurityTokenService: Sendable {
  let client: ServiceClient

  /// The account that the credentials belong to: twelve digits.
  public func account() async throws(AWSError) -> String {
    try await client.query("GetCallerIdentity", []).text(of: "Account") ?? ""
  }

  /// Credentials of a role.
  func assume(_ role: AssumedRole, source: String) async throws(AWSError) -> Credentials {
    var parameters = role.parameters
    if let id = role.externalID { parameters.append(("ExternalId", id)) }
    return try await credentials("AssumeRole", parameters, source)
  }

  /// Credentials of a role, for an identity provider's token.
  func assume(_ role: AssumedRole, webIdentity token: String, source: String) async throws(AWSError) -> Credentials {
    try await credentials("AssumeRoleWithWebIdentity", role.parameters + [("WebIdentityToken", token)], source)
  }

  private func credentials(
    _ operation: String, _ parameters: [(String, String)], _ source: String
  ) async throws(AWSError) -> Credentials {
    let result = try await client.query(operation, parameters)
    guard let found = result["Credentials"], let key = found.text(of: "AccessKeyId"),
      let secret = found.text(of: "SecretAccessKey")
    else {
      throw AWSError(
        service: client.service.name, operation: operation, cause: .undecodable, endpoint: "STS", requestID: nil,
        attempts: 1, mayBeDone: false, isTransient: false, isThrottling: false)
    }
    return Credentials(
      accessKeyID: key, secretAccessKey: secret, sessionToken: found.text(of: "SessionToken"),
      expiration: found.text(of: "Expiration").flatMap(CredentialDocument.instant), source: source)
  }
}

/// A role that is to be assumed.
struct AssumedRole: Sendable {
  let arn: String
  let session: String
  var externalID: String?
  var seconds: Int?

  init(arn: String, session: String) {
    self.arn = arn
    self.session = session
  }

  fileprivate var parameters: [(String, String)] {
    var parameters = [("RoleArn", arn), ("RoleSessionName", session)]
    if let seconds { parameters.append(("DurationSeconds", String(seconds))) }
    return parameters
  }
}
