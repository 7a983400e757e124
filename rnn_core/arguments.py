"""The kinds of arguments, and the words of their errors.

A kind accepts a value, as the plain functions of this package take it, or raises a
`ValueError` that names the argument, what was expected and what came. `takes` stands
the kinds of a function's arguments before it: a contract, checked once, at the call.
"""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from numbers import Real

import numpy as np


def takes(function, together=None, /, **kinds):  # pragma: no mutate block
    """Check the arguments of a function, each by its kind, before it is called.

    Parameters
    ----------
    function : function
        A plain function, which trusts its arguments.
    together : callable, optional
        What concerns several arguments: it is called with all of them by name.
    **kinds
        The kind of each argument, in the order in which they are checked. A letter in
        the shapes of several arrays is the same length in all of them.

    Returns
    -------
    function
        It has the name, the signature and the docstring of the plain one, which is its
        ``__wrapped__``; its contract is in its ``kinds``.
    """
    signature = inspect.signature(function)
    parameters = signature.parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}

    @wraps(function)
    def checked(*args, **kwargs):
        __tracebackhide__ = True  # what is wrong is in the caller's line
        try:
            given = defaults | signature.bind(*args, **kwargs).arguments
        except TypeError:
            return function(*args, **kwargs)  # Python says what is missing
        try:
            given |= accept_each(kinds, given)
            if together is not None:
                together(**given)
        except ValueError as error:
            raise error.with_traceback(None) from None
        return function(**given)

    checked.kinds = kinds
    # Like a named tuple, it belongs to the module that names it.
    checked.__module__ = sys._getframe(1).f_globals["__name__"]
    return checked


def accept_each(kinds, values):
    """Accept each value by its kind; lengths are shared among all of them."""
    lengths = {}
    return {
        name: kind.accept(name, values[name], lengths) for name, kind in kinds.items()
    }


def refuse(name, wanted, got):
    """Raise the error that every kind raises."""
    raise ValueError(f"{name} must {wanted}, got {got}")


def shorten(value):
    """Show a value in at most 60 characters."""
    return f"{value!r:.60}"


@dataclass(frozen=True)
class Array:
    """An array of numbers, as float or complex: lists and integers become one.

    Its shape is a word for each axis: a number, or a letter that stands for one length,
    at least 1, wherever it occurs; "n+1" is one more than "n", "4h" four times "h", and
    "..." is any shape, one for all, and "n ..." any shape with an axis.
    """

    shape: str
    finite: bool = False  # what the network computes may diverge, and is shown
    real: bool = False
    two_each_way: bool = False

    def accept(self, name, value, lengths):
        """Give the array, or raise."""
        array = self._numbers(name, value)
        wanted = expected_shape(array.shape, self.shape, lengths)
        if array.shape != wanted:
            words = str(wanted).replace("'", "")
            refuse(name, f"have shape {words} and no empty axis", array.shape)
        if self.finite and not all_finite(array):
            refuse(name, "be finite", array[~np.isfinite(array)][0])
        if self.real and array.dtype.kind == "c":
            refuse(name, "be real", array.dtype)
        if self.two_each_way and min(array.shape) < 2:
            wanted = "have at least two rows and two columns"
            refuse(name, wanted, f"shape {array.shape}")
        return array if array.dtype.kind in "fc" else array.astype(float)

    def _numbers(self, name, value):
        if np.ma.is_masked(value):
            refuse(name, "not be masked", shorten(value))
        try:
            array = unboxed(np.asarray(value))
        except ValueError:
            refuse(name, "be an array of numbers", "rows that differ in length")
        except Exception as error:  # what another library says of its own container
            refuse(name, "be an array of numbers", f"{type(value).__name__}: {error}")
        if array.dtype.kind not in "biufc":
            kind = "" if array.dtype.kind in "OUS" else f"{array.dtype}: "
            refuse(name, "be an array of numbers", kind + shorten(value))
        return array


