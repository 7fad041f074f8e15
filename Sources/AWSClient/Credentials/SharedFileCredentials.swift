/// Keys in the credentials file.
struct SharedFileCredentials: CredentialProvider {
  let source = "the credentials file"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    return try FileKeys(
      section: situation.config.credentialsSection(ofProfile: profile), profile: profile,
      file: situation.config.credentialsPath ?? "~/.aws/credentials"
    ).answer()
  }
}
