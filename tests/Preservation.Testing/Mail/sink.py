"""A mail server for tests (aiosmtpd) that keeps what it is sent in a Maildir, and a reader of what lies there.

serve FOLDER [CERTIFICATE KEY [USER PASSWORD]]   prints its port; with a certificate it wants STARTTLS, with a name and a password also AUTH
read FOLDER                                      prints the mails as JSON, in the order in which they came
"""
import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult


async def serve(folder, *secured):
    options = {}
    if secured:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secured[0], secured[1])
        options.update(tls_context=context, require_starttls=True)
    if len(secured) > 2:
        user, password = (s.encode() for s in secured[2:4])

        def authenticate(server, session, envelope, mechanism, data):
            return AuthResult(success=data.login == user and data.password == password, handled=False)

        options.update(authenticator=authenticate, auth_required=True)
    handler = Mailbox(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler, hostname="sink.example", **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def read(folder):
    mails = []
    for path in sorted(pathlib.Path(folder, "new").iterdir(), key=lambda p: p.stat().st_mtime_ns):
        raw = path.read_bytes()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        mails.append({
            "to": [[a.display_name, a.addr_spec] for a in mail["To"].addresses], "from": str(mail["From"]), "subject": str(mail["Subject"]), "id": str(mail["Message-ID"]), "language": str(mail["Content-Language"]),
            "type": mail.get_content_type(), "charset": mail.get_content_charset(), "headers": list(mail.keys()), "recipients": str(mail["X-RcptTo"]), "parts": len(list(mail.walk())),
            "defects": [str(d) for d in mail.defects], "text": mail.get_content(), "isAscii": raw.isascii(),
        })
    print(json.dumps(mails))


if sys.argv[1] == "serve":
    asyncio.run(serve(*sys.argv[2:]))
else:
    read(sys.argv[2])
