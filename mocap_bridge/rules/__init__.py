"""Rules: what people may write about bodies to be told of, as TOML with safe expressions. Pure.

vocabulary.py  the words: joints, bones, constants
moment.py      one person in one moment, as expressions see them
memory.py      windows of a few seconds
functions.py   what may be called; recall.py: what looks back
compile.py     text -> function; writer.py: how it is put together
file.py        TOML -> Rules, and the problems with it
"""

from .book import Action, Problem, Rule, Rules, together
from .file import check, load

__all__ = ["Action", "Problem", "Rule", "Rules", "check", "load", "together"]
