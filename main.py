"""The same as the installed command ``mocap-bridge``: ``python main.py demo``."""

from mocap_bridge.cli import main

if __name__ == "__main__":
    main()
