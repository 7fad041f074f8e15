public import TaskKit

/// One call of a plan, with what it would do.
public struct PreviewedCall: Sendable {
  public let call: PlannedCall
  public let role: CallRole
  public let lines: [PreviewLine]
  /// Whether it would do anything; nil where it always does.
  public let decision: Decision?
  /// Why it would fail, where that can be told already.
  public let problems: [Diagnostic]
  /// Whether these are values that turned out to be wrong.
  public let isInvalid: Bool
}

/// Whether a call would do anything.
public enum Decision: Sendable {
  case runs(because: String)
  case upToDate(String)
  case skipped(String)
  /// What a need makes decides.
  case later(need: String)
}

/// Why a call is part of a plan.
public enum CallRole: String, Sendable {
  /// The user asked for it.
  case task
  case need
  case step
  /// It is a combination of the matrix of the call before it.
  case cell
  case finally
}

/// Asks each plugin of a plan what it would do; nothing is run.
public struct Preview: Sendable {
  private let plan: Plan
  private let settler: Settler
  private let surroundings: RunSurroundings

  public init(of plan: Plan, planner: Planner, surroundings: RunSurroundings) {
    self.plan = plan
    settler = planner.settler
    self.surroundings = surroundings
  }

  /// The calls in the order in which they would run.
  public func calls() async -> [PreviewedCall] {
    var previewed: [PreviewedCall] = []
    var made: [Int: Made] = [:]
    for (index, role) in plan.inOrder() {
      let call = plan.calls[index]
      var decision: Decision?
      do {
        decision = try decide(index, &made)
        let lines = decision.doesNothing ? [] : try await lines(of: call)
        previewed.append(
          PreviewedCall(
            call: call, role: role, lines: lines.map(masked), decision: decision.map(masked), problems: [],
            isInvalid: false))
      } catch {
        let problems = Diagnostic.all(of: error).map(plan.masker.mask)
        previewed.append(
          PreviewedCall(
            call: call, role: role, lines: [], decision: decision.map(masked), problems: problems,
            isInvalid: error is InvalidInput))
      }
    }
    _ = await surroundings.setting.resources.close()
    return previewed
  }

  /// What is known of what a call makes before it has run.
  private enum Made {
    case known(String)
    /// It will be known.
    case later
    /// It does not say.
    case silent

    /// What a task makes that only needs others.
    init(all: [Made]) {
      var traces: [String] = []
      var isSilent = false
      for made in all {
        switch made {
        case .known(let trace): traces.append(trace)
        case .later: break
        case .silent: isSilent = true
        }
      }
      if traces.count == all.count {
        self = .known(SaltedHash(salt: "").hash(traces))
      } else {
        self = isSilent ? .silent : .later
      }
    }
  }

  private func decide(_ index: Int, _ made: inout [Int: Made]) throws -> Decision? {
    let call = plan.calls[index]
    let settlement = call.settlement
    if let reason = settlement.unmetCondition {
      made[index] = .known(SaltedHash(salt: "").hash(reason))
      return .skipped(reason)
    }
    made[index] = settlement.generates == nil ? .silent : .later
    guard settlement.entry != nil else {
      let isGroup = call.steps.isEmpty && call.cells.isEmpty
      let needs = call.needs.map { made[$0] ?? .silent }
      made[index] = isGroup ? Made(all: needs) : .later
      return nil
    }
    guard settlement.sources != nil else { return nil }
    var needs: [String: String?] = [:]
    for need in call.needs {
      let path = plan.calls[need].path
      switch made[need] ?? .silent {
      case .known(let trace): needs.updateValue(trace, forKey: path)
      case .later: return .later(need: path)
      case .silent: needs.updateValue(nil, forKey: path)
      }
    }
    guard !settlement.isDeferred else { return .later(need: plan.calls[call.needs.first ?? index].path) }
    let isRoot = plan.roots.contains(index) || plan.roots.contains { plan.calls[$0].cells.contains(index) }
    let check = UpToDateCheck(
      store: UpToDateStore(surroundings.setting.state), call: call, settlement: settlement,
      arguments: isRoot ? surroundings.arguments : [], needs: needs, isForced: surroundings.forces,
      dotenv: surroundings.dotenvVariables(of: settlement, settler))
    switch try check.verdict(keepsHashing: false) {
    case .upToDate(let record, let reason):
      made[index] = .known(record.trace)
      return .upToDate(reason)
    case .run(let reason, _):
      return .runs(because: reason)
    }
  }

  private func masked(_ decision: Decision) -> Decision {
    switch decision {
    case .runs(let reason): .runs(because: plan.masker.mask(reason))
    case .upToDate(let reason): .upToDate(plan.masker.mask(reason))
    case .skipped(let reason): .skipped(plan.masker.mask(reason))
    case .later: decision
    }
  }

  private func lines(of call: PlannedCall) async throws -> [PreviewLine] {
    guard call.settlement.entry != nil else { return [] }
    guard let plugin = call.settlement.plugin else {
      return ["run with values that are known only in the run"]
    }
    return try await plugin.preview(surroundings.silentContext(for: call, settler))
  }

  private func masked(_ line: PreviewLine) -> PreviewLine {
    PreviewLine(plan.masker.mask(line.text))
  }
}

extension Decision? {
  fileprivate var doesNothing: Bool {
    switch self {
    case .upToDate?, .skipped?: true
    case .runs?, .later?, nil: false
    }
  }
}
