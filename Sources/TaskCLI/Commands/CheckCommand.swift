import ArgumentParser
import OrderedCollections
import TaskRunner

/// The command `check`.
struct CheckCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the task file; nothing is run, and no value but the file's is read.")

  @OptionGroup var files: FileOptions
  @OptionGroup var answer: AnswerOptions

  var color: ColorChoice { answer.color }

  func run(in session: Session) throws -> ExitStatus {
    do throws(DiagnosticError) {
      let file = try session.taskFile(files)
      try file.check(try session.catalog())
      if answer.json {
        session.answer("[]")
      } else {
        session.answer("\(file.source.name) is valid: \(file.taskCount)")
      }
      return .succeeded
    } catch {
      guard answer.json else { throw error }
      session.answer(JSONValue.array(error.diagnostics.map(\.json)).indentedText)
      return .usage
    }
  }
}
