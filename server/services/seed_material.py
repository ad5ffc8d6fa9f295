"""The tables people are made of, read once per process from the files of the package."""

from functools import cache
from importlib.resources import files

from server.domain.seed_material import TABLES, Material, build_material
from server.queries.skills import vocabulary


@cache
def seed_material() -> Material:
    """Return the material of made-up people. The first call reads the tables and the skill vocabulary."""
    folder = files("server") / "data" / "seed"
    tables = {name: (folder / f"{name}.tsv").read_text("utf-8") for name in TABLES}
    return build_material(tables, vocabulary())
