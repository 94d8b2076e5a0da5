"""The walled process that runs a learner's code, and the fork server that it comes from."""
