import Testing

@testable import TaskKit

@Suite struct InputNameTests {
  @Test(arguments: [
    ("seedCount", "SEED_COUNT"), ("stack", "STACK"), ("a", "A"), ("sha256Sum", "SHA256_SUM"), ("aB", "A_B"),
    ("offlineSessionCount", "OFFLINE_SESSION_COUNT"),
  ])
  func `a name and its variable lead to each other`(name: String, variable: String) {
    #expect(InputName.variable(for: name) == variable)
    #expect(InputName.name(for: variable) == name)
  }

  @Test(arguments: ["seed_count", "SeedCount", "fromJSON", "", "1st", "seed-count", "ü"])
  func `other names are refused`(name: String) {
    #expect(!InputName.isValid(name))
  }

  @Test(arguments: ["seedCount", "_A", "A__B", "A_1", "", "A_"])
  func `other variables have no name`(variable: String) {
    #expect(InputName.name(for: variable) == nil)
  }

  @Test func `variables that steer the process are reserved`() {
    #expect(["PATH", "HOME", "LD_PRELOAD", "UGC_RUN", "IFS"].allSatisfy(InputName.isReserved))
    #expect(!InputName.isReserved(variable: "STACK"))
  }
}
