def test_run_all_scenarios():
    """Three scenarios, three results; a quick test ends within seconds."""
    perf = with_ten()
    with virtual_time():
        start = time.perf_counter()
        results = perf.run_all_scenarios(quick_test=True)
        taken_s = time.perf_counter() - start
    assert sorted(results) == ["offline", "server", "single_stream"], f"not {sorted(results)}"
    assert taken_s < 30, f"a quick test ends within seconds, not after {taken_s:.0f} s"


test_run_all_scenarios()
