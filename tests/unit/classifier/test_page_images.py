import io

import pytest
from PIL import Image

from services.classifier.page_images import MAX_PIXELS, MAX_SIDE, NoPictureError, picture_of, shrink_to_fit


def png(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def test_a_small_picture_keeps_its_size() -> None:
    assert shrink_to_fit(800, 600) == 1


def test_a_large_picture_has_a_bounded_area() -> None:
    factor = shrink_to_fit(6000, 4000)
    assert 6000 * factor * 4000 * factor == pytest.approx(MAX_PIXELS)


def test_a_long_receipt_keeps_its_width() -> None:
    assert shrink_to_fit(500, 5900) == 1
    assert shrink_to_fit(10, 80_000) == MAX_SIDE / 80_000


def test_what_is_transparent_becomes_paper() -> None:
    picture = picture_of(png(Image.new("RGBA", (4, 4), (0, 0, 0, 0))), page=1, media_type="image/png")
    assert picture.pixels().min() == 255


def test_sixteen_bits_become_eight() -> None:
    picture = picture_of(png(Image.new("I;16", (4, 4), 0x8000)), page=1, media_type="image/png")
    assert picture.pixels().max() == pytest.approx(128, abs=1)


def test_colours_come_blue_first() -> None:
    picture = picture_of(png(Image.new("RGB", (2, 2), (255, 0, 0))), page=1, media_type="image/png")
    assert picture.pixels()[0, 0].tolist() == [0, 0, 255]


def test_an_image_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = picture_of(png(Image.new("RGB", (40, 20)), exif=exif), page=1, media_type="image/png")
    assert (picture.width, picture.height) == (20, 40) == picture.image.size


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf"])
def test_damaged_content_gives_no_picture(media_type: str) -> None:
    with pytest.raises(NoPictureError):
        picture_of(png(Image.new("RGB", (40, 40)))[:60], page=1, media_type=media_type)
