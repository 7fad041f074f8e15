public import FoundationEssentials
import OrderedCollections
import Synchronization
import TaskKit

/// The log of a CI job: what a task wrote is a section that can be folded, and never lies between the lines of another.
///
/// One task at a time has the log, and its lines are shown as they come; what others write meanwhile is held back until
/// a task ends. The log is one stream, because CI systems do not keep the order of two.
public final class GroupedReporter: RunObserver {
  /// A line that is longer than this is shown before it ends.
  private static let longestLine = 1 << 16

  /// A task whose lines were shown or held.
  private struct Body {
    let reporter: PlainReporter
    let sink: DrainedSink
    /// The line that has not ended yet: a section is never closed within it.
    var openLine: [UInt8] = []
    /// Whether a part of that line was shown, because it is too long to wait for its end.
    var isWithinLine = false

    /// Takes what an event shows.
    ///
    /// - Returns: The lines that have ended with it, or what there is of a line that is too long.
    mutating func take(_ event: RunEvent, at time: Date) -> [UInt8] {
      reporter.receive(event, at: time)
      let bytes = sink.drain()
      let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      var lines: [UInt8] = []
      if end > 0 {
        lines = openLine + bytes[..<end]
        openLine = []
      }
      openLine += bytes[end...]
      if openLine.count > GroupedReporter.longestLine {
        lines += openLine
        openLine = []
      }
      return lines
    }
  }

  private struct State {
    var bodies: [CallIdentity: Body] = [:]
    /// What waits for the log, longest first.
    var held: OrderedDictionary<CallIdentity, HeldOutput> = [:]
    /// The task that has the log, and the number of its section.
    var open: (call: CallIdentity, number: Int)?
    var lastNumber = 0
    /// The tasks that have had a section before.
    var shown: Set<CallIdentity> = []
    var endsLine = true
  }

  private let log: any ByteSink
  private let sections: LogSections
  private let folder: String
  private let style: PlainReporter.Style
  private let whole: PlainReporter
  private let wholeSink = DrainedSink()
  private let state = Mutex(State())

  /// - Parameters:
  ///   - log: Where all of it goes.
  ///   - sections: How the CI system folds.
  ///   - folder: The absolute path of a folder for what has to wait.
  ///   - style: How the run is told.
  public init(log: any ByteSink, sections: LogSections, folder: String, style: PlainReporter.Style) {
    self.log = log
    self.sections = sections
    self.folder = folder
    var style = style
    style.github = sections.github
    style.isOneStream = true
    self.style = style
    style.namesCalls = true
    style.tellsStarts = false
    style.showsOutput = { _ in false }
    whole = PlainReporter(output: wholeSink, error: wholeSink, style: style)
  }

  public func receive(_ event: RunEvent, at time: Date) {
    state.withLock { state in
      switch event {
      case .runStarted, .taskStarted, .settled, .stopping: tell(event, &state, at: time)
      case .output(let call, _, _):
        tell(event, &state, at: time)
        show(event, of: call, &state, at: time)
      case .printed(let call, let line):
        tell(.output(call, Array((line + "\n").utf8), .standardOutput), &state, at: time)
        show(event, of: call, &state, at: time)
      case .progress(let call, _), .log(let call, _, _), .finding(let call, _), .retrying(let call, _):
        show(event, of: call, &state, at: time)
      case .taskFinished(let call, _):
        finish(call, &state, at: time)
        tell(event, &state, at: time)
        showNext(&state, at: time)
      case .runFinished:
        // What processes wrote that outlived their tasks.
        for call in state.bodies.keys.sorted(by: { $0.path < $1.path }) { finish(call, &state, at: time) }
        close(&state, at: time)
        tell(event, &state, at: time)
      }
    }
  }

  /// Lets what is said of the run stand between the sections.
  private func tell(_ event: RunEvent, _ state: inout State, at time: Date) {
    whole.receive(event, at: time)
    let bytes = wholeSink.drain()
    guard !bytes.isEmpty else { return }
    close(&state, at: time)
    log.write(bytes)
  }

  private func show(_ event: RunEvent, of call: CallIdentity, _ state: inout State, at time: Date) {
    give(state.bodies[call, default: makeBody()].take(event, at: time), of: call, &state, at: time)
  }

  /// Shows lines of a task where it has the log, or can have it; otherwise they wait.
  private func give(_ lines: [UInt8], of call: CallIdentity, _ state: inout State, at time: Date) {
    guard let last = lines.last else { return }
    let goesOn = state.bodies[call]?.isWithinLine == true
    state.bodies[call]?.isWithinLine = last != UInt8(ascii: "\n")
    if state.open == nil { open(call, &state, at: time) }
    if state.open?.call == call {
      write(goesOn && state.endsLine ? Self.continuation + lines : lines, &state)
    } else {
      let begins = goesOn && state.held[call] == nil
      state.held[call, default: HeldOutput(folder: folder)].add(begins ? Self.continuation + lines : lines)
    }
  }

  /// What the rest of a line begins with that had to be cut: no data of a task is to look like a command.
  private static let continuation = Array("… ".utf8)

  private func makeBody() -> Body {
    let sink = DrainedSink()
    var style = style
    style.namesCalls = false
    return Body(reporter: PlainReporter(output: sink, error: sink, style: style), sink: sink)
  }

  private func finish(_ call: CallIdentity, _ state: inout State, at time: Date) {
    if let rest = state.bodies[call]?.openLine, !rest.isEmpty {
      give(rest + [UInt8(ascii: "\n")], of: call, &state, at: time)
    }
    state.bodies[call] = nil
    if state.open?.call == call { return close(&state, at: time) }
    guard state.held[call] != nil else { return }
    close(&state, at: time)
    showHeld(of: call, &state, at: time)
    close(&state, at: time)
  }

  /// Gives the log to the task that has waited longest.
  private func showNext(_ state: inout State, at time: Date) {
    guard state.open == nil, let next = state.held.keys.first else { return }
    showHeld(of: next, &state, at: time)
  }

  private func showHeld(of call: CallIdentity, _ state: inout State, at time: Date) {
    guard let held = state.held.removeValue(forKey: call) else { return }
    open(call, &state, at: time)
    held.give { write($0, &state) }
  }

  private func open(_ call: CallIdentity, _ state: inout State, at time: Date) {
    state.lastNumber += 1
    state.open = (call, state.lastNumber)
    let title = state.shown.insert(call).inserted ? call.path : "\(call.path), continued"
    log.write(sections.begin(state.lastNumber, title, at: time) + "\n")
    state.endsLine = true
  }

  private func close(_ state: inout State, at time: Date) {
    guard let open = state.open else { return }
    let lineBreak = state.endsLine ? "" : "\n"
    log.write(lineBreak + sections.end(open.number, at: time) + "\n")
    state.open = nil
  }

  private func write(_ bytes: [UInt8], _ state: inout State) {
    log.write(bytes)
    if let last = bytes.last { state.endsLine = last == UInt8(ascii: "\n") }
  }
}

/// Keeps what is written to it until it is asked for.
private final class DrainedSink: ByteSink {
  private let bytes = Mutex<[UInt8]>([])

  func write(_ more: [UInt8]) {
    bytes.withLock { $0 += more }
  }

  func drain() -> [UInt8] {
    bytes.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
  }
}
