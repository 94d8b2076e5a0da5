"""The untrusted side for ordinary nbgrader notebooks: cells are run as a kernel would run them."""
