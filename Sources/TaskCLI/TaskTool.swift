import ArgumentParser
import Glibc
public import TaskRunner

/// A task runner: everything but its list of plugins.
public struct TaskTool: Sendable {
  /// The name that the user types.
  public let name: String
  public let version: String
  let plugins: [any TaskPlugin.Type]

  public init(name: String, version: String, plugins: [any TaskPlugin.Type]) {
    self.name = name
    self.version = version
    self.plugins = plugins
  }

  /// Runs the tool as this process, and ends it.
  public func main() async -> Never {
    let signals = ProcessSignals()
    let output = DescriptorSink(descriptor: STDOUT_FILENO) { signals.give(.stop(signal: SIGPIPE)) }
    let world = World.process(output: output, signals: signals)
    var status = await run(Array(CommandLine.arguments.dropFirst()), in: world)
    if let problem = output.problem {
      world.error.write("error: standard output cannot be written to: \(problem)\n")
      status = status == .succeeded ? .failed : status
    }
    exit(status.rawValue)
  }

  /// Runs the tool in a world.
  ///
  /// - Parameters:
  ///   - arguments: The command line, without the tool's name.
  ///   - world: All that the tool sees and writes to.
  /// - Returns: What the process would exit with.
  public func run(_ arguments: [String], in world: World) async -> ExitStatus {
    await ToolDescription.$current.withValue(ToolDescription(name: name, version: version)) {
      let words = CommandLineWords(arguments)
      var session = Session(
        tool: self, world: world, scriptArguments: words.afterTerminator ?? [],
        output: RunOptions.Output.auto.chosen(in: world))
      let parsed: any ParsableCommand
      do {
        if Completions.isAsked(by: arguments) { return session.complete(arguments) }
        try session.requireCommand(in: words.parsed)
        parsed = try RootCommand.parseAsRoot(words.parsed)
        if words.afterTerminator != nil, !(parsed is RunCommand || parsed is PlanCommand) {
          throw DiagnosticError(.argumentsWithoutScript)
        }
      } catch let error as DiagnosticError {
        session.report(error, color: .auto)
        return .usage
      } catch {
        return session.report(parserError: error)
      }
      guard let command = parsed as? any ToolCommand else { return session.help(by: parsed) }
      session.output = command.output.chosen(in: world)
      do {
        return try await command.run(in: session)
      } catch let error as DiagnosticError {
        session.report(error, color: command.color)
        return .usage
      } catch {
        session.report(DiagnosticError("\(error)"), color: command.color)
        return .failed
      }
    }
  }
}

/// What the tool's process exits with.
public enum ExitStatus: Int32, Sendable {
  case succeeded = 0
  /// A task failed, or was refused.
  case failed = 1
  /// Usage, bad values or a bad tasks.yaml, found before anything ran.
  case usage = 2
  /// Ended by a signal.
  case hungUp = 129
  case interrupted = 130
  case quit = 131
  /// Nobody reads standard output any more.
  case unread = 141
  case terminated = 143

  init(signal: Int32) {
    self = ExitStatus(rawValue: 128 + signal) ?? .failed
  }
}

/// The tool that is running, for the texts of its commands.
struct ToolDescription: Sendable {
  let name: String
  let version: String

  @TaskLocal static var current = ToolDescription(name: "tasks", version: "0")
}
