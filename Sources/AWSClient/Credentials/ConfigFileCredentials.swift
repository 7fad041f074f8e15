/// Keys in the config file.
struct ConfigFileCredentials: CredentialProvider {
  let source = "the config file"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    let file = situation.config.configPath ?? "~/.aws/config"
    guard let section = situation.config.configSection(ofProfile: profile) else {
      return .absent("\(file) has no profile `\(profile)`")
    }
    guard let keys = try section.keys(from: "the profile `\(profile)` of \(file)") else {
      return .absent("the profile `\(profile)` of \(file) has no aws_access_key_id")
    }
    return .found(keys)
  }
}
