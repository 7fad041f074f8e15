extension Unicode.Scalar {
  var isBlank: Bool { self == " " || self == "\t" }

  /// A letter, a digit or `_` of a shell's variable.
  var isOfName: Bool {
    self == "_" || ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
  }
}

extension String {
  init(_ scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }

  /// Without the white space around it.
  var trimmed: String { String(unicodeScalars.trimmed) }

  /// The parts between blanks and line breaks.
  var words: [String] {
    unicodeScalars.split { $0.isBlank || $0 == "\n" }.map { String($0) }
  }
}

extension BidirectionalCollection<Unicode.Scalar> {
  var trimmed: SubSequence {
    guard let first = firstIndex(where: { !$0.isBlank && $0 != "\n" }),
      let last = lastIndex(where: { !$0.isBlank && $0 != "\n" })
    else { return self[endIndex...] }
    return self[first...last]
  }
}
