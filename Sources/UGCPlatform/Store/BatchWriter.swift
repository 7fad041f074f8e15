import AWSClient
import DequeModule

/// Carries out writes in full batches, several at the same time, until all are done.
///
/// What DynamoDB did not get to, and what a lost or refused call held, goes back into the queue: every write may be
/// carried out twice without harm. Fewer calls are made at the same time where DynamoDB is throttling.
struct BatchWriter: Sendable {
  private static let mostAtOnce = 16
  private static let firstAtOnce = 4
  private static let firstDelay = 0.05
  private static let longestDelay = 5.0
  /// The user is told where no row was written for this long.
  private static let quiet = Duration.seconds(10)

  let stack: DeployedStack
  let database: DynamoDB
  let patience: DynamoDBPlatformStore.Patience
  let progress: @Sendable (RowCounts) -> Void
  let notice: @Sendable (String) -> Void

  /// Carries out all writes.
  ///
  /// - Parameter source: The writes, taken as they are carried out; no two are of the same row.
  /// - Returns: How many rows were written.
  /// - Throws: A `PartialWork` that says exactly what is done.
  func write<Source: AsyncSequence & Sendable>(_ source: Source) async throws(PartialWork) -> RowCounts
  where Source.Element == [RowWrite] {
    let state = await withTaskGroup(of: Sent.self) { group in
      var state = State()
      var writes = source.makeAsyncIterator()
      while true {
        while state.mayStart, !Task.isCancelled {
          await fill(&state, from: &writes)
          guard !Task.isCancelled, let batch = state.nextBatch() else { break }
          let (number, delay) = (state.started, state.delay)
          group.addTask { await send(batch, number, after: delay) }
        }
        guard state.underway > 0, let sent = await group.next() else { break }
        take(sent, &state)
      }
      return state
    }
    if let failure = state.failure { throw state.partial(.failed(failure)) }
    if Task.isCancelled { throw state.partial(.cancelled) }
    return state.done
  }

  /// What is known at a moment.
  private struct State {
    var queue: Deque<RowWrite> = []
    var hasMore = true
    /// How many calls were begun, and how many of them have not ended.
    var started = 0
    var underway = 0
    /// How many calls may be underway.
    var limit = BatchWriter.firstAtOnce
    /// How often in a row calls were not carried out whole; of those that were underway together, one counts.
    var setbacks = 0
    /// Calls begun before are of a setback that has been counted.
    var firstOfWindow = 0
    /// Since when no row was written, though calls were made.
    var stalledSince: ContinuousClock.Instant?
    var nextNotice = ContinuousClock.now
    var done = RowCounts()
    var failure: StoreError?

    var mayStart: Bool { failure == nil && underway < limit && (hasMore || !queue.isEmpty) }

    mutating func nextBatch() -> [RowWrite]? {
      guard !queue.isEmpty else { return nil }
      let count = min(queue.count, DynamoDB.writesPerBatch)
      let batch = Array(queue.prefix(count))
      queue.removeFirst(count)
      underway += 1
      started += 1
      return batch
    }

    mutating func advance() {
      setbacks = 0
      limit = min(limit + 1, BatchWriter.mostAtOnce)
    }

    mutating func setBack(by sent: Sent) {
      guard sent.number >= firstOfWindow else { return }
      firstOfWindow = started + 1
      setbacks += 1
      if sent.isBusy { limit = max(1, limit / 2) }
    }

    /// How long the next call waits; calls that wait do so for different times.
    var delay: Duration {
      guard setbacks > 0 else { return .zero }
      let longest = min(BatchWriter.firstDelay * Double(1 << min(setbacks, 10)), BatchWriter.longestDelay)
      return .seconds(longest * Double.random(in: 0.5...1))
    }

    func partial(_ reason: PartialWork.Reason) -> PartialWork {
      let uncertain = queue.lazy.filter(\.mayBeDone).reduce(RowCounts()) { $0 + $1.table.oneRow }
      return PartialWork(reason, done: done, uncertain: uncertain)
    }
  }

