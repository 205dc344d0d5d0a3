"""Sensorium: search everything you can read, see and hear, with anything you can read, see or hear."""
