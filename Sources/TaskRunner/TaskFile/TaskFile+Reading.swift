public import TaskKit

extension TaskFile {
  /// Reads tasks.yaml.
  ///
  /// Faults of its structure are kept, so that they can be told together with those of its names.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - directory: The absolute path of the folder that relative paths start from.
  /// - Throws: A `DiagnosticError` where the text is no YAML.
  public init(reading source: SourceText, directory: String) throws(DiagnosticError) {
    self = try TaskFileReader.read(source, directory: directory)
  }

  /// Refuses a file with faults of its structure; names are not followed.
  ///
  /// - Throws: A `DiagnosticError` with every fault.
  public func requireStructure() throws(DiagnosticError) {
    guard problems.isEmpty else { throw Secrecy(of: self).conceal(DiagnosticError(problems)) }
  }

  /// Refuses a file with any fault: of its structure, of its names, of the values that can be checked unsettled.
  ///
  /// - Throws: A `DiagnosticError` with every fault, in the order of the file.
  public func check(_ catalog: PluginCatalog) throws(DiagnosticError) {
    do throws(DiagnosticError) {
      try TaskFileCheck.check(self, catalog)
    } catch {
      throw Secrecy(of: self).conceal(error)
    }
  }
}
