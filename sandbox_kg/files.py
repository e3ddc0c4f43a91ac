"""Files are written all together or not at all, so that an interrupted command leaves the last good ones."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def write_together(files: dict[Path, bytes]) -> None:
    """Writes all files or none: each beside its place first, then all renamed; if one cannot be, all are put back.

    Raises:
        OSError: a file cannot be written; those that were there stay as they are.
    """
    waiting: list[tuple[Path, Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
            old = Path(name).with_suffix(".old")
            waiting.append((Path(name), old, path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)  # mkstemp makes it readable by its owner alone
            if path.exists():
                shutil.copy2(path, old)
        try:
            for new, _, path in waiting:
                new.replace(path)
        except BaseException:
            for new, old, path in waiting:
                if not new.exists():
                    old.replace(path) if old.exists() else path.unlink(missing_ok=True)
            raise
    finally:
        for new, old, _ in waiting:
            new.unlink(missing_ok=True)
            old.unlink(missing_ok=True)
