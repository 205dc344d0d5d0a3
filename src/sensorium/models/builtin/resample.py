"""Change the sample rate of a sound that did not come through `media` (which decodes at the model's own rate)."""

from __future__ import annotations

import numpy as np

from sensorium.types import Samples


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """Samples at `wanted` Hz, by cutting or padding the spectrum: nothing above the lower Nyquist rate stays."""
    if rate == wanted or len(samples) == 0:
        return samples
    number = max(1, round(len(samples) * wanted / rate))
    spectrum = np.fft.rfft(samples)
    kept = number // 2 + 1
    changed = np.zeros(kept, spectrum.dtype)
    changed[: min(kept, len(spectrum))] = spectrum[:kept]
    return (np.fft.irfft(changed, number) * (number / len(samples))).astype(np.float32)
