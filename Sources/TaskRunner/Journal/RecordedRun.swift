import Documents
import FoundationEssentials
import OrderedCollections
public import TaskKit

/// What a run's journal tells.
public struct RecordedRun: Sendable {
  /// How a call stands; only what has ended has a result.
  public struct Call: Sendable {
    public let path: String
    public let task: String
    public internal(set) var status: TaskStatus?
    public internal(set) var seconds = 0.0
    public internal(set) var outputs = TaskOutputs()
    /// The call that failed, if it was not this one.
    public internal(set) var cause: String?
    public internal(set) var message: String?
    /// Why it did nothing, where nothing was to be done.
    public internal(set) var reason: String?
    /// How often its work was tried.
    public internal(set) var attempts = 1
    /// Whether the run went on as if it had succeeded.
    public internal(set) var isAllowedToFail = false
    /// The paths of its logs, oldest first: one each time it ran.
    public internal(set) var logs: [String] = []
    /// The outputs that held a secret: they are not whole here.
    var concealedOutputs: Set<String> = []
  }

  /// How a run stands.
  public enum Status: String, Sendable {
    case succeeded
    case failed
    case cancelled
    /// A process of this machine runs it.
    case running
    /// It ended without saying so, as by SIGKILL.
    case interrupted
  }

  public let folder: RunFolder
  public let header: RunHeader
  public private(set) var status = Status.interrupted
  public private(set) var seconds: Double?
  public private(set) var message: String?
  /// In the order of their beginnings.
  public private(set) var calls: [Call] = []
  /// The numbers of lines that are damaged: what they said is not known.
  public private(set) var damagedLines: [Int] = []
  private(set) var fingerprints: [String: String] = [:]
  private(set) var nextLogNumber = 1
  private var indices: [String: Int] = [:]

  /// Reads a run's journal.
  ///
  /// - Throws: A `DiagnosticError` where it cannot be read, or its first line is damaged.
  public init(_ folder: RunFolder) throws(DiagnosticError) {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try FileContents.read(folder.journal, upTo: 1 << 30)
    } catch {
      throw DiagnosticError(.unreadableJournal(folder.id, error))
    }
    self.folder = folder
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().makeIterator()
    guard let first = lines.next(), let json = JournalLine.parse(first.element), let header = RunHeader(json) else {
      throw DiagnosticError(.damagedHeader(folder.id))
    }
    self.header = header
    while let (number, line) = lines.next() {
      if line.isEmpty { continue }
      guard let json = JournalLine.parse(line) else {
        damagedLines.append(number + 1)
        continue
      }
      take(json)
    }
    if status == .interrupted, folder.isLive { status = .running }
  }

  private mutating func take(_ json: JSONValue) {
    switch json["event"]?.string {
    case "plan":
      fingerprints = [:]
      for call in json["calls"]?.items ?? [] {
        if let texts = call.texts, texts.count == 2 { fingerprints[texts[0]] = texts[1] }
      }
    case "resumed":
      (status, seconds, message) = (.interrupted, nil, nil)
    case "started":
      update(json) { call, folder in
        let number = json["log"]?.integer ?? 0
        call.logs.append(folder.log(number))
        call.status = nil
        return number
      }
    case "finished":
      update(json) { call, _ in
        let status = json["status"]?.string.flatMap(TaskStatus.init)
        // What had succeeded stays so where a later attempt did not come to it.
        if call.status?.isSuccess == true, status == .skipped { return nil }
        call.status = status
        call.seconds = json["seconds"]?.double ?? 0
        call.outputs = TaskOutputs(json["outputs"])
        call.concealedOutputs = Set(json["concealed"]?.texts ?? [])
        call.cause = json["failed"]?.string
        call.message = json["message"]?.string
        call.reason = json["reason"]?.string
        call.attempts = json["attempts"]?.integer ?? 1
        call.isAllowedToFail = json["allowed"] == true
        return nil
      }
    case "ended":
      status = json["status"]?.string.flatMap(Status.init) ?? .interrupted
      seconds = json["seconds"]?.double
      message = json["message"]?.string
    default: break
    }
  }

  /// Changes what is known of a call; the change gives the number of its log, where it begins one.
  private mutating func update(_ json: JSONValue, _ change: (inout Call, RunFolder) -> Int?) {
    guard let path = json["call"]?.string, let task = json["task"]?.string else { return }
    let index = indices[path] ?? calls.count
    if index == calls.count {
      calls.append(Call(path: path, task: task))
      indices[path] = index
    }
    if let number = change(&calls[index], folder) { nextLogNumber = max(nextLogNumber, number + 1) }
  }

  /// The calls that began.
  var begun: Set<String> { Set(calls.filter { !$0.logs.isEmpty }.map(\.path)) }

  /// The calls that ended well, for a plan that reads outputs of some names.
  func succeeded(reading names: Set<String>) -> [String: RecordedCall] {
    var succeeded: [String: RecordedCall] = [:]
    for call in calls where call.status?.isSuccess == true {
      succeeded[call.path] = RecordedCall(
        outputs: call.outputs, concealedOutputs: call.concealedOutputs, duration: .seconds(call.seconds),
        hasConcealedOutputs: !call.concealedOutputs.isDisjoint(with: names))
    }
    return succeeded
  }
}

extension JSONValue {
  fileprivate var integer: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  fileprivate var double: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }
}

extension TaskOutputs {
  /// What `json` made of outputs.
  init(_ json: JSONValue?) {
    self.init()
    guard case .object(let members)? = json else { return }
    for member in members {
      switch member.value {
      case .number(let text): self[member.key] = Int(text).map(OutputValue.integer)
      case .boolean(let flag): self[member.key] = .boolean(flag)
      case .string(let text): self[member.key] = .string(text)
      default: break
      }
    }
  }
}
