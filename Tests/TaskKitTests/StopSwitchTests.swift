import Synchronization
import TaskKit
import Testing

@Suite struct StopSwitchTests {
  private final class Kept: Sendable {
    let orders = Mutex<[ControlOrder]>([])
  }

  @Test func `orders reach whoever handles them, those given before too`() async {
    let stopSwitch = StopSwitch()
    let kept = Kept()
    stopSwitch.give(.hold)
    #expect(!stopSwitch.isStopped)
    await stopSwitch.handling(with: { order in kept.orders.withLock { $0.append(order) } }) {
      stopSwitch.give(.stop(signal: 15, grace: .seconds(1)))
    }
    stopSwitch.give(.goOn)
    #expect(kept.orders.withLock { $0 } == [.hold, .stop(signal: 15, grace: .seconds(1))])
    #expect(stopSwitch.isStopped)
    await stopSwitch.waitForStop()
  }

  @Test(.timeLimit(.minutes(1))) func `waiting ends with the first order to stop, or with the task`() async {
    let stopSwitch = StopSwitch()
    async let waiting: Void = stopSwitch.waitForStop()
    async let waitingToo: Void = stopSwitch.waitForStop()
    stopSwitch.give(.stop(signal: 2, grace: .zero))
    _ = await (waiting, waitingToo)
    await stopSwitch.waitForStop()
    let other = Task { await StopSwitch().waitForStop() }
    other.cancel()
    await other.value
  }
}
