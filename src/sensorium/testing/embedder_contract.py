"""What every model must keep. Subclass with a fixture::

class TestMine(EmbedderContract):
    @pytest.fixture
    def embedder(self):
        return MyEmbedder()
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sensorium.errors import Invalid, Unsupported
from sensorium.models.base import Embedder
from sensorium.testing import payloads
from sensorium.types import Audio, Image, Modality, Page, Payload, Purpose, Video

EVERY = pytest.mark.parametrize("modality", list(Modality), ids=lambda modality: modality.value)
INDEX = Purpose.GENERIC_INDEX


class EmbedderContract:
    """The suite. ``exact`` says whether rows must be equal to the last bit (local models) or to 1e-3 (remote ones)."""

    exact = True

    @pytest.fixture
    def embedder(self) -> Embedder:
        pytest.fail("a subclass of EmbedderContract gives a fixture named 'embedder'")

    def same(self, left: np.ndarray, right: np.ndarray) -> bool:
        """Whether two rows count as equal for this model."""
        return bool(np.array_equal(left, right)) if self.exact else bool(np.allclose(left, right, atol=1e-3))

    def have(self, embedder: Embedder, modality: Modality) -> None:
        """Leave the test where the model lacks the modality; ``test_lacking`` covers that case."""
        if modality not in embedder.spec.modalities:
            pytest.skip(f"{embedder.spec.id} has no {modality}")

    # --- the record ---

    def test_spec_names_itself(self, embedder: Embedder) -> None:
        spec = embedder.spec
        assert spec.id
        assert spec.revision
        assert "@" not in spec.revision
        assert spec.stamp == f"{spec.id}@{spec.revision}"
        assert spec.licence

    def test_spec_sizes(self, embedder: Embedder) -> None:
        spec = embedder.spec
        assert 1 <= spec.dim <= 4096
        assert spec.dims == tuple(sorted(set(spec.dims)))
        assert spec.dims[-1] == spec.dim
        assert spec.limits.max_batch >= 1

    def test_spec_has_modalities(self, embedder: Embedder) -> None:
        assert embedder.spec.modalities
        assert embedder.spec.modalities <= set(Modality)

    def test_bands_ascend(self, embedder: Embedder) -> None:
        for band in embedder.spec.bands.values():
            assert 0 <= band.very_close <= band.close <= band.related <= 2

    # --- the rows ---

    @EVERY
    def test_unit_float32_rows(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        rows = embedder.embed([payloads.payload(modality, seed) for seed in range(3)], INDEX)
        assert rows.shape == (3, embedder.spec.dim)
        assert rows.dtype == np.float32
        assert np.all(np.isfinite(rows))
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)

    @EVERY
    def test_order_is_kept_and_neighbours_do_not_matter(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        batch = [payloads.payload(modality, seed) for seed in range(5)]
        together = embedder.embed(batch, INDEX)
        backwards = embedder.embed(batch[::-1], INDEX)
        for place, payload in enumerate(batch):
            alone = embedder.embed([payload], INDEX)[0]
            assert self.same(together[place], alone)
            assert self.same(backwards[len(batch) - 1 - place], alone)

    @EVERY
    def test_same_again(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        first, second = (embedder.embed([payloads.payload(modality, 7)], INDEX) for _ in range(2))
        assert self.same(first, second)

    @EVERY
    def test_other_content_gives_another_row(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        rows = embedder.embed([payloads.payload(modality, seed) for seed in (1, 2)], INDEX)
        assert not np.allclose(rows[0], rows[1], atol=1e-3)

    @EVERY
    def test_full_batches(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        size = min(embedder.spec.limits.max_batch, 64)
        assert embedder.embed([payloads.payload(modality, 1)] * size, INDEX).shape == (size, embedder.spec.dim)

    def test_no_payloads(self, embedder: Embedder) -> None:
        assert embedder.embed([], INDEX).shape == (0, embedder.spec.dim)

    @EVERY
    def test_every_purpose(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        for purpose in Purpose:
            row = embedder.embed([payloads.payload(modality, 3)], purpose)[0]
            assert np.isclose(np.linalg.norm(row), 1, atol=1e-4), purpose

    @EVERY
    def test_threads(self, embedder: Embedder, modality: Modality) -> None:
        self.have(embedder, modality)
        batch: list[list[Payload]] = [[payloads.payload(modality, seed)] for seed in range(8)]
        alone = [embedder.embed(one, INDEX)[0] for one in batch]
        with ThreadPoolExecutor(4) as pool:
            rows = list(pool.map(lambda one: embedder.embed(one, INDEX)[0], batch))
        assert all(self.same(left, right) for left, right in zip(rows, alone, strict=True))

    # --- refusals ---

    @EVERY
    def test_lacking(self, embedder: Embedder, modality: Modality) -> None:
        if modality in embedder.spec.modalities:
            assert embedder.embed([payloads.payload(modality, 1)], INDEX).shape == (1, embedder.spec.dim)
            return
        with pytest.raises(Unsupported, match=modality.value):
            embedder.embed([payloads.payload(modality, 1)], INDEX)

    def test_mixed_batch_is_refused(self, embedder: Embedder) -> None:
        pair = sorted(embedder.spec.modalities)[:2]
        if len(pair) < 2:
            pytest.skip("one modality cannot be mixed")
        with pytest.raises(Invalid, match="modality"):
            embedder.embed([payloads.payload(modality, 1) for modality in pair], INDEX)

    # --- odd but legal payloads ---

    @pytest.mark.parametrize("text", ["?", "a", "好", "🙂", "مرحبا", "x" * 400, "word " * 80, "line\nline\ttab"])
    def test_odd_texts(self, embedder: Embedder, text: str) -> None:
        self.odd(embedder, Modality.TEXT, text)

    @pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 2), (32, 32), (700, 500)])
    def test_odd_pictures(self, embedder: Embedder, size: tuple[int, int]) -> None:
        self.odd(embedder, Modality.IMAGE, payloads.image(1, *size))
        self.odd(embedder, Modality.IMAGE, Image(np.zeros((*size, 3), np.uint8)))

    @pytest.mark.parametrize("seconds", [1 / 16_000, 0.1, 0.97, 5.0, 12.3])
    def test_odd_sounds(self, embedder: Embedder, seconds: float) -> None:
        self.odd(embedder, Modality.AUDIO, payloads.audio(1, seconds))
        self.odd(embedder, Modality.AUDIO, Audio(np.zeros(max(1, int(seconds * 16_000)), np.float32), 16_000))

    @pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
    def test_other_sample_rates(self, embedder: Embedder, rate: int) -> None:
        self.odd(embedder, Modality.AUDIO, payloads.audio(1, 1.0, rate))

    def test_pages_without_text_or_picture(self, embedder: Embedder) -> None:
        self.odd(embedder, Modality.DOCUMENT, Page("", payloads.image(1)))
        self.odd(embedder, Modality.DOCUMENT, Page(payloads.text(1), None))
        self.odd(embedder, Modality.DOCUMENT, Page(payloads.text(1) * 100, payloads.image(1)))

    def test_clips_silent_or_of_one_frame(self, embedder: Embedder) -> None:
        whole = payloads.video(1)
        self.odd(embedder, Modality.VIDEO, Video(whole.frames, whole.times, whole.seconds, None))
        self.odd(embedder, Modality.VIDEO, Video(whole.frames[:1], whole.times[:1], whole.seconds, whole.sound))

    def odd(self, embedder: Embedder, modality: Modality, payload: Payload) -> None:
        """An unusual payload still gives one unit row."""
        self.have(embedder, modality)
        row = embedder.embed([payload], INDEX)[0]
        assert np.all(np.isfinite(row))
        assert np.isclose(np.linalg.norm(row), 1, atol=1e-4)
