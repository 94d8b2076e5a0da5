"""How nbgrader sees this course: for formgrader, `nbgrader autograde` and tito alike.

`tito release` and `tito grade` load this file for their delimiters, stubs and
database, so that what nbgrader does alone and what tito does agree.
nbgrader spells the delimiters' options `delimeter`.
"""

from pathlib import Path

c = get_config()  # noqa: F821  traitlets gives it to the file

COURSE = Path(__file__).resolve().parent / "course"

c.CourseDirectory.root = str(COURSE)
DATABASE = str(COURSE / "gradebook.db").replace("%", "%25").replace("?", "%3F")  # both mean something in an address
c.CourseDirectory.db_url = f"sqlite:///{DATABASE}"

c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

c.ClearHiddenTests.begin_test_delimeter = "### BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "### END HIDDEN TESTS"

# without it a check that a learner deleted is silently left out of the grade
c.OverwriteCells.add_missing_cells = True

# "Generate feedback" would show hidden tests; this writes the page of `tito feedback`
c.GenerateFeedback.exporter_class = "tito.classroom.formgrader.feedback_exporter.FeedbackExporter"
# formgrader's pages, and nbgrader's own feedback, would run the scripts and fetch the pictures of a learner's notebook
c.HTMLExporter.preprocessors = ["tito.classroom.formgrader.safe_view.TextOnly"]
c.HTMLExporter.filters = {"markdown2html": "tito.classroom.formgrader.safe_view.markdown_as_html"}
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "grade.json"]  # ours: not copied

c.Execute.timeout = 60  # seconds a cell; the checks run in virtual time
c.Execute.kernel_name = "python3"
