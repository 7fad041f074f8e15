import AWSClient
import Synchronization
import TaskKit
import UGCPlatform

/// Takes events from an SQS queue behind the rule; a message is deleted when its events are stored.
///
/// What cannot be read stays in the queue, whose redrive policy knows what to do with it. Any number of workers may take
/// from one queue.
final class QueueWorker: Sendable {
  /// When to stop, besides being told to.
  struct Limits: Sendable {
    /// After so long without a message that could be stored.
    var idleTimeout: Duration?
    /// After so many messages.
    var maxEvents: Int?
    /// Where nothing could be stored for so long.
    var withoutProgress: Duration
  }

  /// How many calls wait for messages at the same time.
  private static let receivers = 4
  private static let capacity = receivers * SimpleQueueService.messagesPerCall
  private static let pause = Duration.seconds(1)

  private struct State: Sendable {
    var tally = EventTally()
    /// How many more messages may be received.
    var room: Int?
    var lastSuccess = ContinuousClock.now
    /// Since when nothing could be stored.
    var failingSince: ContinuousClock.Instant?
  }

  private let queue: QueueURL
  private let service: SimpleQueueService
  private let lanes: EventLanes
  private let limits: Limits
  private let context: TaskContext
  private let state: Mutex<State>

  init(
    _ queue: QueueURL, _ service: SimpleQueueService, store: any PlatformStore, limits: Limits, context: TaskContext
  ) {
    self.queue = queue
    self.service = service
    lanes = EventLanes(store, capacity: Self.capacity)
    self.limits = limits
    self.context = context
    state = Mutex(State(room: limits.maxEvents))
  }

  var tally: EventTally { state.withLock { $0.tally } }

