import TaskRunner

/// What the user asked for, planned: tasks of a file with their values.
struct Order {
  let file: TaskFile
  let planner: Planner
  let plan: Plan
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
    let given = GivenValues(
      assignments: words.assignments.map { ($0.variable, $0.value) }, environment: world.environment,
      directory: try directory(files), profile: values.profile)
    var planner = try Planner(file: file, catalog: try catalog(), given: given)
    let plan = try planner.plan(tasks: words.tasks)
    if !scriptArguments.isEmpty { try plan.requireScript() }
    return Order(file: file, planner: planner, plan: plan)
  }

  /// What a run of an order knows of the world.
  func surroundings(of order: Order, allowsProtected: Bool) -> RunSurroundings {
    RunSurroundings(
      identity: newRun(), environment: world.environment,
      state: StateDirectory(path: "\(order.file.directory)/.ugc"), arguments: scriptArguments,
      allowsProtected: allowsProtected, now: world.now)
  }
}
