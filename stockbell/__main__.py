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
    # argparse ends like this: after --help with 0, after a wrong argument with 2.
    code = end.code if isinstance(end.code, int) else 1
logging.shutdown()
# Whoever reads the output may have gone.
with contextlib.suppress(OSError):
    sys.stdout.flush()
    sys.stderr.flush()
# Everything is closed. To take the loaded modules apart takes seconds that whoever stops a process waits for.
os._exit(code)
