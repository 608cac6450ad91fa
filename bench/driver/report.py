"""Runs a table's cases in turn and prints it."""

import statistics
import sys

FLAT = 2                # MB that a worker may vary by


def run(table, rounds):
    """[samples of the first case, of the second, ...]"""
    samples = [[] for _ in table.cases]
    for number in range(1, rounds + 1):
        for case, values in zip(table.cases, samples):
            progress(f"{table.name}: round {number} of {rounds}, "
                     f"{case.title}")
            values.append(case.measure())
    progress("")
    return samples


def progress(text):
    """One line that the next one overwrites; nothing in a log file."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def show(table, samples):
    width = max(len(case.title) for case in table.cases)
    print(f"\n{table.title}")
    print(f"  {'':{width}}  {table.unit:>31}  {'p50 ms':>8}  {'p99 ms':>8}"
          f"  {'CPU us':>8}  {'bytes':>8}")
    for case, values in zip(table.cases, samples):
        print(f"  {case.title:{width}}  "
              f"{spread([sample.value for sample in values]):>31}  "
              f"{middle(values, 'p50'):8.3f}  {middle(values, 'p99'):8.3f}  "
              f"{cpu(values):>8}  {middle(values, 'bytes'):8.0f}")

    medians = {case.title: middle(values, "value")
               for case, values in zip(table.cases, samples)}
    for comparison in table.comparisons:
        show_comparison(comparison, medians)
    if table.note:
        print(f"  {table.note}")
    sys.stdout.flush()


def show_comparison(comparison, medians):
    if comparison.above not in medians:
        return
    if comparison.below is None:
        value = medians[comparison.above]
    elif comparison.below in medians:
        value = medians[comparison.above] / medians[comparison.below]
    else:
        return

    text = f"  {comparison.text}: {value:.{2 if value < 10 else 1}f}"
    if comparison.goal is not None:
        reached = (value >= comparison.goal if comparison.sign == ">="
                   else value <= comparison.goal)
        text += (f"   goal {comparison.sign} {comparison.goal:g}: "
                 f"{'reached' if reached else 'MISSED'}")
    print(text)


def show_memory(whose, before, after):
    grown = after - before
    print(f"  {whose}, MB resident: {before:.1f}, then {after:.1f} at most"
          f"   goal within {FLAT} MB: "
          f"{'reached' if grown <= FLAT else 'MISSED'}", flush=True)


def cpu(samples):
    if samples[0].cpu is None:
        return ""
    return f"{middle(samples, 'cpu'):,.1f}"


def middle(samples, name):
    return statistics.median(getattr(sample, name) for sample in samples)


def spread(values):
    digits = 0 if min(values) >= 100 else 3
    return (f"{statistics.median(values):,.{digits}f} "
            f"({min(values):,.{digits}f}–{max(values):,.{digits}f})")
