# The door for people who work on Miktos; Meson and Ninja do the work.
.PHONY: all test bench asan tsan fuzz lint install clean

all:
	@tools/setup.sh build

test:
	@./test

bench:
	@tools/setup.sh build bench
	@meson test -C build --benchmark --verbose --num-processes 1

# Sanitizers: every test in a build of its own.
asan:
	@tools/install.sh build test
	@[ -d build-asan ] || meson setup build-asan -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-asan && ASAN_OPTIONS=detect_leaks=1 python3 tools/run_tests.py build-asan

tsan:
	@tools/install.sh build test
	@[ -d build-tsan ] || meson setup build-tsan -Dbuildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false
	@ninja -C build-tsan && python3 tools/run_tests.py build-tsan

# A minute for each parser of outside data.
fuzz:
	@tools/install.sh build clang
	@[ -d build-fuzz ] || CC=clang meson setup build-fuzz -Dbuildtype=debugoptimized -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-fuzz && python3 tools/run_fuzz.py build-fuzz

# Warnings of both compilers, in debug and release.
lint:
	@tools/install.sh build test clang
	@for cc in gcc clang; do for type in debug release; do \
	  [ -d build-lint-$$cc-$$type ] || CC=$$cc meson setup build-lint-$$cc-$$type -Dbuildtype=$$type >/dev/null; \
	  ninja -C build-lint-$$cc-$$type || exit 1; done; done

install: all
	@ninja -C build install

clean:
	@rm -rf build build-*
