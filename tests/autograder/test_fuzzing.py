"""Any hand-in and any message of a worker ends as a value or as the error for it; `benchmarks/fuzz.py` tries more."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fuzzing import frame, hear, read_file, real_files
from tito.lesson.notebook import as_json
from tito.rpc.codec import TAG

pytestmark = pytest.mark.slow

FILES = ("packed.zip", "released.ipynb", "solved.ipynb", "solved.py")
WORDS = st.sampled_from(
    ["begin", "getattr", "speed", "__call__", "__len__", "Kind", "Result", "FAST", "<f8", "ValueError", "x"]
)
TAGS = st.sampled_from(
    [
        TAG + tag
        for tag in (
            "yours",
            "mine",
            "array",
            "record",
            "enum",
            "dict",
            "tuple",
            "set",
            "int",
            "type",
            "slice",
            "pickle",
        )
    ]
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=9)
    | WORDS
)
PACKED = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TAGS | WORDS, inner, max_size=2), max_leaves=8
)
TIMES = st.just(1000.0) | st.floats() | st.integers(0, 9)
FAULTS = st.none() | st.lists(PACKED, max_size=8)
REPLIES = st.tuples(
    st.just(1),
    st.integers(-1, 3),
    PACKED,
    FAULTS,
    TIMES,
    st.lists(st.tuples(WORDS, PACKED), max_size=2),
    st.lists(st.tuples(WORDS, st.text(max_size=5)), max_size=2),
)
REQUESTS = st.tuples(
    st.just(0),
    st.integers(-1, 3),
    WORDS,
    st.lists(st.just({TAG + "yours": [0]}) | PACKED, max_size=3),
    st.dictionaries(WORDS, PACKED, max_size=2),
    TIMES,
)
MESSAGES = (REPLIES | REQUESTS | PACKED).map(msgspec.msgpack.encode) | st.binary(max_size=40)
HONEST = frame(msgspec.msgpack.encode([1, 0, None, None, 1000.0, [], []]))


@settings(max_examples=150, deadline=None)
@given(st.lists(MESSAGES.map(frame) | st.binary(max_size=10), max_size=4))
def test_any_message_is_taken_or_ends_the_session(said):
    """Whatever bytes a worker sends."""
    assert hear(HONEST + b"".join(said))[0] is None, "the honest answer before it is believed, whatever comes then"


@st.composite
def damaged_files(draw) -> tuple[str, bytes]:
    """A hand-in of some kind with one piece cut out, put in or put in place of another."""
    name = draw(st.sampled_from(FILES))
    data = real_files()[name]
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 40)))
    piece = draw(
        st.binary(max_size=20)
        | st.sampled_from([b"null", b"[", b'"', b"{}", b"1e999", b"- ", b": ", b"\n# ---\n", b"&a ", b"*a", b"%%"])
    )
    return name, data[:start] + piece + data[end:]


@settings(max_examples=100, deadline=None)
@given(damaged_files())
def test_whatever_is_handed_in_is_read_or_refused(file):
    found = read_file(*file)
    assert found is None or as_json(found), "what can be read can be written"


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["a.ipynb", "a.zip", "a.docx"]), st.binary(max_size=200))
def test_files_of_no_kind_are_refused(name, data):
    assert read_file(name, data) is None


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=50).map(str.encode))
def test_any_text_is_a_python_file_and_nothing_else_is(data):
    found = read_file("a.py", data)
    assert (found is not None) is is_text(data)


def is_text(data: bytes) -> bool:
    try:
        return bool(data.decode().strip())
    except UnicodeDecodeError:
        return False


def test_an_honest_talk_is_believed():
    """So that the tests above do not pass because nothing is listened to."""
    answer = frame(msgspec.msgpack.encode([1, 1, [1, "x"], None, 1001.0, [], []]))
    assert hear(HONEST + answer) == [None, [1, "x"]]


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_read(name):
    assert set(FILES) == set(real_files())
    assert read_file(name, real_files()[name]) is not None
