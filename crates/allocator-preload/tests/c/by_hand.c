// Loads the allocator's library itself, when threads run already, and uses it beside the C library's.
#include "check.h"
#include <dlfcn.h>

static void *(*get)(size_t);
static void (*give)(void *);

static void *work(void *unused) {
    for (int i = 0; i < 10000; i++) {
        char *block = get(i);
        CHECK(block && aligned_to(block, 16));
        memset(block, 1, i);
        give(block);
    }
    return unused;
}

static void *wait_then_work(void *barrier) {
    pthread_barrier_wait(barrier);
    pthread_barrier_wait(barrier);
    return work(NULL);
}

int main(int count, char **args) {
    CHECK(count == 2);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t early, late;
    CHECK(pthread_create(&early, NULL, wait_then_work, &barrier) == 0);
    pthread_barrier_wait(&barrier);
    void *library = dlopen(args[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) fprintf(stderr, "%s\n", dlerror());
    CHECK(library && (get = dlsym(library, "malloc")) && (give = dlsym(library, "free")));
    CHECK((void *)get != (void *)malloc);
    pthread_barrier_wait(&barrier);
    CHECK(pthread_create(&late, NULL, work, NULL) == 0);
    work(NULL);
    // It is in use: unloading it does nothing.
    char *block = get(100);
    strcpy(block, "still here");
    CHECK(dlclose(library) == 0);
    pthread_join(early, NULL);
    pthread_join(late, NULL);
    CHECK(strcmp(block, "still here") == 0);
    give(block);
    puts("beside the C library's");
}