def all_finite(array):
    """Tell whether every number is finite; a finite sum tells it in half the time."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())


def unboxed(array):
    """Make numbers of an array of objects that are all numbers, as from a frame."""
    if array.dtype == object and all(isinstance(x, Real) for x in array.flat):
        return array.astype(float)
    return array


def expected_shape(got, shape, lengths):
    """Give the shape that an array of shape `got` should have, and note its lengths."""
    if shape == "...":
        return lengths.setdefault(shape, got)
    if shape == "n ...":
        return got if got and 0 not in got else ("n", "...")
    letters = shape.split()
    if len(got) == len(letters) and 0 not in got:
        for letter, length in zip(letters, got, strict=True):
            if letter not in lengths and not letter.isdigit():
                lengths |= {letter: length, f"{letter}+1": length + 1}
                lengths[f"4{letter}"] = 4 * length
    return tuple([int(x) if x.isdigit() else lengths.get(x, x) for x in letters])


def is_number(value, kinds):
    """Tell whether a value, or an array without an axis, is one number of a kind."""
    single = np.isscalar(value) or (isinstance(value, np.ndarray) and value.ndim == 0)
    return single and np.asarray(value).dtype.kind in kinds


@dataclass(frozen=True)
class Number:
    """One number, which need not be finite; integers become float."""

    real: bool = False

    def accept(self, name, value, lengths):
        """Give the number, or raise."""
        if not is_number(value, "biuf" if self.real else "biufc"):
            wanted = "be one real number" if self.real else "be one number"
            refuse(name, wanted, shorten(value))
        value = value[()] if isinstance(value, np.ndarray) else value
        return value if np.asarray(value).dtype.kind in "fc" else float(value)


@dataclass(frozen=True)
class Between:
    """A real number above one bound and below another; `from_low` lets the first in."""

    low: float
    high: float = np.inf
    from_low: bool = False

    def accept(self, name, value, lengths):
        """Give the number, or raise."""
        inside = is_number(value, "iuf") and self.low <= value < self.high
        if not inside or (value == self.low and not self.from_low):
            wanted = f"from {self.low} on" if self.from_low else f"above {self.low}"
            wanted += f" and below {self.high}" * (self.high < np.inf)
            refuse(name, f"be a number {wanted}", shorten(value))
        return value


@dataclass(frozen=True)
class Bound:
    """A number from 0 to infinity, both included."""

    def accept(self, name, value, lengths):
        """Give the number, or raise."""
        if not (is_number(value, "iuf") and value >= 0):
            refuse(name, "be a number from 0 to infinity", shorten(value))
        return value


@dataclass(frozen=True)
class Optional:
    """None, or a value of a kind."""

    kind: Between

    def accept(self, name, value, lengths):
        """Give the value, or raise."""
        return value if value is None else self.kind.accept(name, value, lengths)


@dataclass(frozen=True)
class Whole:
    """A whole number from one bound on, below another."""

    low: int
    high: float = np.inf

    def accept(self, name, value, lengths):
        """Give the number, or raise."""
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not (whole and self.low <= value < self.high):
            below = f", below {self.high}" * (self.high < np.inf)
            wanted = f"be a whole number from {self.low} on{below}"
            refuse(name, wanted, shorten(value))
        return value


@dataclass(frozen=True)
class OneOf:
    """One of several texts."""

    choices: tuple

    def accept(self, name, value, lengths):
        """Give the text, or raise."""
        if value not in self.choices:
            choices = ", ".join(map(repr, self.choices))
            refuse(name, f"be one of {choices}", shorten(value))
        return value


@dataclass(frozen=True)
class Instance:
    """An object of a type."""

    type: type

    def accept(self, name, value, lengths):
        """Give the object, or raise."""
        if not isinstance(value, self.type):
            refuse(name, f"be of type {self.type.__name__}", shorten(value))
        return value


@dataclass(frozen=True)
class State:
    """A named tuple that holds the weights ``w``, of whatever rule."""

    def accept(self, name, value, lengths):
        """Give the named tuple, or raise."""
        if "w" not in getattr(value, "_fields", ()):
            refuse(name, "be a named tuple with a field w", shorten(value))
        return value


@dataclass(frozen=True)
class Record:
    """A named tuple of a type, its fields of kinds of their own."""

    type: type
    fields: dict = field(default_factory=dict)

    def accept(self, name, value, lengths):
        """Give the named tuple with its fields accepted, or raise."""
        Instance(self.type).accept(name, value, lengths)
        accepted = {
            key: kind.accept(key, getattr(value, key), lengths)
            for key, kind in self.fields.items()
        }
        return value._replace(**accepted)


@dataclass(frozen=True)
class NamedArrays:
    """A named tuple of arrays of numbers, of whatever shapes, at least one."""

    def accept(self, name, value, lengths):
        """Give the named tuple with its fields as arrays, or raise."""
        fields = getattr(value, "_fields", ())
        if not fields:
            refuse(name, "be a named tuple of arrays", shorten(value))
        parts = zip(fields, value, strict=True)
        return type(value)(*[Array("...").accept(field, x, {}) for field, x in parts])


@dataclass(frozen=True)
class CellWeights:
    """The weights of a cell: a named tuple of arrays, with V and c to read it out.

    Where its type is among the records, its fields are of the kinds that stand there.
    """

    records: tuple

    def accept(self, name, value, lengths):
        """Give the named tuple with its fields as arrays, or raise."""
        for record in self.records:
            if isinstance(value, record.type):
                return record.accept(name, value, lengths)
        weights = NamedArrays().accept(name, value, lengths)
        if not {"V", "c"} <= set(weights._fields):
            refuse(name, "have fields V and c", weights._fields)
        return weights


@dataclass(frozen=True)
class EveryOrLast:
    """An array of answers: one for every step, or one for the last."""

    every: Array
    last: Array

    def accept(self, name, value, lengths):
        """Give the array, or raise."""
        array = Array("...").accept(name, value, {})
        kind = self.last if array.ndim == len(self.last.shape.split()) else self.every
        return kind.accept(name, array, lengths)


@dataclass(frozen=True)
class Batches:
    """Pairs (X, T), at least one; each is checked when its turn comes."""

    X: Array
    T: EveryOrLast

    def accept(self, name, value, lengths):
        """Give a generator of the pairs, or raise."""
        pairs = iter(value) if np.iterable(value) else iter(())
        first = next(pairs, None)
        if first is None:
            refuse(name, "hold at least one pair (X, T)", shorten(value))
        return self._checked(
            name, self._accept_pair(name, first, lengths), pairs, lengths
        )

    def _checked(self, name, first, pairs, lengths):
        yield first
        for pair in pairs:
            yield self._accept_pair(name, pair, lengths)

    def _accept_pair(self, name, pair, lengths):
        if not isinstance(pair, tuple) or len(pair) != 2:
            refuse(name, "hold pairs (X, T)", shorten(pair))
        own = dict(
            lengths
        )  # batches may differ in their numbers of sequences and steps
        X = self.X.accept("X", pair[0], own)
        return X, self.T.accept("T", pair[1], own)


@dataclass(frozen=True)
class Entries:
    """An array whose every entry passes a test; NaN may stand in it."""

    array: Array
    allowed: Callable
    words: str

    def accept(self, name, value, lengths):
        """Give the array, or raise."""
        array = self.array.accept(name, value, lengths)
        if not (self.allowed(array) | np.isnan(array)).all():
            refuse(name, self.words, shorten(array))
        return array


@dataclass(frozen=True)
class Table:
    """A dictionary: its keys, its values as rows, and each of its values are arrays."""

    keys: Array | None = None
    among: tuple = ()  # where it is given, the only keys
    rows: Array | None = None
    each: Array | Instance | None = None
    at_least_one: str = ""  # of what, where it must not be empty

    def accept(self, name, value, lengths):
        """Give the dictionary, or raise."""
        Instance(dict).accept(name, value, lengths)
        if self.among and (unknown := set(value) - set(self.among)):
            refuse(name, "have keys of POINTS only", unknown)
        if self.keys:
            self.keys.accept(name, list(value), lengths)
        if self.rows:
            self.rows.accept(name, list(value.values()), lengths)
        if self.at_least_one and not value:
            refuse(name, f"hold at least one {self.at_least_one}", "none")
        if self.each:
            return {
                key: self.each.accept(name, entry, lengths)
                for key, entry in value.items()
            }
        return value


@dataclass(frozen=True)
class Triple:
    """A tuple of the columns, the rows and the values of a grid."""

    names: tuple
    kinds: tuple

    def accept(self, name, value, lengths):
        """Give the three arrays, or raise."""
        if not isinstance(value, tuple) or len(value) != 3:
            refuse(name, f"be a tuple ({', '.join(self.names)})", shorten(value))
        lengths = {}  # another tuple may have another grid
        parts = zip(self.names, self.kinds, value, strict=True)
        return tuple([kind.accept(part, x, lengths) for part, kind, x in parts])


@dataclass(frozen=True)
class Function:
    """A function."""

    def accept(self, name, value, lengths):
        """Give the function, or raise."""
        if not callable(value):
            refuse(name, "be a function", shorten(value))
        return value


@dataclass(frozen=True)
class Gradient:
    """A function that returns two numbers; what it returns is checked at each call."""

    def accept(self, name, value, lengths):
        """Give the function, or raise."""
        gradient = Function().accept(name, value, lengths)

        @wraps(gradient)
        def checked(*args):
            result = gradient(*args)
            if np.shape(result) != (2,):
                refuse(name, "return two numbers", shorten(result))
            return result

        return checked


@dataclass(frozen=True)
class WeightsGradient:
    """A function that returns what the weights are; it is checked at each call."""

    def accept(self, name, value, lengths):
        """Give the function, or raise."""
        gradient = Function().accept(name, value, lengths)

        @wraps(gradient)
        def checked(cell, X, T, weights):
            result = gradient(cell, X, T, weights)
            shapes = [np.shape(part) for part in weights]
            alike = isinstance(result, type(weights))
            if not alike or [np.shape(part) for part in result] != shapes:
                wanted = f"return {type(weights).__name__} of the weights' own shapes"
                refuse(name, wanted, shorten(result))
            return result

        return checked


@dataclass(frozen=True)
class SourceFunction:
    """A function whose source is in a file."""

    def accept(self, name, value, lengths):
        """Give the function, or raise."""
        if not inspect.isfunction(value):
            refuse(name, "be of type function", shorten(value))
        try:
            inspect.getsource(value)
        except OSError:
            wanted = "be a function whose source is in a file"
            refuse(name, wanted, repr(value))
        return value
