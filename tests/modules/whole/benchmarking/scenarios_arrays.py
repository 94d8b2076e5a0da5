# %% write-scenarios
class BenchmarkScenarios:
    """Cautious and verbose: copies the caller's samples, keeps everything in arrays, waits in small steps."""

    def __init__(self):
        self.results: list[BenchmarkResult] = []

    def _clock_or_default(self, clock):
        if clock is None:
            return time.perf_counter
        return clock

    def _copy_samples(self, dataset):
        number_of_samples = len(dataset)
        if number_of_samples < 1:
            raise ValueError("dataset is empty: len(dataset) is " + str(number_of_samples))
        copies = []
        for index in range(number_of_samples):
            sample = dataset[index]
            if isinstance(sample, dict):
                sample = dict(sample)
            copies.append(sample)
        return copies

    def single_stream(self, model, dataset, num_queries: int = 1000, *, clock=None) -> BenchmarkResult:
        if not num_queries >= 1:
            raise ValueError("num_queries must be at least 1, but it is " + str(num_queries))
        read_clock = self._clock_or_default(clock)
        samples = self._copy_samples(dataset)
        inputs = [model_input(model, sample) for sample in samples]
        before = np.zeros(num_queries)
        after = np.zeros(num_queries)
        answers = [None] * num_queries
        for query in range(num_queries):
            sample_index = query % len(samples)
            current_input = inputs[sample_index]
            before[query] = read_clock()
            try:
                answers[query] = model(current_input)
            except Exception as error:
                note_sample(error, sample_index)
                raise
            after[query] = read_clock()
        in_order = after - before
        elapsed_seconds = float(after[-1] - before[0])
        accuracy = measure_accuracy(answers, samples)
        result = BenchmarkResult(
            scenario=BenchmarkScenario.SINGLE_STREAM,
            latencies=np.sort(in_order),
            throughput=np.float64(num_queries / elapsed_seconds),
            accuracy=None if np.isnan(accuracy) else accuracy,
            metadata={"queries": num_queries, "elapsed_s": elapsed_seconds, "latencies_in_order": in_order.tolist()},
        )
        self.results.append(result)
        return result

    def server(self, model, dataset, target_qps: float = 10.0, duration: float = 60.0,
               *, rng=None, clock=None, sleep=None) -> BenchmarkResult:
        if not target_qps > 0:
            raise ValueError("target_qps must be above 0, but it is " + str(target_qps))
        if not duration > 0:
            raise ValueError("duration must be above 0, but it is " + str(duration))
        read_clock = self._clock_or_default(clock)
        pause = time.sleep if sleep is None else sleep
        samples = self._copy_samples(dataset)
        inputs = [model_input(model, sample) for sample in samples]
        seed = random.getrandbits(32) if rng is None else rng
        generator = np.random.default_rng(seed)
        # twice as many gaps as are likely needed, and more as long as they do not reach the end
        gaps = generator.exponential(1.0 / target_qps, size=int(2 * target_qps * duration) + 20)
        while gaps.sum() < duration:
            gaps = np.concatenate([gaps, generator.exponential(1.0 / target_qps, size=20)])
        arrivals = np.cumsum(gaps)
        arrivals = arrivals[arrivals < duration]
        number_of_queries = len(arrivals)
        start_times = np.zeros(number_of_queries)
        end_times = np.zeros(number_of_queries)
        answers = [None] * number_of_queries
        run_start = read_clock()
        for query in range(number_of_queries):
            sample_index = query % len(samples)
            current_input = inputs[sample_index]
            due = run_start + float(arrivals[query])
            remaining = due - read_clock()
            while remaining > 0:
                if remaining > 0.001:
                    pause(remaining - 0.0005)
                remaining = due - read_clock()
            start_times[query] = read_clock()
            try:
                answers[query] = model(current_input)
            except Exception as error:
                note_sample(error, sample_index)
                raise
            end_times[query] = read_clock()
        start_times -= run_start
        end_times -= run_start
        latencies = end_times - arrivals
        service = end_times - start_times
        waiting = start_times - arrivals
        elapsed = float(end_times[-1]) if number_of_queries > 0 else float(duration)
        achieved = number_of_queries / elapsed
        utilisation = float(service.sum() / duration)
        accuracy = measure_accuracy(answers, samples)
        result = BenchmarkResult(
            scenario=BenchmarkScenario.SERVER,
            latencies=np.sort(latencies),
            throughput=achieved,
            accuracy=None if np.isnan(accuracy) else accuracy,
            metadata={
                "arrivals_s": arrivals.tolist(), "waiting_s": waiting.tolist(), "service_s": service.tolist(),
                "latencies_in_order": latencies.tolist(), "queries": number_of_queries, "target_qps": target_qps,
                "achieved_qps": achieved, "duration_s": duration, "elapsed_s": elapsed,
                "seed": seed if isinstance(seed, int) else None, "utilisation": utilisation, "kept_up": utilisation < 1.0,
            },
        )
        self.results.append(result)
        return result

    def offline(self, model, dataset, batch_size: int = 32, *, clock=None) -> BenchmarkResult:
        if not batch_size >= 1:
            raise ValueError("batch_size must be at least 1, but it is " + str(batch_size))
        read_clock = self._clock_or_default(clock)
        samples = self._copy_samples(dataset)
        number_of_samples = len(samples)
        number_of_batches = -(-number_of_samples // batch_size)
        prepared = []
        for batch_number in range(number_of_batches):
            part = samples[batch_number * batch_size : (batch_number + 1) * batch_size]
            prepared.append((part, batch_inputs(model, part)))
        in_order = np.zeros(number_of_batches)
        all_outputs = []
        run_start = read_clock()
        for batch_number, (part, calls) in enumerate(prepared):
            outputs = []
            batch_start = read_clock()
            for position, current_input in enumerate(calls):
                try:
                    outputs.append(model(current_input))
                except Exception as error:
                    note_sample(error, batch_number * batch_size + position)
                    raise
            in_order[batch_number] = read_clock() - batch_start
            all_outputs.append(outputs)
        elapsed = float(read_clock() - run_start)
        answers = []
        for (part, calls), outputs in zip(prepared, all_outputs):
            answers = answers + list(batch_answers(model, outputs, len(part)))
        accuracy = measure_accuracy(answers, samples)
        result = BenchmarkResult(
            scenario=BenchmarkScenario.OFFLINE,
            latencies=np.sort(in_order),
            throughput=number_of_samples / elapsed,
            accuracy=None if np.isnan(accuracy) else accuracy,
            metadata={"samples": number_of_samples, "batch_size": batch_size, "elapsed_s": elapsed,
                      "latencies_in_order": in_order.tolist()},
        )
        self.results.append(result)
        return result
