import Testing

@testable import MakefileImport

/// Recipes, and the scripts that they become.
@Suite struct RecipeTests {
  @Test func `each line of a recipe keeps to itself`() throws {
    let made = try imported(
      #"""
      all:
      \#tcd /tmp && pwd
      \#tx=1; echo $$x
      \#ttrue && false
      \#t! true
      \#tX=1 env
      \#texit 3
      \#techo a || echo b
      \#techo last; echo line
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          all:
            uses: exec
            with:
              script: |
                ( cd /tmp && pwd )
                ( set +e; x=1; echo $x )
                ( true && false )
                ( ! true )
                X=1 env
                ( exit 3 )
                echo a || echo b
                set +e
                echo last; echo line
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `prefixes are dropped, and a dash ignores failures`() throws {
    let made = try imported(
      #"""
      all:
      \#t@echo a
      \#t-rm x
      \#t-@rm x; rm y
      \#t+@-rm z # why
      \#t@
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          all:
            uses: exec
            with:
              script: |
                echo a
                rm x || true
                ( rm x; rm y ) || true
                (
                  rm z # why
                ) || true
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `a variable is pasted as the quotes around it want`() throws {
    let made = try imported(
      #"""
      A ?= x
      all:
      \#techo $(A) ${A}y "$(A)_z" '$(A)' 'a $(A) b' "it's '$(A)'"
      \#techo \
      \#t  'two $(A)' # $(A)
      \#techo `echo "$(A)"` "$$(echo '$(A)')" '$$HOME'
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: x

        tasks:
          all:
            uses: exec
            with:
              script: |
                echo $A ${A}y "${A}_z" "$A" 'a '"$A"' b' "it's '$A'"
                echo \
                  'two '"$A" # $A
                echo `echo "$A"` "$(echo "$A")" '$HOME'
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `a value with quotes is read again by the shell`() throws {
    let made = try imported(
      #"""
      A ?= --name "a b"
      all:
      \#trun $(A)
      \#techo "$(A)" '$(A)'
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: --name "a b"

        tasks:
          all:
            uses: exec
            with:
              script: |
                eval "run $A"
                eval "echo \"$A\" \"\$A\""
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `variables of the shell that may be unset are allowed to be`() throws {
    let made = try imported(
      #"""
      all:
      \#techo $$HOME
      other:
      \#techo $$OTHER
      third:
      \#tfor i in a b; do echo $$i; done
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          all:
            uses: exec
            with:
              script: echo $HOME

          other:
            uses: exec
            with:
              script: |
                set +u
                echo $OTHER

          third:
            uses: exec
            with:
              script: |
                set +e
                for i in a b; do echo $i; done
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `automatic variables are texts`() throws {
    let made = try imported(
      #"""
      out/a.txt: in/a.txt in/b.txt | out
      \#tcp $< $@; echo $^ $(@D) $(@F) $(<F) $|
      out:
      \#tmkdir $@
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          out-a.txt:
            needs: [out]
            sources: [in/a.txt, in/b.txt]
            generates: [out/a.txt]
            uses: exec
            with:
              script: |
                set +e
                cp in/a.txt out/a.txt; echo in/a.txt in/b.txt out a.txt a.txt out

          out:
            generates: []
            uses: exec
            with:
              script: mkdir out
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 targets have other names as tasks: `out/a.txt` is `out-a.txt`",
        "3:1 `out` has no sources, and always runs: make runs a recipe only where its file is missing; test for the file in the script",
      ])
  }

  @Test func `conditionals in recipes are those of the shell`() throws {
    let made = try imported(
      #"""
      all:
      ifeq ($(A),1)
      \#techo one
      \#tcd x; pwd
      else ifdef B
      \#techo b
      else
      \#t# nothing
      endif
      \#techo end
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: ""
          b: ""

        tasks:
          all:
            uses: exec
            with:
              script: |
                if [ "$A" = "1" ]; then
                  echo one
                  ( set +e; cd x; pwd )
                elif [ -n "$B" ]; then
                  echo b
                else
                  # nothing
                  :
                fi
                echo end
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `functions with a form in the shell are turned`() throws {
    let made = try imported(
      #"""
      A ?= a.c b.c
      all:
      \#techo $(A:.c=.o) $(notdir $(A)) $(words $(A)) $(words a b)
      \#techo $(if $(B),yes) $(if $(B),yes,no) $(or $(B),x) "$(shell date)" $(subst a,b,$(A))
      \#techo $(filter %.c,$(A)) $(firstword $(A)) $(CURDIR)
      \#t$(info hello $(A))
      \#t$(if $(B),,$(error B is needed))
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: a.c b.c
          b: ""

        tasks:
          all:
            uses: exec
            with:
              script: |
                CURDIR=$PWD
                printf '%s\n' "hello $A"
                [ -n "$B" ] || { printf '%s\n' "B is needed" >&2; exit 1; }
                echo $(set -f; s=; for w in $A; do case $w in (*.c) w=${w%.c}; w=${w}.o;; esac; printf '%s%s' "$s" "$w"; s=' '; done) $(set -f; s=; for w in $A; do printf '%s%s' "$s" "${w##*/}"; s=' '; done) $(set -f; set -- $A; echo $#) 2
                echo ${B:+yes} $(if [ -n "$B" ]; then printf '%s' "yes"; else printf '%s' "no"; fi) ${B:-x} "$(date)" $(printf '%s\n' "$A" | sed 's/a/b/g')
                echo $(set -f; s=; for w in $A; do case $w in (*.c) printf '%s%s' "$s" "$w"; s=' ';; esac; done) $(set -f; set -- $A; printf '%s' "${1:-}") ${CURDIR}
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `a line that cannot be turned fails, and is listed`() throws {
    let made = try imported(
      #"""
      all:
      \#techo before
      \#t@echo $(foreach i,a b,$(i)) it's
      \#techo \$(A)
      \#techo 'open
      \#t$(eval X = 1)
      \#techo $(call f,1)
      \#techo $(X
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: ""

        tasks:
          # line 3: a line of the recipe of `all` was not turned: a quote is not closed; write it as shell; until then, the task fails
          # line 4: a line of the recipe of `all` was not turned: a backslash stands before a variable; write it as shell; until then, the task fails
          # line 5: a line of the recipe of `all` was not turned: a quote is not closed; write it as shell; until then, the task fails
          # line 6: a line of the recipe of `all` was not turned: `$(eval …)` has no form in the shell; write it as shell; until then, the task fails
          # line 7: a line of the recipe of `all` was not turned: `$(call …)` has no form in the shell; write it as shell; until then, the task fails
          # line 8: a line of the recipe of `all` was not turned: `$(` is not closed; write it as shell; until then, the task fails
          all:
            uses: exec
            with:
              script: |
                echo before
                # @echo $(foreach i,a b,$(i)) it's
                echo 'all: a line of the Makefile was not turned: @echo $(foreach i,a b,$(i)) it'\''s' >&2
                exit 1
                # echo \$(A)
                echo 'all: a line of the Makefile was not turned: echo \$(A)' >&2
                exit 1
                # echo 'open
                echo 'all: a line of the Makefile was not turned: echo '\''open' >&2
                exit 1
                # $(eval X = 1)
                echo 'all: a line of the Makefile was not turned: $(eval X = 1)' >&2
                exit 1
                # echo $(call f,1)
                echo 'all: a line of the Makefile was not turned: echo $(call f,1)' >&2
                exit 1
                # echo $(X
                echo 'all: a line of the Makefile was not turned: echo $(X' >&2
                exit 1
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 what is given to `A` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#,
        #"3:2 a line of the recipe of `all` was not turned: a quote is not closed; write it as shell; until then, the task fails"#,
        #"4:2 a line of the recipe of `all` was not turned: a backslash stands before a variable; write it as shell; until then, the task fails"#,
        #"5:2 a line of the recipe of `all` was not turned: a quote is not closed; write it as shell; until then, the task fails"#,
        #"6:2 a line of the recipe of `all` was not turned: `$(eval …)` has no form in the shell; write it as shell; until then, the task fails"#,
        #"7:2 a line of the recipe of `all` was not turned: `$(call …)` has no form in the shell; write it as shell; until then, the task fails"#,
        #"8:2 a line of the recipe of `all` was not turned: `$(` is not closed; write it as shell; until then, the task fails"#,
      ])
  }

  @Test func `make in a recipe runs the task`() throws {
    let made = try imported(
      #"""
      STACK ?= UGC-$(STAGE)
      B := $(shell date)
      all: ; $(MAKE) --no-print-directory sub/one image=1
      image ?= 2
      sub/one:
      \#t@$(MAKE) -C dir; echo $(B)
      \#t$(MAKE) sub/one && $(MAKE) -f other
      \#t$(MAKE)
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          stack: UGC-${stage}
          b: ""  # the scripts make it where it is empty
          image: 2
          stage: ""

        tasks:
          all:
            uses: exec
            with:
              script: |
                fresh=
                [ "$STACK" != "UGC-$STAGE" ] || fresh="$fresh -u STACK"
                env $fresh ugc-tasks run sub-one IMAGE=1

          # line 6: the recipe of `sub-one` runs make for another Makefile or folder: what is given reaches it as its environment, which beats only its `?=`; make a task file of that Makefile, and name it in `include`
          sub-one:
            generates: [sub/one]
            uses: exec
            with:
              script: |
                fresh=
                [ "$STACK" != "UGC-$STAGE" ] || fresh="$fresh -u STACK"
                [ "$IMAGE" != "2" ] || fresh="$fresh -u IMAGE"
                [ -n "$B" ] || fresh="$fresh -u B"
                [ -n "$STAGE" ] || fresh="$fresh -u STAGE"
                : "${B:=$(date)}"
                ( set +e; env $fresh make --no-print-directory -C dir; echo $B )
                ( env $fresh ugc-tasks run sub-one && env $fresh make --no-print-directory -f other )
                env $fresh ugc-tasks run all
        """# + "\n")
    #expect(
      made.remarks == [
        "2:1 the command of `B` runs in each task that uses it, and may say something else each time: make runs it once; give the value on the command line, or let one task write it to a file",
        "2:1 `B` was set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "4:1 the variable `image` is IMAGE here: give it as IMAGE=…; change who gives it, and programs that read it from their environment",
        "5:1 targets have other names as tasks: `sub/one` is `sub-one`",
        "5:1 `sub-one` has no sources, and always runs: make runs a recipe only where its file is missing; test for the file in the script",
        "6:2 the recipe of `sub-one` runs make for another Makefile or folder: what is given reaches it as its environment, which beats only its `?=`; make a task file of that Makefile, and name it in `include`",
      ])
  }

  @Test func `one shell for all lines`() throws {
    let made = try imported(
      #"""
      .ONESHELL:
      SHELL := /usr/bin/bash
      .SHELLFLAGS := -eu -o pipefail -c
      all:
      \#t@cd x
      \#tcat <<EOF
      \#t  y $(A)
      \#tEOF
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: ""

        tasks:
          all:
            uses: exec
            with:
              shell: [bash, -eu, -o, pipefail, -c]
              script: |
                cd x
                cat <<EOF
                y $A
                EOF
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 what is given to `A` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#
      ])
  }

  @Test func `a shell is named in each task`() throws {
    let made = try imported(
      #"""
      SHELL = /bin/bash
      all:
      \#t[[ a == a ]]
      b: all
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          all:
            uses: exec
            with:
              shell: [bash, -euc]
              script: "[[ a == a ]]"

          b:
            needs: [all]
            uses: exec
            with:
              script: ":"
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `a canned recipe stands for its lines`() throws {
    let made = try imported(
      #"""
      define BANNER =
      @echo "$(NAME)" \
        more
      cd x; ls
      endef
      define USAGE
      usage: $(NAME)
        two
      endef
      export USAGE
      all:
      \#t-$(BANNER)
      \#t@echo "$$USAGE"
      \#techo "$(BANNER)"
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          usage: "usage: ${name}\n  two"
          name: ""

        tasks:
          # line 14: a line of the recipe of `all` was not turned: `BANNER` is made by `define`; write it as shell; until then, the task fails
          all:
            uses: exec
            with:
              script: |
                echo "$NAME" \
                  more || true
                ( cd x; ls ) || true
                echo "$USAGE"
                # echo "$(BANNER)"
                echo 'all: a line of the Makefile was not turned: echo "$(BANNER)"' >&2
                exit 1
        """# + "\n")
    #expect(
      made.remarks == [
        #"14:2 a line of the recipe of `all` was not turned: `BANNER` is made by `define`; write it as shell; until then, the task fails"#
      ])
  }

  @Test func `what asks has the terminal`() throws {
    let made = try imported(
      #"""
      all:
      \#t@read -p "sure? " answer; [ "$$answer" = y ]
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          # line 2: the recipe of `all` asks something: its task has the terminal for itself; let `confirm` ask, if it asks whether to go on
          all:
            interactive: true
            uses: exec
            with:
              script: |
                set +e
                read -p "sure? " answer; [ "$answer" = y ]
        """# + "\n")
    #expect(
      made.remarks == [
        #"2:2 the recipe of `all` asks something: its task has the terminal for itself; let `confirm` ask, if it asks whether to go on"#
      ])
  }

  @Test(arguments: [
    ("echo -n 'Sure? ' && read ans && [ $$ans = y ]", true), ("docker run --rm -it image", true),
    ("docker exec -ti box sh", true), ("docker compose exec db psql", true), ("kubectl exec -i -t pod -- sh", true),
    ("psql $(URL)", true), ("ssh host", true), ("cd x && ssh -A host", true),
    ("ls | while read x; do echo; done", false),
    ("echo y | read x", false), ("docker run --rm image", false), ("docker compose exec -T db psql", false),
    ("psql -c 'select 1'", false), ("psql < x.sql", false), ("ssh host uptime", false),
    ("cat x | psql", false), ("echo ssh host", false),
  ])
  func `commands that talk with the user have the terminal`(_ line: String, _ isInteractive: Bool) throws {
    #expect(try imported("all:\n\t\(line)\n").body.contains("interactive: true") == isInteractive)
  }
}
