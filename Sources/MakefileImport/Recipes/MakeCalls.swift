/// Turns `$(MAKE) target` to a run of the task.
struct MakeCalls {
  let tasks: TaskNames
  let variables: VariableTable
  /// The words that run a task, and those that run make.
  let command: String
  let makeCommand: String

  private static let deepest = 10
  private static let mostParts = 1000
  private static let stand: Unicode.Scalar = "\u{1}"
  private static let dropped: Set<String> = ["--no-print-directory", "-s", "--silent", "--quiet", "-w"]

  /// A line with its calls turned.
  struct Line {
    var text = MakeText()
    /// Whether it runs tasks, and whether calls of make stay in it.
    var runsTasks = false
    var runsMake = false
  }

  /// The line with each call that names targets of this Makefile turned, unless another folder may be meant.
  func turned(_ line: MakeText) -> Line {
    let text = withCalls(line, depth: 0)
    var line = Line()
    guard Self.calls(text) else {
      line.text = text
      return line
    }
    var scanner = ShellScanner()
    var leaves = false
    var rest = text.parts[...]
    while let part = rest.popFirst() {
      if case .reference("MAKE") = part {
        if !leaves, let (call, count, left) = call(rest) {
          line.text.append(call)
          line.runsTasks = true
          rest = rest.dropFirst(count)
          if !left.isEmpty { rest = [.text(left)] + rest }
        } else if scanner.quote == .none {
          line.text.append(makeCommand)
          line.runsMake = true
        } else {
          line.text.parts.append(part)
        }
        scanner.skipExpansion()
        continue
      }
      if case .text(let text) = part { scanner.read(text) }
      leaves = leaves || changesFolder(MakeText([part]), depth: 0)
      line.text.append(MakeText([part]))
    }
    return line
  }

  /// Whether a text, or what it reads, goes to another folder.
  private func changesFolder(_ text: MakeText, depth: Int) -> Bool {
    text.contains { part in
      switch part {
      case .text(let text):
        return text.unicodeScalars.split { !$0.isOfName }.contains { ["cd", "pushd"].contains(String($0)) }
      case .reference(let name), .substitution(let name, _, _):
        // Deeper ones are not looked at: what they do is not known.
        guard depth < Self.deepest else { return true }
        return variables[name]?.definitions.contains { changesFolder($0.value, depth: depth + 1) } ?? false
      case .call, .unreadable: return false
      }
    }
  }

  private static func calls(_ text: MakeText) -> Bool {
    text.contains { if case .reference("MAKE") = $0 { true } else { false } }
  }

  /// The line with the texts of variables that hold calls of make.
  private func withCalls(_ line: MakeText, depth: Int) -> MakeText {
    var result = MakeText()
    for part in line.parts {
      if depth < Self.deepest, case .reference(let name) = part, case .pasted(let value)? = variables[name]?.kind,
        Self.calls(value), result.parts.count < Self.mostParts
      {
        result.append(withCalls(value, depth: depth + 1))
      } else {
        result.append(MakeText([part]))
      }
    }
    return result
  }

  /// The turned call, how many parts it took, and what is left of the last one; nil where it stays a call of make.
  private func call(_ parts: ArraySlice<MakeText.Part>) -> (MakeText, Int, left: String)? {
    var flat: [Unicode.Scalar] = []
    var references: [MakeText.Part] = []
    var count = 0
    var left = ""
    for part in parts {
      count += 1
      // Another call is no argument of this one.
      if case .reference("MAKE") = part { return nil }
      guard case .text(let text) = part else {
        references.append(part)
        flat.append(Self.stand)
        continue
      }
      let scalars = text.unicodeScalars
      let end = scalars.firstIndex { ";&|()<>\n`#".unicodeScalars.contains($0) } ?? scalars.endIndex
      guard !scalars[..<end].contains("\\") else { return nil }
      flat.append(contentsOf: scalars[..<end])
      if end < scalars.endIndex {
        left = String(scalars[end...])
        break
      }
    }
    guard let words = words(String(flat)) else { return nil }
    let trailing = flat.last?.isBlank == true ? " " : ""
    var result = MakeText([.text(command)])
    var next = references[...]
    for scalar in (" " + words.joined(separator: " ") + trailing).unicodeScalars {
      if scalar == Self.stand, let reference = next.popFirst() {
        result.parts.append(reference)
      } else {
        result.append(String(scalar))
      }
    }
    return (result, count, left)
  }

  /// The words of a run; nil where they are not only targets and variables.
  private func words(_ text: String) -> [String]? {
    guard text.isEmpty || text.unicodeScalars.first?.isBlank == true else { return nil }
    var words: [String] = []
    var hasTask = false
    for word in text.words where !Self.dropped.contains(word) {
      if let equals = word.firstIndex(of: "="), equals > word.startIndex {
        let name = String(word[..<equals])
        let variable = variables[name]?.names
        words.append(variable?.input == nil ? word : (variable?.variable ?? name) + word[equals...])
      } else if word.hasPrefix("-") {
        guard word.hasPrefix("-j") || word == "-k" else { return nil }
        words.append(word)
      } else if word.unicodeScalars.contains(Self.stand) {
        words.append(word)
        hasTask = true
      } else {
        guard let task = tasks[word] else { return nil }
        words.append(task)
        hasTask = true
      }
    }
    if !hasTask {
      guard let task = tasks.defaultTarget.flatMap({ tasks[$0] }) else { return nil }
      words.insert(task, at: 0)
    }
    return words
  }
}
