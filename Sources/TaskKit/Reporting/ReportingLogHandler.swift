import Logging

/// swift-log's messages as the task's log lines.
struct ReportingLogHandler: LogHandler {
  let reporter: any TaskReporter
  var logLevel = Logger.Level.debug
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let pairs = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
    let details = pairs.map { " \($0.key)=\($0.value)" }.joined()
    reporter.log(event.level, "\(event.message)\(details)")
  }
}
