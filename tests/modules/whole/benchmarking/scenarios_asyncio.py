# %% write-scenarios
class BenchmarkScenarios:
    """Scenarios as compositions of small functions; the server is two coroutines."""

    def __init__(self):
        self.results: list[BenchmarkResult] = []

    def _keep(self, *fields, **metadata):
        self.results.append(BenchmarkResult(*fields, metadata=metadata))
        return self.results[-1]

    @staticmethod
    def _asked(model, index, inputs, clock):
        """(start, end, outputs) of calling the model with each of the inputs; index is of the first sample."""
        outputs, start = [], clock()
        for offset, x in enumerate(inputs):
            try:
                outputs.append(model(x))
            except Exception as error:
                note_sample(error, index + offset)
                raise
        return start, clock(), outputs

    def single_stream(self, model, dataset, num_queries: int = 1000, *, clock=None) -> BenchmarkResult:
        require_at_least_one("num_queries", num_queries)
        clock = clock or time.perf_counter
        samples = load_samples(dataset, num_queries)
        ready = list(map(functools_partial(model_input, model), samples))
        ask = lambda query: self._asked(model, query % len(ready), [ready[query % len(ready)]], clock)
        spans = [ask(query) for query in range(num_queries)]
        latencies = [end - start for start, end, _ in spans]
        elapsed_s = spans[-1][1] - spans[0][0]
        accuracy = measure_accuracy([output for _, _, (output,) in spans], samples)
        return self._keep(BenchmarkScenario.SINGLE_STREAM, sorted(latencies), per_second(num_queries, elapsed_s), accuracy,
                          queries=num_queries, elapsed_s=elapsed_s, latencies_in_order=latencies)

    def server(self, model, dataset, target_qps: float = 10.0, duration: float = 60.0,
               *, rng=None, clock=None, sleep=None) -> BenchmarkResult:
        require_positive("target_qps", target_qps)
        require_positive("duration", duration)
        clock, sleep = clock or time.perf_counter, sleep or time.sleep
        samples = load_samples(dataset)
        ready = [model_input(model, sample) for sample in samples]
        seed = random.getrandbits(32) if rng is None else rng
        draw = np.random.default_rng(seed)
        gaps = iter(lambda: draw.exponential(1 / target_qps), None)
        arrivals = list(itertools.takewhile(lambda due: due < duration, itertools.accumulate(gaps)))
        begun, spans = asyncio_run(self._play(model, ready, arrivals, clock, sleep))
        starts, ends = [start - begun for start, _, _ in spans], [end - begun for _, end, _ in spans]
        latencies = [end - due for end, due in zip(ends, arrivals)]
        service = [end - start for end, start in zip(ends, starts)]
        elapsed_s = ends[-1] if ends else duration
        busy = sum(service) / duration
        accuracy = measure_accuracy([output for _, _, (output,) in spans], samples)
        return self._keep(
            BenchmarkScenario.SERVER, sorted(latencies), len(ends) / elapsed_s, accuracy,
            arrivals_s=arrivals, waiting_s=[start - due for start, due in zip(starts, arrivals)], service_s=service,
            latencies_in_order=latencies, queries=len(ends), target_qps=target_qps, achieved_qps=len(ends) / elapsed_s,
            duration_s=duration, elapsed_s=elapsed_s, seed=seed if isinstance(seed, int) else None,
            utilisation=busy, kept_up=busy < 1,
        )

    async def _play(self, model, ready, arrivals, clock, sleep):
        import asyncio

        line, spans, begun = asyncio.Queue(), [], clock()

        async def arrive():
            for query, due in enumerate(arrivals):
                if clock() < begun + due and line.empty():
                    await asyncio.sleep(0)
                    wait_until(begun + due, clock, sleep)
                line.put_nowait(query)
                await asyncio.sleep(0)
            line.put_nowait(None)

        async def serve():
            while (query := await line.get()) is not None:
                wait_until(begun + arrivals[query], clock, sleep)
                spans.append(self._asked(model, query % len(ready), [ready[query % len(ready)]], clock))

        tasks = [asyncio.ensure_future(arrive()), asyncio.ensure_future(serve())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        return begun, spans

    def offline(self, model, dataset, batch_size: int = 32, *, clock=None) -> BenchmarkResult:
        require_at_least_one("batch_size", batch_size)
        clock = clock or time.perf_counter
        samples = load_samples(dataset)
        cuts = [(first, samples[first : first + batch_size]) for first in range(0, len(samples), batch_size)]
        ready = [(first, batch_inputs(model, part)) for first, part in cuts]
        spans = [self._asked(model, first, inputs, clock) for first, inputs in ready]
        answers = list(itertools.chain.from_iterable(
            batch_answers(model, outputs, len(part)) for (_, part), (_, _, outputs) in zip(cuts, spans)))
        latencies = [end - start for start, end, _ in spans]
        elapsed_s = spans[-1][1] - spans[0][0]
        return self._keep(BenchmarkScenario.OFFLINE, sorted(latencies), per_second(len(samples), elapsed_s),
                          measure_accuracy(answers, samples), samples=len(samples), batch_size=batch_size,
                          elapsed_s=elapsed_s, latencies_in_order=latencies)


def functools_partial(function, *given):
    return lambda *more: function(*given, *more)


def asyncio_run(coroutine):
    """asyncio.run, also where a loop is running already (a notebook): in a loop of its own, stepped by hand."""
    import asyncio
    import threading

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    box = {}

    def work():
        try:
            box["value"] = asyncio.run(coroutine)
        except BaseException as error:
            box["error"] = error

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    return box["value"]
