// Others have something to do around a `fork` as well, and allocate while they do it: handlers of
// `pthread_atfork`, registered before anybody had allocated, and streams of a program's own making, which the C
// library flushes under the lock that it takes for a `fork`.
#include "check.h"
#include <stdatomic.h>
#include <sys/wait.h>

static int called[3];
static atomic_int stop;

// More than lies around somewhere.
static void allocate(size_t size, int count) {
    void **last = NULL;
    for (int i = 0; i < count; i++) {
        void **block = malloc(size);
        CHECK(block);
        *block = last;
        last = block;
    }
    while (last) {
        void **block = *last;
        free(last);
        last = block;
    }
}
static void before(void) { allocate(900000, 12), allocate(60, 200000 / 60), called[0]++; }
static void in_parent(void) { allocate(900000, 12), called[1]++; }
static void in_child(void) { allocate(900000, 12), called[2]++; }
__attribute__((constructor(101))) static void early(void) {
    CHECK(pthread_atfork(before, in_parent, in_child) == 0);
}

static ssize_t write_somewhere(void *unused, const char *text, size_t len) {
    (void)unused, (void)text;
    allocate(900000, 8);
    return len;
}

static void *flush(void *unused) {
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_somewhere});
    while (!atomic_load(&stop)) {
        fputs("something", stream);
        fflush(NULL);
    }
    fclose(stream);
    return unused;
}

static void *churn(void *unused) {
    while (!atomic_load(&stop)) allocate(900000, 8);
    return unused;
}

int main(void) {
    alarm(60);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, i ? churn : flush, NULL) == 0);
    for (int i = 0; i < 100; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            alarm(20);
            allocate(900000, 12);
            _exit(called[2] == 1 ? 42 : 1);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    }
    CHECK(called[0] == 100 && called[1] == 100);
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    puts("handlers and streams");
}
