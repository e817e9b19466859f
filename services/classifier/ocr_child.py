"""Runs inside the sandbox: draws one page and reads it. The models are loaded once per child, from the package."""

import functools
import os
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import orjson
from rapidocr import RapidOCR
from rapidocr.utils.process_img import map_boxes_to_original

from services.classifier.orientation import Fragment, turn_needed, upright
from services.classifier.page_images import MAX_SIDE, NoPictureError, Picture, picture_of
from services.classifier.page_parts import Box, is_known, parts_of

_LEAST_CONFIDENCE = 0.5
_LEAST_SIGNS = 3  # in a piece of text inside a picture: less is taken for a drawing
_SURE_OF_DIRECTION = 0.9  # what the engine turns a line by


def read_page(request: dict[str, Any], file: BinaryIO) -> bytes:
    """Request: `page` from 1, `media_type`. JSON: the upright page's `width`, `height`, `words`, how it lay; or `no_picture`.

    With `parts` in the request, boxes in fractions of the page, only these are read, and not where words are `known`.
    """
    try:
        picture = picture_of(file.read(), page=request["page"], media_type=request["media_type"])
    except NoPictureError:
        return b'{"no_picture":true}'
    if request["parts"]:
        return orjson.dumps({"words": _words_in_parts(picture, request["parts"], request["known"])})
    across, down = picture.image.size
    fragments = _read(picture.pixels())
    turn = turn_needed(fragments)
    found = upright(fragments, across, down, turn=turn)
    size = (picture.width, picture.height)
    if turn in {90, 270}:
        across, down, size = down, across, size[::-1]
    words = [word for fragment in found.fragments if (word := _word(fragment, across, down))]
    lies = {"turned": turn, "slant": found.slant}
    return orjson.dumps({"width": size[0], "height": size[1], "words": words} | lies)


def _words_in_parts(picture: Picture, parts: list[Box], known: list[Box]) -> list[dict[str, Any]]:
    words = []
    for part in parts_of(picture, parts=parts, known=known):
        for fragment in _read(part.pixels()):
            word = _word(replace(fragment, corners=part.on_page(fragment.corners)), part.across, part.down)
            if word and sum(map(str.isalnum, fragment.text)) >= _LEAST_SIGNS:
                words.append(word)
    return [word for word in words if not is_known((word["x0"], word["y0"], word["x1"], word["y1"]), known)]


def _read(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> list[Fragment]:
    engine = _engine()
    resized, steps = engine.preprocess_img(picture)
    found, directions, read = engine.run_ocr_steps(resized, steps)[:3]
    if found.boxes is None or read.txts is None:
        return []
    boxes = map_boxes_to_original(found.boxes, steps, *picture.shape[:2]).tolist()
    fragments = zip(read.txts, read.scores, boxes, directions.cls_res, strict=True)
    return [
        Fragment(text.strip(), float(score), tuple(map(tuple, box)), "180" in label and sure > _SURE_OF_DIRECTION)
        for text, score, box, (label, sure) in fragments
        if text.strip() and score >= _LEAST_CONFIDENCE
    ]


@functools.cache
def _engine() -> RapidOCR:
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Cls.cls_thresh": _SURE_OF_DIRECTION,
            "Global.max_side_len": MAX_SIDE,  # our pictures have the right size already
            "EngineConfig.onnxruntime.intra_op_num_threads": int(os.environ.get("OCR_THREADS", "1")),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _word(fragment: Fragment, width: float, height: float) -> dict[str, Any] | None:
    x0, x1 = (round(min(max(pick(x for x, _ in fragment.corners) / width, 0.0), 1.0), 5) for pick in (min, max))
    y0, y1 = (round(min(max(pick(y for _, y in fragment.corners) / height, 0.0), 1.0), 5) for pick in (min, max))
    if x0 >= x1 or y0 >= y1:
        return None
    return {"text": fragment.text, "x0": x0, "y0": y0, "x1": x1, "y1": y1, "confidence": round(fragment.confidence, 4)}
