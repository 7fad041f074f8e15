import FoundationEssentials

/// What the AWS CLI exports for profiles that need a sign-in: IAM Identity Center (SSO), `aws login` and MFA.
struct ExportedCredentials: CredentialProvider {
  let source = "the AWS CLI's sign-in"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    let kinds = [
      ("sso_session", "signs in with SSO"), ("sso_start_url", "signs in with SSO"),
      ("login_session", "signs in with `aws login`"),
    ]
    guard let (_, reason) = kinds.first(where: { situation.config.value($0.0, ofProfile: profile) != nil }) else {
      return .absent("the profile `\(profile)` has neither sso_session nor login_session")
    }
    return .found(try await Self.export(profile: profile, because: reason, situation))
  }

  /// Asks `aws configure export-credentials`.
  ///
  /// - Throws: A `CredentialFault` where the AWS CLI is missing, or has no credentials either.
  static func export(
    profile: String, because reason: String, _ situation: CredentialSituation
  ) async throws(CredentialFault) -> Credentials {
    guard isInstalled(situation) else {
      throw CredentialFault(
        "the profile `\(profile)` \(reason), for which the AWS CLI is needed, and there is no `aws` on the PATH",
        help: "install it, or put the output of `aws configure export-credentials --format env` in the environment")
    }
    let command = CredentialCommand(
      words: ["aws", "configure", "export-credentials", "--profile", profile, "--format", "process"],
      source: "`aws configure export-credentials` for the profile `\(profile)`")
    do throws(CredentialFault) {
      return try await command.credentials(in: situation)
    } catch {
      let help =
        reason.contains("SSO") ? "run `aws sso login --profile \(profile)`" : "run `aws login --profile \(profile)`"
      throw CredentialFault(error.description, help: reason.contains("MFA") ? nil : help)
    }
  }

  private static func isInstalled(_ situation: CredentialSituation) -> Bool {
    let folders = (situation.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/aws") }
  }
}
