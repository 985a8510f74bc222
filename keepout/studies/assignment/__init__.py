"""Weapons to targets, solved to proven optimality: ``keepout assign``.

instance.py reads the file, root.py finds the prices and the bound, pool.py lists every column
that can matter, tree.py decides among them, solve.py puts them together.
"""
