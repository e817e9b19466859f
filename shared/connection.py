"""One HTTP connection: it does not stay open for a body that nobody waits for any more."""

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Time for the client to read an answer that came before its body was sent.
_LINGER_SECONDS = 2.0


class Connection(H11Protocol):
    """uvicorn's connection, closed when a request was answered early and its body still does not end.

    Clients stop sending once they are refused, and leave the connection as it is; uvicorn would keep it for ever.
    """

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._waits_for_nothing():
            self.loop.call_later(_LINGER_SECONDS, self._close_unless_ended)

    def _close_unless_ended(self) -> None:
        if self._waits_for_nothing() and not self.transport.is_closing():
            self.transport.close()

    def _waits_for_nothing(self) -> bool:
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
