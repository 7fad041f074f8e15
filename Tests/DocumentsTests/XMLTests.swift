import Testing

@testable import Documents

@Suite struct XMLTests {
  private func parse(_ text: String) -> XMLElement? { XML.parse(Array(text.utf8)) }

  @Test func `elements are read with their texts and children`() throws {
    let root = try #require(
      parse(
        "<?xml version=\"1.0\"?>\n<A x='1'>t<B>a &lt;&#228;&gt;</B><!-- no --><B><![CDATA[<c>]]></B><L><member>1</member><x/><member>2</member></L>u</A>"
      ))
    #expect(root.name == "A")
    #expect(root.text == "tu")
    #expect(root.children.map(\.text) == ["a <ä>", "<c>", ""])
    #expect(root.text(of: "B") == "a <ä>")
    #expect(root.text(of: "L") == nil)
    #expect(root.members(of: "L").map(\.text) == ["1", "2"])
    #expect(root.members(of: "none") == [])
  }

  @Test(arguments: ["", "<A>", "<A></B>", "text", "<A/><B/>", "<A>&unknown;</A>"])
  func `what is not one whole document is nothing`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `entities of the document's own are refused`() {
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>"
    #expect(parse(bomb) == nil)
  }

  @Test func `what is nested too deep is refused`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(parse(nested(100)) != nil)
    #expect(parse(nested(101)) == nil)
    #expect(parse(nested(100_000)) == nil)
  }

  @Test func `other encodings are read where the document names them`() {
    let latin: [UInt8] = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>".utf8) + [0xE4] + Array("</a>".utf8)
    #expect(XML.parse(latin)?.text == "ä")
  }
}
