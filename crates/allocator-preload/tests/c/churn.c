// Ten thousand threads, one short life after the other. Some of their blocks are freed when they are gone.
// However many there were, the memory that the process has stays about the same.
#include "check.h"

enum { THREADS = 10000, AT_ONCE = 8, BLOCKS = 60, FIRST = 1000 };

static void *live(void *seed) {
    uint64_t random = (uintptr_t)seed;
    void **left = malloc(BLOCKS * sizeof *left);
    for (int i = 0; i < BLOCKS; i++) {
        size_t bits = 4 + next_random(&random) % 12, size = 1 + next_random(&random) % ((size_t)1 << bits);
        CHECK((left[i] = malloc(size)));
        memset(left[i], 1, size);
        if (i % 2) {
            free(left[i]);
            left[i] = NULL;
        }
    }
    return left;
}

static long resident_kib(void) {
    char text[4096], *line;
    FILE *file = fopen("/proc/self/status", "r");
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = 0;
    CHECK((line = strstr(text, "VmRSS:")));
    return atol(line + 6);
}

int main(void) {
    long early = 0, most = 0;
    for (uintptr_t count = 0; count < THREADS; count += AT_ONCE) {
        pthread_t threads[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) CHECK(pthread_create(&threads[i], NULL, live, (void *)(count + i + 1)) == 0);
        for (int i = 0; i < AT_ONCE; i++) {
            void **left;
            pthread_join(threads[i], (void **)&left);
            for (int j = 0; j < BLOCKS; j++) free(left[j]);
            free(left);
        }
        long now = resident_kib(), *larger = count < FIRST ? &early : &most;
        if (now > *larger) *larger = now;
    }
    fprintf(stderr, "%ld KiB in the first %d threads, %ld KiB after\n", early, FIRST, most);
    // A heap may keep some megabytes for later. Less than two KiB for a thread that has ended, that is.
    CHECK(most < early + 16 * 1024);
    puts("as much memory for ten thousand as for one thousand");
}
