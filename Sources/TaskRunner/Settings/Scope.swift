import OrderedCollections
import TaskKit

/// All layers as one call sees them.
struct Scope: Sendable {
  /// Strongest first; the plugin's defaults come after them, from the declarations.
  let layers: [Layer]
  let declarations: [String: InputDeclaration]
  let secretNames: Set<String>
  var runtime = RuntimeValues.unavailable

  /// What the layers give for a name, or nil where none has it.
  ///
  /// - Throws: A `DiagnosticError` where the value cannot be expanded.
  func resolve(_ name: String) throws(DiagnosticError) -> Resolution? {
    try resolve(name, visiting: [])
  }

  /// Expands each `${name}` of a text that stands in tasks.yaml.
  func expand(_ text: String, at origin: Origin) throws(DiagnosticError) -> Expansion {
    try expand(text, at: origin, visiting: [])
  }

  /// Expands a call's `with` where it is written, for the layer `step` of the called task.
  ///
  /// - Parameters:
  ///   - values: What is written.
  ///   - called: The inputs of the called task; those that are verbatim stay as they are.
  ///   - directory: The absolute path of the folder that relative paths start from.
  /// - Returns: The values, and the names that were read to expand them.
  /// - Throws: A `DiagnosticError` with every value that cannot be expanded.
  func expand(
    _ values: WrittenValues, for called: [String: InputDeclaration], directory: String
  ) throws(DiagnosticError) -> (values: [(name: String, value: LayerValue)], references: Set<String>) {
    var problems: [Diagnostic] = []
    var expanded: [(String, LayerValue)] = []
    var references: Set<String> = []
    for (name, value) in values {
      do throws(DiagnosticError) {
        let origin = Origin.source(value.location)
        let isVerbatim = called[name]?.isVerbatim == true
        let (content, details) =
          isVerbatim ? (value.content, Expansion()) : try expand(value.content, at: origin, visiting: [])
        references.formUnion(details.references)
        let layerValue = LayerValue(
          layer: .step, content: content, origin: origin, directory: directory, isSecret: details.isSecret,
          isTemplate: false, isDeferred: details.isDeferred)
        expanded.append((name, layerValue))
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw DiagnosticError(problems) }
    return (expanded, references)
  }

  private func resolve(_ name: String, visiting: [String]) throws(DiagnosticError) -> Resolution? {
    let candidates = candidates(for: name)
    guard let winner = candidates.first else { return nil }
    var (content, details) = (winner.content, Expansion())
    if winner.isTemplate, declarations[name]?.isVerbatim != true {
      guard !visiting.contains(name) else {
        throw DiagnosticError(.valueRing(Array(visiting.drop { $0 != name }) + [name], at: winner.origin))
      }
      (content, details) = try expand(winner.content, at: winner.origin, visiting: visiting + [name])
    }
    let isSecret =
      secretNames.contains(name) || declarations[name]?.isSecret == true || winner.isSecret || details.isSecret
    return Resolution(
      name: name, content: content, winner: winner, isSecret: isSecret, overridden: Array(candidates.dropFirst()),
      isDeferred: winner.isDeferred || details.isDeferred, references: details.references)
  }

  private func candidates(for name: String) -> [LayerValue] {
    let declaration = declarations[name]
    var candidates = layers.compactMap { layer in
      declaration?.isFileOnly == true && !layer.kind.isYAML ? nil : layer.value(for: name)
    }
    if let content = declaration?.defaultContent {
      candidates.append(
        LayerValue(
          layer: .plugin, content: content, origin: .plugin, directory: "/", isSecret: false,
          isTemplate: declaration?.isDefaultTemplate == true, isDeferred: false))
    }
    return candidates
  }

  private func expand(
    _ content: InputContent, at origin: Origin, visiting: [String]
  ) throws(DiagnosticError) -> (InputContent, Expansion) {
    switch content {
    case .text(let text):
      let expansion = try expand(text, at: origin, visiting: visiting)
      return (.text(expansion.text), expansion)
    case .list(let items):
      var whole = Expansion()
      var expandedItems: [String] = []
      for item in items {
        let expansion = try expand(item, at: origin, visiting: visiting)
        expandedItems.append(expansion.text)
        whole.append(expansion)
      }
      return (.list(expandedItems), whole)
    }
  }

  private func expand(_ text: String, at origin: Origin, visiting: [String]) throws(DiagnosticError) -> Expansion {
    guard Template.isNeeded(for: text) else { return Expansion(text: text) }
    let template: Template
    do throws(Template.Malformation) {
      template = try Template(text)
    } catch {
      throw DiagnosticError(.badTemplate(error, at: origin))
    }
    return try expand(template, at: origin, visiting: visiting)
  }

  private func expand(_ template: Template, at origin: Origin, visiting: [String]) throws(DiagnosticError) -> Expansion
  {
    var whole = Expansion()
    for segment in template.segments {
      switch segment {
      case .literal(let text):
        whole.text += text
      case .reference(let name, let fallback, let written):
        if let runtimeName = RuntimeName(rawValue: name) {
          whole.append(try expand(runtimeName, at: origin.narrowed(to: written)))
        } else {
          whole.references.insert(name)
          whole.append(try expand(name, fallback, at: origin, written: written, visiting: visiting))
        }
      }
    }
    return whole
  }

  private func expand(_ name: RuntimeName, at origin: Origin) throws(DiagnosticError) -> Expansion {
    if case .unavailable = runtime { throw DiagnosticError(.runtimeNameOutsideFinally(name.rawValue, at: origin)) }
    guard let value = runtime.value(of: name) else { return Expansion(text: "", isDeferred: true) }
    return Expansion(text: value)
  }

  private func expand(
    _ name: String, _ fallback: Template?, at origin: Origin, written: String, visiting: [String]
  ) throws(DiagnosticError) -> Expansion {
    let resolution = try resolve(name, visiting: visiting)
    if let fallback, resolution.map({ $0.content.text.isEmpty && !$0.isDeferred }) ?? true {
      return try expand(fallback, at: origin, visiting: visiting)
    }
    guard let resolution else {
      throw DiagnosticError(.noValue(for: name, known: knownNames, at: origin.narrowed(to: written)))
    }
    return Expansion(
      text: resolution.content.text, isSecret: resolution.isSecret, isDeferred: resolution.isDeferred,
      references: resolution.references)
  }

  /// The names that tasks.yaml gives values to.
  var writtenNames: [String] {
    layers.flatMap(\.writtenNames)
  }

  private var knownNames: [String] {
    writtenNames + declarations.keys.sorted()
  }
}

extension Origin {
  /// The place of a part of the value, where the part stands on the value's first line as written.
  func narrowed(to part: String) -> Origin {
    guard case .source(let location) = self else { return self }
    let start = location.range.start
    guard let line = location.source.line(start.line) else { return self }
    let scalars = Array(line.unicodeScalars)
    let wanted = Array(part.unicodeScalars)
    var index = start.column - 1
    while index + wanted.count <= scalars.count {
      if scalars[index..<index + wanted.count].elementsEqual(wanted) {
        let first = SourcePosition(line: start.line, column: index + 1)
        let end = SourcePosition(line: start.line, column: index + 1 + wanted.count)
        return .source(SourceLocation(source: location.source, range: SourceRange(start: first, end: end)))
      }
      index += 1
    }
    return self
  }
}
