/// Keys in the config file.
struct ConfigFileCredentials: CredentialProvider {
  let source = "the config file"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    return try FileKeys(
      section: situation.config.configSection(ofProfile: profile), profile: profile,
      file: situation.config.configPath ?? "~/.aws/config"
    ).answer()
  }
}
