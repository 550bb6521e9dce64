"""Threads and processes that allocate: text, numbers, JSON, expressions, sorting."""
import collections
import hashlib
import json
import multiprocessing
import random
import re
import subprocess
import sys
import threading
import zlib


def work(seed):
    numbers = random.Random(seed)
    digest = hashlib.sha256()
    words = ["".join(numbers.choices("abcdefgh", k=numbers.randrange(1, 12))) for _ in range(4000)]
    text = " ".join(words)
    counts = collections.Counter(re.findall(r"\b[a-d]\w*?[e-h]\b", text))
    tree = {word: {"at": i, "next": words[i - 1], "list": list(range(i % 40))} for i, word in enumerate(words)}
    copy = json.loads(json.dumps(tree, sort_keys=True, indent=1))
    assert copy == tree
    digest.update(json.dumps(sorted(counts.items())).encode())
    digest.update(" ".join(sorted(words, key=lambda it: (len(it), it))).encode())
    digest.update(re.sub(r"(\w)(\w+)", r"\2\1ay", text).encode())
    digest.update(zlib.decompress(zlib.compress(text.encode() * 5)))
    rows = [[numbers.randrange(1000) for _ in range(50)] for _ in range(100)]
    digest.update(repr([sum(row) for row in zip(*rows)]).encode())
    large = [i * i for i in range(60000)]
    large.extend(large)
    large.sort(reverse=True)
    digest.update(repr(large[::5000]).encode())
    digest.update(bytes(bytearray(numbers.randrange(256) for _ in range(5000)) * 200))
    digest.update(repr(3 ** 20000 % 10 ** 500).encode())
    return digest.hexdigest()


def main():
    results = {}

    def run(seed):
        results[seed] = work(seed)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    # While they run.
    with multiprocessing.get_context("fork").Pool(2) as pool:
        in_children = pool.map(work, range(4))
    for thread in threads:
        thread.join()
    assert in_children == [results[seed] for seed in range(4)]
    for seed in sorted(results):
        print(seed, results[seed])
    code = "print(sum(len(str(i)) for i in range(100000)))"
    print(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    for _ in range(300):
        short = threading.Thread(target=lambda: [str(i) for i in range(200)])
        short.start()
        short.join()
    print("done")


if __name__ == "__main__":
    main()
