"""What a fork server leaves on the path before it goes behind the walls."""

import sys

from tito.sandbox.fork_server import close_the_course


def test_a_course_on_the_path_is_taken_off_it_and_libraries_stay(tmp_path, monkeypatch):
    """TinyTorch's tree has `tito` in it; a course on an installed kit has its modules alone."""
    folders = {
        "tinytorch": ("tito", "modules"),
        "course": ("modules/source", "tinytorch"),
        "site-packages": ("tito", "modules", "msgspec"),
        "others": ("numpy",),
    }
    for entry, names in folders.items():
        for name in names:
            (tmp_path / entry / name).mkdir(parents=True)
    for name in ("meta_path", "path_hooks"):
        monkeypatch.setattr(sys, name, list(getattr(sys, name)))
    monkeypatch.setattr(sys, "path", ["", *(str(tmp_path / entry) for entry in folders)])
    close_the_course("/library")
    assert sys.path == ["/library", str(tmp_path / "site-packages"), str(tmp_path / "others")]
