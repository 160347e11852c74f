"""Where the parts meet: the processes, the command line, and the demo."""
