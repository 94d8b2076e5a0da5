# %% write-scenarios
@dataclass
class Lap:
    """What a stopwatch saw of one piece of work."""

    start: float = 0.0
    end: float = 0.0

    @property
    def seconds(self):
        return self.end - self.start


class Stopwatch:
    """A context manager that notes a lap each time it is entered and left without an error."""

    def __init__(self, clock):
        self.clock, self.laps = clock, []

    def __enter__(self):
        self.lap = Lap(start=self.clock())
        return self

    def __exit__(self, kind, error, trace):
        self.lap.end = self.clock()
        if kind is None:
            self.laps.append(self.lap)
        return False

    @property
    def latencies(self):
        return [lap.seconds for lap in self.laps]


class BlameSample:
    """Adds the sample's index to whatever is raised within."""

    def __init__(self, index):
        self.index = index

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Exception):
            note_sample(error, self.index)
        return False


class BenchmarkScenarios:
    def __init__(self):
        self.results: list[BenchmarkResult] = []

    def single_stream(self, model, dataset, num_queries: int = 1000, *, clock=None) -> BenchmarkResult:
        require_at_least_one("num_queries", num_queries)
        samples = load_samples(dataset, num_queries)
        inputs = [model_input(model, sample) for sample in samples]
        watch, answers = Stopwatch(clock or time.perf_counter), []
        for query in range(num_queries):
            index = query % len(samples)
            x = inputs[index]
            with BlameSample(index), watch:
                answer = model(x)
            answers.append(answer)
        elapsed = watch.laps[-1].end - watch.laps[0].start
        result = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, sorted(watch.latencies), per_second(num_queries, elapsed),
                                 measure_accuracy(answers, samples))
        result.metadata = dict(queries=num_queries, elapsed_s=elapsed, latencies_in_order=watch.latencies)
        self.results += [result]
        return result

    def server(self, model, dataset, target_qps: float = 10.0, duration: float = 60.0,
               *, rng=None, clock=None, sleep=None) -> BenchmarkResult:
        require_positive("target_qps", target_qps)
        require_positive("duration", duration)
        samples = load_samples(dataset)
        inputs = [model_input(model, sample) for sample in samples]
        clock, sleep = clock or time.perf_counter, sleep or time.sleep
        seed = random.getrandbits(32) if rng is None else rng
        arrivals = list(self._poisson(np.random.default_rng(seed), target_qps, duration))
        watch, answers, begun = Stopwatch(clock), [], clock()
        for query, arrival in enumerate(arrivals):
            index = query % len(samples)
            x = inputs[index]
            wait_until(begun + arrival, clock, sleep)
            with BlameSample(index), watch:
                answer = model(x)
            answers.append(answer)
        due = np.array(arrivals) + begun
        starts, ends = np.array([lap.start for lap in watch.laps]), np.array([lap.end for lap in watch.laps])
        latencies = (ends - due).tolist() if arrivals else []
        elapsed = float(ends[-1] - begun) if arrivals else duration
        utilisation = sum(watch.latencies) / duration
        result = BenchmarkResult(BenchmarkScenario.SERVER, sorted(latencies), len(latencies) / elapsed,
                                 measure_accuracy(answers, samples))
        result.metadata = {
            "arrivals_s": arrivals, "waiting_s": (starts - due).tolist() if arrivals else [], "service_s": watch.latencies,
            "latencies_in_order": latencies, "queries": len(latencies), "target_qps": target_qps,
            "achieved_qps": result.throughput, "duration_s": duration, "elapsed_s": elapsed,
            "seed": seed if isinstance(seed, int) else None, "utilisation": utilisation, "kept_up": utilisation < 1,
        }
        self.results += [result]
        return result

    @staticmethod
    def _poisson(generator, rate, duration):
        now = generator.exponential() / rate
        while now < duration:
            yield now
            now += generator.exponential() / rate

    def offline(self, model, dataset, batch_size: int = 32, *, clock=None) -> BenchmarkResult:
        require_at_least_one("batch_size", batch_size)
        samples = load_samples(dataset)
        firsts = list(range(0, len(samples), batch_size))
        batches = [batch_inputs(model, samples[first:][:batch_size]) for first in firsts]
        watch, outputs = Stopwatch(clock or time.perf_counter), []
        for first, batch in zip(firsts, batches):
            outputs.append([])
            with watch:
                for number, x in enumerate(batch):
                    with BlameSample(first + number):
                        outputs[-1].append(model(x))
        elapsed = watch.laps[-1].end - watch.laps[0].start
        answers = [a for first, got in zip(firsts, outputs) for a in batch_answers(model, got, len(samples[first:][:batch_size]))]
        result = BenchmarkResult(BenchmarkScenario.OFFLINE, sorted(watch.latencies), per_second(len(samples), elapsed),
                                 measure_accuracy(answers, samples))
        result.metadata = dict(samples=len(samples), batch_size=batch_size, elapsed_s=elapsed, latencies_in_order=watch.latencies)
        self.results += [result]
        return result
