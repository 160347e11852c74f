import contextlib
import logging
import os
import sys

try:
    from stockbell.cli import main

    code = main()
except KeyboardInterrupt:
    code = 130
except SystemExit as end:
    # From argparse: 0 after --help, 2 after a wrong argument.
    code = end.code if isinstance(end.code, int) else 1
logging.shutdown()
# Whoever reads the output may be gone.
with contextlib.suppress(OSError):
    sys.stdout.flush()
    sys.stderr.flush()
# Everything is closed, and unloading the modules would take seconds.
os._exit(code)
