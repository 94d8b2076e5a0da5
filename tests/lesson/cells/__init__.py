"""Tests of tito.lesson.cells."""
