// Many threads take blocks from shared places, look whether they are as somebody else left them, and leave
// others: most blocks are freed or made longer by another thread than the one that they came from.
#include "check.h"
#include <stdatomic.h>
#include <stddef.h>

enum { THREADS = 8, PLACES = 2000, ROUNDS = 150000 };

// The head of a block. All that follows is `mark`.
struct block {
    size_t size;
    unsigned char mark;
    unsigned char rest[];
};
static _Atomic(struct block *) places[PLACES];

static size_t some_size(uint64_t *random) {
    size_t bits = 5 + next_random(random) % 8;
    if (next_random(random) % 500 == 0) bits = 13 + next_random(random) % 9;
    return sizeof(struct block) + (next_random(random) & (((size_t)1 << bits) - 1));
}

static void fill(struct block *block, size_t from, size_t size, unsigned char mark) {
    block->size = size;
    block->mark = mark;
    if (from < offsetof(struct block, rest)) from = offsetof(struct block, rest);
    if (size > from) memset((char *)block + from, mark, size - from);
}

static void check(const struct block *block, size_t size) {
    for (size_t i = offsetof(struct block, rest); i < size; i++) CHECK(((unsigned char *)block)[i] == block->mark);
}

static struct block *some_block(uint64_t *random) {
    size_t size = some_size(random), align = (size_t)16 << next_random(random) % 8;
    struct block *block = NULL;
    switch (next_random(random) % 8) {
    case 0:
        block = calloc(1, size);
        CHECK(block);
        for (size_t i = 0; i < size; i++) CHECK(((char *)block)[i] == 0);
        break;
    case 1:
        CHECK(posix_memalign((void **)&block, align, size) == 0 && aligned_to(block, align));
        break;
    case 2:
        block = aligned_alloc(align, size);
        CHECK(aligned_to(block, align));
        break;
    default:
        block = malloc(size);
    }
    CHECK(block && aligned_to(block, 16));
    fill(block, 0, size, next_random(random));
    return block;
}

static void *work(void *seed) {
    uint64_t random = (uintptr_t)seed;
    for (int round = 0; round < ROUNDS; round++) {
        struct block *block = atomic_exchange(&places[next_random(&random) % PLACES], NULL);
        if (block == NULL) {
            block = some_block(&random);
        } else {
            check(block, block->size);
            if (next_random(&random) % 4) {
                free(block);
                continue;
            }
            size_t size = some_size(&random), before = block->size;
            CHECK((block = realloc(block, size)));
            check(block, size < before ? size : before);
            fill(block, before, size, block->mark);
        }
        free(atomic_exchange(&places[next_random(&random) % PLACES], block));
    }
    return NULL;
}

int main(void) {
    // Threads end, and others come after them.
    for (uintptr_t generation = 0; generation < 2; generation++) {
        pthread_t threads[THREADS];
        for (uintptr_t i = 0; i < THREADS; i++)
            CHECK(pthread_create(&threads[i], NULL, work, (void *)(generation * 100 + i + 1)) == 0);
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < PLACES; i++) {
        if (places[i]) check(places[i], places[i]->size);
        free(places[i]);
    }
    puts("every block was as it was left");
}
