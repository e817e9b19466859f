"""What a mail says: plain text and the same as HTML. Names and counts only, nothing of the documents."""

from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from services.notifier.event_texts import text_of_batch, text_of_export, text_of_quota
from shared.cloudevent import Event
from shared.events import BatchCompleted, ExportCompleted, ExportFailed, QuotaWarning

_HTML = Path(__file__).with_name("mail.html")


class MailText(NamedTuple):
    """One line of subject, lines of text, and the path of the page it leads to."""

    subject: str
    lines: list[str]
    path: str


def text_of(event: Event) -> MailText | None:
    """None for events that nobody gets mail about."""
    match event:
        case BatchCompleted():
            return MailText(
                _one_line(text_of_batch(event)), [f"Pages read: {event.pages}."], f"/batches/{event.batch_id}"
            )
        case ExportCompleted():
            return MailText(_one_line(text_of_export(event)), ["It can be downloaded for seven days."], "/exports")
        case ExportFailed():
            return MailText("An export could not be made.", [event.error.message, event.error.advice], "/exports")
        case QuotaWarning():
            left = max(event.limit - event.used - event.reserved, 0)
            lines = [f"{left} pages are left until {event.period_end:%d %B %Y}."]
            return MailText(text_of_quota(event), lines, "/usage")
    return None


def message_of(mail: Any, *, sender: str, public_url: str) -> EmailMessage:
    """The mail as it is sent. Its Message-ID is the mail's own: sent again after a crash, it is the same mail."""
    message = EmailMessage()
    message["From"], message["To"] = sender, mail.address
    message["Subject"] = f"IngestIO: {mail.subject}"
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.mail_id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    page, leave = f"{public_url}{mail.path}", f"{public_url}/api/mail/unsubscribe?key={mail.unsubscribe_key}"
    message["List-Unsubscribe"] = f"<{leave}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("\n\n".join([mail.subject, *mail.lines, page, f"No more mail about this: {leave}"]) + "\n")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in mail.lines)
    shown = {"subject": escape(mail.subject), "page": escape(page), "leave": escape(leave), "paragraphs": paragraphs}
    message.add_alternative(Template(_HTML.read_text()).substitute(shown), subtype="html")
    return message


def _one_line(text: str) -> str:
    """A header is one line, whatever a batch is called."""
    return " ".join(text.split())[:200]
