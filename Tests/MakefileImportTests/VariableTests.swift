import Testing

@testable import MakefileImport

/// Variables, and the values or lines of shell that they become.
@Suite struct VariableTests {
  @Test func `plain variables are defaults`() throws {
    let made = try imported(
      ##"""
      STAGE ?= dev
      STACK = UGC-$(STAGE)
      COUNT := 50
      EMPTY ?=
      YES = yes
      FLOAT = 1.50
      BRACES = $${x} ${STAGE}
      COLON = a: b
      HASH = a \# b
      QUOTES = "q" \n
      CFLAGS = -O2
      CFLAGS += -Wall
      all:
      \##techo $(STACK) $(MISSING) $(CC)
      """##)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          stage: dev
          stack: UGC-${stage}
          count: 50
          empty: ""
          "yes": "yes"
          float: "1.50"
          braces: $${x} ${stage}
          colon: "a: b"
          hash: "a # b"
          quotes: "\"q\" \\n"
          cflags: -O2 -Wall
          missing: ""
          cc: cc

        tasks:
          all:
            uses: exec
            with:
              script: echo $STACK $MISSING $CC
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 what is given to `MISSING` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#,
        "2:1 `STACK`, `COUNT`, `YES`, `FLOAT`, `BRACES` and others were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "11:1 `CFLAGS` is appended to with `+=`: here what the environment gives takes the place of all, as what the command line gives does",
        "11:1 `CFLAGS` is not exported, and programs that know such names find them here; rename what they should not find",
      ])
  }

  @Test func `computed variables are made by the scripts that use them`() throws {
    let made = try imported(
      #"""
      VERSION := $(shell git describe --tags | tr v V)
      NUMBER != echo 1
      IMAGE = app:$(VERSION)
      all:
      \#techo $(IMAGE)
      other:
      \#techo $(NUMBER)
      third:
      \#techo
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          version: ""  # the scripts make it where it is empty
          number: ""  # the scripts make it where it is empty
          image: ""  # the scripts make it where it is empty

        tasks:
          all:
            uses: exec
            with:
              script: |
                : "${VERSION:=$(git describe --tags | tr v V)}"
                : "${IMAGE:=app:$VERSION}"
                echo $IMAGE

          other:
            uses: exec
            with:
              script: |
                : "${NUMBER:=$(echo 1)}"
                echo $NUMBER

          third:
            uses: exec
            with:
              script: echo
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 `VERSION`, `NUMBER`, `IMAGE` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give"#
      ])
  }

  @Test func `conditional definitions are tests of the shell`() throws {
    let made = try imported(
      #"""
      STAGE ?= dev
      ARGS ?=
      ifdef JSON
      ARGS += --json $(JSON)
      endif
      ifeq ($(STAGE),prod)
      SIZE = 3
      else ifneq "$(STAGE)" 'test'
      SIZE = 2
      else
      SIZE = 1
      endif
      ifndef MODE
      MODE = "quoted"
      endif
      MORE = a
      ifeq (,$(filter a b,$(STAGE)))
      MORE = b
      endif
      FLAGS += -v
      ifdef JSON
      FLAGS += -j
      endif
      all:
      \#techo $(ARGS) $(SIZE) $(MODE) $(MORE) $(FLAGS)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          stage: dev
          args: ""  # the scripts make it where it is empty
          size: ""  # the scripts make it where it is empty
          mode: ""  # the scripts make it where it is empty
          more: ""  # the scripts make it where it is empty
          flags: ""  # the scripts make it where it is empty
          json: ""

        tasks:
          all:
            uses: exec
            with:
              script: |
                if [ -z "$ARGS" ]; then
                  if [ -n "$JSON" ]; then ARGS="${ARGS:+$ARGS }--json $JSON"; fi
                fi
                if [ "$STAGE" = "prod" ]; then
                  : "${SIZE:=3}"
                elif [ "$STAGE" != "test" ]; then
                  : "${SIZE:=2}"
                else
                  : "${SIZE:=1}"
                fi
                if [ -z "$MODE" ]; then [ -n "$MODE" ] || MODE="\"quoted\""; fi
                if [ -z "$MORE" ]; then
                  MORE=a
                  if [ -z "$(set -f; s=; for w in $STAGE; do case $w in (a|b) printf '%s%s' "$s" "$w"; s=' ';; esac; done)" ]; then MORE=b; fi
                fi
                FLAGS="${FLAGS:+$FLAGS }-v"
                if [ -n "$JSON" ]; then FLAGS="${FLAGS:+$FLAGS }-j"; fi
                eval "echo \$ARGS \$SIZE $MODE \$MORE \$FLAGS"
        """# + "\n")
    #expect(
      made.remarks == [
        "2:1 `ARGS`, `FLAGS` are appended to with `+=`: here what the environment gives takes the place of all, as what the command line gives does",
        "7:1 `SIZE`, `MODE`, `MORE` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
      ])
  }

  @Test func `names that lead nowhere are changed`() throws {
    let made = try imported(
      #"""
      image ?= app
      Foo_Bar = 1
      ONE_2 = 2
      SCRIPT = s
      UGC_X ?= x
      a.b-c = 3
      PATH := bin:$(PATH)
      all:
      \#techo $(image) $(Foo_Bar) $(ONE_2) $(SCRIPT) $(UGC_X) $(a.b-c)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          image: app
          fooBar: 1
          one2: 2
          scriptValue: s

        tasks:
          all:
            uses: exec
            with:
              script: |
                : "${UGC_X:=x}"
                MAKE_A_B_C=3
                PATH="bin:${PATH:-}"
                echo $IMAGE $FOO_BAR $ONE2 $SCRIPT_VALUE ${UGC_X:-} ${MAKE_A_B_C:-}
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 the variable `image` is IMAGE here: give it as IMAGE=…; change who gives it, and programs that read it from their environment"#,
        #"2:1 the variable `Foo_Bar` is FOO_BAR here: give it as FOO_BAR=…; change who gives it, and programs that read it from their environment"#,
        #"2:1 `Foo_Bar`, `ONE_2`, `SCRIPT` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give"#,
        #"3:1 the variable `ONE_2` is ONE2 here: give it as ONE2=…; change who gives it, and programs that read it from their environment"#,
        #"4:1 the variable `SCRIPT` is SCRIPT_VALUE here: give it as SCRIPT_VALUE=…; change who gives it, and programs that read it from their environment"#,
        #"5:1 the variable `UGC_X` is set by the scripts that use it: the command line cannot give it; give it a name of its own"#,
        #"6:1 the variable `a.b-c` is set by the scripts that use it: the command line cannot give it; give it a name of its own"#,
      ])
  }

  @Test func `an empty value reaches no program that reads it`() throws {
    let made = try imported(
      #"""
      AWS_REGION ?=
      all:
      \#taws $(if $(AWS_PROFILE),--profile $(AWS_PROFILE))
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          awsRegion: ""
          awsProfile: ""

        tasks:
          all:
            uses: exec
            with:
              script: |
                [ -n "${AWS_REGION:-}" ] || unset AWS_REGION
                [ -n "${AWS_PROFILE:-}" ] || unset AWS_PROFILE
                aws ${AWS_PROFILE:+--profile ${AWS_PROFILE:-}}
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `exported variables are made in every script`() throws {
    let made = try imported(
      #"""
      export VERSION := $(shell date)
      OTHER := $(shell date)
      all:
      \#techo
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          version: ""  # the scripts make it where it is empty
          other: ""  # the scripts make it where it is empty

        tasks:
          all:
            uses: exec
            with:
              script: |
                : "${VERSION:=$(date)}"
                echo
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 the command of `VERSION` runs in each task that uses it, and may say something else each time: make runs it once; give the value on the command line, or let one task write it to a file"#,
        #"1:1 `VERSION`, `OTHER` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give"#,
      ])
  }

  @Test func `a target has values of its own`() throws {
    let made = try imported(
      #"""
      STACK ?= a
      logs: STACK = b-$(STAGE)
      logs: ARGS += x
      logs: all
      \#techo $(STACK) $(ARGS)
      all:
      \#techo $(STACK)
      %.o: X = 1
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          stack: a
          args: ""
          x: ""
          stage: ""

        tasks:
          # line 2: what `logs` sets for itself does not reach its needs, as it does with make; call them as steps, each with its `with`
          logs:
            needs: [all]
            uses: exec
            with:
              stack: b-${stage}
              script: |
                ARGS="${ARGS:+$ARGS }x"
                echo $STACK $ARGS

          all:
            uses: exec
            with:
              script: echo $STACK
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 `STACK`, `X` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        #"1:1 what is given to `ARGS` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#,
        "2:1 what `logs` sets for itself does not reach its needs, as it does with make; call them as steps, each with its `with`",
        "3:1 targets append to `ARGS`: here to what the command line gives, too",
        #"8:1 the targets' own `X` was not turned; write it into `with` of the tasks that it is for"#,
      ])
  }

  @Test func `what reads the target is pasted`() throws {
    let made = try imported(
      #"""
      RUN = echo $@ $(X)
      all:
      \#t$(RUN)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          x: ""

        tasks:
          all:
            uses: exec
            with:
              script: echo all $X
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 the text of the variable `RUN` was written into the scripts that use it: it cannot be given"#
      ])
  }

  @Test func `variables that read themselves are listed`() throws {
    let made = try imported(
      #"""
      A = $(B)
      B = $(A)
      C = $(C) x
      all:
      \#techo $(A)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: ""  # the scripts make it where it is empty
          c: ""  # the scripts make it where it is empty

        tasks:
          all:
            uses: exec
            with:
              script: |
                [ -n "${A:-}" ] || { echo 'A: the Makefile makes it in a way that was not turned' >&2; exit 1; }
                echo $A
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 the variable `A` was not turned: `B` reads itself; give it a value in `defaults`; until then, tasks that use it fail"#,
        #"1:1 `A`, `B`, `C` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give"#,
        #"2:1 the variable `B` was not turned: it reads itself; give it a value of its own"#,
      ])
  }

  @Test func `an error outside of recipes stops every script`() throws {
    let made = try imported(
      #"""
      ifndef STACK
      $(error STACK is required)
      endif
      $(warning careful)
      all:
      \#techo
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          stack: ""

        tasks:
          all:
            uses: exec
            with:
              script: |
                if [ -z "$STACK" ]; then
                  printf '%s\n' "STACK is required" >&2
                  exit 1
                fi
                echo
        """# + "\n")
    #expect(
      made.remarks == [
        #"4:1 the call was not turned; write in tasks.yaml what it did"#
      ])
  }

  @Test func `files of variables are dotenv`() throws {
    let made = try imported(
      #"""
      include .env
      -include local.env
      include other.mk $(X)
      all:
      \#techo $(WHO)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        dotenv: [.env, { file: local.env, optional: true }]

        defaults:
          who: ""

        tasks:
          all:
            uses: exec
            with:
              script: echo $WHO
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 `dotenv` reads the file otherwise than make: quotes around values end, the environment wins over it, and it wins over what the Makefile sets after it; leave quotes out, and do not set a variable in both"#,
        #"1:1 what is given to `WHO` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#,
        #"3:1 the included files were not turned: their names are computed; make a task file of each, and name it in `include`"#,
      ])
  }

  @Test func `what make sees otherwise is said`() throws {
    let made = try imported(
      #"""
      A := $(B)  # spaces
      B = x
      override C = 1
      undefine D
      vpath %.c src
      $(X)_Y = 1
      all:
      \#techo $(A)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: ${b}
          b: x
          c: 1

        tasks:
          all:
            uses: exec
            with:
              script: echo $A
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 the spaces at the end of `A` were left out, which make keeps; quote the value where they matter"#,
        #"1:1 `A`, `B`, `C` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give"#,
        #"1:1 `A` reads `B` before the Makefile sets it for the last time: make takes what it is there, the tasks what it is in the end; see whether that is the same"#,
        #"3:1 `override` was not turned: the command line wins over `C`; do not give C=…"#,
        #"4:1 `undefine` was not turned; write in tasks.yaml what it did"#,
        #"5:1 `vpath` was not turned; write the folders of the files in `sources` and in the scripts"#,
        #"6:1 the variable `$(X)_Y` was not turned: its name is computed; write a variable for each name"#,
      ])
  }

  @Test func `what differs is said`() throws {
    let made = try imported(
      #"""
      NODE_ENV ?= production
      STAMP := $(shell date +%s)
      BASE := $(CFLAGS)
      FOO = $(BAR)
      export TF_VAR_region ?= eu
      export TF_VAR_zone
      export QUOTED = "a $(BAR)"
      unexport BASE
      VPATH = src
      MAKEFLAGS += -rR --no-print-directory
      MAKEFLAGS += -j4
      .DELETE_ON_ERROR:
      ifeq ($(LATE),)
      endif
      ifndef GUARDED
      GUARDED = 1
      endif
      deps: $(DEPS)
      \#techo $(BASE) $(STAMP) $(QUOTED) $(GUARDED)
      ifdef FOO
      \#tnpm ci
      endif
      DEPS += two
      two: ; echo $(TF_VAR_zone)
      LATE = 1
      CFLAGS += -g
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          nodeEnv: production
          stamp: ""  # the scripts make it where it is empty
          base: ${cflags}
          foo: ${bar}
          tfVarRegion: eu
          guarded: ""  # the scripts make it where it is empty
          deps: two
          late: 1
          cflags: -g
          bar: ""
          tfVarZone: ""

        tasks:
          deps:
            needs: [two]
            uses: exec
            with:
              script: |
                [ -n "${TF_VAR_ZONE:-}" ] || unset TF_VAR_ZONE
                : "${STAMP:=$(date +%s)}"
                if [ -z "$GUARDED" ]; then : "${GUARDED:=1}"; fi
                export TF_VAR_region="$TF_VAR_REGION"
                export QUOTED="\"a $BAR\""
                [ -z "$TF_VAR_ZONE" ] || export TF_VAR_zone="$TF_VAR_ZONE"
                echo $BASE $STAMP "a $BAR" $GUARDED
                if true; then npm ci; fi

          two:
            uses: exec
            with:
              script: |
                [ -n "${TF_VAR_ZONE:-}" ] || unset TF_VAR_ZONE
                export TF_VAR_region="$TF_VAR_REGION"
                export QUOTED="\"a $BAR\""
                [ -z "$TF_VAR_ZONE" ] || export TF_VAR_zone="$TF_VAR_ZONE"
                echo ${TF_VAR_ZONE:-}
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 the variable `TF_VAR_zone` is TF_VAR_ZONE here: give it as TF_VAR_ZONE=…; change who gives it, and programs that read it from their environment",
        #"1:1 what is given to `TF_VAR_zone` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#,
        "1:1 `NODE_ENV`, `CFLAGS` are not exported, and programs that know such names find them here; rename what they should not find",
        "2:1 the command of `STAMP` runs in each task that uses it, and may say something else each time: make runs it once; give the value on the command line, or let one task write it to a file",
        "2:1 `STAMP`, `BASE`, `FOO`, `GUARDED`, `LATE` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "3:1 `BASE` reads `CFLAGS` before the Makefile sets it for the last time: make takes what it is there, the tasks what it is in the end; see whether that is the same",
        "5:1 the variable `TF_VAR_region` is TF_VAR_REGION here: give it as TF_VAR_REGION=…; change who gives it, and programs that read it from their environment",
        "7:1 the text of the variable `QUOTED` was written into the scripts that use it: it cannot be given",
        "8:1 `unexport` was not turned: programs find the values of `defaults` in their environment; write `unset` into the scripts",
        "9:1 `VPATH` was not turned; write the folders of the files in `sources` and in the scripts",
        "11:1 `MAKEFLAGS` was not turned; give the options to each run, such as -j and -k",
        "12:1 `.DELETE_ON_ERROR` was not turned; let scripts remove what they leave half made",
        "13:1 the conditional reads `LATE` before the Makefile sets it for the last time: make takes what it is there, the tasks what it is in the end; see whether that is the same",
        "18:1 rules name targets or files by `DEPS`: the tasks are made for the values of the Makefile, whatever is given; write a task that reads the value",
        "18:1 the rule reads `DEPS` before the Makefile sets it for the last time: make takes what it is there, the tasks what it is in the end; see whether that is the same",
        "23:1 `DEPS`, `CFLAGS` are appended to with `+=`: here what the environment gives takes the place of all, as what the command line gives does",
      ])
  }
}
