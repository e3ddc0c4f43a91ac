"""What `unsqueeze.js` does in a page, in Python: squeezed texts at their full length again."""

from __future__ import annotations

from sandbox_kg.pages.squeezed import ALPHABET, FAR, LEAST, NEAR


def unsqueezed(text: str) -> str:
    """What the page does, in Python."""
    units = memoryview(text.encode("utf-16-le")).cast("H")
    codes, at = [], 0
    while at < len(units):
        sign = chr(units[at])
        if sign not in (NEAR, FAR):
            codes.append(units[at])
            at += 1
            continue
        digits = [ALPHABET.index(chr(units[at + k])) for k in range(1, 3 if sign == NEAR else 4)]
        back = 0
        for digit in digits:
            back = back * len(ALPHABET) + digit
        at += 1 + len(digits)
        if back:
            for _ in range(LEAST + ALPHABET.index(chr(units[at]))):
                codes.append(codes[-back])
        else:
            codes.append(units[at])
        at += 1
    return b"".join(code.to_bytes(2, "little") for code in codes).decode("utf-16-le")
