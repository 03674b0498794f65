"""Every act that the code writes into the log, and the names of its details, read from the code itself.

An act reaches `audit.record` by its name, as a constant, or through functions that hand it on, by position
or by name; details likewise, also as `**details`. What hands on is followed to whoever calls it, within the
module and, for public functions, from others. What cannot be read that way is reported, never passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

RESERVED = {"actor_id", "act", "kind", "id"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Found:
    """Acts by name, patterns of those put together (`wish_*`), what they are about, names of details."""

    acts: set[str] = field(default_factory=set)
    things: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    details: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Scope:
    """A function (None: the module) in which an expression stands."""

    module: str
    function: Function | None


Seen = frozenset[tuple[str, int, str]]  # names that are being followed, so that none is followed in a circle
Meant = Iterator[tuple[Scope, ast.AST]]  # expressions, each with where it stands


class Reader:
    def __init__(self, sources: dict[str, str]) -> None:
        self.trees = {name: ast.parse(text) for name, text in sources.items()}
        self.found = Found()
        self._calls: list[tuple[Scope, ast.Call]] = []
        for name, tree in self.trees.items():
            self._collect(name, tree, None)

    def read(self) -> Found:
        for scope, call in self._calls:
            if self._is(call.func, "record"):
                self._entry(scope, call)
            elif self._is(call.func, "record_all"):
                self._entries(scope, call)
        return self.found

    def _collect(self, module: str, node: ast.AST, function: Function | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                self._calls.append((Scope(module, function), child))
            inner = child if isinstance(child, Function) else function
            self._collect(module, child, inner)

    @staticmethod
    def _is(called: ast.expr, name: str) -> bool:
        return (
            isinstance(called, ast.Attribute)
            and called.attr == name
            and isinstance(called.value, ast.Name)
            and called.value.id == "audit"
        )

    def _entry(self, scope: Scope, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg == "act":
                self._act(scope, keyword.value)
            elif keyword.arg == "kind":
                self._thing(scope, keyword.value)
            elif keyword.arg is None:
                self._keys(scope, keyword.value)
            elif keyword.arg not in RESERVED:
                self._detail(scope, keyword.arg, keyword.value)

    def _entries(self, scope: Scope, call: ast.Call) -> None:
        """`record_all`: dictionaries with the keys act and details, in a list or made for each of many."""
        given = call.args[0]
        made = given.elt if isinstance(given, ast.ListComp) else given
        rows = made.elts if isinstance(made, ast.List) else [made]
        for row in rows:
            if not isinstance(row, ast.Dict):
                self._unread(scope, row)
                continue
            for key, value in zip(row.keys, row.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "act":
                    self._act(scope, value)
                elif isinstance(key, ast.Constant) and key.value == "kind":
                    self._thing(scope, value)
                elif isinstance(key, ast.Constant) and key.value == "details":
                    self._keys(scope, value)

    def _detail(self, scope: Scope, name: str, value: ast.expr) -> None:
        self.found.details.add(name)
        if name in ("before", "after"):
            self._keys(scope, value, is_plain_too=True)

    def _thing(self, scope: Scope, value: ast.expr) -> None:
        for place, one in self._meanings(scope, value):
            if isinstance(one, ast.Constant):
                self.found.things.add(str(one.value))
            else:
                self._unread(place, one)

    def _act(self, scope: Scope, value: ast.expr) -> None:
        for place, one in self._meanings(scope, value):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                self.found.acts.add(one.value)
            elif isinstance(one, ast.JoinedStr):
                parts = (str(part.value) if isinstance(part, ast.Constant) else "*" for part in one.values)
                self.found.patterns.add("".join(parts))
            else:
                self._unread(place, one)

    def _keys(self, scope: Scope, value: ast.expr, *, is_plain_too: bool = False) -> None:
        """The keys of a dictionary; of `before` and `after` a plain value is as good."""
        for place, one in self._meanings(scope, value):
            if isinstance(one, ast.Dict):
                for key, inner in zip(one.keys, one.values, strict=True):
                    if key is None:
                        self._keys(place, inner)
                    elif isinstance(key, ast.Constant):
                        self._detail(place, str(key.value), inner)
                    else:
                        self._unread(place, one)
            elif isinstance(one, ast.arguments):  # the keywords that nobody named
                self._extra(place)
            elif isinstance(one, ast.DictComp) or not is_plain_too:
                self._unread(place, one)

    def _extra(self, scope: Scope) -> None:
        """What callers of a function with `**details` give beyond its own parameters."""
        function = scope.function
        assert function is not None
        own = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
        for place, call in self._callers(scope):
            for keyword in call.keywords:
                if keyword.arg is None:
                    self._keys(place, keyword.value)
                elif keyword.arg not in own:
                    self._detail(place, keyword.arg, keyword.value)

    def _meanings(self, scope: Scope, value: ast.expr, seen: Seen = frozenset()) -> Meant:
        """The expressions that a value may stand for, each with where it stands."""
        if isinstance(value, ast.IfExp):
            yield from self._each(scope, (value.body, value.orelse), seen)
        elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
            yield from self._each(scope, (value.left, value.right), seen)
        elif isinstance(value, ast.Name):
            yield from self._of_name(scope, value, seen)
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            yield from self._returned(scope, value, seen)
        elif isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name):
            yield from self._looked_up(scope, value, seen)
        else:
            yield scope, value

    def _each(self, scope: Scope, values: Iterable[ast.expr], seen: Seen) -> Meant:
        for value in values:
            yield from self._meanings(scope, value, seen)

    def _of_name(self, scope: Scope, name: ast.Name, seen: Seen) -> Meant:
        mark = (scope.module, id(scope.function), name.id)
        if mark in seen:
            return
        seen = seen | {mark}
        assigned = list(self._assigned(scope, name.id))
        if assigned:
            yield from self._each(scope, assigned, seen)
        function = scope.function
        if function is not None and function.args.kwarg and function.args.kwarg.arg == name.id:
            yield scope, function.args
        elif function is not None and name.id in self._parameters(function):
            for place, call in self._callers(scope):
                given = self._given(function, call, name.id)
                if given is not None:
                    yield from self._meanings(place, given, seen)
        elif not assigned and function is not None:
            yield from self._of_name(Scope(scope.module, None), name, seen)
        elif not assigned:
            yield from self._imported(scope, name, seen)

    def _imported(self, scope: Scope, name: ast.Name, seen: Seen) -> Meant:
        """A constant of another module."""
        for node in ast.walk(self.trees[scope.module]):
            if isinstance(node, ast.ImportFrom) and any(one.name == name.id for one in node.names):
                for assigned in self._assigned(Scope(str(node.module), None), name.id):
                    yield Scope(str(node.module), None), assigned
                    return
        yield scope, name

    def _assigned(self, scope: Scope, name: str) -> Iterator[ast.expr]:
        """What is assigned to the name, key by key as well."""
        tree = scope.function or self.trees.get(scope.module)
        nodes = () if tree is None else ast.walk(tree) if scope.function else iter(tree.body)
        for node in nodes:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign | ast.AugAssign) and node.value is not None:
                targets = [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=True):
                        if isinstance(one, ast.Name) and one.id == name:
                            yield value
                elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == name:
                    yield ast.Dict(keys=[target.slice], values=[node.value])

    def _returned(self, scope: Scope, call: ast.Call, seen: Seen) -> Meant:
        """What a function of the same module answers; anybody else's is what it is."""
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        nodes = ast.walk(self.trees[scope.module])
        functions = [node for node in nodes if isinstance(node, Function) and node.name == name]
        if not functions:
            yield scope, call
        for function in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield from self._meanings(Scope(scope.module, function), node.value, seen)

    def _looked_up(self, scope: Scope, value: ast.Subscript, seen: Seen) -> Meant:
        """Any of the values of a table of the module."""
        for place, table in self._meanings(scope, value.value, seen):
            if isinstance(table, ast.Dict):
                yield from self._each(place, table.values, seen)
            else:
                yield scope, value

    def _callers(self, scope: Scope) -> Iterator[tuple[Scope, ast.Call]]:
        assert scope.function is not None
        name = scope.function.name
        for place, call in self._calls:
            called = call.func
            if isinstance(called, ast.Name) and called.id == name:
                origin = place.module if place.module == scope.module else self._origin(place.module, name)
            elif (
                isinstance(called, ast.Attribute)
                and called.attr == name
                and isinstance(called.value, ast.Name)
            ):
                origin = self._origin(place.module, called.value.id)
            else:
                continue
            # The module itself, or the package that offers it.
            if f"{scope.module}.".startswith(f"{origin}."):
                yield place, call

    def _origin(self, module: str, name: str) -> str:
        """The module behind an imported name, or the one from which a function comes."""
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.ImportFrom):
                for one in node.names:
                    if (one.asname or one.name) == name:
                        inner = f"{node.module}.{one.name}"
                        return (
                            inner
                            if inner in self.trees or f"{inner}.__init__" in self.trees
                            else str(node.module)
                        )
        return "?"

    @staticmethod
    def _parameters(function: Function) -> list[str]:
        return [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]

    @staticmethod
    def _given(function: Function, call: ast.Call, name: str) -> ast.expr | None:
        """The argument for the parameter, by name or by position, else its default."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword.value
        names = [one.arg for one in function.args.args]
        if name in names and names.index(name) < len(call.args):
            return call.args[names.index(name)]
        defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
        by_name = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        return defaults.get(name) or next((value for one, value in by_name if one.arg == name), None)

    def _unread(self, scope: Scope, node: ast.AST) -> None:
        function = scope.function.name if scope.function else ""
        self.found.unread.add(f"{scope.module}.{function}: {ast.unparse(node)}")


def of_code(root: Path) -> Found:
    """Of every module below the folder, named as it is imported."""
    names = {
        path: ".".join(path.relative_to(root.parent).with_suffix("").parts) for path in root.rglob("*.py")
    }
    return Reader({name: path.read_text("utf-8") for path, name in names.items()}).read()
