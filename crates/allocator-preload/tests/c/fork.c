// One thread forks while others allocate and free. The children free blocks of threads that do not exist there,
// allocate, and start threads of their own.
#include "check.h"
#include <stdatomic.h>
#include <sys/wait.h>

enum { THREADS = 6, PLACES = 400, CHILDREN = 60, IN_CHILD = 3 };
static _Atomic(char *) places[PLACES];
static atomic_int stop;

static size_t some_size(uint64_t *random) {
    size_t bits = 3 + next_random(random) % 12;
    if (next_random(random) % 300 == 0) bits = 21;
    return 1 + next_random(random) % ((size_t)1 << bits);
}

static void replace(uint64_t *random) {
    size_t size = some_size(random);
    char *block = next_random(random) % 2 ? malloc(size) : realloc(malloc(size / 2 + 1), size);
    CHECK(block);
    block[0] = 42, block[size - 1] = 42;
    block = atomic_exchange(&places[next_random(random) % PLACES], block);
    CHECK(!block || block[0] == 42);
    free(block);
}

static void *work(void *seed) {
    uint64_t random = (uintptr_t)seed;
    while (!atomic_load(&stop)) replace(&random);
    return NULL;
}

static void *work_a_little(void *seed) {
    uint64_t random = (uintptr_t)seed;
    for (int i = 0; i < 300; i++) replace(&random);
    return NULL;
}

static void be_a_child(uintptr_t seed) {
    // A child that waits for a lock whose owner does not exist here is ended by the signal.
    alarm(20);
    for (int i = 0; i < PLACES; i += 2) free(atomic_exchange(&places[i], NULL));
    pthread_t threads[IN_CHILD];
    for (uintptr_t i = 0; i < IN_CHILD; i++)
        CHECK(pthread_create(&threads[i], NULL, work_a_little, (void *)(seed * 10 + i + 1)) == 0);
    work_a_little((void *)(seed * 10 + 9));
    for (int i = 0; i < IN_CHILD; i++) pthread_join(threads[i], NULL);
    // A child of the child.
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(20);
        for (int i = 0; i < PLACES; i++) free(atomic_exchange(&places[i], NULL));
        work_a_little((void *)(seed * 10 + 8));
        _exit(7);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
    for (int i = 0; i < PLACES; i++) free(atomic_exchange(&places[i], NULL));
    _exit(42);
}

int main(void) {
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0);
    for (uintptr_t i = 0; i < CHILDREN; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) be_a_child(i + 1);
        work_a_little((void *)(i + 1000));
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    puts("every child came back");
}
