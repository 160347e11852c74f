import sys

from stockbell.cli import main

sys.exit(main())
