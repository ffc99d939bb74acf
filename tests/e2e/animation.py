"""`python -m tests.e2e.animation FRAMES TARGET`: a GIF of recorded frames, which lie in a folder as PNG files named by their milliseconds.

It shows what was recorded in the time that it took, but for stretches in which nothing changed: those are cut to `LONGEST_MS`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from PIL import Image

LONGEST_MS, LAST_MS = 450, 3_000
# Players show no frame for a shorter time.
SHORTEST_MS = 100
N_COLOURS = 256
# Every so many frames one has a say in which colours there are.
N_APART = 6


def main(folder: Path, target: Path) -> None:
    """Write the GIF."""
    frames = list(_frames(sorted(folder.glob("*.png"))))
    # One palette for all: otherwise colours of what stands still would change from frame to frame.
    palette = _side_by_side([image for image, _ in frames[::-N_APART]]).quantize(N_COLOURS, dither=Image.Dither.NONE)
    images = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image, _ in frames]
    times = [milliseconds for _, milliseconds in frames]
    images[0].save(target, save_all=True, append_images=images[1:], duration=times, loop=0, optimize=False, disposal=1)
    print(f"{target}: {len(images)} frames, {sum(times) / 1000:.1f} s, {target.stat().st_size / 1000:,.0f} kB")


def _side_by_side(images: list[Image.Image]) -> Image.Image:
    width, height = images[0].size
    whole = Image.new("RGB", (width * len(images), height))
    for place, image in enumerate(images):
        whole.paste(image, (place * width, 0))
    return whole


def _frames(paths: list[Path]) -> Iterator[tuple[Image.Image, int]]:
    """Frames with how long each is shown; those that followed too soon are left out, and the next one shows what they did."""
    waiting = 0
    for path, following in pairwise(paths):
        waiting += min(int(following.stem) - int(path.stem), LONGEST_MS)
        if waiting >= SHORTEST_MS:
            yield Image.open(path).convert("RGB"), waiting
            waiting = 0
    yield Image.open(paths[-1]).convert("RGB"), LAST_MS


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
