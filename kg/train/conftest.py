"""Without PyTorch and its like (the extra ``train``) some modules cannot be imported; they hold no doctest to miss."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["network.py", "optimize.py"]
if not all(map(find_spec, ("torch", "safetensors", "tokenizers"))):
    collect_ignore.append("encoder.py")
