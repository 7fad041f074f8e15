public import Diagnostics

/// What a Makefile became.
public struct ImportedMakefile: Sendable {
  /// The text of a tasks.yaml.
  public let taskFile: String
  /// Warnings about what was not turned, or not quite, each with its place, in the order of the Makefile.
  public let notes: [Diagnostic]

  /// Reads a Makefile; nothing of it is run.
  ///
  /// - Parameters:
  ///   - source: The Makefile.
  ///   - toolName: The name of the command that runs the tasks, for `$(MAKE) target` and in comments.
  /// - Throws: A `DiagnosticError` where the text is no Makefile.
  public init(_ source: SourceText, toolName: String) throws(DiagnosticError) {
    let made = MakefileTranslation(try MakefileReader.read(source), source: source, toolName: toolName)
    taskFile = made.text
    notes = made.notes.map { note in
      Diagnostic(.warning, note.message, at: note.place.origin(in: source), help: note.help)
    }
  }
}
