import Documents
import FoundationEssentials
import NIOHTTP1

/// Calls one service: writes the request, signs it, sends it as often as is worth it, and reads the answer.
struct ServiceClient: Sendable {
  /// Whose calls they are.
  enum Signer: Sendable {
    /// Nobody's: the service asks for no signature.
    case none
    case fixed(Credentials)
    case source(CredentialSource)
  }

  /// The time of one try.
  private static let timeout = Duration.seconds(30)

  let service: AWSService
  let region: String
  let endpoints: EndpointResolver
  let signer: Signer
  let http: HTTPTransport
  let retry: RetrySettings
  let now: @Sendable () -> Date
  /// How long calls are tried where they say nothing else.
  var persistence = Persistence.standard
  /// Told where a call has not worked for some time, and is tried on.
  var notice: @Sendable (String) -> Void = { _ in }
  private let bucket = RetryBucket()
  private let skew = ClockSkew()

  init(
    service: AWSService, region: String, endpoints: EndpointResolver, signer: Signer, http: HTTPTransport,
    retry: RetrySettings, persistence: Persistence = .standard, now: @escaping @Sendable () -> Date,
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.service = service
    self.region = region
    self.endpoints = endpoints
    self.signer = signer
    self.http = http
    self.retry = retry
    self.persistence = persistence
    self.now = now
    self.notice = notice
  }

  /// What an operation answered.
  struct Reply<Output: Sendable>: Sendable {
    let output: Output
    /// Whether an earlier try may have been carried out too: its answer was lost.
    let mayBeRepeated: Bool
    /// Whether the service was too busy for an earlier try.
    let wasThrottled: Bool
  }

  /// Calls an operation of a JSON service; an answer without the key is none.
  func json(
    _ operation: String, _ input: JSONValue, _ persistence: Persistence? = nil, requiring key: String? = nil
  ) async throws(AWSError) -> Reply<JSONValue> {
    // Each service's file calls it in its own protocol: no input comes here.
    guard case .json(let version, let prefix) = service.wire else {
      preconditionFailure("\(service.name) does not speak JSON")
    }
    var body: [UInt8] = []
    input.write(to: &body)
    let headers: HTTPHeaders = [
      "Content-Type": "application/x-amz-json-\(version)", "X-Amz-Target": "\(prefix).\(operation)",
    ]
    return try await call(operation, headers, body, persistence) { answer in
      JSONValue(parsing: answer.body).flatMap { key == nil || $0[key ?? ""] != nil ? $0 : nil }
    }
  }

  /// Calls an operation of a query service; the result is the element named after the operation.
  func query(
    _ operation: String, _ parameters: [(String, String)]
  ) async throws(AWSError) -> XMLElement {
    // Each service's file calls it in its own protocol: no input comes here.
    guard case .query(let version) = service.wire else {
      preconditionFailure("\(service.name) does not speak the query protocol")
    }
    let form = URIEncoding.form([("Action", operation), ("Version", version)] + parameters)
    let headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"]
    let reply = try await call(operation, headers, Array(form.utf8), nil) { answer in
      XML.parse(answer.body)?["\(operation)Result"]
    }
    return reply.output
  }

  private func call<Output: Sendable>(
    _ operation: String, _ headers: HTTPHeaders, _ body: [UInt8], _ persistence: Persistence?,
    _ decode: (HTTPAnswer) -> Output?
  ) async throws(AWSError) -> Reply<Output> {
    let endpoint: Endpoint
    do throws(ConfigurationFault) {
      endpoint = try endpoints.endpoint(of: service, region: region)
    } catch {
      throw failure(operation, .configuration(error), Trial(), at: "")
    }
    var headers = headers
    headers.add(name: "amz-sdk-invocation-id", value: UUID().uuidString.lowercased())
    var trial = Trial()
    let patience = Patience(persistence ?? self.persistence, notice: notice)
    while true {
      trial.number += 1
      var request = HTTPRequest(endpoint: endpoint, headers: headers, body: body)
      request.headers.add(name: "amz-sdk-request", value: "attempt=\(trial.number); max=\(attempts)")
      switch await attempt(&request, &trial, patience, decode) {
      case .success(let output):
        bucket.give(trial.lastCost ?? 1)
        return Reply(output: output, mayBeRepeated: trial.mayBeDone, wasThrottled: trial.wasThrottled)
      case .failure(let cause):
        guard let delay = await delay(after: cause, &trial, patience) else {
          throw failure(operation, cause, trial, at: endpoint.description)
        }
        patience.tell("\(failure(operation, cause, trial, at: endpoint.description))")
        do {
          try await Task.sleep(for: delay)
        } catch {
          throw failure(operation, .cancelled, trial, at: endpoint.description)
        }
      }
    }
  }