  /// What has become of a call.
  private struct Sent: Sendable {
    /// Calls are counted from 1.
    let number: Int
    var done: [RowWrite] = []
    var left: [RowWrite] = []
    var error: AWSError?
    /// Whether DynamoDB had too much to do.
    var isBusy = false
  }

  private func fill<Writes: AsyncIteratorProtocol>(_ state: inout State, from writes: inout Writes) async
  where Writes.Element == [RowWrite] {
    while state.hasMore, state.queue.count < DynamoDB.writesPerBatch {
      do {
        if let next = try await writes.next(isolation: #isolation) {
          state.queue += next
        } else {
          state.hasMore = false
        }
      } catch {
        state.hasMore = false
        if let error = error as? AWSError { state.failure = StoreError(error, in: stack) }
      }
    }
  }

  /// Makes a call, and lets it come to its end where the work is cancelled: only so is it known what is done.
  private func send(_ batch: [RowWrite], _ number: Int, after delay: Duration) async -> Sent {
    if delay > .zero {
      try? await Task.sleep(for: delay)
      guard !Task.isCancelled else { return Sent(number: number, left: batch) }
    }
    let call = Task { () -> Result<DynamoDB.WriteReply, AWSError> in
      do throws(AWSError) {
        return .success(try await database.write(batch.map(\.write)))
      } catch {
        return .failure(error)
      }
    }
    let result = await withTaskCancellationHandler {
      await call.value
    } onCancel: {
      Task {
        try? await Task.sleep(for: patience.afterCancellation)
        call.cancel()
      }
    }
    switch result {
    case .success(let reply):
      let keys = Set(reply.unprocessed.map { RowKey($0) })
      return Sent(
        number: number, done: batch.filter { !keys.contains(RowKey($0.write)) },
        left: batch.filter { keys.contains(RowKey($0.write)) }.marked(reply.mayBeDone),
        isBusy: reply.wasThrottled || !keys.isEmpty)
    case .failure(let error):
      return Sent(number: number, left: batch.marked(error.mayBeDone), error: error, isBusy: error.isThrottling)
    }
  }

  private struct RowKey: Hashable {
    let table: String
    let key: JSONValue

    init(_ write: DynamoDB.Write) {
      table = write.table
      key = write.key
    }
  }

  private func take(_ sent: Sent, _ state: inout State) {
    state.underway -= 1
    for row in sent.left.reversed() { state.queue.prepend(row) }
    if !sent.done.isEmpty {
      state.done = sent.done.reduce(state.done) { $0 + $1.table.oneRow }
      state.stalledSince = nil
      progress(state.done)
    }
    if sent.left.isEmpty, !sent.isBusy { state.advance() } else { state.setBack(by: sent) }
    guard !sent.left.isEmpty else { return }
    if let error = sent.error, !error.isTransient, error.cause != .cancelled {
      state.failure = state.failure ?? StoreError(error, in: stack)
      return
    }
    guard sent.done.isEmpty else { return }
    let now = ContinuousClock.now
    let since = state.stalledSince ?? now
    if state.stalledSince == nil { (state.stalledSince, state.nextNotice) = (now, now + Self.quiet) }
    if since.duration(to: now) > patience.withoutProgress {
      state.failure = state.failure ?? sent.error.map { StoreError($0, in: stack) } ?? Self.stalled(patience)
    } else if now >= state.nextNotice {
      state.nextNotice = now + Self.quiet
      notice("DynamoDB has taken no row for \(Int(since.duration(to: now) / .seconds(1))) s; trying on")
    }
  }

  private static func stalled(_ patience: DynamoDBPlatformStore.Patience) -> StoreError {
    StoreError(
      "DynamoDB has taken no row for \(Int(patience.withoutProgress / .seconds(1))) s",
      help: "raise the tables' write capacity, or AWS_CALL_TIMEOUT")
  }
}

extension [RowWrite] {
  /// The writes, where a call that held them was lost marked as such.
  fileprivate func marked(_ mayBeDone: Bool) -> [RowWrite] {
    guard mayBeDone else { return self }
    return map { write in
      var write = write
      write.mayBeDone = true
      return write
    }
  }
}
