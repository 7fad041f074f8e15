/// Where output goes.
public protocol ByteSink: Sendable {
  func write(_ bytes: [UInt8])
}

extension ByteSink {
  public func write(_ text: String) {
    write(Array(text.utf8))
  }
}
