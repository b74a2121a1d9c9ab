"""Run the command as ``python -m minqing``."""

from minqing.cli import main

if __name__ == "__main__":
    main()
