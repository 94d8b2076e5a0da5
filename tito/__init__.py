"""tito: the tool that takes a TinyTorch module from its source to a grade.

Its files, in the order of the way:

    a new module          new
    source to notebook    notebook · magics · regions · build · kept · proofread
    notebook to package   export
    notebook to learners  answers · reach · trials · strip · leaks · release · handout · workspace
    checks tried hard     mistakes · mutants · mutation
    a learner's work      pairing · prerequisites · rehearsal · progress · attempt · hints · jupyter · submit
    handed in             received · handins · originals · collect
    graded                paper · grading/ · engine/ · marking · marked_copy · records
    nbgrader's gradebook  gradebook · register · marks · nbgrader_tables · enrolment · preprocessing
    told                  feedback · report · render · render_class · render_path · terminal
    asked for             cli · commands/ · keyboard · doctor · isolation · demo · demo_model
    under all of it       checks · course · files · scratch · errors · plain; tools/ is what a notebook's test cells import
"""

__version__ = "0.1.0"
