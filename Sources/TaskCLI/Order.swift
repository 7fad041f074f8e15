import TaskRunner

/// What the user asked for, planned: tasks of a file with their values.
struct Order {
  let file: TaskFile
  let planner: Planner
  let plan: Plan
  /// The names of the tasks, as the user wrote them.
  let tasks: [String]
  let given: GivenValues

  /// The folder of what tasks must remember, beside the task file.
  var state: StateDirectory { StateDirectory(path: "\(file.directory)/.ugc") }
}

extension Session {
  /// Plans what a command asks about.
  func order(_ question: QuestionOptions) throws(DiagnosticError) -> Order {
    try order(question.words, question.files, question.values)
  }

  /// Reads the task file, settles the values and plans the tasks that the words of a command name.
  func order(_ words: [String], _ files: FileOptions, _ values: ValueOptions) throws(DiagnosticError) -> Order {
    let words = RunWords(words)
    let file = try taskFile(files)
    guard !words.tasks.isEmpty else { throw DiagnosticError(.noTaskNamed(of: file)) }
    let given = try given(words, files, values)
    let order = try order(words.tasks, of: file, given)
    if !scriptArguments.isEmpty { try order.plan.requireScript() }
    return order
  }

  /// The values that are not in files.
  func given(_ words: RunWords, _ files: FileOptions, _ values: ValueOptions) throws(DiagnosticError) -> GivenValues {
    GivenValues(
      assignments: words.assignments.map { ($0.variable, $0.value) }, environment: world.environment,
      directory: try directory(files), profile: values.profile)
  }

  /// Plans tasks of a file with values that are known.
  func order(_ tasks: [String], of file: TaskFile, _ given: GivenValues) throws(DiagnosticError) -> Order {
    var planner = try Planner(file: file, catalog: try catalog(), given: given)
    let plan = try planner.plan(tasks: tasks)
    return Order(file: file, planner: planner, plan: plan, tasks: tasks, given: given)
  }
}
