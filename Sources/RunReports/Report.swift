import Documents
import TaskRunner

/// A form in which a run is reported.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// JUnit's XML, as CI systems read it.
  case junit
  case json
  /// One page that needs nothing else.
  case html
}

extension RunReport {
  /// The report in a form, as text.
  ///
  /// - Parameters:
  ///   - format: Which form.
  ///   - tool: The name of the tool that ran.
  /// - Returns: A whole file.
  /// - Throws: An error of the template engine.
  public func text(as format: ReportFormat, by tool: String) throws -> String {
    switch format {
    case .junit: try JUnitReport(self, tool: tool).text()
    case .json: json.indentedText + "\n"
    case .html: try HTMLReport(self, tool: tool).text()
    }
  }
}
