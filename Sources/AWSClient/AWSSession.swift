import Diagnostics
package import Documents
public import FoundationEssentials

/// One user of AWS: a profile, a region, and the services that are called with them.
public struct AWSSession: Sendable {
  /// How a session is set up.
  public struct Settings: Sendable {
    public var environment: [String: String]
    /// Nil for the environment's, or `default`.
    public var profile: ProfileChoice?
    /// Nil for the environment's or the profile's.
    public var region: String?
    /// How long one call may take in all, repeated as often as needed, where it may be carried out twice.
    public var callTimeout = Duration.seconds(300)

    public init(environment: [String: String], profile: ProfileChoice? = nil, region: String? = nil) {
      self.environment = environment
      self.profile = profile
      self.region = region
    }
  }

  public let region: String
  private let settings: Settings
  private let profile: ProfileChoice
  private let config: SharedConfig
  private let http: HTTPTransport
  private let source: CredentialSource
  private let now: @Sendable () -> Date
  private let notice: @Sendable (String) -> Void

  /// - Parameters:
  ///   - settings: How it is set up.
  ///   - http: What carries the requests.
  ///   - now: This machine's clock.
  ///   - notice: Told where a call has not worked for some time, and is tried on.
  /// - Throws: A `ConfigurationFault` where the profile is not there, or no region is set.
  public init(
    _ settings: Settings, http: HTTPTransport, now: @escaping @Sendable () -> Date = { Date() },
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(ConfigurationFault) {
    let environment = settings.environment
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let config = try SharedConfig(environment: environment)
    let named =
      settings.profile
      ?? (variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE")).map {
        ProfileChoice(name: $0, isExplicit: false)
      }
    if let named, !config.profiles.contains(named.name) {
      throw ConfigurationFault(
        "there is no AWS profile `\(named.name)`",
        help: Suggestion.help(for: named.name, among: config.profiles)
          ?? (config.profiles.isEmpty ? "run `aws configure`" : "there are: \(config.profiles.joined(separator: ", "))")
      )
    }
    let profile = named ?? ProfileChoice(name: "default", isExplicit: false)
    let region =
      [settings.region, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION")].compactMap { $0 }.first
      ?? config.value("region", ofProfile: profile.name)
    guard let region else {
      throw ConfigurationFault("no AWS region is set", help: "set AWS_REGION, or give the profile a region")
    }
    self.settings = settings
    self.profile = profile
    self.config = config
    self.region = region
    self.http = http
    self.now = now
    self.notice = notice
    source = CredentialSource(
      situation: CredentialSituation(
        environment: environment, config: config, profile: profile, region: region, http: http, now: now))
  }

  /// - Parameter region: Where the tables are.
  /// - Returns: A client with retries of its own.
  public func dynamoDB(region: String) -> DynamoDB {
    DynamoDB(
      client: client(.dynamoDB, in: region), persistence: .lasting(settings.callTimeout),
      writePersistence: .bounded(settings.callTimeout))
  }

  /// - Parameter region: Where the queue is.
  /// - Returns: A client with retries of its own.
  public func simpleQueueService(region: String) -> SimpleQueueService {
    SimpleQueueService(client: client(.simpleQueueService, in: region), callTimeout: settings.callTimeout)
  }

  /// - Parameter region: Where the rules are.
  /// - Returns: A client with retries of its own.
  public func eventBridge(region: String) -> EventBridge { EventBridge(client: client(.eventBridge, in: region)) }

  /// - Parameter region: Where the services are.
  /// - Returns: A client with retries of its own.
  public func elasticContainerService(region: String) -> ElasticContainerService {
    ElasticContainerService(client: client(.elasticContainerService, in: region))
  }

  /// - Parameter region: Where the services are.
  /// - Returns: A client with retries of its own.
  public func applicationAutoScaling(region: String) -> ApplicationAutoScaling {
    ApplicationAutoScaling(client: client(.applicationAutoScaling, in: region))
  }

  /// - Parameter region: Where the alarms are.
  /// - Returns: A client with retries of its own.
  public func cloudWatch(region: String) -> CloudWatch { CloudWatch(client: client(.cloudWatch, in: region)) }

  public var cloudFormation: CloudFormation { CloudFormation(client: client(.cloudFormation)) }

  public var securityTokenService: SecurityTokenService {
    SecurityTokenService(client: client(.securityTokenService))
  }

  /// Calls an operation of a JSON service, as often as the standard retry mode does.
  package func json(
    _ service: AWSService, _ operation: String, _ input: JSONValue
  ) async throws(AWSError) -> JSONValue {
    try await client(service).json(operation, input).output
  }

  /// Calls an operation of a query service, as often as the standard retry mode does.
  package func query(
    _ service: AWSService, _ operation: String, _ parameters: [(String, String)]
  ) async throws(AWSError) -> XMLElement {
    try await client(service).query(operation, parameters)
  }

  private func client(_ service: AWSService, in region: String? = nil) -> ServiceClient {
    ServiceClient(
      service: service, region: region ?? self.region,
      endpoints: EndpointResolver(environment: settings.environment, config: config, profile: profile.name),
      signer: .source(source), http: http, retry: RetrySettings(settings.environment, config, profile.name),
      persistence: .bounded(settings.callTimeout), now: now,
      notice: notice)
  }
}
