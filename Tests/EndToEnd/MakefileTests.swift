import Foundation
import TaskCLI
import Testing

/// A Makefile of the platform's kind, turned to a tasks.yaml whose tasks do what its targets did.
@Suite struct MakefileTests {
  private static let makefile = #"""
    STAGE ?= dev
    STACK ?= UGC-$(STAGE)
    SEED_COUNT ?= 50
    VERSION := $(shell echo 1.2.3)
    ARGS ?=
    ifdef JSON
    ARGS += --json '$(JSON)'
    endif
    ifeq ($(STAGE),prod)
    REPLICAS = 3
    else
    REPLICAS = 1
    endif

    .PHONY: help seed deleteSeed deploy clean all
    .DEFAULT_GOAL := help

    help: ## Show this help
    	@grep -E '^[a-zA-Z_-]+:.*?## .*$$' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*?## "}; {printf "%s %s\n", $$1, $$2}'

    ## Seed the stack
    seed: deploy
    	@echo seeding $(STACK) with $(SEED_COUNT) $(ARGS)

    deleteSeed: ## Delete seeded data
    	@echo 'deleting from $(STACK)'; for i in 1 2; do echo "$$i of $(STACK)"; done

    deploy: build/app ## Deploy the version
    	@cd build && echo "deploying $(VERSION) x$(REPLICAS) in $$(basename $$PWD)"
    	@echo stage $(STAGE); [ -e build/app ] && echo built
    	-@false

    build/app: src.txt
    	@mkdir -p $(@D)
    	@cp $< $@

    clean:
    	@rm -rf build

    all: clean seed deleteSeed

    %.o: %.c
    	cc -c $<

    """#

  private static var test: ToolTest {
    ToolTest().file("Makefile", makefile).file("src.txt", "source\n")
  }

  @Test func `its targets become tasks, and what could not be turned is listed`() async throws {
    let test = Self.test
    await test.run("init", "--from-makefile", "Makefile").expect(
      output: "wrote tasks.yaml with 6 tasks: `ugc-tasks list` shows them\n",
      error: #"""
        warning: `VERSION`, `REPLICAS` were set with `=` or `:=`: here the environment wins over defaults
         --> Makefile:4:1
          |
        4 | VERSION := $(shell echo 1.2.3)
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        help: unset what the environment should not give
        warning: `ARGS` is appended to with `+=`: here what the environment gives takes the place of all, as what the command line gives does
         --> Makefile:5:1
          |
        5 | ARGS ?=
          | ^^^^^^^
        warning: the target `help` was left out: `ugc-tasks list` lists the tasks
          --> Makefile:18:1
           |
        18 | help: ## Show this help
           | ^^^^^^^^^^^^^^^^^^^^^^^
        warning: targets have other names as tasks: `build/app` is `build-app`
          --> Makefile:33:1
           |
        33 | build/app: src.txt
           | ^^^^^^^^^^^^^^^^^^
        warning: a step, as of `all`, runs again where it is asked for beside its task: make runs it once
          --> Makefile:40:1
           |
        40 | all: clean seed deleteSeed
           | ^^^^^^^^^^^^^^^^^^^^^^^^^^
        help: ask for the task alone
        warning: the pattern rule `%.o` was not turned
          --> Makefile:42:1
           |
        42 | %.o: %.c
           | ^^^^^^^^
        help: write a task whose script makes all the files, with their patterns in `sources` and `generates`

        """#)
    await test.run("check").expect(output: "tasks.yaml is valid: 6 tasks\n")
    await test.run("list").expect(
      output: """
        seed        Seed the stack
        deleteSeed  Delete seeded data
        deploy      Deploy the version
        build-app   Run a script
        clean       Run a script
        all         clean, seed, deleteSeed

