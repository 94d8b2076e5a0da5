"""What formgrader's "Generate feedback" and `nbgrader generate_feedback` write: tito's page.

nbgrader's own page shows the annotated copy, hidden tests and all. It is written,
without them, only for a submission that nbgrader graded itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter

from tito.classroom.feedback import page_for
from tito.course.course import Course
from tito.lesson.regions import HIDDEN, without


class FeedbackExporter(HTMLExporter):
    """A learner's page from the annotated copy at `course/autograded/<learner>/<module>/<name>_dev.ipynb`."""

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> tuple[str, Any]:
        """The page as HTML, and nbconvert's resources, which say how it is to be written."""
        path = Path(filename)
        course = Course.find(path.parent)
        page = page_for(course, course.module(path.parent.name), path.parents[1].name)
        if page is not None:
            return page, resources | {"output_extension": self.file_extension, "outputs": {}}
        return super().from_filename(filename, resources, **options)

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> tuple[str, Any]:
        """nbgrader's page, without hidden tests."""
        for cell in nb.cells:
            cell.source = without(cell.source, HIDDEN)
            for output in cell.get("outputs", []):
                if output.output_type == "error":  # its traceback has the lines around the fault
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return super().from_notebook_node(nb, resources, **options)
