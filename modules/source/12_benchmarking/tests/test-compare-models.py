def test_compare_models():
    """12 ms differ from 10 ms, and 10 ms from 10 ms do not."""
    def twelve_ms(sample):
        time.sleep(0.012)
        return {"prediction": sample["target"]}

    perf = with_ten()
    with virtual_time():
        found, same = perf.compare_models(ten_ms, twelve_ms, rng=1), perf.compare_models(ten_ms, ten_ms, rng=1)
    assert found.is_significant and found.confidence_interval[1] < 0, "a is faster, so a - b is below 0"
    assert not same.is_significant, f"a model does not differ from itself: {same.recommendation}"
    assert perf.model is ten_ms and perf.results == {}, "model and results stay as they were"


test_compare_models()
