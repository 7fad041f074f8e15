/// Included files of variables, which `dotenv` reads as well.
struct DotenvFiles {
  private(set) var files: [String] = []
  private(set) var notes: [ImportNote] = []

  init(_ makefile: Makefile, _ statics: StaticText) {
    for include in makefile.includes {
      for file in statics.words(of: include.files) ?? [""] {
        let name = file.split(separator: "/").last.map(String.init) ?? ""
        guard name == ".env" || name.hasPrefix(".env.") || name.hasSuffix(".env"), !file.contains("*") else {
          notes.append(.include(file, at: include.place))
          continue
        }
        if include.isOptional || !include.path.isEmpty { notes.append(.optionalDotenv(file, at: include.place)) }
        if !files.contains(file) { files.append(file) }
      }
    }
  }
}
