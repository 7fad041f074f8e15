import Documents
import TaskRunner

extension RunReport {
  /// `{run, tasks, status, startedAt, seconds, error, notes, criticalPath, calls}`.
  var json: JSONValue {
    [
      "run": .string(identity.id), "tasks": .array(tasks.map(JSONValue.string)),
      "status": .string(result.status.rawValue), "startedAt": .string(startedAt.stamp),
      "seconds": .seconds(result.duration), "error": .optional(result.failure?.message),
      "notes": .array(result.notes.map(JSONValue.string)),
      "criticalPath": .array(criticalPath.map { .string(calls[$0].identity.path) }),
      "calls": .array(calls.map(\.json)),
    ]
  }
}

extension RunReport.Call {
  fileprivate var json: JSONValue {
    [
      "task": .string(identity.task), "call": .string(identity.path), "uses": .optional(plugin),
      "status": .string(result.status.rawValue), "startedAt": .optional(startedAt?.stamp),
      "seconds": .seconds(result.duration), "attempts": .integer(result.attempts),
      "recorded": .boolean(result.isRecorded), "allowed": .boolean(result.isAllowedToFail),
      "reason": .optional(result.reason), "error": .optional(result.failure?.message),
      "diagnostics": .array((result.failure?.diagnostics ?? []).map(\.json)),
      "inputs": .array(values.map(\.json)), "outputs": result.outputs.json,
      "findings": .array(findings.map(\.json)), "output": .string(output.text),
      "omittedBytes": .integer(output.omittedBytes),
    ]
  }
}
