"""What goes between grader and worker: frames, values, proxies."""
