"""A server's port stays its own from the moment it is chosen."""

from __future__ import annotations

import asyncio
import socket

from bot.cli.theatre import HOST, free_port


async def test_a_chosen_port_is_given_to_nobody_else_and_can_be_served_again_and_again() -> None:
    chosen = {free_port() for _ in range(20)}
    assert len(chosen) == 20
    for reuse in (0, 1):
        asking = [socket.socket() for _ in range(400)]
        try:
            for one in asking:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
                one.bind((HOST, 0))
            assert chosen.isdisjoint(one.getsockname()[1] for one in asking)
        finally:
            for one in asking:
                one.close()
    for port in chosen:
        for _ in range(2):
            server = await asyncio.start_server(lambda reader, writer: writer.close(), HOST, port)
            reader, writer = await asyncio.open_connection(HOST, port)
            assert await reader.read() == b""
            writer.close()
            server.close()
            await server.wait_closed()
