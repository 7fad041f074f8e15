import OrderedCollections
import TaskKit

/// What makes two calls of two plans the same work.
struct PlanFingerprints {
  private let hashing: SaltedHash
  private let plan: Plan

  init(of plan: Plan, _ hashing: SaltedHash) {
    self.plan = plan
    self.hashing = hashing
  }

  /// The fingerprint of each call, by path.
  var all: [(path: String, fingerprint: String)] {
    plan.calls.map { ($0.path, hashing.hash(texts(of: $0))) }
  }

  private func texts(of call: PlannedCall) -> [String] {
    let settlement = call.settlement
    let task = call.task
    var texts = [task.name, settlement.entry?.manifest.name ?? "", "\(settlement.entry?.manifest.version ?? 0)"]
    texts.append(task.timeout?.text ?? "")
    texts.append(task.interactive == nil ? "" : "interactive")
    for when in [task.when, call.definition?.when] { texts.append(when?.condition.written ?? "") }
    texts += task.preconditions.map(\.script.text)
    texts.append(relative(settlement.directory))
    for (name, values) in settlement.identities.sorted(by: { $0.key < $1.key }) {
      texts += [name] + values.map(relative)
    }
    for (name, value) in settlement.variables.sorted(by: { $0.key < $1.key }) { texts += [name, value] }
    if settlement.isDeferred {
      // What is still to come is compared as it is written.
      for values in [task.values, call.definition?.values ?? [:], task.environment] {
        for (name, value) in values { texts += [name] + value.content.texts }
      }
    }
    for (group, calls) in [
      ("needs", call.needs), ("steps", call.steps), ("finally", call.finally), ("cells", call.cells),
    ] {
      texts += [group] + calls.map { plan.calls[$0].path }
    }
    return texts
  }

  /// A path below the task file's folder from there on: the folder may be moved.
  private func relative(_ text: String) -> String {
    text.hasPrefix(plan.directory) ? "." + text.dropFirst(plan.directory.count) : text
  }
}
