import FoundationEssentials
import Synchronization

/// Brings the events of all tasks to the observers, one at a time.
final class EventRelay: Sendable {
  private let observers: [any RunObserver]
  private let now: @Sendable () -> Date
  private let order = Mutex(())
  /// Reporters of calls that have ended, and whose processes wrote something since.
  private let late = Mutex<[ObjectIdentifier: CallReporter]>([:])

  init(_ observers: [any RunObserver], now: @escaping @Sendable () -> Date) {
    self.observers = observers
    self.now = now
  }

  func emit(_ event: RunEvent) {
    order.withLock { _ in
      let time = now()
      for observer in observers { observer.receive(event, at: time) }
    }
  }

  func keepUntilEnd(_ reporter: CallReporter) {
    late.withLock { $0[ObjectIdentifier(reporter)] = reporter }
  }

  /// Gives what late reporters still hold back.
  func finishLateReporters() {
    let reporters = late.withLock { late in
      defer { late = [:] }
      return Array(late.values)
    }
    for reporter in reporters { reporter.finish() }
  }
}
