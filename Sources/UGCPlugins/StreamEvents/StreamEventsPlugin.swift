import AWSClient
import TaskKit
import UGCPlatform

/// Brings what happens on IVS to the streams table.
struct StreamEventsPlugin: TaskPlugin {
  static let manifest = PluginManifest(
    name: "stream-events", version: 1, effects: .writes,
    summary: "Bring what happens on IVS to the streams table",
    outputs: EventTally.outputDeclarations + [
      .integer("errors", "With verify: what keeps events from arriving."),
      .integer("warnings", "With verify: what may lose events."),
      .integer("unknown", "With verify: what could not be found out."),
    ] + StackInputs.outputDeclarations,
    example: "with: { events: Examples/stream-events.ndjson }",
    appendices: [
      IAMPolicy(
        statements: IAMPolicy.finding + [
          IAMPolicy.tables("ApplyEvents", ["GetItem", "Query", "UpdateItem"]),
          ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].on(
            "sqs", sid: "WorkQueue", "arn:aws:sqs:REGION:ACCOUNT:QUEUE"),
          ["DescribeRule", "ListTargetsByRule"].on(
            "events", sid: "VerifyRule", "arn:aws:events:REGION:ACCOUNT:rule/STACK*"),
          ["TestEventPattern"].on("events", sid: "TestPattern", "*"),
        ]
      ).appendix
    ])

  @Input(
    "A file of events to replay: an envelope, a list of them, one a line, or SQS messages; `-` is standard input.",
    .path)
  var events: String? = nil
  @Input("Where to serve HTTP, such as 127.0.0.1:8080; port 0 is any free one.") var listen: ListenAddress? = nil
  @Input("What clients of the server must show; needed beyond loopback.", .secret) var token: String? = nil
  @Input("The SQS queue behind the rule, whose messages are worked off.") var queueUrl: QueueURL? = nil
  @Input("Stop after so long without a message of the queue that could be stored.", .atLeast(.seconds(1)))
  var idleTimeout: Duration? = nil
  @Input("Stop after so many messages of the queue.", .atLeast(1)) var maxEvents: Int? = nil
  @Input("Only check that the deployed stack's rule brings every kind of event to its targets.") var verify = false
  @Input("What a replay does with what is no event.") var onInvalid = EventReplay.OnInvalid.fail
  @InputGroup var target: StackInputs

  func validate(_ problems: inout Problems) {
    target.validate(&problems)
    checkSource(&problems)
    if let listen, token == nil, !listen.isLoopback {
      problems.add(
        "is \(listen.description(port: listen.port)), which other machines reach, and no token is given", at: $listen,
        help: "give TOKEN, or listen at 127.0.0.1")
    }
    if verify, target.backend == .local {
      problems.add("is true, but a local stack has no rule", at: $verify, help: "BACKEND=aws checks the deployed stack")
    }
    checkQueue(&problems)
    checkCompanions(&problems)
  }

  /// What the events come from is chosen by exactly one of these inputs.
  private func checkSource(_ problems: inout Problems) {
    let sources = [
      ("events", events != nil), ("listen", listen != nil), ("queueUrl", queueUrl != nil), ("verify", verify),
    ].filter(\.1).map(\.0)
    let choices = """
      EVENTS=FILE replays a file, LISTEN=HOST:PORT serves HTTP, QUEUE_URL=URL works a queue, \
      VERIFY=true checks the rule
      """
    if sources.isEmpty {
      problems.add("is not given, nor is listen, queueUrl or verify", at: $events, help: "choose one: \(choices)")
    }
    guard sources.count > 1 else { return }
    let message = "is given together with \(sources[1...].joined(separator: " and "))"
    let help = "choose one: \(choices)"
    switch sources[0] {
    case "events": problems.add(message, at: $events, help: help)
    case "listen": problems.add(message, at: $listen, help: help)
    default: problems.add(message, at: $queueUrl, help: help)
    }
  }

  /// A message is deleted when it is worked off: which stack gets it is nothing to be guessed.
  private func checkQueue(_ problems: inout Problems) {
    guard queueUrl != nil, case .plugin = target.$backend.origin else { return }
    problems.add(
      "is given, but not the backend that its events are for", at: $queueUrl,
      help: "BACKEND=aws is the deployed stack, BACKEND=local a local one")
  }

  /// What is given for another source would be ignored.
  private func checkCompanions(_ problems: inout Problems) {
    if token != nil, listen == nil { problems.add("is given without listen", at: $token) }
    if idleTimeout != nil, queueUrl == nil { problems.add("is given without queueUrl", at: $idleTimeout) }
    if maxEvents != nil, queueUrl == nil { problems.add("is given without queueUrl", at: $maxEvents) }
    if case .plugin = $onInvalid.origin { return }
    if events == nil { problems.add("is given without events", at: $onInvalid) }
  }

  func setupChecks(_ context: TaskContext) -> [SetupCheck] { target.setupChecks(context) }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    if verify { return ["check the rule of \(target.described)"] }
    if let listen {
      return ["serve HTTP at \(listen.description(port: listen.port)), and apply events to \(target.described)"]
    }
    if let queueUrl { return ["apply the events of the queue \(queueUrl.text) to \(target.described)"] }
    return ["apply the events of \($events.written == "-" ? "standard input" : $events.written) to \(target.described)"]
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    if verify { return try await checkRule(context) }
    if let listen {
      return try await target.withStack(context) { stack in try await serve(stack, at: listen, context) }
    }
    if let queueUrl {
      let session = try target.session(context)
      return try await target.withStack(context) { stack in try await work(queueUrl, of: session, on: stack, context) }
    }
    return try await replay(context)
  }

  private func replay(_ context: TaskContext) async throws -> TaskOutputs {
    let isStandardInput = $events.written == "-"
    let name = isStandardInput ? "standard input" : $events.origin.name(ofFile: $events.written)
    let bytes: ByteStream
    do throws(FileProblem) {
      bytes = try ByteStream(path: isStandardInput ? nil : events)
    } catch {
      throw InvalidInput([
        Diagnostic(.error, "the file \(name) cannot be read: \(error)", at: $events.origin)
      ])
    }
    return try await target.withStack(context) { stack in
      try await apply(bytes, of: name, to: stack, context)
    }
  }

  private func apply(
    _ bytes: ByteStream, of name: String, to stack: OpenStack, _ context: TaskContext
  ) async throws -> TaskOutputs {
    let replay = EventReplay(store: stack.store, onInvalid: onInvalid, context: context)
    var tally = EventTally()
    do {
      try await replay.run(name, bytes, &tally)
    } catch let error as DiagnosticError {
      var diagnostics = error.diagnostics
      let note = Diagnostic.Note("\(tally.sentence); what was applied stays")
      if let first = diagnostics.first { diagnostics[0] = first.with(note) }
      throw TaskFailure(diagnostics, outputs: target.outputs(after: tally.outputs))
    } catch is CancellationError {
      context.logger.warning("stopped: \(tally.sentence)")
      throw TaskCancellation(outputs: target.outputs(after: tally.outputs))
    }
    context.print("\(tally.sentence), in \(target.stack)")
    return target.outputs(after: tally.outputs)
  }

  private func serve(
    _ stack: OpenStack, at address: ListenAddress, _ context: TaskContext
  ) async throws -> TaskOutputs {
    if target.backend == .local, try await stack.store.census().channels == 0 {
      context.logger.warning("\(target.described) has no channels: their events are skipped")
    }
    let server = EventServer(
      address: address, token: token.map(AccessToken.init), store: stack.store,
      stack: .string(target.stack.description), context: context)
    try await server.run()
    let outputs = target.outputs(after: server.tally.outputs)
    context.print("\(server.tally.sentence), in \(target.stack)")
    throw TaskCancellation(outputs: outputs)
  }

  private func work(
    _ queue: QueueURL, of session: AWSSession, on stack: OpenStack, _ context: TaskContext
  ) async throws -> TaskOutputs {
    // Where no channel is known, all messages would be skipped, and be gone.
    if target.backend == .local, try await stack.store.census().channels == 0 {
      throw DiagnosticError(
        "\(target.described) has no channels: the queue's messages would be lost", help: "check STACK, or seed it first"
      )
    }
    let worker = QueueWorker(
      queue, session.simpleQueueService(region: queue.region ?? session.region), store: stack.store,
      limits: QueueWorker.Limits(
        idleTimeout: idleTimeout, maxEvents: maxEvents, withoutProgress: target.awsCallTimeout),
      context: context)
    do {
      try await worker.run()
    } catch let error as StoreError {
      let diagnostics = error.diagnostic.diagnostics
      throw TaskFailure(diagnostics, outputs: target.outputs(after: worker.tally.outputs))
    } catch is CancellationError {
      context.logger.warning("stopped: \(worker.tally.sentence)")
      throw TaskCancellation(outputs: target.outputs(after: worker.tally.outputs))
    }
    context.print("\(worker.tally.sentence), in \(target.stack)")
    return target.outputs(after: worker.tally.outputs)
  }

  private func checkRule(_ context: TaskContext) async throws -> TaskOutputs {
    let (session, stack) = try await target.deployed(context)
    let findings: [Finding]
    do throws(StoreError) {
      findings = try await RuleCheck(session: session, stack: stack).findings()
    } catch {
      throw StackInputs.end(error)
    }
    findings.forEach(context.report)
    func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }
    let outputs = target.outputs(after: [
      "errors": .integer(count(.error)), "warnings": .integer(count(.warning)), "unknown": .integer(count(.unknown)),
    ])
    let kinds = EventKind.all.count.counted("kind")
    guard count(.error) + count(.unknown) == 0 else {
      throw TaskFailure(
        "the rule of \(target.described) does not bring all \(kinds) of events to a target", outputs: outputs)
    }
    context.print("the rule of \(target.stack) brings all \(kinds) of events to its targets")
    return outputs
  }
}
