/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials: CredentialProvider {
  let source = "the environment"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    if situation.profile.isExplicit { return .absent("the profile `\(situation.profile.name)` was asked for") }
    guard let key = situation.variable("AWS_ACCESS_KEY_ID") else { return .absent("AWS_ACCESS_KEY_ID is not set") }
    guard let secret = situation.variable("AWS_SECRET_ACCESS_KEY") else {
      throw CredentialFault(
        "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not", help: "set both, or neither")
    }
    return .found(
      Credentials(
        accessKeyID: key, secretAccessKey: secret, sessionToken: situation.variable("AWS_SESSION_TOKEN"),
        source: source))
  }
}
