// Loads and unloads a plugin, in several threads. Blocks go from the one to the other.
#include "check.h"
#include <dlfcn.h>

static const char *path;

static void *work(void *seed) {
    uint64_t random = (uintptr_t)seed;
    for (int i = 0; i < 150; i++) {
        void *plugin = dlopen(path, RTLD_NOW);
        if (!plugin) fprintf(stderr, "%s\n", dlerror());
        CHECK(plugin);
        char *(*give)(int) = dlsym(plugin, "give");
        void (*take)(char *) = dlsym(plugin, "take");
        CHECK(give && take && dlsym(plugin, "nothing") == NULL && dlerror());
        for (int j = 0; j < 20; j++) {
            int size = 1 + next_random(&random) % 5000;
            char *block = give(size);
            CHECK(block[0] == 42 && block[size - 1] == 42);
            free(block);
            take(malloc(size));
        }
        CHECK(dlclose(plugin) == 0);
    }
    return NULL;
}

int main(int count, char **args) {
    CHECK(count == 2);
    path = args[1];
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    puts("loaded and unloaded");
}
