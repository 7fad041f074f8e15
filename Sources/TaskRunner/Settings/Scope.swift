import OrderedCollections
import TaskKit

/// All layers as one call sees them.
struct Scope: Sendable {
  /// Strongest first; the plugin's defaults come after them, from the declarations.
  let layers: [Layer]
  var declarations: [String: InputDeclaration]
  let secretNames: Set<String>
  /// The absolute path of the folder of the file that the task is written in.
  let directory: String
  var runtime = RuntimeValues()

  /// Expands a call's `with` where it is written, for the layer `step` of the called task.
  ///
  /// - Parameters:
  ///   - values: What is written.
  ///   - called: The inputs of the called task; those that are verbatim stay as they are.
  /// - Returns: The values, and what was read to expand them.
  /// - Throws: A `DiagnosticError` with every value that cannot be expanded.
  func expand(
    _ values: WrittenValues, for called: [String: InputDeclaration]
  ) throws(DiagnosticError) -> (values: [(name: String, value: LayerValue)], read: ReadNames) {
    var problems: [Diagnostic] = []
    var expanded: [(String, LayerValue)] = []
    var read = ReadNames()
    var expander = Expander(scope: self)
    for (name, value) in values {
      do throws(DiagnosticError) {
        let origin = Origin.source(value.location)
        let isVerbatim = called[name]?.isVerbatim == true
        let (content, details) =
          isVerbatim ? (value.content, Expansion()) : try expander.expand(value.content, at: origin)
        read.formUnion(details.read)
        let layerValue = LayerValue(
          layer: .step, content: content, origin: origin, directory: directory, isSecret: details.isSecret,
          isTemplate: false, isDeferred: details.isDeferred)
        expanded.append((name, layerValue))
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw DiagnosticError(problems) }
    return (expanded, read)
  }

  /// What the layers give for a name, strongest first, nothing expanded.
  func candidates(for name: String) -> [LayerValue] {
    let declaration = declarations[name]
    var candidates = layers.compactMap { layer in
      declaration?.isFileOnly == true && !layer.kind.isYAML ? nil : layer.value(for: name)
    }
    if let content = declaration?.defaultContent {
      candidates.append(
        LayerValue(
          layer: .plugin, content: content, origin: .plugin, directory: directory, isSecret: false,
          isTemplate: declaration?.isDefaultTemplate == true, isDeferred: false))
    }
    return candidates
  }

  func isSecret(_ name: String) -> Bool {
    secretNames.contains(name) || declarations[name]?.isSecret == true
  }

  /// The names that can be read, for suggestions.
  var knownNames: [String] {
    layers.flatMap(\.writtenNames) + declarations.keys.sorted()
  }
}
