/// Makes tasks of targets.
struct TaskBuilder {
  /// All scripts together have no more lines that make variables.
  private static let mostSharedLines = 200_000

  private let scope: TranslationScope
  private let tests: ConditionalTests
  private let computed: ComputedVariables
  private let table: TargetTable
  private var graph: TaskGraph
  /// What each script begins with.
  private let guards: FileGuards
  private var sharedLines = 0
  /// How many scripts make a variable.
  private var uses: [String: Int] = [:]
  private var renamed: [(target: String, task: String, place: Place)] = []
  private var parallel: [(task: String, place: Place)] = []
  private var sourceless: [(task: String, place: Place)] = []
  private var stepped: Target?
  private(set) var notes: [ImportNote] = []

  init(_ scope: TranslationScope, _ makefile: Makefile, _ computed: ComputedVariables, _ table: TargetTable) {
    self.scope = scope
    tests = ConditionalTests(conditionals: makefile.conditionals)
    self.computed = computed
    self.table = table
    graph = TaskGraph(table)
    guards = FileGuards(makefile, scope, tests)
  }

  /// Whether scripts take back empty values.
  var unsetsEmpty: Bool { !guards.unsetting.isEmpty }

  /// What is to be said of the tasks together, once all are made.
  var generalNotes: [ImportNote] {
    var notes = guards.notes
    if let first = renamed.first { notes.append(.renamedTasks(renamed.map { ($0.target, $0.task) }, at: first.place)) }
    if let first = parallel.first { notes.append(.parallelNeeds(parallel.map(\.task), at: first.place)) }
    if let first = sourceless.first { notes.append(.withoutSources(sourceless.map(\.task), at: first.place)) }
    if let stepped { notes.append(.steps(scope.tasks[stepped.name] ?? stepped.name, at: stepped.place)) }
    for name in scope.variables.names {
      guard let variable = scope.variables[name], let definition = variable.definitions.first(where: \.runsCommandOnce)
      else { continue }
      let count = uses[name] ?? 0
      guard variable.isPasted || count > 1 || count == 1 && definition.saysSomethingElse else { continue }
      notes.append(.madeAnew(name, at: definition.place))
    }
    return notes
  }

  mutating func task(of target: Target) -> ImportedTask {
    let name = scope.tasks[target.name] ?? target.name
    var task = ImportedTask(name: name, description: target.help, shell: scope.shell.words)
    task.remarks = target.remarks
    let needs = target.needs.compactMap { scope.tasks[$0] }
    if name != target.name { renamed.append((target.name, name, target.place)) }
    // The sources of a task that makes a file say it themselves.
    if !target.makesFile { task.files = target.files.filter { !TargetTable.isManyFiles($0) } }
    if target.recipe.isEmpty, target.assignments.isEmpty, target.missing == nil, task.files.isEmpty,
      graph.allowsSteps(target.name)
    {
      task.steps = needs
      if needs.count > 1 { stepped = stepped ?? target }
      notes += task.remarks
      return task
    }
    task.needs = needs
    if needs.count > 1 { parallel.append((name, target.place)) }
    if target.makesFile {
      addFiles(of: target, to: &task)
    } else if !target.isPhony, !target.recipe.isEmpty, !target.files.isEmpty {
      task.remarks.append(.fileOrFolder(target.name, from: target.files, at: target.place))
    }
    task.makesFolder = target.makesFolder
    if target.makesFolder || !task.generates.isEmpty && task.sources.isEmpty { sourceless.append((name, target.place)) }
    addScript(of: target, to: &task)
    notes += task.remarks
    return task
  }

  private func addFiles(of target: Target, to task: inout ImportedTask) {
    guard let pattern = FilePatternText.pattern(target.name) else { return }
    task.generates = [pattern]
    for file in target.files {
      if let pattern = FilePatternText.pattern(file) {
        task.sources.append(pattern)
      } else {
        task.remarks.append(.fileName(file, of: task.name, at: target.place))
      }
    }
  }

