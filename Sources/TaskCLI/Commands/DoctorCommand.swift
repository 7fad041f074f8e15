import ArgumentParser
import OrderedCollections
import TaskRunner

/// The command `doctor [TASK...] [KEY=VALUE...]`.
struct DoctorCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "doctor", abstract: "Look whether all that tasks need is there, and say what to do.",
      usage: "\(ToolDescription.current.name) doctor [TASK...] [KEY=VALUE...]",
      discussion: """
        Without tasks, it looks at what the public ones need whose values are known. No task is run, nothing is written. The exit code \
        is 1 where something is missing.
        """)
  }

  @OptionGroup var question: QuestionOptions

  var color: ColorChoice { question.answer.color }

  func run(in session: Session) async throws -> ExitStatus {
    var outcomes = [session.toolSetup, session.outputSetup]
    let words = RunWords(question.words)
    do throws(DiagnosticError) {
      let file = try session.taskFile(question.files)
      try file.check(try session.catalog())
      outcomes.append(
        Setup.Outcome("the task file", .success(.init("\(file.source.name), \(file.taskCount)"))))
      outcomes.append(Setup.Outcome("the folder .ugc", session.writability(of: file)))
      outcomes += try await session.needs(of: file, words, question)
    } catch {
      if !(words.tasks.isEmpty && words.assignments.isEmpty), outcomes.count > 2 { throw error }
      session.annotate(error)
      outcomes += error.diagnostics.map { Setup.Outcome("the task file", .failure(DiagnosticError($0))) }
    }
    let report = SetupReport(outcomes: outcomes)
    session.answer(question.answer.json ? report.json.indentedText : report.text)
    return report.hasProblem ? .failed : .succeeded
  }
}

extension Session {
  fileprivate var toolSetup: Setup.Outcome {
    Setup.Outcome("the tool", .success(.init("\(tool.name) \(tool.version), libyaml \(YAML.libraryVersion)")))
  }

  /// What the tool can do where its output goes.
  fileprivate var outputSetup: Setup.Outcome {
    let terminal = world.terminal
    let answer: String
    if output == .github {
      answer = "a job of GitHub Actions: groups, annotations, a summary"
    } else if !terminal.isError {
      answer = "no terminal: plain lines, and nothing can be asked"
    } else {
      let colors = world.allowsColors ? "colours" : "no colours"
      answer = "\(terminal.width) columns, \(colors)" + (terminal.isInput ? "" : ", and nothing can be asked")
    }
    return Setup.Outcome("the output", .success(.init(answer)))
  }

  /// Whether runs can be kept.
  fileprivate func writability(of file: TaskFile) -> Result<SetupCheck.Answer, DiagnosticError> {
    let state = StateDirectory(path: "\(file.directory)/.ugc")
    return state.isWritable
      ? .success(.init("can be written to"))
      : .failure(
        DiagnosticError(
          "the folder \(state.path) cannot be written to: runs are not kept, and local stacks cannot be made",
          help: "check who may write to the folder of \(file.source.name)"))
  }

  /// What tasks need: those that are named, or all public ones whose values are known.
  fileprivate func needs(
    of file: TaskFile, _ words: RunWords, _ question: QuestionOptions
  ) async throws(DiagnosticError) -> [Setup.Outcome] {
    var known: Set<[String?]> = []
    guard words.tasks.isEmpty else {
      return await needs(of: try order(question.words, question.files, question.values), &known)
    }
    let given = try given(words, question.files, question.values)
    let catalog = try catalog()
    // What is wrong for all tasks, such as an unknown profile, is told once. Of planners there is one for each set of
    // values, since making one looks at the whole file.
    var planners = [Set(given.assignments.map(\.variable)): try Planner(file: file, catalog: catalog, given: given)]
    let tasks = file.tasks.values.filter { !$0.isPrivate }
    let names = tasks.map { Set(ReachedNames(from: [$0], of: file, catalog).names.map(InputName.variable)) }
    let all = names.reduce(into: Set()) { $0.formUnion($1) }
    for (variable, _) in given.assignments where !all.contains(variable) {
      throw DiagnosticError(.unknownAssignment(variable, known: all.sorted()))
    }
    var outcomes: [Setup.Outcome] = []
    for (task, names) in zip(tasks, names) {
      do throws(DiagnosticError) {
        var given = given
        // A task is given what it knows.
        given.assignments.removeAll { !names.contains($0.variable) }
        let variables = Set(given.assignments.map(\.variable))
        if planners[variables] == nil {
          planners[variables] = try Planner(file: file, catalog: catalog, given: given)
        }
        guard var planner = planners[variables] else { continue }
        let plan = try planner.plan(tasks: [task.name])
        let order = Order(file: file, planner: planner, plan: plan, tasks: [task.name], given: given)
        outcomes += await needs(of: order, &known)
      } catch {
        let fault = error.diagnostics.first
        let answer = SetupCheck.Answer(
          "not looked at: \(fault?.message ?? "")", warning: fault?.help ?? "name it with its values")
        outcomes.append(Setup.Outcome("the task \(task.name)", .success(answer)))
      }
    }
    return outcomes
  }

  private func needs(of order: Order, _ known: inout Set<[String?]>) async -> [Setup.Outcome] {
    let run = newRun()
    let setting = RunSetting(identity: run, state: order.state, folder: "\(order.state.folder("runs"))/\(run.id)")
    let surroundings = RunSurroundings(
      setting: setting, environment: world.environment, arguments: scriptArguments, allowsProtected: false,
      now: world.now)
    return await Setup(of: order.plan, planner: order.planner, surroundings: surroundings).outcomes(&known)
  }
}
