import CSpawn
import Glibc
import SystemPackage

/// A process to be started.
struct SpawnRequest {
  /// The path of the program.
  var program: String
  var arguments: [String]
  /// `NAME=value`.
  var environment: [String]
  var directory: String
  var input: CInt
  var output: CInt
  var error: CInt
  /// The terminal that the process is to have; nil for a session of its own without one.
  var terminal: CInt?

  /// Starts it: its process number, or why it could not be started.
  func start() -> Result<pid_t, Errno> {
    let arguments = CStrings(arguments)
    let environment = CStrings(environment.map(RawEnvironment.bytes(of:)))
    defer {
      arguments.free()
      environment.free()
    }
    var process: pid_t = 0
    let failure = program.withCString { program in
      directory.withCString { directory in
        var request = spawn_request(
          program: program, arguments: arguments.pointers, environment: environment.pointers, directory: directory,
          input: input, output: output, error: error, terminal: terminal ?? -1)
        return spawn_process(&request, &process)
      }
    }
    return failure == 0 ? .success(process) : .failure(Errno(rawValue: failure))
  }
}

/// Texts as C wants them: a list of pointers that ends with a null one.
private struct CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    self.init(texts.map { Array($0.utf8) })
  }

  init(_ texts: [[UInt8]]) {
    count = texts.count
    pointers = .allocate(capacity: count + 1)
    for (index, text) in texts.enumerated() {
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count + 1)
      for (offset, byte) in text.enumerated() { copy[offset] = CChar(bitPattern: byte) }
      copy[text.count] = 0
      pointers[index] = copy
    }
    pointers[count] = nil
  }

  func free() {
    for index in 0..<count { pointers[index]?.deallocate() }
    pointers.deallocate()
  }
}

/// The process environment, for values that are no text: they are passed on as they are.
private enum RawEnvironment {
  /// The entries that are not UTF-8, by the text that they are read as.
  private static let entries: [String: [UInt8]] = {
    var entries: [String: [UInt8]] = [:]
    var next = environ
    while let entry = next.pointee {
      let bytes = UnsafeRawBufferPointer(start: entry, count: strlen(entry))
      let text = String(decoding: bytes, as: UTF8.self)
      if !text.utf8.elementsEqual(bytes) { entries[text] = Array(bytes) }
      next += 1
    }
    return entries
  }()

  static func bytes(of entry: String) -> [UInt8] {
    entries[entry] ?? Array(entry.utf8)
  }
}
