import Diagnostics

/// What a Makefile says, in its order.
struct Makefile {
  var assignments: [Assignment] = []
  var rules: [Rule] = []
  /// `STACK = x` for the targets before the colon.
  var targetAssignments: [TargetAssignment] = []
  var conditionals: [Conditional] = []
  var includes: [IncludeDirective] = []
  /// `$(error …)` and `$(warning …)` that stand for themselves.
  var calls: [LoneCall] = []
  /// Names that `export` or `export NAME = …` gives to every process.
  var exported: Set<String> = []
  /// Whether `export` stands alone.
  var exportsAll = false
  /// What could not be read as anything that can be turned.
  var notes: [ImportNote] = []
}

/// A place in the Makefile; columns count Unicode scalars, from 1.
struct Place {
  let line: Int
  let column: Int
  let width: Int

  func origin(in source: SourceText) -> Origin {
    let start = SourcePosition(line: line, column: column)
    let end = SourcePosition(line: line, column: column + max(width, 1))
    return .source(SourceLocation(source: source, range: SourceRange(start: start, end: end)))
  }
}

/// Something that was not turned, or not quite.
struct ImportNote {
  let message: String
  let help: String?
  let place: Place

  init(_ message: String, help: String? = nil, at place: Place) {
    self.message = message
    self.help = help
    self.place = place
  }
}

/// One branch of one conditional.
struct BranchStep: Hashable {
  let conditional: Int
  let branch: Int
}

/// The branches that something stands in, outermost first.
typealias BranchPath = [BranchStep]

/// `ifeq … else … endif`.
struct Conditional {
  /// What a branch asks; nil for a plain `else`.
  var tests: [ConditionalTest?]
  let place: Place
}

enum ConditionalTest {
  case isSet(String, Bool)
  case areEqual(MakeText, MakeText, Bool)
  case unreadable
}

struct Assignment {
  enum Operation: String {
    case recursive = "="
    case simple = ":="
    case ifUndefined = "?="
    case append = "+="
    case shell = "!="
  }

  let name: String
  let operation: Operation
  let value: MakeText
  let isOverride: Bool
  /// The lines between `define` and `endef`, where there are several.
  let cannedLines: [[Unicode.Scalar]]
  let place: Place
  let path: BranchPath
}

extension Assignment {
  /// Whether it was written as `define … endef` over several lines.
  var isCanned: Bool { !cannedLines.isEmpty }

  /// Whether make runs a command for it where it stands, and never again.
  var runsCommandOnce: Bool {
    (operation == .simple || operation == .shell)
      && value.contains { if case .call("shell", _) = $0 { true } else { false } }
  }

  /// Whether the command never says the same twice.
  var saysSomethingElse: Bool {
    value.contains { part in
      guard case .call("shell", let arguments) = part else { return false }
      let commands = ShellLine(arguments.map(\.skeleton).joined(separator: ",")).commands
      return !Set(commands).isDisjoint(with: ["date", "mktemp", "uuidgen"])
    }
  }
}

struct TargetAssignment {
  let targets: MakeText
  let assignment: Assignment
}

struct Rule {
  let targets: MakeText
  let prerequisites: MakeText
  let orderOnly: MakeText
  let isDoubleColon: Bool
  /// The part before a second colon: `$(OBJECTS): %.o: %.c`.
  let isStaticPattern: Bool
  var recipe: [RecipeLine] = []
  let help: String?
  let place: Place
  let path: BranchPath
}

/// A logical line of a recipe; breaks after backslashes are kept.
struct RecipeLine {
  let text: [Unicode.Scalar]
  let place: Place
  let path: BranchPath
}

struct IncludeDirective {
  let files: MakeText
  let isOptional: Bool
  let place: Place
  let path: BranchPath
}

struct LoneCall {
  let text: MakeText
  let place: Place
  let path: BranchPath
}
