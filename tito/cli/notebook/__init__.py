"""`%load_ext tito`: the learner's verbs in the notebook itself."""
