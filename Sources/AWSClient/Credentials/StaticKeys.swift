extension SharedConfig.Section {
  /// The keys of the section, where it has some.
  ///
  /// - Throws: A `CredentialFault` where one of the two is missing.
  func keys(from source: String) throws(CredentialFault) -> Credentials? {
    guard let key = filled("aws_access_key_id") else { return nil }
    guard let secret = filled("aws_secret_access_key") else {
      throw CredentialFault(
        "\(source) has an aws_access_key_id, but no aws_secret_access_key", help: "add it, or run `aws configure`")
    }
    return Credentials(
      accessKeyID: key, secretAccessKey: secret, sessionToken: filled("aws_session_token"), source: source)
  }

  /// A setting that is not empty.
  func filled(_ key: String) -> String? {
    values[key].flatMap { $0.isEmpty ? nil : $0 }
  }
}
