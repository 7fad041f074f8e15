import Testing

@testable import MakefileImport

/// Scripts that are run: they do what make does.
@Suite struct ScriptRunTests {
  @Test(arguments: runs) func `a script does what make does`(_ run: ScriptRun) throws {
    let made = try run.runScript()
    #expect(made == run.expected)
    if !run.differsFromMake, let makes = try run.runMake() { #expect(makes == run.expected) }
  }

  private static let runs = [
    ScriptRun(
      title: "make in another folder is make there",
      makefile: #"""
        all:
        \#t@mkdir sub; printf 'all:\n\t@echo sub $$(A)\n' > sub/Makefile
        \#t@cd sub && $(MAKE) all
        \#t@(cd sub; $(MAKE) A=x)
        \#t@for s in sub; do (cd $$s; $(MAKE) all); done
        \#t@rm -r sub
        """#,
      output: ["sub", "sub x", "sub"]),
    ScriptRun(
      title: "what is not exported does not reach make",
      makefile: #"""
        A ?= outer
        B = outer
        export C = outer
        all:
        \#t@printf 'A ?= inner\nB ?= inner\nC ?= inner\nall:\n\t@echo $$(A) $$(B) $$(C)\n' > sub.mk
        \#t@$(MAKE) -f sub.mk; rm sub.mk
        """#,
      output: ["inner inner outer"]),
    ScriptRun(
      title: "filter-out has a pattern for each word",
      makefile: #"""
        KEEP ?= a.txt %.md
        all:
        \#t@echo $(filter-out $(KEEP),a.txt b.txt c.md) / $(filter $(KEEP),a.txt b.txt c.md x.mdx)
        """#,
      output: ["b.txt / a.txt c.md"]),
    ScriptRun(
      title: "filter asks whether a stage is known",
      makefile: #"""
        STAGES ?= dev prod
        STAGE ?= dev
        all:
        ifeq (,$(filter $(STAGES),$(STAGE)))
        \#t@echo unknown $(STAGE)
        else
        \#t@echo known $(STAGE)
        endif
        """#,
      values: ["STAGE": "prod"],
      output: ["known prod"]),
    ScriptRun(
      title: "filter tells a stage that is not known",
      makefile: #"""
        STAGES ?= dev prod
        STAGE ?= dev
        all:
        \#t@echo [$(filter $(STAGES),$(STAGE))]
        """#,
      values: ["STAGE": "test"],
      output: ["[]"]),
    ScriptRun(
      title: "a given value within a quoted one is no code",
      makefile: #"""
        MSG ?= hello
        Q1 = "quoted $(MSG)"
        all:
        \#t@echo $(Q1)
        """#,
      values: ["MSG": "$(touch made)`touch made`\"; touch made; \""],
      output: ["quoted $(touch made)`touch made`\"; touch made; \""], differsFromMake: true),
    ScriptRun(
      title: "a given value within a conditional one is no code",
      makefile: #"""
        ifdef JSON
        ARGS += --json '$(JSON)'
        endif
        all:
        \#t@echo x $(ARGS)
        """#,
      values: ["JSON": "'; touch made; $(touch made)"],
      output: ["x --json '; touch made; $(touch made)"], differsFromMake: true),
    ScriptRun(
      title: "quoted values read others",
      makefile: #"""
        MSG ?= hello
        Q1 = "quoted  $(MSG)"
        Q2 ?= --name "a  b"
        ifdef MSG
        Q3 = $(Q2) --msg '$(MSG)  c'
        endif
        all:
        \#t@printf '<%s>' $(Q1) $(Q2) $(Q3) $(if $(MSG),--if "$(MSG)  d"); echo
        """#,
      output: ["<quoted  hello><--name><a  b><--name><a  b><--msg><hello  c><--if><hello  d>"]),
    ScriptRun(
      title: "patterns of files within lists",
      makefile: #"""
        all:
        \#t@echo $(patsubst %.c,%.o,$(wildcard *.c)) $(words $(wildcard *.c)) $(notdir $(wildcard ./*.c))
        \#t@echo $(sort $(shell ls -d *.c)) $(firstword $(wildcard *.c)) $(filter %.c,$(shell echo *.c))
        """#,
      files: ["a.c", "b.c"],
      output: ["a.o b.o 2 a.c b.c", "a.c b.c a.c a.c b.c"]),
    ScriptRun(
      title: "a question after another command",
      makefile: #"""
        all:
        \#t@printf 'Sure? [y/N] ' && read ans || echo none
        """#,
      output: ["Sure? [y/N] none"]),
    ScriptRun(
      title: "a variable is a prefix",
      makefile: #"""
        ifdef V
        Q =
        else
        Q = @
        endif
        ECHO = @echo
        TRY = -@false
        LOG = @echo "[$@]"
        all:
        \#t$(Q)echo a
        \#t$(ECHO) b
        \#t$(TRY)
        \#t$(LOG) c
        """#,
      output: ["a", "b", "[all] c"]),
    ScriptRun(
      title: "a dollar before a reference",
      makefile: #"""
        A ?= 5
        PRICE = $$$(A)
        all:
        \#t@echo '$(PRICE)'
        """#,
      output: ["$5"]),
    ScriptRun(
      title: "a dash under .ONESHELL is for the whole recipe",
      makefile: #"""
        .ONESHELL:
        all:
        \#t-@echo a
        \#t@  echo b
        \#tfalse
        """#,
      output: ["a", "b"]),
    ScriptRun(
      title: "without a dash, the last line under .ONESHELL tells",
      makefile: #"""
        .ONESHELL:
        all:
        \#t@false
        \#t-echo b
        \#tfalse
        """#,
      output: ["b"], isSuccess: false),
    ScriptRun(
      title: "the folder of the Makefile",
      makefile: #"""
        all:
        \#t@cd $(dir $(lastword $(MAKEFILE_LIST))) && pwd >/dev/null && echo $(notdir a/b) $(dir a/b c)
        """#,
      output: ["b a/ ./"]),
    ScriptRun(
      title: "a pattern rule",
      makefile: #"""
        %-all: ; @echo $* $@
        all: b-all
        """#,
      target: "b-all",
      output: ["b b-all"]),
    ScriptRun(
      title: "a variable named by the stem",
      makefile: #"""
        guard-%: ; @[ -n "$($*)" ] || exit 1
        all: guard-TOKEN
        """#,
      target: "guard-TOKEN",
      output: [], isSuccess: false),
    ScriptRun(
      title: "functions and loops over known lists",
      makefile: #"""
        log = @echo "[$(1)] $(2)$(3)"
        twice = $(foreach i,1 2,$(call one,$(1),$(i));)
        one = echo $(1:.c=.o) $(2) "$(A)"
        A ?= b
        all:
        \#t$(call log,x,y  z)
        \#t@$(call twice,q.c)
        \#t@for x in $(foreach s,a b,svc-$(s)); do echo $$x; done
        \#t@echo $(word 2,$(subst /, ,x/$@/y)) $(subst a,b,banana)
        """#,
      output: ["[x] y  z", "q.o 1 b", "q.o 2 b", "svc-a", "svc-b", "all bbnbnb"]),
    ScriptRun(
      title: "a function with a value that is no code",
      makefile: #"""
        MSG ?= hello
        Q1 = "quoted $(MSG)"
        say = echo $(Q1) $(1)
        all:
        \#t@$(call say,x)
        """#,
      values: ["MSG": "$(touch made)"],
      output: ["quoted $(touch made) x"], differsFromMake: true),
    ScriptRun(
      title: "a text that becomes nothing is defined",
      makefile: #"""
        FOO = $(BAR)
        all:
        ifdef FOO
        \#t@echo defined
        else
        \#t@echo not
        endif
        """#,
      output: ["defined"]),
    ScriptRun(
      title: "an exported name keeps its letters",
      makefile: #"""
        export TF_VAR_region ?= eu
        export QUOTED = "a $(TF_VAR_region)"
        all:
        \#t@sh -c 'echo $$TF_VAR_region $$QUOTED'; echo $(QUOTED)
        """#,
      values: ["TF_VAR_REGION": "eu"],
      output: ["eu \"a eu\"", "a eu"]),
  ]
}
