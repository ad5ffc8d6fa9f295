"""The house's own rules: sizes that hold, floors that import-linter knows, no word that may not be here."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.order import SECONDS

ROOT = Path(__file__).parent.parent
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
MEDIAN_FUNCTION_LINES = 12
MAX_PARAMETERS_AFTER_THE_ACTOR = 4

FLOORS = ("server", "migrations", "benchmarks")
PYTHON_FILES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
SERVICE_FILES = sorted((ROOT / "server" / "services").glob("*.py"))
# What sits between the floors instead of being a use case: it may name as many parameters as its job has.
NOT_USE_CASES = {"ports.py", "book.py", "repeats.py", "transaction.py"}

EDGES = {
    "server/schema": "the GraphQL endpoint",
    "server/realtime": "the socket pump and the relay",
    "server/worker.py": "jobs",
    "server/reactions.py": "jobs",
}
"""Where `except Exception` may stand, and why."""

FORBIDDEN_TEXT = re.compile(r"/(?:home|root|work)/\w+|files\.pythonhosted|registry\.npmjs|pypi\.org/simple")


def functions_of(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function from its name to its end, without its docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


@pytest.mark.parametrize("path", [*PYTHON_FILES, *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda path: path.name)
def test_no_file_is_past_500_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES


def test_no_function_is_past_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length_of(function)}"
        for path in PYTHON_FILES
        for function in functions_of(path)
        if length_of(function) > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_the_median_function_has_12_lines_or_less() -> None:
    lengths = [length_of(function) for path in PYTHON_FILES for function in functions_of(path)]
    assert median(lengths) <= MEDIAN_FUNCTION_LINES


def test_use_cases_take_the_actor_first_and_four_parameters_after_it() -> None:
    wide = []
    for path in SERVICE_FILES:
        if path.name in NOT_USE_CASES:
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            names = [arg.arg for arg in [*node.args.args, *node.args.kwonlyargs]]
            after = [name for name in names if name not in {"actor", "work", "idempotency_key", "expected_version"}]
            if len(after) > MAX_PARAMETERS_AFTER_THE_ACTOR:
                wide.append(f"{path.name}:{node.lineno} {node.name}")
    assert wide == []


def test_exceptions_are_caught_wholesale_only_at_the_edges() -> None:
    elsewhere = []
    for path in PYTHON_FILES:
        name = str(path.relative_to(ROOT))
        if any(name.startswith(edge) for edge in EDGES) or name.startswith("benchmarks"):
            continue
        handlers = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler))
        elsewhere.extend(
            f"{name}:{node.lineno}"
            for node in handlers
            if isinstance(node.type, ast.Name) and node.type.id == "Exception"
        )
    assert elsewhere == []


def test_time_comes_from_the_clock() -> None:
    calls = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(")
    found = [
        str(path.relative_to(ROOT))
        for path in PYTHON_FILES
        if path.relative_to(ROOT).as_posix() != "server/kit/clock.py" and calls.search(path.read_text())
    ]
    assert found == []


def test_there_is_no_path_of_a_machine_and_no_registry_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".gz", ".png"} or not path.is_file() or name == "tests/test_house.py":
            continue
        if FORBIDDEN_TEXT.search(path.read_text(errors="replace")):
            found.append(name)
    assert found == []


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [str(path.relative_to(ROOT)) for path in PYTHON_FILES if later.search(path.read_text())]
    assert found == []


def test_what_is_said_of_how_long_tests_take_is_said_of_tests_there_are() -> None:
    assert [place for place in SECONDS if not (ROOT / place).exists()] == []
