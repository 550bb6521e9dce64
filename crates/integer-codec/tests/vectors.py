"""Checks every line of vectors.txt with a decoder of the documented formats in plain Python.

It shares no code with the crate: it was written from the specification in the documentation.
"""

import pathlib
import sys


class Refused(Exception):
    """Carries why."""


def take(data, start, count):
    if len(data) < start + count:
        raise Refused("unexpected-end")
    return data[start:start + count]


def little_endian(data, limit, strict):
    first = take(data, 0, 1)[0]
    if first <= limit:
        return first, 1
    n = first - limit
    value = int.from_bytes(take(data, 1, n), "little")
    if strict and (value <= limit or value < 256 ** (n - 1)):
        raise Refused("overlong")
    return value, 1 + n


def ordered(data, sign):
    first = take(data, 0, 1)[0]
    if sign and first < 0x80:
        value, used = ordered(bytes(byte ^ 0xFF for byte in data), sign)
        return ~value, used
    lead = f"{first:08b}" + (f"{data[1]:08b}" if len(data) > 1 else "0")
    ones = len(lead[sign:sign + 8].split("0")[0])
    if ones == 8 and data[1:2] == b"\xff" and (not sign or data[2:3] >= b"\x80"):
        n = take(data, 2, 1)[0] - 128
        if not 9 - sign <= n <= 16:
            raise Refused("reserved-marker")
        value = int.from_bytes(take(data, 3, n), "big")
        if value < 256 ** (n - 1) or value < 2 ** (64 - sign):
            raise Refused("overlong")
        if value >= 2 ** (128 - sign):
            raise Refused("out-of-range")
        return value, 3 + n
    payload = 8 * (ones + 1) - sign - min(ones + 1, 8)
    value = int.from_bytes(take(data, 0, ones + 1), "big") % 2 ** payload
    value += sum(2 ** (7 * k - sign) for k in range(1, ones + 1))
    if value >= 2 ** (64 - sign):
        raise Refused("reserved-marker")
    return value, ones + 1


def decode(form, signed, data, strict):
    if form == "ordered":
        return ordered(data, int(signed))
    value, used = little_endian(data, {"wide": 239, "narrow": 247}[form], strict)
    return (value // 2 if value % 2 == 0 else -(value + 1) // 2) if signed else value, used


def outcome(*arguments):
    try:
        value, used = decode(*arguments)
        return str(value), used
    except Refused as why:
        return str(why), None


def check(form, kind, expected, data):
    what, _, field = kind.partition("-")
    if what == "refused":
        for signed in [field == "signed"] if field else [False, True]:
            assert outcome(form, signed, data, True) == (expected, None)
    elif what == "lenient":
        assert outcome(form, field == "signed", data, False) == (expected, len(data))
        assert outcome(form, field == "signed", data, True) == ("overlong", None)
    else:
        assert kind in ("unsigned", "signed")
        # What comes after a value does not matter, and without its last byte it is cut.
        for more in (b"", b"\x00", b"\xff" * 20):
            assert outcome(form, kind == "signed", data + more, True) == (expected, len(data))
        assert outcome(form, kind == "signed", data[:-1], True) == ("unexpected-end", None)


checked, keys = 0, {"unsigned": [], "signed": []}
for line in (pathlib.Path(__file__).parent.parent / "vectors.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        form, kind, expected, data = line.split(" ")
        try:
            check(form, kind, expected, bytes.fromhex(data))
        except AssertionError:
            sys.exit(f"wrong: {line}")
        checked += 1
        if form == "ordered" and kind in keys:
            keys[kind].append((int(expected), bytes.fromhex(data)))
for pairs in keys.values():
    assert sorted(pairs) == sorted(pairs, key=lambda pair: pair[1]), "byte order is value order"
print(checked, "lines checked")
