import Testing

@testable import ExecPlugin

@Suite struct ProcessTableTests {
  @Test(arguments: [
    (5_000, 100, true), (5_000, 16_384, false), (4_999, 100, false), (30_000, 20_000, false), (30_000, 0, true),
  ])
  func `numbers tell who began later, until they begin anew`(last: Int32, starts: Int, isOrdered: Bool) {
    #expect(
      ProcessTable.isOrdered(own: 5_000, last: last, starts: starts, mostNumbers: 32_768) == isOrdered)
  }
}
