import FoundationEssentials

/// What this machine offers to those who look for credentials.
struct CredentialSituation: Sendable {
  let environment: [String: String]
  let config: SharedConfig
  var profile: ProfileChoice
  /// Where STS is called.
  let region: String?
  let http: HTTPTransport
  let now: @Sendable () -> Date

  /// A variable's value, where it is not empty.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The same machine, where STS is called with other credentials.
  func tokenService(signedBy credentials: Credentials?) -> SecurityTokenService {
    SecurityTokenService(
      client: ServiceClient(
        service: .securityTokenService, region: region ?? "us-east-1",
        endpoints: EndpointResolver(environment: environment, config: config, profile: profile.name),
        signer: credentials.map { .fixed($0) } ?? .none, http: http,
        retry: RetrySettings(environment, config, profile.name),
        now: now))
  }
}

/// The profile that is used.
public struct ProfileChoice: Sendable, Hashable {
  public let name: String
  /// Whether the user asked for it by more than `AWS_PROFILE`: then it beats keys in the environment.
  public let isExplicit: Bool

  public init(name: String, isExplicit: Bool) {
    self.name = name
    self.isExplicit = isExplicit
  }
}
