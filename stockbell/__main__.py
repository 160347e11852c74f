import sys

try:
    from stockbell.cli import main

    code = main()
except KeyboardInterrupt:
    code = 130
sys.exit(code)
