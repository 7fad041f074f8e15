import FoundationEssentials
import Glibc
public import TaskKit

/// Runs a script.
struct ExecPlugin: TaskPlugin {
  static let manifest = PluginManifest(
    name: "exec", version: 1, effects: .writes, summary: "Run a script",
    example: "with: { script: echo \"hello from $STAGE\", stage: dev }", runsScript: true)

  @Input("The script. The task's values are in its environment, under their variable names.", .fileOnly, .verbatim)
  var script: String
  @Input("The program that runs the script, with its options; the script comes after them.", .fileOnly)
  var shell = ["sh", "-euc"]

  func validate(_ problems: inout Problems) {
    if shell.first?.isEmpty ?? true {
      problems.add("must name a program", at: $shell, help: "write [bash, -euo, pipefail, -c]")
    }
  }

  func preview(_ context: TaskContext) async throws -> [PreviewLine] {
    ["run with \(shell.joined(separator: " ")) in \(context.directory):\n\(script.withoutTrailingLineBreaks)"]
  }

  func setupChecks(_ context: TaskContext) -> [SetupCheck] {
    guard let program = shell.first else { return [] }
    let folder = SetupCheck("the folder \(context.directory)") {
      var isDirectory = false
      let exists = FileManager.default.fileExists(atPath: context.directory, isDirectory: &isDirectory)
      guard !exists || isDirectory else { throw DiagnosticError("it is no folder", help: "change `dir`") }
      guard exists else {
        return SetupCheck.Answer("not there", warning: "make it, or let a task do so before; or change `dir`")
      }
      return SetupCheck.Answer("scripts can work there")
    }
    let search = context.environment["PATH"] ?? ""
    let isRelative =
      program.contains("/") ? !program.hasPrefix("/") : search.split(separator: ":").contains { !$0.hasPrefix("/") }
    let place = isRelative ? " from \(context.directory)" : ""
    let shell = SetupCheck("the shell \(program)\(place)", dependingOn: [search]) {
      SetupCheck.Answer(try ProgramSearch(context: context).path(of: program))
    }
    return [folder, shell]
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs {
    let file = "\(context.run.folder)/\(Script.outputPrefix)\(UUID().uuidString)"
    // Some scripts look whether it is there.
    _ = FileManager.default.createFile(atPath: file, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let status = try await Script(shell: shell, text: script, context: context, outputFile: file).run()
    let outputs = Result { () throws(DiagnosticError) in try OutputFile.take(file) }
    let whole = (try? outputs.get()) ?? [:]
    if context.stopSwitch.isStopped { throw TaskCancellation(outputs: whole) }
    switch status {
    case .exited(0): return try outputs.get()
    case .exited(128 + SIGINT) where context.isInteractive, .signaled(SIGINT) where context.isInteractive:
      throw TaskInterruption(signal: SIGINT)
    case .exited(let code): throw failure("ended with exit code \(code)", context, outputs)
    case .signaled(let signal): throw failure("was ended by signal \(signal)", context, outputs)
    }
  }

  private func failure(
    _ end: String, _ context: TaskContext, _ outputs: Result<TaskOutputs, DiagnosticError>
  ) -> TaskFailure {
    var diagnostics = [Diagnostic(.error, "the script of `\(context.task)` \(end)", at: $script.origin)]
    if case .failure(let error) = outputs { diagnostics += error.diagnostics }
    return TaskFailure(diagnostics, outputs: (try? outputs.get()) ?? [:])
  }
}

extension String {
  fileprivate var withoutTrailingLineBreaks: String {
    String(reversed().drop(while: \.isNewline).reversed())
  }
}

/// The plugin of this module.
public let execPlugin: any TaskPlugin.Type = ExecPlugin.self
