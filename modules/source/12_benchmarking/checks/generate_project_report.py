import re
from tito.tools.benchmarking.claims import assert_no_load_made_up
from tito.tools.benchmarking.measurements import admits_nothing, contains, pass_one_of
from tito.tools.benchmarking.report_reader import ParsedReport, as_run, copied, told_levels
from tito.tools.testing import Check, replaced


def check_generate_project_report():
    check = Check()

    def result_of(scenario, scale, throughput, accuracy, count=150):
        """A result with known latencies, `scale` to 3 x `scale` seconds, in mixed order."""
        latencies = [scale * (1 + 2 * (place * 67 % count / count) ** 3) for place in range(count)]
        return BenchmarkResult(scenario, latencies, throughput, accuracy)

    def swift_results():
        """A dozen latencies of 40 to 120 µs."""
        return {"single_stream": result_of(BenchmarkScenario.SINGLE_STREAM, 0.00004, 16_200.0, 0.875, count=12)}

    def first_results():
        return {
            "single_stream": result_of(BenchmarkScenario.SINGLE_STREAM, 0.131, 6.43, 0.875),
            "server": result_of(BenchmarkScenario.SERVER, 0.217, 37.9, float("nan")),
            "offline": result_of(BenchmarkScenario.OFFLINE, 0.386, 412.0, 0.625, count=40),
        }

    def other_results():
        return {
            "single_stream": result_of(BenchmarkScenario.SINGLE_STREAM, 0.0173, 58.2, 0.5625, count=210),
            "server": result_of(BenchmarkScenario.SERVER, 0.0467, 21.7, 0.9375, count=120),
            "offline": result_of(BenchmarkScenario.OFFLINE, 1.29, 83.6, 0.6875, count=20),
        }

    fair_validator, levels = {}, []
    ### BEGIN HIDDEN TESTS
    def fair_verdict(validator, result, min_samples=100):
        """A verdict without mistakes of its own, in place of the learner's."""
        latencies = sorted(map(float, result.latencies))
        mean, enough = sum(latencies) / len(latencies), len(latencies) >= min_samples
        levels.append(round(100 * float(validator.confidence_level), 1))
        said = "Enough samples, steady." if enough else "Too few samples to rely on."
        return StatisticalValidation(enough, 1.0, 0.0, (0.99 * mean, 1.01 * mean), said)

    fair_validator = {"validate_benchmark_result": fair_verdict}
    ### END HIDDEN TESTS

    def reported(results, fakes, *name, **names):
        true = copied(results)  # before the learner's code gets them
        with replaced(StatisticalValidator, **fakes):
            return ParsedReport(PerformanceReporter().generate_project_report(results, *name, **names), true)

    known, needs_metadata = {}, set()

    def told(results_of, fakes):
        """The report of `results_of()`; several parts look at the same."""
        key = results_of, bool(fakes)
        if key not in known:
            try:
                known[key] = reported(results_of(), fakes)
            except (AttributeError, KeyError, TypeError):  # that it does without metadata is of one part alone
                known[key] = reported(as_run(results_of()), fakes)
                needs_metadata.add(key)
        return known[key]

    def fit(results_of, fakes):
        """Results that a report can be made of: without metadata, as long as one does without."""
        told(results_of, fakes)
        return as_run(results_of()) if (results_of, bool(fakes)) in needs_metadata else results_of()

    def with_or_without_fakes(verify):
        pass_one_of(lambda: verify(fair_validator), lambda: verify({}))

    def empty_sections(text):
        """The sections with no word behind their name, wherever it stands, and before the next one's; "none" is a word."""
        titles = ("Executive Summary", "Methodology", "Detailed Results", "Statistical Validation", "Recommendations")
        pieces = re.split("(" + "|".join(titles) + ")", text, flags=re.I)
        filled = {title.lower() for title, after in zip(pieces[1::2], pieces[2::2]) if sum(map(str.isalpha, after)) > 2}
        return [title for title in titles if title.lower() not in filled]

    with check.part(2, "a title with the model's name, and every section", mistake="title-or-section-missing"):
        def verify(fakes):
            report = reported(fit(first_results, fakes), fakes, "Nimble 7")
            report.assert_is_text()
            assert "performance report" in report.text.lower(), "the title should have the words \"Performance Report\""
            assert "Nimble 7" in report.text, "the model's name, \"Nimble 7\", should be in the title"
            for section in ("Executive Summary", "Methodology", "Detailed Results", "Statistical Validation", "Recommendations"):
                assert section.lower() in report.text.lower(), f"the report lacks the section {section}"
            empty = empty_sections(report.text)
            assert not empty, f"nothing stands below the heading {empty[0]}"
            assert len(report.text) > 1000, f"a report on three scenarios has more to say than {len(report.text)} characters"
            assert "TinyTorch Model" in told(first_results, fakes).text, "without a name the model is called TinyTorch Model"
            assert "Grand-9" in reported(fit(other_results, fakes), fakes, model_name="Grand-9").text, "the model's name should be in the title"

        with_or_without_fakes(verify)

    def of_every_report(verify):
        """Of reports on two sets of results, which have no number in common."""
        with_or_without_fakes(lambda fakes: [verify(told(of, fakes)) for of in (first_results, other_results)])

    with check.part(1, "each throughput that was measured, with its unit", mistake="throughput-not-told"):
        of_every_report(lambda report: report.assert_rates_are_told())

    with check.part(1, "the latencies that were measured, with their unit", mistake="latency-not-told"):
        of_every_report(lambda report: report.assert_latencies_are_told())

        def verify(fakes):
            wrong = told(swift_results, fakes).wrong_latency(told_in="ms")
            assert not wrong, f"of latencies of 40 to 120 µs, {wrong}: rounded, it still has to be the number"

        with_or_without_fakes(verify)

    with check.part(1, "no other number, and none under a name or in a unit that is not its own", beside=True, mistake="numbers-misnamed"):
        of_every_report(lambda report: report.assert_nothing_else_is_told())

    with check.part(1, "an accuracy is right, or said to be not measured", mistake="accuracy-made-up"):
        of_every_report(lambda report: report.assert_accuracies_are_told())

    with check.part(1, "reports what was run, and no more", mistake="tells-more-than-was-run"):
        def verify(fakes):
            for names in (("offline",), ("server", "single_stream")):
                report = reported({name: first_results()[name] for name in names}, fakes)
                wrong = report.lacks_throughput() or report.wrong_latency() or report.wrong_throughput() or report.wrong_accuracy()
                assert not wrong, f"with {' and '.join(names)} alone measured, the report is wrong: {wrong}"
                made_up = report.invents_a_scenario()
                assert not made_up, f"with {' and '.join(names)} alone measured, the report claims something of others: {made_up}"
            admits_nothing(lambda: reported({}, fakes).text)
            results = first_results()
            results["server"].metadata = {
                "queries": 150, "target_qps": 100.0, "achieved_qps": 37.9, "duration_s": 1.5, "elapsed_s": 3.96, "seed": 5,
                "waiting_s": [0.21 + 0.001 * i for i in range(150)], "service_s": [0.025] * 150, "utilisation": 2.5, "kept_up": False,
            }
            report = reported(results, fakes)
            wrong = report.lacks_throughput() or report.lacks_a_latency() or report.wrong_latency() or report.wrong_throughput()
            wrong = wrong or report.wrong_load()
            assert not wrong, f"with metadata as a run gives it, the report is wrong: {wrong}"
            from tito.tools.benchmarking.claims import calls_enough, other_conditions

            text = told(first_results, fakes).text
            assert not other_conditions(text), f"the report was not made with {other_conditions(text)}"
            assert not levels or told_levels(text) <= set(levels), (
                "the level of confidence that the report puts beside an interval is not the validator's"
            )
            said = told(swift_results, fakes).text
            assert not calls_enough(said), f"12 latencies are said to be enough: {calls_enough(said)}"
            for results, kept_up in ((first_results(), None), (other_results(), False)):
                results["server"].metadata = None if kept_up is None else {"kept_up": kept_up}
                assert_no_load_made_up(reported(results, fakes).text, kept_up)

        with_or_without_fakes(verify)
        ### BEGIN HIDDEN TESTS
        from tito.tools.benchmarking.claims import made_up_claim

        def claims_nothing(fakes):
            assert not made_up_claim(told(first_results, fakes).text), (
                "the report claims something that no result tells (a target met, a test of significance, repeated runs, another "
                "framework, conditions of the run): say only what was measured"
            )

        with_or_without_fakes(claims_nothing)
        ### END HIDDEN TESTS

    with check.part(1, "the results stay as they were, and each report is kept", mistake="results-changed-or-report-lost"):
        def verify(fakes):
            from tito.tools.benchmarking.instruments import Recorder

            recorder, results = Recorder(), fit(first_results, fakes)
            for result in results.values():
                result.latencies = recorder.list(result.latencies)
            reported(recorder.dict(results), fakes)
            recorder.assert_untouched("the results")
            reporter, made = PerformanceReporter(), []
            both = ("Nimble 7", fit(first_results, fakes)), ("Grand-9", fit(other_results, fakes))
            with replaced(StatisticalValidator, **fakes):
                for name, each in both:
                    made.append(reporter.generate_project_report(each, name))
            assert made[0] != made[1], "other results gave the same report"
            second = ParsedReport(made[1], other_results())
            wrong = second.lacks_throughput() or second.lacks_a_latency() or second.wrong_latency() or second.wrong_throughput()
            assert not wrong, f"the second report of one object is not of the second results: {wrong}"
            kept = reporter.reports
            assert all(contains(kept, report) for report in made), f"two reports were made, `.reports` holds {len(kept)} other things"

        with_or_without_fakes(verify)

    return check.points()


check_generate_project_report()
