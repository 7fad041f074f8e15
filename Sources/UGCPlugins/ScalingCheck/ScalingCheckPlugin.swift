import AWSClient
import TaskKit
import UGCPlatform

/// Checks whether the platform's services are ready to scale.
struct ScalingCheckPlugin: TaskPlugin {
  /// From what severity on findings fail the task.
  enum FailOn: String, CaseIterable, InputValue {
    case error
    case warning
  }

  static let manifest = PluginManifest(
    name: "scaling-check", version: 1, effects: .reads,
    summary: "Check that the services scale as the platform promises",
    outputs: [
      .integer("services", "ECS services that were checked."),
      .integer("errors", "What keeps them from scaling as expected."),
      .integer("warnings", "What may do so."),
      .integer("unknown", "What could not be found out."),
    ] + StackInputs.outputDeclarations,
    example: "with: { template: Examples/UGC-dev.template.json }",
    appendices: [
      findingsTable, alarmAdvice,
      IAMPolicy(
        statements: IAMPolicy.finding + [
          ["DescribeServices"].on("ecs", sid: "ReadServices", "arn:aws:ecs:REGION:ACCOUNT:service/*"),
          ["DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScalingActivities"].on(
            "application-autoscaling", sid: "ReadScaling", "*"),
          ["DescribeAlarms", "DescribeAlarmHistory", "GetMetricData"].on("cloudwatch", sid: "ReadAlarms", "*"),
        ]
      ).appendix,
    ])

  @Input("A synthesized template to check before it is deployed, JSON or YAML; nested ones lie beside it.", .path)
  var template: String? = nil
  @Input("From what severity on findings fail the task; what could not be read and is needed counts as an error.")
  var failOn = FailOn.error
  @Input("How long to follow the deployed services, a line a minute, while a load test runs.", .atLeast(.seconds(1)))
  var watch: Duration? = nil
  @InputGroup var expectations: ScalingExpectations
  @InputGroup var target: StackInputs

  func validate(_ problems: inout Problems) {
    target.validate(&problems)
    expectations.validate(&problems)
    guard target.backend == .local else { return }
    if template == nil {
      problems.add(
        "is not given, and a local stack has no services", at: $template,
        help: "TEMPLATE=cdk.out/UGC-dev.template.json checks a template, BACKEND=aws the deployed stack")
    }
    if watch != nil {
      problems.add("is given, but a local stack has no services to follow", at: $watch, help: "give BACKEND=aws too")
    }
  }

  func setupChecks(_ context: TaskContext) -> [SetupCheck] {
    template == nil ? target.setupChecks(context) : []
  }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    var lines: [PreviewLine] = []
    if template != nil { lines.append("check the template \($template.written)") }
    if target.backend == .aws { lines.append("check the services of \(target.described)") }
    if watch != nil { lines.append("follow them for \($watch.written)") }
    return lines
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    var findings: [Finding] = []
    var services = 0
    if let template {
      let result = try checkTemplate(template)
      services += result.services.count
      findings += result.findings
      result.findings.forEach(context.report)
    }
    if target.backend == .aws {
      let (session, stack) = try await target.deployed(context)
      do {
        let result = try await DeployedScalingCheck(session: session, stack: stack, expectations: expectations).run()
        // What a stopped task could not read is no finding.
        try Task.checkCancellation()
        services += result.services.count
        findings += result.findings
        // What is known already is told before the watch begins.
        result.findings.forEach(context.report)
        if let watch {
          let watched = await ScalingWatch(
            session: session, region: stack.place.region, expectations: expectations, context: context,
            clock: ContinuousClock()
          ).run(result.services, for: watch)
          watched.forEach(context.report)
          findings += watched
        }
      } catch let error as StoreError {
        throw StackInputs.end(error)
      }
    }
    return try conclude(findings, services, context)
  }

  private func conclude(_ findings: [Finding], _ services: Int, _ context: TaskContext) throws -> TaskOutputs {
    func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }
    let outputs = target.outputs(after: [
      "services": .integer(services), "errors": .integer(count(.error)), "warnings": .integer(count(.warning)),
      "unknown": .integer(count(.unknown)),
    ])
    let needed = findings.count { ScalingFault(rawValue: $0.code)?.isNeeded ?? false }
    let counts = [
      (count(.error), "error"), (count(.warning), "warning"), (count(.unknown), "unknown finding"),
    ].filter { $0.0 > 0 }.map { $0.0.counted($0.1) }.joined(separator: ", ")
    let isFailed = count(.error) + needed > 0 || failOn == .warning && count(.warning) > 0
    if Task.isCancelled { throw TaskCancellation(outputs: outputs) }
    guard !isFailed else {
      throw TaskFailure(
        "\(services.counted("service")) checked: \(counts)",
        help: "`ugc-tasks plugins scaling-check` explains each finding",
        outputs: outputs)
    }
    context.print("\(services.counted("service")) checked: \(counts.isEmpty ? "all as expected" : counts)")
    return outputs
  }

  private func checkTemplate(_ path: String) throws -> (services: [String], findings: [Finding]) {
    let name = $template.origin.name(ofFile: $template.written)
    let folder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
    func source(_ path: String, _ name: String) throws(FileProblem) -> SourceText {
      SourceText(
        name: name, path: path, bytes: try FileContents.read(path, upTo: DocumentLimits.taskFile.bytes),
        lineBreaks: .yaml)
    }
    let root: SourceText
    do throws(FileProblem) {
      root = try source(path, name)
    } catch {
      throw InvalidInput([
        Diagnostic(
          .error, "the template \(name) cannot be read: \(error)", at: $template.origin, help: "`cdk synth` writes it")
      ])
    }
    let base = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let tree = try TemplateTree(root) { nested in
      let shown = nested.hasPrefix(base) ? "\(folder)\(nested.dropFirst(base.count))" : nested
      return try? source(nested, shown)
    }
    return TemplateScalingCheck(expectations: expectations).run(tree)
  }

  private static let alarmAdvice = ManifestAppendix(
    title: "the alarms of target tracking",
    summary: """
      Application Auto Scaling makes two alarms for each target tracking policy, edits them with the policy, and deletes
      them with it. Do not create, edit or delete such alarms, neither in the console nor in a template: an edited alarm
      scales at the wrong time, a deleted one not at all, and the change is lost when the policy is deployed again.

      They fill the list of alarms in the CloudWatch console. Choose "Hide Auto Scaling alarms" there instead of deleting
      them: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/hide-autoscaling-alarms.html>.

      AlarmLow in ALARM is what a service without load looks like at its minimum, and no fault.
      """)

  private static let findingsTable = ManifestAppendix(
    title: "findings",
    summary: """
      Each finding has a code that does not change, a severity, what was expected and found, and in templates its place.
      `unknown` is what could not be read. Where that is needed to tell whether a service scales, it fails the task as an
      error does.
      """,
    content: .table(
      columns: ["code", "severity", "meaning", "what to do"],
      rows: ScalingFault.allCases.map { fault in
        ["`\(fault.rawValue)`", fault.severity.rawValue, fault.meaning, fault.help ?? ""]
      }))
}
