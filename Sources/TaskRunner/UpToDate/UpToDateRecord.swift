import Crypto
import Documents
import TaskKit

/// What a task's work was made from, and what it made, when it last ended well with some values.
struct UpToDateRecord: Sendable {
  /// What it was made from besides files, by name, hashed.
  var facts: [String: String]
  var sources: HashedFiles
  /// What it made; nil where the task file does not say.
  var generated: HashedFiles?
  var outputs: TaskOutputs

  /// What others can depend on.
  var trace: String {
    Self.trace(generated: generated, outputs: outputs, sources: generated == nil ? sources : nil, facts: facts)
  }

  static func trace(
    generated: HashedFiles?, outputs: TaskOutputs, sources: HashedFiles? = nil, facts: [String: String] = [:]
  ) -> String {
    // What it makes tells all; where it does not say what, that may follow from whatever went in.
    let texts =
      [generated?.fingerprint ?? "", outputs.json.text]
      + (sources.map { files in [files.fingerprint] + facts.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } }
        ?? [])
    return SaltedHash(salt: "").hash(texts)
  }
}

// MARK: As text

extension UpToDateRecord {
  private static let format = "ugc-up-to-date 1"

  /// A line of JSON, a line for each file, and a checksum of all.
  var bytes: [UInt8] {
    var text = Self.format + "\n"
    let facts = JSONValue.object(self.facts.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    let header: JSONValue = [
      "facts": facts, "outputs": outputs.json, "generates": .boolean(generated != nil),
    ]
    text += header.text + "\n"
    for (kind, files) in [("s", sources), ("g", generated ?? HashedFiles())] {
      for (path, entry) in files.entries {
        let stamp = entry.stamp
        text += "\(kind) \(entry.hash) \(entry.isSettled ? 1 : 0) \(stamp.size) \(stamp.modified) \(stamp.changed) "
        text += "\(stamp.inode) \(stamp.device) \(stamp.isExecutable ? 1 : 0) \(path.text.onOneLine)\n"
      }
    }
    let body = Array(text.utf8)
    return body + Array("check \(Self.checksum(body[...]))\n".utf8)
  }

  /// Nil where the bytes are no record, or are damaged.
  init?(_ bytes: [UInt8]) {
    let tail = "check 0123456789abcdef\n".utf8.count
    guard bytes.count > tail else { return nil }
    let body = bytes.dropLast(tail)
    guard bytes.suffix(tail).elementsEqual("check \(Self.checksum(body))\n".utf8) else { return nil }
    var lines = body.split(separator: UInt8(ascii: "\n")).makeIterator()
    guard lines.next()?.elementsEqual(Self.format.utf8) == true, let line = lines.next(),
      let header = JSONValue(parsing: Array(line)), case .object(let facts)? = header["facts"]
    else { return nil }
    self.facts = facts.reduce(into: [:]) { facts, fact in facts[fact.key] = fact.value.string }
    outputs = TaskOutputs(header["outputs"])
    sources = HashedFiles()
    generated = header["generates"] == true ? HashedFiles() : nil
    while let line = lines.next() {
      guard let file = FileLine(line) else { return nil }
      if file.isSource {
        sources.entries[file.path] = file.entry
      } else {
        generated?.entries[file.path] = file.entry
      }
    }
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
    SHA256.hash(data: bytes).prefix(8).hexadecimal
  }

  private struct FileLine {
    let isSource: Bool
    let path: FoundPath
    let entry: HashedFiles.Entry

    init?(_ line: ArraySlice<UInt8>) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 9, omittingEmptySubsequences: false)
      guard parts.count == 10 else { return nil }
      let texts = parts.map { String(decoding: $0, as: UTF8.self) }
      guard let size = Int(texts[3]), let modified = Int(texts[4]), let changed = Int(texts[5]),
        let inode = UInt64(texts[6]), let device = UInt64(texts[7])
      else { return nil }
      isSource = texts[0] == "s"
      path = FoundPath(String(onOneLine: texts[9]))
      entry = HashedFiles.Entry(
        stamp: FileStamp(
          size: size, modified: modified, changed: changed, inode: inode, device: device, isExecutable: texts[8] == "1"),
        hash: texts[1], isSettled: texts[2] == "1")
    }
  }
}

extension String {
  /// The path without line breaks.
  fileprivate var onOneLine: String {
    guard utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\\") }) else { return self }
    let bytes = utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\\"): Array("\\\\".utf8)
      case UInt8(ascii: "\n"): Array("\\n".utf8)
      default: [byte]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  fileprivate init(onOneLine text: String) {
    guard text.utf8.contains(UInt8(ascii: "\\")) else {
      self = text
      return
    }
    var path: [UInt8] = []
    var isEscaped = false
    for byte in text.utf8 {
      if isEscaped {
        path.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        path.append(byte)
      }
    }
    self = String(decoding: path, as: UTF8.self)
  }
}
