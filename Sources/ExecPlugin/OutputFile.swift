import FoundationEssentials
import TaskKit

/// What a script wrote to the file that `$UGC_OUTPUT` names: `key=value` lines, and `key<<END` blocks.
enum OutputFile {
  private static let mostBytes = 1 << 20

  /// The outputs; the file is removed.
  ///
  /// - Throws: A `DiagnosticError` where a line is neither.
  static func take(_ path: String) throws(DiagnosticError) -> TaskOutputs {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try FileContents.read(path, upTo: mostBytes)
    } catch {
      throw DiagnosticError("the outputs of the script cannot be read: \(error)", help: "write texts, up to 1 MiB")
    }
    return try parse(bytes)
  }

  static func parse(_ bytes: [UInt8]) throws(DiagnosticError) -> TaskOutputs {
    var outputs = TaskOutputs()
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self) }[...]
    var number = 0
    while let line = lines.popFirst() {
      number += 1
      if line.isEmpty { continue }
      let key = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
      let rest = line.dropFirst(key.count)
      guard let first = key.first, first.isLetter || first == "_" else { throw malformed(line: number) }
      if rest.hasPrefix("=") {
        outputs[String(key)] = .string(String(rest.dropFirst()))
      } else if rest.hasPrefix("<<"), rest.count > 2 {
        let end = String(rest.dropFirst(2))
        guard let last = lines.firstIndex(of: end) else { throw unclosed(String(key), end: end, line: number) }
        outputs[String(key)] = .string(lines[..<last].joined(separator: "\n"))
        number += last - lines.startIndex + 1
        lines = lines[(last + 1)...]
      } else {
        throw malformed(line: number)
      }
    }
    return outputs
  }

  /// The line is not quoted: it may hold a secret.
  private static func malformed(line: Int) -> DiagnosticError {
    DiagnosticError(
      "line \(line) of what the script wrote to $UGC_OUTPUT is neither `key=value` nor `key<<END`",
      help: "keys are letters, digits, `-` and `_`; a value of several lines is `key<<END`, the lines, and `END`")
  }

  private static func unclosed(_ key: String, end: String, line: Int) -> DiagnosticError {
    DiagnosticError(
      "the block `\(key)<<\(end)` in line \(line) of what the script wrote to $UGC_OUTPUT does not end",
      help: "write \(end) on a line of its own after it")
  }
}
