"""A local stand-in for the 1688 Open Platform: strict, stateful, and able to fail in every way that the real one can.

Written from the platform's documentation alone. It knows nothing of the product that calls it, so that both readings
of the documentation check each other over HTTP. `python -m gateway --help` says how it is run.
"""