  private mutating func addScript(of target: Target, to task: inout ImportedTask) {
    var scope = scope
    scope.target = TargetTexts(
      target: target.name, stem: target.stem,
      prerequisites: target.hasUnknownPrerequisites ? nil : target.prerequisites, orderOnly: target.orderOnly)
    let body = RecipeScript(target.recipe, task: task.name, scope, tests, isOneShell: table.isOneShell)
    task.remarks += body.notes
    task.isInteractive = body.readsInput
    if let missing = target.missing {
      task.script = NotTurned.lines(missing, task: task.name) + body.lines
      return
    }
    guard !body.lines.isEmpty else {
      task.shell = nil
      task.script = [":"]
      return
    }
    guard sharedLines <= Self.mostSharedLines else { return refuse(target, &task) }
    var read = guards.read
    read.formUnion(body.read)
    var own: [String: [String]] = [:]
    addValues(of: target, to: &task, lines: &own, &read, scope)
    let ownTexts = Dictionary(target.assignments.map { ($0.name, $0.value) }) { _, last in last }
    var shared: [String] = []
    var readsUnset = body.readsUnset || guards.readsUnset
    for name in computed.closure(of: read.names, folder: &read.folder) {
      shared += (computed.blocks[name]?.lines ?? []) + (own[name] ?? [])
      if computed.blocks[name]?.readsUnset == true { readsUnset = true }
      uses[name, default: 0] += 1
    }
    sharedLines += shared.count + guards.lines.count + guards.unsetting.count
    guard sharedLines <= Self.mostSharedLines else { return refuse(target, &task) }
    var script = guards.unsetting
    if readsUnset, !scope.shell.refusesUnset { script.insert("set +u", at: 0) }
    if body.runsTasks && scope.fresh.isNeeded || body.runsMake && scope.fresh.isNeededForMake {
      let made = computed.closure(of: read.names, folder: &read.folder).compactMap { name in
        computed.blocks[name] == nil ? nil : scope.variables[name]
      }
      var expressions = ShellExpressions(scope)
      script += scope.fresh.lines(
        own: ownTexts, computed: made, runsMake: body.runsMake, except: body.passed, &expressions)
    }
    if read.folder { script.append("CURDIR=$PWD") }
    script += shared + guards.lines + body.lines
    if script.allSatisfy({ $0.hasPrefix("#") }) { script.append(":") }
    task.script = script
  }

  private func refuse(_ target: Target, _ task: inout ImportedTask) {
    task.remarks.append(.tooManyVariables(task.name, at: target.place))
    task.script = NotTurned.lines("its variables are too many", task: task.name)
  }

  /// What the target sets for itself: values of the task, or lines of its script.
  private func addValues(
    of target: Target, to task: inout ImportedTask, lines: inout [String: [String]], _ read: inout ReadVariables,
    _ scope: TranslationScope
  ) {
    if !target.assignments.isEmpty, !target.needs.isEmpty {
      task.remarks.append(.ownValues(of: task.name, at: target.assignments[0].place))
    }
    for assignment in target.assignments {
      guard let variable = scope.variables[assignment.name] else { continue }
      if variable.isPasted {
        let reason = "its text was written into the scripts"
        task.remarks.append(.ownValue(assignment.name, of: task.name, reason: reason, at: assignment.place))
        continue
      }
      if assignment.operation != .append, !variable.isShellText, let input = variable.names.input,
        let text = DefaultText(scope.variables).text(assignment.value, excluding: assignment.name)
      {
        task.values.removeAll { $0.name == input }
        task.values.append((input, text))
        continue
      }
      do throws(Untranslatable) {
        let (line, its) = try computed.line(assignment, scope)
        lines[assignment.name, default: []].append(line)
        read.formUnion(its)
        read.names.insert(assignment.name)
      } catch {
        task.remarks.append(.ownValue(assignment.name, of: task.name, reason: error.reason, at: assignment.place))
      }
    }
  }
}
