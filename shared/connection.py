"""One HTTP connection: it does not stay open for a head or a body that nobody waits for any more."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Time for the client to read an answer that came before its body was sent.
_LINGER_SECONDS = 2.0
# So long the head of a request may take, from the first byte of it or from the start of the connection.
_HEAD_SECONDS = 15.0


class Connection(H11Protocol):
    """uvicorn's connection, closed when a head does not come, or when an answered request's body still does not end.

    Clients stop sending once they are refused, and leave the connection as it is; others send a byte now and then.
    uvicorn would keep both for ever.
    """

    _head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._expect_head()
        elif self._head_due:
            self._head_due.cancel()
            self._head_due = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._waits_for_nothing():
            self.loop.call_later(_LINGER_SECONDS, self._close_unless_ended)

    def _expect_head(self) -> None:
        self._head_due = self._head_due or self.loop.call_later(_HEAD_SECONDS, self._close_without_head)

    def _close_without_head(self) -> None:
        self._head_due = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()

    def _close_unless_ended(self) -> None:
        if self._waits_for_nothing() and not self.transport.is_closing():
            self.transport.close()

    def _waits_for_nothing(self) -> bool:
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
