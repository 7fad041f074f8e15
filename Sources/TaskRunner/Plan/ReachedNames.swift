import OrderedCollections
import TaskKit

/// Every name that tasks, and those that they call, could have a value for; nothing is settled.
public struct ReachedNames: Sendable {
  public private(set) var names: Set<String> = []
  /// The inputs among them, by name.
  public private(set) var inputs: [String: InputDeclaration] = [:]

  public init(from tasks: [TaskDefinition], of file: TaskFile, _ catalog: PluginCatalog) {
    var seen: Set<String> = []
    var pending = tasks
    while let task = pending.popLast() {
      guard seen.insert(task.name).inserted else { continue }
      let entry = task.pluginName.flatMap { try? catalog.plugin(named: $0) }
      // What only the file can give is no name that a value is given for.
      let fileOnly = Set(entry?.inputs.filter(\.isFileOnly).map(\.name) ?? [])
      names.formUnion(task.valueNames.subtracting(fileOnly))
      if entry?.manifest.runsScript == true {
        // A script finds all of them in its environment.
        for part in file.partsSeen(from: task.part).map({ file.parts[$0] }) {
          for values in [part.defaults] + part.profiles.values {
            names.formUnion(values.keys.filter { !fileOnly.contains($0) })
          }
        }
      }
      for input in entry?.inputs ?? [] where !input.isFileOnly {
        names.insert(input.name)
        inputs[input.name] = inputs[input.name] ?? input
      }
      for call in task.needs + task.steps + task.finally {
        let called = file.task(calledBy: call)
        let entry = called?.pluginName.flatMap { try? catalog.plugin(named: $0) }
        names.formUnion(call.values.keys.filter { entry?.inputsByName[$0]?.isFileOnly != true })
        for text in call.writtenTexts { names.formUnion(InputContent.text(text).templateNames) }
        if let called { pending.append(called) }
      }
    }
    addNamesBelow(of: file)
  }
}

extension ReachedNames {
  /// Adds what the values of `defaults` and profiles read.
  private mutating func addNamesBelow(of file: TaskFile) {
    let shared = file.parts.flatMap { [$0.defaults] + $0.profiles.values }
    var pending = Array(names)
    while let name = pending.popLast() {
      for value in shared.compactMap({ $0[name] }) {
        for below in value.content.templateNames where names.insert(below).inserted { pending.append(below) }
      }
    }
  }
}

extension TaskDefinition {
  /// The names of its values, and those that its texts read.
  fileprivate var valueNames: Set<String> {
    var texts = (Array(values.values) + environment.values).flatMap(\.content.texts)
    texts += [directory?.content.text, condition].compactMap { $0 } + ((sources ?? []) + (generates ?? [])).map(\.text)
    return texts.reduce(into: Set(values.keys)) { $0.formUnion(InputContent.text($1).templateNames) }
  }

  /// The keys of its matrix, which cannot be given.
  public var matrixKeys: Set<String> { Set(matrix.axes.keys) }
}
