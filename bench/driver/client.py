"""A small keep-alive HTTP client: raw sockets, so that the time it measures
is the server's and not a library's."""

import collections
import json
import socket
import time

Answer = collections.namedtuple("Answer", "status headers body length seconds")


class Connection:
    """One connection; `headers` go with every request."""

    def __init__(self, port, headers=(), timeout=120):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.head = f"Host: 127.0.0.1:{port}\r\n{self.head}"

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.socket.close()

    def prepare(self, method, path, body=None):
        """The bytes of a request, so that making them is not timed."""
        if body is None:
            return f"{method} {path} HTTP/1.1\r\n{self.head}\r\n".encode()
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body, separators=(",", ":"))
        if isinstance(body, str):
            body = body.encode()
        head = (f"{method} {path} HTTP/1.1\r\n{self.head}"
                f"Content-Length: {len(body)}\r\n\r\n")
        return head.encode() + body

    def request(self, method, path, body=None):
        return self.send(self.prepare(method, path, body))

    def send(self, message):
        """Sends prepared bytes and waits for the whole answer."""
        start = time.perf_counter()
        self.write(message)
        answer = self.read()
        return answer._replace(seconds=time.perf_counter() - start)

    def write(self, message):
        self.socket.sendall(message)

    def read(self):
        data = self._receive()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()

        status, headers = parse_head(data[:end])
        parts = [data[end + 4:]]
        self._read_body(status, headers, parts)

        body = b"".join(parts)
        length = end + 4 + len(body)
        if headers.get("transfer-encoding") == "chunked":
            body = join_chunks(body)
        return Answer(status, headers, body, length, 0.0)

    def _receive(self):
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def _read_body(self, status, headers, parts):
        if status in (204, 304):
            return

        if headers.get("transfer-encoding") == "chunked":
            while not b"".join(parts[-2:]).endswith(b"0\r\n\r\n"):
                parts.append(self._receive())
            return

        left = int(headers["content-length"]) - len(parts[0])
        while left > 0:
            parts.append(self._receive())
            left -= len(parts[-1])


def parse_head(data):
    lines = data.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1])
    pairs = (line.split(":", 1) for line in lines[1:])
    return status, {name.lower(): value.strip() for name, value in pairs}


def join_chunks(data):
    parts = []
    place = 0
    while place < len(data):
        end = data.index(b"\r\n", place)
        size = int(data[place:end].split(b";")[0], 16)
        parts.append(data[end + 2:end + 2 + size])
        place = end + 2 + size + 2
    return b"".join(parts)
