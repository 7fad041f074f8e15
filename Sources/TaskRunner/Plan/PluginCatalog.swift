import Synchronization
public import TaskKit

/// The plugins compiled into the binary, by name.
public struct PluginCatalog: Sendable {
  /// A plugin with its declarations, which were checked.
  public struct Entry: Sendable {
    public let type: any TaskPlugin.Type
    public let inputs: [InputDeclaration]
    let inputsByName: [String: InputDeclaration]

    public var manifest: PluginManifest { type.manifest }
  }

  private let types: [String: any TaskPlugin.Type]
  /// The plugins' names, in the order of registration.
  public let names: [String]
  private let declarations = DeclarationCache()

  /// - Throws: A `DiagnosticError` where two plugins have one name.
  public init(_ plugins: [any TaskPlugin.Type]) throws(DiagnosticError) {
    names = plugins.map { $0.manifest.name }
    types = Dictionary(zip(names, plugins)) { first, _ in first }
    let taken = names.indices.first { names[..<$0].contains(names[$0]) }
    if let taken { throw DiagnosticError(Diagnostic.pluginTaken(names[taken])) }
  }

  /// The plugin of a name; its declarations are looked at when it is first asked for, so that a command pays only
  /// for the plugins it needs.
  ///
  /// - Throws: A `DiagnosticError` where the plugin's author declared something wrongly.
  public func plugin(named name: String) throws(DiagnosticError) -> Entry? {
    guard let type = types[name] else { return nil }
    if let entry = declarations.entries.withLock({ $0[name] }) { return entry }
    let mistakes = DeclarationCheck.mistakes(of: type)
    guard mistakes.isEmpty else { throw DiagnosticError(mistakes.map { .pluginMistake(name, $0) }) }
    let inputs = type.inputs
    let byName = Dictionary(inputs.map { ($0.name, $0) }) { first, _ in first }
    let entry = Entry(type: type, inputs: inputs, inputsByName: byName)
    declarations.entries.withLock { $0[name] = entry }
    return entry
  }

  /// The plugin that runs scripts.
  func scriptPlugin() throws(DiagnosticError) -> Entry? {
    guard let name = names.first(where: { types[$0]?.manifest.runsScript == true }) else { return nil }
    return try plugin(named: name)
  }

  var runsScripts: Bool { names.contains { types[$0]?.manifest.runsScript == true } }

  public func contains(_ name: String) -> Bool {
    types[name] != nil
  }
}

private final class DeclarationCache: Sendable {
  let entries = Mutex<[String: PluginCatalog.Entry]>([:])
}
