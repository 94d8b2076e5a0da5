"""The verbs of taking in: collect, and what the course knows of people and deadlines."""
