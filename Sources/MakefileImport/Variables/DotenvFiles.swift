/// Included files of variables, which `dotenv` reads as well.
struct DotenvFiles {
  private(set) var files: [(name: String, isOptional: Bool)] = []
  private(set) var notes: [ImportNote] = []

  init(_ makefile: Makefile, _ statics: StaticText) {
    for include in makefile.includes {
      for file in Self.isFixed(include.files) ? statics.words(of: include.files) ?? [""] : [""] {
        let name = file.split(separator: "/").last.map(String.init) ?? ""
        guard name == ".env" || name.hasPrefix(".env.") || name.hasSuffix(".env"), !file.contains("*") else {
          notes.append(.include(file, at: include.place))
          continue
        }
        if files.isEmpty { notes.append(.dotenv(at: include.place)) }
        let isOptional = include.isOptional || !include.path.isEmpty
        if let known = files.firstIndex(where: { $0.name == file }) {
          files[known].isOptional = files[known].isOptional && isOptional
        } else {
          files.append((file, isOptional))
        }
      }
    }
  }

  /// Whether no value that is given leads to another file.
  private static func isFixed(_ files: MakeText) -> Bool {
    var isFixed = true
    files.forEachName { if $0 != "CURDIR", $0 != "PWD" { isFixed = false } }
    return isFixed
  }
}
