import TaskKit

/// Variables that make or the system gives a meaning to.
enum KnownVariables {
  /// Whether a variable belongs to make itself, so that no value of a task stands for it.
  static func isMakes(_ name: String) -> Bool {
    name.hasPrefix(".") || makes.contains(name)
  }

  /// Whether a variable is the target's or the recipe's: `$@`, `$(@D)`, `$<`.
  static func isAutomatic(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, "@<^+?*|%".unicodeScalars.contains(first) else { return false }
    return name.unicodeScalars.count == 1 || ["D", "F"].contains(String(name.dropFirst()))
  }

  /// Whether a variable is an argument of `$(call …)`.
  static func isArgument(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Whether a variable is the process's: no value of a task can have its name.
  static func isOfProcess(_ name: String) -> Bool { InputName.isReserved(variable: name) && !name.hasPrefix("UGC_") }

  /// Whether programs read a variable themselves, so that an empty one is not the same as none.
  static func isReadByPrograms(_ name: String) -> Bool {
    read.contains(name) || programs.contains { name.hasPrefix($0) }
  }

  /// Whether well-known programs do something else where a variable is set.
  static func isSettingOfPrograms(_ name: String) -> Bool { isReadByPrograms(name) || builders.contains(name) }

  private static let builders: Set<String> = [
    "AR", "CC", "CFLAGS", "CGO_ENABLED", "CPPFLAGS", "CXX", "CXXFLAGS", "GOARCH", "GOBIN", "GOFLAGS", "GOOS", "GOPATH",
    "GOPROXY", "LD", "LDFLAGS",
  ]

  /// The value that make gives to a variable which nobody defines.
  static let builtIn: [String: String] = [
    "AR": "ar", "ARFLAGS": "rv", "AS": "as", "CC": "cc", "CPP": "$(CC) -E", "CXX": "g++", "FC": "f77", "LD": "ld",
    "LEX": "lex", "RM": "rm -f", "YACC": "yacc",
  ]

  private static let makes: Set<String> = [
    "CURDIR", "GNUMAKEFLAGS", "MAKE", "MAKECMDGOALS", "MAKEFILES", "MAKEFILE_LIST", "MAKEFLAGS", "MAKELEVEL",
    "MAKEOVERRIDES", "MAKESHELL", "MAKE_COMMAND", "MAKE_HOST", "MAKE_RESTARTS", "MAKE_TERMERR", "MAKE_TERMOUT",
    "MAKE_VERSION", "MFLAGS", "PWD", "SHELL", "SUFFIXES", "VPATH",
  ]

  private static let read: Set<String> = [
    "CI", "COLUMNS", "DEBUG", "DISPLAY", "EDITOR", "HOST", "HOSTNAME", "LINES", "LOGNAME", "OLDPWD", "PAGER", "PORT",
    "SSH_AUTH_SOCK", "VISUAL",
  ]

  private static let programs = [
    "ANSIBLE_", "AWS_", "AZURE_", "BUILDKIT_", "CARGO_", "CDK_", "CLOUDSDK_", "COMPOSE_", "CURL_", "DOCKER_", "GH_",
    "GIT_", "GITHUB_", "GITLAB_", "GOOGLE_", "HELM_", "HTTP_PROXY", "HTTPS_PROXY", "JAVA_", "KUBE", "LC_", "NODE_",
    "NO_PROXY", "NPM_", "PG", "PIP_", "PYTHON", "REQUESTS_", "RUST", "SSL_", "SWIFT_", "TF_", "VIRTUAL_ENV", "XDG_",
  ]
}
