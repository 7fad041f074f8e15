import Testing

@testable import MakefileImport

/// Targets, and the tasks that they become.
@Suite struct TargetTests {
  @Test func `help is a description`() throws {
    let made = try imported(
      #"""
      ## Builds
      ## it all
      .PHONY: build
      build: ## : # "x"
      run: build ## run: Run it
      \#techo
      ##@ Section
      last: ; @echo # no help
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          build:
            description: ": # \"x\""
            uses: exec
            with:
              script: ":"

          run:
            description: Run it
            needs: [build]
            uses: exec
            with:
              script: echo

          last:
            uses: exec
            with:
              script: "echo # no help"
        """# + "\n")
    #expect(
      made.remarks == [])
  }

  @Test func `targets without recipes are steps where each runs once`() throws {
    let made = try imported(
      #"""
      reseed: delete seed
      delete: ; echo d
      seed: ; echo s
      all: reseed lint
      lint: ; echo l
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          reseed:
            steps: [delete, seed]

          delete:
            uses: exec
            with:
              script: echo d

          seed:
            uses: exec
            with:
              script: echo s

          all:
            steps: [reseed, lint]

          lint:
            uses: exec
            with:
              script: echo l
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 a step, as of `reseed`, runs again where it is asked for beside its task: make runs it once; ask for the task alone"#
      ])
  }

  @Test func `targets without recipes are needs where steps would run twice`() throws {
    let made = try imported(
      #"""
      ci: lint all
      all: lint build
      lint: ; echo l
      build: ; echo b
      one: build
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          ci:
            needs: [lint, all]
            uses: exec
            with:
              script: ":"

          all:
            needs: [lint, build]
            uses: exec
            with:
              script: ":"

          lint:
            uses: exec
            with:
              script: echo l

          build:
            uses: exec
            with:
              script: echo b

          one:
            needs: [build]
            uses: exec
            with:
              script: ":"
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 the needs of `ci`, `all` may run at the same time; run with -j 1 to keep make's order"#
      ])
  }

  @Test func `a file has sources and generates`() throws {
    let made = try imported(
      #"""
      SRC = a.c b.c
      app: $(SRC) lib/x.a $(wildcard inc/*.h)
      \#tcc -o $@ $^
      lib/x.a:
      \#ttouch $@
      plain: a.c
      \#techo no file
      .PHONY: lib/y
      lib/y: a.c
      \#techo
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          src: a.c b.c

        tasks:
          app:
            needs: [lib-x.a]
            sources: [a.c, b.c, inc/*.h]
            generates: [app]
            uses: exec
            with:
              script: cc -o app a.c b.c lib/x.a inc/*.h

          lib-x.a:
            generates: [lib/x.a]
            uses: exec
            with:
              script: touch lib/x.a

          # line 6: the task always runs: make runs the recipe of `plain` only where it is older than `a.c`; write those into `sources`, and the files that it makes into `generates`
          plain:
            preconditions:
              - { script: test -e a.c, message: "there is no file a.c, and no task makes it" }
            uses: exec
            with:
              script: echo no file

          lib-y:
            preconditions:
              - { script: test -e a.c, message: "there is no file a.c, and no task makes it" }
            uses: exec
            with:
              script: echo
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 `SRC` was set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "2:1 rules name targets or files by `SRC`: the tasks are made for the values of the Makefile, whatever is given; write a task that reads the value",
        "4:1 targets have other names as tasks: `lib/x.a` is `lib-x.a`, `lib/y` is `lib-y`",
        "4:1 `lib-x.a` has no sources, and always runs: make runs a recipe only where its file is missing; test for the file in the script",
        "6:1 the task always runs: make runs the recipe of `plain` only where it is older than `a.c`; write those into `sources`, and the files that it makes into `generates`",
      ])
  }

  @Test func `names that no task can have are changed`() throws {
    let made = try imported(
      #"""
      bin/app: ; touch $@
      bin-app: ; echo
      -x: ; echo
      é: bin/app
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          bin-app-2:
            generates: [bin/app]
            uses: exec
            with:
              script: touch bin/app

          bin-app:
            uses: exec
            with:
              script: echo

          x:
            uses: exec
            with:
              script: echo

          target:
            needs: [bin-app-2]
            uses: exec
            with:
              script: ":"
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 targets have other names as tasks: `bin/app` is `bin-app-2`, `-x` is `x`, `é` is `target`",
        "1:1 `bin-app-2` has no sources, and always runs: make runs a recipe only where its file is missing; test for the file in the script",
      ])
  }

  @Test func `rules that are no tasks are listed`() throws {
    let made = try imported(
      #"""
      %.o: %.c
      \#tcc $<
      .c.o:
      \#tcc $<
      $(OBJS): %.o: %.c
      \#tcc
      a.o b.o: %.o: %.c
      \#tcc
      ifdef CI
      ci: all
      \#techo
      endif
      all: ci a.o
      \#techo
      $(eval $(X))
      $(DYNAMIC)
      foo: $(shell ls)
      \#techo
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          x: ""
          objs: ""
          ci: ""

        tasks:
          a.o:
            sources: [a.c]
            generates: [a.o]
            uses: exec
            with:
              script: |
                [ -n "${CI:-}" ] || unset CI
                cc

          b.o:
            sources: [b.c]
            generates: [b.o]
            uses: exec
            with:
              script: |
                [ -n "${CI:-}" ] || unset CI
                cc

          # line 13: the prerequisite `ci` of `all` was left out: it became no task; add it to `needs` once there is one; until then, the task fails
          all:
            needs: [a.o]
            uses: exec
            with:
              script: |
                # its prerequisite ci
                echo 'all: a line of the Makefile was not turned: its prerequisite ci' >&2
                exit 1
                echo

          foo:
            uses: exec
            with:
              script: |
                [ -n "${CI:-}" ] || unset CI
                echo
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 the pattern rule `%.o` was not turned; write a task whose script makes all the files, with their patterns in `sources` and `generates`",
        "3:1 the pattern rule `.c.o` was not turned; write a task whose script makes all the files, with their patterns in `sources` and `generates`",
        "5:1 the rule was not turned: the names of its targets are computed; write a task for each target",
        "10:1 the rule of `ci` was not turned: it stands in a conditional; write a task with `when`",
        "13:1 the prerequisite `ci` of `all` was left out: it became no task; add it to `needs` once there is one; until then, the task fails",
        "15:1 the call was not turned; write in tasks.yaml what it did",
        "16:1 the line was not turned: what it says is computed; write the tasks that it makes",
        "17:1 prerequisites of `foo` were not turned: they are computed; write the files into `sources`",
      ])
  }

  @Test func `rings are broken, and recipes put together`() throws {
    let made = try imported(
      #"""
      a: b ; echo a
      b: a ; echo b
      c:: ; echo 1
      c:: ; echo 2
      d: ; echo 1
      d: ; echo 2
      d: a
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          a:
            needs: [b]
            uses: exec
            with:
              script: echo a

          b:
            uses: exec
            with:
              script: echo b

          c:
            uses: exec
            with:
              script: |
                echo 1
                echo 2

          d:
            needs: [a]
            uses: exec
            with:
              script: echo 2
        """# + "\n")
    #expect(
      made.remarks == [
        #"2:1 the circular prerequisite `a` of `b` was dropped, as make does"#,
        #"4:1 the recipes of `c` became one script; make sure that it runs as a whole"#,
        #"6:1 only the last recipe of `d` was turned, as make runs it"#,
      ])
  }

  @Test func `the help idiom is left out`() throws {
    let made = try imported(
      #"""
      .DEFAULT_GOAL := help
      help:
      \#t@grep -E x $(MAKEFILE_LIST)
      all: help ; echo
      .NOTPARALLEL:
      .SILENT:
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          # line 4: the prerequisite `help` of `all` was left out: it lists the targets
          all:
            uses: exec
            with:
              script: echo
        """# + "\n")
    #expect(
      made.remarks == [
        #"2:1 the target `help` was left out: `ugc-tasks list` lists the tasks"#,
        #"4:1 the prerequisite `help` of `all` was left out: it lists the targets"#,
        #"5:1 `.NOTPARALLEL` was not turned: needs run at the same time; run with -j 1"#,
      ])
  }

  @Test func `pattern rules become tasks for what is asked for`() throws {
    let made = try imported(
      #"""
      SERVICES = api web
      all: tags guard-TOKEN
      tags: $(addprefix tag-,$(SERVICES))
      tag-%: src/%.c | out ; git tag $* $<
      guard-%: ; @[ -n "$($*)" ] || exit 1
      two: x.d
      %.d: %.c ; echo c
      %.d: %.h ; echo h
      SRC := $(wildcard *.c)
      many: $(SRC:.c=.o) ; cat $^
      %.o: %.c ; cc -c $<
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          services: api web
          src: ""  # the scripts make it where it is empty
          token: ""

        tasks:
          all:
            steps: [tags, guard-TOKEN]

          tags:
            steps: [tag-api, tag-web]

          # line 6: the prerequisite `x.d` of `two` was left out: it became no task; add it to `needs` once there is one; until then, the task fails
          two:
            uses: exec
            with:
              script: |
                # its prerequisite x.d
                echo 'two: a line of the Makefile was not turned: its prerequisite x.d' >&2
                exit 1

          # line 10: the prerequisite `*.o` of `many` was left out: it became no task; add it to `needs` once there is one; until then, the task fails
          many:
            uses: exec
            with:
              script: |
                # its prerequisite *.o
                echo 'many: a line of the Makefile was not turned: its prerequisite *.o' >&2
                exit 1
                cat *.o

          guard-TOKEN:
            uses: exec
            with:
              script: |
                [ -n "$TOKEN" ] || exit 1

          # line 4: the task always runs: make runs the recipe of `tag-api` only where it is older than `src/api.c`; write those into `sources`, and the files that it makes into `generates`
          tag-api:
            preconditions:
              - { script: test -e src/api.c, message: "there is no file src/api.c, and no task makes it" }
            uses: exec
            with:
              script: git tag api src/api.c

          # line 4: the task always runs: make runs the recipe of `tag-web` only where it is older than `src/web.c`; write those into `sources`, and the files that it makes into `generates`
          tag-web:
            preconditions:
              - { script: test -e src/web.c, message: "there is no file src/web.c, and no task makes it" }
            uses: exec
            with:
              script: git tag web src/web.c
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 `SERVICES`, `SRC` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "2:1 a step, as of `all`, runs again where it is asked for beside its task: make runs it once; ask for the task alone",
        "3:1 rules name targets or files by `SERVICES`, `SRC`: the tasks are made for the values of the Makefile, whatever is given; write a task that reads the value",
        "4:1 the pattern rule `tag-%` became tasks only for what the Makefile itself asks for: `tag-api`, `tag-web`; write a task for each other name",
        "4:1 the task always runs: make runs the recipe of `tag-api` only where it is older than `src/api.c`; write those into `sources`, and the files that it makes into `generates`",
        "4:1 the task always runs: make runs the recipe of `tag-web` only where it is older than `src/web.c`; write those into `sources`, and the files that it makes into `generates`",
        "5:1 the pattern rule `guard-%` became tasks only for what the Makefile itself asks for: `guard-TOKEN`; write a task for each other name",
        "6:1 the prerequisite `x.d` of `two` was left out: it became no task; add it to `needs` once there is one; until then, the task fails",
        "7:1 the pattern rule `%.d` was not turned; write a task whose script makes all the files, with their patterns in `sources` and `generates`",
        "8:1 the pattern rule `%.d` was not turned; write a task whose script makes all the files, with their patterns in `sources` and `generates`",
        "10:1 the prerequisite `*.o` of `many` was left out: it became no task; add it to `needs` once there is one; until then, the task fails",
        "11:1 the pattern rule `%.o` was not turned; write a task whose script makes all the files, with their patterns in `sources` and `generates`",
      ])
  }

  @Test func `odd names are quoted`() throws {
    let made = try imported(
      #"""
      NULL = x
      day2: 1 null 2.5 ; echo $(NULL)
      1: ; echo 1
      null: ; echo n
      true: 1 ; echo t
      2.5: ; echo f
      0x1f: ; echo h
      """#)
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          "null": x

        tasks:
          day2:
            needs: ["1", "null", "2.5"]
            uses: exec
            with:
              script: echo $NULL

          "1":
            uses: exec
            with:
              script: echo 1

          "null":
            uses: exec
            with:
              script: echo n

          "true":
            needs: ["1"]
            uses: exec
            with:
              script: echo t

          "2.5":
            generates: ["2.5"]
            uses: exec
            with:
              script: echo f

          "0x1f":
            uses: exec
            with:
              script: echo h
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 `NULL` was set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        #"2:1 the needs of `day2` may run at the same time; run with -j 1 to keep make's order"#,
        "6:1 `2.5` has no sources, and always runs: make runs a recipe only where its file is missing; test for the file in the script",
      ])
  }
}
