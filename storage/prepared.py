"""Statements compiled once and run straight on the driver: for what every click asks and writes.

SQLAlchemy's own way decides anew at each execution how to compile, bind and read, which costs a click more than the
database does (docs/performance.md); here that is decided once a dialect, with SQLAlchemy's own converters of types.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import JSON, ColumnElement, Dialect, Result, Table, any_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.types import UserDefinedType

from storage.libpq import Line
from storage.store import Tx, as_sqlalchemy

Convert = Callable[[Any], Any]
OneOf = Callable[[ColumnElement[Any], str], ColumnElement[bool]]
"""(a column of texts, the name of a parameter): the column's value is in the list that the parameter brings."""


@dataclass(frozen=True)
class _Made:
    """A statement in one dialect. `names`: the parameters in its order."""

    sql: str
    names: Sequence[str]
    fixed: dict[str, Any]
    bind: tuple[tuple[str, Convert], ...]
    columns: SimpleResultMetaData | None
    read: tuple[tuple[int, Convert], ...]
    at_once: bool = False


class Prepared:
    """A select, insert, update or delete whose changing parts are named bind parameters.

    Lists: `among` for those that are always the same, `with_lists` for those that are given.

    Where the dialects say it differently, give one statement for each: `Prepared(sqlite=..., postgresql=...)`.
    """

    def __init__(self, statement: Any = None, **by_dialect: Any) -> None:
        self._statement, self._by_dialect, self._at_once = statement, by_dialect, False
        self._made: dict[str, _Made] = {}
        self._named: dict[str, Callable[[Iterable[Any]], Any]] = {}

    @classmethod
    def with_lists(cls, statement: Callable[[OneOf], Any], *, at_once: bool = False) -> Prepared:
        """One whose parameters may be lists of texts, however long: `statement` says where by the `OneOf` it is given.

        A list goes over as one value, since `in_` is compiled anew for every length.

        `at_once`: a select of dozens of rows (texts, whole numbers, truths, instants, documents) that is read in a
        thread while others want Python. SQLite's driver lets Python go for every row and then waits for it again, so
        there all rows come as one.
        """
        made = cls(sqlite=statement(_in_json), postgresql=statement(_in_array))
        made._at_once = at_once
        return made

    def run(self, tx: Tx, **values: Any) -> Result[Any]:
        """Runs it; the rows are those of `tx.execute`, none for a statement that returns none.

        PostgreSQL: the latter is sent with the next one, or when the transaction ends, and fails there.
        """
        made, rows, _ = self._run(tx, values, told=True)
        return IteratorResult(made.columns or _NO_COLUMNS, iter(rows))

    def tuples(self, tx: Tx, **values: Any) -> list[Sequence[Any]]:
        """The same without names: for thousands of rows, of which each costs something."""
        return self._run(tx, values)[1]

    def named(self, tx: Tx, **values: Any) -> list[Any]:
        """The same as named tuples: a column of those is got at twenty times as fast as one of a `Row`, which tells
        where thousands of cards are drawn from them."""
        made, rows, _ = self._run(tx, values)
        name = tx.dialect.name
        if name not in self._named:
            keys = made.columns.keys if made.columns is not None else ()
            shape: Any = namedtuple("Named", keys)  # type: ignore[misc]
            self._named[name] = shape._make
        return [*map(self._named[name], rows)]

    def count(self, tx: Tx, **values: Any) -> int:
        """Runs an update or delete that returns no rows. -> how many it changed."""
        return self._run(tx, values)[2]

    def _run(self, tx: Tx, values: dict[str, Any], *, told: bool = False) -> tuple[_Made, list[Sequence[Any]], int]:
        dialect = tx.dialect
        made = self._made.get(dialect.name) or self._make(dialect)
        given = {**made.fixed, **values}
        for name, convert in made.bind:
            given[name] = convert(given[name])
        with as_sqlalchemy(tx, made.sql):
            rows, count = _ask(tx, made, [given[name] for name in made.names], told=told and made.columns is None)
        if made.at_once:
            rows = from_json(rows[0][0])
        return made, [_converted(row, made.read) for row in rows] if made.read else list(rows), count

    def run_all(self, tx: Tx, rows: Iterable[Mapping[str, Any]], **same: Any) -> None:
        """Runs it once for each of the rows, of which there may be thousands, and answers nothing.

        `same`: what is the same in all of them.

        SQLAlchemy's own way builds the parameters of every row anew, which takes longer than the database does.
        """
        rows = list(rows)
        if len(rows) == 1:
            self.run(tx, **same, **rows[0])
            return
        dialect = tx.dialect
        made = self._made.get(dialect.name) or self._make(dialect)
        same |= {name: convert(same[name]) for name, convert in made.bind if name in same}
        given = [{**made.fixed, **same, **row} for row in rows]
        for name, convert in made.bind:
            if name not in same:
                for row in given:
                    row[name] = convert(row[name])
        if not given:
            return
        context = [tuple(row[name] for name in made.names) for row in given]
        with as_sqlalchemy(tx, made.sql):
            _ask_each(tx, made.sql, context)

    def _make(self, dialect: Dialect) -> _Made:
        statement = self._by_dialect[dialect.name] if self._by_dialect else self._statement
        columns = list(statement.exported_columns)
        at_once = self._at_once and dialect.name == "sqlite"
        compiled = (_as_one(statement) if at_once else statement).compile(dialect=_numbering(dialect))
        named = {name: parameter for parameter, name in compiled.bind_names.items()}
        bind = {
            name: convert
            for name, parameter in named.items()
            if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        }
        read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        fixed = {name: parameter.value for name, parameter in named.items() if not parameter.required}
        made = _Made(
            sql=compiled.string,
            names=tuple(compiled.positiontup),
            fixed={name: bind[name](value) if name in bind else value for name, value in fixed.items()},
            bind=tuple((name, convert) for name, convert in bind.items() if name not in fixed),
            columns=SimpleResultMetaData([column.key for column in columns]) if columns else None,
            read=tuple((place, convert) for place, convert in enumerate(read) if convert),
            at_once=at_once,
        )
        self._made[dialect.name] = made
        return made


