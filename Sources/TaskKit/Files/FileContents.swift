import SystemPackage

/// Whole files: regular ones, pipes and devices alike.
public enum FileContents {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The path; absolute, or relative to the process's folder.
  ///   - limit: The most bytes that are read.
  /// - Returns: The bytes.
  /// - Throws: A `FileProblem` where the file cannot be read, or is larger.
  public static func read(_ path: String, upTo limit: Int) throws(FileProblem) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      return try read(file, upTo: limit)
    } catch let error as Errno {
      throw FileProblem(error)
    } catch let problem as FileProblem {
      throw problem
    } catch {
      throw FileProblem("\(error)")
    }
  }

  private static func read(_ file: FileDescriptor, upTo limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limit else { throw FileProblem("it is larger than \(limit >> 20) MiB") }
    }
  }
}
