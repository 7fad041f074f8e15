import OrderedCollections
import TaskKit

/// Inputs that only the file can give, and that nothing in it gives.
///
/// Callers are not followed: a value that any of them gives is taken to reach the task.
enum MissingInputs {
  /// - Parameters:
  ///   - file: Where the tasks are.
  ///   - plugins: The plugins that they use, by name.
  /// - Returns: A diagnostic for each.
  static func problems(
    in file: TaskFile, _ plugins: OrderedDictionary<String, PluginCatalog.Entry>
  ) -> [Diagnostic] {
    let needed = plugins.mapValues { plugin in
      plugin.inputs.filter { $0.isFileOnly && $0.isRequired && !$0.type.isOptional }
    }
    let missing = file.tasks.values.flatMap { task in
      (task.pluginName.flatMap { needed[$0] } ?? [])
        .filter { task.values[$0.name] == nil && task.matrix.axes[$0.name] == nil }.map { (input: $0, task: task) }
    }
    // Most files give every script where it belongs.
    guard !missing.isEmpty else { return [] }
    let given = namesGivenElsewhere(in: file)
    return missing.filter { !given.contains($0.input.name) }.map { .missingInput($0.input, of: $0.task) }
  }

  private static func namesGivenElsewhere(in file: TaskFile) -> Set<String> {
    let callers = file.tasks.values.filter { $0.pluginName == nil }.map(\.values)
    let calls = file.tasks.values.flatMap { $0.needs + $0.steps + $0.finally }.map(\.values)
    let shared = file.parts.flatMap { [$0.defaults] + $0.profiles.values }
    return Set((callers + calls + shared).flatMap(\.keys))
  }
}