  /// What is known of a call after some tries.
  private struct Trial {
    var number = 0
    var lastCost: Int?
    var requestID: String?
    var askedDelay: Duration?
    var credentials: Credentials?
    /// The server's clock, as the last answer showed it, and the correction that the request was signed with.
    var serverDate: String?
    var correction = 0.0
    var mayBeDone = false
    var wasThrottled = false
    var hasRefreshed = false
    var hasCorrectedClock = false
  }

  private enum Attempt<Output: Sendable> {
    case success(Output)
    case failure(AWSError.Cause)
  }

  private var attempts: Int { retry.attempts ?? service.attempts }

  /// One try.
  private func attempt<Output: Sendable>(
    _ request: inout HTTPRequest, _ trial: inout Trial, _ patience: Patience, _ decode: (HTTPAnswer) -> Output?
  ) async -> Attempt<Output> {
    do throws(CredentialFault) {
      trial.credentials = try await credentials()
    } catch {
      return .failure(.credentials(error))
    }
    trial.correction = skew.correction
    if let credentials = trial.credentials {
      SignatureV4(credentials: credentials, region: region, service: service.signingName)
        .sign(&request, at: now().addingTimeInterval(trial.correction))
    }
    do throws(HTTPFailure) {
      let answer = try await http.send(request, timeout: patience.timeout(atMost: Self.timeout))
      trial.askedDelay = answer.headers.first(name: "x-amz-retry-after").flatMap(Int.init).map { .milliseconds($0) }
      trial.serverDate = answer.headers.first(name: "Date")
      guard AnswerCheck.isGenuine(answer) else {
        trial.mayBeDone = true
        return .failure(.undecodable)
      }
      guard answer.status == 200 else {
        let error = ErrorAnswer(answer)
        trial.requestID = error.requestID
        // A gateway that gives up does not know what the service does.
        if answer.status >= 500 { trial.mayBeDone = true }
        // Some services quote what they were sent.
        let message = trial.credentials?.masked(error.message) ?? error.message
        return .failure(.refused(code: error.code, message: message, status: answer.status))
      }
      guard let output = decode(answer) else {
        trial.mayBeDone = true
        return .failure(.undecodable)
      }
      return .success(output)
    } catch {
      if error.kind != .connection { trial.mayBeDone = true }
      trial.askedDelay = nil
      return .failure(error.kind == .cancelled ? .cancelled : .unreachable(error.description))
    }
  }

  private func credentials() async throws(CredentialFault) -> Credentials? {
    switch signer {
    case .none: nil
    case .fixed(let credentials): credentials
    case .source(let source): try await source.credentials()
    }
  }

  /// How long to wait before the next try, or nil where there is none.
  private func delay(after cause: AWSError.Cause, _ trial: inout Trial, _ patience: Patience) async -> Duration? {
    let kind = RetryClass(cause, of: service)
    if kind == .throttling { trial.wasThrottled = true }
    switch kind {
    case .permanent: return nil
    case .expiredCredentials:
      guard !trial.hasRefreshed, let credentials = trial.credentials, case .source(let source) = signer,
        await source.hasOther(than: credentials)
      else { return nil }
      trial.hasRefreshed = true
      return .zero
    case .clock:
      // Another call may have learnt of it meanwhile.
      skew.learn(from: trial.serverDate, now: now())
      guard !trial.hasCorrectedClock, skew.hasMoved(since: trial.correction) else { return nil }
      trial.hasCorrectedClock = true
      return .zero
    case .transient, .throttling:
      let delay = RetryDelay.before(
        retryAfter: trial.number, kind, of: service, asked: trial.askedDelay, share: .random(in: 0...1))
      if trial.number < attempts, patience.isInTime(after: delay), bucket.take(kind.cost) {
        trial.lastCost = kind.cost
        return delay
      }
      trial.lastCost = 0
      return patience.allows(delay) ? delay : nil
    }
  }

  private func failure(_ operation: String, _ cause: AWSError.Cause, _ trial: Trial, at endpoint: String) -> AWSError {
    let kind = RetryClass(cause, of: service)
    return AWSError(
      service: service.name, operation: operation, cause: cause, endpoint: endpoint, requestID: trial.requestID,
      attempts: trial.number, mayBeDone: trial.mayBeDone, isTransient: kind.isTransient,
      isThrottling: kind == .throttling)
  }
}
