"""Without PyTorch (the extra ``train``) the network's module cannot be imported, and holds no doctest to miss."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["network.py"]
