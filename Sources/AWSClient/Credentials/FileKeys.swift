/// Keys that stand in a profile's section of a file.
struct FileKeys {
  let section: SharedConfig.Section?
  let profile: String
  let file: String

  /// - Throws: A `CredentialFault` where one of the two keys is missing.
  func answer() throws(CredentialFault) -> CredentialAnswer {
    guard let section else { return .absent("\(file) has no profile `\(profile)`") }
    let source = "the profile `\(profile)` of \(file)"
    guard let key = section.filled("aws_access_key_id") else { return .absent("\(source) has no aws_access_key_id") }
    guard let secret = section.filled("aws_secret_access_key") else {
      throw CredentialFault(
        "\(source) has an aws_access_key_id, but no aws_secret_access_key", help: "add it, or run `aws configure`")
    }
    return .found(
      Credentials(
        accessKeyID: key, secretAccessKey: secret, sessionToken: section.filled("aws_session_token"), source: source))
  }
}

extension SharedConfig.Section {
  /// A setting that is not empty.
  func filled(_ key: String) -> String? {
    values[key].flatMap { $0.isEmpty ? nil : $0 }
  }
}
