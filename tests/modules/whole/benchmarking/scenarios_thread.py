# %% write-scenarios
class BenchmarkScenarios:
    """A dispatcher hands queries to one worker thread in the server scenario."""

    def __init__(self):
        self.results = []

    def single_stream(self, model, dataset, num_queries: int = 1000, *, clock=None) -> BenchmarkResult:
        if num_queries < 1:
            raise ValueError(f"num_queries must not be below 1 (num_queries={num_queries})")
        clock = time.perf_counter if clock is None else clock
        samples = load_samples(dataset)
        inputs = [model_input(model, s) for s in samples]
        latencies = []
        answers = []
        i = 0
        run_start = clock()
        while i < num_queries:
            index = i % len(samples)
            x = inputs[index]
            t0 = clock()
            try:
                y = model(x)
            except Exception as e:
                note_sample(e, index)
                raise
            t1 = clock()
            latencies.append(t1 - t0)
            answers.append(y)
            i += 1
        run_end = clock()
        acc = measure_accuracy(answers, samples)
        r = BenchmarkResult(
            scenario=BenchmarkScenario.SINGLE_STREAM,
            latencies=list(latencies),
            throughput=num_queries / (run_end - run_start),
            accuracy=acc,
            metadata={"latencies_in_order": list(latencies), "queries": num_queries, "elapsed_s": run_end - run_start},
        )
        self.results.append(r)
        return r

    def server(self, model, dataset, target_qps: float = 10.0, duration: float = 60.0,
               *, rng=None, clock=None, sleep=None) -> BenchmarkResult:
        import queue
        import threading

        for name, value in (("target_qps", target_qps), ("duration", duration)):
            if not (value > 0):
                raise ValueError(f"{name} must be positive, not {value}")
        clock = time.perf_counter if clock is None else clock
        sleep = time.sleep if sleep is None else sleep
        samples = load_samples(dataset)
        inputs = [model_input(model, s) for s in samples]
        seed = random.getrandbits(32) if rng is None else rng
        generator = np.random.default_rng(seed)
        count = generator.poisson(target_qps * duration)
        arrivals = sorted(float(t) for t in generator.uniform(0, duration, count))

        line = queue.Queue()
        records, failures = [], []
        begun = clock()

        def worker():
            while True:
                number = line.get()
                if number is None:
                    return
                start = clock()
                try:
                    answer = model(inputs[number % len(inputs)])
                except Exception as error:
                    note_sample(error, number % len(inputs))
                    failures.append(error)
                    return
                records.append((number, start - begun, clock() - begun, answer))

        thread = threading.Thread(target=worker, daemon=True)
        thread.start()
        for number, due in enumerate(arrivals):
            if failures:
                break
            wait_until(begun + due, clock, sleep)
            line.put(number)
        line.put(None)
        thread.join()
        if failures:
            raise failures[0]
        latencies = [end - arrivals[number] for number, start, end, _ in records]
        service = [end - start for _, start, end, _ in records]
        waiting = [start - arrivals[number] for number, start, _, _ in records]
        elapsed = max((end for _, _, end, _ in records), default=duration)
        r = BenchmarkResult(
            scenario=BenchmarkScenario.SERVER,
            latencies=latencies,
            throughput=len(records) / elapsed,
            accuracy=measure_accuracy([answer for *_, answer in records], samples),
            metadata={
                "arrivals_s": arrivals, "waiting_s": waiting, "service_s": service, "latencies_in_order": latencies[:],
                "queries": len(records), "target_qps": target_qps, "achieved_qps": len(records) / elapsed,
                "duration_s": duration, "elapsed_s": elapsed, "seed": seed if isinstance(seed, int) else None,
                "utilisation": sum(service) / duration, "kept_up": sum(service) < duration,
            },
        )
        self.results.append(r)
        return r

    def offline(self, model, dataset, batch_size: int = 32, *, clock=None) -> BenchmarkResult:
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, got {batch_size}")
        clock = time.perf_counter if clock is None else clock
        samples = load_samples(dataset)
        n = len(samples)
        batches = []
        i = 0
        while i < n:
            batches.append((i, min(i + batch_size, n), batch_inputs(model, samples[i:i + batch_size])))
            i += batch_size
        latencies, collected = [], []
        run_start = clock()
        for first, end, calls in batches:
            outs = []
            t0 = clock()
            for x in calls:
                try:
                    outs.append(model(x))
                except Exception as e:
                    note_sample(e, first + len(outs))
                    raise
            latencies.append(clock() - t0)
            collected.append(outs)
        elapsed = clock() - run_start
        answers = []
        for (first, end, _), outs in zip(batches, collected):
            answers.extend(batch_answers(model, outs, end - first))
        r = BenchmarkResult(BenchmarkScenario.OFFLINE, latencies, n / elapsed, measure_accuracy(answers, samples),
                            {"samples": n, "batch_size": batch_size, "elapsed_s": elapsed,
                             "latencies_in_order": list(latencies)})
        self.results.append(r)
        return r
