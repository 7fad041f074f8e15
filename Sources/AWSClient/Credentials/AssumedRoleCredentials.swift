import Diagnostics
import FoundationEssentials

/// A role that the profile assumes: with another profile's credentials, or with those of this machine.
struct AssumedRoleCredentials: CredentialProvider {
  let source = "an assumed role"

  func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
    let profile = situation.profile.name
    guard let section = Self.roleSection(of: profile, situation) else {
      return .absent("the profile `\(profile)` has no role_arn")
    }
    return try await assume(section, profile, [profile], situation)
  }

  /// Assumes a profile's role; `walked` are the profiles on the way here, to find loops.
  private func assume(
    _ section: SharedConfig.Section, _ profile: String, _ walked: [String], _ situation: CredentialSituation
  ) async throws(CredentialFault) -> CredentialAnswer {
    if section.filled("mfa_serial") != nil {
      return .found(try await ExportedCredentials.export(profile: profile, because: "needs an MFA code", situation))
    }
    let base = try await baseCredentials(section, profile, walked, situation)
    var role = AssumedRole(arn: section.filled("role_arn") ?? "", session: Self.sessionName(section, situation))
    role.externalID = section.filled("external_id")
    role.seconds = section.filled("duration_seconds").flatMap(Int.init)
    do throws(AWSError) {
      return .found(
        try await situation.tokenService(signedBy: base).assume(role, source: "the role of the profile `\(profile)`"))
    } catch {
      throw CredentialFault("the profile `\(profile)` cannot assume its role: \(error)", help: error.help)
    }
  }

  private func baseCredentials(
    _ section: SharedConfig.Section, _ profile: String, _ walked: [String], _ situation: CredentialSituation
  ) async throws(CredentialFault) -> Credentials {
    switch (section.filled("source_profile"), section.filled("credential_source")) {
    case (let name?, nil): return try await credentials(ofProfile: name, walked, situation)
    case (nil, let kind?): return try await credentials(ofSource: kind, profile, situation)
    case (nil, nil):
      throw CredentialFault(
        "the profile `\(profile)` has a role_arn, but neither source_profile nor credential_source",
        help: "say whose credentials assume the role")
    case (_?, _?):
      throw CredentialFault(
        "the profile `\(profile)` has both source_profile and credential_source", help: "remove one of them")
    }
  }

  private func credentials(
    ofProfile name: String, _ walked: [String], _ situation: CredentialSituation
  ) async throws(CredentialFault) -> Credentials {
    let config = situation.config
    guard config.profiles.contains(name) else {
      throw CredentialFault(
        "the profile `\(walked.last ?? "")` names the source_profile `\(name)`, which is in no file",
        help: Suggestion.help(for: name, among: config.profiles))
    }
    var inner = situation
    inner.profile = ProfileChoice(name: name, isExplicit: true)
    if config.value("aws_access_key_id", ofProfile: name) != nil {
      return try await Self.ownKeys.credentials(in: inner)
    }
    if let section = Self.roleSection(of: name, situation) {
      guard !walked.contains(name) else {
        throw CredentialFault(
          "the profiles assume each other's roles in a ring: \((walked + [name]).joined(separator: " → "))",
          help: "let one of them have credentials of its own")
      }
      if case .found(let credentials) = try await assume(section, name, walked + [name], inner) { return credentials }
    }
    return try await Self.ownCredentials.credentials(in: inner)
  }

  private static let ownKeys = CredentialChain(providers: [SharedFileCredentials(), ConfigFileCredentials()])

  /// What a profile can have of its own.
  private static let ownCredentials = CredentialChain(providers: [
    WebIdentityCredentials(), ExportedCredentials(), SharedFileCredentials(), ProcessCredentials(),
    ConfigFileCredentials(),
  ])

  private func credentials(
    ofSource kind: String, _ profile: String, _ situation: CredentialSituation
  ) async throws(CredentialFault) -> Credentials {
    let provider: any CredentialProvider
    var inner = situation
    inner.profile = ProfileChoice(name: profile, isExplicit: false)
    switch kind.lowercased() {
    case "environment": provider = EnvironmentCredentials()
    case "ec2instancemetadata": provider = InstanceCredentials()
    case "ecscontainer": provider = ContainerCredentials()
    default:
      throw CredentialFault(
        "the profile `\(profile)` has the credential_source `\(kind)`",
        help: "it is Environment, Ec2InstanceMetadata or EcsContainer")
    }
    switch try await provider.credentials(in: inner) {
    case .found(let credentials): return credentials
    case .absent(let reason):
      throw CredentialFault("the profile `\(profile)` takes credentials from \(provider.source), but \(reason)")
    }
  }

  private static func roleSection(of profile: String, _ situation: CredentialSituation) -> SharedConfig.Section? {
    let section = situation.config.section(ofProfile: profile)
    let isRole = section.filled("role_arn") != nil && section.filled("web_identity_token_file") == nil
    return isRole ? section : nil
  }

  private static func sessionName(_ section: SharedConfig.Section, _ situation: CredentialSituation) -> String {
    section.filled("role_session_name") ?? situation.variable("AWS_ROLE_SESSION_NAME")
      ?? "ugc-tasks-\(Int(situation.now().timeIntervalSince1970))"
  }
}
