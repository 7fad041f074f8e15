/// The program that the profile's `credential_process` names.
struct ProcessCredentials: CredentialProvider {
  let source = "credential_process"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    guard let line = situation.config.value("credential_process", ofProfile: profile) else {
      return .absent("the profile `\(profile)` has no credential_process")
    }
    let source = "the credential_process of the profile `\(profile)`"
    guard let words = CommandLineSplitter.words(of: line) else {
      throw CredentialFault("\(source) has a quote that is not closed")
    }
    return .found(try await CredentialCommand(words: words, source: source).credentials(in: situation))
  }
}
