"""What goes between processes: frames, messages, values, proxies."""
