import FoundationEssentials

/// The credentials of a run, looked for once and refreshed before they end.
actor CredentialSource {
  /// How long before their end credentials are refreshed where that is possible, and where they must be.
  private static let advisoryRefresh = 15 * 60.0
  private static let mandatoryRefresh = 10 * 60.0

  private let chain: CredentialChain
  private let situation: CredentialSituation
  private var current: Credentials?
  private var search: Task<Result<Credentials, CredentialFault>, Never>?

  init(chain: CredentialChain = .standard, situation: CredentialSituation) {
    self.chain = chain
    self.situation = situation
  }

  /// Gives credentials that last for some minutes.
  ///
  /// - Throws: A `CredentialFault` where there are none, or where those that end cannot be refreshed.
  func credentials() async throws(CredentialFault) -> Credentials {
    if let current, !ends(current, within: Self.advisoryRefresh) { return current }
    do throws(CredentialFault) {
      return try await refreshed()
    } catch {
      if let current, !ends(current, within: 0), !ends(current, within: Self.mandatoryRefresh) { return current }
      throw error
    }
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

  private func ends(_ credentials: Credentials, within seconds: Double) -> Bool {
    guard let expiration = credentials.expiration else { return false }
    return expiration.timeIntervalSince(situation.now()) < seconds
  }
}
