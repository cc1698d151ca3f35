"""Which web addresses may stand on a card or receive our token: https, and http on this machine for the playground."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit


@lru_cache(maxsize=256)
def web_host(url: str) -> str:
    """The host an address really leads to, in ASCII (an IDN look-alike shows as xn--...); "" when it is not safe."""
    if not url.isprintable() or " " in url or "\\" in url or len(url) > 4000:
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return ""
    return host if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)) else ""


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
