import FoundationEssentials
import Synchronization
import TaskRunner

/// Draws the progress of the running task as a bar on the terminal's last line; all else is left to plain lines.
final class ProgressBar: RunObserver {
  private struct State {
    var started: [CallIdentity: Date] = [:]
    var isDrawn = false
  }

  private let plain: PlainReporter
  private let error: any ByteSink
  private let width: Int
  private let isColored: Bool
  private let state = Mutex(State())

  init(plain: PlainReporter, error: any ByteSink, width: Int, isColored: Bool) {
    self.plain = plain
    self.error = error
    self.width = width
    self.isColored = isColored
  }

  func receive(_ event: RunEvent, at time: Date) {
    state.withLock { state in
      guard case .progress(let call, let progress) = event else {
        if case .taskStarted(let call) = event { state.started[call] = time }
        erase(&state)
        return plain.receive(event, at: time)
      }
      let elapsed = time.timeIntervalSince(state.started[call] ?? time)
      erase(&state)
      error.write(line(call, progress, elapsed))
      state.isDrawn = true
    }
  }

  private func erase(_ state: inout State) {
    guard state.isDrawn else { return }
    error.write("\r\u{1B}[K")
    state.isDrawn = false
  }

  /// The bar with its figures.
  ///
  /// `seed ━━━━━━──────  48%  480,000 of 1,000,000 channels  41,200/s  13 s left`
  private func line(_ call: CallIdentity, _ progress: Progress, _ elapsed: TimeInterval) -> String {
    let figures = ProgressFigures(progress, elapsed: elapsed)
    let room = width - call.path.count - figures.text.count - 4
    guard let share = figures.share, room >= 10 else {
      return String("\(call.path)  \(figures.text)".prefix(width - 1))
    }
    let length = min(room, 30)
    let full = Int((Double(length) * share).rounded())
    let bar = paint(String(repeating: "━", count: full), "36") + String(repeating: "─", count: length - full)
    return "\(call.path) \(bar)  \(figures.text)"
  }

  private func paint(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Progress in figures: share, count, rate, time left.
struct ProgressFigures: Equatable {
  /// 0 to 1, where the total is known.
  let share: Double?
  let text: String

  init(_ progress: Progress, elapsed: TimeInterval) {
    var parts: [String] = []
    let rate = elapsed >= 0.5 ? Double(progress.done) / elapsed : nil
    if let total = progress.total, total > 0 {
      let share = min(1, Double(progress.done) / Double(total))
      self.share = share
      parts = ["\(Int(share * 100))%", "\(progress.done.grouped) of \(total.grouped) \(progress.unit)"]
    } else {
      share = nil
      parts = ["\(progress.done.grouped) \(progress.unit)"]
    }
    if let rate, rate >= 1 {
      parts.append("\(Int(rate).grouped)/s")
      if let total = progress.total, progress.done < total {
        parts.append("\(Self.duration(Double(total - progress.done) / rate)) left")
      }
    }
    text = parts.joined(separator: "  ")
  }

  private static func duration(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded(.up))
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}

extension Int {
  /// `1,000,000`.
  fileprivate var grouped: String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}
