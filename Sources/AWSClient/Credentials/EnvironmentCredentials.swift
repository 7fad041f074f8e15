/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials: CredentialProvider {
  let source = "the environment"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    if situation.profile.isExplicit { return .absent("the profile `\(situation.profile.name)` was asked for") }
    let (key, secret) = (situation.variable("AWS_ACCESS_KEY_ID"), situation.variable("AWS_SECRET_ACCESS_KEY"))
    guard key != nil || secret != nil else { return .absent("AWS_ACCESS_KEY_ID is not set") }
    guard let key, let secret else {
      let (set, missing) = key == nil ? ("SECRET_ACCESS_KEY", "ACCESS_KEY_ID") : ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
      throw CredentialFault("AWS_\(set) is set, but AWS_\(missing) is not", help: "set both, or neither")
    }
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    where situation.variable(name)?.contains(where: \.isNewline) == true {
      throw CredentialFault("\(name) holds a line break", help: "take it out")
    }
    return .found(
      Credentials(
        accessKeyID: key, secretAccessKey: secret, sessionToken: situation.variable("AWS_SESSION_TOKEN"),
        source: source))
  }
}
