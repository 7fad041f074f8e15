import CExpat

/// XML text to elements: what services that speak XML answer.
public enum XML {
  /// Elements may be nested this deep.
  private static let deepest = 100

  /// Reads a document.
  ///
  /// Expat expands the five entities of XML and character references; a document that declares entities of its own is
  /// refused.
  ///
  /// - Parameter bytes: The text; its XML declaration may name another encoding than UTF-8.
  /// - Returns: The root element, or nil where the text is not one whole XML document.
  public static func parse(_ bytes: [UInt8]) -> XMLElement? {
    guard let parser = unsafe XML_ParserCreate(nil) else { return nil }
    defer { unsafe XML_ParserFree(parser) }
    let builder = Builder()
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
    unsafe XML_SetElementHandler(
      parser,
      { builder, name, _ in
        guard let builder = unsafe Builder.at(builder), let name = unsafe name else { return }
        unsafe builder.begin(String(cString: name))
      },
      { builder, _ in unsafe Builder.at(builder)?.end() })
    unsafe XML_SetCharacterDataHandler(parser) { builder, text, count in
      guard let builder = unsafe Builder.at(builder), let text = unsafe text else { return }
      let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
      unsafe builder.append(String(decoding: bytes, as: UTF8.self))
    }
    unsafe XML_SetEntityDeclHandler(parser) { builder, _, _, _, _, _, _, _, _ in
      unsafe Builder.at(builder)?.refuse()
    }
    let isWhole = unsafe bytes.withUnsafeBytes { buffer in
      let text = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe XML_Parse(parser, text, Int32(clamping: buffer.count), 1) == XML_STATUS_OK
    }
    return isWhole ? builder.root : nil
  }

  /// What expat's events are gathered in.
  private final class Builder {
    private var open: [XMLElement] = []
    private var isRefused = false
    private var whole: XMLElement?

    var root: XMLElement? { isRefused ? nil : whole }

    /// The builder that was handed to expat, which lives as long as `parse` does.
    static func at(_ pointer: UnsafeMutableRawPointer?) -> Builder? {
      guard let pointer = unsafe pointer else { return nil }
      return unsafe Unmanaged<Builder>.fromOpaque(pointer).takeUnretainedValue()
    }

    func begin(_ name: String) {
      if open.count >= XML.deepest { isRefused = true }
      guard !isRefused else { return }
      open.append(XMLElement(name: name))
    }

    func append(_ text: String) {
      guard !isRefused, !open.isEmpty else { return }
      open[open.count - 1].text += text
    }

    func end() {
      guard !isRefused, let element = open.popLast() else { return }
      if open.isEmpty { whole = element } else { open[open.count - 1].children.append(element) }
    }

    func refuse() {
      isRefused = true
    }
  }
}
