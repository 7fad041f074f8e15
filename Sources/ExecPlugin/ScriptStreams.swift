import Glibc
import SystemPackage
import TaskKit

/// What a script reads from and writes to.
struct ScriptStreams {
  let input: CInt
  let output: CInt
  let error: CInt
  /// Where its output is read, where it does not go to the terminal directly.
  let sources: [OutputPump.Source]
  private let scriptEnds: [FileDescriptor]

  /// An interactive script has the terminal itself, as far as there is one.
  init(_ context: TaskContext) throws(DiagnosticError) {
    let isLent = context.isInteractive && context.run.lendsTerminal
    var sources: [OutputPump.Source] = []
    var ends: [FileDescriptor] = []
    func writeEnd(_ stream: OutputStream, _ own: CInt) throws(DiagnosticError) -> CInt {
      if isLent, isatty(own) == 1 { return own }
      if stream == .standardError, context.run.joinsStreams, let joined = ends.first { return joined.rawValue }
      do throws(DiagnosticError) {
        let pipe = try Pipe()
        sources.append((stream, pipe.readEnd))
        ends.append(pipe.writeEnd)
        return pipe.writeEnd.rawValue
      } catch {
        for descriptor in sources.map(\.descriptor) + ends { try? descriptor.close() }
        throw error
      }
    }
    output = try writeEnd(.standardOutput, STDOUT_FILENO)
    error = try writeEnd(.standardError, STDERR_FILENO)
    if context.isInteractive {
      input = STDIN_FILENO
    } else {
      input = open("/dev/null", O_RDONLY | O_CLOEXEC)
      ends.append(FileDescriptor(rawValue: input))
    }
    self.sources = sources
    scriptEnds = ends
  }

  /// The script has its own copies.
  func closeScriptEnds() {
    for end in scriptEnds { try? end.close() }
  }
}
