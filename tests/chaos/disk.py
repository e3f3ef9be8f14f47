"""A small disk of our own that can be filled, and that turns read-only as a broken one does. Needs root."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def possible() -> bool:
    """Whether disks can be made and mounted here."""
    return os.geteuid() == 0 and Path("/sys/fs/ext4/features").exists() and Path("/dev/loop-control").exists()


class Disk:
    """An ext4 file system in a file, mounted at `folder`; `close` takes it away."""

    def __init__(self, image: Path, folder: Path, megabytes: int) -> None:
        self._image, self.folder = image, folder
        folder.mkdir()
        with image.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
        self._mount()

    def fill(self) -> None:
        """Not a byte is left for anybody."""
        with (self.folder / "ballast").open("wb") as file:
            for size in (1 << 20, 1 << 16, 1 << 12):
                try:
                    while True:
                        file.write(bytes(size))
                        file.flush()
                except OSError:
                    continue

    def free(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)

    def fail(self) -> None:
        """An error of the file system, after which the kernel lets nobody write, open files or not.

        Frozen meanwhile: a sync that is under way in that moment may be acknowledged and lost, which is the kernel's.
        """
        _run("fsfreeze", "-f", str(self.folder))
        (Path("/sys/fs/ext4") / self._device() / "trigger_fs_error").write_text("1")
        _run("fsfreeze", "-u", str(self.folder))

    def repair(self) -> None:
        """What an operator does, once nothing on the disk is open: unmount, check, mount again."""
        _run("umount", str(self.folder))
        _run("e2fsck", "-fy", str(self._image), good=(0, 1))
        self._mount()

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)
        self._image.unlink(missing_ok=True)

    def _mount(self) -> None:
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.folder))

    def _device(self) -> str:
        return Path(_run("findmnt", "-n", "-o", "SOURCE", str(self.folder)).strip()).name


def _run(*command: str, good: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in good:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
