import FoundationEssentials

/// A role that a token file of an identity provider stands for, as in EKS and CI services.
struct WebIdentityCredentials: CredentialProvider {
  let source = "a web identity"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    // Both the token and the role are the environment's, or both the profile's.
    let isOfEnvironment = !situation.profile.isExplicit && situation.variable("AWS_WEB_IDENTITY_TOKEN_FILE") != nil
    func setting(_ key: String, _ variable: String) -> String? {
      isOfEnvironment ? situation.variable(variable) : situation.config.value(key, ofProfile: profile)
    }
    guard let path = setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE") else {
      return .absent("neither AWS_WEB_IDENTITY_TOKEN_FILE nor the profile's web_identity_token_file is set")
    }
    guard let arn = setting("role_arn", "AWS_ROLE_ARN") else {
      throw CredentialFault("the web identity has a token file, but no role", help: "set AWS_ROLE_ARN")
    }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CredentialFault("the web identity's token file \(path) cannot be read")
    }
    let token = String(decoding: bytes, as: UTF8.self).trimmingEnds
    let session =
      setting("role_session_name", "AWS_ROLE_SESSION_NAME")
      ?? "ugc-tasks-\(Int(situation.now().timeIntervalSince1970))"
    do throws(AWSError) {
      return .found(
        try await situation.tokenService(signedBy: nil).assume(
          AssumedRole(arn: arn, session: session), webIdentity: token, source: source))
    } catch {
      throw CredentialFault("the web identity cannot assume its role: \(error)", help: error.help)
    }
  }
}

extension String {
  /// The text without white space before and after it.
  var trimmingEnds: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
