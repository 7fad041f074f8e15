/// Percent-encoding as signatures and forms of AWS need it: all but RFC 3986's unreserved characters.
enum URIEncoding {
  static func encoded(_ text: String, keeping kept: [UInt8] = []) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) || kept.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A form's fields, as browsers send them: spaces are plus signs.
  static func form(_ fields: [(String, String)]) -> String {
    fields.map { "\(field($0.0))=\(field($0.1))" }.joined(separator: "&")
  }

  private static func field(_ text: String) -> String {
    encoded(text, keeping: [UInt8(ascii: " ")]).replacing(" ", with: "+")
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
