public import FoundationEssentials
public import Documents
import Logging
import Synchronization
import TaskKit

/// One JSON object a line: `--output json`.
public final class JSONReporter: RunObserver {
  private let output: any ByteSink
  /// What a script wrote of its last line, by call and stream.
  private let lines = Mutex<[StreamKey: LineBuffer]>([:])

  private struct StreamKey: Hashable {
    let call: CallIdentity
    let stream: OutputStream
  }

  public init(output: any ByteSink) {
    self.output = output
  }

  public func receive(_ event: RunEvent, at time: Date) {
    switch event {
    case .runStarted(let run, let tasks):
      write("run-started", at: time, ["run": .string(run.id), "tasks": .array(tasks.map(JSONValue.string))])
    case .settled: break
    case .taskStarted(let call):
      write("task-started", at: time, call.json)
    case .progress(let call, let progress):
      let total = progress.total.map(JSONValue.integer) ?? .null
      write(
        "progress", at: time,
        call.json + ["done": .integer(progress.done), "total": total, "unit": .string(progress.unit)])
    case .log(let call, let level, let message):
      write("log", at: time, call.json + ["level": .string(level.rawValue), "message": .string(message)])
    case .output(let call, let bytes, let stream):
      write(lines.withLock { $0[key(call, stream), default: LineBuffer()].add(bytes) }, call, stream, at: time)
    case .printed(let call, let line):
      write([LineBuffer.Piece(bytes: Array(line.utf8), endsLine: true)], call, .standardOutput, at: time)
    case .finding(let call, let finding):
      write("finding", at: time, call.json + finding.members)
    case .taskFinished(let call, let result):
      finishLines(of: call, at: time)
      write(
        "task-finished", at: time,
        call.json + [
          "status": .string(result.status.rawValue), "seconds": .seconds(result.duration),
          "outputs": result.outputs.json, "error": .optional(result.failure?.message),
        ] + (result.failure.map { [JSONValue.Member("diagnostics", .array($0.diagnostics.map(\.json)))] } ?? [])
          + result.details)
    case .retrying(let call, let attempt):
      write(
        "task-retrying", at: time,
        call.json + [
          "attempt": .integer(attempt.number), "attempts": .integer(attempt.most),
          "error": .string(attempt.failure.message), "pause": .seconds(attempt.pause),
        ])
    case .stopping(let signal, let grace):
      write("run-stopping", at: time, ["signal": .string(Signals.name(signal)), "grace": .seconds(grace)])
    case .runFinished(let result):
      for call in lines.withLock({ Set($0.keys.map(\.call)) }) { finishLines(of: call, at: time) }
      write(
        "run-finished", at: time,
        [
          "status": .string(result.status.rawValue), "seconds": .seconds(result.duration),
          "error": .optional(result.failure?.message), "notes": .array(result.notes.map(JSONValue.string)),
        ])
    }
  }

  private func key(_ call: CallIdentity, _ stream: OutputStream) -> StreamKey {
    StreamKey(call: call, stream: stream)
  }

  private func finishLines(of call: CallIdentity, at time: Date) {
    for stream in [OutputStream.standardOutput, .standardError] {
      let rest = lines.withLock { $0[key(call, stream)]?.finish() }
      lines.withLock { $0[key(call, stream)] = nil }
      write([rest].compactMap { $0 }, call, stream, at: time)
    }
  }

  private func write(_ pieces: [LineBuffer.Piece], _ call: CallIdentity, _ stream: OutputStream, at time: Date) {
    for piece in pieces {
      let message = String(decoding: piece.bytes, as: UTF8.self)
      write(
        "log", at: time,
        call.json + ["level": "info", "stream": .string(stream.rawValue), "message": .string(message)]
          + (piece.endsLine ? [] : [JSONValue.Member("continues", true)]))
    }
  }

  private func write(_ event: String, at time: Date, _ details: KeyValuePairs<String, JSONValue>) {
    write(event, at: time, details.map { JSONValue.Member($0.key, $0.value) })
  }

  private func write(_ event: String, at time: Date, _ details: [JSONValue.Member]) {
    let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let members = [JSONValue.Member("event", .string(event))] + details + [JSONValue.Member("time", .string(stamp))]
    output.write(JSONValue.object(members).text + "\n")
  }
}

extension TaskResult {
  /// What only some ends have.
  fileprivate var details: [JSONValue.Member] {
    var details: [JSONValue.Member] = []
    if isRecorded { details.append(.init("recorded", true)) }
    if let reason { details.append(.init("reason", .string(reason))) }
    if attempts > 1 { details.append(.init("attempts", .integer(attempts))) }
    if isAllowedToFail { details.append(.init("allowed", true)) }
    return details
  }
}

extension CallIdentity {
  fileprivate var json: [JSONValue.Member] {
    [JSONValue.Member("task", .string(task)), JSONValue.Member("call", .string(path))]
  }
}

extension [JSONValue.Member] {
  fileprivate static func + (members: Self, more: KeyValuePairs<String, JSONValue>) -> Self {
    members + more.map { JSONValue.Member($0.key, $0.value) }
  }
}

extension Finding {
  /// `{code, severity, subject, message, expected, found, help, place}`.
  public var json: JSONValue { .object(members) }

  fileprivate var members: [JSONValue.Member] {
    [
      .init("code", .string(code)), .init("severity", .string(severity.rawValue)), .init("subject", .string(subject)),
      .init("message", .string(message)), .init("expected", .optional(expected)), .init("found", .optional(found)),
      .init("help", .optional(help)), .init("place", .optional(place)),
    ]
  }
}

extension TaskOutputs {
  /// The outputs as a JSON object.
  public var json: JSONValue {
    .object(
      values.map { name, value in
        switch value {
        case .integer(let number): JSONValue.Member(name, .integer(number))
        case .string(let text): JSONValue.Member(name, .string(text))
        case .boolean(let flag): JSONValue.Member(name, .boolean(flag))
        }
      })
  }
}

extension JSONValue {
  /// Seconds with three decimals.
  public static func seconds(_ duration: Duration) -> JSONValue {
    let milliseconds = Int((duration.inSeconds * 1000).rounded())
    let fraction = String(milliseconds % 1000)
    return .number("\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction)
  }
}
