"""What every store must keep. Subclass with a fixture::

    pytest.register_assert_rewrite("sensorium.testing")  # in conftest.py: failures then show their values

    class TestMine(StoreContract):
        @pytest.fixture
        def store(self, tmp_path):
            store = MyStore(tmp_path)
            yield store
            store.close()

Each test makes a bucket of its own and removes it, so a store may be shared, be remote, and hold other buckets.
Switches (``text_search``, ``whole_chunks``, ``random_filters`` …) are attributes of
:class:`sensorium.testing.store_cases.base.StoreCases`.
"""

from __future__ import annotations

from sensorium.testing.store_cases.buckets import BucketCases
from sensorium.testing.store_cases.filters import FilterCases
from sensorium.testing.store_cases.hybrid import HybridCases
from sensorium.testing.store_cases.indexes import IndexCases
from sensorium.testing.store_cases.languages import LanguageCases
from sensorium.testing.store_cases.operations import OperationCases
from sensorium.testing.store_cases.queries import QueryCases
from sensorium.testing.store_cases.records import RecordCases
from sensorium.testing.store_cases.rewording import RewordingCases
from sensorium.testing.store_cases.texts import TextCases
from sensorium.testing.store_cases.threads import ThreadCases


class StoreContract(
    BucketCases,
    IndexCases,
    RecordCases,
    QueryCases,
    TextCases,
    RewordingCases,
    LanguageCases,
    HybridCases,
    FilterCases,
    OperationCases,
    ThreadCases,
):
    """The suite: buckets, indexes, records, queries by vector, by words and by both, filters, operations, threads."""
