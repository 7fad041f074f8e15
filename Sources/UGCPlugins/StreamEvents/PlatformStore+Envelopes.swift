import UGCPlatform

extension PlatformStore {
  /// Applies what is an event; what is skipped already stays so.
  func apply(_ envelopes: [EventEnvelope]) async -> [EventOutcome] {
    let events = envelopes.compactMap { envelope in
      if case .event(let event) = envelope { event } else { nil }
    }
    var applied = events.isEmpty ? [].makeIterator() : await apply(events).makeIterator()
    return envelopes.map { envelope in
      switch envelope {
      case .skipped(let reason): .skipped(reason)
      case .event: applied.next() ?? .failed(StoreError("the store did not say what has become of the event"))
      }
    }
  }
}
