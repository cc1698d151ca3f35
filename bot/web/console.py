"""The CSM's pages: opened by a signed link from chat, kept open by a session, for the provider's own people only.

Without a session every address under /console says how to get in, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.cards.parts import Viewer
from bot.entrance import KEY, SESSION_LASTS, new_session, person_of_expired, person_of_link, person_of_session
from bot.signing import BadLink, Signer
from bot.web.downtimepages import DowntimePages
from bot.web.frame import BOM, HEADERS, NOTHING, page, sentence
from bot.web.noticeboard import board
from bot.web.noticelist import notice_list
from bot.web.noticewords import CHOICES, answered, headline
from bot.web.opinionpages import OpinionPages
from bot.web.performing import Performer
from bot.web.receipts import Line, as_csv, lines_of
from bot.web.reportpages import ReportPages
from bot.web.scoping import is_id
from handlers.commands import Ref, Refused, RenewBoards, System
from handlers.mechanisms import broadcast
from handlers.mechanisms.broadcast import Broadcast
from storage.queries import directory, notice_pages
from storage.store import Store

SIGN_IN = "Open the console from its link in chat; such a link works for a short time and only for you."
RENEWED = "This link has expired. The card in chat has a new one now: go back there and open it once more."
NOT_YOURS = "These pages are for the provider's own people."
COOKIE, PATH = "keyline_console", "/console"
SUBJECTS = {f"{PATH}/notices": "notice", f"{PATH}/downtimes": "downtime", f"{PATH}/reports": "report"}
"""Pages to which a card in chat links, and what they are about."""
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
LISTED = 50
RENEW, RENEW_LARGE, LARGE = 10, 30, 300
"""Seconds between two looks, and from how many readers on the page is too long to be fetched so often."""

Page = Callable[[Request, Viewer], Response]


@dataclass(frozen=True)
class Console:
    """`now` is the domain's clock, `real` the real one, by which links and sessions run out. No signer: closed.

    `performer` has the boards in chat drawn anew.
    """

    store: Store
    now: Callable[[], datetime]
    signer: Signer | None = None
    performer: Performer | None = None
    secure: bool = False
    real: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def routes(self) -> list[Route]:
        """Every address under /console."""
        downtimes = DowntimePages(self.store, RENEW, RENEW_LARGE)
        reports = ReportPages(self.store, RENEW, RENEW_LARGE)
        opinions = OpinionPages(self.store, RENEW_LARGE)
        pages: dict[str, Page] = {
            PATH: self._list,
            f"{PATH}/notices": self._list,
            f"{PATH}/notices/{{id}}": self._board,
            f"{PATH}/notices/{{id}}/receipts.csv": self._export,
            f"{PATH}/downtimes": downtimes.overview,
            f"{PATH}/downtimes/{{id}}": downtimes.show,
            f"{PATH}/downtimes/{{id}}/answers.csv": downtimes.export,
            f"{PATH}/reports": reports.overview,
            f"{PATH}/reports/{{id}}": reports.show,
            f"{PATH}/feedback": opinions.overview,
            f"{PATH}/feedback/feedback.csv": opinions.export,
            f"{PATH}/{{path:path}}": self._nothing,
        }
        return [Route(path, self._inside(page_), methods=METHODS) for path, page_ in pages.items()]

    def _inside(self, page_: Page) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            if self.signer is None:
                return sentence(SIGN_IN, 401)
            session = person_of_session(self.signer, request.cookies.get(COOKIE, ""), self.real())
            viewer = await run_in_threadpool(self._viewer, session) if session else None
            if (token := request.query_params.get(KEY)) is not None:
                return await self._enter(self.signer, request, token, viewer)
            if viewer is None:
                return self._leave(sentence(SIGN_IN, 401)) if COOKIE in request.cookies else sentence(SIGN_IN, 401)
            if request.method not in ("GET", "HEAD"):
                return sentence("This page is only looked at.", 405, viewer=viewer, headers={"Allow": "GET, HEAD"})
            return await run_in_threadpool(page_, request, viewer)

        return answer

    async def _enter(self, signer: Signer, request: Request, token: str, viewer: Viewer | None) -> Response:
        """A link opens a session and leaves the address; whoever is inside already goes on with an old one as well."""
        path = request.url.path
        try:
            person_id = person_of_link(signer, token, path, self.real())
        except BadLink as bad:
            if viewer is not None:
                return _without_key(request)
            renewed = await self._renewed(path, person_of_expired(bad, path))
            return sentence(RENEWED if renewed else bad.sentence, 401)
        if await run_in_threadpool(self._viewer, person_id) is None:
            return sentence(NOT_YOURS, 403)
        answer = _without_key(request)
        answer.set_cookie(
            COOKIE,
            new_session(signer, person_id, self.real()),
            max_age=int(SESSION_LASTS.total_seconds()),
            path=PATH,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _renewed(self, path: str, person_id: str) -> bool:
        """Has the board drawn with a new link, at most once a minute, for whoever followed one that has run out."""
        place, _, id_ = path.rpartition("/")
        if not person_id or self.performer is None or place not in SUBJECTS:
            return False
        if await run_in_threadpool(self._viewer, person_id) is None:
            return False
        key = f"console:{id_}:{self.real():%Y%m%dT%H%M}"
        try:
            await self.performer.perform(RenewBoards(Ref(SUBJECTS[place], id_)), System("the console"), key, "console")
        except Refused:
            return False
        return True

    def _leave(self, answer: Response) -> Response:
        answer.delete_cookie(COOKIE, path=PATH, secure=self.secure, httponly=True, samesite="lax")
        return answer

    def _viewer(self, person_id: str) -> Viewer | None:
        """Somebody who works for the provider now; None for anybody else."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
        if person is None or person.state != "active" or person.client_id is not None:
            return None
        return Viewer(person.id, person.name, person.timezone, "en_US", True, self.now())

    def _list(self, _request: Request, viewer: Viewer) -> Response:
        with self.store.read() as tx:
            rows = notice_pages.page(tx, client_id=None, state=None, after=None, limit=LISTED)
            ids = [row.id for row in rows]
            body = notice_list(rows, notice_pages.clients_of(tx, ids), notice_pages.counts(tx, ids), viewer)
        return page("Notices", body, viewer=viewer, renew=RENEW_LARGE)

    def _board(self, request: Request, viewer: Viewer) -> Response:
        show, paused = request.query_params.get("show", ""), "hold" in request.query_params
        found, lines = self._notice(request, viewer)
        if found is None:
            return sentence(NOTHING, 404, viewer=viewer)
        body = board(
            found,
            lines,
            viewer,
            show=show if show in CHOICES else "",
            address=f"{PATH}/notices/{found.notice.id}",
            paused=paused,
        )
        over = paused or found.notice.state in ("closed", "cancelled")
        renew = 0 if over else RENEW_LARGE if len(lines) > LARGE else RENEW
        return page(f"{answered(found)} · {headline(found.notice)}", body, viewer=viewer, renew=renew)

    def _export(self, request: Request, viewer: Viewer) -> Response:
        found, lines = self._notice(request, viewer)
        if found is None:
            return sentence(NOTHING, 404, viewer=viewer)
        name = {"Content-Disposition": f'attachment; filename="{found.notice.ref}-receipts.csv"'}
        text = BOM + as_csv(lines, viewer.timezone)
        return Response(text, headers={**HEADERS, **name}, media_type="text/csv; charset=utf-8")

    def _notice(self, request: Request, viewer: Viewer) -> tuple[Broadcast | None, list[Line]]:
        id_ = request.path_params["id"]
        if not is_id(id_):
            return None, []
        with self.store.read() as tx:
            found = broadcast.load(tx, id_)
            return found, lines_of(tx, found) if found is not None else []

    def _nothing(self, _request: Request, viewer: Viewer) -> Response:
        return sentence(NOTHING, 404, viewer=viewer)


def _without_key(request: Request) -> RedirectResponse:
    """The same page under an address that may be looked at, kept and copied."""
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != KEY]
    address = quote(request.url.path) + (f"?{urlencode(rest)}" if rest else "")
    return RedirectResponse(address, 303, HEADERS)