  /// Works until a limit is reached.
  ///
  /// - Throws: A `StoreError` where the queue cannot be read, or nothing can be stored; a `CancellationError` where the
  ///   task was told to stop. What was received is worked off before.
  func run() async throws {
    await warnWithoutRedrivePolicy()
    // What was asked before is no idle time.
    state.withLock { $0.lastSuccess = .now }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<Self.receivers { group.addTask { try await self.receive() } }
      try await group.waitForAll()
    }
    try Task.checkCancellation()
  }

  private func warnWithoutRedrivePolicy() async {
    do throws(AWSError) {
      guard try await service.redrivePolicy(of: queue.text) == nil else { return }
      context.logger.warning("the queue has no redrive policy: a message that cannot be read comes again and again")
    } catch {
      context.logger.debug("whether the queue has a redrive policy is not known: \(error)")
    }
  }

  private func receive() async throws {
    var hasAsked = false
    while !Task.isCancelled, let wait = waitTime ?? (hasAsked ? nil : Self.pause) {
      hasAsked = true
      let most = reserve()
      guard most > 0 else { return }
      let messages: [SimpleQueueService.Message]
      do {
        messages = try await receive(atMost: most, wait: wait)
      } catch {
        release(most)
        if Task.isCancelled { return }
        throw (error as? AWSError).map { StoreError($0) } ?? error
      }
      release(most - messages.count)
      guard !messages.isEmpty else { continue }
      // What was received is brought to its end, also where the task is told to stop meanwhile.
      let work = Task { try await self.work(off: messages) }
      let isStored = try await withTaskCancellationHandler {
        try await work.value
      } onCancel: { [lanes, context] in
        Task {
          try await Task.sleep(for: context.run.grace)
          work.cancel()
          lanes.cancel()
        }
      }
      if !isStored { try? await Task.sleep(for: Self.pause) }
    }
  }

  /// Where the task is told to stop, what the queue is already giving is still taken: the others would wait for it.
  private func receive(atMost most: Int, wait: Duration) async throws -> [SimpleQueueService.Message] {
    let call = Task { try await service.receive(from: queue.text, atMost: most, wait: wait) }
    return try await withTaskCancellationHandler {
      try await call.value
    } onCancel: {
      Task {
        try await Task.sleep(for: Self.pause)
        call.cancel()
      }
    }
  }

  /// How long the next call waits for messages; nil where none came for too long.
  private var waitTime: Duration? {
    guard let idle = limits.idleTimeout else { return SimpleQueueService.longestWait }
    let rest = state.withLock { $0.lastSuccess } + idle - .now
    guard rest > .zero else { return nil }
    // Whole seconds, and at least one: a call that does not wait would be made again and again.
    return min(SimpleQueueService.longestWait, .seconds(max(1, rest.components.seconds)))
  }

  private func reserve() -> Int {
    state.withLock { state in
      guard let room = state.room else { return SimpleQueueService.messagesPerCall }
      let count = min(room, SimpleQueueService.messagesPerCall)
      state.room = room - count
      return count
    }
  }

  private func release(_ count: Int) {
    state.withLock { state in
      if let room = state.room { state.room = room + count }
    }
  }

  /// Gives whether anything could be stored.
  private func work(off messages: [SimpleQueueService.Message]) async throws -> Bool {
    let results = await withTaskGroup(of: (SimpleQueueService.Message, MessageEnd).self) { group in
      for message in messages { group.addTask { (message, await self.apply(message)) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for case (let message, .unreadable(let reason)) in results {
      context.logger.warning("the message \(message.id) is left in the queue: \(reason)")
    }
    let stored = results.compactMap { $0.1 == .stored ? $0.0 : nil }
    try await delete(stored)
    let failures = results.compactMap { if case .failed(let error) = $0.1 { error } else { nil } }
    let tally = state.withLock { state in
      if !stored.isEmpty {
        (state.lastSuccess, state.failingSince) = (.now, nil)
      } else if !failures.isEmpty {
        state.failingSince = state.failingSince ?? .now
      }
      return state.tally
    }
    context.progress(tally.received, of: nil, "events")
    guard let failure = failures.first else { return true }
    context.logger.warning("\(failures.count.counted("message")) left in the queue: \(failure)")
    let since = state.withLock { $0.failingSince }
    if let since, since.duration(to: .now) > limits.withoutProgress { throw failure }
    return !stored.isEmpty
  }

  private enum MessageEnd: Sendable, Hashable {
    case stored
    case unreadable(String)
    case failed(StoreError)
  }

  private func apply(_ message: SimpleQueueService.Message) async -> MessageEnd {
    let source = SourceText(name: "body", path: "body", bytes: Array(message.body.utf8))
    var end = MessageEnd.stored
    let items = EventDocument.items(in: source)
    if items.isEmpty { return unreadable("it holds no event") }
    for item in items {
      switch item {
      case .fault(let diagnostic):
        state.withLock { $0.tally.countUnreadable() }
        end = .unreadable(diagnostic.sentence)
      case .envelope(.skipped(.notIVS)):
        // The rule brings none: it is another program's, who may still want it.
        end = unreadable("it is no event of IVS")
      case .envelope(let envelope):
        // No more is received than can wait.
        guard let outcome = try? await lanes.apply(envelope) else { return .failed(StoreError("too many events wait")) }
        state.withLock { $0.tally.count(outcome) }
        switch outcome {
        case .failed(let error): return .failed(error)
        case .blocked(let error): end = .unreadable(error.description)
        case .applied, .duplicate, .skipped: break
        }
      }
    }
    return end
  }

  private func unreadable(_ reason: String) -> MessageEnd {
    state.withLock { $0.tally.countUnreadable() }
    return .unreadable(reason)
  }

  private func delete(_ messages: [SimpleQueueService.Message]) async throws {
    guard !messages.isEmpty else { return }
    do throws(AWSError) {
      let left = try await service.delete(messages, from: queue.text)
      // Those come again, and are duplicates then.
      if !left.isEmpty {
        context.logger.warning("\(left.count.counted("message")) could not be deleted from the queue")
      }
    } catch {
      throw StoreError(error)
    }
  }
}