        """)
  }

  /// Each call with what make writes for it.
  private static let calls: [(words: [String], lines: [String])] = [
    (["deleteSeed"], ["deleting from UGC-dev", "1 of UGC-dev", "2 of UGC-dev"]),
    (["deleteSeed", "STACK=mine"], ["deleting from mine", "1 of mine", "2 of mine"]),
    (["deploy", "STAGE=prod"], ["deploying 1.2.3 x3 in build", "stage prod", "built"]),
    (["deploy", "VERSION=9"], ["deploying 9 x1 in build", "stage dev", "built"]),
    (
      ["seed", "JSON=a b.json", "SEED_COUNT=3"],
      ["deploying 1.2.3 x1 in build", "stage dev", "built", "seeding UGC-dev with 3 --json a b.json"]
    ),
    (
      ["all", "STAGE=x"],
      [
        "deploying 1.2.3 x1 in build", "stage x", "built", "seeding UGC-x with 50", "deleting from UGC-x",
        "1 of UGC-x", "2 of UGC-x",
      ]
    ),
  ]

  @Test func `its tasks write what its targets wrote`() async {
    let test = Self.test
    _ = await test.run("init", "--from-makefile", "Makefile")
    for (words, lines) in Self.calls {
      let outcome = await test.run(["run", "-q", "-j1"] + words)
      #expect(outcome.status == .succeeded, "\(outcome.error)")
      let said = outcome.output.split(separator: "\n").map { line in
        (line.firstRange(of: " | ").map { line[$0.upperBound...] } ?? line).trimmingCharacters(in: .whitespaces)
      }
      #expect(said == lines, "\(words)")
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/make")))
  func `make itself writes that`() async throws {
    let binary = Binary(tasks: "version: 1\ntasks: {}\n")
    binary.folder.write("Makefile", Self.makefile)
    binary.folder.write("src.txt", "source\n")
    for (words, lines) in Self.calls {
      let quoted = words.map { "'\($0)'" }.joined(separator: " ")
      let result = try await binary.shell("env -u MAKEFLAGS -u MAKELEVEL /usr/bin/make -s \(quoted) 2>/dev/null")
      let said = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(said == lines, "\(words)")
    }
  }

  /// Makefiles with words of a call, of which make and the tasks are to print the same.
  private static let pairs: [(makefile: String, words: [String])] = [
    ("TF := cd sub && pwd | sed 's|.*/||'\nall:\n\t@$(TF)\n\t@$(TF)\n", []),
    ("NOW = exit 0\nall:\n\t@$(NOW)\n\t@echo later\n", []),
    ("X = false; echo on\nall:\n\t@$(X)\n\t@echo later\n", []),
    ("all:\n\t@(false; echo hi)\n\t@echo \"v=$$(false; echo hi)\"\n\t@(cd nowhere 2>/dev/null; echo z)\n", []),
    ("all:\n\t@eval \"X=1\"; echo $$X\n\t@: $${Y:=5}; echo $$Y\n\t@echo \"[$${X:-}$${Y:-}]\"\n", []),
    ("all:\n\t@echo deploying\n\t$(if $(STAGE),,$(error STAGE is missing))\n", []),
    ("all:\n\t@echo deploying\n\t$(if $(STAGE),,$(error STAGE is missing))\n", ["STAGE=dev"]),
    ("all:\n\t@echo one\n\t$(info first)\n\t@echo two\n", []),
    ("STAGE ?= dev\nall:\n\t@STAGE=prod $(MAKE) -s --no-print-directory -C sub show\n", []),
    ("GOOS ?= $(shell echo linux)\nall:\n\t@GOOS=darwin $(MAKE) -s show\nshow:\n\t@echo $(GOOS)\n", []),
    ("F := $(shell ls sub)\nall:\n\t@echo \"files: $(F)\"\n", []),
    ("all: MSG = \"hi\"\nall:\n\t@printf '%s|' '$(MSG)'\n", []),
    ("all:\n\t@. ./sub/env.sh && echo $$FROM\n", []),
    ("MAKEFILE_DIR := sub\nMAKE_ENV ?= prod\nall:\n\t@echo $(MAKEFILE_DIR) $(MAKE_ENV)\n", []),
    ("all:\n\t# $(MAKECMDGOALS)\n\t@echo ok\n", []),
    ("all: ;@X=1 sh -c 'echo $$X'\n", []),
    ("export PAGER=\nall:\n\t@echo \"[$${PAGER-unset}]\"\n", []),
    ("all: sub\n\t@echo built\n", []),
    ("all: missing.txt\n\t@echo built\n", []),
    ("all: sub missing\n", []),
    ("b:\n\t@echo b\na: $(if $(FULL),x y,b)\n\t@echo a\n", ["a", "FULL=1"]),
    (
      "S := api web\ndefine RULE\nbuild-$(1):\n\t@echo $(1)\nendef\n"
        + "$(foreach s,$(S),$(eval $(call RULE,$(s))))\nbuild: $(addprefix none-,$(S))\n\t@echo built\n", ["build"]
    ),
    ("OUT := $(CURDIR)/sub\nall: ; @ls $(OUT)\n", []),
    ("all:\n\t@f() { echo in $$1; }; f x\n\t@f y 2>/dev/null || echo gone\n", []),
    ("all:\n\t@for s in x y; do (false; echo $$s); done\n", []),
    ("SRC := $(shell find sub -name env.sh)\nall: $(SRC)\n\t@echo made\n", []),
    ("all: $(EXTRA)\n\t@echo made\n", []),
    ("X ?= 1\nall:\n\t@export X=5; $(MAKE) -s show\nshow:\n\t@echo $(X)\n", []),
    ("X ?= 1\nall:\n\t@X=$(X); echo $$X\n", []),
    ("all:\n\t@echo \"$(shell ls sub | sort # all)\"\n", []),
    (".ONESHELL:\nX = y\nall:\n\t@echo \"a << b\" $(X)\n\techo 'q' $$((1 << 2))\n", []),
    (".ONESHELL:\nA = b\nall:\n\t@cat <<EOF\n\tit has \"$(A)\"\n\tEOF\n", []),
  ]

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/make")), arguments: pairs.indices)
  func `what make prints, the tasks print`(index: Int) async throws {
    let (makefile, words) = Self.pairs[index]
    let sub = "STAGE ?= nothing\nshow:\n\t@echo $(STAGE)\n"
    let files = [("Makefile", makefile), ("sub/Makefile", sub), ("sub/env.sh", "echo $NOWHERE; FROM=here\n")]
    let binary = Binary(tasks: "version: 1\ntasks: {}\n")
    let other = Binary(tasks: "")
    for (name, text) in files {
      binary.folder.write(name, text)
      other.folder.write(name, text)
    }
    let call = words.map { "'\($0)'" }.joined(separator: " ")
    let made = try await binary.shell("env -u MAKEFLAGS -u MAKELEVEL /usr/bin/make -s \(call) 2>/dev/null")
    let task = words.first { !$0.contains("=") } ?? "all"
    let run = try await other.shell(
      """
      rm tasks.yaml; $UGC init --from-makefile Makefile > init.log 2>&1 || { cat init.log; exit 9; }
      $UGC check > /dev/null || exit 8
      mkdir bin; ln -s "$UGC" bin/ugc-tasks; export PATH="$PWD/bin:$PATH"
      $UGC run \(task) \(words.filter { $0 != task }.joined(separator: " ")) -q 2> said
      """)
    let prefix = try Regex("(?m)^[a-z-]+ \\| ")
    #expect(
      run.output.replacing(prefix, with: "") == made.output, "\(makefile)\n\(other.folder.read("tasks.yaml") ?? "")")
    #expect((run.code == 0) == (made.code == 0), "\(makefile)\n\(other.folder.read("said") ?? "")")
    #expect(run.code != 8 && run.code != 9)
  }

  @Test(arguments: [
    ("SRC := $(shell find sub -type f)\nall: $(SRC)\n\t@echo \"n: $^\"\n", "`$^` has no value here"),
    ("X ?= 1\nall:\n\t@X=9; echo $$X $(X)\n", "it sets `X` itself, and `$(X)` stands after that"),
    ("X ?= 1\nall:\n\t@X=5; $(MAKE) -s show\nshow:\n\t@echo $(X)\n", "it sets `X` itself, and runs other targets"),
    ("X ?= 1\nall:\n\t@for X in a b; do echo $$X $(X); done\n", "a loop gives `X` other values"),
    (".ONESHELL:\nA = b\nall:\n\t@cat <<'EOF'\n\t$(A)\n\tEOF\n", "quotes stand in its here document"),
  ])
  func `what would come out otherwise is told, and fails`(makefile: String, reason: String) async {
    let test = ToolTest().file("Makefile", makefile).file("sub/a", "")
    let made = await test.run("init", "--from-makefile", "Makefile")
    #expect(made.status == .succeeded && made.error.contains(reason), "\(made.error)")
    #expect(await test.run("run", "all", "-q").status == .failed)
  }

  @Test func `a folder that a file needs does not keep it from being up to date`() async throws {
    let test = ToolTest().file("src.txt", "a\n").file(
      "Makefile", "OUT := out\n$(OUT)/app: src.txt | $(OUT)\n\tcp $< $@; echo made\n$(OUT):\n\tmkdir -p $@\n")
    _ = await test.run("init", "--from-makefile", "Makefile")
    #expect(await test.run("run", "out-app", "-q").output.contains("made"))
    let again = await test.run("run", "out-app", "-q")
    #expect(again.status == .succeeded)
    #expect(!again.output.contains("made"), "\(test.folder.read("tasks.yaml") ?? "")")
  }

  @Test func `what is no Makefile, or is not there, leaves nothing behind`() async {
    let test = ToolTest().file("Makefile", "all: x\nthis is no rule\n")
    await test.run("init", "--from-makefile", "Makefile").expect(
      error: """
        error: missing separator: the line is neither a rule nor an assignment
         --> Makefile:2:1
          |
        2 | this is no rule
          | ^^^^^^^^^^^^^^^
        help: write `target: prerequisites` or `NAME = value`

        """, status: .usage)
    await test.run("init", "--from-makefile", "GNUmakefile").expect(
      error: """
        error: GNUmakefile cannot be read: there is no such file
        help: name the Makefile with --from-makefile FILE

        """, status: .usage)
    #expect(!test.folder.exists("tasks.yaml"))
  }
}
