import TaskRunner
import Testing

@testable import TaskCLI

@Suite struct ProgressFiguresTests {
  @Test func `figures tell share, count, rate and time left`() {
    let figures = ProgressFigures(Progress(done: 480_000, total: 1_000_000, unit: "channels"), elapsed: 12)
    #expect(figures.share == 0.48)
    #expect(figures.text == "48%  480,000 of 1,000,000 channels  40,000/s  13 s left")
  }

  @Test func `without a total there is no share`() {
    let figures = ProgressFigures(Progress(done: 1_500, total: nil, unit: "items"), elapsed: 0.1)
    #expect(figures.share == nil)
    #expect(figures.text == "1,500 items")
  }

  @Test func `nothing of nothing is no division by zero`() {
    #expect(ProgressFigures(Progress(done: 0, total: 0, unit: "items"), elapsed: 0).text == "0 items")
  }
}
