"""The cases of :class:`sensorium.testing.store_contract.StoreContract`, by what they look at."""
