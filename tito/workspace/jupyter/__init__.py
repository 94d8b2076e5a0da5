"""JupyterLab on a workspace: its server, and the kernel that it starts."""
