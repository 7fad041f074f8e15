import Glibc
import TaskKit

/// The signals that a run knows of.
public enum Signals {
  static let terminate = SIGTERM
  static let kill = SIGKILL
  static let brokenPipe = SIGPIPE

  /// Those that end a run, `finally` and all.
  public static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  /// `SIGINT`.
  public static func name(_ signal: Int32) -> String {
    switch signal {
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    case SIGQUIT: "SIGQUIT"
    case SIGPIPE: "SIGPIPE"
    default: "signal \(signal)"
    }
  }
}

extension RunFailure {
  /// The run was told to stop.
  init(signal: Int32) {
    let message =
      signal == SIGPIPE
      ? "nobody reads standard output any more" : "the run was interrupted by \(Signals.name(signal))"
    self.init(call: nil, diagnostics: [Diagnostic(.error, message)], isInvalidInput: false)
  }

  /// Whatever was thrown, as something to tell the user.
  init(_ error: any Error, in call: CallIdentity, _ masker: SecretMasker) {
    self.init(
      call: call, diagnostics: Diagnostic.all(of: error).map(masker.mask), isInvalidInput: error is InvalidInput)
  }
}

extension Diagnostic {
  /// Whatever a plugin threw, as something to tell the user.
  static func all(of error: any Error) -> [Diagnostic] {
    switch error {
    case let error as DiagnosticError: error.diagnostics
    case let error as InvalidInput: error.diagnostics
    case let failure as TaskFailure: failure.diagnostics
    case is CancellationError, is TaskCancellation: [Diagnostic(.error, "the task was cancelled")]
    default: [Diagnostic(.error, "the task failed unexpectedly: \(error)")]
    }
  }
}
