"""Reads COUNT values from the learner at PORT over a WebSocket, and breaks the connection off CUTS times, at random.

Written with Python's standard library alone, from docs/applications.md and RFC 6455. It goes on after the last value each
time, by instance and index. It prints the values, a line each, and at the end to standard error how often it connected.
"""
import base64, json, os, random, socket, struct, sys

PORT, COUNT, CUTS = (int(argument) for argument in sys.argv[1:4])


class Connection:
    def __init__(self, query):
        self.socket = socket.create_connection(("127.0.0.1", PORT), timeout=60)
        # A cut is a cut: what is not read yet is thrown away, and the other side is told by a reset.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.read = self.socket.makefile("rb").read
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /ws/values?{query} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.read(1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise SystemExit(head.decode())

    def values(self):
        while True:
            opcode, length = self.read(2)
            if length > 125:
                length = struct.unpack(">H", self.read(2))[0] if length == 126 else struct.unpack(">Q", self.read(8))[0]
            payload = self.read(length)
            if opcode & 15 == 9:  # a ping, which wants a pong; a mask of zeros changes nothing
                self.socket.sendall(bytes([0x8A, 0x80 | length]) + bytes(4) + payload)
            elif opcode & 15 == 8:
                raise SystemExit(f"closed: {struct.unpack('>H', payload[:2])[0]} {payload[2:].decode()}")
            else:
                yield json.loads(payload)


values, position, log, connections = [], "earliest", None, 0
cuts = sorted(random.sample(range(1, COUNT), CUTS)) + [COUNT]
for cut in cuts:
    connection = Connection(f"from={position}" + (f"&log={log}" if log else ""))
    connections += 1
    for value in connection.values():
        values.append(value["value"])
        position, log = f"{value['instance']}:{value['index'] + 1}", value["logId"]
        if len(values) == cut:
            break
    connection.socket.close()
print("\n".join(values))
print(f"{connections} connections, the last at {position}", file=sys.stderr)
