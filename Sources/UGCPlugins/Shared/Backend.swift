import TaskKit

/// Where a stack lives.
enum Backend: String, CaseIterable, InputValue {
  /// In a SQLite file on this machine.
  case local
  /// Deployed on AWS.
  case aws
}
