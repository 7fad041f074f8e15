import DequeModule
import Synchronization
import UGCPlatform

/// Applies events that come one by one, those that wait for each other's end in one go.
///
/// Where a store applies several channels' events at the same time, each channel has a lane; otherwise all share one. What
/// comes in a lane is applied in the order in which it came.
final class EventLanes: Sendable {
  /// More events wait than is good for whoever sent them.
  struct OverCapacity: Error {}

  private static let batchSize = 500

  private struct Waiting: Sendable {
    let event: StreamEvent
    let continuation: CheckedContinuation<EventOutcome, Never>
  }

  private struct State: Sendable {
    /// What waits, by lane; a lane that is worked on, or is to be, is there even where it is empty.
    var lanes: [String: [Waiting]] = [:]
    /// Lanes that nobody works on yet.
    var ready: Deque<String> = []
    var workers: [Int: Task<Void, Never>] = [:]
    var lastWorker = 0
    var count = 0
  }

  private let store: any PlatformStore
  private let capacity: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - store: Where events go.
  ///   - capacity: How many may wait.
  init(_ store: any PlatformStore, capacity: Int) {
    self.store = store
    self.capacity = capacity
  }

  /// How many events have come whose outcome is not known yet.
  var count: Int { state.withLock { $0.count } }

  /// Applies an event; returns when what has become of it is certain.
  ///
  /// The work goes on where the caller is cancelled: what was accepted is not lost.
  func apply(_ envelope: EventEnvelope) async throws(OverCapacity) -> EventOutcome {
    let event: StreamEvent
    switch envelope {
    case .skipped(let reason): return .skipped(reason)
    case .event(let found): event = found
    }
    let isFull = state.withLock { state in
      guard state.count < capacity else { return true }
      state.count += 1
      return false
    }
    guard !isFull else { throw OverCapacity() }
    return await withCheckedContinuation { continuation in
      let lane = store.eventLanes == 1 ? "" : event.channelArn
      let waiting = Waiting(event: event, continuation: continuation)
      state.withLock { state in
        if state.lanes[lane] == nil {
          state.lanes[lane] = [waiting]
          state.ready.append(lane)
        } else {
          state.lanes[lane]?.append(waiting)
        }
        if !state.ready.isEmpty, state.workers.count < store.eventLanes {
          state.lastWorker += 1
          let number = state.lastWorker
          state.workers[number] = Task { await work(number) }
        }
      }
    }
  }

  /// Gives up what is not applied yet: it fails, and can be delivered again.
  func cancel() {
    for worker in state.withLock({ $0.workers.values.map(\.self) }) { worker.cancel() }
  }

  /// Applies what waits in the lanes until none is ready.
  private func work(_ number: Int) async {
    while let (lane, batch) = next(number) {
      let outcomes = await store.apply(batch.map(\.event))
      state.withLock { state in
        state.count -= batch.count
        if state.lanes[lane]?.isEmpty ?? true { state.lanes[lane] = nil } else { state.ready.append(lane) }
      }
      for (waiting, outcome) in zip(batch, outcomes) { waiting.continuation.resume(returning: outcome) }
    }
  }

  private func next(_ number: Int) -> (lane: String, batch: [Waiting])? {
    state.withLock { state in
      guard let lane = state.ready.popFirst(), let waiting = state.lanes[lane] else {
        state.workers[number] = nil
        return nil
      }
      let batch = Array(waiting.prefix(Self.batchSize))
      state.lanes[lane] = Array(waiting.dropFirst(batch.count))
      return (lane, batch)
    }
  }
}
