"""What a learner's code may import while it is graded."""

from tito.sandbox.library import staged_library


def test_prerequisites_alone_are_staged(course):
    counting, adding = course.module("counting"), course.module("adding")
    for module in (counting, adding):
        course.exported(module).parent.mkdir(parents=True, exist_ok=True)
        course.exported(module).write_text(f"NAME = {module.name!r}\n")
    with staged_library(course, adding) as library:
        staged = sorted(p.relative_to(library).as_posix() for p in library.rglob("*.py"))
        assert staged == ["tinytorch/__init__.py", "tinytorch/core/__init__.py", "tinytorch/core/counting.py"]
    assert not library.exists()


def test_the_modules_own_export_is_never_there(course):
    counting = course.module("counting")
    course.exported(counting).parent.mkdir(parents=True, exist_ok=True)
    course.exported(counting).write_text("solution = 1\n")
    with staged_library(course, counting) as library:
        assert not list(library.rglob("counting.py"))
