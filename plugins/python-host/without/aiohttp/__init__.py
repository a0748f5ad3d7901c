"""What packs use of aiohttp to answer requests, for a Python without it."""
from aiohttp import web  # noqa: F401
