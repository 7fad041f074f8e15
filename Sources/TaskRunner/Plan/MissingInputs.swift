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
    let callers = file.tasks.values.filter { $0.pluginName == nil }.map(\.values)
    let calls = file.tasks.values.flatMap { $0.needs + $0.steps + $0.finally }.map(\.values)
    let shared = file.parts.flatMap { [$0.defaults] + $0.profiles.values }
    let given = Set((callers + calls + shared).flatMap(\.keys))
    var problems: [Diagnostic] = []
    for task in file.tasks.values {
      guard let plugin = task.pluginName.flatMap({ plugins[$0] }) else { continue }
      for input in plugin.inputs where input.isFileOnly && input.isRequired && !input.type.isOptional {
        if given.contains(input.name) || task.values[input.name] != nil || task.matrix.axes[input.name] != nil {
          continue
        }
        problems.append(.missingInput(input, of: task))
      }
    }
    return problems
  }
}
