"""Other tenants of the module's servers: one with few users, those with very
many, and an nginx of one worker before the same Redis."""

import data
from subjects import Module, bulk_ids, create, demand

DIRECTOR = "Director of Engineering"
EACH = 1000             # user of a crowd is a director: they can be counted


class Tenant(Module):
    """A tenant whose users come by Bulk, in order."""

    CHUNK = 1000

    def __init__(self, module, name):
        self.__dict__.update(module.__dict__)
        self.integrate(name)

    def create(self, users):
        """Their ids, in their order."""
        ids = []
        with self.connect() as connection:
            for start in range(0, len(users), self.CHUNK):
                part = users[start:start + self.CHUNK]
                answer = demand(connection.request(
                    "POST", f"{self.base}/Bulk", data.bulk(part)), 200)
                ids += bulk_ids(answer, len(part))
        return ids


class Few(Tenant):
    """The first ones of the people, in no group."""

    def __init__(self, module, people, count):
        super().__init__(module, "few")
        self.title = f"{count:,} users"
        self.ids = self.create(people.users[:count])
        self.set_paths(self.base, people)


class Crowd(Tenant):
    """The people and their groups; then as many more as are wanted, who are
    all in the largest of these groups.  `directors`: ids."""

    def __init__(self, module, people, count):
        super().__init__(module, f"crowd-{count}")
        self.title = f"{count:,} users"
        self.count = count
        self.members = count - people.OUTSIDERS
        self.ids = self.create(people.users)
        with self.connect() as connection:
            self.groups = {
                size: create(connection, f"{self.base}/Groups", data.group(
                    f"of-{size}", people.members(self.ids, size)))
                for size in people.SIZES}
        self.set_paths(self.base, people)
        self.set_group_paths(people)
        self.paths["large-group"] = self.paths[f"patch-{max(people.SIZES)}"]
        self.directors = []
        self.fill()

    def fill(self):
        with self.connect() as connection:
            for start in range(len(self.ids), self.count, self.CHUNK):
                numbers = range(start + 1,
                                min(self.count, start + self.CHUNK) + 1)
                ids = self.create([
                    data.user(number, DIRECTOR) if number % EACH == 0
                    else data.user(number) for number in numbers])
                self.directors += [
                    member for number, member in zip(numbers, ids)
                    if number % EACH == 0]
                answer = connection.request("PATCH",
                                            self.paths["large-group"],
                                            data.add_members(ids))
                if answer.status != 204:
                    demand(answer, 200)


    def gather(self, people):
        """A group for those who are in none, so that all pages are alike."""
        with self.connect() as connection:
            create(connection, f"{self.base}/Groups",
                   data.group("others", people.outsiders(self.ids)))


class Alone(Tenant):
    """A crowd behind an nginx of its own, which has one worker: what one of
    its requests takes, the others in the worker feel."""

    def __init__(self, crowd, name):
        self.__dict__.update(crowd.__dict__)
        self.port, self.nginx = self.serve(name, 1)
        self.processes = [self.nginx, *crowd.processes[1:]]