Both = Mapping[bool, Prepared]
"""Of everybody (True) or of those that a list names."""


def both(statement: Callable[[OneOf | None], Any]) -> Both:
    """`statement` written with a list of texts as a parameter, and without one for everybody."""
    return {True: Prepared(statement(None)), False: Prepared.with_lists(statement)}


def asked(tx: Tx, statements: Both, name: str, these: Iterable[str] | None, **values: Any) -> Result[Any]:
    """Everybody's (None), or what belongs to those whom the list `name` names."""
    if these is None:
        return statements[True].run(tx, **values)
    return statements[False].run(tx, **{name: list(these)}, **values)


def among(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """`column IN (values)` for a prepared statement: `in_` is compiled anew for every execution."""
    return or_(*(column == value for value in sorted(values)))


def add_once(tx: Tx, table: Table, values: Mapping[str, Any], *, on: Sequence[str] = ()) -> Any:
    """Adds a row, or nothing where one has the same `on` columns (else: breaks any rule of uniqueness).

    Answers the new row's id; None where nothing was added.
    """
    made = _once(table, tuple(values), tuple(on))
    return made.run(tx, **{f"new_{name}": value for name, value in values.items()}).scalar_one_or_none()


@cache
def _once(table: Table, names: tuple[str, ...], on: tuple[str, ...]) -> Prepared:
    def one(insert: Any) -> Any:
        statement = insert(table).values(parameters(table, names))
        return statement.on_conflict_do_nothing(index_elements=list(on) or None).returning(table.c.id)

    return Prepared(sqlite=one(sqlite_insert), postgresql=one(pg_insert))


def parameters(table: Table, names: Collection[str]) -> dict[str, Any]:
    """A new row's values: these columns as parameters called `new_NAME`, the others as the table says."""
    others = [column for column in table.c if column.name not in names and column.default is not None]
    usual = {column.name: literal(column.default.arg, column.type) for column in others}  # type: ignore[union-attr]
    return usual | {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}


def _in_json(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.in_(select(func.json_each(bindparam(name, type_=JSON())).table_valued("value").c.value))


def _as_one(statement: Any) -> Any:
    """All rows of a select as one JSON list of lists."""
    rows = statement.subquery()
    return select(func.json_group_array(func.json_array(*rows.c)))


class _Texts(UserDefinedType[Collection[str]]):
    """An array of texts, written in one go: the driver's own way of doing that looks at every one by itself."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """What PostgreSQL takes the text for."""
        return "VARCHAR[]"

    def bind_processor(self, dialect: Dialect) -> Convert:
        """See PostgreSQL's manual, "Array Value Input": quoted, with a backslash before quotes and backslashes."""

        def written(texts: Collection[str]) -> str:
            inner = '","'.join([text.replace("\\", "\\\\").replace('"', '\\"') for text in texts])
            return f'{{"{inner}"}}' if texts else "{}"

        return written


def _in_array(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=_Texts()))


def _numbering(dialect: Dialect) -> Dialect:
    """The dialect that numbers its parameters."""
    if dialect.name == "sqlite":
        return dialect
    numbered: Dialect = type(dialect)(paramstyle="numeric_dollar")  # type: ignore[call-arg]
    return numbered


def _ask(tx: Tx, made: _Made, values: Sequence[Any], *, told: bool) -> tuple[Sequence[Sequence[Any]], int]:
    if tx.dialect.name == "postgresql" and told:
        Line.of(tx).tell(made.sql, values)
        return [], 0
    if tx.dialect.name == "postgresql":
        return Line.of(tx).ask(made.sql, values)
    with closing(tx.connection.cursor()) as cursor:
        cursor.execute(made.sql, values)
        return cursor.fetchall(), cursor.rowcount


def _ask_each(tx: Tx, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if tx.dialect.name == "postgresql":
        Line.of(tx).ask_each(sql, rows)
    else:
        with closing(tx.connection.cursor()) as cursor:
            cursor.executemany(sql, rows)


_NO_COLUMNS = SimpleResultMetaData([])


def _converted(row: Sequence[Any], read: Sequence[tuple[int, Convert]]) -> Sequence[Any]:
    values: list[Any] | None = None
    for place, convert in read:
        value = row[place]
        if (said := convert(value)) is not value:
            if values is None:
                values = list(row)
            values[place] = said
    return row if values is None else values
