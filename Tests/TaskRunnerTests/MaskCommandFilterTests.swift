import Testing

@testable import TaskRunner

@Suite struct MaskCommandFilterTests {
  private static let text = """
    one\r\n  ::Add-Mask::secret
    ::add-mask a=b::secret\rsee ##[add-mask]secret\r\u{0C}\t::add-mask ::secret
    not ::add-mask::public
    # ##[ ##[add-mas ::add ::add-masks::public
    ::add-mask
    ##[add-mask
    ::add-masked ##[add-mask]secret
    ::::add-mask:: ##
    ::add-mask::secret
    """
  private static let kept = """
    one\r\n  ::Add-Mask::***
    ::add-mask a=b::***\rsee ##[add-mask]***\r\u{0C}\t::add-mask ::***
    not ::add-mask::public
    # ##[ ##[add-mas ::add ::add-masks::public
    ::add-mask
    ##[add-mask
    ::add-masked ##[add-mask]***
    ::::add-mask:: ##
    ::add-mask::***
    """

  @Test func `it is the same wherever the text is cut`() {
    let bytes = Array(Self.text.utf8)
    for size in 1...bytes.count {
      var filter = MaskCommandFilter()
      var kept: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        kept += filter.add(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      kept += filter.finish()
      #expect(String(decoding: kept, as: UTF8.self) == Self.kept, "in pieces of \(size)")
    }
  }

  @Test func `what begins no command does not wait`() {
    for text in ["a", " b:", "x ::add-mask", "# no", "::error", "::add-masked"] {
      var filter = MaskCommandFilter()
      #expect(String(decoding: filter.add(Array(text.utf8)), as: UTF8.self) == text)
    }
    for text in [":", "  ::add-m", "x ##[add", "::add-mask a=b"] {
      var filter = MaskCommandFilter()
      #expect(filter.add(Array(text.utf8)) == [])
      #expect(String(decoding: filter.finish(), as: UTF8.self) == text)
    }
  }
}
