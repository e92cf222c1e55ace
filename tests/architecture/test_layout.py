"""The layout rules that neither the import contracts nor the linter can hold."""

import ast
import sys

from tests.architecture.checkout import CODE, ROOT, imported, modules

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
# What dialogues share: the way in, what a turn is, and the words and cards that several of them use.
DIALOGUES_SHARE = {
    "handlers.turn",
    "handlers.answers",
    "handlers.state",
    "handlers.questions",
    "handlers.late_questions",
    "handlers.same_patient",
    "handlers.summary",
    "handlers.kept",
    "handlers.law",
    "handlers.joining_words",
    "handlers.welcome",
    "handlers.sharing",
    "handlers.writing",
    "handlers.compose",
    "handlers.meaning",
    "handlers.rewording",
    "handlers.other_side",
}
IN_DOMAIN = ("bot.domain", "bot.clock", "bot.ids")


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring, as the style counts them."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        name: len((ROOT / name).read_text(encoding="utf-8").splitlines())
        for name in modules(*CODE, "tests")
        if "migrations" not in name
    }
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{name}:{function.lineno} {function.name}": _body_lines(function)
        for name, tree in modules(*CODE).items()
        for function in _functions(tree)
        if _body_lines(function) > MAX_FUNCTION_LINES and "migrations" not in name
    }
    assert long == {}


def test_nothing_is_imported_inside_a_function() -> None:
    lazy = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*CODE).items()
        for function in _functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert lazy == []


def test_rules_need_the_standard_library_only() -> None:
    foreign = {
        name: sorted(outside)
        for name, tree in modules("bot/domain").items()
        if (outside := {full for full in imported(tree) if not _may_be_in_domain(full)})
    }
    assert foreign == {}


def _may_be_in_domain(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names or f"{name}.".startswith(
        tuple(f"{a}." for a in IN_DOMAIN)
    )


def test_dialogues_do_not_import_each_other() -> None:
    dialogues = {
        name.removesuffix(".py").replace("/", "."): tree for name, tree in modules("handlers").items()
    }
    dialogues = {
        name: tree
        for name, tree in dialogues.items()
        if name not in {"handlers.__init__", "handlers.dispatch"}
    }
    others = {
        name: sorted(imported(tree) & (dialogues.keys() - DIALOGUES_SHARE - {name}))
        for name, tree in dialogues.items()
        if name not in DIALOGUES_SHARE
    }
    assert {name: siblings for name, siblings in others.items() if siblings} == {}


def test_every_exception_of_ours_says_in_a_sentence_what_happened() -> None:
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in modules(*CODE).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and _is_error(node) and ast.get_docstring(node) is None
    ]
    assert silent == []


def _is_error(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases)


def test_every_exception_swallowed_in_general_is_logged_or_told() -> None:
    silent = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*CODE).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and isinstance(node.body[0], ast.Pass)
    ]
    assert silent == []


def _catches_all(node: ast.ExceptHandler) -> bool:
    return node.type is None or (
        isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
    )
