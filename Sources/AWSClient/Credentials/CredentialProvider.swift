/// One source of credentials.
protocol CredentialProvider: Sendable {
  /// As users know it: "the environment".
  var source: String { get }

  /// Looks for credentials.
  ///
  /// - Parameter situation: What this machine offers.
  /// - Returns: The credentials, or why this source has none.
  /// - Throws: A `CredentialFault` where the source was chosen, and cannot give any: then no other is asked.
  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer
}

/// What a source of credentials says.
enum CredentialAnswer: Sendable {
  case found(Credentials)
  /// The end of "did not answer:", without a full stop.
  case absent(String)
}
