/* A ring buffer of bytes. */
#include "ring_buffer.h"

#include <stdlib.h>
#include <string.h>

#define RING_MAX 4096
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/** State of a buffer. */
struct ring_buffer {
    unsigned char *bytes;
    size_t capacity, head;
    int (*on_full)(void *context);
};

typedef struct {
    int x;
    int y;
} point_t;

typedef unsigned int ring_index;

enum ring_state {
    RING_EMPTY,
    RING_FULL = 2,
};

union word {
    int number;
    char bytes[4];
};

static int live_buffers = 0;

int ring_size(const struct ring_buffer *ring);

/**
 * Makes a buffer.
 *
 * @param capacity in bytes
 */
struct ring_buffer *ring_new(size_t capacity)
{
    struct ring_buffer *ring = malloc(sizeof(*ring));
    if (ring == NULL)
        return NULL;
    ring->bytes = calloc(MIN(capacity, RING_MAX), 1);
    ring->capacity = capacity;
    live_buffers++;
    return ring;
}

// Whether every byte was taken.
static inline int ring_write(struct ring_buffer *ring, const unsigned char *bytes, size_t count, char name[], void (*done)(int))
{
    memcpy(ring->bytes + ring->head, bytes, count);
    if (ring->on_full)
        ring->on_full(ring);
    return 1;
}
