import AWSClient
import Synchronization
import TaskKit

/// The AWS sessions of a run: its tasks share connections and credentials.
final class AWSSessions: RunResource {
  /// What two tasks must agree on to share a session.
  private struct Key: Hashable {
    let environment: [String: String]
    let profile: ProfileChoice?
    let region: String?
    let callTimeout: Duration
  }

  private struct State {
    var sessions: [Key: AWSSession] = [:]
    var transports: [HTTPTransport] = []
  }

  private let state = Mutex(State())

  /// The session of some settings.
  ///
  /// - Parameters:
  ///   - settings: How it is set up.
  ///   - notice: Told where a call has not worked for some time.
  /// - Returns: One that is kept for the run.
  /// - Throws: A `ConfigurationFault` where AWS is not configured as the settings say.
  func session(
    _ settings: AWSSession.Settings, notice: @escaping @Sendable (String) -> Void
  ) throws(ConfigurationFault) -> AWSSession {
    let key = Key(
      environment: settings.environment.filter { variable in
        variable.key.hasPrefix("AWS_") || variable.key.lowercased().hasSuffix("_proxy")
          || ["HOME", "PATH"].contains(variable.key)
      },
      profile: settings.profile, region: settings.region, callTimeout: settings.callTimeout)
    if let session = state.withLock({ $0.sessions[key] }) { return session }
    let http = HTTPTransport(environment: settings.environment)
    let session = try AWSSession(settings, http: http, notice: notice)
    state.withLock { state in
      state.sessions[key] = session
      state.transports.append(http)
    }
    return session
  }

  func close() async -> [String] {
    let transports = state.withLock { state in
      defer { state = State() }
      return state.transports
    }
    for transport in transports { await transport.close() }
    return []
  }
}
