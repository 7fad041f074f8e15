import AWSClient
import FoundationEssentials
import Glibc
import TaskKit
import UGCPlatform

/// What work on a stack needs of the machine and of AWS.
extension StackInputs {
  /// How long to try where AWS is out of reach: who asks wants to know soon.
  private static let patience = Duration.seconds(10)

  func setupChecks(_ context: TaskContext) -> [SetupCheck] {
    backend == .local ? [localCheck(context)] : [credentialsCheck(context), deployedCheck(context)]
  }

  private func localCheck(_ context: TaskContext) -> SetupCheck {
    SetupCheck("the local stack \(stack)") {
      let path = "\(context.state.folder("stacks"))/\(stack).sqlite"
      let exists = FileManager.default.fileExists(atPath: path)
      guard !exists || access(path, W_OK) == 0 else {
        throw DiagnosticError("the file \(path) cannot be written to", help: "check who owns it")
      }
      let census = try await census(context)
      let warning =
        usesCredentialsOfEnvironment(context)
        ? "AWS credentials are set, but this is a local stack; BACKEND=aws works on the deployed one" : nil
      let contents = exists ? "\(census.channels.counted("channel")), \(census.sessions.counted("stream"))" : "empty"
      let version = SQLitePlatformStore.libraryVersion.map { "; SQLite \($0)" } ?? ""
      return SetupCheck.Answer(contents + version, warning: warning)
    }
  }

  private func credentialsCheck(_ context: TaskContext) -> SetupCheck {
    let name = awsProfile ?? context.environment["AWS_PROFILE"]
    let subject = "the AWS credentials" + (name.map { " of the profile \($0)" } ?? "")
    return SetupCheck(subject, dependingOn: conditions(context)) {
      let session = try quick.session(context)
      do throws(AWSError) {
        let account = try await session.securityTokenService.account()
        return SetupCheck.Answer("account \(account), region \(session.region)")
      } catch {
        throw StackInputs.end(StoreError(error))
      }
    }
  }

  private func deployedCheck(_ context: TaskContext) -> SetupCheck {
    SetupCheck("the AWS stack \(stack)", dependingOn: conditions(context)) {
      let (_, deployed) = try await quick.deployed(context)
      return SetupCheck.Answer(
        "region \(deployed.place.region), tables \(deployed.channelsTable) and \(deployed.streamsTable)")
    }
  }

  /// What decides who asks AWS, and where.
  private func conditions(_ context: TaskContext) -> [String?] {
    let variables = context.environment.filter { $0.key.hasPrefix("AWS_") }.sorted { $0.key < $1.key }
    return [awsProfile, awsRegion] + variables.map { "\($0.key)=\($0.value)" }
  }

  /// These inputs, with as much patience as a question deserves.
  private var quick: StackInputs {
    var inputs = self
    inputs.awsCallTimeout = min(awsCallTimeout, Self.patience)
    return inputs
  }
}
