/// What a line of shell does, as far as its commands tell.
struct ShellLine {
  /// Whether a failure in its middle would end a script with `-e`, or one at its end would not.
  private(set) var isCompound = false
  /// The same of what stands within brackets.
  private(set) var isCompoundWithin = false
  /// Whether it holds `&&`, `||` or a pipe.
  private(set) var isList = false
  /// Whether a failure of it can go unnoticed by `-e`.
  private(set) var hidesFailure = false
  /// Whether it changes what a later line of the same shell would see.
  private(set) var changesShell = false
  private(set) var hasComment = false
  /// Whether the command to come reads from a pipe.
  private var isPiped = false
  /// The words of the command that is read.
  private var words: [String] = []
  private(set) var readsInput = false
  private(set) var isUnclosed = false
  /// Whether a line ends within quotes.
  private(set) var breaksQuotes = false
  /// The names that it gives values to.
  private(set) var assigned: Set<String> = []
  /// The names that it gives to programs: `A=1 program`, `export A=1`.
  private(set) var passed: Set<String> = []
  /// The names that it reads as `$name`.
  private(set) var read: [String] = []
  /// The words of commands.
  private(set) var commands: [String] = []

  /// The names that a loop or `read` gives values to, time and again.
  private(set) var looped: Set<String> = []

  private static let changing: Set<String> = [
    ".", "alias", "cd", "declare", "eval", "exec", "exit", "export", "let", "mapfile", "popd", "pushd", "read",
    "readarray", "readonly", "return", "set", "shift", "shopt", "source", "trap", "typeset", "ulimit", "umask", "unset",
  ]
  private static let keywords: Set<String> = [
    "!", "{", "}", "(", ")", "if", "then", "elif", "else", "while", "until", "do", "time",
  ]

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var scanner = ShellScanner()
    var word = String.UnicodeScalarView()
    var expectsCommand = true
    var assignments: [String] = []
    var isName = false
    let end = { (line: inout ShellLine) in
      let text = String(word)
      word = String.UnicodeScalarView()
      guard !text.isEmpty else { return }
      line.words.append(text)
      if isName {
        line.assigned.insert(text)
        line.looped.insert(text)
        isName = false
        expectsCommand = false
      } else if expectsCommand {
        line.readCommand(text, &expectsCommand, &isName, &assignments)
      } else if ["export", "mapfile", "read", "readarray"].contains(line.commands.last) {
        line.assigned.insert(String(text.prefix { $0 != "=" }))
        if line.commands.last != "export" { line.looped.insert(text) }
        if line.commands.last == "export" { line.passed.insert(String(text.prefix { $0 != "=" })) }
      }
    }
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      noteRead(scalars, at: index, scanner)
      if scalar == "\n", scanner.quote == .single || scanner.quote == .double { breaksQuotes = true }
      if scanner.isAtTop || scalar == "\n" && scanner.quote == .comment {
        if scalar == "#", scanner.isAtWordStart { hasComment = true }
        switch scalar {
        case " ", "\t": end(&self)
        case "\n", ";":
          end(&self)
          finish(&assignments)
          expectsCommand = true
          isCompound = true
          isPiped = false
        case "|" where index == 0 || scalars[index - 1] != ">",
          "&" where next != ">" && !isRedirection(scalars, before: index):
          end(&self)
          finish(&assignments)
          expectsCommand = true
          isList = true
          isPiped = scalar == "|" && next != "|"
          if scalar == next {
            if scalar == "&" { hidesFailure = true }
            scanner.read(scalar)
            index += 1
          } else if scalar == "&" {
            isCompound = true
          }
        case "(", ")":
          // `name() { …; }`
          if scalar == "(", next == ")", !word.isEmpty { changesShell = true }
          end(&self)
          // After the pattern of a `case`, too.
          expectsCommand = true
        default: word.append(scalar)
        }
      } else if scanner.quote != .comment {
        word.append(scalar)
        if scalar == ";", scanner.quote == .none, !scanner.isAfterBackslash { isCompoundWithin = true }
      }
      scanner.read(scalar)
      index += 1
    }
    end(&self)
    finish(&assignments)
    isUnclosed = scanner.isOpen
  }

  /// Adds what a text does that stands in this one.
  mutating func formUnion(_ inner: ShellLine) {
    isCompound = isCompound || inner.isCompound || inner.isCompoundWithin
    isList = isList || inner.isList
    hidesFailure = hidesFailure || inner.hidesFailure
    changesShell = changesShell || inner.changesShell
    hasComment = hasComment || inner.hasComment
    readsInput = readsInput || inner.readsInput
    looped.formUnion(inner.looped)
  }

  private func isRedirection(_ scalars: [Unicode.Scalar], before index: Int) -> Bool {
    index > 0 && (scalars[index - 1] == ">" || scalars[index - 1] == "<")
  }

  /// A word where a command may stand.
  private mutating func readCommand(
    _ word: String, _ expectsCommand: inout Bool, _ isName: inout Bool, _ assignments: inout [String]
  ) {
    if let equals = word.unicodeScalars.firstIndex(of: "="), equals > word.startIndex,
      word.unicodeScalars[..<equals].allSatisfy(\.isOfName)
    {
      assignments.append(String(word[..<equals]))
      return
    }
    if word == "!" { hidesFailure = true }
    guard !Self.keywords.contains(word) else {
      if word == "while" || word == "until" || word == "if" { commands.append(word) }
      return
    }
    expectsCommand = false
    passed.formUnion(assignments)
    assignments = []
    commands.append(word)
    if word == "for" { isName = true }
    if Self.changing.contains(word) { changesShell = true }
    if word == "read", !isPiped, !commands.contains("while") { readsInput = true }
  }

  /// Assignments without a command stay.
  private mutating func finish(_ assignments: inout [String]) {
    if !isPiped, InteractiveCommand.isOne(words) { readsInput = true }
    words = []
    if !assignments.isEmpty { changesShell = true }
    assigned.formUnion(assignments)
    assignments = []
  }

  private mutating func noteRead(_ scalars: [Unicode.Scalar], at index: Int, _ scanner: ShellScanner) {
    guard scalars[index] == "$", scanner.quote == .none || scanner.quote == .double, !scanner.isAfterBackslash,
      index + 1 < scalars.count
    else { return }
    let start = scalars[index + 1] == "{" ? index + 2 : index + 1
    let name = scalars[start...].prefix { $0.isOfName }
    guard !name.isEmpty else { return }
    let after = start + name.count < scalars.count ? scalars[start + name.count] : nil
    if start == index + 2, let after {
      // `${name:-…}` asks for itself, and `${name:=…}` sets it.
      let next = start + name.count + 1 < scalars.count ? scalars[start + name.count + 1] : nil
      let sign = after == ":" ? next : after
      if sign == "=" { changesShell = true }
      if let sign, "-=?+".unicodeScalars.contains(sign) { return }
    }
    read.append(String(name))
  }
}
