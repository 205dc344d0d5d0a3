"""``python -m sensorium``: the command where its script is not on the path."""

from sensorium.cli import main

if __name__ == "__main__":
    main(prog_name="sensorium")
