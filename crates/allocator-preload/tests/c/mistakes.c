// One mistake, by its name; without one, none.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The compiler must not know what becomes of it.
static char *volatile block;

static void *free_it(void *it) {
    free(it);
    return NULL;
}

int main(int count, char **names) {
    const char *name = count > 1 ? names[1] : "none";
    block = malloc(24);
    memset(block, 1, 24);
    if (!strcmp(name, "double_free")) {
        free(block);
        free(block);
    } else if (!strcmp(name, "double_free_in_a_thread")) {
        pthread_t thread;
        free(block);
        pthread_create(&thread, NULL, free_it, block);
        pthread_join(thread, NULL);
    } else if (!strcmp(name, "realloc_after_free")) {
        free(block);
        block = realloc(block, 100);
    } else if (!strcmp(name, "on_the_stack")) {
        char array[100] __attribute__((aligned(16)));
        block = array + 32;
        free(block);
    } else if (!strcmp(name, "inside")) {
        free(block + 16);
    } else if (!strcmp(name, "behind")) {
        strcpy(block, "twenty-four characters..");
        free(block);
    } else if (!strcmp(name, "before")) {
        block[-1] ^= 1;
        free(block);
    } else if (!strcmp(name, "after_free")) {
        free(block);
        block[5] = 5;
        for (int i = 0; i < 100000; i++) free(malloc(24));
    } else if (!strcmp(name, "behind_a_large_block")) {
        block = malloc(200000);
        block[200000] = 1;
    } else {
        // An aligned block that grows keeps what it had.
        block = aligned_alloc(4096, 5000);
        memset(block, 7, 5000);
        block = realloc(block, 500000);
        block = realloc(block, 3000);
        for (int i = 0; i < 3000; i++) if (block[i] != 7) return 1;
        free(block);
        puts("nothing is wrong");
    }
    return 0;
}
