import Crypto

/// Hashes texts that must not be kept, so that they can be compared later.
struct SaltedHash: Sendable {
  /// Random, and kept beside the hashes: equal secrets of two runs do not look equal.
  let salt: String

  init(salt: String) {
    self.salt = salt
  }

  init() {
    var generator = SystemRandomNumberGenerator()
    salt = (0..<2).map { _ in String(generator.next(), radix: 36) }.joined()
  }

  /// The hash of texts, in an order that matters.
  func hash(_ texts: some Sequence<String>) -> String {
    var function = SHA256()
    function.update(data: Array(salt.utf8))
    for text in texts {
      // The length before each text keeps ["ab", "c"] from looking like ["a", "bc"].
      function.update(data: Array("\(text.utf8.count):".utf8))
      function.update(data: Array(text.utf8))
    }
    return function.finalize().prefix(16).hexadecimal
  }

  func hash(_ text: String) -> String { hash([text]) }
}

extension Sequence<UInt8> {
  var hexadecimal: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
