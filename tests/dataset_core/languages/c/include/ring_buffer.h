#ifndef RING_BUFFER_H
#define RING_BUFFER_H

#include <stddef.h>

/** A callback for a full buffer. */
typedef void (*ring_callback)(void *context);

typedef struct ring_buffer ring_buffer;

/** Makes a buffer. */
ring_buffer *ring_new(size_t capacity);

void ring_free(ring_buffer *ring);

#endif
