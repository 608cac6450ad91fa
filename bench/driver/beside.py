"""A long request, and the short ones of others beside it in the same worker:
what each is without the other, and with it."""

import statistics
import threading
import time

import processes
import wrk
from subjects import demand
from workloads import Load, Sample
from wrk import Failure


class Others(Load):
    """GETs by id on a few connections, with pauses."""

    CONNECTIONS = 4
    PAUSE = 2               # ms on each connection

    def run(self):
        return wrk.run(self.subject.url(self.name), self.subject.headers,
                       "paced", (self.PAUSE,), self.CONNECTIONS, 1,
                       self.options.seconds)


class Long(Load):
    """One request after the other on one connection; `amount`: how much of
    its work each is."""

    body = None             # of the answer that was looked at

    def __init__(self, *arguments, amount):
        super().__init__(*arguments)
        self.amount = amount

    def check(self):
        answer = super().check()
        self.body = answer.body
        return answer

    def run(self, finished):
        """Until finished() is true, at least once: their seconds."""
        times = []
        with self.subject.connect() as connection:
            message = connection.prepare("GET", self.subject.paths[self.name])
            while not times or not finished():
                answer = demand(connection.send(message), 200)
                if answer.body != self.body:
                    raise Failure(f"{self.name}: another answer than before")
                times.append(answer.seconds)
        return times


def together(long, others):
    """Both at once, until the others' time is over."""
    result = []

    def run():
        try:
            result.append(others.run())
        except Failure as failure:
            result.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    times = long.run(lambda: not thread.is_alive())
    thread.join()
    if isinstance(result[0], Failure):
        raise result[0]
    return times, result[0]


class LongCase:
    """The long one's row; others: None, or who is beside it."""

    def __init__(self, title, long, others, per_second):
        self.title = title
        self.long = long
        self.others = others
        self.per_second = per_second

    def measure(self):
        length = self.long.check().length
        subject = self.long.subject
        before = processes.busy(subject.processes)
        if self.others:
            times, _ = together(self.long, self.others)
            cpu = None
        else:
            end = time.monotonic() + self.long.options.seconds
            times = self.long.run(lambda: time.monotonic() > end)
            cpu = ((processes.busy(subject.processes) - before) * 1e6
                   / (len(times) * self.long.amount))
        times.sort()
        middle = statistics.median(times)
        value = (self.long.amount / middle if self.per_second
                 else middle * 1000)
        return Sample(value, middle * 1000,
                      times[len(times) * 99 // 100] * 1000, length, cpu)


class OthersCase:
    """The others' row: their p99 is what counts."""

    def __init__(self, title, long, others):
        self.title = title
        self.long = long
        self.others = others

    def measure(self):
        length = self.others.check().length
        if self.long:
            self.long.check()
            _, figures = together(self.long, self.others)
        else:
            figures = self.others.run()
        if abs(figures.bytes / length - 1) > self.others.tolerance:
            raise Failure(f"{self.title}: {figures.bytes:.0f} bytes on "
                          f"average, not {length}")
        return Sample(figures.p99, figures.p50, figures.p99, length, None)
