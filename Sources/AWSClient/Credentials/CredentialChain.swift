/// The sources of credentials, asked in order; the first that has some wins.
struct CredentialChain: Sendable {
  let providers: [any CredentialProvider]

  /// The order of AWS's SDKs.
  static let standard = CredentialChain(providers: [
    EnvironmentCredentials(), AssumedRoleCredentials(), WebIdentityCredentials(), ExportedCredentials(),
    SharedFileCredentials(), ProcessCredentials(), ConfigFileCredentials(), ContainerCredentials(),
    InstanceCredentials(),
  ])

  /// - Throws: A `CredentialFault` that says what was tried, and why each source did not answer.
  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> Credentials {
    var attempts: [CredentialFault.Attempt] = []
    for provider in providers {
      switch try await provider.credentials(in: situation) {
      case .found(let credentials): return credentials
      case .absent(let reason): attempts.append(.init(source: provider.source, reason: reason))
      }
    }
    throw CredentialFault(
      "there are no AWS credentials",
      help:
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, or run `aws configure`",
      attempts: attempts)
  }
}
