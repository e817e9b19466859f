"""SQLAlchemy's engines, made from each other: a new one took as long as a dozen statements, and compiled what others had."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


class Engines:
    """The first engine of each URL, which is never used itself. What is compiled for one serves all."""

    def __init__(self) -> None:
        self._first: dict[str, Engine] = {}

    def __call__(self, url: str, **options: Any) -> AsyncEngine:
        """In the place of create_async_engine. It has a pool of its own, and nothing else that is a process's."""
        if url not in self._first:
            self._first[url] = create_async_engine(url, **options).sync_engine
        first = self._first[url]
        engine = Engine(first.pool.recreate(), first.dialect, first.url)
        engine._compiled_cache = first._compiled_cache
        return AsyncEngine(engine)
