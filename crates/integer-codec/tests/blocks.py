"""A decoder of blocks in another language, from the documentation of `integer_codec::block` alone.

It reads lines of `TYPE BLOCK VALUE..`, the block in hexadecimal, and checks that the block has
those values.
"""
import sys

M64 = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


class Refused(Exception):
    pass


def varint(data, at):
    first = data[at]
    if first <= 239:
        return first, at + 1
    n = first - 239
    if n > 8:
        raise Refused("out of range")
    value = int.from_bytes(data[at + 1:at + 1 + n], "little")
    if len(data) < at + 1 + n:
        raise Refused("unexpected end")
    if value <= 239 or value < 256 ** (n - 1):
        raise Refused("overlong")
    return value, at + 1 + n


def unzigzag(value):
    return value >> 1 if value % 2 == 0 else -((value + 1) >> 1)


def signed_varint(data, at):
    value, at = varint(data, at)
    return unzigzag(value), at


def checksum(parts):
    total = sum(map(len, parts))
    # By place in the pair, then by pair: the sums of words, and the sums of those sums.
    first, second = [[0] * 8, [0] * 8], [[0] * 8, [0] * 8]
    for part in parts:
        part = part + bytes(-len(part) % 64)
        for start in range(0, len(part), 4):
            place, pair = start // 4 % 2, start // 8 % 8
            word = int.from_bytes(part[start:start + 4], "little")
            first[place][pair] = (first[place][pair] + word) & M64
            second[place][pair] = (second[place][pair] + first[place][pair]) & M64
    h = total * GOLDEN & M64
    for it in first[0] + first[1] + second[0] + second[1]:
        h = (h ^ it) * GOLDEN & M64
        h ^= h >> 32
    return h & 0xFFFFFFFF


TYPES = {0x81: "u32", 0x82: "u64", 0x83: "i64"}
# Type, transform and layout of every frame that was met.
seen = set()


def lanes(layout, kind, n, data, at):
    if layout <= (4 if kind == "u32" else 8):
        lens = [layout] * n
    else:
        bits, table = {
            (0x0A, "u32"): (2, [0, 1, 2, 4]), (0x0B, "u32"): (2, [1, 2, 3, 4]),
            (0x0C, "u64"): (4, list(range(9))), (0x0C, "i64"): (4, list(range(9))),
        }[layout, kind]
        per = 8 // bits
        size = -(-n // per)
        control = int.from_bytes(data[at:at + size], "little")
        at += size
        lens = [table[control >> (bits * i) & ((1 << bits) - 1)] for i in range(n)]
        if control >> (bits * n):
            raise Refused("inconsistent")
    result = []
    for size in lens:
        if at + size > len(data):
            raise Refused("unexpected end")
        result.append(int.from_bytes(data[at:at + size], "little"))
        at += size
    return result, at


def frame(kind, n, data, at):
    width = 1 << (32 if kind == "u32" else 64)
    typed = signed_varint if kind == "i64" else varint

    def as_type(value):
        value %= width
        return value - width if kind == "i64" and value >= width // 2 else value

    marker = data[at]
    at += 1
    transform, layout = marker & 0xF0, marker & 0x0F
    seen.add((kind, hex(transform), hex(layout)))
    if transform == 0x10:
        base, at = typed(data, at)
    elif transform == 0x20:
        first, at = typed(data, at)
        step, at = signed_varint(data, at)
    found, at = lanes(layout, kind, n, data, at)
    if transform == 0:
        return [unzigzag(lane) if kind == "i64" else lane for lane in found], at
    if transform == 0x10:
        return [as_type(lane + base) for lane in found], at
    assert transform == 0x20
    assert found[0] == 0, "the lane of the first value is 0"
    values = [first]
    for lane in found[1:]:
        values.append(as_type(lane + step + values[-1]))
    return values, at


def block(data):
    tag = data[0]
    kind = TYPES[tag & ~0x70]
    count, at = varint(data, 1)
    frames = -(-count // 1024)
    entry = 8 if tag & 0x10 else 4
    index = []
    for _ in range(frames - 1):
        index.append(int.from_bytes(data[at:at + entry], "little"))
        at += entry
    head, start = data[:at], at
    values, parts = [], []
    for i in range(frames):
        if i > 0 and index[i - 1] != at - start:
            raise Refused("inconsistent")
        begin = at
        more, at = frame(kind, min(1024, count - len(values)), data, at)
        values += more
        parts.append(data[begin:at])
    if tag & 0x60 == 0x60:
        parts.append(head)
        if int.from_bytes(data[at:at + 4], "little") != checksum(parts):
            raise Refused("checksum")
        at += 4
    return kind, values, at


if __name__ == "__main__":
    lines = 0
    for line in sys.stdin:
        if line.startswith("#") or not line.strip():
            continue
        kind, text, *values = line.split()
        data = bytes.fromhex(text)
        found, decoded, used = block(data)
        assert found == kind, (found, kind)
        assert decoded == list(map(int, values)), line[:100]
        assert used == len(data), (used, len(data))
        lines += 1
    print(lines, "blocks,", len(seen), "kinds of frame")
