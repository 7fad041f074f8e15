/// A place in a text: line and column, counted from 1; columns count Unicode scalars.
public struct SourcePosition: Hashable, Comparable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A stretch of text, its end excluded.
public struct SourceRange: Hashable, Sendable {
  public var start: SourcePosition
  public var end: SourcePosition

  public init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }
}

/// A stretch of a file.
public struct SourceLocation: Sendable, CustomStringConvertible {
  public let source: SourceText
  public let range: SourceRange

  public init(source: SourceText, range: SourceRange) {
    self.source = source
    self.range = range
  }

  /// `tasks.yaml:4:20`.
  public var description: String {
    "\(source.name):\(range.start.line):\(range.start.column)"
  }
}
