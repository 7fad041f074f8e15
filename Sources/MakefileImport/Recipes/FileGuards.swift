/// What every script of the file begins with.
struct FileGuards {
  /// Lines that take back empty values which programs would read.
  private(set) var unsetting: [String] = []
  /// `$(error …)` outside of recipes.
  private(set) var lines: [String] = []
  private(set) var read = ReadVariables()
  private(set) var readsUnset = false
  private(set) var notes: [ImportNote] = []

  init(_ makefile: Makefile, _ scope: TranslationScope, _ tests: ConditionalTests) {
    let emptied = scope.variables.names.compactMap { scope.variables[$0] }.filter(\.isUnsetWhereEmpty)
    unsetting = emptied.map { "[ -n \"${\($0.names.variable):-}\" ] || unset \($0.names.variable)" }
    // Programs find these without a script that names them.
    for variable in scope.variables.names.compactMap({ scope.variables[$0] }) {
      guard case .computed = variable.kind else { continue }
      if KnownVariables.isOfProcess(variable.name) || makefile.exportsAll || makefile.exported.contains(variable.name) {
        read.names.insert(variable.name)
      }
    }
    for variable in scope.variables.names.compactMap({ scope.variables[$0] }) {
      let isOneOfAll = makefile.exportsAll && !variable.isPasted && variable.place != nil
      if isOneOfAll || makefile.exported.contains(variable.name) { export(variable, scope) }
    }
    for call in makefile.calls {
      guard call.text.parts.count == 1, case .call(let function, let arguments) = call.text.parts[0],
        let message = MessageCall(function, arguments), message.isError
      else {
        notes.append(.loneCall(at: call.place))
        continue
      }
      var expressions = ShellExpressions(scope)
      let tree = BranchTree<LoneCall>(
        path: \.path,
        lines: { _, expressions throws(Untranslatable) in try message.lines(&expressions) }, tests: tests)
      do throws(Untranslatable) {
        lines += try tree.write([call], &expressions)
        read.formUnion(expressions.read)
      } catch {
        notes.append(.loneCall(at: call.place))
      }
    }
  }

  /// Programs look for the name that the Makefile exports.
  private mutating func export(_ variable: MakeVariable, _ scope: TranslationScope) {
    guard let place = variable.place else { return exportGiven(variable) }
    // The text of a `define` stands in `defaults`.
    if case .canned = variable.kind, variable.names.variable == variable.name, variable.definitions.count == 1 {
      return
    }
    var expressions = ShellExpressions(scope)
    guard variable.isPasted || variable.names.variable != variable.name || variable.isShellText else { return }
    let text = MakeText([.reference(variable.name)])
    guard VariableNames.isShellName(variable.name), let value = try? expressions.quoted(text) else {
      return notes.append(.notExported(variable.name, at: place))
    }
    lines.append("export \(variable.name)=\"\(value)\"")
    read.formUnion(expressions.read)
  }

  /// What nobody gives is not exported.
  private mutating func exportGiven(_ variable: MakeVariable) {
    let own = variable.names.variable
    guard variable.names.input != nil, own != variable.name, VariableNames.isShellName(variable.name) else { return }
    lines.append("[ -z \"$\(own)\" ] || export \(variable.name)=\"$\(own)\"")
    read.names.insert(variable.name)
  }
}
