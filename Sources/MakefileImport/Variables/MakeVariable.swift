/// A variable of the Makefile, and what becomes of it.
struct MakeVariable {
  enum Kind {
    /// A value of `defaults`, made of text and of other such values.
    case setting(MakeText)
    /// Nowhere defined: a value of `defaults` that is empty.
    case given
    /// The process's own.
    case ofProcess
    /// Each script that uses it makes it.
    case computed
    /// Its text is pasted where it is used, since it reads what is the target's.
    case pasted(MakeText)
    /// A `define` of several lines.
    case canned
    /// It reads itself.
    case circular
  }

  let name: String
  let names: VariableNames.Name
  var kind = Kind.given
  var definitions: [Assignment] = []
  var syntax = ShellSyntax()
  /// Whether its value is text of shell that reads other variables of the shell: only a shell may read it.
  var isShellText = false

  /// Whether make gives it to programs whatever it is.
  var isExported = false

  /// Whether scripts find it in their environment, whatever happens.
  var isAlwaysSet: Bool { names.input != nil && !isUnsetWhereEmpty }

  /// Whether an empty value must not reach the programs of scripts.
  var isUnsetWhereEmpty: Bool {
    guard names.input != nil, !isExported || definitions.isEmpty, KnownVariables.isReadByPrograms(names.variable) else {
      return false
    }
    switch kind {
    case .given: return true
    case .setting(let value): return value.isEmpty
    case .ofProcess, .computed, .pasted, .canned, .circular: return false
    }
  }

  /// Whether `ifdef` finds a text, though it may become nothing.
  var isDefined: Bool {
    isPasted
      || definitions.contains { definition in
        definition.path.isEmpty && (definition.operation == .recursive || definition.operation == .ifUndefined)
          && definition.value.literal == nil
      }
  }

  var isPasted: Bool { if case .pasted = kind { true } else { false } }

  /// Whether it is text for `$(call …)`.
  var isFunction: Bool {
    definitions.contains { definition in
      definition.value.contains { if case .reference(let name) = $0 { KnownVariables.isArgument(name) } else { false } }
    }
  }

  /// Whether its value is text of shell that holds no other value.
  var isCode: Bool {
    syntax.matters(isBare: true) && !isShellText && definitions.allSatisfy { $0.value.literal != nil }
  }

  /// Where it is first defined.
  var place: Place? { definitions.first?.place }
}

/// What of a variable's text means something to a shell that reads it again, as make lets it.
struct ShellSyntax {
  /// Outside of quotes.
  private(set) var isBare = false
  /// Inside of "…".
  private(set) var isDouble = false
  /// Inside of '…'.
  private(set) var isSingle = false

  /// Whether a shell that reads it makes something else of it.
  func matters(isBare isUsedBare: Bool) -> Bool { isDouble || isSingle || isBare && isUsedBare }

  mutating func formUnion(_ other: ShellSyntax) {
    isBare = isBare || other.isBare
    isDouble = isDouble || other.isDouble
    isSingle = isSingle || other.isSingle
  }

  mutating func read(_ text: MakeText) {
    for part in text.parts {
      switch part {
      case .text(let text): read(text)
      case .call("shell", _): break
      case .call(_, let arguments): for argument in arguments { read(argument) }
      case .substitution(_, let from, let to):
        read(from)
        read(to)
      case .reference, .unreadable: break
      }
    }
  }

  private mutating func read(_ text: String) {
    var isAtWordStart = true
    var isFirstWord = true
    var hasBegun = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": (isBare, isSingle) = (true, true)
      case "\"", "\\", "$", "`": (isBare, isDouble) = (true, true)
      case ";", "&", "|", "<", ">", "(", ")", "{", "}": isBare = true
      case "#", "~", "!": if isAtWordStart { isBare = true }
      case "=": if isFirstWord, hasBegun { isBare = true }
      case " ", "\t", "\n": if hasBegun { isFirstWord = false }
      default: break
      }
      isAtWordStart = scalar.isBlank || scalar == "\n" || scalar == ":" || scalar == "="
      if !isAtWordStart, scalar != "-" || hasBegun {
        hasBegun = true
      } else if scalar == "-" {
        // An option such as --stage=dev is no assignment.
        isFirstWord = false
      }
    }
  }
}
