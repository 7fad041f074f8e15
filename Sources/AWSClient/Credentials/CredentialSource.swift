import FoundationEssentials

/// The credentials of a run, looked for once and refreshed before they end.
actor CredentialSource {
  /// How long before their end credentials are refreshed where that works, and where nothing else is done first: at most
  /// these, and at most a part of their life.
  private static let advisoryRefresh = 15 * 60.0
  private static let mandatoryRefresh = 10 * 60.0
  /// Between two tries to refresh.
  private static let pause = 60.0

  private let chain: CredentialChain
  private let situation: CredentialSituation
  private var current: Credentials?
  private var foundAt = Date.distantPast
  private var nextTry = Date.distantPast
  private var search: Task<Result<Credentials, CredentialFault>, Never>?

  init(chain: CredentialChain = .standard, situation: CredentialSituation) {
    self.chain = chain
    self.situation = situation
  }

  /// Gives credentials that have not ended.
  ///
  /// - Throws: A `CredentialFault` where there are none, or where those that ended cannot be refreshed.
  func credentials() async throws(CredentialFault) -> Credentials {
    guard let current else { return try await refreshed() }
    guard let expiration = current.expiration else { return current }
    let now = situation.now()
    let left = expiration.timeIntervalSince(now)
    guard left > 0 else { return try await refreshed() }
    let life = expiration.timeIntervalSince(foundAt)
    let isDue = left < min(Self.advisoryRefresh, life / 3) && now >= nextTry
    let isPressing = left < min(Self.mandatoryRefresh, life / 6) && now >= nextTry.addingTimeInterval(10 - Self.pause)
    guard isDue || isPressing else { return current }
    nextTry = now.addingTimeInterval(Self.pause)
    return (try? await refreshed()) ?? current
  }

  /// Looks for others than those that a service called expired.
  func hasOther(than expired: Credentials) async -> Bool {
    if current?.isSame(as: expired) == true { current = nil }
    let found = try? await credentials()
    return found?.isSame(as: expired) == false
  }

  /// All who ask at the same time wait for one search; whoever is cancelled ends it, and the others begin anew.
  private func refreshed() async throws(CredentialFault) -> Credentials {
    while true {
      let search = search ?? startSearch()
      let result = await withTaskCancellationHandler {
        await search.value
      } onCancel: {
        search.cancel()
      }
      if self.search == search { self.search = nil }
      if search.isCancelled, !Task.isCancelled, case .failure = result { continue }
      let credentials = try result.get()
      current = credentials
      foundAt = situation.now()
      return credentials
    }
  }

  private func startSearch() -> Task<Result<Credentials, CredentialFault>, Never> {
    let (chain, situation) = (chain, situation)
    let task = Task { () async -> Result<Credentials, CredentialFault> in
      do throws(CredentialFault) {
        return .success(try await chain.credentials(in: situation))
      } catch {
        return .failure(error)
      }
    }
    search = task
    return task
  }
}
