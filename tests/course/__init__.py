"""Tests of tito.course."""
